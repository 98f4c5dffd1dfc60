//! Arbitrary requests at every scheme, every handshake and every format: never a panic, never a "yes" without the
//! secret, and what is read has a type and an id.

#![no_main]

use std::sync::LazyLock;

use hookbell_config_file::Diagnostics;
use hookbell_config_file::Document;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Provider, Request, Verifier};
use http::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;

const NOW: Timestamp = Timestamp(1_795_255_200_000);
const OPEN: &str = "title = \"T\"\nverify = \"none\"\n[event]\ntype = \"/type\"\nid = \"/id\"\n[body]\nformat = [\"json\", \"form\", \"ndjson\", \"multipart\", \"xml\"]\nredact = [\"/a/*\"]\n";

/// Every shipped provider with keys of its own, and three that check nothing but split.
static ALL: LazyLock<Vec<(Provider, Verifier, bool)>> = LazyLock::new(|| {
    let shipped = hookbell::embedded::providers();
    let checked = shipped.iter().map(|provider| {
        let (secrets, settings) = provider.test_secrets();
        let verifier = provider.verifier_with(&secrets, &settings).expect("usable secrets");
        (provider.clone(), verifier, provider.is_unchecked())
    });
    let open = ["", "split = \"\"\n", "split = \"/*/a\"\n"].into_iter().filter_map(|more| {
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse("open.toml", &format!("{OPEN}{more}"), &mut diagnostics);
        let provider = Provider::read("open", &document, &mut diagnostics)?;
        let verifier = provider.verifier(&[]).ok()?;
        Some((provider, verifier, true))
    });
    checked.chain(open).collect()
});

/// A byte that says which provider, one that says which method, lines `Name: value`, an empty line, the body.
fn run(data: &[u8]) {
    let [which, method, data @ ..] = data else { return };
    let method = if *method < 160 { "POST" } else { ["GET", "HEAD", "PUT"][usize::from(*method) % 3] };
    let (provider, verifier, open) = &ALL[usize::from(*which) % ALL.len()];
    let cut = data.windows(2).position(|pair| pair == b"\n\n").unwrap_or(data.len());
    let (head, body) = data.split_at(cut);
    let body = body.get(2..).unwrap_or_default();
    let mut headers = HeaderMap::new();
    for line in head.split(|byte| *byte == b'\n').take(40) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, value) = line.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
            headers.append(name, value);
        }
    }
    let url = String::from_utf8_lossy(head.get(..80.min(head.len())).unwrap_or_default());
    let url = format!("https://hooks.example.com/hooks/x?{url}");
    let request = Request { method, url: Some(&url), headers: &headers, body };
    if let Some(Ok(reply)) = verifier.handshake(request) {
        assert!(reply.status < 300 && reply.body.len() < 2000, "{}: {reply:?}", provider.name);
        assert!(["text/plain", "application/json"].contains(&reply.content_type), "{reply:?}");
    }
    let verdict = verifier.verify(request, NOW);
    assert_eq!(verifier.explain(request, NOW).1.is_ok(), verdict.is_ok());
    assert!(*open || verdict.is_err(), "{} said yes without the secret", provider.name);
    if let Ok(verified) = verdict
        && let Ok(contents) = provider.events(verified)
    {
        for item in contents.events {
            assert!(!item.reading.reference.is_empty() && !item.reading.event_type.is_empty());
        }
    }
}

fuzz_target!(|data: &[u8]| run(data));
