//! Tokens that are signed with a private key: every way one can be wrong though somebody signed it.

mod beside;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use serde_json::{Value, json};

use super::*;
use crate::key::{
    BASE64URL, HashFunction, Key, KeyFormat, SignatureAlgorithm, SignatureEncoding, TokenKey, generate_token_key,
};

const NOW: Timestamp = Timestamp(1_795_255_200_000);
const ES256: SignatureAlgorithm = SignatureAlgorithm::EcdsaP256Fixed;
const RS256: SignatureAlgorithm = SignatureAlgorithm::Rsa(HashFunction::Sha256);

/// The event in a token, with another token in it; the root is the source's.
const INSIDE: &str = r#"
title = "T"
[body]
unpack = { "/signed" = "token", "/signed/data/info" = "token" }
[event]
type = "/signed/type"
id = "/signed/data/info/id"
[verify]
scheme = "jws"
json = "/signed"
kind = "ecdsa"
key = "x5c"
marks = ["1.2.840.113635.100.6.11.1", "1.2.840.113635.100.6.2.1"]
timestamp = { json = "/at", unit = "ms" }
tolerance = 604800
claims = [{ "/data/app" = "conf:app" }, { "/summary/app" = "conf:app" }]
"#;

fn part(value: &Value) -> String {
    BASE64URL.encode(value.to_string()).trim_end_matches('=').to_owned()
}

/// Head and claims as they are, signed.
fn token(algorithm: SignatureAlgorithm, private: &Secret, head: &Value, claims: &Value) -> String {
    let signed = format!("{}.{}", part(head), part(claims));
    let any = Key::new(SignatureAlgorithm::HMAC_SHA256, KeyFormat::Utf8, &Secret::new("k")).expect("a key");
    let signature = TokenKey::One(any).sign(algorithm, Some(private), signed.as_bytes()).expect("a signature");
    format!("{signed}.{}", signature.encode(SignatureEncoding::Base64Url).trim_end_matches('='))
}

/// An HMAC with these bytes, which are public.
fn confused(key: &str, head: &Value, claims: &Value) -> String {
    let signed = format!("{}.{}", part(head), part(claims));
    let key = Key::new(SignatureAlgorithm::HMAC_SHA256, KeyFormat::Utf8, &Secret::new(key)).expect("a key");
    let signature = key.sign(&[signed.as_bytes()]).expect("an HMAC");
    format!("{signed}.{}", signature.encode(SignatureEncoding::Base64Url).trim_end_matches('='))
}

/// Certificates as a token's header has them.
fn x5c(pem: &str) -> Vec<String> {
    CertificateDer::pem_slice_iter(pem.as_bytes()).map(|der| STANDARD.encode(der.expect("a certificate"))).collect()
}

fn chain() -> (Secret, Vec<String>, Secret) {
    let (root, private) = generate_token_key(ES256, KeyFormat::X5c).expect("a chain");
    let certificates = x5c(private.expose());
    (root, certificates, private)
}

fn settings() -> Settings {
    let values = [("app", "com.example.lighthouse"), ("audience", "https://hooks.example.com/hooks/test")];
    Settings(values.map(|(name, value)| (name.to_owned(), Secret::new(value))).into())
}

fn info() -> Value {
    json!({ "id": "t-1", "at": NOW.0 })
}

fn event(info: &str) -> Value {
    json!({ "type": "RENEWED", "at": NOW.0, "data": { "app": "com.example.lighthouse", "info": info } })
}

/// The verdict on a body with this token in it.
fn inside(file: &str, root: &Secret, token: &str, now: Timestamp) -> Result<(), Rejection> {
    let verifier = provider(file).verifier_with(std::slice::from_ref(root), &settings()).expect("a root");
    outcome(&verifier, &HeaderMap::new(), json!({ "signed": token }).to_string().as_bytes(), now)
}

#[test]
fn an_event_in_a_token_is_verified_and_read_with_the_tokens_in_it() {
    let (root, x5c, private) = chain();
    let head = json!({ "alg": "ES256", "x5c": x5c });
    let inner = token(ES256, &private, &head, &info());
    let whole = token(ES256, &private, &head, &event(&inner));
    let provider = provider(INSIDE);
    let verifier = provider.verifier_with(&[root], &settings()).expect("a root");
    // What is beside the token is not signed, and does not count.
    let body = json!({ "signed": whole, "type": "FORGED", "other": { "type": "FORGED" } }).to_string();
    let headers = HeaderMap::new();
    let verified = verifier.verify(request(&headers, body.as_bytes()), NOW).expect("valid");
    let events = provider.events(verified).expect("read").events;
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].reading.event_type.as_str(), events[0].reading.reference.as_str()), ("RENEWED", "t-1"));
    let kept: Value = serde_json::from_slice(&events[0].body).expect("JSON");
    let mut expected = event("");
    expected["data"]["info"] = info();
    assert_eq!(kept, json!({ "signed": expected }));
    // What is kept is read as what came.
    let again = provider.read_unchecked(&headers, &events[0].body).expect("read");
    assert_eq!(again, events[0].reading);
    // As the sender's side writes it.
    let sample = provider.sample_of(json!({ "signed": expected }).to_string());
    let (secrets, test_settings) = provider.test_secrets();
    let tester = provider.verifier_with(&secrets, &test_settings).expect("a root");
    let sent = Signer::new(&tester).outgoing(&sample, None, NOW);
    assert_eq!(outcome(&tester, &headers, sent.body.as_bytes(), NOW), Ok(()));
    assert_eq!(sent.body.matches("ey").count() > 1, sent.body.len() > 4000);
}

#[test]
fn any_changed_byte_of_a_token_is_noticed() {
    let (root, x5c, private) = chain();
    let head = json!({ "alg": "ES256", "x5c": x5c });
    let inner = token(ES256, &private, &head, &info());
    let whole = token(ES256, &private, &head, &event(&inner));
    assert_eq!(inside(INSIDE, &root, &whole, NOW), Ok(()));
    let verifier = provider(INSIDE).verifier_with(&[root], &settings()).expect("a root");
    let headers = HeaderMap::new();
    for (at, old) in whole.char_indices().filter(|(at, _)| at % 7 == 0 || *at > whole.len() - 86) {
        let new = if old == 'A' { 'Q' } else { 'A' };
        let changed: String = whole.char_indices().map(|(i, c)| if i == at { new } else { c }).collect();
        let body = json!({ "signed": changed }).to_string();
        assert!(verifier.verify(request(&headers, body.as_bytes()), NOW).is_err(), "{at}");
    }
}

#[test]
fn a_chain_that_is_wrong_anywhere_is_refused() {
    let (root, right, private) = chain();
    let claims = json!({ "type": "T", "at": NOW.0, "data": { "app": "com.example.lighthouse" } });
    let verdict = |x5c: &Value| {
        let head = json!({ "alg": "ES256", "x5c": x5c });
        inside(INSIDE, &root, &token(ES256, &private, &head, &claims), NOW)
    };
    let [leaf, intermediate, top] = right.as_slice() else { panic!("three certificates") };
    assert_eq!(verdict(&json!(right)), Ok(()));
    assert_eq!(verdict(&json!([leaf, intermediate])), Ok(()), "the root need not come along");
    for (printed, wrong) in [
        ("reordered", json!([leaf, top, intermediate])),
        ("reordered", json!([intermediate, leaf, top])),
        ("reordered", json!([top, intermediate, leaf])),
        ("cut", json!([leaf, top])),
        ("doubled", json!([leaf, intermediate, intermediate, top])),
        ("doubled", json!([leaf, leaf, intermediate, top])),
        ("doubled", json!([leaf, intermediate, top, top])),
        ("the leaf alone", json!([leaf])),
        ("too many", json!([leaf, intermediate, intermediate, intermediate, intermediate, top])),
        ("none", json!([])),
        ("no list", json!(leaf)),
        ("null", Value::Null),
        ("no texts", json!([1, 2, 3])),
        ("no base64", json!([leaf, "%%%", top])),
        ("no certificate", json!(["AAAA", intermediate, top])),
        ("no certificate", json!([leaf, "AAAA", top])),
        ("base64url", json!([leaf.replace(['+', '/'], "-"), intermediate, top])),
    ] {
        assert!(verdict(&wrong).is_err(), "{printed}: {wrong}");
    }
    let chains = include_str!("keys/wrong_chains.pem");
    let mut count = 0;
    for (name, pem) in chains.split("# ").skip(1).filter_map(|text| text.split_once('\n')) {
        let verdict = verdict(&json!(x5c(pem)));
        let expected = if name == "leaf_on_p384" { Rejection::Malformed } else { Rejection::Mismatch };
        assert_eq!(verdict, Err(expected), "{name}");
        count += 1;
    }
    assert_eq!(count, 11);
    // The same leaf counts where its own root is the pinned one.
    let other = chains.split("# other_root\n").nth(1).and_then(|text| text.split("# ").next()).expect("a chain");
    let other_root = other.rsplit("-----BEGIN").next().map(|pem| Secret::new(format!("-----BEGIN{pem}"))).expect("PEM");
    let head = json!({ "alg": "ES256", "x5c": x5c(other) });
    assert_eq!(inside(INSIDE, &other_root, &token(ES256, &private, &head, &claims), NOW), Ok(()));
}

#[test]
fn a_chain_must_be_valid_when_the_token_says_that_it_was_signed() {
    let (root, x5c, private) = chain();
    let signed = |at: Value| {
        let mut claims = json!({ "type": "T", "data": { "app": "com.example.lighthouse" } });
        claims["at"] = at;
        token(ES256, &private, &json!({ "alg": "ES256", "x5c": x5c }), &claims)
    };
    let day = 86_400_000;
    for (at, expected) in [
        (json!(NOW.0 - 6 * day), Ok(())),
        (json!(NOW.0 - 8 * day), Err(Rejection::Stale)),
        (json!(NOW.0 + 8 * day), Err(Rejection::Stale)),
        // Before the certificates began, and after they end.
        (json!(1_500_000_000_000_i64), Err(Rejection::Mismatch)),
        (json!(4_999_999_999_000_i64), Err(Rejection::Mismatch)),
        (json!(-1), Err(Rejection::Malformed)),
        (json!("soon"), Err(Rejection::Malformed)),
        (Value::Null, Err(Rejection::Malformed)),
        (json!([1]), Err(Rejection::Malformed)),
    ] {
        assert_eq!(inside(INSIDE, &root, &signed(at.clone()), NOW), expected, "{at}");
    }
    // A leaf that had ended by then is none, though it is signed with its key.
    let chains = include_str!("keys/wrong_chains.pem");
    let pem = chains.split("# expired_leaf\n").nth(1).and_then(|text| text.split("# ").next()).expect("a chain");
    let claims = |at| json!({ "type": "T", "at": at, "data": { "app": "com.example.lighthouse" } });
    let head = json!({ "alg": "ES256", "x5c": self::x5c(pem) });
    let october = NOW.0 - 30 * day;
    let old = token(ES256, &private, &head, &claims(october));
    assert_eq!(inside(INSIDE, &root, &old, Timestamp(october)), Ok(()));
    assert_eq!(inside(INSIDE, &root, &token(ES256, &private, &head, &claims(NOW.0)), NOW), Err(Rejection::Mismatch));
}

#[test]
fn tokens_within_count_only_when_they_are_right_by_themselves() {
    let (root, x5c, private) = chain();
    let head = json!({ "alg": "ES256", "x5c": x5c });
    let verdict = |inner: Value| {
        let mut claims = event("");
        claims["data"]["info"] = inner;
        inside(INSIDE, &root, &token(ES256, &private, &head, &claims), NOW)
    };
    let right = token(ES256, &private, &head, &info());
    assert_eq!(verdict(json!(right)), Ok(()));
    assert_eq!(verdict(Value::Null), Ok(()), "not every event has one");
    let (_, other) = crate::key::generate_pair(ES256, KeyFormat::SpkiBase64).expect("a pair");
    let unsigned = format!("{}.{}.", part(&json!({ "alg": "none", "x5c": x5c })), part(&info()));
    let (signed, _) = right.rsplit_once('.').expect("three parts");
    for forged in [
        token(ES256, &other, &head, &info()),
        token(ES256, &private, &json!({ "alg": "ES256" }), &info()),
        token(ES256, &private, &json!({ "alg": "none", "x5c": x5c }), &info()),
        confused(root.expose(), &json!({ "alg": "HS256", "x5c": x5c }), &info()),
        token(ES256, &private, &head, &json!([1])),
        unsigned,
        signed.to_owned(),
        "tell-tale".to_owned(),
        String::new(),
    ] {
        assert!(verdict(json!(forged)).is_err(), "{forged}");
    }
}

#[test]
fn the_algorithm_is_the_files_and_no_body_is_let_in_without_its_token() {
    let (root, x5c, private) = chain();
    let claims = event("").as_object().map(|event| {
        let mut event = event.clone();
        event["data"] = json!({ "app": "com.example.lighthouse" });
        Value::Object(event)
    });
    let claims = claims.expect("an object");
    for head in [
        json!({ "alg": "none", "x5c": x5c }),
        json!({ "alg": "HS256", "x5c": x5c }),
        json!({ "alg": "RS256", "x5c": x5c }),
        json!({ "alg": "ES384", "x5c": x5c }),
        json!({ "alg": ["ES256"], "x5c": x5c }),
        json!({ "x5c": x5c }),
        json!({ "alg": "ES256" }),
        json!({ "alg": "ES256", "x5c": x5c, "crit": ["b64"], "b64": false }),
        json!([1]),
    ] {
        let verdict = inside(INSIDE, &root, &token(ES256, &private, &head, &claims), NOW);
        assert_eq!(verdict, Err(Rejection::Malformed), "{head}");
    }
    let hmac = confused(root.expose(), &json!({ "alg": "ES256", "x5c": x5c }), &claims);
    assert!(inside(INSIDE, &root, &hmac, NOW).is_err());
    // For another app, and for none.
    let right = json!({ "alg": "ES256", "x5c": x5c });
    for (claims, expected) in [
        (json!({ "at": NOW.0, "summary": { "app": "com.example.lighthouse" } }), Ok(())),
        (json!({ "at": NOW.0, "data": { "app": "com.example.other" } }), Err(Rejection::Mismatch)),
        (json!({ "at": NOW.0 }), Err(Rejection::Mismatch)),
    ] {
        assert_eq!(inside(INSIDE, &root, &token(ES256, &private, &right, &claims), NOW), expected, "{claims}");
    }
    let verifier = provider(INSIDE).verifier_with(&[root], &settings()).expect("a root");
    for body in ["", "{}", "[]", "3", "{\"signed\":3}", "{\"signed\":{\"type\":\"T\"}}", "{\"signed\":\"a.b.c\"}", "x"]
    {
        assert!(outcome(&verifier, &HeaderMap::new(), body.as_bytes(), NOW).is_err(), "{body}");
    }
    let long = format!("{{\"signed\":\"{}\"}}", "a.".repeat(600_000));
    assert!(outcome(&verifier, &HeaderMap::new(), long.as_bytes(), NOW).is_err());
}

#[test]
fn a_root_in_the_file_needs_no_secret_and_gives_way_to_one() {
    let (root, x5c, private) = chain();
    let other = include_str!("keys/wrong_chains.pem").split("# other_root\n").nth(1).expect("a chain");
    let other = other.split("# ").next().and_then(|pem| pem.rsplit("-----BEGIN").next()).expect("PEM");
    let pinned = |pem: &str| INSIDE.replace("key = \"x5c\"", &format!("key = \"x5c\"\nroots = ['''\n{pem}''']"));
    let claims = json!({ "at": NOW.0, "data": { "app": "com.example.lighthouse" } });
    let body = json!({ "signed": token(ES256, &private, &json!({ "alg": "ES256", "x5c": x5c }), &claims) }).to_string();
    let headers = HeaderMap::new();
    let right = provider(&pinned(root.expose()));
    let verifier = right.verifier_with(&[], &settings()).expect("pinned");
    let verified = verifier.verify(request(&headers, body.as_bytes()), NOW).expect("valid");
    let receipt = verifier.receipt(verified).to_string();
    assert!(receipt.ends_with("with the key in the provider's file"), "{receipt}");
    assert_eq!(right.setup_guide().secret, None);
    let wrong = provider(&pinned(&format!("-----BEGIN{other}")));
    let verdict = |secrets: &[Secret]| {
        let verifier = wrong.verifier_with(secrets, &settings()).expect("pinned");
        outcome(&verifier, &headers, body.as_bytes(), NOW)
    };
    assert_eq!(verdict(&[]), Err(Rejection::Mismatch));
    assert_eq!(verdict(std::slice::from_ref(&root)), Ok(()));
    let missing = wrong.verifier(&[]).expect_err("no app").to_string();
    assert!(missing.contains("conf.app"), "{missing}");
}

#[test]
fn files_whose_tokens_cannot_work_are_mistakes() {
    let inside = |from: &str, to: &str| diagnostics_of(&INSIDE.replace(from, to));
    for (from, to, said) in [
        ("key = \"x5c\"", "key = \"whsec\"", "expected one of"),
        ("key = \"x5c\"", "key = \"jwks\"", "belongs to `key = \"x5c\"`"),
        ("kind = \"ecdsa\"", "kind = \"none\"", "expected one of"),
        ("kind = \"ecdsa\"", "kind = \"ecdsa\"\nalgorithm = \"none\"", "unknown key"),
        ("kind = \"ecdsa\"", "kind = \"ecdsa\"\ncovers = \"none\"", "holds the event itself"),
        ("kind = \"ecdsa\"", "kind = \"ecdsa\"\nbody_claim = \"sha256\"", "holds the event itself"),
        ("kind = \"ecdsa\"", "kind = \"ecdsa\"\nprefix = \"Bearer \"", "belongs to a token in a header"),
        ("kind = \"ecdsa\"", "kind = \"ecdsa\"\nroots = [\"x\"]", "not a certificate"),
        ("1.2.840.113635.100.6.2.1", "apple", "object identifier"),
        ("{ json = \"/at\", unit = \"ms\" }", "{ header = \"X-Time\" }", "the time is in the token"),
        ("{ \"/data/app\" = \"conf:app\" }", "{}", "expected claims"),
        ("json = \"/signed\"", "json = \"/other\"", "which is not what is checked here"),
        ("\"/signed\" = \"token\", ", "", "which is not what is checked here"),
        ("\"/signed\" = \"token\"", "\"/signed\" = \"jws\"", "expected one of"),
        ("\"/signed/data/info\"", "\"/info\"", "which is not what is checked here"),
        ("\"/signed/data/info\"", "\"/signed2\"", "a token beside the one at"),
        ("\"/signed/data/info\"", "\"info\"", "expected a JSON pointer"),
        ("unpack = { \"/signed\" = \"token\", \"/signed/data/info\" = \"token\" }", "", "is checked and not read"),
    ] {
        assert_ne!(INSIDE.replace(from, to), INSIDE, "{from}");
        let printed = inside(from, to);
        assert!(printed.contains(said), "{to}\n{printed}");
    }
    // A source's own `verify` cannot leave the token unchecked, unless it says so.
    let shipped = provider(INSIDE);
    for (own, said) in
        [("scheme = \"token\"\nquery = \"key\"", "which is not what is checked here"), ("scheme = \"none\"", "")]
    {
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse("source.toml", &format!("[verify]\n{own}\n"), &mut diagnostics);
        let mut source = document.root();
        let overridden = shipped.with_overrides(&mut source, &mut diagnostics);
        assert_eq!(overridden.is_some(), said.is_empty(), "{own}");
        assert!(diagnostics.to_string().contains(said), "{diagnostics}");
    }
}
