//! `/events show`: one event with its facts and what became of it in this server.

use serenity::all::{CommandOptionType, CreateCommandOption};

use super::reply::Reply;
use super::sight::{self, Sight, ids_of, label};
use super::text::{amount, code, plain, safe};
use crate::store::{EventDetails, EventStatus, Result, Store};
use hookbell_model::delivery::{Attempt, Delivery, MessageRef, Status};
use hookbell_model::event::Event;
use hookbell_model::message::{Button, Embed, Field, Footer, limit};
use hookbell_model::timestamp::human_span;
use hookbell_template::expression::escape::check_url;

/// Deliveries told one by one.
const DELIVERIES: usize = 8;
/// The last attempts of a delivery that are told.
const ATTEMPTS: usize = 3;
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

/// Answers for `guild` (none = a direct message). `text` is what the user typed as id.
pub async fn run(store: &Store, guild: Option<&str>, text: &str) -> Result<Reply> {
    let sight = match sight::of(store, guild).await? {
        Ok(sight) => sight,
        Err(reply) => return Ok(reply),
    };
    // As people copy it from a message: `k3f9x2mq`, #k3f9x2mq.
    let prefix = text.trim().trim_matches(['`', '#']).to_ascii_lowercase();
    let mut seen = Vec::new();
    for id in ids_of(store.find(&prefix).await?) {
        seen.extend(sight.details(store, id).await?);
    }
    Ok(match seen.as_slice() {
        [] => Reply::text(format!(
            "No such event here: {}. An id has eight letters and digits; its beginning will do where only one \
             event begins like that.",
            code(&prefix, 40)
        )),
        [details] => one(details, &sight),
        several => candidates(&prefix, several),
    })
}

fn candidates(prefix: &str, several: &[EventDetails]) -> Reply {
    let lines: Vec<String> = several
        .iter()
        .take(10)
        .map(|EventDetails { event, .. }| {
            let source = safe(&event.source, 32);
            let (id, kind) = (code(&event.id.to_string(), 8), code(&event.event_type, 60));
            format!("{id} · {source} · {kind} · <t:{}:R>", event.received.secs())
        })
        .collect();
    Reply::embed(Embed {
        title: format!("Several events begin with {}", plain(prefix, 8)),
        description: lines.join("\n"),
        color: Some(GREY),
        footer: Footer { text: "the newest of them; give more of the id".to_owned(), ..Footer::default() },
        ..Embed::default()
    })
}

fn one(details: &EventDetails, sight: &Sight) -> Reply {
    let event = &details.event;
    let url = event.facts.url.as_deref().and_then(|url| check_url(url).ok());
    let mut fields = facts(event);
    let told = details.deliveries.iter().take(DELIVERIES);
    fields.extend(told.map(|(delivery, attempts)| delivered(delivery, attempts, sight)));
    let rest = details.deliveries.len().saturating_sub(DELIVERIES);
    if rest > 0 {
        fields.push(field("More deliveries", format!("and {rest} more"), false));
    }
    let mut reply = Reply::embed(Embed {
        title: safe(&format!("{} · {}", event.source, event.event_type), limit::TITLE / 2),
        url: url.filter(|url| url.chars().count() <= limit::URL).unwrap_or_default(),
        description: event.facts.subject.as_deref().map(|text| safe(text, 500)).unwrap_or_default(),
        color: Some(colour(&details.deliveries)),
        fields,
        footer: Footer { text: format!("event {}", event.id), ..Footer::default() },
        timestamp: event.received.to_rfc3339(),
        ..Embed::default()
    });
    reply.message.buttons = buttons(&details.deliveries, sight);
    reply
}

fn colour(deliveries: &[(Delivery, Vec<Attempt>)]) -> u32 {
    let any = |status| deliveries.iter().any(|(delivery, _)| delivery.status == status);
    if any(Status::Dead) {
        RED
    } else if any(Status::Pending) {
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

fn facts(event: &Event) -> Vec<Field> {
    let facts = &event.facts;
    let text = |text: &str| safe(text, 120);
    let when = |secs: i64| format!("<t:{secs}:f> (<t:{secs}:R>)");
    let amount = facts.amount.map(|minor| amount(minor, facts.currency.as_deref()));
    let parts = [
        ("Id", Some(code(&event.id.to_string(), 8))),
        ("Topic", Some(text(event.topic.as_str()))),
        ("Source", Some(format!("{} ({})", text(&event.source), text(&event.provider)))),
        ("Amount", amount.map(|amount| text(&amount))),
        ("Actor", facts.actor.as_deref().map(text)),
        ("Severity", facts.severity.map(|severity| severity.to_string())),
        ("Happened", Some(when(event.time.secs()))),
        ("Received", Some(when(event.received.secs()))),
        ("Provider's id", Some(code(&event.reference, 120))),
    ];
    let told = parts.into_iter().filter_map(|(name, value)| Some((name, value.filter(|text| !text.is_empty())?)));
    told.map(|(name, value)| field(name, value, true)).collect()
}

fn delivered(delivery: &Delivery, attempts: &[Attempt], sight: &Sight) -> Field {
    let (emoji, word) = label(EventStatus::Has(delivery.status));
    let name = format!("{emoji} {} · {word}", safe(&delivery.destination, 60));
    let mut lines = Vec::new();
    if !delivery.reason.is_empty() {
        lines.push(safe(&delivery.reason, 150));
    }
    if delivery.status == Status::Pending && !attempts.is_empty() {
        lines.push(format!("next try <t:{}:R>", delivery.not_before.secs()));
    }
    if delivery.possible_repeat {
        lines.push("⚠️ possible repeat: an answer got lost, so the message may stand there twice".to_owned());
    }
    lines.push(match delivery.attempts {
        0 => "no attempt counted yet".to_owned(),
        1 => "1 attempt".to_owned(),
        many => format!("{many} attempts"),
    });
    let hidden = attempts.len().saturating_sub(ATTEMPTS);
    if hidden > 0 {
        lines.push(format!("… {hidden} earlier"));
    }
    lines.extend(attempts.iter().skip(hidden).map(attempt));
    if let Some(url) = delivery.message.as_ref().and_then(|message| link(message, sight)) {
        lines.push(format!("[message]({url})"));
    }
    field(&name, lines.join("\n"), false)
}

fn attempt(attempt: &Attempt) -> String {
    let detail = safe(&attempt.detail, 90);
    let detail = if detail.is_empty() { detail } else { format!(": {detail}") };
    format!("<t:{}:T> {}{detail} ({})", attempt.at.secs(), safe(&attempt.outcome, 20), human_span(attempt.took))
}

/// The message's address in Discord's clients.
fn link(message: &MessageRef, sight: &Sight) -> Option<String> {
    let is_id = |text: &str| !text.is_empty() && text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_digit());
    let ids = [sight.guild.as_str(), &message.channel, &message.id];
    ids.iter().all(|id| is_id(id)).then(|| format!("https://discord.com/channels/{}", ids.join("/")))
}

fn buttons(deliveries: &[(Delivery, Vec<Attempt>)], sight: &Sight) -> Vec<Button> {
    let links = deliveries.iter().filter_map(|(delivery, _)| {
        let url = link(delivery.message.as_ref()?, sight)?;
        Some(Button { label: plain(&format!("Open in {}", delivery.destination), limit::BUTTON_LABEL), url })
    });
    links.take(limit::BUTTONS_A_ROW).collect()
}
