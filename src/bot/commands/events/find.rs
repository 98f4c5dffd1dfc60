//! The event that somebody means: by the option `id`, or by the key of a button.

use crate::bot::answer::Reply;
use crate::bot::command::{Call, Where};
use crate::bot::error::CommandError;
use crate::bot::event_line;
use crate::bot::text::{code, plain, safe};
use crate::store::{EventDetails, PrefixMatch, Scope};
use hookbell_model::event::EventId;
use hookbell_model::message::{Embed, Footer};

/// Most events that are listed for an ambiguous id.
const MAX_CANDIDATES: usize = 10;
const GREY: u32 = 0x0080_848E;

/// The event that the option `id` names, or those that it may mean.
pub(in crate::bot) async fn named(call: &Call, scope: Scope) -> Result<Result<EventId, Reply>, CommandError> {
    // As people copy it from a message: `k3f9x2mq`, #k3f9x2mq.
    let prefix = call.options.text("id").unwrap_or_default().trim_matches(['`', '#']).to_ascii_lowercase();
    match call.store.find_in(&prefix, scope.clone()).await? {
        PrefixMatch::None => Err(CommandError::NoSuchEvent(prefix)),
        PrefixMatch::One(id) => Ok(Ok(id)),
        PrefixMatch::Many(ids) => Ok(Err(candidates(call, &prefix, &ids, scope).await?)),
    }
}

pub(in crate::bot) async fn find(call: &Call, id: EventId, scope: Scope) -> Result<EventDetails, CommandError> {
    let found = call.store.details_in(id, scope).await?;
    found.ok_or_else(|| CommandError::NoSuchEvent(id.to_string()))
}

pub(in crate::bot) async fn of_key(call: &Call, key: &str) -> Result<(EventDetails, Where), CommandError> {
    let (place, id) = key.split_once('.').ok_or(CommandError::UnknownButton)?;
    chosen(call, place, id).await
}

pub(super) async fn chosen(call: &Call, place: &str, id: &str) -> Result<(EventDetails, Where), CommandError> {
    let place: Where = place.parse().map_err(|_| CommandError::UnknownButton)?;
    let scope = call.look_again(&place)?;
    let id: EventId = id.parse().map_err(|_| CommandError::UnknownButton)?;
    Ok((find(call, id, scope).await?, place))
}

async fn candidates(call: &Call, prefix: &str, ids: &[EventId], scope: Scope) -> Result<Reply, CommandError> {
    let words = call.words;
    let mut lines = Vec::new();
    for id in ids.iter().take(MAX_CANDIDATES) {
        let Some(found) = call.store.details_in(*id, scope.clone()).await? else { continue };
        let label = safe(&event_line::label(&found.event, &found.title, words, 70), 80);
        lines.push(format!("{} {label} · <t:{}:R>", code(&id.to_string(), 8), found.event.received.secs()));
    }
    Ok(Reply::embed(Embed {
        title: words.fill("events.show.several", &[("id", &plain(prefix, 8))]),
        description: lines.join("\n"),
        color: Some(GREY),
        footer: Footer { text: words.text("events.show.give_more").to_owned(), ..Footer::default() },
        ..Embed::default()
    }))
}
