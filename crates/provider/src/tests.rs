//! The crate as a whole: signatures of independent origin, malformed requests, the shipped files.

mod bodies;
mod every_scheme;
mod files;
mod git_facts;
mod handshakes;
mod identity;
mod diagnostics;
mod jws;
mod malformed;
mod money;
mod queries;
mod packed;
mod sales;
mod secrets;
mod shared;
mod shipped;
mod tokens;

use http::header::HeaderName;
use http::{HeaderMap, HeaderValue};

use hookbell_config_file::{Diagnostics, Document};
use hookbell_model::event::{Facts, Topic};
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

use crate::*;

/// A provider from a file's text, which must be without mistakes.
fn provider(text: &str) -> Provider {
    let mut diagnostics = Diagnostics::default();
    let document = Document::parse("test.toml", text, &mut diagnostics);
    let provider = Provider::read("test", &document, &mut diagnostics);
    assert_eq!(diagnostics.to_string(), "");
    provider.expect("a provider")
}

/// Facts without those that few events have.
fn shown(facts: &Facts) -> String {
    let all = format!("{facts:?}");
    let absent = [
        ", amount_text: None",
        ", decimals: None",
        ", test: false",
        ", routine: false",
        ", sequence: None",
        ", rank: None",
        ", author: None",
        ", branch: None",
        ", labels: []",
        ", bot: false",
    ];
    absent.iter().fold(all, |all, absent| all.replace(absent, ""))
}

/// What is reported about a provider file.
fn diagnostics_of(text: &str) -> String {
    let mut diagnostics = Diagnostics::default();
    let document = Document::parse("test.toml", text, &mut diagnostics);
    let provider = Provider::read("test", &document, &mut diagnostics);
    assert_eq!(provider.is_none(), diagnostics.errors() > 0);
    diagnostics.to_string()
}

fn verifier(provider: &Provider, secrets: &[&str]) -> Verifier {
    let secrets: Vec<Secret> = secrets.iter().map(|secret| Secret::new(*secret)).collect();
    provider.verifier(&secrets).expect("usable secrets")
}

fn header_map<N: AsRef<str>, V: AsRef<[u8]>>(headers: impl IntoIterator<Item = (N, V)>) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::try_from(name.as_ref()).expect("a name");
        map.append(name, HeaderValue::from_bytes(value.as_ref()).expect("a value"));
    }
    map
}

fn request<'a>(headers: &'a HeaderMap, body: &'a [u8]) -> Request<'a> {
    Request { method: "POST", url: Some("https://hooks.example.com/hooks/test"), headers, body }
}

/// The outcome, which must be the same with and without an explanation.
fn outcome(verifier: &Verifier, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<(), Rejection> {
    let request = request(headers, body);
    let quiet = verifier.verify(request, now).map(|_| ());
    let (steps, printed) = verifier.explain(request, now);
    assert_eq!(printed.map(|_| ()), quiet, "{steps:?}");
    assert!(!steps.is_empty());
    assert_eq!(quiet.is_err(), steps.last().is_some_and(|step| !step.passed), "{quiet:?} {steps:?}");
    quiet
}
