//! `/alerts replay`: sends again what could not be delivered. First what would be sent, then a button that does it once.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::bot::answer::{ActionButton, Answer, AnswerKind, ButtonStyle, OptionChoice, Reply};
use crate::bot::command::{
    Action, Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, OptionSpec, Pressed, Suggesting, Where,
};
use crate::bot::commands::events::{find, suggest};
use crate::bot::confirm;
use crate::bot::error::CommandError;
use crate::bot::gate::Capability;
use crate::bot::text::{plain, safe};
use crate::compose::{ComposeInputs, compose};
use crate::replay::{self, ReplayOptions, Selected, SkipReason};
use crate::store::{EventFilter, EventStatus, NewReplay, Paging, ReplayResult, Scope};
use hookbell_model::delivery::Status;
use hookbell_model::event::EventId;
use hookbell_model::live::LiveContext;
use hookbell_model::message::Message;

/// Events that are replayed at a press; the rest is offered again.
const MOST: usize = 200;
/// Replays what an event's button asks for.
pub(in crate::bot) const REPLAY_EVENT: &str = "replay-event";
const REPLAY: &str = "replay";

pub(in crate::bot) static COMMAND: Command = Command {
    name: "alerts replay",
    form: CommandForm::Slash,
    capability: Capability::Operate,
    answer: AnswerKind::Private,
    options: &[
        OptionSpec::suggested("id", suggest::event),
        OptionSpec::suggested("destination", destinations),
        EVERYWHERE_OPTION,
    ],
    run,
    actions: &[
        Action { name: REPLAY, capability: Capability::Operate, answer: AnswerKind::Update, run: confirmed },
        Action { name: REPLAY_EVENT, capability: Capability::Operate, answer: AnswerKind::Private, run: of_event },
    ],
};

/// What is to be replayed.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Asked {
    /// Where it was asked; see [`Where`].
    place: String,
    /// One event; none = all that is dead.
    event: Option<String>,
    /// Only to this destination.
    destination: Option<String>,
}

/// What a replay would do.
#[derive(Default)]
struct Selection {
    /// In the order of the events.
    replays: Vec<NewReplay>,
    skipped: Vec<SkipReason>,
    /// There is more than is replayed at a press.
    has_more: bool,
}

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let scope = call.viewer.scope.clone();
        let event = match call.options.text("id") {
            None => None,
            Some(_) => match find::named(call, scope.clone()).await? {
                Ok(id) => Some(id.to_string()),
                Err(candidates) => return Ok(Answer::Private(candidates)),
            },
        };
        let destination = call.options.text("destination").map(str::to_owned);
        let asked = Asked { place: call.place().to_string(), event, destination };
        Ok(Answer::Private(dry_run(call, &asked, scope).await?))
    })
}

fn of_event<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let (place, id) = pressed.key.split_once('.').ok_or(CommandError::UnknownButton)?;
        let scope = scope(call, place)?;
        let asked = Asked { place: place.to_owned(), event: Some(id.to_owned()), destination: None };
        Ok(Answer::Private(dry_run(call, &asked, scope).await?))
    })
}

fn confirmed<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let (asked, store) = confirm::pressed::<Asked>(call, REPLAY, pressed).await?;
        // Decided anew: what may be seen, and what is still to be replayed.
        let selection = select(call, &asked, scope(call, &asked.place)?).await?;
        let results = store.replay(selection.replays.clone(), call.now).await?;
        let made = selection.replays.iter().zip(&results).filter(|(_, result)| matches!(result, ReplayResult::New(_)));
        let made: Vec<&NewReplay> = made.map(|(replay, _)| replay).collect();
        let mut lines = vec![call.words.count("alerts.replay.done", number(made.len()), &[("to", &to(&made))])];
        if selection.has_more {
            lines.push(call.words.text("alerts.replay.more").to_owned());
        }
        Ok(Answer::Update(Reply::text(lines.join("\n"))))
    })
}

fn scope(call: &Call, place: &str) -> Result<Scope, CommandError> {
    let place: Where = place.parse().map_err(|_| CommandError::UnknownButton)?;
    call.look_again(&place)
}

/// What would be sent, with the first message as it would look, and a button.
async fn dry_run(call: &Call, asked: &Asked, scope: Scope) -> Result<Reply, CommandError> {
    let words = call.words;
    let mut selection = select(call, asked, scope).await?;
    let obstacles = call.store.replay_obstacles(selection.replays.clone()).await?;
    let mut replays = Vec::new();
    for (replay, obstacle) in selection.replays.into_iter().zip(obstacles) {
        match obstacle {
            None | Some(ReplayResult::New(_)) => replays.push(replay),
            Some(ReplayResult::Gone) => selection.skipped.push(SkipReason::Gone),
            Some(ReplayResult::Already { delivery, status }) => {
                selection.skipped.push(SkipReason::Already { delivery, status });
            }
        }
    }
    let skipped = skipped(call, &selection.skipped);
    let Some(first) = replays.first() else {
        let lines = std::iter::once(words.text("alerts.replay.nothing").to_owned()).chain(skipped);
        return Ok(Reply::text(lines.collect::<Vec<_>>().join("\n")));
    };
    let all: Vec<&NewReplay> = replays.iter().collect();
    let mut lines = vec![words.count("alerts.replay.would", number(all.len()), &[("to", &to(&all))])];
    lines.extend(skipped);
    if selection.has_more {
        lines.push(words.text("alerts.replay.more").to_owned());
    }
    lines.push(words.text("alerts.replay.first").to_owned());
    let message = preview(call, first).await?;
    let text = Message { content: format!("{}\n{}", lines.join("\n"), message.content), ..message };
    let custom_id = confirm::offer(call, REPLAY, asked).await?.to_string();
    let button = ActionButton::new(words.text("alerts.replay.button"), custom_id).styled(ButtonStyle::Primary);
    Ok(Reply { message: text, rows: Vec::new() }.with_buttons(vec![button]))
}

/// The message that a replay would post; what cannot be shown in an answer is left out.
async fn preview(call: &Call, replay: &NewReplay) -> Result<Message, CommandError> {
    let Some((event, raw)) = call.store.event(replay.event).await? else { return Ok(Message::default()) };
    let look = call.settings.look(&replay.destination);
    let inputs = ComposeInputs::one(&event, &raw, &replay.plan);
    let message = compose(&call.settings.templates, &inputs, &look.target(), &LiveContext::default()).message;
    let embeds = message.embeds.into_iter().take(1).collect();
    Ok(Message { content: message.content, embeds, ..Message::default() })
}

/// What is to be replayed, as the routes of today say; only to destinations within the scope.
async fn select(call: &Call, asked: &Asked, scope: Scope) -> Result<Selection, CommandError> {
    let visible = call.store.destinations_in(scope.clone()).await?;
    let mut selection = Selection::default();
    let events = match &asked.event {
        Some(id) => vec![id.parse::<EventId>().map_err(|_| CommandError::NoSuchEvent(id.clone()))?],
        None => {
            let filter = EventFilter { status: Some(EventStatus::Has(Status::Dead)), ..EventFilter::default() };
            let page = call.store.recent_page(scope.clone(), filter, Paging::Newest, MOST).await?;
            selection.has_more = page.has_older;
            page.events.iter().rev().map(|summary| summary.event.id).collect()
        }
    };
    let feeds = call.store.feeds().await?;
    let rules = call.settings.rules.with_feeds(&feeds);
    let feeds: Vec<String> = feeds.iter().map(|feed| feed.id.destination()).collect();
    let is_wanted = |destination: &str| {
        (scope == Scope::Everything || visible.iter().any(|name| name == destination))
            && asked.destination.as_deref().is_none_or(|wanted| wanted == destination)
    };
    for id in events {
        let details = call.store.details_in(id, scope.clone()).await?;
        let Some(mut details) = details else { return Err(CommandError::NoSuchEvent(id.to_string())) };
        details.deliveries.retain(|(delivery, _)| is_wanted(&delivery.destination));
        // What is shown is masked; what is replayed is not, but by its plan.
        let Some((event, raw)) = call.store.event(id).await? else { continue };
        (details.event, details.raw) = (event, raw);
        let is_dead = |status: Option<EventStatus>| status.is_none() || status == Some(EventStatus::Has(Status::Dead));
        // One that is named is sent again also where it was delivered.
        let found = details.deliveries.iter().map(|(delivery, _)| delivery);
        let named = asked.event.as_ref().filter(|_| !found.clone().any(|one| one.status == Status::Dead));
        let status =
            named.and_then(|_| Some(EventStatus::Has(found.clone().find(|one| one.status.is_final())?.status)));
        let options = ReplayOptions {
            rules: &rules,
            destinations: call.settings.destinations.keys().chain(&feeds).map(String::as_str).collect(),
            status,
            to: None,
            edit: false,
            again: !is_dead(status),
            channels: BTreeMap::new(),
        };
        for selected in replay::select(&details, &options) {
            match selected {
                Selected::Replay(new) if is_wanted(&new.destination) => selection.replays.push(*new),
                Selected::Replay(_) => {}
                Selected::Skip { why, .. } => selection.skipped.push(why),
            }
        }
    }
    Ok(selection)
}

/// A line for each reason why something is not replayed.
fn skipped(call: &Call, skipped: &[SkipReason]) -> Vec<String> {
    let key = |why: &SkipReason| match why {
        SkipReason::Gone => "alerts.replay.skipped.gone",
        SkipReason::Already { .. } => "alerts.replay.skipped.already",
        SkipReason::NothingWithStatus { .. } => "alerts.replay.skipped.on_its_way",
        SkipReason::NotRouted => "alerts.replay.skipped.not_routed",
        SkipReason::NoDestination => "alerts.replay.skipped.no_destination",
        SkipReason::NotPosted => "alerts.replay.skipped.not_posted",
    };
    let keys: BTreeSet<&str> = skipped.iter().map(key).collect();
    let count = |wanted: &str| number(skipped.iter().filter(|why| key(why) == wanted).count());
    keys.into_iter().map(|key| format!("-# {}", call.words.count(key, count(key), &[]))).collect()
}

/// The destinations, with how many each gets.
fn to(replays: &[&NewReplay]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for replay in replays {
        *counts.entry(replay.destination.as_str()).or_default() += 1;
    }
    let part = |(destination, count): (&str, usize)| match count {
        1 => format!("**{}**", safe(destination, 60)),
        count => format!("**{}** ({count})", safe(destination, 60)),
    };
    counts.into_iter().map(part).collect::<Vec<_>>().join(", ")
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// The destinations that one may see.
pub(super) fn destinations<'a>(call: &'a Call, typed: &'a str) -> Suggesting<'a> {
    Box::pin(async move {
        let typed = typed.trim().to_lowercase();
        let mut names = call.store.destinations_in(call.viewer.scope.clone()).await?;
        if call.viewer.scope == Scope::Everything {
            names = call.settings.destinations.keys().cloned().collect();
        }
        names.retain(|name| name.to_lowercase().contains(&typed));
        Ok(names.into_iter().map(|name| OptionChoice { name: plain(&name, 100), value: name }).collect())
    })
}
