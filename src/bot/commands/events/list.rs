//! A list of events, two lines each, with pages, a menu to open one, and a button that posts it for all.

use super::filter::{EventQuery, MOST};
use super::show;
use crate::bot::answer::{ActionButton, Answer, AnswerKind, Reply, Row, SelectMenu, SelectOption};
use crate::bot::command::{Action, Answering, Call, Pressed};
use crate::bot::custom_id::CustomId;
use crate::bot::error::CommandError;
use crate::bot::event_line;
use crate::bot::gate::Capability;
use crate::bot::text::{plain, safe};
use crate::store::{EventFilter, EventSummary, Paging, RecentPage, Scope};
use hookbell_model::message::{Embed, Footer};
use hookbell_model::suggest::did_you_mean;
use hookbell_model::timestamp::Timestamp;

const BLURPLE: u32 = 0x0058_65F2;
const PAGE: &str = "page";
const SHARE: &str = "share";
/// Events without the filter that are counted, where the filter finds none.
const COUNTED: usize = 50;

pub(super) const TURN: Action =
    Action { name: PAGE, capability: Capability::View, answer: AnswerKind::Update, run: turn };
pub(super) const SHARE_LIST: Action =
    Action { name: SHARE, capability: Capability::View, answer: AnswerKind::Public, run: share };

fn turn<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let (query, paging, scope) = EventQuery::of_key(call, &pressed.key).await?;
        Ok(Answer::Update(page(call, &query, paging, scope).await?))
    })
}

/// What its presser may see, as the channel may see it.
fn share<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let (query, paging, _) = EventQuery::of_key(call, &pressed.key).await?;
        let scope = call.viewer.scope.clone();
        let found = call.store.recent_page(scope, query.filter.clone(), paging, query.count).await?;
        let mut reply = Reply::embed(list(call, &query, &found));
        reply.message.content = call.words.fill("event.shared_by", &[("who", &safe(&call.viewer.name, 60))]);
        Ok(Answer::Public(reply))
    })
}

pub(super) async fn page(call: &Call, query: &EventQuery, paging: Paging, scope: Scope) -> Result<Reply, CommandError> {
    let found = call.store.recent_page(scope.clone(), query.filter.clone(), paging, query.count).await?;
    if found.events.is_empty() && paging == Paging::Newest {
        return none(call, query, scope).await;
    }
    let mut reply = Reply::embed(list(call, query, &found));
    reply.rows.extend(menu(call, &found, query));
    let newest = found.events.first().map(|summary| Paging::After(summary.event.id));
    let last = found.reached.map(|reached| reached.id).or(found.events.last().map(|summary| summary.event.id));
    let oldest = last.map(Paging::Before);
    let button = |action, label: &str, paging: Paging| {
        ActionButton::new(label, CustomId::new(action, query.key(paging)).to_string())
    };
    let words = call.words;
    let mut buttons = Vec::new();
    if found.has_newer || found.has_older {
        let newer = newest.filter(|_| found.has_newer).unwrap_or(Paging::Newest);
        buttons.push(button(PAGE, words.text("list.newer"), newer).enabled(found.has_newer));
        let older = button(PAGE, words.text("list.older"), oldest.unwrap_or(Paging::Newest));
        buttons.push(older.enabled(found.has_older && oldest.is_some()));
    }
    if call.viewer.place.is_some() {
        buttons.push(button(SHARE, words.text("list.share"), paging));
    }
    Ok(reply.with_buttons(buttons))
}

fn list(call: &Call, query: &EventQuery, found: &RecentPage) -> Embed {
    let words = call.words;
    let shown = found.events.iter().map(|summary| {
        let masked = EventSummary { event: summary.masked_event(), ..summary.clone() };
        event_line::lines(&masked, words)
    });
    let mut lines: Vec<String> = shown.collect();
    if let Some(reached) = found.reached {
        lines.push(words.fill("list.reached", &[("when", &format!("<t:{}:f>", reached.received.secs()))]));
    }
    let filters = describe(call, &query.filter);
    Embed {
        title: words
            .text(if query.filter.search.is_some() { "events.search.title" } else { "events.recent.title" })
            .to_owned(),
        description: lines.join("\n"),
        color: Some(BLURPLE),
        footer: Footer { text: filters, ..Footer::default() },
        ..Embed::default()
    }
}

/// The menu that opens one of the events.
fn menu(call: &Call, found: &RecentPage, query: &EventQuery) -> Option<Row> {
    let option = |summary: &EventSummary| event_line::menu_option(&summary.masked_event(), &summary.title, call.words);
    let options: Vec<SelectOption> = found.events.iter().take(MOST).map(option).collect();
    (!options.is_empty()).then(|| {
        Row::Select(SelectMenu {
            custom_id: CustomId::new(show::OPEN, &query.place).to_string(),
            placeholder: call.words.text("list.open").to_owned(),
            options,
        })
    })
}

/// The filters in words; plain text.
fn describe(call: &Call, filter: &EventFilter) -> String {
    let words = call.words;
    let zone = &call.settings.config.zone;
    let moment = |key: &str, at: Timestamp| words.fill(key, &[("when", &zone.minute(at))]);
    let parts = [
        filter.search.as_deref().map(|text| format!("“{}”", plain(text, 60))),
        filter.source.as_deref().map(|source| plain(source, 40)),
        filter.event_type.as_deref().map(|event_type| plain(event_type, 60)),
        filter.topic.map(|topic| words.word("topic", topic)),
        filter.severity.map(|severity| words.word("choice", severity)),
        filter.status.map(|status| words.word("choice", status)),
        filter.since.map(|at| moment("list.since", at)),
        filter.until.map(|at| moment("list.until", at)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Nothing found: what would be.
async fn none(call: &Call, query: &EventQuery, scope: Scope) -> Result<Reply, CommandError> {
    let words = call.words;
    if !call.store.has_place(scope.clone()).await? {
        return Err(CommandError::NoDestination);
    }
    let any = call.store.recent_page(scope.clone(), EventFilter::default(), Paging::Newest, COUNTED).await?;
    let Some(newest) = any.events.first() else { return Ok(Reply::text(words.text("events.recent.none_yet"))) };
    let filters = describe(call, &query.filter);
    let mut lines = vec![words.fill("events.recent.none", &[("filters", &safe(&filters, 300))])];
    let classes = call.store.classes(scope).await?;
    let similar = [
        query
            .filter
            .source
            .as_deref()
            .map(|written| (written, classes.iter().map(|class| class.source.as_str()).collect::<Vec<_>>())),
        query
            .filter
            .event_type
            .as_deref()
            .map(|written| (written, classes.iter().map(|class| class.event_type.as_str()).collect())),
    ];
    for (written, known) in similar.into_iter().flatten().filter(|(written, known)| !known.contains(written)) {
        if let Some(near) = did_you_mean(written, known) {
            lines.push(words.fill("events.recent.near", &[("name", &safe(near, 60))]));
        }
    }
    let count = u64::try_from(any.events.len()).unwrap_or(u64::MAX);
    let key = if any.has_older { "events.recent.without_filter_more" } else { "events.recent.without_filter" };
    let when = format!("<t:{}:R>", newest.event.received.secs());
    lines.push(words.count(key, count, &[("when", &when)]));
    Ok(Reply::text(lines.join("\n")))
}
