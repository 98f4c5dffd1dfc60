//! Requests signed as their senders would sign them, with bodies that are the samples with arbitrary edits: what was
//! signed is let in and read without a panic, and what was changed after signing is not let in.

#![no_main]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{MAX_EVENTS, Outgoing, Provider, Request, Sample, Signer, Verifier};
use libfuzzer_sys::fuzz_target;

const NOW: Timestamp = Timestamp(1_795_255_200_000);
const URL: &str = "https://hooks.example.com/hooks/x?a=1";

/// Pieces that turn one structure into another.
static PIECES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let json = r#"[ ] { } {} [] " \ , : null true "" [{},{}] -1 1e999 0.1 99999999999999999999 \u0000 \ud800 [[[[[[[["#;
    let others = "& = % + %00 a=1&a=2 {\"type\":1} \n \u{feff} \u{0}";
    json.split(' ').chain(others.split(' ')).collect()
});

struct Target {
    provider: Provider,
    verifier: Verifier,
    covered: Covered,
}

/// Which changes of a body its signature must notice.
#[derive(Clone, Copy, PartialEq)]
enum Covered {
    Bytes,
    /// The fields of a form, sorted and joined: `a=bc` and `ab=c` are the same.
    Fields,
    /// Some fields alone, or a token that covers nothing.
    Part,
}

static ALL: LazyLock<Vec<Target>> = LazyLock::new(|| {
    let providers = hookbell::embedded::providers();
    let targets = providers.iter().map(|provider| {
        let (secrets, settings) = provider.test_secrets();
        let verifier = provider.verifier_with(&secrets, &settings).expect("usable secrets");
        let proof = provider.setup_guide().proofs.into_iter().next().unwrap_or_default();
        let covered = match proof.split_once(", over `").map(|(_, content)| content) {
            Some(content) if content.contains("{body") => Covered::Bytes,
            Some(content) if content.contains("{form.sorted}") => Covered::Fields,
            _ => Covered::Part,
        };
        Target { provider: provider.clone(), verifier, covered }
    });
    let targets: Vec<Target> = targets.collect();
    assert!(targets.iter().filter(|target| target.covered == Covered::Bytes).count() > 40);
    targets
});

fuzz_target!(|data: &[u8]| {
    let [which, sample, edits @ ..] = data else { return };
    let target = &ALL[usize::from(*which) % ALL.len()];
    let samples = &target.provider.samples;
    let sample = &samples[usize::from(*sample) % samples.len()];
    let sent = Signer::new(&target.verifier).outgoing(sample, Some(URL), NOW);
    let changed = edited(&sent.body, edits);
    if target.notices(&sent, &changed) {
        let forged = Outgoing { body: changed.clone(), ..sent };
        assert!(!target.lets_in(&forged), "{}: a changed body was let in", target.provider.name);
    }
    target.signs_and_reads(&Sample { body: changed, ..sample.clone() });
});

/// The text with each edit done: four bytes say where, what, and how much of it.
fn edited(text: &str, edits: &[u8]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for edit in edits.chunks_exact(4).take(64) {
        let [high, low, what, how] = *edit else { break };
        let at = usize::from(u16::from_be_bytes([high, low])) % (bytes.len() + 1);
        let end = (at + usize::from(how)).min(bytes.len());
        match what % 6 {
            0 if at < bytes.len() => bytes[at] = how,
            1 => bytes.insert(at, how),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let run = bytes[at..end].to_vec();
                bytes.splice(at..at, run);
            }
            4 => bytes.truncate(at),
            _ => drop(bytes.splice(at..at, PIECES[usize::from(how) % PIECES.len()].bytes())),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Target {
    /// Whether this other body has to be refused under the old proof.
    fn notices(&self, sent: &Outgoing, changed: &str) -> bool {
        match self.covered {
            Covered::Bytes => sent.body != changed,
            Covered::Fields => joined(&sent.body) != joined(changed),
            Covered::Part => false,
        }
    }

    fn lets_in(&self, sent: &Outgoing) -> bool {
        let url = if sent.query.is_empty() { URL.to_owned() } else { format!("{URL}&{}", sent.query) };
        let request = Request { method: "POST", url: Some(&url), headers: &sent.headers, body: sent.body.as_bytes() };
        let verdict = self.verifier.verify(request, NOW);
        assert_eq!(self.verifier.explain(request, NOW).1.is_ok(), verdict.is_ok());
        verdict.is_ok()
    }

    /// As the sender would sign it, it is let in, unless its proof would stand in what is broken; then it is read.
    fn signs_and_reads(&self, sample: &Sample) {
        let sent = Signer::new(&self.verifier).outgoing(sample, Some(URL), NOW);
        let url = if sent.query.is_empty() { URL.to_owned() } else { format!("{URL}&{}", sent.query) };
        let request = Request { method: "POST", url: Some(&url), headers: &sent.headers, body: sent.body.as_bytes() };
        let verdict = self.verifier.verify(request, NOW);
        let own_clock = self.provider.setup_guide().proofs.iter().any(|proof| proof.contains("in the body"));
        let name = &self.provider.name;
        assert!(verdict.is_ok() || own_clock || self.covered != Covered::Bytes, "{name}: its own signature is refused");
        let Ok(verified) = verdict else { return };
        let Ok(contents) = self.provider.events(verified) else { return };
        assert!(contents.events.len() + contents.ignored <= MAX_EVENTS);
        for item in contents.events {
            let reading = &item.reading;
            assert!(!reading.reference.is_empty() && !reading.event_type.is_empty(), "{name}: an event without a name");
            assert!(reading.event_type.chars().count() <= 200 && reading.reference.chars().count() <= 200);
            assert!(
                serde_json::from_slice::<serde_json::Value>(&item.body).is_ok(),
                "{name}: an event that is not JSON"
            );
        }
    }
}

/// What a sender that sorts and joins the fields signs.
fn joined(form: &str) -> String {
    let fields: BTreeSet<(String, String)> = url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    fields.into_iter().flat_map(|(name, value)| [name, value]).collect()
}
