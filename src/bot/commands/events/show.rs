//! `/events show`: one event, in a few lines; everything else comes at the press of a button.

use super::find::{chosen, find, named, of_key};
use super::suggest;
use crate::bot::answer::{ActionButton, Answer, AnswerKind, Reply};
use crate::bot::command::{Action, Answering, Call, Command, CommandForm, OptionSpec, Pressed, Where};
use crate::bot::commands::alerts::{mute, replay};
use crate::bot::custom_id::CustomId;
use crate::bot::error::CommandError;
use crate::bot::event_line;
use crate::bot::gate::Capability;
use crate::bot::reason::reason;
use crate::bot::text::{code, plain, safe};
use crate::report::delivery::{AttemptView, DeliveryView};
use crate::report::event::EventReport;
use crate::store::{EventDetails, EventStatus};
use hookbell_model::delivery::Status;
use hookbell_model::event::EventId;
use hookbell_model::message::{Attachment, Button, Embed, Field, limit};
use hookbell_model::timestamp::format_duration;
use hookbell_template::expression::url::check_url;
use hookbell_template::render::severity_color;

/// Deliveries that are shown.
const MAX_DELIVERIES: usize = 8;
/// The last attempts of a delivery that are shown.
const MAX_ATTEMPTS: usize = 3;
const GREY: u32 = 0x0080_848E;
/// A menu's choice: the event that it opens.
pub(super) const OPEN: &str = "event";
const DETAILS: &str = "details";
const SUMMARY: &str = "summary";
const PAYLOAD: &str = "payload";
const SHARE: &str = "share-event";

pub(in crate::bot) static COMMAND: Command = Command {
    name: "events show",
    form: CommandForm::Slash,
    capability: Capability::View,
    answer: AnswerKind::Private,
    options: &[OptionSpec::suggested("id", suggest::event).required()],
    run,
    actions: &[
        Action { name: OPEN, capability: Capability::View, answer: AnswerKind::Private, run: open },
        Action { name: DETAILS, capability: Capability::View, answer: AnswerKind::Update, run: details },
        Action { name: SUMMARY, capability: Capability::View, answer: AnswerKind::Update, run: summary },
        Action { name: PAYLOAD, capability: Capability::Operate, answer: AnswerKind::Private, run: payload },
        Action { name: SHARE, capability: Capability::View, answer: AnswerKind::Public, run: share },
    ],
};

/// How much is shown of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Summary,
    Details,
}

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let scope = call.viewer.scope.clone();
        match named(call, scope.clone()).await? {
            Ok(id) => {
                let found = find(call, id, scope).await?;
                Ok(Answer::Private(reply(call, found, &call.place(), Extent::Summary)))
            }
            Err(candidates) => Ok(Answer::Private(candidates)),
        }
    })
}

fn open<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        // Of a menu the choice names the event, of a button the key.
        let (found, place) = match pressed.values.first() {
            Some(id) => chosen(call, &pressed.key, id).await?,
            None => of_key(call, &pressed.key).await?,
        };
        Ok(Answer::Private(reply(call, found, &place, Extent::Summary)))
    })
}

fn details<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let (found, place) = of_key(call, &pressed.key).await?;
        Ok(Answer::Update(reply(call, found, &place, Extent::Details)))
    })
}

fn summary<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let (found, place) = of_key(call, &pressed.key).await?;
        Ok(Answer::Update(reply(call, found, &place, Extent::Summary)))
    })
}

/// The request's body as a file, masked as the event's messages are.
fn payload<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let (found, _) = of_key(call, &pressed.key).await?;
        let masks = found.masks();
        let id = found.event.id;
        let bytes = match serde_json::from_slice::<serde_json::Value>(&found.raw.body) {
            Ok(mut value) => {
                masks.mask_json(&mut value);
                serde_json::to_vec_pretty(&value).unwrap_or_default()
            }
            Err(_) => masks.text(&String::from_utf8_lossy(&found.raw.body)).into_owned().into_bytes(),
        };
        if bytes.len() as u64 > call.attachment_size_limit {
            return Err(CommandError::TooLarge { id });
        }
        let words = call.words;
        let mut reply = Reply::text(words.fill("events.show.payload", &[("id", &code(&id.to_string(), 8))]));
        let description = words.fill("events.show.payload", &[("id", &id.to_string())]);
        reply.message.files.push(Attachment { filename: format!("{id}.json"), description, bytes });
        Ok(Answer::Private(reply))
    })
}

fn share<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let (_, id) = pressed.key.split_once('.').ok_or(CommandError::UnknownButton)?;
        let id: EventId = id.parse().map_err(|_| CommandError::UnknownButton)?;
        // As the channel may see it.
        let found = find(call, id, call.viewer.scope.clone()).await?;
        let mut reply = reply(call, found, &Where::Here, Extent::Summary);
        reply.rows.clear();
        reply.message.content = call.words.fill("event.shared_by", &[("who", &safe(&call.viewer.name, 60))]);
        Ok(Answer::Public(reply))
    })
}

fn reply(call: &Call, found: EventDetails, place: &Where, extent: Extent) -> Reply {
    let words = call.words;
    let title_of_message = found.title.clone();
    let title = event_line::title(&found.event, &title_of_message, words);
    let amount = event_line::amount(&found.event, &title, words).map(|amount| format!("**{}**", safe(&amount, 60)));
    let who = event_line::who(&found.event, &title).map(|who| safe(&who, 200));
    let report = EventReport::from(found);
    let event = &report.event;
    let facts = &event.facts;
    let test = facts.test.then(|| words.text("event.test").to_owned());
    let ago = format!("<t:{}:R>", event.time.secs());
    let first: Vec<String> = amount.into_iter().chain(who).chain([ago]).chain(test).collect();
    // The date on a line of its own: both together are wider than a phone.
    let mut lines = vec![first.join(" · "), format!("<t:{}:f>", event.time.secs())];
    let guild = call.viewer.guild().unwrap_or_default();
    lines.extend(report.deliveries.iter().take(MAX_DELIVERIES).map(|one| delivery(call, one, guild)));
    let rest = report.deliveries.len().saturating_sub(MAX_DELIVERIES);
    if rest > 0 {
        lines.push(words.count("events.show.more_deliveries", u64::try_from(rest).unwrap_or(u64::MAX), &[]));
    }
    let fields = if extent == Extent::Details { all_details(call, &report) } else { Vec::new() };
    let url = facts.url.as_deref().and_then(|url| check_url(url).ok());
    let mut reply = Reply::embed(Embed {
        title: safe(&format!("{} {title}", event_line::emoji(facts.severity)), limit::TITLE / 2),
        url: url.filter(|url| url.chars().count() <= limit::URL).unwrap_or_default(),
        description: lines.join("\n"),
        color: Some(facts.severity.map_or(GREY, severity_color)),
        fields,
        ..Embed::default()
    });
    reply.message.buttons = message_buttons(call, &report.deliveries, guild);
    let key = format!("{place}.{}", event.id);
    let button =
        |action: &str, text: &str| ActionButton::new(words.text(text), CustomId::new(action, &key).to_string());
    let buttons = vec![
        match extent {
            Extent::Summary => button(DETAILS, "events.show.details"),
            Extent::Details => button(SUMMARY, "events.show.less"),
        },
        button(super::explain::EXPLAIN, "events.show.explain"),
    ];
    let share = call.viewer.place.is_some().then(|| button(SHARE, "list.share"));
    let mut act = Vec::new();
    if call.viewer.may(Capability::Operate) {
        act = vec![
            button(mute::MUTE_THIS, "events.show.mute"),
            button(replay::REPLAY_EVENT, "events.show.replay"),
            button(PAYLOAD, "events.show.payload_button"),
        ];
    }
    reply.with_buttons(buttons.into_iter().chain(share).collect()).with_buttons(act)
}

/// A line: what became of it, where, and a link.
fn delivery(call: &Call, delivery: &DeliveryView, guild: &str) -> String {
    let words = call.words;
    let destination = safe(&delivery.destination, 60);
    let link = delivery.message.as_ref().and_then(|message| message.link(guild));
    let name = link.map_or_else(|| format!("**{destination}**"), |link| format!("[{destination}]({link})"));
    let what = match event_line::status(EventStatus::Has(delivery.status), words) {
        None => return format!("✅ {name}"),
        Some(what) => what,
    };
    let mut parts = vec![format!("{what}: {name}")];
    let why = delivery.reason_data.as_ref().filter(|_| delivery.status != Status::Merged);
    parts.extend(why.map(|why| reason(words, why)).filter(|why| !why.is_empty()));
    if let Some(at) = delivery.next_attempt() {
        parts.push(words.fill("events.show.next", &[("when", &format!("<t:{}:R>", at.secs()))]));
    }
    parts.join(" · ")
}

/// What developers ask: ids, times, attempts.
fn all_details(call: &Call, report: &EventReport) -> Vec<Field> {
    let words = call.words;
    let event = &report.event;
    let again = report.repetitions.map(|again| {
        words.count("events.show.came_again", again.count, &[("when", &format!("<t:{}:T>", again.last.secs()))])
    });
    let mut lines = vec![
        words.fill("events.show.id", &[("id", &code(&event.id.to_string(), 8))]),
        format!("{} · {}", code(&event.source, 40), code(&event.event_type, 80)),
        words.fill("events.show.reference", &[("id", &code(&event.reference, 120))]),
        words.fill("events.show.received", &[("when", &format!("<t:{}:T>", event.received.secs()))]),
    ];
    lines.extend(again);
    let name = words.text("events.show.details").to_owned();
    let mut fields = vec![Field { name, value: lines.join("\n"), inline: false, ..Field::default() }];
    fields.extend(report.deliveries.iter().take(MAX_DELIVERIES).map(|one| attempts(call, one)));
    fields
}

fn attempts(call: &Call, delivery: &DeliveryView) -> Field {
    let words = call.words;
    let mut lines = vec![words.count("events.show.attempts", u64::from(delivery.attempts), &[])];
    if delivery.possible_repeat {
        lines.push(format!("⚠️ {}", words.text("events.show.possible_repeat")));
    }
    let hidden = delivery.log.len().saturating_sub(MAX_ATTEMPTS);
    lines.extend(delivery.log.iter().skip(hidden).map(attempt));
    Field { name: safe(&delivery.destination, 60), value: lines.join("\n"), inline: false, ..Field::default() }
}

fn attempt(attempt: &AttemptView) -> String {
    let detail = safe(&attempt.detail, 90);
    let detail = if detail.is_empty() { detail } else { format!(": {detail}") };
    format!("<t:{}:T> {}{detail} ({})", attempt.at.secs(), attempt.outcome, format_duration(attempt.took))
}

fn message_buttons(call: &Call, deliveries: &[DeliveryView], guild: &str) -> Vec<Button> {
    let buttons = deliveries.iter().filter_map(|delivery| {
        let url = delivery.message.as_ref()?.link(guild)?;
        let label = call.words.fill("events.show.open_in", &[("destination", &delivery.destination)]);
        Some(Button { label: plain(&label, limit::BUTTON_LABEL), url })
    });
    buttons.take(limit::BUTTONS_A_ROW).collect()
}
