//! Arbitrary requests at every scheme and every format: never a panic, never a "yes" without the secret, and what
//! is split is JSON. With `--features fuzz` for `cargo fuzz run request --features fuzz`; without it the program
//! runs the files that it is given, once each.

#![cfg_attr(feature = "fuzz", no_main)]

use std::sync::LazyLock;

use hookbell::document::Document;
use hookbell::mistake::Mistakes;
use hookbell::provider::{Provider, Providers, Request, Verifier};
use hookbell::timestamp::Timestamp;
use http::{HeaderMap, HeaderName, HeaderValue};

const NOW: Timestamp = Timestamp(1_795_255_200_000);
const OPEN: &str = "title = \"T\"\nverify = \"none\"\n[event]\ntype = \"/type\"\nid = \"/id\"\n[body]\nformat = [\"json\", \"form\", \"ndjson\"]\nredact = [\"/a/*\"]\n";

/// Every shipped provider with keys of its own, and three that check nothing but split.
static ALL: LazyLock<Vec<(Provider, Verifier, bool)>> = LazyLock::new(|| {
    let shipped = Providers::shipped();
    let checked = shipped.iter().filter_map(|provider| {
        let (secrets, settings) = provider.trial();
        let verifier = provider.verifier_with(&secrets, &settings).ok()?;
        Some((provider.clone(), verifier, provider.is_unverified()))
    });
    let open = ["", "split = \"\"\n", "split = \"/*/a\"\n"].into_iter().filter_map(|more| {
        let mut mistakes = Mistakes::default();
        let document = Document::parse("open.toml", &format!("{OPEN}{more}"), &mut mistakes);
        let provider = Provider::read("open", &document, &mut mistakes)?;
        let verifier = provider.verifier(&[]).ok()?;
        Some((provider, verifier, true))
    });
    checked.chain(open).collect()
});

/// Lines `Name: value`, an empty line, the body.
fn run(data: &[u8]) {
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
    let request = Request { method: "POST", url: Some(&url), headers: &headers, body };
    for (provider, verifier, open) in ALL.iter() {
        let shaken = verifier.handshake(request);
        assert!(shaken.is_none_or(|reply| reply.is_err() || reply.is_ok_and(|reply| reply.status < 300)));
        let verdict = verifier.verify(request, NOW);
        assert_eq!(verifier.explain(request, NOW).1.is_ok(), verdict.is_ok());
        assert!(*open || verdict.is_err(), "{} said yes without the secret", provider.name);
        if let Ok(verified) = verdict
            && let Ok(contents) = provider.events(verified)
        {
            for item in contents.items {
                assert!(!item.reading.reference.is_empty() && !item.reading.kind.is_empty());
            }
        }
    }
}

#[cfg(feature = "fuzz")]
libfuzzer_sys::fuzz_target!(|data: &[u8]| run(data));

#[cfg(not(feature = "fuzz"))]
fn main() {
    for path in std::env::args().skip(1) {
        match std::fs::read(&path) {
            Ok(data) => run(&data),
            Err(error) => eprintln!("{path}: {error}"),
        }
    }
}
