//! Templates from file to message: selection, contents, diagnostics, and what must never happen.

mod extends;
mod hostile;
mod language;
mod values;

use std::collections::BTreeMap;

use hookbell_config_file::Diagnostics;
use hookbell_config_file::Document;
use hookbell_model::delivery::{Mention, Plan};
use hookbell_model::event::{Event, EventId, Facts, Raw, Severity, Topic};
use hookbell_model::locale::Locale;
use hookbell_model::message::Message;
use hookbell_model::note::Note;
use hookbell_model::timestamp::Timestamp;
use hookbell_template::render::{Config, Templates};
use serde_json::{Value, json};

fn event(provider: &str, kind: &str) -> Event {
    Event {
        id: EventId(77),
        source: "shop".into(),
        provider: provider.into(),
        reference: "evt_1".into(),
        event_type: kind.into(),
        topic: Topic::Payment,
        facts: Facts::default(),
        time: Timestamp::from_secs(1_795_255_200),
        received: Timestamp::from_secs(1_795_255_201),
    }
}

fn raw(payload: &Value) -> Raw {
    Raw { headers: BTreeMap::new(), body: payload.to_string().into_bytes() }
}

/// Templates from valid texts.
fn templates(files: &[&str]) -> Templates {
    let mut diagnostics = Diagnostics::default();
    let documents: Vec<Document> = files
        .iter()
        .enumerate()
        .map(|(at, text)| Document::parse(&format!("own{at}.toml"), text, &mut diagnostics))
        .collect();
    // Of the shipped ones the generic alone, for speed.
    let config = Config { only: Some(["generic".to_owned()].into()), ..Config::default() };
    let templates = Templates::with_own(hookbell::embedded::template_files(), &documents, &config, &mut diagnostics);
    assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
    templates
}

fn render(file: &str, payload: &Value) -> hookbell_template::render::Rendered {
    templates(&[file]).render(&event("acme", "order.paid"), &raw(payload), &Plan::default(), Locale::default())
}

fn named(template: &str) -> Plan {
    Plan { template: Some(template.into()), ..Plan::default() }
}

/// The body as it would be sent.
fn pretty(message: &Message) -> String {
    serde_json::to_string_pretty(&message.to_post()).expect("JSON")
}

fn title(message: &Message) -> &str {
    message.embeds.first().map_or("", |embed| embed.title.as_str())
}

const FULL: &str = r##"
provider = "acme"

[defaults]
username = "Acme"
footer = "{{ event.type }}"
footer_icon = "https://acme.example/icon.png"
timestamp = "{{ event.time }}"

[vars]
order = "payload.data.object"
who = "order.customer.email"

[[message]]
name = "order"
on = ["order.*"]
when = "order.amount > 0"
severity = "success"
key = "  order:{{ order.id }} "
content = "{{ order.amount | money(order.currency) }} from {{ who | mask }}"
avatar_url = "https://acme.example/a.png"
title = "{{ order.title }}"
url = "https://acme.example/orders/{{ order.id }}"
description = "Paid {{ event.time | ago }} with {{ order.card | code }}"
author = "{{ order.customer.name }}"
author_url = "{{ order.customer.url }}"
thumbnail = "{{ order.picture }}"
silent = true

[[message.field]]
name = "Customer"
value = "{{ who | mask }}"
inline = true

[[message.field]]
name = "Coupon"
value = "{{ order.coupon }}"

[[message.field]]
name = "Items"
each = "order.items"
line = "{{ loop.index }}. {{ item.quantity }} × {{ item.name }}"
max = 2

[[message.field]]
name = "Refunds"
each = "order.refunds"
line = "{{ item }}"

[[message.button]]
label = "Open {{ order.id }}"
url = "https://acme.example/orders/{{ order.id }}"

[[message.button]]
label = "Receipt"
url = "{{ order.receipt }}"
"##;

fn order() -> Value {
    json!({ "data": { "object": {
        "id": "o/1", "amount": 123_456, "currency": "eur", "title": "Blue *shoes*", "card": "visa `4242`",
        "customer": { "name": "Ada_L", "email": "ada@example.com", "url": "https://acme.example/ada" },
        "picture": "javascript:alert(1)", "coupon": null, "receipt": "ftp://acme.example/r",
        "items": [
            { "quantity": 1, "name": "shoe" }, { "quantity": 2, "name": "@here lace" },
            { "quantity": 3, "name": "box" }, { "quantity": 4, "name": "bag" },
        ],
        "refunds": "none yet",
    } } })
}

#[test]
fn a_whole_message_is_made() {
    let rendered = render(FULL, &order());
    insta::assert_snapshot!("whole_message", pretty(&rendered.message));
    assert_eq!(rendered.template, "acme.order");
    assert_eq!(rendered.live.keys.first().map(String::as_str), Some("order:o/1"));
    let notes: Vec<String> = rendered.notes.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("whole_message_notes", notes.join("\n"));
}

#[test]
fn missing_values_are_empty_and_named() {
    let rendered = render(FULL, &json!({ "data": { "object": { "amount": 5, "title": "x" } } }));
    assert_eq!(rendered.template, "acme.order");
    let missing = |path: &str, key: &str| Note::MissingValue { path: path.to_owned(), key: key.to_owned() };
    for note in [missing("order.customer.name", "author"), missing("who", "content")] {
        assert!(rendered.notes.contains(&note), "{note}: {:?}", rendered.notes);
    }
    let findings = templates(&[FULL]).validate(
        &event("acme", "order.paid"),
        &raw(&json!({ "data": { "object": { "amount": 5, "title": "x" } } })),
        &Plan::default(),
    );
    let of_key = findings.iter().find(|finding| finding.note == missing("order.id", "key"));
    assert_eq!(of_key.expect("a finding").template, "acme.order", "{findings:?}");
}

#[test]
fn every_mistake_is_reported_at_once_and_the_right_messages_stay() {
    let bad = r#"
provider = "acme"
speed = 3

[defaults]
footr = "x"

[vars]
payload = "event"
range = "[1]"
order = "payload.data |"

[[message]]
name = "good"
title = "{{ order.title }}"

[[message]]
name = "good"
title = "again"

[[message]]
name = "syntax"
title = "{{ order.title"
severity = "sucess"
color = "reddish"
when = "order.amount >"

[[message]]
name = "words"
title = "{{ order.title | trunkate(3) }} {{ ordr.id }}"
url = "javascript:alert(1)"
description = """
first {{ order.a }}
second {{ order.b b }}
"""
[[message.field]]
name = "a"
value = "b"
line = "x"
[[message.field]]
name = "Items"
each = "order.items |"
line = "{{ itm.name }}"
max = 0
[[message.button]]
label = "Go"
url = "https://acme.example{{ order.path }}"

[[message]]
titel = "no name"

[[message]]
name = "silent one"
footer = "nothing else"
"#;
    let mut diagnostics = Diagnostics::default();
    let document = Document::parse("bad.toml", bad, &mut diagnostics);
    let templates =
        Templates::with_own(hookbell::embedded::template_files(), &[document], &Config::default(), &mut diagnostics);
    insta::assert_snapshot!("mistakes", diagnostics.to_string());
    assert!(templates.has("acme.good") && !templates.has("acme.syntax") && !templates.has("acme.words"));
}

#[test]
fn a_failing_template_gives_the_card_and_says_why() {
    let file = "provider = 'acme'\n[[message]]\nname = 'x'\ntitle = '{{ payload.a + 1 }}'\n";
    let rendered = render(file, &json!({ "a": "@everyone [x](http://evil)" }));
    assert_eq!(rendered.template, "generic");
    assert!(
        rendered.notes.iter().any(|note| note.to_string().starts_with("template `acme.x` failed: `title`")),
        "{:?}",
        rendered.notes
    );
    insta::assert_snapshot!("card_of_failure", pretty(&rendered.message));

    let endless = "provider = 'acme'\n[[message]]\nname = 'x'\ntitle = '{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}'\n";
    let rendered = render(endless, &json!({}));
    assert_eq!(rendered.template, "generic");
    assert!(rendered.notes.iter().any(|note| note.to_string().contains("endless loop")), "{:?}", rendered.notes);

    let empty = "provider = 'acme'\n[[message]]\nname = 'x'\ntitle = '{{ payload.a }}'\n";
    assert_eq!(render(empty, &json!({})).template, "generic");
}

#[test]
fn the_generic_card_shows_what_is_known() {
    let mut event = event("unheard-of", "thing.happened");
    event.facts = Facts {
        actor: Some("ada".into()),
        subject: Some("**A** thing @everyone".into()),
        amount: Some(1234),
        currency: Some("USD".into()),
        url: Some("https://example.com/thing".into()),
        severity: Some(Severity::Error),
        ..Facts::default()
    };
    let plan = Plan { mention: vec![Mention::Role("222".into())], ..Plan::default() };
    let rendered = hookbell::embedded::templates().render(&event, &raw(&json!({})), &plan, Locale::default());
    assert_eq!((rendered.template.as_str(), rendered.notes.len()), ("generic", 0));
    insta::assert_snapshot!("generic_card", pretty(&rendered.message));

    let plain = hookbell::embedded::templates().plain(&event, &plan, "Discord refused the message: AutoMod");
    insta::assert_snapshot!("plain", pretty(&plain));
}

#[test]
fn the_first_that_fits_is_taken_and_own_files_go_first() {
    let first = "provider = 'generic'\n[[message]]\nname = 'big'\non = ['order.*']\nwhen = 'payload.n > 10'\ntitle = 'big'\n\
                 [[message]]\nname = 'event'\non = ['order.*']\ntitle = 'own'\n";
    let second = "provider = 'generic'\n[[message]]\nname = 'late'\ntitle = 'late'\n";
    let templates = templates(&[first, second]);
    let chosen = |kind: &str, n: i32, plan: &Plan| {
        let rendered = templates.render(&event("generic", kind), &raw(&json!({ "n": n })), plan, Locale::default());
        (rendered.template.clone(), title(&rendered.message).to_owned(), rendered.notes)
    };
    let none = Plan::default();
    assert_eq!(chosen("order.paid", 11, &none).1, "big");
    assert_eq!(chosen("order.paid", 1, &none).1, "own");
    assert_eq!(chosen("other", 1, &none).1, "late");
    // By name: neither `on` nor `when` counts.
    assert_eq!(chosen("other", 1, &named("generic.big")).1, "big");
    let (template, _, notes) = chosen("other", 1, &named("generic.gone"));
    assert_eq!(template, "generic.late");
    assert_eq!(notes, [Note::UnknownTemplate { template: "generic.gone".to_owned() }]);
    assert!(templates.has("generic.late") && !templates.has("late"));
    assert_eq!(templates.names().iter().filter(|name| *name == "generic.event").count(), 1);
}

#[test]
fn a_when_that_fails_passes_the_message_over_with_a_note() {
    let file = "provider = 'acme'\n[[message]]\nname = 'a'\nwhen = 'payload.a + 1 > 0'\ntitle = 'a'\n\
                [[message]]\nname = 'b'\ntitle = 'b'\n";
    let rendered = render(file, &json!({ "a": "text" }));
    assert_eq!(rendered.template, "acme.b");
    assert!(
        rendered.notes.iter().any(|note| matches!(note, Note::WhenFailed { template, .. } if template == "acme.a")),
        "{:?}",
        rendered.notes
    );
}

#[test]
fn lines_that_do_not_fit_are_counted() {
    let file = "provider = 'acme'\n[[message]]\nname = 'x'\ntitle = 't'\n[[message.field]]\nname = 'Items'\n\
                each = 'payload.items'\nline = '{{ item }}'\nmax = 50\nmore = 'plus {{ rest }}'\n";
    let items: Vec<String> = (0..70).map(|at| format!("{at} {}", "é".repeat(98))).collect();
    let rendered = render(file, &json!({ "items": items }));
    let value = rendered.message.embeds.first().and_then(|embed| embed.fields.first()).map(|field| field.value.clone());
    let value = value.expect("a field");
    let shown = value.lines().count() - 1;
    assert!(value.chars().count() <= 1024 && shown > 8, "{value}");
    assert!(value.ends_with(&format!("plus {}", 70 - shown)), "{value}");
}

#[test]
fn templates_are_shared_between_threads() {
    fn shared<T: Send + Sync + Clone>(_: &T) {}
    shared(&Templates::default());
    let rendered = Templates::default().render(&event("x", "y"), &Raw::default(), &Plan::default(), Locale::default());
    assert_eq!(rendered.template, "generic");
}

#[test]
fn long_keys_are_hashed_and_stay_apart() {
    let file = "provider = 'acme'\n[[message]]\nname = 'x'\ntitle = 't'\nkey = 'k:{{ payload.id }}'\n";
    let key = |id: String| render(file, &json!({ "id": id })).live.keys.pop().expect("a key");
    assert_eq!(key(" a\u{0}b\n ".into()), "k: ab");
    assert_eq!(key("x".repeat(100_000)).len(), 71);
    assert_ne!(key("x".repeat(300)), key("x".repeat(301)));
}

#[test]
fn the_shipped_files_are_right() {
    let mut diagnostics = Diagnostics::default();
    let templates =
        Templates::with_own(hookbell::embedded::template_files(), &[], &Config::default(), &mut diagnostics);
    assert!(diagnostics.0.is_empty(), "{diagnostics}");
    assert!(templates.has("generic.event"));
    let rendered = templates.render(
        &event("generic", "hello"),
        &raw(&json!({ "title": "Hi", "url": "https://a.example/" })),
        &Plan::default(),
        Locale::default(),
    );
    assert_eq!((rendered.template.as_str(), rendered.notes), ("generic.event", Vec::new()));
}

#[test]
fn a_raw_body_may_bring_its_own_tags_and_title() {
    let body = "[message.raw]\ncontent = \"x\"\nthread_name = \"{{ payload.topic }}\"\napplied_tags = [\"bug\"]";
    let file = |tags: &str| format!("provider = \"acme\"\n[[message]]\nname = \"m\"\n{tags}\n{body}");
    let message = render(&file(""), &json!({ "topic": "T" })).message;
    assert_eq!((message.thread.as_str(), message.tags), ("T", vec!["bug".to_owned()]));
    let message =
        render(&file("tags = [\"{{ payload.topic }}\", \"{{ payload.none }}\"]"), &json!({ "topic": "T" })).message;
    assert_eq!(message.tags, ["T"]);
}
