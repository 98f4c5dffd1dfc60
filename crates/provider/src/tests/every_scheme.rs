//! Every kind of scheme against generated malformed requests: each case signs its own request, wherever the signature
//! is put, and then corrupts it.

use proptest::prelude::*;

use super::*;
use crate::key::{KeyFormat, SignatureAlgorithm, generate_pair};
use crate::request::ValueSource;

const NOW: Timestamp = Timestamp(1_795_255_200_000);
const URL: &str = "https://hooks.example.com/hooks/test?a=1&b=%2F";
const JSON: &str = r#"{"type":"signup","id":"1","token":"t-1","ts":"1795255200","signature":{"timestamp":"1","token":"n","signature":""}}"#;
const ITEMS: &str = r#"{"items":[{"a":"1","n":5,"sig":"x"},{"a":"2","sig":"y"}],"type":"x"}"#;
const FORM: &str = "b=2&a=x%2By&a=1&token=t";

struct Case {
    name: &'static str,
    /// `[verify]`, and `[body]` where it is not JSON.
    file: &'static str,
    body: &'static str,
    /// Whether a changed byte anywhere must be noticed.
    whole: bool,
    timed: bool,
    url: bool,
}

const fn case(name: &'static str, file: &'static str) -> Case {
    Case { name, file, body: JSON, whole: true, timed: false, url: false }
}

const CASES: &[Case] = &[
    case("hmac md5", "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\nalgorithm = \"md5\""),
    case("hmac sha1", "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\nalgorithm = \"sha1\"\nencoding = \"base64\""),
    case("hash of the body", "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\ncontent = \"{body.sha256hex}\""),
    case(
        "checksum of the body",
        "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\ncontent = \"{conf:id}|{body.crc32dec}\"",
    ),
    Case {
        timed: true,
        ..case(
            "ed25519",
            "[verify]\nscheme = \"signed\"\nkind = \"ed25519\"\nheader = \"X-Sig\"\ncontent = \"{ts}{body}\"\ntimestamp = { header = \"X-Time\" }",
        )
    },
    Case {
        timed: true,
        ..case(
            "ed25519 in a list",
            "[verify]\nscheme = \"signed\"\nkind = \"ed25519\"\nkey = \"whpk\"\nencoding = \"base64\"\nheader = \"X-Sig\"\ngrammar = \"list\"\ntag = \"v1a\"\ncontent = \"{header:webhook-id}.{ts}.{body}\"\ntimestamp = { header = \"X-Time\" }",
        )
    },
    case("ecdsa", "[verify]\nscheme = \"signed\"\nkind = \"ecdsa\"\nheader = \"X-Sig\"\nencoding = \"base64\""),
    Case {
        timed: true,
        ..case(
            "rsa",
            "[verify]\nscheme = \"signed\"\nkind = \"rsa-x509\"\nheader = \"X-Sig\"\nencoding = \"base64\"\ncontent = \"{header:X-Time}|{body.crc32dec}\"\ntimestamp = { header = \"X-Time\", unit = \"rfc3339\" }",
        )
    },
    Case {
        timed: true,
        ..case(
            "time in the body",
            "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\ntimestamp = { json = \"/ts\", unit = \"ms\" }",
        )
    },
    Case {
        timed: true,
        whole: false,
        ..case(
            "signature in the body",
            "[verify]\nscheme = \"signed\"\njson = \"/signature/signature\"\ncovers = \"part\"\ncontent = \"{json:/signature/timestamp}{json:/signature/token}\"\ntimestamp = { json = \"/signature/timestamp\" }",
        )
    },
    Case {
        whole: false,
        body: ITEMS,
        ..case(
            "a signature in each",
            "[verify]\nscheme = \"signed\"\neach = \"/items\"\njson = \"/sig\"\nkey = \"hex\"\nencoding = \"base64\"\ncovers = \"part\"\ncontent = \"{json:/a}:{json:/n}\"",
        )
    },
    Case {
        whole: false,
        body: FORM,
        ..case(
            "signature in a form",
            "[body]\nformat = \"form\"\n[verify]\nscheme = \"signed\"\nform = \"sig\"\ncovers = \"part\"\ncontent = \"{form:b}{form:token}\"",
        )
    },
    Case {
        body: FORM,
        url: true,
        ..case(
            "sorted form",
            "[body]\nformat = \"form\"\n[verify]\nscheme = \"signed\"\nalgorithm = \"sha1\"\nheader = \"X-Sig\"\nencoding = \"base64\"\ncontent = \"{url}{form.sorted}\"\nform_dedup = true\nquery_body_sha256 = true",
        )
    },
    Case {
        url: true,
        timed: true,
        ..case(
            "method and url",
            "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\nencoding = \"base64\"\ncontent = \"{method}{url.decoded}{body}{ts}\"\ntimestamp = { header = \"X-Time\", unit = \"ms\" }",
        )
    },
    Case {
        timed: true,
        ..case(
            "items",
            "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\ngrammar = \"items\"\nsep = \";\"\ncontent = \"{ts}.{body}\"\ntimestamp = { item = 1, unit = \"ms\" }",
        )
    },
    Case {
        timed: true,
        whole: false,
        ..case(
            "the query alone",
            "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\ngrammar = \"kv\"\nsig_key = \"v1\"\ncovers = \"none\"\ncontent = \"id:{query.anycase:data.id};{query:a};{ts}\"\ntimestamp = { kv = \"ts\" }",
        )
    },
    Case {
        whole: false,
        ..case(
            "rsa with a key by itself",
            "[verify]\nscheme = \"signed\"\nkind = \"rsa\"\nalgorithm = \"sha1\"\nheader = \"X-Sig\"\nencoding = \"base64\"\ncovers = \"part\"\ncontent = \"{json:/id}\"",
        )
    },
    Case {
        whole: false,
        ..case(
            "rsa in the body, parts that may be absent",
            "[verify]\nscheme = \"signed\"\nkind = \"rsa-x509\"\nalgorithm = \"sha512\"\njson = \"/token\"\nencoding = \"base64\"\ncovers = \"part\"\nwhen = { \"/type\" = \"signup\" }\ncontent = [\"type={json:/type};\", \"subject={json:/subject};\", \"{conf:topic}\"]",
        )
    },
    Case {
        whole: false,
        timed: true,
        ..case(
            "rsa jws of a set of keys",
            "[verify]\nscheme = \"jws\"\nheader = \"Authorization\"\nprefix = \"Bearer \"\nkind = \"rsa\"\nkey = \"jwks\"\ncovers = \"none\"\nclaims = { \"/aud\" = \"conf:audience\" }",
        )
    },
    Case {
        whole: false,
        timed: true,
        ..case(
            "rsa or not: a chain in the body",
            "[body]\nunpack = { \"/signature\" = \"token\" }\n[verify]\nscheme = \"jws\"\njson = \"/signature\"\nkind = \"ecdsa\"\nkey = \"x5c\"\nmarks = [\"1.2.840.113635.100.6.11.1\"]\ntimestamp = { json = \"/timestamp\" }\nclaims = { \"/token\" = \"n\" }",
        )
    },
    case(
        "jws",
        "[verify]\nscheme = \"jws\"\nheader = \"X-Sig\"\nissuer = \"me\"\nbody_claim = \"hash\"\nkey = \"base64\"",
    ),
    Case {
        whole: false,
        timed: true,
        ..case(
            "jws without the body",
            "[verify]\nscheme = \"jws\"\nheader = \"Authorization\"\nprefix = \"Bearer \"\ncovers = \"none\"",
        )
    },
    Case { whole: false, ..case("token", "[verify]\nscheme = \"token\"\nheader = \"X-Token\"") },
    Case { whole: false, ..case("bearer", "[verify]\nscheme = \"token\"\nauth = \"bearer\"") },
    Case { whole: false, ..case("basic", "[verify]\nscheme = \"token\"\nauth = \"basic\"") },
    Case { whole: false, ..case("token in the body", "[verify]\nscheme = \"token\"\njson = \"/token\"") },
    Case {
        whole: false,
        body: FORM,
        ..case("token in a form", "[body]\nformat = \"form\"\n[verify]\nscheme = \"token\"\nform = \"token\"")
    },
    Case { whole: false, ..case("token in the query", "[verify]\nscheme = \"token\"\nquery = \"key\"") },
];

impl Case {
    fn provider(&self) -> Provider {
        provider(&format!("title = \"T\"\n{}\n[event]\ntype = \"/type\"\n", self.file))
    }

    /// A verifier with keys of its own.
    fn verifier(&self, provider: &Provider) -> Verifier {
        let (secrets, settings) = provider.test_secrets();
        provider.verifier_with(&secrets, &settings).expect(self.name)
    }

    fn sent(&self, verifier: &Verifier, format_form: bool, at: Timestamp) -> Outgoing {
        let kind = if format_form { "application/x-www-form-urlencoded" } else { "application/json" };
        let sample = Sample {
            name: String::new(),
            headers: vec![("Content-Type".to_owned(), kind.to_owned())],
            body: self.body.to_owned(),
        };
        Signer::new(verifier).outgoing(&sample, Some(URL), at)
    }

    fn is_form(&self) -> bool {
        self.body == FORM
    }
}

fn verdict_of(verifier: &Verifier, sent: &Outgoing, url: &str, now: Timestamp) -> Result<(), Rejection> {
    let url = if sent.query.is_empty() { url.to_owned() } else { format!("{url}&{}", sent.query) };
    let request = Request { method: "POST", url: Some(&url), headers: &sent.headers, body: sent.body.as_bytes() };
    let quiet = verifier.verify(request, now).map(drop);
    assert_eq!(verifier.explain(request, now).1.map(drop), quiet);
    quiet
}

/// The request with another text in place of the signature; `None` removes it.
fn with_proof(verifier: &Verifier, sent: &Outgoing, text: Option<&str>) -> Outgoing {
    let mut sent = sent.clone();
    match (verifier.ready[0].1.source().clone(), text) {
        (ValueSource::Header(header), None) => drop(sent.headers.remove(&header.name)),
        (ValueSource::Header(header), Some(text)) => {
            sent.headers.insert(header.name, text.parse().expect("a value"));
        }
        (ValueSource::Query(_), None) => sent.query.clear(),
        (ValueSource::Query(name), Some(text)) => sent.query = format!("{name}={text}"),
        (source, text) => {
            let prefix = if sent.body.contains("\"items\"") { "/items/0" } else { "" };
            sent.put(&source, prefix, text.unwrap_or_default(), &verifier.body);
        }
    }
    sent
}

#[test]
fn every_kind_of_scheme_accepts_only_what_it_signed() {
    let mut requests = 0;
    for case in CASES {
        let name = case.name;
        let provider = case.provider();
        let right = case.verifier(&provider);
        let sent = case.sent(&right, case.is_form(), NOW);
        let mut check = |sent: &Outgoing, url: &str, now| {
            requests += 1;
            verdict_of(&right, sent, url, now)
        };
        assert_eq!(check(&sent, URL, NOW), Ok(()), "{name}");
        assert!(check(&with_proof(&right, &sent, None), URL, NOW).is_err(), "{name}: missing");
        for garbage in ["", "zz", "=", "v1a,", "Basic ", "Basic Og==", "Bearer ", "%%%", "AAAA", "00"] {
            assert!(check(&with_proof(&right, &sent, Some(garbage)), URL, NOW).is_err(), "{name}: {garbage}");
        }
        if case.whole {
            for at in 0..sent.body.len() {
                let mut changed = sent.clone();
                changed.body = changed
                    .body
                    .char_indices()
                    .map(|(i, c)| if i == at { char::from(c as u8 ^ 1) } else { c })
                    .collect();
                assert!(check(&changed, URL, NOW).is_err(), "{name}: byte {at} changed");
            }
            for longer in [format!("{} ", sent.body), format!("{}&z=1", sent.body), sent.body.repeat(2)] {
                assert!(check(&Outgoing { body: longer, ..sent.clone() }, URL, NOW).is_err(), "{name}: longer");
            }
        }
        if case.timed {
            for away in [-3_600_000, 3_600_000, -NOW.0] {
                assert_eq!(check(&sent, URL, Timestamp(NOW.0 + away)), Err(Rejection::Stale), "{name}: {away} ms away");
            }
        }
        if case.url {
            for other in ["https://hooks.example.com/hooks/other", "http://hooks.example.com/hooks/test?a=1&b=%2F", "x"]
            {
                assert!(check(&sent, other, NOW).is_err(), "{name}: {other}");
            }
        }
        // Another sender's keys, of the same kind.
        let (mut secrets, mut settings) = provider.test_secrets();
        // Some keys are the same each time, because they are slow to make.
        let fixed = name.starts_with("rsa");
        if !fixed && !matches!(name, "ed25519" | "ed25519 in a list" | "ecdsa") {
            secrets = vec![Secret::new(match name {
                "a signature in each" => "00ff",
                "jws" => "b3RoZXI=",
                "basic" => "demo:other",
                _ => "other",
            })];
        }
        if !fixed {
            settings.0.remove("private_key");
            let wrong = provider.verifier_with(&secrets, &settings).expect(name);
            let verdict = verdict_of(&wrong, &sent, URL, NOW);
            assert!(matches!(verdict, Err(Rejection::Mismatch | Rejection::WrongToken)), "{name}: {verdict:?}");
        }
    }
    eprintln!("{} schemes, {requests} requests", CASES.len());
}

#[test]
fn one_forged_element_rejects_the_whole_request() {
    let case = CASES.iter().find(|case| case.name == "a signature in each").expect("a case");
    let provider = case.provider();
    let right = case.verifier(&provider);
    let sent = case.sent(&right, false, NOW);
    for (from, to) in [("\"a\":\"2\"", "\"a\":\"3\""), ("\"n\":5", "\"n\":6"), ("\"n\":5", "\"n\":[5]")] {
        let forged = Outgoing { body: sent.body.replace(from, to), ..sent.clone() };
        assert_ne!(forged.body, sent.body);
        assert!(verdict_of(&right, &forged, URL, NOW).is_err(), "{to}");
    }
    for body in ["{\"items\":[]}", "{\"items\":{}}", "{}", "[]", "3", "", "{\"items\":[3]}"] {
        let empty = Outgoing { body: body.to_owned(), ..sent.clone() };
        assert!(verdict_of(&right, &empty, URL, NOW).is_err(), "{body}");
    }
}

#[test]
fn a_json_body_is_covered_by_its_hash_in_the_url() {
    let case = CASES.iter().find(|case| case.name == "sorted form").expect("a case");
    let right = case.verifier(&case.provider());
    let body = "{\"a\":1}";
    let url = format!("https://x.test/y?bodySHA256={}", hex::encode(<sha2::Sha256 as sha2::Digest>::digest(body)));
    let headers = header_map([("content-type", "application/json")]);
    let request = Request { method: "POST", url: Some(&url), headers: &headers, body: body.as_bytes() };
    let signed = header_map(Signer::new(&right).sign(request, NOW));
    let check = |url: &str, body: &str| {
        let headers = header_map(signed.iter().chain(&headers).map(|(name, value)| (name.as_str(), value.as_bytes())));
        right.verify(Request { method: "POST", url: Some(url), headers: &headers, body: body.as_bytes() }, NOW).is_ok()
    };
    assert!(check(&url, body));
    assert!(check(&url.replace("x.test/", "x.test:443/"), body), "the port that https implies");
    assert!(!check(&url, "{\"a\":2}") && !check("https://x.test/y", body) && !check(&url.replace("y?", "z?"), body));
}

#[test]
fn a_public_key_is_never_taken_for_a_shared_secret() {
    let file = "title = \"T\"\n[event]\ntype = \"/type\"\n[[verify]]\nscheme = \"signed\"\nheader = \"X-Mac\"\n\
                [[verify]]\nscheme = \"signed\"\nkind = \"ed25519\"\nheader = \"X-Sig\"\n";
    let provider = provider(file);
    let (public, _) = generate_pair(SignatureAlgorithm::Ed25519, KeyFormat::Hex).expect("a pair");
    let right = provider.verifier(std::slice::from_ref(&public)).expect("a key");
    let forger = super::provider(&file.replace("kind = \"ed25519\"\n", "")).verifier(&[public]).expect("a secret");
    let forged = header_map(Signer::new(&forger).sign(request(&HeaderMap::new(), b"{}"), NOW));
    assert!(forged.contains_key("x-mac"));
    assert_eq!(outcome(&right, &forged, b"{}", NOW), Err(Rejection::Missing));
}

#[test]
fn invalid_keys_are_refused_at_the_start() {
    for (kind, secret, part) in [
        ("ed25519", "00ff", "not an Ed25519 public key"),
        ("ecdsa", "AAAA", "P-256"),
        ("rsa-x509", "tell-tale", "BEGIN CERTIFICATE"),
        ("rsa-x509", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "X.509"),
    ] {
        let file = format!(
            "title = \"T\"\n[event]\ntype = \"/type\"\n[verify]\nscheme = \"signed\"\nkind = \"{kind}\"\nheader = \"X\"\n"
        );
        let error = provider(&file).verifier(&[Secret::new(secret)]).expect_err(kind).to_string();
        assert!(error.contains(part) && !error.contains("tell-tale"), "{error}");
    }
    let file = "title = \"T\"\n[event]\ntype = \"/type\"\n[verify]\nscheme = \"signed\"\nheader = \"X\"\ncontent = \"{conf:id}{body}\"\n";
    let error = provider(file).verifier(&[Secret::new("k")]).expect_err("no id").to_string();
    assert!(error.contains("conf.id"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn arbitrary_requests_never_panic_and_never_verify(
        proof in "(v1a,|Basic |Bearer )?[ -~]{0,90}",
        time in "[0-9]{0,14}|[ -~]{0,30}",
        body in "[\\[\\]{}\":,=&%a-z0-9 ]{0,120}",
        query in "[ -~]{0,60}",
        form in any::<bool>(),
    ) {
        let kind = if form { "application/x-www-form-urlencoded" } else { "application/json" };
        let headers = header_map([("content-type", kind), ("x-sig", &proof), ("x-token", &proof), ("authorization", &proof), ("x-time", &time)]);
        let url = format!("https://x.test/?{query}");
        for case in CASES {
            let right = case.verifier(&case.provider());
            let request = Request { method: "POST", url: Some(&url), headers: &headers, body: body.as_bytes() };
            prop_assert!(right.verify(request, NOW).is_err(), "{}", case.name);
        }
    }
}
