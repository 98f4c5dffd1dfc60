//! `/events recent`: the newest events a server may see, a line each, with pages.

pub(in crate::bot) mod query;

use serenity::all::{CommandOptionType, CreateCommandOption};

use self::query::{MAX_COUNT, MAX_OFFSET, PageCursor, RecentQuery};
use crate::bot::context::Context;
use crate::bot::custom_id::CustomId;
use crate::bot::error::CommandError;
use crate::bot::options::CommandOptions;
use crate::bot::reply::{ActionButton, CommandReply};
use crate::bot::text::{code, plain, safe, status_emoji};
use crate::bot::visibility::Visibility;
use crate::report::event::EventView;
use crate::store::{EventStatus, EventSummary};
use hookbell_model::event::{EventId, Topic};
use hookbell_model::locale::Locale;
use hookbell_model::message::{Embed, Footer};

const BLURPLE: u32 = 0x0058_65F2;

/// The subcommand as it is registered.
pub fn definition() -> CreateCommandOption {
    let text = |name, description| {
        CreateCommandOption::new(CommandOptionType::String, name, description).set_autocomplete(true).max_length(100)
    };
    let status = CreateCommandOption::new(CommandOptionType::String, "status", "Only events with this status");
    let status = EventStatus::ALL
        .iter()
        .fold(status, |option, status| option.add_string_choice(status.as_str(), status.as_str()));
    let count = CreateCommandOption::new(CommandOptionType::Integer, "count", "How many on a page, 1 to 10 (5)")
        .min_int_value(1)
        .max_int_value(MAX_COUNT as u64);
    CreateCommandOption::new(CommandOptionType::SubCommand, "recent", "The newest events")
        .add_sub_option(text("source", "Only events of this source"))
        .add_sub_option(text("type", "Only events of this type, such as invoice.paid"))
        .add_sub_option(text("topic", "Only events about this, such as payment"))
        .add_sub_option(status)
        .add_sub_option(count)
}

/// The first page.
pub(in crate::bot) async fn run(context: &Context, options: &CommandOptions) -> Result<CommandReply, CommandError> {
    page(context, &RecentQuery::read(options)?).await
}

/// The page of a query.
pub(in crate::bot) async fn page(context: &Context, query: &RecentQuery) -> Result<CommandReply, CommandError> {
    let visibility = Visibility::of(context).await?;
    let offset = query.page.map_or(0, |page| page.offset);
    let before = query.page.map(|page| EventId(page.anchor.0.saturating_add(1)));
    let limit = offset + query.count + 1;
    let mut found = context.store.recent(visibility.restrict(query.filter()), before, limit).await?;
    let anchor = query.page.map(|page| page.anchor).or(found.first().map(|summary| summary.event.id));
    let has_more = found.len() > offset + query.count;
    let shown = found.drain(offset.min(found.len())..).take(query.count);
    let shown = shown.map(|summary| EventView::from(EventSummary { event: summary.masked_event(), ..summary }));
    let lines: Vec<String> = shown.map(|event| line(&event)).collect();
    if lines.is_empty() {
        return Ok(empty(query));
    }
    let mut reply = CommandReply::embed(list(query, offset, &lines));
    if let Some(anchor) = anchor {
        add_page_buttons(&mut reply, query, PageCursor { anchor, offset }, has_more);
    }
    Ok(reply)
}

fn list(query: &RecentQuery, offset: usize, lines: &[String]) -> Embed {
    let mut footer = format!("{} to {}", offset + 1, offset + lines.len());
    if lines.len() == 1 {
        footer = format!("number {}", offset + 1);
    }
    let filters = describe_filters(query);
    if !filters.is_empty() {
        footer = format!("{footer} · {filters}");
    }
    Embed {
        title: "Recent events".to_owned(),
        description: lines.join("\n"),
        color: Some(BLURPLE),
        footer: Footer { text: footer, ..Footer::default() },
        ..Embed::default()
    }
}

/// The filters in words; plain text.
fn describe_filters(query: &RecentQuery) -> String {
    let filters = [
        ("source", query.source.as_deref()),
        ("type", query.event_type.as_deref()),
        ("topic", query.topic.map(Topic::as_str)),
        ("status", query.status.map(EventStatus::as_str)),
    ];
    let given = filters.into_iter().filter_map(|(name, value)| Some(format!("{name} {}", plain(value?, 60))));
    given.collect::<Vec<_>>().join(" · ")
}

fn empty(query: &RecentQuery) -> CommandReply {
    if query.status == Some(EventStatus::Unrouted) {
        return CommandReply::text(
            "No event here was kept without a message. What no route took belongs to no server and is not shown in one: \
             `hookbell events list --status unrouted` lists them.",
        );
    }
    if query.page.is_some_and(|page| page.offset > 0) {
        return CommandReply::text("There are no more events here.");
    }
    match describe_filters(query) {
        filters if filters.is_empty() => CommandReply::text("No events have come to this server yet."),
        filters => CommandReply::text(format!("No events here match: {}.", safe(&filters, 400))),
    }
}

/// Buttons to the pages before and after this one, where there are any.
fn add_page_buttons(reply: &mut CommandReply, query: &RecentQuery, page: PageCursor, has_more: bool) {
    if page.offset == 0 && !has_more {
        return;
    }
    // The first page has no anchor, so that it shows what came in meanwhile.
    let newer = page.offset.checked_sub(query.count).filter(|offset| *offset > 0);
    let older = page.offset + query.count;
    let to = |page: Option<PageCursor>| CustomId::RecentPage(RecentQuery { page, ..query.clone() }).encode();
    let newer_id = to(newer.map(|offset| PageCursor { offset, ..page }));
    let older_id = to(Some(PageCursor { offset: older.min(MAX_OFFSET), ..page }));
    let (Ok(newer_id), Ok(older_id)) = (newer_id, older_id) else {
        add_hint(reply, "more follow: the filters are too long for paging, use a smaller set or a greater count");
        return;
    };
    let can_go_on = has_more && older <= MAX_OFFSET;
    if has_more && !can_go_on {
        add_hint(reply, "for older ones narrow the filters");
    }
    reply.actions = vec![
        ActionButton { label: "‹ Newer".to_owned(), custom_id: newer_id, enabled: page.offset > 0 },
        ActionButton { label: "Older ›".to_owned(), custom_id: older_id, enabled: can_go_on },
    ];
}

fn add_hint(reply: &mut CommandReply, text: &str) {
    if let Some(embed) = reply.message.embeds.first_mut() {
        embed.footer.text = format!("{} · {text}", embed.footer.text);
    }
}

/// At most about 390 characters, so that ten fit into a description.
fn line(event: &EventView) -> String {
    let mut parts = vec![
        format!("{} {} <t:{}:R>", status_emoji(event.status), event.status, event.received.secs()),
        format!("**{}**", safe(&event.source, 32)),
        code(&event.event_type, 60),
        amount_and_subject(event),
        code(&event.id.to_string(), 8),
    ];
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

/// As far as they are known.
fn amount_and_subject(event: &EventView) -> String {
    let facts = &event.facts;
    let parts: Vec<String> = facts.money(Locale::default()).into_iter().chain(facts.subject.clone()).collect();
    safe(&parts.join(" "), 75)
}
