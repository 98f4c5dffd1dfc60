//! The shipped files: without mistakes, and every sample verifies and has its facts.

use super::shipped::embedded_providers;
use super::*;

const NOW: Timestamp = Timestamp(1_795_255_200_000);
/// Bodies without a type: tests of a new webhook, templates of one's own, mail that comes in.
const TYPELESS: [&str; 5] =
    ["cloudflare test", "grafana custom", "postmark Inbound", "uptime-kuma unknown", "uptime-kuma unknown.certificate"];

const URL: &str = "https://hooks.example.com/hooks/test";

/// A verifier that can sign too, of whatever scheme.
fn test_verifier(provider: &Provider) -> Verifier {
    let (secrets, settings) = provider.test_secrets();
    provider.verifier_with(&secrets, &settings).expect(&provider.name)
}

#[test]
fn shipped_files_are_without_mistakes() {
    let mut diagnostics = Diagnostics::default();
    for (name, text) in embedded_providers().iter().map(|file| (file.name, file.text)) {
        let document = Document::parse(name, text, &mut diagnostics);
        assert!(Provider::read(name, &document, &mut diagnostics).is_some(), "{diagnostics}");
    }
    assert_eq!(diagnostics.to_string(), "");
    let plain = |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    assert!(Providers::shipped(embedded_providers()).iter().all(|provider| plain(&provider.name)));
}

#[test]
fn the_files_in_the_description_are_without_mistakes() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../providers/README.md"))
        .expect("a description");
    let examples = text.split("```toml").skip(1).filter_map(|rest| rest.split("```").next());
    let schemes: Vec<String> = examples.map(|example| provider(example).scheme()).collect();
    assert_eq!(schemes.len(), 4);
    assert_eq!(schemes.first().map(String::as_str), Some("HMAC-SHA256, Stripe-Signature"));
}

#[test]
fn every_sample_verifies_and_is_read() {
    let mut poor = Vec::new();
    for provider in Providers::shipped(embedded_providers()).iter() {
        let verifier = test_verifier(provider);
        assert!(!provider.samples.is_empty() && !provider.title.is_empty());
        let mut printed = String::new();
        for sample in &provider.samples {
            let name = format!("{} {}", provider.name, sample.name);
            let sent = Signer::new(&verifier).outgoing(sample, Some(URL), NOW);
            let url = format!("{URL}?{}", sent.query);
            let url = Some(if sent.query.is_empty() { URL } else { url.as_str() });
            let request = Request { method: "POST", url, headers: &sent.headers, body: sent.body.as_bytes() };
            let verified = verifier.verify(request, NOW).expect(&name);
            assert!(verifier.handshake(request).is_none() && verifier.signed_handshake(verified).is_none(), "{name}");
            let contents = provider.events(verified).expect(&name);
            assert!(!contents.events.is_empty(), "{name}");
            for item in &contents.events {
                let Reading { event_type, topic, facts, .. } = &item.reading;
                if event_type == "unknown" && !TYPELESS.contains(&name.as_str()) {
                    poor.push(name.clone());
                }
                if facts.severity.is_none() && facts.subject.is_none() {
                    poor.push(format!("{name}: {facts:?}"));
                }
                printed +=
                    &format!("{}: {event_type} | {topic} | {:?}\n  {}\n", sample.name, item.reading.time, shown(facts));
            }
        }
        // One snapshot for each provider.
        insta::assert_snapshot!(format!("samples_{}", provider.name), printed);
    }
    assert!(poor.is_empty(), "{poor:#?}");
}

#[test]
fn a_fresh_sample_is_another_event_of_now() {
    for provider in Providers::shipped(embedded_providers()).iter() {
        for sample in &provider.samples {
            let name = format!("{} {}", provider.name, sample.name);
            // Some are identified by actor, action and time: a second later is another event.
            let later = NOW.after(std::time::Duration::from_secs(1));
            let (fresh, two) = (provider.renewed(sample, NOW), provider.renewed(sample, later));
            let read = |sample| provider.reading(sample).expect(&name);
            let (old, one, two) = (read(sample), read(&fresh), read(&two));
            assert_eq!((&one.event_type, one.topic), (&old.event_type, old.topic), "{name}");
            // An element of a batch that has neither id nor time is identified by its bytes.
            let elements = name == "whatsapp message_template_status_update";
            if !provider.name.starts_with("standard") && !elements {
                assert_ne!(one.reference, two.reference, "{name}");
            }
            let away = one.time.map(|at| NOW.0.abs_diff(at.0));
            assert!(away.is_none_or(|away| away < 1000), "{name}: {one:?}");
            // A signed time is generated when the sample is signed.
            let signed = fresh.headers.len() < sample.headers.len();
            assert!(one.time.is_some() == old.time.is_some() || signed, "{name}: {one:?}");
        }
    }
}

#[test]
fn a_fresh_sample_has_another_number_where_ids_are_numbers() {
    let file = "title = \"T\"\nverify = \"none\"\n[event]\ntype = \"/type\"\nid = \"/id\"\n\
                time = { at = \"/at\", unit = \"ms\" }\n[[sample]]\nname = \"one\"\nbody = \"\"\"{\"type\": \"a 704151815 b\", \
                \"id\": 704151815, \"price\": 7041518150, \"again\": [704151815], \"at\": 1795255000000}\"\"\"\n";
    let provider = provider(file);
    let fresh = provider.renewed(&provider.samples[0], NOW);
    let body: serde_json::Value = serde_json::from_str(&fresh.body).expect("JSON");
    let id = body["id"].as_u64().expect("a number");
    assert!((100_000_000..1_000_000_000).contains(&id) && id != 7_041_518_151_815, "{id}");
    assert_eq!(
        (&body["type"], &body["price"], &body["again"][0]),
        (&"a 704151815 b".into(), &7_041_518_150_u64.into(), &id.into()),
        "what only looks like the id stays"
    );
    assert_eq!(body["at"], NOW.0);
}

#[test]
fn every_file_has_setup_steps_for_its_sender() {
    for provider in Providers::shipped(embedded_providers()).iter() {
        let name = &provider.name;
        let steps: Vec<&str> = provider.setup.lines().collect();
        assert!(steps.len() > 1 && steps.iter().all(|step| step.chars().count() <= 110), "{name}: {steps:?}");
        let numbered = |(at, step): (usize, &&str)| step.starts_with(&format!("{}. ", at + 1));
        let starts = steps.iter().filter(|step| !step.starts_with(' ')).enumerate();
        assert!(starts.into_iter().all(numbered), "{name}: {steps:?}");
        assert!(!provider.delivery.is_empty(), "{name}");
        assert!(provider.delivery.lines().all(|line| line.chars().count() <= 110), "{name}");
        let comments =
            embedded_providers().iter().find(|file| file.name == name).map(|file| file.text).unwrap_or_default();
        let printed = comments.lines().any(|line| line.starts_with("# Set up") || line.starts_with("# Proof"));
        assert!(!printed, "{name} has a comment that belongs in `setup`");
    }
}

#[test]
fn every_file_has_a_proof_status() {
    let providers = Providers::shipped(embedded_providers());
    let unchecked = providers.iter().filter(|provider| provider.proof_status() == ProofStatus::None);
    let unchecked: Vec<&str> = unchecked.map(|provider| provider.name.as_str()).collect();
    assert_eq!(unchecked, ["docker-hub", "gumroad", "statuspage"]);
    for provider in providers.iter() {
        match provider.proof_status() {
            ProofStatus::Proved | ProofStatus::None => {}
            // Whoever reads the file can look where its facts are from.
            ProofStatus::Documented | ProofStatus::Unverified => {
                assert!(provider.docs.starts_with("https://") || provider.name == "generic", "{}", provider.name);
            }
        }
    }
    let both = "title = \"T\"\nunverified = true\nproved = true\nverify = \"none\"\n[event]\ntype = \"/type\"\n";
    assert!(diagnostics_of(both).contains("either"), "{}", diagnostics_of(both));
}

#[test]
fn names_that_people_look_for_find_the_provider() {
    let providers = Providers::shipped(embedded_providers());
    for (written, found) in [
        ("prometheus", "alertmanager"),
        ("Svix", "standard-webhooks"),
        ("promethues", "alertmanager"),
        ("strip", "stripe"),
    ] {
        assert_eq!(providers.suggestion(written), Some(format!("did you mean `{found}`?")), "{written}");
    }
    let names: std::collections::BTreeSet<&str> = providers.names().collect();
    let aliases = providers.iter().flat_map(|provider| provider.aliases.iter().map(|alias| (alias, &provider.name)));
    let mut known = std::collections::BTreeMap::new();
    for (alias, name) in aliases {
        assert!(!names.contains(alias.as_str()), "`{alias}` of {name} is a provider");
        assert_eq!(known.insert(alias, name), None, "`{alias}` of {name} is another's alias");
    }
    let spaced = "title = \"T\"\naliases = [\"Two Words\"]\nverify = \"none\"\n[event]\ntype = \"/type\"\n";
    assert!(diagnostics_of(spaced).contains("lower-case letters"), "{}", diagnostics_of(spaced));
}

#[test]
fn samples_are_found_by_name_and_by_type() {
    let providers = Providers::shipped(embedded_providers());
    let name = |wanted: &str| providers.get("github").and_then(|p| p.sample(wanted)).map(|sample| sample.name.as_str());
    assert_eq!(name("pull_request.merged"), Some("pull_request.merged"));
    assert_eq!(name("pull_request.closed"), Some("pull_request.merged"));
    assert_eq!(name("nothing"), None);
}

#[test]
fn kept_headers_hold_no_proof() {
    let providers = Providers::shipped(embedded_providers());
    let headers = header_map([
        ("X-GitHub-Event", "push"),
        ("X-GitHub-Delivery", "d-1"),
        ("X-Hub-Signature-256", "sha256=00"),
        ("X-Gitlab-Token", "t"),
        ("webhook-id", "m"),
        ("webhook-signature", "v1,0"),
        ("Authorization", "Bearer x"),
        ("Cookie", "a=b"),
        ("Content-Type", "application/json"),
        ("User-Agent", "GitHub-Hookshot/1"),
        ("X-Other", "x"),
    ]);
    let kept = |name: &str| providers.get(name).expect(name).kept_headers(&headers).into_keys().collect::<Vec<_>>();
    assert_eq!(kept("github"), ["content-type", "user-agent", "x-github-delivery", "x-github-event"]);
    assert_eq!(kept("gitlab"), ["content-type", "user-agent"]);
    assert_eq!(kept("standard-webhooks"), ["content-type", "user-agent", "webhook-id"]);
    let long = header_map([("User-Agent", "x".repeat(5000))]);
    let kept = providers.get("github").expect("shipped").kept_headers(&long);
    assert_eq!(kept.get("user-agent").map(|value| value.chars().count()), Some(512));
}

#[test]
fn listings_say_what_there_is() {
    let providers = Providers::shipped(embedded_providers());
    let get = |name: &str| providers.get(name).expect(name);
    assert_eq!(get("stripe").scheme(), "HMAC-SHA256, Stripe-Signature");
    assert_eq!(get("gitlab").scheme(), "token, X-Gitlab-Token");
    assert_eq!(get("standard-webhooks").scheme(), "HMAC-SHA256, webhook-signature or svix-signature");
    assert!(get("stripe").topics().contains(&Topic::Dispute));
    let known = get("github").known_types();
    for kind in ["push", "pull_request.closed", "workflow_run.completed", "star.created", "ping"] {
        assert!(known.contains(kind), "{kind}");
    }
    assert!(!known.iter().any(|kind| kind.contains('*')));
    assert!(!get("github").is_unchecked());
}

#[test]
fn the_error_for_a_body_that_is_not_json_repeats_nothing_of_it() {
    let providers = Providers::shipped(embedded_providers());
    let stripe = providers.get("stripe").expect("shipped");
    let read = |content_type: &str, body: &[u8]| {
        let headers = header_map([("content-type", content_type)]);
        stripe.read_unchecked(&headers, body).map(|_| ()).map_err(|error| error.to_string())
    };
    let deep = "[".repeat(100_000);
    for (content_type, body, part) in [
        ("application/json", &b""[..], "empty"),
        ("application/json", b"{\"a\":", "ends in the middle"),
        ("application/json", b"tell-tale", "not JSON (line 1, column"),
        ("application/json", b"{\"a\":\"\xff\"}", "not JSON"),
        ("application/json", b"{\"a\":\"\x00\"}", "not JSON"),
        ("application/json", deep.as_bytes(), "not JSON"),
        ("application/x-www-form-urlencoded", b"payload=%7B%7D", "choose `application/json`"),
    ] {
        let error = read(content_type, body).expect_err(part);
        assert!(error.contains(part) && !error.contains("tell-tale"), "{error}");
    }
    assert_eq!(read("application/json", b"[]"), Ok(()));
    assert_eq!(read("application/json", b"3"), Ok(()));
}

#[test]
fn no_id_is_the_hash_of_the_body() {
    let providers = Providers::shipped(embedded_providers());
    let gitlab = providers.get("gitlab").expect("shipped");
    let reading = gitlab.read_unchecked(&HeaderMap::new(), b"{}").expect("read");
    assert_eq!(reading.reference, "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    assert_eq!((reading.event_type.as_str(), reading.topic, reading.time), ("unknown", Topic::Other, None));
}
