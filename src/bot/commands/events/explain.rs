//! `/events explain`, and the command "Explain this alert" in the menu of a message: what happened to an event, step by step,
//! and for those who operate what its routes made of it and what would have to change.

use super::find::{find, named};
use super::suggest;
use crate::bot::answer::{ActionButton, Answer, AnswerKind, Reply, Row, SelectMenu};
use crate::bot::command::{Action, Answering, Call, Command, CommandForm, OptionSpec, Pressed, Where};
use crate::bot::custom_id::CustomId;
use crate::bot::error::CommandError;
use crate::bot::event_line;
use crate::bot::gate::Capability;
use crate::bot::options::TARGET;
use crate::bot::reason::reason;
use crate::bot::text::{code, safe};
use crate::report::explanation::{Explanation, ExplanationInputs, RouteExplanation};
use crate::report::timeline::{TimelineEntry, TimelineStep};
use crate::store::{EventDetails, Scope};
use hookbell_model::delivery::{AttemptOutcome, Reason, Status};
use hookbell_model::event::EventId;
use hookbell_model::message::{Embed, Field, limit};
use hookbell_model::timestamp::{Timestamp, format_duration};
use hookbell_template::render::severity_color;

/// Steps that are shown, the newest.
const MOST_STEPS: usize = 15;
const MOST_ROUTES: usize = 8;
const MOST_ADVICE: usize = 5;
const GREY: u32 = 0x0080_848E;
/// A button or a menu's choice: the event to explain.
pub(super) const EXPLAIN: &str = "explain";

pub(in crate::bot) static COMMAND: Command = Command {
    name: "events explain",
    form: CommandForm::Slash,
    capability: Capability::View,
    answer: AnswerKind::Private,
    options: &[OptionSpec::suggested("id", suggest::event).required()],
    run,
    actions: &[
        Action { name: EXPLAIN, capability: Capability::View, answer: AnswerKind::Private, run: pressed },
        // The button below an alert.
        Action { name: "explain-alert", capability: Capability::View, answer: AnswerKind::Private, run: of_alert },
    ],
};

pub(in crate::bot) static MESSAGE_COMMAND: Command = Command {
    name: "explain_message",
    form: CommandForm::Message,
    capability: Capability::View,
    answer: AnswerKind::Private,
    options: &[],
    run: of_message,
    actions: &[],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let scope = call.viewer.scope.clone();
        match named(call, scope.clone()).await? {
            Ok(id) => Ok(Answer::Private(explain(call, id, scope).await?)),
            Err(candidates) => Ok(Answer::Private(candidates)),
        }
    })
}

fn pressed<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        // Of a button the key names the event, of a menu the choice.
        let (place, id) = pressed.key.split_once('.').unwrap_or((pressed.key.as_str(), ""));
        let id = pressed.values.first().map_or(id, String::as_str);
        let place: Where = place.parse().map_err(|_| CommandError::UnknownButton)?;
        let id: EventId = id.parse().map_err(|_| CommandError::UnknownButton)?;
        Ok(Answer::Private(explain(call, id, call.look_again(&place)?).await?))
    })
}

/// The events behind a message.
fn of_message(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let message = call.options.text(TARGET).unwrap_or_default();
        Ok(Answer::Private(behind(call, message).await?))
    })
}

fn of_alert<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let message = pressed.message.as_deref().unwrap_or_default();
        Ok(Answer::Private(behind(call, message).await?))
    })
}

async fn behind(call: &Call, message: &str) -> Result<Reply, CommandError> {
    let scope = call.viewer.scope.clone();
    let events = call.store.events_of_message(scope.clone(), message).await?;
    match events.as_slice() {
        [] => Err(CommandError::NotOurMessage),
        [one] => explain(call, *one, scope).await,
        several => choice(call, several, scope).await,
    }
}

/// Of which of several events.
async fn choice(call: &Call, events: &[EventId], scope: Scope) -> Result<Reply, CommandError> {
    let words = call.words;
    let mut options = Vec::new();
    for id in events {
        let found = find(call, *id, scope.clone()).await?;
        options.push(event_line::menu_option(&found.event, &found.title, words));
    }
    let count = u64::try_from(options.len()).unwrap_or(u64::MAX);
    let mut reply = Reply::text(words.count("events.explain.several", count, &[]));
    reply.rows.push(Row::Select(SelectMenu {
        custom_id: CustomId::new(EXPLAIN, Where::Here).to_string(),
        placeholder: words.text("list.open").to_owned(),
        options,
    }));
    Ok(reply)
}

async fn explain(call: &Call, id: EventId, scope: Scope) -> Result<Reply, CommandError> {
    let found = find(call, id, scope.clone()).await?;
    let operates = call.viewer.may(Capability::Operate);
    let visible = match &scope {
        Scope::Everything => None,
        scope => Some(call.store.destinations_in(scope.clone()).await?),
    };
    let rules = operates.then_some(&call.settings.rules);
    let title = event_line::title(&found.event, &found.title, call.words);
    let inputs = ExplanationInputs { rules, visible, ..ExplanationInputs::default() };
    Ok(reply(call, &title, found, inputs))
}

fn reply(call: &Call, title: &str, found: EventDetails, inputs: ExplanationInputs<'_>) -> Reply {
    let words = call.words;
    let operates = inputs.rules.is_some();
    let severity = found.event.facts.severity;
    let explanation = Explanation::of(found, inputs);
    let mut lines = Vec::new();
    let hidden = explanation.timeline.len().saturating_sub(MOST_STEPS);
    if hidden > 0 {
        lines.push(words.count("events.explain.earlier", u64::try_from(hidden).unwrap_or(u64::MAX), &[]));
    }
    let shown = explanation.timeline.get(hidden..).unwrap_or_default();
    let mut before: Option<&TimelineEntry> = None;
    for entry in shown {
        if !before.is_some_and(|before| says_the_same(before, entry)) {
            if before.is_none_or(|before| day(before.at) != day(entry.at)) {
                lines.push(format!("-# <t:{}:D>", entry.at.secs()));
            }
            lines.push(step(call, entry));
        }
        before = Some(entry);
    }
    let said = lines.join("\n");
    for delivery in &explanation.deliveries {
        let notes = delivery.notes.iter().map(|note| safe(&note.to_string(), 150));
        lines.extend(notes.filter(|note| !said.contains(note)).map(|note| format!("-# {note}")));
    }
    let mut fields = Vec::new();
    let mut field = |key: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let name = words.text(key).to_owned();
            fields.push(Field { name, value: lines.join("\n"), inline: false, ..Field::default() });
        }
    };
    if operates {
        field("events.explain.routes", explanation.routes.iter().take(MOST_ROUTES).map(route).collect());
        let advice = explanation.advice.iter().take(MOST_ADVICE);
        field("events.explain.advice", advice.map(|advice| safe(&advice.to_string(), 200)).collect());
    }
    let title = words.fill("events.explain.title", &[("title", title)]);
    let reply = Reply::embed(Embed {
        title: safe(&title, limit::TITLE / 2),
        description: lines.join("\n"),
        color: Some(severity.map_or(GREY, severity_color)),
        fields,
        ..Embed::default()
    });
    let id = explanation.id.unwrap_or_default();
    let show = CustomId::new(super::show::OPEN, format!("{}.{id}", Where::Here)).to_string();
    reply.with_buttons(vec![ActionButton::new(words.text("events.explain.show"), show)])
}

/// Whether the end of a delivery says only what its last attempt has said.
fn says_the_same(before: &TimelineEntry, entry: &TimelineEntry) -> bool {
    let (TimelineStep::Attempted { outcome, detail, .. }, TimelineStep::Settled { status, reason, .. }) =
        (&before.step, &entry.step)
    else {
        return false;
    };
    let is_delivered = *outcome == AttemptOutcome::Delivered && *status == Status::Delivered;
    is_delivered && before.destination == entry.destination && detail == reason
}

/// Days since 1970, in UTC: where it changes, a date comes before the times.
fn day(at: Timestamp) -> i64 {
    at.secs().div_euclid(86_400)
}

fn step(call: &Call, entry: &TimelineEntry) -> String {
    let words = call.words;
    let why = |typed: &Option<Reason>| typed.as_ref().map(|typed| reason(words, typed)).unwrap_or_default();
    let what = match &entry.step {
        TimelineStep::Received => words.text("step.received").to_owned(),
        TimelineStep::Unrouted => words.text("step.unrouted").to_owned(),
        TimelineStep::Routed { .. } => words.text("step.routed").to_owned(),
        TimelineStep::Attempted { outcome, detail, took } => {
            let detail = safe(detail, 90);
            let detail = if detail.is_empty() { detail } else { format!(": {detail}") };
            let took = format_duration(*took);
            let outcome = words.word("outcome", outcome);
            words.fill("step.attempted", &[("outcome", &outcome), ("detail", &detail), ("took", &took)])
        }
        TimelineStep::Waiting { until: Some(until), typed, .. } => {
            let until = format!("<t:{}:R>", until.secs());
            words.fill("step.waiting_until", &[("when", &until), ("reason", &why(typed))])
        }
        TimelineStep::Waiting { until: None, typed, .. } => words.fill("step.waiting", &[("reason", &why(typed))]),
        TimelineStep::Settled { status, typed, .. } => {
            let status = words.word("status", status);
            let reason = why(typed);
            if reason.is_empty() { status } else { format!("{status}: {reason}") }
        }
    };
    let destination = entry.destination.as_deref().map(|name| format!("**{}** ", safe(name, 60))).unwrap_or_default();
    format!("<t:{}:T> {destination}{what}", entry.at.secs())
}

fn route(route: &RouteExplanation) -> String {
    let sign = if route.takes { "✅" } else { "▫️" };
    let to = safe(&route.to.join(", "), 60);
    // Backticks would be shown as such.
    let text = safe(&route.text.replace('`', "'"), 160);
    format!("{sign} {} → {to}: {text}", code(&route.route.to_string(), 40))
}
