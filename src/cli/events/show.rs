//! `hookbell events show`: one event with its deliveries and every attempt.

use std::fmt::{self, Write};

use serde_json::Value;

use crate::cli::color::{of_heading, of_status, painted};
use crate::cli::out::out;
use crate::cli::table::printable;
use crate::report::delivery::DeliveryView;
use crate::report::event::{EventPayload, EventReport};
use crate::store::{EventDetails, EventStatus};
use hookbell_model::locale::Locale;
use hookbell_model::timestamp::format_duration;

/// Show one event: its facts, its deliveries with every attempt, its payload if asked
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hookbell events show k3f9")]
pub(super) struct Args {
    /// The event's id, or so much of its beginning that no other event begins like it
    pub(super) id: String,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
    /// Print the payload too
    #[arg(long)]
    payload: bool,
}

pub(super) fn run(args: &Args, details: EventDetails) -> anyhow::Result<()> {
    let report = EventReport::from(details);
    if args.json {
        out!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    let mut text = String::new();
    write_event(&mut text, &report)?;
    out!("{}", text.trim_end());
    if args.payload {
        out!("\n{}", payload_text(&report.payload));
    }
    Ok(())
}

fn write_event(text: &mut String, report: &EventReport) -> fmt::Result {
    let event = &report.event;
    let facts = &event.facts;
    let amount = facts.money(Locale::default()).map(|shown| match facts.amount {
        Some(minor) => format!("{shown} ({minor} minor units)"),
        None => format!("{shown} (as it came)"),
    });
    let again = report.repetitions.map(|again| match (again.count, again.first, again.last) {
        (1, at, _) => format!("once, {at}"),
        (_, first, last) => format!("{}, first {first}, last {last}", again.how_often()),
    });
    let rows = [
        ("event", Some(event.id.to_string())),
        ("source", Some(format!("{} ({})", event.source, event.provider))),
        ("type", Some(event.event_type.clone())),
        ("topic", Some(event.topic.to_string())),
        ("reference", Some(event.reference.clone())),
        ("happened", Some(event.time.to_rfc3339())),
        ("received", Some(event.received.to_rfc3339())),
        ("came again", again),
        ("subject", facts.subject.clone()),
        ("actor", facts.actor.clone()),
        ("author", facts.author.clone().filter(|_| facts.author != facts.actor)),
        ("branch", facts.branch.clone()),
        ("labels", Some(facts.labels.join(", ")).filter(|labels| !labels.is_empty())),
        ("bot", facts.bot.then(|| "yes".to_owned())),
        ("amount", amount),
        ("mode", facts.test.then(|| "test".to_owned())),
        ("url", facts.url.clone()),
    ];
    for (name, value) in rows.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
        let padding = " ".repeat(10_usize.saturating_sub(name.len()));
        writeln!(text, "{}{padding} {}", painted(of_heading(), name), printable(value))?;
    }
    if report.deliveries.is_empty() {
        let status = painted(of_status(EventStatus::Unrouted), "unrouted");
        writeln!(text, "\n{status}: no route takes this event")?;
    }
    report.deliveries.iter().try_for_each(|delivery| write_delivery(text, delivery))
}

fn write_delivery(text: &mut String, delivery: &DeliveryView) -> fmt::Result {
    let status = painted(of_status(EventStatus::of([delivery.status])), delivery.status.as_str());
    write!(text, "\n{status} → {}", delivery.destination)?;
    if !delivery.reason.is_empty() {
        write!(text, ": {}", printable(&delivery.reason))?;
    }
    if let Some(at) = delivery.next_attempt() {
        write!(text, "; next attempt at {at}")?;
    }
    if delivery.possible_repeat {
        text.push_str(" (may be in the channel twice)");
    }
    text.push('\n');
    if let Some(replayed) = delivery.replay_of {
        writeln!(text, "  delivery {}, replays delivery {replayed}", delivery.id)?;
    }
    if let Some(route) = &delivery.route {
        writeln!(text, "  by {}", printable(route.as_str()))?;
    }
    if let Some(message) = &delivery.message {
        writeln!(text, "  message {} in channel {}", message.id, message.channel)?;
    }
    for attempt in &delivery.log {
        let (took, detail) = (format_duration(attempt.took), printable(&attempt.detail));
        writeln!(text, "  {} {} after {took}: {detail}", attempt.at, attempt.outcome)?;
    }
    Ok(())
}

fn payload_text(payload: &EventPayload) -> String {
    match payload.to_json() {
        Value::String(text) => printable(&text),
        json => format!("{json:#}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report;

    #[test]
    fn an_event_is_printed_with_its_deliveries_and_attempts() {
        let mut text = String::new();
        write_event(&mut text, &report::tests::report()).expect("a string takes it");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_payload_is_printed_as_json_or_as_text_without_control_characters() {
        assert_eq!(payload_text(&EventPayload(br#"{"a":1}"#.to_vec())), "{\n  \"a\": 1\n}");
        assert_eq!(payload_text(&EventPayload(b"a\x1b[2Jb".to_vec())), "a [2Jb");
    }
}
