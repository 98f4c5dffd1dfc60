//! Test vectors and bodies of independent origin: signatures and recorded requests.

use super::shipped::embedded_providers;
use std::path::PathBuf;

use serde_json::Value;

use super::*;
use hookbell_model::event::Severity;

/// A folder beside the project; `None`, with a message, where it is absent.
fn shared(folder: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")).join(folder);
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

/// Schemes that the shipped file of their name rightly does not offer: these vectors go through it with a `verify`
/// of the source's own, as a user would write it.
const OWN: &[(&str, &str, &str)] = &[
    ("generic", "hmac-sha512-hex", "another app's header and hash; the file says how one's own app signs"),
    ("generic", "hmac-sha512-base64", "the same in base64"),
    ("github", "legacy-sha1", "GitHub sends it beside SHA-256: taking both would let a forger choose the weaker hash"),
];

/// The same as a provider's file.
fn file_of(scheme: &Value) -> String {
    let places = "title = \"T\"\n[body]\nformat = [\"json\", \"form\"]\n[event]\ntype = \"/type\"\n";
    format!("{places}{}", verify_of(scheme))
}

/// The shipped file with the scheme as a source's own table.
fn overridden(shipped: &Provider, scheme: &Value) -> Provider {
    let mut diagnostics = Diagnostics::default();
    let document = Document::parse("source.toml", &verify_of(scheme), &mut diagnostics);
    let mut source = document.root();
    let provider = shipped.with_overrides(&mut source, &mut diagnostics);
    source.finish(&mut diagnostics);
    assert_eq!(diagnostics.to_string(), "");
    provider.expect("a provider")
}

/// A vector file's own scheme in our spelling.
fn verify_of(scheme: &Value) -> String {
    let mut text = "[verify]\n".to_owned();
    if scheme["kind"] == "token" {
        return format!("{text}scheme = \"token\"\nheader = {}\n", scheme["token"]["header"]);
    }
    let content: Vec<String> = texts(&scheme["content"])
        .iter()
        .map(|part| part.strip_prefix("lit:").map_or_else(|| format!("{{{part}}}"), str::to_owned))
        .collect();
    let content = content.concat();
    text += &format!("scheme = \"signed\"\ncontent = \"{content}\"\n");
    if content.contains("{json:") {
        text += "covers = \"part\"\n";
    }
    for (key, value) in scheme["signature"].as_object().expect("a place") {
        text += &format!("{key} = {value}\n");
    }
    for key in ["kind", "each", "encoding", "key", "grammar", "prefix", "sep", "sig_key", "tag"] {
        if scheme[key].is_string() {
            text += &format!("{key} = {}\n", scheme[key]);
        }
    }
    if scheme["kind"] == "hmac" {
        text += &format!("algorithm = {}\n", scheme["algorithm"]);
    }
    for key in ["form_dedup", "query_body_sha256"] {
        if scheme[key].is_boolean() {
            text += &format!("{key} = {}\n", scheme[key]);
        }
    }
    if let Some(clock) = scheme["timestamp"].as_object() {
        let pairs: Vec<String> = clock.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        let tolerance =
            scheme["tolerance"].as_u64().map_or_else(|| "\"none\"".to_owned(), |seconds| seconds.to_string());
        text += &format!("timestamp = {{ {} }}\ntolerance = {tolerance}\n", pairs.join(", "));
    }
    text
}

/// Runs the vector through this provider and asserts its expected result.
fn check_vector(provider: &Provider, vector: &Value, root: &std::path::Path, printed: &str) {
    let settings = [("webhook_id", "webhook_id"), ("certificate", "certificate_pem")];
    let settings =
        settings.into_iter().filter_map(|(name, key)| Some((name.to_owned(), Secret::new(vector[key].as_str()?))));
    let given = ["secret", "public_key"].into_iter().flat_map(|key| texts(&vector[key]));
    let secrets: Vec<Secret> = given.map(Secret::new).collect();
    let verifier = provider.verifier_with(&secrets, &Settings(settings.collect())).expect(printed);
    let headers = vector["headers"].as_object().expect("headers");
    let headers = header_map(headers.iter().map(|(name, value)| (name, value.as_str().unwrap_or_default())));
    let now = Timestamp::from_secs(vector["now"].as_i64().unwrap_or(0));
    let body = body(vector, root);
    let request = Request {
        method: vector["method"].as_str().unwrap_or("POST"),
        url: vector["url"].as_str(),
        headers: &headers,
        body: &body,
    };
    let outcome = verifier.verify(request, now).map(drop);
    assert_eq!(verifier.explain(request, now).1.map(drop), outcome, "{printed}");
    assert_eq!(Some(outcome.is_ok()), vector["valid"].as_bool(), "{printed}: {outcome:?}");
    let reason = vector["reason"].as_str().unwrap_or_default();
    let dummy = headers.values().any(|value| value.as_bytes().ends_with(b"dummy_signature"));
    if dummy {
        // The clock is checked after the signature, so its result does not count here.
        assert_eq!(outcome, Err(Rejection::Malformed), "{printed}");
    } else if reason.starts_with("stale") {
        assert_eq!(outcome, Err(Rejection::Stale), "{printed}");
    } else if reason.starts_with("mismatch") {
        assert!(matches!(outcome, Err(Rejection::Mismatch | Rejection::WrongToken)), "{printed}: {outcome:?}");
    } else if reason.starts_with("malformed") {
        assert!(matches!(outcome, Err(Rejection::Malformed | Rejection::MalformedToken)), "{printed}: {outcome:?}");
    }
}

#[test]
fn shipped_files_verify_signatures_of_independent_origin() {
    let Some(root) = shared("vectors") else { return };
    let providers = Providers::shipped(embedded_providers());
    let (mut as_shipped, mut with_own, mut files) = (0, Vec::new(), 0);
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(&root).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "json")) {
        let file: Value = serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON");
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        let shipped = providers.get(name).expect(name);
        files += 1;
        for vector in file["vectors"].as_array().expect("a list") {
            let scheme = vector["scheme"].as_str().expect("a scheme");
            let printed = format!("{name} {}", vector["id"]);
            let described = &file["schemes"][scheme];
            check_vector(&provider(&file_of(described)), vector, &root, &printed);
            match OWN.iter().find(|(provider, own, _)| (*provider, *own) == (name, scheme)) {
                None => {
                    check_vector(shipped, vector, &root, &printed);
                    as_shipped += 1;
                }
                Some((.., why)) => {
                    check_vector(&overridden(shipped, described), vector, &root, &printed);
                    with_own.push(format!("{printed} ({scheme}): {why}"));
                }
            }
        }
    }
    let all = as_shipped + with_own.len();
    eprintln!(
        "{all} vectors of {files} files agree: {as_shipped} through the shipped files as they are, {} through the shipped \
         file with the source's own `verify`:\n{}",
        with_own.len(),
        with_own.join("\n")
    );
    assert!(files >= 28 && as_shipped >= 85 && with_own.len() <= 5, "{files} {as_shipped} {}", with_own.len());
}

/// Providers that sign with another service's scheme: Svix sends for them.
const SENT_BY: &[(&str, &str, &str)] =
    &[("clerk", "standard-webhooks", "svix-headers"), ("resend", "standard-webhooks", "svix-headers")];

#[test]
fn proved_files_are_those_that_verify_a_signature_of_independent_origin() {
    let Some(root) = shared("vectors") else { return };
    let right = |file: &str, scheme: Option<&str>| -> Vec<Value> {
        let Ok(text) = std::fs::read(root.join(format!("{file}.json"))) else { return Vec::new() };
        let mut file: Value = serde_json::from_slice(&text).expect("JSON");
        let mut vectors = file["vectors"].as_array_mut().map(std::mem::take).unwrap_or_default();
        vectors.retain(|vector| {
            let of = vector["scheme"].as_str().unwrap_or_default();
            vector["valid"] == true && !of.starts_with("legacy-") && scheme.is_none_or(|scheme| scheme == of)
        });
        vectors
    };
    for provider in Providers::shipped(embedded_providers()).iter() {
        let name = provider.name.as_str();
        // The user's own app, for which the vectors have signatures of another shape.
        if name == "generic" {
            continue;
        }
        let vectors = match SENT_BY.iter().find(|(of, ..)| *of == name) {
            Some((_, file, scheme)) => right(file, Some(scheme)),
            None => right(name, None),
        };
        for vector in &vectors {
            check_vector(provider, vector, &root, name);
        }
        assert_eq!(provider.proof_status() == ProofStatus::Proved, !vectors.is_empty(), "{name}");
    }
}

fn read(provider: &str, path: &str, headers: &[(&str, &str)]) -> Option<Reading> {
    let body = std::fs::read(shared("payloads")?.join(path)).expect(path);
    let providers = Providers::shipped(embedded_providers());
    let headers = header_map(headers.iter().copied());
    Some(providers.get(provider)?.read_unchecked(&headers, &body).expect(path))
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
    let mut printed = String::new();
    for (provider, name, event) in cases {
        let headers = [("x-github-event", event), ("x-github-delivery", "d-1")];
        let headers = if event.is_empty() { &headers[..0] } else { &headers[..] };
        let Some(reading) = read(provider, &format!("{provider}/{name}.json"), headers) else { return };
        assert!(reading.facts.severity.is_some_and(|severity| Severity::ALL.contains(&severity)));
        let time = reading.time.map(Timestamp::to_rfc3339).unwrap_or_default();
        let reference: String = reading.reference.chars().take(16).collect();
        printed += &format!(
            "{} | {} | {reference} | {time}\n  {}\n",
            reading.event_type,
            reading.topic,
            shown(&reading.facts)
        );
    }
    insta::assert_snapshot!("real_bodies", printed);
}
