//! `/events recent`: the newest events a server may see, a line each, with pages.

use serenity::all::{CommandOptionType, CreateCommandOption};

use super::options::Options;
use super::page::{self, FURTHEST, Page};
use super::reply::{PageButton, Reply};
use super::sight::{self, label, status_named};
use super::text::{amount, code, plain, safe};
use crate::store::{EventStatus, Filter, Result, Store};
use hookbell_model::event::{Event, EventId, Topic};
use hookbell_model::message::{Embed, Footer};

/// Events on a page, at most.
pub(super) const MOST: usize = 10;
const USUAL: usize = 5;
const STATUSES: [&str; 6] = ["delivered", "pending", "dead", "unrouted", "muted", "merged"];
const BLURPLE: u32 = 0x0058_65F2;

/// What was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub source: Option<String>,
    pub event_type: Option<String>,
    pub topic: Option<Topic>,
    pub status: Option<EventStatus>,
    /// 1 to 10.
    pub count: usize,
    /// None = from the newest on.
    pub page: Option<Page>,
}

impl Default for Query {
    fn default() -> Self {
        Self { source: None, event_type: None, topic: None, status: None, count: USUAL, page: None }
    }
}

/// The subcommand as it is registered.
pub fn definition() -> CreateCommandOption {
    let text = |name, description| {
        CreateCommandOption::new(CommandOptionType::String, name, description).set_autocomplete(true).max_length(100)
    };
    let status = CreateCommandOption::new(CommandOptionType::String, "status", "Only events that stand like this");
    let status = STATUSES.iter().fold(status, |option, word| option.add_string_choice(*word, *word));
    let count = CreateCommandOption::new(CommandOptionType::Integer, "count", "How many on a page, 1 to 10 (5)")
        .min_int_value(1)
        .max_int_value(MOST as u64);
    CreateCommandOption::new(CommandOptionType::SubCommand, "recent", "The newest events")
        .add_sub_option(text("source", "Only events of this source"))
        .add_sub_option(text("type", "Only events of this type, such as invoice.paid"))
        .add_sub_option(text("topic", "Only events about this, such as payment"))
        .add_sub_option(status)
        .add_sub_option(count)
}

impl Query {
    /// # Errors
    /// Says in words which option is wrong and what would be right.
    pub fn read(options: &Options) -> std::result::Result<Self, String> {
        let topic = match options.text("topic") {
            None => None,
            Some(text) => Some(text.to_lowercase().parse::<Topic>().map_err(|hint| wrong("topic", text, &hint))?),
        };
        let status = match options.text("status") {
            None => None,
            Some(text) => {
                let known = STATUSES.map(|word| format!("`{word}`")).join(", ");
                let found = status_named(text);
                Some(found.ok_or_else(|| wrong("status", text, &format!("expected one of {known}")))?)
            }
        };
        let count = options.number("count").unwrap_or(USUAL as i64).clamp(1, MOST as i64);
        Ok(Self {
            source: options.text("source").map(str::to_owned),
            event_type: options.text("type").map(str::to_owned),
            topic,
            status,
            count: usize::try_from(count).unwrap_or(USUAL),
            page: None,
        })
    }

    fn filter(&self) -> Filter {
        Filter {
            source: self.source.clone(),
            event_type: self.event_type.clone(),
            topic: self.topic,
            status: self.status,
            ..Filter::default()
        }
    }

    /// The filters in words; plain text.
    fn told(&self) -> String {
        let mut parts = Vec::new();
        let mut part = |name: &str, text: Option<&str>| {
            parts.extend(text.map(|text| format!("{name} {}", plain(text, 60))));
        };
        part("source", self.source.as_deref());
        part("type", self.event_type.as_deref());
        part("topic", self.topic.map(Topic::as_str));
        part("status", self.status.map(|status| label(status).1));
        parts.join(" · ")
    }
}

fn wrong(option: &str, text: &str, hint: &str) -> String {
    format!("I know no {option} {}: {hint}.", code(text, 60))
}

/// Answers for `guild` (none = a direct message).
pub async fn run(store: &Store, guild: Option<&str>, query: &Query) -> Result<Reply> {
    let sight = match sight::of(store, guild).await? {
        Ok(sight) => sight,
        Err(reply) => return Ok(reply),
    };
    let offset = query.page.map_or(0, |page| page.offset);
    let before = query.page.map(|page| EventId(page.anchor.0.saturating_add(1)));
    let mut found = store.recent(sight.narrow(query.filter()), before, offset + query.count + 1).await?;
    let anchor = query.page.map(|page| page.anchor).or(found.first().map(|summary| summary.event.id));
    let more = found.len() > offset + query.count;
    let shown: Vec<_> = found.drain(offset.min(found.len())..).take(query.count).collect();
    if shown.is_empty() {
        return Ok(empty(query));
    }
    let lines: Vec<String> = shown.iter().map(|summary| line(&summary.event, summary.status)).collect();
    let mut reply = Reply::embed(list(query, offset, &lines));
    if let Some(anchor) = anchor {
        turn_pages(&mut reply, query, Page { anchor, offset }, more);
    }
    Ok(reply)
}

fn list(query: &Query, offset: usize, lines: &[String]) -> Embed {
    let mut footer = format!("{} to {}", offset + 1, offset + lines.len());
    if lines.len() == 1 {
        footer = format!("number {}", offset + 1);
    }
    let told = query.told();
    if !told.is_empty() {
        footer = format!("{footer} · {told}");
    }
    Embed {
        title: "Recent events".to_owned(),
        description: lines.join("\n"),
        color: Some(BLURPLE),
        footer: Footer { text: footer, ..Footer::default() },
        ..Embed::default()
    }
}

fn empty(query: &Query) -> Reply {
    if query.status == Some(EventStatus::Unrouted) {
        return Reply::text(
            "Unrouted events went to no destination, so they belong to no server and are not shown in one. \
             `hookbell events list --status unrouted` lists them.",
        );
    }
    if query.page.is_some_and(|page| page.offset > 0) {
        return Reply::text("There are no more events here.");
    }
    match query.told() {
        told if told.is_empty() => Reply::text("No events have come to this server yet."),
        told => Reply::text(format!("No events here match: {}.", safe(&told, 400))),
    }
}

/// Pages in the reply, where there is more than one.
fn turn_pages(reply: &mut Reply, query: &Query, page: Page, more: bool) {
    let older = page.offset + query.count;
    if page.offset == 0 && !more {
        return;
    }
    // Back at the beginning the anchor goes, so that what came in meanwhile is shown.
    let newer = page.offset.checked_sub(query.count).filter(|offset| *offset > 0);
    let to = |page: Option<Page>| page::encode(&Query { page, ..query.clone() });
    let back = to(newer.map(|offset| Page { offset, ..page }));
    let on = to(Some(Page { offset: older.min(FURTHEST), ..page }));
    let (Some(back), Some(on)) = (back, on) else {
        hint(reply, "more follow: the filters are too long for paging, use a smaller set or a greater count");
        return;
    };
    let further = more && older <= FURTHEST;
    if more && !further {
        hint(reply, "older ones: narrow the filters");
    }
    reply.pages = vec![
        PageButton { label: "‹ Newer".to_owned(), custom_id: back, enabled: page.offset > 0 },
        PageButton { label: "Older ›".to_owned(), custom_id: on, enabled: further },
    ];
}

fn hint(reply: &mut Reply, text: &str) {
    if let Some(embed) = reply.message.embeds.first_mut() {
        embed.footer.text = format!("{} · {text}", embed.footer.text);
    }
}

/// At most about 390 characters, so that ten fit into a description.
fn line(event: &Event, status: EventStatus) -> String {
    let (emoji, word) = label(status);
    let mut parts = vec![
        format!("{emoji} {word} <t:{}:R>", event.received.secs()),
        format!("**{}**", safe(&event.source, 32)),
        code(&event.event_type, 60),
    ];
    parts.extend(about(event));
    parts.push(code(&event.id.to_string(), 8));
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

/// Amount and subject, where they are known.
fn about(event: &Event) -> Option<String> {
    let facts = &event.facts;
    let amount = facts.amount.map(|minor| amount(minor, facts.currency.as_deref()));
    let parts: Vec<String> = amount.into_iter().chain(facts.subject.clone()).collect();
    Some(safe(&parts.join(" "), 75))
}

/// A short name of an event, for choices: plain text of at most 100 characters.
pub(super) fn short(event: &Event) -> String {
    let subject = event.facts.subject.as_deref().unwrap_or_default();
    plain(&format!("{} · {} {} {subject}", event.id, event.source, event.event_type), 100)
}
