//! Every filter has an example in docs/templates.md, and every example gives what the page says.

use std::collections::BTreeSet;

use hookbell_model::event::{Event, EventId, Facts, Raw, Topic};
use hookbell_model::timestamp::Timestamp;
use hookbell_template::expression::{EscapeContext, Scope, Texts};

use super::{code_spans, page};

/// Example and output, each row of the filters' tables.
fn examples() -> Vec<(String, String)> {
    let rows = page("docs/templates.md").rows();
    let of_filters = rows.into_iter().filter(|cells| cells.len() == 2 && cells[0].starts_with("`{"));
    of_filters.map(|cells| (code_spans(&cells[0]).concat(), code_spans(&cells[1]).concat())).collect()
}

fn scope() -> Scope {
    let body = page("docs/templates.md").blocks("json").into_iter().next().expect("the payload of the examples");
    let at = Timestamp::from_secs(1_795_255_200);
    let event = Event {
        id: EventId(77),
        source: "shop".to_owned(),
        provider: "generic".to_owned(),
        reference: "1".to_owned(),
        event_type: "payment".to_owned(),
        topic: Topic::Payment,
        facts: Facts::default(),
        time: at,
        received: at,
    };
    Scope::new(&event, &Raw { body: body.into_bytes(), ..Raw::default() })
}

/// As Discord shows it: a backslash that escapes markup is not shown.
fn as_shown(text: &str) -> String {
    let mut shown = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\\' && chars.peek().is_some_and(char::is_ascii_punctuation) {
            continue;
        }
        shown.push(c);
    }
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The names that the engine registers, as its debug form lists them.
fn registered() -> BTreeSet<String> {
    let reported = format!("{:?}", Texts::default());
    let (_, list) = reported.split_once("filters: [").expect("the engine lists its filters");
    let (list, _) = list.split_once(']').expect("the end of the list");
    let names = list.split(", ").map(|name| name.trim_matches('"').to_owned());
    // The builtins behind the guards have another name.
    names.filter(|name| !name.starts_with("builtin_")).collect()
}

#[test]
fn every_example_of_a_filter_gives_what_the_page_says() {
    let scope = scope();
    let mut wrong = Vec::new();
    for (example, output) in examples() {
        let mut texts = Texts::default();
        let reported = match texts.add(&example, EscapeContext::Block, &[]) {
            Ok(text) => texts.render(&text, &scope).map_or_else(|why| why.to_string(), |output| as_shown(&output.text)),
            Err(why) => why.to_string(),
        };
        if reported != output {
            wrong.push(format!("{example}\n  says  {output}\n  gives {reported}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_filter_has_an_example() {
    let examples: Vec<String> = examples().into_iter().map(|(example, _)| example).collect();
    let shown = |name: &String| {
        let parts = examples.iter().flat_map(|example| example.split('|').skip(1));
        parts.map(|part| part.trim()).any(|part| {
            let word: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            word == *name
        })
    };
    let missing: Vec<String> = registered().into_iter().filter(|name| !shown(name)).collect();
    assert!(registered().len() > 40, "{:?}", registered());
    assert!(missing.is_empty(), "no example in docs/templates.md: {missing:?}");
}
