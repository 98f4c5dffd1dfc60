//! What came out, for people and for programs.

use std::io::IsTerminal;

use anstyle::{AnsiColor, Style};
use hookbell_model::locale::format_number;
use serde_json::{Value, json};

use super::compare::{About, Kind};
use super::tally::{Example, Group, Tally};
use crate::cli::table::printable;

/// A longer line of a diff is cut for people; programs get all of it.
const WIDEST: usize = 600;

/// Whether stdout is a terminal that shows colours and nobody asked for none.
pub(super) fn in_colour() -> bool {
    std::io::stdout().is_terminal() && !anstyle_query::no_color() && anstyle_query::term_supports_color()
}

/// The summary, then each group of changes with its examples.
pub(super) fn words(tally: &Tally, base: &str, colour: bool) -> String {
    let paint = |style: Style, text: &str| if colour { format!("{style}{text}{style:#}") } else { text.to_owned() };
    let mut text = format!("{}\n", paint(Style::new().bold(), &summary(tally, base)));
    for (kind, count) in &tally.counts {
        text.push_str(&format!("  {:>7} {}\n", format_number(*count), counted(*kind, *count)));
    }
    if tally.unknown > 0 {
        let many = deliveries(tally.unknown);
        text.push_str(&format!("  how {many} looked then is not known: their texts are not compared\n"));
    }
    for (kind, about, group) in tally.groups() {
        let title = printable(&title(kind, about));
        text.push_str(&format!("\n{} ({})\n", paint(style_of(kind), &title), format_number(group.count)));
        for example in &group.examples {
            text.push_str(&example_words(example, &about.what, &paint));
        }
        let rest = group.count - group.examples.len() as u64;
        if rest > 0 && !group.examples.is_empty() {
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
    let told = match (tally.events, tally.changed) {
        (0, _) => return "no events to run through".to_owned(),
        (_, 0) if tally.counts.is_empty() => "nothing changes".to_owned(),
        (_, 1) => "1 delivery changes".to_owned(),
        (_, changed) => format!("{} deliveries change", format_number(changed)),
    };
    let span = tally.span.map(|(from, to)| format!(" from {from} to {to}")).unwrap_or_default();
    format!("{events}, {told} (of {}, compared with {base};{span})", deliveries(tally.before.max(tally.after)))
}

fn deliveries(number: u64) -> String {
    if number == 1 { "1 delivery".to_owned() } else { format!("{} deliveries", format_number(number)) }
}

fn counted(kind: Kind, count: u64) -> &'static str {
    let (one, many) = match kind {
        Kind::Failure => ("new failure", "new failures"),
        Kind::Dropped => ("now dropped", "now dropped"),
        Kind::Pings => ("now pinging", "now pinging"),
        Kind::Moved => ("routed elsewhere", "routed elsewhere"),
        Kind::Added => ("sent where it was not", "sent where they were not"),
        Kind::Limit => ("limit hit", "limits hit"),
        Kind::Template => ("dressed by another message", "dressed by another message"),
        Kind::Text => ("text changed", "texts changed"),
        Kind::Unpings => ("no longer pinging", "no longer pinging"),
        Kind::Fixed => ("failure or limit gone", "failures or limits gone"),
    };
    if count == 1 { one } else { many }
}

fn title(kind: Kind, about: &About) -> String {
    let About { from, to, message, what } = about;
    let of_message = if message.is_empty() { "the rules".to_owned() } else { format!("`{message}`") };
    match kind {
        Kind::Failure => format!("new failure in {of_message}: {what}"),
        Kind::Dropped => format!("now dropped: no longer sent to `{from}`"),
        Kind::Pings => format!("now pinging {what} in `{to}`"),
        Kind::Moved => format!("routed elsewhere: `{from}` → `{to}`"),
        Kind::Added => format!("now also sent to `{to}`, as {of_message}"),
        Kind::Limit => format!("limit hit by {of_message}: {what}"),
        Kind::Template => format!("dressed by another message: `{from}` → `{to}`"),
        Kind::Text => format!("text of {of_message} changed: {what}"),
        Kind::Unpings => format!("no longer pinging {what} in `{to}`"),
        Kind::Fixed => format!("gone from {of_message}: {what}"),
    }
}

fn style_of(kind: Kind) -> Style {
    let colour = match kind {
        Kind::Failure | Kind::Dropped => AnsiColor::Red,
        Kind::Pings | Kind::Moved | Kind::Added | Kind::Limit => AnsiColor::Yellow,
        Kind::Template | Kind::Text | Kind::Unpings => AnsiColor::Cyan,
        Kind::Fixed => AnsiColor::Green,
    };
    colour.on_default().bold()
}

fn example_words(example: &Example, what: &str, paint: &impl Fn(Style, &str) -> String) -> String {
    let place = if example.destination.is_empty() { String::new() } else { format!(" → {}", example.destination) };
    let mut text = printable(&format!("  {}  {}  {}{place}", example.event, example.source, example.kind));
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

/// The shape is told in docs/testing-templates.md; keys are only ever added.
pub(super) fn json(tally: &Tally, base: &str) -> Value {
    let counts: serde_json::Map<String, Value> = Kind::ALL
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

fn group_json((kind, about, group): &(Kind, &About, &Group)) -> Value {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let examples: Vec<Value> = group.examples.iter().map(example_json).collect();
    json!({
        "kind": kind.word(), "from": given(&about.from), "to": given(&about.to), "message": given(&about.message),
        "what": given(&about.what), "count": group.count, "examples": examples,
    })
}

fn example_json(example: &Example) -> Value {
    json!({
        "event": example.event.to_string(), "source": example.source, "type": example.kind,
        "destination": (!example.destination.is_empty()).then_some(&example.destination),
        "note": example.note, "diff": example.diff,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_terminals_and_words_without_them_are_whole() {
        let tally = Tally::new(3);
        let plain = words(&tally, "what was sent", false);
        assert_eq!(plain, "no events to run through\n");
        assert!(words(&tally, "what was sent", true).contains("\u{1b}["));
    }
}
