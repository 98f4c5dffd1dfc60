//! Private by default: whatever text of a payload holds private data, no shipped message shows it.

use super::*;
use hookbell_model::privacy::Masks;

/// What is put behind every text, and the parts that no reader may see.
const PRIVATE: &str =
    " eve.private@example.com 4242 4242 4242 4242 203.0.113.77 ghp_16C7e42F292c6912E7710c838347Ae178B4a";
const PARTS: &[&str] = &["eve.private", "4242 4242 4242", "113.77", "16C7e42F"];

/// With private data in every text that a person could have written.
fn with_private_texts(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains("://") => Value::String(text),
        Value::String(text) => Value::String(text + PRIVATE),
        Value::Array(items) => items.into_iter().map(with_private_texts).collect(),
        Value::Object(map) => map.into_iter().map(|(key, value)| (key, with_private_texts(value))).collect(),
        other => other,
    }
}

#[test]
fn everything_private_is_masked_unless_the_route_says_otherwise() {
    let templates = hookbell::embedded::templates();
    let (mut shown, mut count) = (0, 0);
    for Made { name, mut event, raw } in made(&templates) {
        let Ok(payload) = serde_json::from_slice::<Value>(&raw.body) else { continue };
        event.facts.subject = Some(format!("{name}{PRIVATE}"));
        event.facts.actor = Some(format!("Eve{PRIVATE}"));
        let raw = Raw { body: with_private_texts(payload).to_string().into_bytes(), ..raw };
        let posted = |mask: Option<Masks>| {
            let plan = Plan { mask, ..Plan::default() };
            templates.render(&event, &raw, &plan, Locale::default()).message.to_post().to_string()
        };
        let usual = posted(None);
        for part in PARTS {
            assert!(!usual.contains(part), "{name} shows {part}: {usual}");
        }
        count += 1;
        shown += usize::from(posted(Some(Masks::default())).contains("eve.private"));
    }
    assert!(shown > count / 2, "where nothing is masked most messages show it: {shown} of {count}");
}
