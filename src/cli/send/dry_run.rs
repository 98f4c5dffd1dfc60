//! `hookbell send --dry-run`: the request as it would be sent, and what would become of it.

use super::sender::SampleSender;
use crate::cli::out::out;
use crate::cli::pipeline;
use crate::cli::table::printable;
use crate::config::Config;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::Sample;

/// The request on stdout; the routes that would take it on stderr.
pub(super) fn print(config: &Config, sender: &SampleSender<'_>, sample: &Sample, now: Timestamp) {
    let request = sender.outgoing(sample, now);
    out!("POST {} HTTP/1.1", request.target);
    out!("host: {}", request.host);
    for (name, value) in &request.sent.headers {
        out!("{name}: {}", printable(&String::from_utf8_lossy(value.as_bytes())));
    }
    out!("\n{}", request.sent.body);
    let source = sender.source;
    let read = source.provider.read_sample(&source.name, sample, now);
    let events = match read {
        Ok((events, _)) => events,
        Err(why) => {
            eprintln!("it would be refused: {why}");
            return;
        }
    };
    if events.is_empty() {
        eprintln!("ignored: the provider's file leaves such events out");
    }
    for (event, raw) in events {
        let planned = pipeline::plan(config, &event, &raw, &[], now);
        if planned.is_empty() {
            eprintln!("{}: no route takes it; `hookbell explain --dry {}` says why", event.event_type, source.name);
        }
        for delivery in planned {
            let route = delivery.route.map(|route| format!(" by {route}")).unwrap_or_default();
            let routine = if delivery.routine { ", routine: only updates a message" } else { "" };
            eprintln!("{} → {}{route}: {}{routine}", event.event_type, delivery.destination, delivery.template);
        }
    }
    eprintln!("nothing was sent");
}
