//! The shipped templates on real and made requests: each message is hit, nothing is missing, Discord takes
//! the body, and the look is kept as a snapshot.

mod github;
mod gitlab;
mod own;
mod stripe;

use std::collections::BTreeSet;

use hookbell::delivery::Plan;
use hookbell::event::{Event, EventId, Raw};
use hookbell::locale::Locale;
use hookbell::provider::{Providers, Request};
use hookbell::render::{Rendered, Templates};
use hookbell::secret::Secret;
use hookbell::timestamp::Timestamp;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use crate::judge::{judge_patch, judge_post};

/// A request of a provider: its name here, the headers beside the signature, the body.
struct Case {
    provider: &'static str,
    name: String,
    headers: Vec<(String, String)>,
    body: String,
}

fn case(provider: &'static str, name: &str, headers: &[(&str, &str)], body: &Value) -> Case {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Case { provider, name: name.to_owned(), headers, body: body.to_string() }
}

const NOW: Timestamp = Timestamp(1_795_255_200_000);
const FILES: [&str; 4] = ["generic", "github", "gitlab", "stripe"];

/// The event as intake would have it: signed, verified and read by the shipped provider.
fn event(case: &Case) -> (Event, Raw) {
    let providers = Providers::shipped();
    let provider = providers.get(case.provider).expect("a shipped provider");
    let secret = Secret::new("a secret of the tests, long enough for all");
    let verifier = provider.verifier(&[secret]).expect("a verifier");
    let mut headers = HeaderMap::new();
    let add = |headers: &mut HeaderMap, list: &[(String, String)]| {
        for (name, value) in list {
            let name: HeaderName = name.parse().expect("a header name");
            headers.insert(name, HeaderValue::from_str(value).expect("a header value"));
        }
    };
    add(&mut headers, &case.headers);
    let body = case.body.as_bytes();
    let signed = verifier.sign(Request { method: "POST", url: None, headers: &headers, body }, NOW);
    add(&mut headers, &signed);
    let request = Request { method: "POST", url: None, headers: &headers, body };
    let verified = verifier.verify(request, NOW).expect("what was just signed");
    let reading = provider.event(verified).expect("a readable event");
    let event = Event {
        id: EventId(77),
        source: if case.provider == "generic" { "shop".to_owned() } else { case.provider.to_owned() },
        provider: case.provider.to_owned(),
        reference: reading.reference,
        kind: reading.kind,
        topic: reading.topic,
        facts: reading.facts,
        time: reading.time.unwrap_or(NOW),
        received: NOW,
    };
    let raw = Raw { body: case.body.clone().into_bytes(), ..Raw::default() };
    (event, raw)
}

/// What the provider files bring along, and what stands in this test.
fn made() -> Vec<Case> {
    let providers = Providers::shipped();
    let samples = FILES.into_iter().flat_map(|provider| {
        let samples = providers.get(provider).expect("a shipped provider").samples.clone();
        samples.into_iter().map(move |sample| Case {
            provider,
            name: format!("sample.{}", sample.name),
            headers: sample.headers,
            body: sample.body,
        })
    });
    samples.chain(github::cases()).chain(stripe::cases()).chain(gitlab::cases()).chain(own::cases()).collect()
}

fn render(templates: &Templates, case: &Case) -> Rendered {
    let (event, raw) = event(case);
    let told = templates.judge(&event, &raw, &Plan::default());
    assert!(told.is_empty(), "{} {}: {told:#?}", case.provider, case.name);
    let rendered = templates.render(&event, &raw, &Plan::default(), Locale::default());
    judge_post(&rendered.message.to_post());
    judge_patch(&rendered.message.to_patch());
    rendered
}

fn snapshot(rendered: &Rendered) -> String {
    let body = serde_json::to_string_pretty(&rendered.message.to_post()).expect("JSON");
    let key = rendered.key.as_deref().unwrap_or("none");
    let notes: String = rendered.notes.iter().map(|note| format!("note: {note}\n")).collect();
    format!("message: {}\nkey: {key}\n{notes}{body}", rendered.template)
}

#[test]
fn every_shipped_message_is_hit_and_looks_as_it_should() {
    let templates = Templates::shipped();
    let mut hit = BTreeSet::new();
    for case in made() {
        let rendered = render(&templates, &case);
        insta::assert_snapshot!(format!("{}__{}", case.provider, case.name), snapshot(&rendered));
        hit.insert(rendered.template);
    }
    let missed: Vec<String> = templates.names().into_iter().filter(|name| !hit.contains(name)).collect();
    assert!(missed.is_empty(), "no event of this test is shown by {missed:?}");
}

/// Other people's real bodies are read where they lie; their text is no part of this repository.
#[test]
fn real_payloads_look_right() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/payloads");
    if !std::path::Path::new(folder).is_dir() {
        assert!(std::env::var_os("HOOKBELL_REQUIRE_ALL").is_none(), "{folder} is needed and absent");
        eprintln!("skipped: {folder} is absent");
        return;
    }
    let templates = Templates::shipped();
    for provider in ["github", "gitlab", "stripe"] {
        let files = std::fs::read_dir(format!("{folder}/{provider}")).expect("a folder");
        let mut count = 0;
        for file in files {
            let path = file.expect("an entry").path();
            let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
            let kind = name.split('.').next().unwrap_or_default().to_owned();
            let headers = match provider {
                "github" => vec![("X-GitHub-Event".to_owned(), kind), ("X-GitHub-Delivery".to_owned(), "1".to_owned())],
                "gitlab" => vec![("Idempotency-Key".to_owned(), "1".to_owned())],
                _ => Vec::new(),
            };
            let body = std::fs::read_to_string(&path).expect("a text");
            let rendered = render(&templates, &Case { provider, name: format!("real.{name}"), headers, body });
            let post = rendered.message.to_post();
            assert!(!post["embeds"][0]["title"].as_str().unwrap_or_default().is_empty(), "{name}: {post:#}");
            assert_ne!(rendered.template, "generic", "{name}");
            if std::env::var_os("HOOKBELL_SHOW").is_some() {
                eprintln!("--- {provider}/{name}\n{}", snapshot(&rendered));
            }
            count += 1;
        }
        assert!(count >= 3, "{provider}: {count} files");
    }
}

/// Half of a payload is no reason for the plain card, nor are values of another kind.
#[test]
fn shipped_messages_survive_missing_and_strange_values() {
    let templates = Templates::shipped();
    let mut failed = BTreeSet::new();
    for case in made() {
        let (event, raw) = event(&case);
        let whole: Value = serde_json::from_slice(&raw.body).expect("JSON");
        let mut paths = Vec::new();
        places(&whole, "", 0, &mut paths);
        for (at, path) in paths.iter().enumerate() {
            for strange in [Value::Null, 7.into(), serde_json::json!({ "a": 1 })] {
                let mut part = whole.clone();
                *part.pointer_mut(path).expect("a place") = strange.clone();
                let raw = Raw { body: part.to_string().into_bytes(), ..raw.clone() };
                let rendered = templates.render(&event, &raw, &Plan::default(), Locale::default());
                if rendered.template == "generic" {
                    failed.insert(format!("{} with {path} = {strange}: {:?}", case.provider, rendered.notes));
                }
                // To judge all would take long.
                if at % 10 == 0 {
                    judge_post(&rendered.message.to_post());
                }
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

/// Pointers to the values of the payload, not too deep.
fn places(value: &Value, path: &str, depth: usize, found: &mut Vec<String>) {
    for (key, inner) in value.as_object().into_iter().flatten() {
        let path = format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
        if depth < 2 {
            places(inner, &path, depth + 1, found);
        }
        found.push(path);
    }
}
