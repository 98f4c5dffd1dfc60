//! An explanation as text: the event, its routes, its deliveries, the course of it all, and what would have to change.

use std::fmt::{self, Write};

use crate::cli::table::printable;
use crate::report::explanation::{
    DeliveryExplanation, Explanation, PlannedDelivery, RequestExplanation, RouteExplanation,
};
use crate::report::timeline::{TimelineEntry, TimelineStep};
use hookbell_model::locale::{Locale, format_number};
use hookbell_model::note::Note;
use hookbell_model::privacy::MaskKind;
use hookbell_model::timestamp::format_duration;

pub(super) fn write(text: &mut String, explanation: &Explanation) -> fmt::Result {
    write_event(text, explanation)?;
    if !explanation.routes.is_empty() {
        text.push_str("\nroutes, as the config is now\n");
        explanation.routes.iter().try_for_each(|route| write_route(text, route))?;
    }
    if explanation.id.is_some() && explanation.deliveries.is_empty() {
        text.push_str("\nunrouted: when it came no route took it\n");
    }
    explanation.deliveries.iter().try_for_each(|delivery| write_delivery(text, delivery))?;
    if explanation.deliveries.is_empty() {
        explanation.today.iter().try_for_each(|planned| write_planned(text, planned))?;
        if explanation.id.is_none() && explanation.today.is_empty() {
            text.push_str("\nunrouted: it would be kept, and posted nowhere\n");
        }
    }
    if !explanation.timeline.is_empty() {
        text.push_str("\ntimeline\n");
        explanation.timeline.iter().try_for_each(|entry| write_entry(text, entry))?;
    }
    if !explanation.advice.is_empty() {
        text.push_str("\nwhat would have to change\n");
        for advice in &explanation.advice {
            writeln!(text, "  {}", printable(&advice.to_string()))?;
        }
    }
    Ok(())
}

fn write_event(text: &mut String, explanation: &Explanation) -> fmt::Result {
    let (event, facts) = (&explanation.event, &explanation.event.facts);
    let came = |at: String| if explanation.id.is_some() { at } else { "not yet: this is how it would be".to_owned() };
    let again = explanation.repetitions.map(|again| format!("{}, last {}", again.how_often(), again.last));
    let rows = [
        ("event", Some(explanation.id.clone().unwrap_or_else(|| "none".to_owned()))),
        ("received", Some(came(event.received.to_rfc3339()))),
        ("request", Some(request(&explanation.request))),
        ("check", Some(check(explanation))),
        ("private", Some(kinds(&explanation.request.private)).filter(|kinds| !kinds.is_empty())),
        ("came again", again),
        ("source", Some(format!("{} ({})", event.source, event.provider))),
        ("type", Some(event.event_type.clone())),
        ("topic", Some(event.topic.to_string())),
        ("happened", Some(came(event.time.to_rfc3339())).filter(|_| explanation.id.is_some())),
        ("reference", Some(event.reference.clone()).filter(|reference| !reference.is_empty())),
        ("severity", facts.severity.map(|severity| severity.to_string())),
        ("subject", facts.subject.clone()),
        ("actor", facts.actor.clone()),
        ("author", facts.author.clone().filter(|_| facts.author != facts.actor)),
        ("branch", facts.branch.clone()),
        ("labels", Some(facts.labels.join(", ")).filter(|labels| !labels.is_empty())),
        ("bot", facts.bot.then(|| "yes".to_owned())),
        ("amount", facts.money(Locale::default())),
        ("mode", facts.test.then(|| "test".to_owned())),
        ("routine", facts.routine.then(|| "yes: by the provider's file it rings for nobody".to_owned())),
    ];
    for (name, value) in rows.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
        writeln!(text, "{name:<10} {}", printable(value))?;
    }
    Ok(())
}

fn request(request: &RequestExplanation) -> String {
    let RequestExplanation { path, user_agent, bytes, .. } = request;
    let size = format!("{} bytes", format_number(*bytes));
    let to = path.as_ref().map_or_else(|| "made by hookbell itself".to_owned(), |path| format!("to {path}"));
    match user_agent {
        Some(agent) => format!("{to}, from {agent}, {size}"),
        None => format!("{to}, {size}"),
    }
}

fn check(explanation: &Explanation) -> String {
    let RequestExplanation { path, receipt, refusal, .. } = &explanation.request;
    match (receipt, refusal) {
        (Some(receipt), _) => receipt.to_string(),
        (None, Some(refusal)) => {
            format!("a request like this is answered 401: {refusal}. It is explained all the same")
        }
        (None, None) if path.is_none() => "none".to_owned(),
        (None, None) => "not kept: the event is older than this".to_owned(),
    }
}

fn write_route(text: &mut String, route: &RouteExplanation) -> fmt::Result {
    let verdict = if route.takes { "takes it" } else { "does not take it" };
    let to = printable(&route.to.join(", "));
    writeln!(text, "  {} → {to}: {verdict}: {}", route.route, printable(&route.text))?;
    for compared in &route.compared {
        writeln!(text, "      {}", printable(&compared.to_string()))?;
    }
    Ok(())
}

fn write_delivery(text: &mut String, explained: &DeliveryExplanation) -> fmt::Result {
    let delivery = &explained.delivery;
    write!(text, "\n{} → {}", delivery.status, printable(&delivery.destination))?;
    if !delivery.reason.is_empty() {
        write!(text, ": {}", printable(&delivery.reason))?;
    }
    text.push('\n');
    if let Some(at) = delivery.next_attempt() {
        writeln!(text, "  not before {at}")?;
    }
    if let Some(lane) = &explained.lane {
        let reason = lane.reason.as_ref().map(|reason| format!(": {}", printable(reason))).unwrap_or_default();
        writeln!(text, "  its lane is {}, {} waiting{reason}", lane.status.as_str().replace('_', " "), lane.waiting)?;
    }
    if let Some(template) = &explained.template_used {
        writeln!(text, "  template {}", printable(template))?;
    }
    write_notes(text, &explained.notes)?;
    if !explained.masked.is_empty() {
        writeln!(text, "  masked for its readers: {}", kinds(&explained.masked))?;
    }
    if delivery.possible_repeat {
        text.push_str("  it may be in the channel twice\n");
    }
    match (&explained.link, &delivery.message) {
        (Some(link), _) => writeln!(text, "  message {link}"),
        (None, Some(message)) => writeln!(text, "  message {} in channel {}", message.id, message.channel),
        (None, None) => Ok(()),
    }
}

fn write_planned(text: &mut String, planned: &PlannedDelivery) -> fmt::Result {
    let route = planned.route.as_ref().map(|route| format!(" by {route}")).unwrap_or_default();
    writeln!(text, "\nnow it would go → {}{route}", printable(&planned.destination))?;
    if let Some(by) = &planned.muted {
        writeln!(text, "  but it is {}", printable(&by.to_string()))?;
    }
    if planned.routine {
        text.push_str("  but it is routine: it would only update a message of the same thing that is there\n");
    }
    for wait in &planned.waits {
        writeln!(text, "  {}", printable(&wait.to_string()))?;
    }
    writeln!(text, "  template {}, severity {}", printable(&planned.template), planned.severity)?;
    if !planned.keys.is_empty() {
        writeln!(text, "  key {}", printable(&planned.keys.join(", ")))?;
    }
    if !planned.mention.is_empty() {
        writeln!(text, "  pings {}", planned.mention.join(", "))?;
    }
    write_notes(text, &planned.notes)?;
    if let Some(line) = planned.message["content"].as_str().and_then(|content| content.lines().next()) {
        writeln!(text, "  says {}", printable(line))?;
    }
    Ok(())
}

fn write_notes(text: &mut String, notes: &[Note]) -> fmt::Result {
    notes.iter().try_for_each(|note| writeln!(text, "  {}", printable(&note.to_string())))
}

fn write_entry(text: &mut String, entry: &TimelineEntry) -> fmt::Result {
    let destination = entry.destination.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
    let step = match &entry.step {
        TimelineStep::Received => "received and kept".to_owned(),
        TimelineStep::Unrouted => "no route took it".to_owned(),
        TimelineStep::Routed { route, .. } => match route {
            Some(route) => format!("queued by {route}"),
            None => "queued".to_owned(),
        },
        TimelineStep::Attempted { outcome, detail, took } => {
            format!("attempt, {outcome} after {}: {detail}", format_duration(*took))
        }
        TimelineStep::Waiting { reason, .. } if reason.is_empty() => "waits for its turn".to_owned(),
        TimelineStep::Waiting { until, reason, .. } => match until {
            Some(until) => format!("waits until {until}: {reason}"),
            None => format!("waits: {reason}"),
        },
        TimelineStep::Settled { status, reason, .. } => format!("{status}: {reason}"),
    };
    writeln!(text, "  {} {}", entry.at, printable(&format!("{destination}{step}")))
}

fn kinds(kinds: &[MaskKind]) -> String {
    kinds.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
