//! The report of a backtest, as text and as JSON.

use anstyle::{AnsiColor, Style};
use hookbell_model::locale::format_number;
use serde_json::{Value, json};

use super::compare::{ChangeGroup, ChangeKind};
use super::tally::{ChangeExample, GroupCount, Tally};
use crate::cli::table::printable;

/// A longer line of a diff is cut for people; programs get all of it.
const WIDEST: usize = 600;

/// The summary, then each group of changes with its examples.
pub(super) fn text(tally: &Tally, base: &str, colour: bool) -> String {
    let paint = |style: Style, text: &str| if colour { format!("{style}{text}{style:#}") } else { text.to_owned() };
    let mut text = format!("{}\n", paint(Style::new().bold(), &summary(tally, base)));
    for (kind, count) in &tally.counts {
        text.push_str(&format!("  {:>7} {}\n", format_number(*count), counted(*kind, *count)));
    }
    if tally.unknown > 0 {
        let many = deliveries(tally.unknown);
        text.push_str(&format!("  the earlier text of {many} is not known and not compared\n"));
    }
    for (kind, group, counted) in tally.groups() {
        let title = printable(&title(kind, group));
        text.push_str(&format!("\n{} ({})\n", paint(style_of(kind), &title), format_number(counted.count)));
        for example in &counted.examples {
            text.push_str(&example_text(example, &group.what, &paint));
        }
        let rest = counted.count - counted.examples.len() as u64;
        if rest > 0 && !counted.examples.is_empty() {
            text.push_str(&format!("  and {} more\n", format_number(rest)));
        }
    }
    if tally.ungrouped > 0 {
        text.push_str(&format!("\nand {} more changes of other kinds\n", format_number(tally.ungrouped)));
    }
    text
}

fn summary(tally: &Tally, base: &str) -> String {
    let events =
        if tally.events == 1 { "1 event".to_owned() } else { format!("{} events", format_number(tally.events)) };
    let changed = match (tally.events, tally.changed) {
        (0, _) => return "no events to run through".to_owned(),
        (_, 0) if tally.counts.is_empty() => "nothing changes".to_owned(),
        (_, 1) => "1 delivery changes".to_owned(),
        (_, changed) => format!("{} deliveries change", format_number(changed)),
    };
    let span = tally.span.map(|(from, to)| format!(" from {from} to {to}")).unwrap_or_default();
    format!("{events}, {changed} (of {}, compared with {base};{span})", deliveries(tally.before.max(tally.after)))
}

fn deliveries(number: u64) -> String {
    if number == 1 { "1 delivery".to_owned() } else { format!("{} deliveries", format_number(number)) }
}

fn counted(kind: ChangeKind, count: u64) -> &'static str {
    let (one, many) = match kind {
        ChangeKind::Failure => ("new failure", "new failures"),
        ChangeKind::Dropped => ("now dropped", "now dropped"),
        ChangeKind::Pings => ("now pinging", "now pinging"),
        ChangeKind::Moved => ("routed elsewhere", "routed elsewhere"),
        ChangeKind::Added => ("sent where it was not", "sent where they were not"),
        ChangeKind::Limit => ("limit hit", "limits hit"),
        ChangeKind::Template => ("other template", "other templates"),
        ChangeKind::Text => ("text changed", "texts changed"),
        ChangeKind::Unpings => ("no longer pinging", "no longer pinging"),
        ChangeKind::Fixed => ("failure or limit gone", "failures or limits gone"),
    };
    if count == 1 { one } else { many }
}

fn title(kind: ChangeKind, group: &ChangeGroup) -> String {
    let ChangeGroup { from, to, message, what } = group;
    let of_message = if message.is_empty() { "the rules".to_owned() } else { format!("`{message}`") };
    match kind {
        ChangeKind::Failure => format!("new failure in {of_message}: {what}"),
        ChangeKind::Dropped => format!("now dropped: no longer sent to `{from}`"),
        ChangeKind::Pings => format!("now pinging {what} in `{to}`"),
        ChangeKind::Moved => format!("routed elsewhere: `{from}` → `{to}`"),
        ChangeKind::Added => format!("now also sent to `{to}`, as {of_message}"),
        ChangeKind::Limit => format!("limit hit by {of_message}: {what}"),
        ChangeKind::Template => format!("other template: `{from}` → `{to}`"),
        ChangeKind::Text => format!("text of {of_message} changed: {what}"),
        ChangeKind::Unpings => format!("no longer pinging {what} in `{to}`"),
        ChangeKind::Fixed => format!("gone from {of_message}: {what}"),
    }
}

fn style_of(kind: ChangeKind) -> Style {
    let colour = match kind {
        ChangeKind::Failure | ChangeKind::Dropped => AnsiColor::Red,
        ChangeKind::Pings | ChangeKind::Moved | ChangeKind::Added | ChangeKind::Limit => AnsiColor::Yellow,
        ChangeKind::Template | ChangeKind::Text | ChangeKind::Unpings => AnsiColor::Cyan,
        ChangeKind::Fixed => AnsiColor::Green,
    };
    colour.on_default().bold()
}

fn example_text(example: &ChangeExample, what: &str, paint: &impl Fn(Style, &str) -> String) -> String {
    let place = if example.destination.is_empty() { String::new() } else { format!(" → {}", example.destination) };
    let mut text = printable(&format!("  {}  {}  {}{place}", example.event, example.source, example.event_type));
    text.push('\n');
    // Where the title has left out the numbers.
    if let Some(note) = example.note.as_ref().filter(|note| *note != what) {
        text.push_str(&format!("      {}\n", printable(note)));
    }
    for line in &example.diff {
        let shown: String = printable(line).chars().take(WIDEST).collect();
        let cut = if line.chars().nth(WIDEST).is_some() { "…" } else { "" };
        let style = match line.chars().next() {
            Some('-') => AnsiColor::Red.on_default(),
            Some('+') => AnsiColor::Green.on_default(),
            _ => Style::new().dimmed(),
        };
        text.push_str(&format!("    {}\n", paint(style, &format!("{shown}{cut}"))));
    }
    text
}

/// The shape is documented in docs/testing-templates.md; keys are only ever added.
pub(super) fn json(tally: &Tally, base: &str) -> Value {
    let counts: serde_json::Map<String, Value> = ChangeKind::ALL
        .iter()
        .map(|kind| (kind.word().to_owned(), json!(tally.counts.get(kind).copied().unwrap_or(0))))
        .collect();
    json!({
        "base": base,
        "events": tally.events,
        "from": tally.span.map(|(from, _)| from.to_rfc3339()),
        "to": tally.span.map(|(_, to)| to.to_rfc3339()),
        "deliveries": {
            "before": tally.before, "after": tally.after, "changed": tally.changed, "unknown": tally.unknown,
        },
        "counts": counts,
        "groups": tally.groups().iter().map(group_json).collect::<Vec<_>>(),
        "ungrouped": tally.ungrouped,
    })
}

fn group_json((kind, group, counted): &(ChangeKind, &ChangeGroup, &GroupCount)) -> Value {
    let present = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let examples: Vec<Value> = counted.examples.iter().map(example_json).collect();
    json!({
        "kind": kind.word(), "from": present(&group.from), "to": present(&group.to), "message": present(&group.message),
        "what": present(&group.what), "count": counted.count, "examples": examples,
    })
}

fn example_json(example: &ChangeExample) -> Value {
    json!({
        "event": example.event.to_string(), "source": example.source, "type": example.event_type,
        "destination": (!example.destination.is_empty()).then_some(&example.destination),
        "note": example.note, "diff": example.diff,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_terminals_and_text_without_them_is_whole() {
        let tally = Tally::new(3);
        let plain = text(&tally, "what was sent", false);
        assert_eq!(plain, "no events to run through\n");
        assert!(text(&tally, "what was sent", true).contains("\u{1b}["));
    }
}
