//! `hookbell events list|show`: what came in and what became of it, straight from the store, beside a running
//! server or without one.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Usage, out::out};
use crate::config::{Config, Environment};
use crate::store::{Details, EventStatus, Filter, Found, Store, Summary};
use hookbell_model::delivery::{Attempt, Delivery, Status};
use hookbell_model::event::{Event, EventId, Topic};
use hookbell_model::timestamp::{Timestamp, human_span, parse_span};

/// Show what came in and what became of it
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hookbell events list --source stripe --status dead")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(List),
    Show(Show),
}

/// List events, newest first
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hookbell events list --topic payment --since 24h --count 50")]
struct List {
    /// Only events of this source
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Only events of this type, in the provider's words
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// Only events about this, e.g. payment, alert or build
    #[arg(long)]
    topic: Option<Topic>,
    /// Only events with this status: delivered, pending, dead, merged, muted or unrouted
    #[arg(long, value_parser = status)]
    status: Option<EventStatus>,
    /// Only events that came in within this span up to now, e.g. 24h or 7d
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    since: Option<Duration>,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 20)]
    count: usize,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

/// Show one event: its facts, its deliveries with every attempt, its payload if asked
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hookbell events show k3f9")]
struct Show {
    /// The event's id, or so much of its beginning that no other event begins like it
    id: String,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
    /// Print the payload too
    #[arg(long)]
    payload: bool,
}

fn status(text: &str) -> Result<EventStatus, String> {
    match text {
        "unrouted" => Ok(EventStatus::Unrouted),
        _ => text.parse().map(EventStatus::Has).map_err(|why: String| format!("{why} or `unrouted`")),
    }
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let config =
        Config::load_store(path, &Environment::process()).map_err(|diagnostics| Usage(diagnostics.to_string()))?;
    let store = Store::open_read_only(&config).await?;
    match args.command {
        Command::List(args) => list(args, &store).await,
        Command::Show(args) => show(&args, &store).await,
    }
}

async fn list(args: List, store: &Store) -> anyhow::Result<ExitCode> {
    let since = args.since.map(|span| Timestamp::now().before(span));
    let filter = Filter {
        source: args.source,
        event_type: args.kind,
        topic: args.topic,
        status: args.status,
        destinations: None,
        since,
    };
    let events = store.recent(filter, None, args.count).await?;
    if args.json {
        let events: Vec<_> = events.iter().map(|summary| event_json(&summary.event, Some(summary.status))).collect();
        out!("{:#}", json!(events));
    } else if events.is_empty() {
        eprintln!("no events");
    } else {
        let header = ["ID", "RECEIVED", "SOURCE", "TYPE", "STATUS", "SUBJECT"].map(str::to_owned);
        let rows: Vec<_> = std::iter::once(header).chain(events.iter().map(row)).collect();
        out!("{}", columns(&rows).trim_end());
    }
    Ok(ExitCode::SUCCESS)
}

fn row(summary: &Summary) -> [String; 6] {
    let event = &summary.event;
    let subject = printable(event.facts.subject.as_deref().unwrap_or_default());
    [
        event.id.to_string(),
        event.received.to_rfc3339(),
        event.source.clone(),
        short(&printable(&event.event_type)),
        word(summary.status).to_owned(),
        subject,
    ]
}

fn word(status: EventStatus) -> &'static str {
    match status {
        EventStatus::Unrouted => "unrouted",
        EventStatus::Has(status) => status.as_str(),
    }
}

async fn show(args: &Show, store: &Store) -> anyhow::Result<ExitCode> {
    let details = find(store, &args.id).await?;
    if args.json {
        out!("{:#}", details_json(&details));
    } else {
        out!("{}", details_text(&details).trim_end());
        if args.payload {
            out!("\n{}", payload_text(&details.raw.body));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The event that an id, or the beginning of one, means.
pub(super) async fn find(store: &Store, prefix: &str) -> anyhow::Result<Details> {
    let id = match store.find(prefix).await? {
        Found::One(id) => id,
        Found::None => return Err(Usage(format!("there is no event `{}`", prefix)).into()),
        Found::Many(ids) => {
            let ids: Vec<String> = ids.iter().map(EventId::to_string).collect();
            return Err(
                Usage(format!("`{}` begins more than one id; the newest are {}", prefix, ids.join(", "))).into()
            );
        }
    };
    store.details(id).await?.ok_or_else(|| Usage(format!("there is no event `{id}`")).into())
}

fn event_json(event: &Event, status: Option<EventStatus>) -> Value {
    json!({
        "id": event.id.to_string(), "source": event.source, "provider": event.provider, "ref": event.reference,
        "type": event.event_type, "topic": event.topic, "status": status.map(word), "facts": event.facts,
        "time": event.time.to_rfc3339(), "received": event.received.to_rfc3339(),
    })
}

pub(super) fn details_json(details: &Details) -> Value {
    let mut event = event_json(&details.event, None);
    event["headers"] = json!(details.raw.headers);
    // The body is bytes; what is not UTF-8 is shown as far as it can be.
    event["payload"] =
        serde_json::from_slice(&details.raw.body).unwrap_or_else(|_| json!(String::from_utf8_lossy(&details.raw.body)));
    event["deliveries"] =
        details.deliveries.iter().map(|(delivery, attempts)| delivery_json(delivery, attempts)).collect();
    event
}

fn delivery_json(delivery: &Delivery, attempts: &[Attempt]) -> Value {
    let attempts: Vec<_> = attempts
        .iter()
        .map(|attempt| json!({ "at": attempt.at.to_rfc3339(), "took_ms": attempt.took.as_millis() as u64, "outcome": attempt.outcome, "detail": attempt.detail }))
        .collect();
    json!({
        "destination": delivery.destination, "status": delivery.status, "reason": delivery.reason, "attempts": delivery.attempts,
        "template": delivery.plan.template, "not_before": (delivery.not_before.0 > 0).then(|| delivery.not_before.to_rfc3339()),
        "message": delivery.message.as_ref().map(|message| json!({ "id": message.id, "channel": message.channel })),
        "possible_repeat": delivery.possible_repeat, "log": attempts,
    })
}

fn details_text(details: &Details) -> String {
    let event = &details.event;
    let facts = &event.facts;
    let amount =
        facts.amount.map(|amount| format!("{amount} {} (minor units)", facts.currency.as_deref().unwrap_or("")));
    let rows = [
        ("event", Some(event.id.to_string())),
        ("source", Some(format!("{} ({})", event.source, event.provider))),
        ("type", Some(event.event_type.clone())),
        ("topic", Some(event.topic.to_string())),
        ("reference", Some(event.reference.clone())),
        ("happened", Some(event.time.to_rfc3339())),
        ("received", Some(event.received.to_rfc3339())),
        ("subject", facts.subject.clone()),
        ("actor", facts.actor.clone()),
        ("amount", amount),
        ("url", facts.url.clone()),
    ];
    let mut text = String::new();
    for (name, value) in rows.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
        text.push_str(&format!("{name:<10} {}\n", printable(value)));
    }
    if details.deliveries.is_empty() {
        text.push_str("\nunrouted: no route takes this event\n");
    }
    for (delivery, attempts) in &details.deliveries {
        text.push_str(&delivery_text(delivery, attempts));
    }
    text
}

fn delivery_text(delivery: &Delivery, attempts: &[Attempt]) -> String {
    let mut text = format!("\n{} → {}", delivery.status, delivery.destination);
    if !delivery.reason.is_empty() {
        text.push_str(&format!(": {}", printable(&delivery.reason)));
    }
    if delivery.status == Status::Pending && delivery.not_before.0 > 0 {
        text.push_str(&format!("; next try at {}", delivery.not_before));
    }
    if delivery.possible_repeat {
        text.push_str(" (may stand in the channel twice)");
    }
    if let Some(message) = &delivery.message {
        text.push_str(&format!("\n  message {} in channel {}", message.id, message.channel));
    }
    for attempt in attempts {
        text.push_str(&format!(
            "\n  {} {} after {}: {}",
            attempt.at,
            attempt.outcome,
            human_span(attempt.took),
            printable(&attempt.detail)
        ));
    }
    text.push('\n');
    text
}

fn payload_text(body: &[u8]) -> String {
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => format!("{value:#}"),
        Err(_) => printable(&String::from_utf8_lossy(body)),
    }
}

/// Text from outside on its way to a terminal: control characters could move the cursor or worse.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// One long value must not push all other columns off the screen.
fn short(text: &str) -> String {
    const WIDEST: usize = 48;
    if text.chars().nth(WIDEST).is_none() {
        return text.to_owned();
    }
    text.chars().take(WIDEST - 1).chain(['…']).collect()
}

/// Rows as aligned columns, two spaces apart, nothing after the last one.
pub(super) fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let width =
        |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_type_leaves_the_table_readable() {
        assert_eq!(short("customer.subscription.deleted"), "customer.subscription.deleted");
        let cut = short(&"é".repeat(200));
        assert_eq!((cut.chars().count(), cut.ends_with('…')), (48, true));
    }
}
