//! The shipped templates on recorded and made-up requests: each message is used, nothing is missing, Discord accepts
//! the body, and each message is a snapshot.

mod github;
mod gitlab;
mod hookbell_events;
mod money;
mod own;
mod private;
mod reported;
mod slack_shaped;
mod stripe;

use std::collections::BTreeSet;

use hookbell_model::delivery::Plan;
use hookbell_model::event::{Event, EventId, Raw};
use hookbell_model::locale::Locale;
use hookbell_model::own_event::OWN;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{ReadEvent, Sample};
use hookbell_template::render::{Rendered, Templates};
use serde_json::Value;

use crate::judge::{judge_patch, judge_post};

/// A request of a provider: its name here, the headers beside the signature, the body.
struct Case {
    provider: String,
    name: String,
    headers: Vec<(String, String)>,
    body: String,
}

fn case(provider: &str, name: &str, headers: &[(&str, &str)], body: &Value) -> Case {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Case { provider: provider.to_owned(), name: name.to_owned(), headers, body: body.to_string() }
}

const NOW: Timestamp = Timestamp(1_795_255_200_000);

/// The events as intake would have them, read by the shipped provider. The signature is another test's matter.
fn events(case: &Case) -> Vec<(Event, Raw)> {
    let providers = hookbell::embedded::providers();
    let provider = providers.get(&case.provider).expect("a shipped provider");
    let sample = Sample { name: case.name.clone(), headers: case.headers.clone(), body: case.body.clone() };
    let headers = sample.header_map();
    let contents = provider.sample_events(&sample, &headers).unwrap_or_else(|why| panic!("{}: {why}", case.name));
    let event = |item: ReadEvent<'_>| {
        let reading = item.reading;
        let event = Event {
            id: EventId(77),
            source: if case.provider == "generic" { "shop".to_owned() } else { case.provider.to_owned() },
            provider: case.provider.to_owned(),
            reference: reading.reference,
            event_type: reading.event_type,
            topic: reading.topic,
            facts: reading.facts,
            time: reading.time.unwrap_or(NOW),
            received: NOW,
        };
        (event, Raw { headers: provider.kept_headers(&headers), body: item.body.into_owned() })
    };
    contents.events.into_iter().map(event).collect()
}

/// The samples of the provider files, and the requests of this test; each event with a unique name.
fn made(templates: &Templates) -> Vec<Made> {
    let providers = hookbell::embedded::providers();
    let dressed: BTreeSet<String> = templates.list().into_iter().map(|listed| listed.provider).collect();
    let samples = providers.iter().filter(|provider| dressed.contains(&provider.name)).flat_map(|provider| {
        provider.samples.clone().into_iter().map(|sample| Case {
            provider: provider.name.clone(),
            name: format!("sample.{}", sample.name),
            headers: sample.headers,
            body: sample.body,
        })
    });
    let cases = samples.chain(github::cases()).chain(stripe::cases()).chain(gitlab::cases()).chain(own::cases());
    let mut made: Vec<Made> = cases.flat_map(|case| named(&case)).collect();
    made.extend(hookbell_events::made());
    made.extend(dressed.iter().filter(|name| *name != OWN).map(|name| unheard(name)));
    made
}

/// An event of an unknown type, otherwise like a provider's first sample.
fn unheard(provider: &str) -> Made {
    let sample = hookbell::embedded::providers().get(provider).and_then(|provider| provider.samples.first().cloned());
    let sample = sample.expect("a sample");
    let case = Case { provider: provider.to_owned(), name: sample.name, headers: sample.headers, body: sample.body };
    let mut made = named(&case).into_iter().next().expect("an event");
    made.name = format!("{provider}__unheard");
    made.event.event_type = "unheard_of.happened".to_owned();
    made
}

/// An event of a case.
struct Made {
    name: String,
    event: Event,
    raw: Raw,
}

/// The events of a case, counted where there are several.
fn named(case: &Case) -> Vec<Made> {
    let events = events(case);
    let several = events.len() > 1;
    let name = |at: usize| {
        let base = format!("{}__{}", case.provider, case.name.replace(['/', ':', ' '], "_"));
        if several { format!("{base}.{at}") } else { base }
    };
    let made = events.into_iter().enumerate();
    made.map(|(at, (event, raw))| Made { name: name(at + 1), event, raw }).collect()
}

fn render(templates: &Templates, made: &Made) -> Rendered {
    let findings = templates.validate(&made.event, &made.raw, &Plan::default());
    assert!(findings.is_empty(), "{}: {findings:#?}", made.name);
    let rendered = templates.render(&made.event, &made.raw, &Plan::default(), Locale::default());
    judge_post(&rendered.message.to_post());
    judge_patch(&rendered.message.to_patch());
    rendered
}

fn snapshot(rendered: &Rendered) -> String {
    let body = serde_json::to_string_pretty(&rendered.message.to_post()).expect("JSON");
    let key = if rendered.live.keys.is_empty() { "none".to_owned() } else { rendered.live.keys.join(", ") };
    let notes: String = rendered.notes.iter().map(|note| format!("note: {note}\n")).collect();
    format!("message: {}\nkey: {key}\n{notes}{body}", rendered.template)
}

#[test]
fn every_shipped_message_is_hit_and_looks_as_it_should() {
    let templates = hookbell::embedded::templates();
    let mut hit = BTreeSet::new();
    for made in made(&templates) {
        let rendered = render(&templates, &made);
        insta::with_settings!({ snapshot_path => "templates/snapshots", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(made.name.clone(), snapshot(&rendered));
        });
        // The text of a phone's notification must make sense alone.
        let content = rendered.message.content.chars().count();
        assert!((1..=140).contains(&content), "{}: {content} characters of content", made.name);
        // A type without a message is shown as a card; one with a message never is.
        assert_eq!(rendered.fallback, None, "{}", made.name);
        hit.insert(rendered.template);
    }
    let missed: Vec<String> = templates.names().into_iter().filter(|name| !hit.contains(name)).collect();
    assert!(missed.is_empty(), "no event of this test is shown by {missed:?}");
}

#[test]
fn every_shipped_provider_has_messages() {
    let dressed: BTreeSet<String> = hookbell::embedded::templates()
        .list()
        .into_iter()
        .map(|listed| listed.provider)
        .filter(|name| name != OWN)
        .collect();
    let providers: BTreeSet<String> =
        hookbell::embedded::providers().iter().map(|provider| provider.name.clone()).collect();
    assert_eq!(dressed, providers);
}

/// Recorded bodies of other projects are read from a folder beside this repository and are not part of it.
#[test]
fn real_payloads_look_right() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/payloads");
    if !std::path::Path::new(folder).is_dir() {
        assert!(std::env::var_os("HOOKBELL_REQUIRE_ALL").is_none(), "{folder} is needed and absent");
        eprintln!("skipped: {folder} is absent");
        return;
    }
    let templates = hookbell::embedded::templates();
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
            let case = Case { provider: provider.to_owned(), name: format!("real.{name}"), headers, body };
            let made = named(&case).into_iter().next().expect("an event");
            let rendered = render(&templates, &made);
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

/// Missing values and values of another type must not lead to the generic card.
#[test]
fn shipped_messages_render_with_missing_and_unexpected_values() {
    let templates = hookbell::embedded::templates();
    let mut failed = BTreeSet::new();
    for (count, Made { name, event, raw }) in made(&templates).into_iter().enumerate() {
        let whole: Value = serde_json::from_slice(&raw.body).expect("JSON");
        let mut paths = Vec::new();
        places(&whole, "", 0, &mut paths);
        for (at, path) in paths.iter().enumerate() {
            // Each place gets one of them, in turn: all would take too long.
            let strange = [Value::Null, 7.into(), serde_json::json!({ "a": 1 })][(at + count) % 3].clone();
            let mut part = whole.clone();
            *part.pointer_mut(path).expect("a place") = strange.clone();
            let raw = Raw { body: part.to_string().into_bytes(), ..raw.clone() };
            let rendered = templates.render(&event, &raw, &Plan::default(), Locale::default());
            // A type without a message has a card in any case.
            if rendered.template == "generic" && rendered.fallback.is_some() {
                failed.insert(format!("{name} with {path} = {strange}: {:?}", rendered.notes));
            }
            // Validating all would take too long.
            if at % 10 == 0 {
                judge_post(&rendered.message.to_post());
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
