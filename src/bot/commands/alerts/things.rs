//! What people do about alerts: which one is meant, the change, and what is said of it.

use crate::bot::answer::{Answer, OptionChoice, Reply};
use crate::bot::command::{Call, OptionKind, OptionSpec, Pressed, Suggesting};
use crate::bot::error::CommandError;
use crate::bot::event_line;
use crate::bot::text::{plain, safe};
use crate::compose::{ComposeInput, MessageTarget, ThingCard, compose_thing};
use crate::store::{Scope, Store, Thing};
use hookbell_model::event::Severity;
use hookbell_model::handling::{Handling, HandlingChange, HandlingConflict, Person, Signature};

/// Things of each destination that are looked at.
pub(super) const MOST: usize = 100;
/// A choice's value, in characters.
const VALUE: usize = 100;
/// Before the number of a thing whose names are too long for a choice.
const RECORD: char = '#';

/// Names an alert: by its key.
pub(super) const KEY_OPTION: OptionSpec =
    OptionSpec { name: "alert", kind: OptionKind::Text { max_length: 100, suggest: Some(keys) }, required: true };

/// Who asks.
pub(super) fn person(call: &Call) -> Person {
    Person { id: call.viewer.user.clone(), name: call.viewer.name.clone() }
}

/// What fires within a scope: what nobody has first, then the worst, then the newest.
pub(super) async fn firing(call: &Call, scope: Scope) -> Result<Vec<Thing>, CommandError> {
    let mut things = call.store.firing(scope, MOST).await?;
    let rank = |severity: Option<Severity>| match severity {
        Some(Severity::Critical) => 0,
        Some(Severity::Error) => 1,
        _ => 2,
    };
    things.sort_by_key(|thing| {
        (thing.handling.owner.is_some(), rank(thing.state.severity), std::cmp::Reverse(thing.firing))
    });
    // The same one in several channels is one.
    let mut seen: Vec<String> = Vec::new();
    things.retain(|thing| {
        let is_known = thing.keys.iter().any(|key| seen.contains(key));
        seen.extend(thing.keys.iter().cloned());
        !is_known
    });
    Ok(things)
}

/// The alert that the option names.
pub(super) async fn named(call: &Call) -> Result<Thing, CommandError> {
    let written = call.options.text("alert").unwrap_or_default();
    find(call, written, call.viewer.scope.clone()).await
}

pub(super) async fn find(call: &Call, written: &str, scope: Scope) -> Result<Thing, CommandError> {
    let missing = || CommandError::NoSuchAlert(written.to_owned());
    if let Some(record) = written.strip_prefix(RECORD) {
        let record: i64 = record.parse().map_err(|_| missing())?;
        let all = call.store.firing(scope, MOST).await?;
        return all.into_iter().find(|thing| thing.record == record).ok_or_else(missing);
    }
    let mut found = call.store.things_by_key(scope.clone(), written).await?;
    found.sort_by_key(|thing| (thing.firing.is_none(), thing.is_over(), std::cmp::Reverse(thing.record)));
    if let Some(thing) = found.into_iter().next() {
        return Ok(thing);
    }
    // As people call it: by what its message says, where that is one alert alone.
    let named = |thing: &Thing| title(thing).to_lowercase().contains(&written.to_lowercase());
    let mut firing = firing(call, scope).await?.into_iter().filter(named);
    match (firing.next(), firing.next()) {
        (Some(thing), None) if !written.is_empty() => Ok(thing),
        _ => Err(missing()),
    }
}

/// The alert of the message whose button was pressed.
pub(super) async fn of_message(call: &Call, message: Option<&str>) -> Result<Thing, CommandError> {
    let message = message.ok_or(CommandError::UnknownButton)?;
    let found = call.store.things_of_message(call.viewer.scope.clone(), message).await?;
    // Of an earlier alert of the name, or one that is no longer kept.
    found.into_iter().next().ok_or(CommandError::AlertGone)
}

/// A command that changes the alert that its option names; `done` says so.
pub(super) async fn by_command(call: &Call, what: HandlingChange, done: &str) -> Result<Answer, CommandError> {
    let thing = named(call).await?;
    change(call, &call.store.on_behalf_of(call.author()), &thing, what).await?;
    Ok(Answer::Private(said(call, &thing, done)))
}

/// A button below an alert: its message is drawn anew for all, or where it cannot be drawn here, `done` says what was changed.
pub(super) async fn by_button(
    call: &Call,
    pressed: &Pressed,
    what: HandlingChange,
    done: &str,
) -> Result<Answer, CommandError> {
    let thing = of_message(call, pressed.message.as_deref()).await?;
    change(call, &call.store.on_behalf_of(call.author()), &thing, what).await?;
    let card = card(call, &thing).await?;
    Ok(card.map_or_else(|| Answer::Private(said(call, &thing, done)), Answer::Update))
}

fn said(call: &Call, thing: &Thing, done: &str) -> Reply {
    Reply::text(call.words.fill(done, &[("alert", &safe(title(thing), 80))]))
}

/// Makes the change as the one who asks.
///
/// # Errors
/// What stands in the way: somebody has it, nobody has it, it is over.
pub(super) async fn change(
    call: &Call,
    store: &Store,
    thing: &Thing,
    change: HandlingChange,
) -> Result<Handling, CommandError> {
    if thing.state.closed && !matches!(change, HandlingChange::Note { .. }) {
        return Err(CommandError::AlertOver { by: None });
    }
    let handled = store.handle(thing.record, change, person(call), call.now).await?;
    match handled.ok_or(CommandError::AlertGone)? {
        Ok(handling) => Ok(handling),
        Err(HandlingConflict::Owned(owner)) => {
            let is_yours = owner.by.id == call.viewer.user;
            Err(CommandError::AlertOwned { by: owner.by.name, since: owner.at, is_yours })
        }
        Err(HandlingConflict::NotOwned) => Err(CommandError::AlertFree),
        Err(HandlingConflict::Resolved(Signature { by, .. })) => Err(CommandError::AlertOver { by: Some(by.name) }),
    }
}

/// The message of the alert as it is now, to take the place of the one whose button was pressed; none where it cannot be drawn
/// here.
async fn card(call: &Call, thing: &Thing) -> Result<Option<Reply>, CommandError> {
    let Some(found) = call.store.thing_message(thing.record).await? else { return Ok(None) };
    let Some((event, raw, plan)) = &found.shown else { return Ok(None) };
    // One of several in a message: the courier draws the others too.
    if found.live.slot.is_some() {
        return Ok(None);
    }
    let look = call.settings.look(&found.destination);
    let target = MessageTarget { is_bot_owned: true, ..look.target() };
    let input = ComposeInput { event, raw, plan };
    let card = ThingCard { input, state: &found.live.state, handling: &found.live.handling };
    let message = compose_thing(&call.settings.templates, &target, card);
    Ok(Some(Reply { message, rows: Vec::new() }))
}

/// What its message says first, as plain text; the severity's emoji is shown beside it.
pub(super) fn title(thing: &Thing) -> &str {
    thing.title().trim_start_matches(event_line::emoji(thing.state.severity)).trim_start()
}

/// The alert in a line of Markdown, with a link to its message.
pub(super) fn line(call: &Call, thing: &Thing) -> String {
    let title = safe(title(thing), 80);
    let link = thing.message.as_ref().and_then(crate::store::MessageLink::link);
    let title = link.map_or_else(|| format!("**{title}**"), |link| format!("[**{title}**]({link})"));
    let since = thing.firing.map(|since| format!("<t:{}:R>", since.secs()));
    let owner = match &thing.handling.owner {
        Some(owner) => format!("👀 {}", safe(&owner.by.name, 40)),
        None => call.words.text("alerts.open.free").to_owned(),
    };
    let second: Vec<String> = since.into_iter().chain([owner]).collect();
    format!("{} {title}\n-# {}", event_line::emoji(thing.state.severity), second.join(" · "))
}

fn keys<'a>(call: &'a Call, typed: &'a str) -> Suggesting<'a> {
    Box::pin(async move {
        let typed = typed.trim().to_lowercase();
        let choice = |thing: &Thing| {
            let key = thing.keys.iter().find(|key| key.chars().count() <= VALUE && !key.starts_with(RECORD));
            let value = key.cloned().unwrap_or_else(|| format!("{RECORD}{}", thing.record));
            OptionChoice { name: plain(title(thing), VALUE), value }
        };
        let all = firing(call, call.viewer.scope.clone()).await?;
        let fits = |choice: &OptionChoice| {
            choice.name.to_lowercase().contains(&typed) || choice.value.to_lowercase().contains(&typed)
        };
        Ok(all.iter().map(choice).filter(fits).collect())
    })
}
