//! Vectors and bodies that nobody here made, read where they lie: other people's signatures and real requests.

use std::path::PathBuf;

use serde_json::Value;

use super::*;
use crate::event::Severity;

/// A folder beside the project; `None`, said aloud, where it is absent.
fn shared(folder: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")).join(folder);
    if path.is_dir() {
        return Some(path);
    }
    assert!(std::env::var_os("HOOKBELL_REQUIRE_ALL").is_none(), "{} is missing", path.display());
    eprintln!("skipped: {} is not there", path.display());
    None
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

/// The vector's body: its own text, or the bytes of a file.
fn body(vector: &Value, root: &std::path::Path) -> Vec<u8> {
    if let Some(text) = vector["body"].as_str() {
        return text.as_bytes().to_vec();
    }
    let path = vector["body_ref"]["shared"].as_str().expect("a file").trim_start_matches("shared/");
    let bytes = std::fs::read(root.join("..").join(path)).expect(path);
    if vector["body_ref"]["trim"].as_bool() == Some(true) { bytes.trim_ascii().to_vec() } else { bytes }
}

/// A vector file's own scheme in our spelling, as a source's table would say it.
fn as_override(scheme: &Value) -> String {
    let content: Vec<String> = texts(&scheme["content"])
        .iter()
        .map(|part| part.strip_prefix("lit:").map_or_else(|| format!("{{{part}}}"), str::to_owned))
        .collect();
    let mut text = format!("[verify]\nscheme = \"signed\"\ncontent = \"{}\"\n", content.concat());
    text += &format!("header = {}\n", scheme["signature"]["header"]);
    for key in ["algorithm", "encoding", "key", "grammar", "prefix", "sep", "sig_key", "tag"] {
        if scheme[key].is_string() {
            text += &format!("{key} = {}\n", scheme[key]);
        }
    }
    text
}

#[test]
fn other_peoples_signatures_agree() {
    let Some(root) = shared("vectors") else { return };
    let providers = Providers::shipped();
    let (mut agreed, mut skipped) = (0, 0);
    for provider in providers.iter() {
        let text = match std::fs::read_to_string(root.join(format!("{}.json", provider.name))) {
            Ok(text) => text,
            Err(error) => panic!("{}: {error}", provider.name),
        };
        let file: Value = serde_json::from_str(&text).expect("JSON");
        for vector in file["vectors"].as_array().expect("a list") {
            let scheme = vector["scheme"].as_str().expect("a scheme");
            if scheme.starts_with("legacy-") || scheme == "v1a" {
                skipped += 1;
                continue;
            }
            let told = format!("{} {}", provider.name, vector["id"]);
            let provider = if provider.name == "generic" {
                let mut mistakes = Mistakes::default();
                let document = Document::parse("source", &as_override(&file["schemes"][scheme]), &mut mistakes);
                let overridden = provider.with_overrides(&mut document.root(), &mut mistakes);
                assert_eq!(mistakes.to_string(), "", "{told}");
                overridden.expect(&told)
            } else {
                provider.clone()
            };
            let verifier = verifier(&provider, &texts(&vector["secret"]));
            let headers = vector["headers"].as_object().expect("headers");
            let headers = header_map(headers.iter().map(|(name, value)| (name, value.as_str().unwrap_or_default())));
            let now = Timestamp::from_secs(vector["now"].as_i64().unwrap_or(0));
            let verdict = verdict(&verifier, &headers, &body(vector, &root), now);
            assert_eq!(Some(verdict.is_ok()), vector["valid"].as_bool(), "{told}: {verdict:?}");
            let reason = vector["reason"].as_str().unwrap_or_default();
            if reason.starts_with("stale") {
                assert_eq!(verdict, Err(Rejection::Stale), "{told}");
            } else if reason.starts_with("mismatch") {
                assert_eq!(verdict, Err(Rejection::Mismatch), "{told}");
            } else if reason.starts_with("malformed") {
                assert_eq!(verdict, Err(Rejection::Malformed), "{told}");
            }
            agreed += 1;
        }
    }
    eprintln!("{agreed} vectors agree, {skipped} of schemes that are not shipped were skipped");
    assert!(agreed >= 40, "{agreed}");
}

fn read(provider: &str, path: &str, headers: &[(&str, &str)]) -> Option<Reading> {
    let body = std::fs::read(shared("payloads")?.join(path)).expect(path);
    let providers = Providers::shipped();
    let headers = header_map(headers.iter().copied());
    Some(providers.get(provider)?.read_request(&headers, &body, Vec::new()).expect(path))
}

#[test]
fn real_bodies_are_read() {
    let cases = [
        ("github", "push", "push"),
        ("github", "issues.opened", "issues"),
        ("github", "pull_request.opened", "pull_request"),
        ("github", "release.published", "release"),
        ("github", "star.created", "star"),
        ("github", "workflow_run.completed", "workflow_run"),
        ("github", "dependabot_alert.created", "dependabot_alert"),
        ("stripe", "checkout.session.completed", ""),
        ("stripe", "customer.subscription.deleted", ""),
        ("stripe", "invoice.payment_failed", ""),
        ("gitlab", "merge_request", ""),
        ("gitlab", "pipeline", ""),
        ("gitlab", "push.branch_delete", ""),
    ];
    let mut told = String::new();
    for (provider, name, event) in cases {
        let headers = [("x-github-event", event), ("x-github-delivery", "d-1")];
        let headers = if event.is_empty() { &headers[..0] } else { &headers[..] };
        let Some(reading) = read(provider, &format!("{provider}/{name}.json"), headers) else { return };
        assert!(reading.facts.severity.is_some_and(|severity| Severity::ALL.contains(&severity)));
        let time = reading.time.map(Timestamp::to_rfc3339).unwrap_or_default();
        let reference: String = reading.reference.chars().take(16).collect();
        told += &format!("{} | {} | {reference} | {time}\n  {:?}\n", reading.kind, reading.topic, reading.facts);
    }
    insta::assert_snapshot!("real_bodies", told);
}
