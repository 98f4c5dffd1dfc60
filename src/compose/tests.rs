//! Messages with everything that a destination adds.

mod coalesce;
mod live;

use super::*;
use hookbell_config_file::{Diagnostics, Document};
use hookbell_model::delivery::Plan;
use hookbell_model::event::{Event, EventId, Facts, Raw, Topic};
use hookbell_model::live::LiveContext;
use hookbell_model::locale::Locale;
use hookbell_model::timestamp::Timestamp;
use hookbell_template::render::{Config, Fallback, Templates};

const TEMPLATE: &str = r#"
provider = "shop"

[[message]]
name = "order"
title = "Order {{ payload.n | number }}"
key = "order:{{ payload.n }}"
thread = "Orders"
tags = ["New", "Unheard of"]
"#;

fn templates() -> Templates {
    let mut diagnostics = Diagnostics::default();
    let document = Document::parse("own.toml", TEMPLATE, &mut diagnostics);
    let templates = Templates::with_own(&[], &[document], &Config::default(), &mut diagnostics);
    assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
    templates
}

fn tags() -> Tags {
    let mut diagnostics = Diagnostics::default();
    let document = Document::parse("config.toml", "new = \"11\"", &mut diagnostics);
    Tags::read(&document.root(), &mut diagnostics)
}

fn event() -> (Event, Raw) {
    let event = Event {
        id: EventId(1),
        source: "shop".into(),
        provider: "shop".into(),
        reference: "1".into(),
        event_type: "order.paid".into(),
        topic: Topic::Payment,
        facts: Facts::default(),
        time: Timestamp(0),
        received: Timestamp(0),
    };
    (event, Raw { body: br#"{"n":1234}"#.to_vec(), ..Raw::default() })
}

#[test]
fn a_message_is_in_the_readers_language_and_has_the_ids_of_its_tags() {
    let ((event, raw), plan, tags) = (event(), Plan::default(), tags());
    let target = MessageTarget::new(Locale::parse("de").expect("a locale"), &tags);
    let composed = compose(&templates(), &ComposeInputs::one(&event, &raw, &plan), &target, &LiveContext::default());
    assert_eq!(composed.message.to_post()["embeds"][0]["title"], "Order 1.234");
    assert_eq!(
        (composed.template.as_str(), composed.live.keys.first().map(String::as_str)),
        ("shop.order", Some("order:1234"))
    );
    assert_eq!((composed.message.tags, composed.fallback), (vec!["11".to_owned()], None));
    assert!(composed.notes.iter().any(|note| note.to_string().contains("Unheard of")), "{:?}", composed.notes);
}

#[test]
fn a_plain_message_keeps_its_thread_tags_and_key() {
    let ((event, raw), plan, tags) = (event(), Plan::default(), tags());
    let target = MessageTarget::new(Locale::default(), &tags);
    let inputs = ComposeInputs::one(&event, &raw, &plan);
    let composed = compose_plain(&templates(), &inputs, &target, &LiveContext::default(), "Discord refused it");
    assert_eq!((composed.message.thread.as_str(), composed.message.tags.len()), ("Orders", 1));
    assert_eq!(
        (composed.live.keys.first().map(String::as_str), composed.fallback),
        (Some("order:1234"), Some(Fallback::Plain))
    );
    assert!(composed.message.to_post().to_string().contains("Discord refused it"));
}
