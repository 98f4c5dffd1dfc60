//! `/events show`: one event with its facts and what happened to it in this server.

use serenity::all::{CommandOptionType, CreateCommandOption};

use crate::bot::context::Context;
use crate::bot::error::CommandError;
use crate::bot::options::CommandOptions;
use crate::bot::reply::CommandReply;
use crate::bot::text::{code, plain, safe, status_emoji};
use crate::bot::visibility::Visibility;
use crate::report::delivery::{AttemptView, DeliveryView};
use crate::report::event::{EventReport, EventView, RepetitionsView};
use crate::store::{EventDetails, EventStatus};
use hookbell_model::delivery::Status;
use hookbell_model::locale::Locale;
use hookbell_model::message::{Button, Embed, Field, Footer, limit};
use hookbell_model::timestamp::format_duration;
use hookbell_template::expression::url::check_url;

/// Deliveries that are shown.
const MAX_DELIVERIES: usize = 8;
/// The last attempts of a delivery that are shown.
const MAX_ATTEMPTS: usize = 3;
/// Most events that are listed for an ambiguous id.
const MAX_CANDIDATES: usize = 10;
const GREY: u32 = 0x0080_848E;
const GREEN: u32 = 0x0023_A559;
const YELLOW: u32 = 0x00F0_B232;
const RED: u32 = 0x00F2_3F43;

/// The subcommand as it is registered.
pub fn definition() -> CreateCommandOption {
    let id = CreateCommandOption::new(CommandOptionType::String, "id", "The event's id, or its beginning")
        .required(true)
        .set_autocomplete(true)
        .max_length(100);
    CreateCommandOption::new(CommandOptionType::SubCommand, "show", "One event and what became of it")
        .add_sub_option(id)
}

pub(in crate::bot) async fn run(context: &Context, options: &CommandOptions) -> Result<CommandReply, CommandError> {
    let visibility = Visibility::of(context).await?;
    // As people copy it from a message: `k3f9x2mq`, #k3f9x2mq.
    let prefix = options.text("id").unwrap_or_default().trim_matches(['`', '#']).to_ascii_lowercase();
    let mut found = visibility.find(&context.store, &prefix).await?;
    match found.len() {
        0 | 1 => {
            let details = found.pop().ok_or(CommandError::NoSuchEvent(prefix))?;
            Ok(event(&EventReport::from(details), &visibility.guild))
        }
        _ => Ok(candidates(&prefix, &found)),
    }
}

fn candidates(prefix: &str, found: &[EventDetails]) -> CommandReply {
    let lines = found.iter().take(MAX_CANDIDATES).map(|EventDetails { event, .. }| {
        let source = safe(&event.source, 32);
        let (id, event_type) = (code(&event.id.to_string(), 8), code(&event.event_type, 60));
        format!("{id} · {source} · {event_type} · <t:{}:R>", event.received.secs())
    });
    CommandReply::embed(Embed {
        title: format!("Several events begin with {}", plain(prefix, 8)),
        description: lines.collect::<Vec<_>>().join("\n"),
        color: Some(GREY),
        footer: Footer { text: "the newest of them; give more of the id".to_owned(), ..Footer::default() },
        ..Embed::default()
    })
}

fn event(report: &EventReport, guild: &str) -> CommandReply {
    let EventReport { event, deliveries, .. } = report;
    let url = event.facts.url.as_deref().and_then(|url| check_url(url).ok());
    let mut fields = facts(event, report.repetitions);
    fields.extend(deliveries.iter().take(MAX_DELIVERIES).map(|one| delivery(one, guild)));
    let rest = deliveries.len().saturating_sub(MAX_DELIVERIES);
    if rest > 0 {
        fields.push(field("More deliveries", format!("and {rest} more"), false));
    }
    let mut reply = CommandReply::embed(Embed {
        title: safe(&format!("{} · {}", event.source, event.event_type), limit::TITLE / 2),
        url: url.filter(|url| url.chars().count() <= limit::URL).unwrap_or_default(),
        description: event.facts.subject.as_deref().map(|text| safe(text, 500)).unwrap_or_default(),
        color: Some(color(deliveries)),
        fields,
        footer: Footer { text: format!("event {}", event.id), ..Footer::default() },
        timestamp: event.received.to_rfc3339(),
        ..Embed::default()
    });
    reply.message.buttons = message_buttons(deliveries, guild);
    reply
}

fn color(deliveries: &[DeliveryView]) -> u32 {
    let any = |status| deliveries.iter().any(|delivery| delivery.status == status);
    if any(Status::Dead) {
        RED
    } else if any(Status::Pending) || any(Status::Collecting) {
        YELLOW
    } else if any(Status::Delivered) || any(Status::Merged) {
        GREEN
    } else {
        GREY
    }
}

fn field(name: &str, value: String, inline: bool) -> Field {
    Field { name: name.to_owned(), value, inline, ..Field::default() }
}

fn facts(event: &EventView, repetitions: Option<RepetitionsView>) -> Vec<Field> {
    let facts = &event.facts;
    let text = |text: &str| safe(text, 120);
    let when = |secs: i64| format!("<t:{secs}:f> (<t:{secs}:R>)");
    let again = repetitions.map(|again| format!("{}, last <t:{}:T>", again.how_often(), again.last.secs()));
    let rows = [
        ("Id", Some(code(&event.id.to_string(), 8))),
        ("Topic", Some(text(event.topic.as_str()))),
        ("Source", Some(format!("{} ({})", text(&event.source), text(&event.provider)))),
        ("Amount", facts.money(Locale::default()).map(|amount| text(&amount))),
        ("Actor", facts.actor.as_deref().map(text)),
        ("Mode", facts.test.then(|| "test".to_owned())),
        ("Severity", facts.severity.map(|severity| severity.to_string())),
        ("Happened", Some(when(event.time.secs()))),
        ("Received", Some(when(event.received.secs()))),
        ("Came again", again),
        ("Provider's id", Some(code(&event.reference, 120))),
    ];
    let known = rows.into_iter().filter_map(|(name, value)| Some((name, value.filter(|text| !text.is_empty())?)));
    known.map(|(name, value)| field(name, value, true)).collect()
}

fn delivery(delivery: &DeliveryView, guild: &str) -> Field {
    let emoji = status_emoji(EventStatus::Has(delivery.status));
    let name = format!("{emoji} {} · {}", safe(&delivery.destination, 60), delivery.status);
    let mut lines = Vec::new();
    if !delivery.reason.is_empty() {
        lines.push(safe(&delivery.reason, 150));
    }
    if let Some(at) = delivery.next_attempt() {
        lines.push(format!("next attempt <t:{}:R>", at.secs()));
    }
    if delivery.possible_repeat {
        lines.push("⚠️ possible repeat: an answer got lost, so the message may be in the channel twice".to_owned());
    }
    lines.push(match delivery.attempts {
        0 => "no attempt counted yet".to_owned(),
        1 => "1 attempt".to_owned(),
        many => format!("{many} attempts"),
    });
    let hidden = delivery.log.len().saturating_sub(MAX_ATTEMPTS);
    if hidden > 0 {
        lines.push(format!("… {hidden} earlier"));
    }
    lines.extend(delivery.log.iter().skip(hidden).map(attempt));
    if let Some(url) = message_link(delivery, guild) {
        lines.push(format!("[message]({url})"));
    }
    field(&name, lines.join("\n"), false)
}

fn attempt(attempt: &AttemptView) -> String {
    let detail = safe(&attempt.detail, 90);
    let detail = if detail.is_empty() { detail } else { format!(": {detail}") };
    format!("<t:{}:T> {}{detail} ({})", attempt.at.secs(), attempt.outcome, format_duration(attempt.took))
}

fn message_link(delivery: &DeliveryView, guild: &str) -> Option<String> {
    delivery.message.as_ref()?.link(guild)
}

fn message_buttons(deliveries: &[DeliveryView], guild: &str) -> Vec<Button> {
    let buttons = deliveries.iter().filter_map(|delivery| {
        let label = plain(&format!("Open in {}", delivery.destination), limit::BUTTON_LABEL);
        Some(Button { label, url: message_link(delivery, guild)? })
    });
    buttons.take(limit::BUTTONS_A_ROW).collect()
}
