//! The keys and types that docs/own-app.md names are those that the provider `generic` reads.

use hookbell_provider::{Reading, Sample};
use serde_json::{Value, json};

use super::{code_spans, page};

fn read(body: &Value) -> Reading {
    let providers = hookbell::embedded::providers();
    let generic = providers.get("generic").expect("a shipped provider");
    let sample = Sample { name: String::new(), headers: Vec::new(), body: body.to_string() };
    generic.reading(&sample).expect("a readable body")
}

/// The row whose first cell is `of`.
fn row(of: &str) -> Vec<String> {
    let rows = page("docs/own-app.md").rows();
    rows.into_iter().find(|cells| cells[0] == of).unwrap_or_else(|| panic!("no row `{of}`"))
}

#[test]
fn every_documented_type_has_its_documented_topic() {
    let rows = page("docs/own-app.md").rows();
    let (mut types, mut wrong) = (0, Vec::new());
    for cells in rows.iter().filter(|cells| cells.len() == 3) {
        for event_type in code_spans(&cells[0]) {
            types += 1;
            let topic = read(&json!({ "type": event_type })).topic.to_string();
            if topic != cells[1] {
                wrong.push(format!("{event_type}: {topic}, not {}", cells[1]));
            }
        }
    }
    assert!(types > 30, "{types}");
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// A body that holds nothing but the value at the dotted path.
fn holding(path: &str, value: &Value) -> Value {
    path.rsplit('.').fold(value.clone(), |inner, key| json!({ key: inner }))
}

#[test]
fn every_documented_key_is_read() {
    let mut keys = 0;
    let mut each = |fact: &str, value: Value, found: fn(&Reading) -> Option<String>| {
        let row = row(fact);
        let named = row[1].split([':', ';']).next().unwrap_or_default();
        // Headers are not in the body.
        for key in code_spans(named).iter().filter(|key| !key.starts_with("X-")) {
            keys += 1;
            let reading = read(&holding(key, &value));
            let expected = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            assert_eq!(found(&reading).map(|text| text.to_lowercase()), Some(expected.to_lowercase()), "{fact}: {key}");
        }
    };
    each("type", json!("seen"), |reading| Some(reading.event_type.clone()));
    each("id", json!("seen"), |reading| Some(reading.reference.clone()));
    each("time", json!("2026-11-21T10:00:00Z"), |reading| Some(reading.time?.to_rfc3339()));
    each("severity", json!("critical"), |reading| Some(reading.facts.severity?.to_string()));
    each("actor", json!("seen"), |reading| reading.facts.actor.clone());
    each("subject", json!("seen"), |reading| reading.facts.subject.clone());
    each("amount", json!(5), |reading| Some(reading.facts.amount?.to_string()));
    each("currency", json!("eur"), |reading| reading.facts.currency.clone());
    each("link", json!("https://example.com/x"), |reading| reading.facts.url.clone());
    assert!(keys > 35, "{keys}");
}
