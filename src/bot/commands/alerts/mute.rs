//! `/alerts mute`: no messages of some events until a time, here or in all of the server. What is critical passes unless the
//! asker says otherwise.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::muted::{self, Unmute};
use super::{routes, things};
use crate::bot::answer::{ActionButton, Answer, AnswerKind, ButtonStyle, Reply, Row, SelectMenu, SelectOption};
use crate::bot::command::{
    Action, Answering, Call, Command, CommandForm, OptionKind, OptionSpec, Pressed, Suggesting, Where,
};
use crate::bot::commands::events::{find, suggest};
use crate::bot::confirm;
use crate::bot::error::CommandError;
use crate::bot::gate::Capability;
use crate::bot::text::safe;
use crate::bot::{answer::OptionChoice, moment};
use crate::store::{Scope, Store};
use hookbell_model::delivery::MuteMatcher;
use hookbell_model::event::Severity;
use hookbell_model::timestamp::{Timestamp, parse_duration};

/// What is never to be posted belongs into the routes.
const LONGEST: Duration = Duration::from_secs(30 * 86_400);
const EXAMPLES: [&str; 6] = ["30m", "1h", "4h", "12h", "1d", "7d"];
/// In characters: a reason is shown in lists and messages.
const LONGEST_REASON: u16 = 200;
/// Asks how long what is like an event is muted.
pub(in crate::bot) const MUTE_THIS: &str = "mute-event";
const MUTE_FOR: &str = "mute-for";

pub(in crate::bot) static COMMAND: Command = Command {
    name: "alerts mute",
    form: CommandForm::Slash,
    capability: Capability::Operate,
    answer: AnswerKind::Private,
    options: &[
        OptionSpec::suggested("for", spans).required(),
        OptionSpec::new("reason", OptionKind::Text { max_length: LONGEST_REASON, suggest: None }).required(),
        OptionSpec::suggested("source", suggest::source),
        OptionSpec::suggested("type", suggest::event_type),
        OptionSpec::suggested("topic", suggest::topic),
        OptionSpec::new("severity", OptionKind::Choice(&["critical", "error", "warning", "success", "info"])),
        OptionSpec::suggested("route", routes::suggest),
        OptionSpec::new("key", OptionKind::Text { max_length: 100, suggest: None }),
        OptionSpec::new("critical", OptionKind::Flag),
        OptionSpec::new("everywhere", OptionKind::Flag),
    ],
    run,
    actions: &[
        Action { name: MUTE_THIS, capability: Capability::Operate, answer: AnswerKind::Private, run: of_event },
        Action { name: "mute-alert", capability: Capability::Operate, answer: AnswerKind::Private, run: of_alert },
        Action { name: MUTE_FOR, capability: Capability::Operate, answer: AnswerKind::Update, run: chosen },
    ],
};

/// A mute of what is like an event.
#[derive(Debug, Serialize, Deserialize)]
struct MuteThis {
    /// The place and the id, as in the keys of `/events show`.
    event: String,
    /// The name of the alert that is muted, and nothing else of its kind.
    key: Option<String>,
}

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let options = &call.options;
        let until = until(call, options.text("for").unwrap_or_default())?;
        let topic = |text: &str| text.to_lowercase().parse().map_err(|_| CommandError::UnknownTopic(text.to_owned()));
        let severity = |text: &str| text.parse().map_err(|_| CommandError::UnknownSeverity(text.to_owned()));
        let destinations = call.store.destinations_in(call.viewer.scope.clone()).await?;
        let route = match options.text("route") {
            Some(written) => Some(routes::named(call, written, &routes::visible(call).await?)?.clone()),
            None => None,
        };
        // Without one it would mute everywhere, which is for operators in direct messages.
        if destinations.is_empty() && call.viewer.scope != Scope::Everything {
            return Err(CommandError::NoDestination);
        }
        let matcher = MuteMatcher {
            source: options.text("source").map(str::to_owned),
            event_type: options.text("type").map(str::to_owned),
            topic: options.text("topic").map(topic).transpose()?,
            severity: options.text("severity").map(severity).transpose()?,
            route,
            key: options.text("key").map(str::to_owned),
            destinations,
            spares_critical: !options.flag("critical"),
        };
        let reason = options.text("reason").unwrap_or_default();
        let store = call.store.on_behalf_of(call.author());
        Ok(Answer::Private(mute(call, &store, &call.place(), NewMute { matcher, reason, until }).await?))
    })
}

struct NewMute<'r> {
    matcher: MuteMatcher,
    reason: &'r str,
    until: Timestamp,
}

async fn mute(call: &Call, store: &Store, place: &Where, new: NewMute<'_>) -> Result<Reply, CommandError> {
    let NewMute { matcher, reason, until } = new;
    let id = store.add_mute(matcher.clone(), reason.to_owned(), call.now, until).await?;
    let words = call.words;
    let mut lines = vec![words.fill(
        "alerts.mute.done",
        &[("what", &safe(&muted::what(call, &matcher), 120)), ("until", &format!("<t:{}:f>", until.secs()))],
    )];
    lines.push(format!("-# {}", safe(reason, usize::from(LONGEST_REASON))));
    lines.push(words.text("alerts.mute.how").to_owned());
    let unmute = Unmute { place: place.to_string(), mute: Some(id) };
    let unmute = confirm::offer(call, muted::UNMUTE, &unmute).await?.to_string();
    let button = ActionButton::new(words.text("alerts.mute.unmute"), unmute).styled(ButtonStyle::Primary);
    Ok(Reply::text(lines.join("\n")).with_buttons(vec![button]))
}

/// Asks how long; the key names the event.
fn of_event<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move { Ok(Answer::Private(ask(call, MuteThis { event: pressed.key.clone(), key: None }).await?)) })
}

/// The button below an alert.
fn of_alert<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let thing = things::of_message(call, pressed.message.as_deref()).await?;
        let shown = thing.state.shown.as_ref().ok_or(CommandError::AlertGone)?;
        let event = format!("{}.{}", Where::Here, shown.id);
        Ok(Answer::Private(ask(call, MuteThis { event, key: thing.keys.first().cloned() }).await?))
    })
}

async fn ask(call: &Call, asked: MuteThis) -> Result<Reply, CommandError> {
    let words = call.words;
    let (matcher, _) = like_event(call, &asked).await?;
    let what = safe(&muted::what(call, &matcher), 120);
    let option = |span: &&str| SelectOption {
        label: words.fill("alerts.mute.span", &[("span", span)]),
        value: (*span).to_owned(),
        description: String::new(),
        emoji: "🔇".to_owned(),
    };
    let mut reply = Reply::text(words.fill("alerts.mute.this", &[("what", &what)]));
    reply.rows.push(Row::Select(SelectMenu {
        custom_id: confirm::offer(call, MUTE_FOR, &asked).await?.to_string(),
        placeholder: words.text("alerts.mute.choose").to_owned(),
        options: EXAMPLES.iter().map(option).collect(),
    }));
    Ok(reply)
}

fn chosen<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let (asked, store) = confirm::pressed::<MuteThis>(call, MUTE_FOR, pressed).await?;
        let until = until(call, pressed.values.first().map(String::as_str).unwrap_or_default())?;
        let (matcher, place) = like_event(call, &asked).await?;
        let reason = call.words.text("alerts.mute.by_button");
        Ok(Answer::Update(mute(call, &store, &place, NewMute { matcher, reason, until }).await?))
    })
}

/// All that is like an event: of its source and type, where it may be seen. What is critical passes, unless it is itself.
async fn like_event(call: &Call, asked: &MuteThis) -> Result<(MuteMatcher, Where), CommandError> {
    let (found, place) = find::of_key(call, &asked.event).await?;
    let destinations = call.store.destinations_in(call.look_again(&place)?).await?;
    if destinations.is_empty() && call.viewer.place.is_some() {
        return Err(CommandError::NoDestination);
    }
    let (source, event_type) = match &asked.key {
        Some(_) => (None, None),
        None => (Some(found.event.source), Some(found.event.event_type)),
    };
    let matcher = MuteMatcher {
        source,
        event_type,
        key: asked.key.clone(),
        destinations,
        spares_critical: found.event.facts.severity != Some(Severity::Critical),
        ..MuteMatcher::default()
    };
    Ok((matcher, place))
}

fn until(call: &Call, text: &str) -> Result<Timestamp, CommandError> {
    let wrong = || CommandError::NoSpan { written: text.to_owned() };
    let zone = &call.settings.config.zone;
    let until = match parse_duration(&text.to_lowercase()) {
        Ok(span) => call.now.after(span),
        Err(_) => zone.read(text).or_else(|| Timestamp::parse_rfc3339(text)).ok_or_else(wrong)?,
    };
    if until <= call.now || until.since(call.now) > LONGEST {
        return Err(wrong());
    }
    Ok(until)
}

fn spans<'a>(call: &'a Call, typed: &'a str) -> Suggesting<'a> {
    Box::pin(async move {
        let typed = typed.trim();
        let choice = |text: &str| OptionChoice { name: text.to_owned(), value: text.to_owned() };
        let examples = EXAMPLES.iter().filter(|example| example.contains(&typed.to_lowercase()));
        let mut choices: Vec<OptionChoice> = examples.map(|example| choice(example)).collect();
        let is_known = choices.iter().any(|choice| choice.value == typed);
        let is_past = moment::read(typed, &call.settings.config.zone, call.now).is_some_and(|at| at > call.now);
        if !is_known && (parse_duration(typed).is_ok() || is_past) {
            choices.insert(0, choice(typed));
        }
        Ok(choices)
    })
}
