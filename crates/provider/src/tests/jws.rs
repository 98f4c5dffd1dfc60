//! Signed tokens (`jws`): a token of independent origin, and every way one can be wrong.

use base64::Engine as _;

use super::*;
use crate::key::{BASE64URL, Key, KeyFormat, Signature, SignatureAlgorithm, SignatureEncoding};

const NOW: Timestamp = Timestamp(1_795_255_200_000);
const BODY: &[u8] = br#"{"state":"ready","name":"lighthouse"}"#;
const SECRET: &str = "s3cret-of-the-token";

const COVERING: &str = "title = \"T\"\n[event]\ntype = \"/t\"\n[verify]\nscheme = \"jws\"\nheader = \"X-Sig\"\nissuer = \"netlify\"\nbody_claim = \"sha256\"\n";
const BARE: &str = "title = \"T\"\n[event]\ntype = \"/t\"\n[verify]\nscheme = \"jws\"\nheader = \"X-Sig\"\nprefix = \"Bearer \"\nprefix_optional = true\ncovers = \"none\"\n";

/// Of Python's `hmac` and `hashlib`, with `{"typ":"JWT","alg":"HS256"}` and
/// `{"iss":"netlify","sha256":"…"}`, keyed with [`SECRET`], for [`BODY`].
const FOREIGN: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJuZXRsaWZ5Iiwic2hhMjU2IjoiNWI2YzgyZDlhNGZiMmM0ZjM5ZWFjODgyNTlhMDNjY2NhMTA2MzgwYjYwZWZmYjU5MWI2OWJmNDA0NDkxY2NhYyJ9.7BqVCwBsKZqbXjmLx5YTpjZJFB6CIpOBFpHJqpj1Fbo";

/// Header and claims as they are, signed by HMAC-SHA256.
fn token(head: &str, claims: &str, secret: &str) -> String {
    let part = |text: &str| BASE64URL.encode(text).trim_end_matches('=').to_owned();
    let signed = format!("{}.{}", part(head), part(claims));
    let key = Key::new(SignatureAlgorithm::HMAC_SHA256, KeyFormat::Utf8, &Secret::new(secret));
    let signature: Signature = key.expect("a key").sign(&[signed.as_bytes()]).expect("an HMAC");
    format!("{signed}.{}", signature.encode(SignatureEncoding::Base64Url).trim_end_matches('='))
}

fn check(file: &str, value: &str, body: &[u8], now: Timestamp) -> Result<(), Rejection> {
    let right = verifier(&provider(file), &[SECRET]);
    outcome(&right, &header_map([("X-Sig", value)]), body, now)
}

fn claims() -> String {
    let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(BODY));
    format!(r#"{{"iss":"netlify","sha256":"{hash}"}}"#)
}

const HEAD: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

#[test]
fn a_token_of_independent_origin_is_valid_and_any_changed_byte_is_not() {
    assert_eq!(check(COVERING, FOREIGN, BODY, NOW), Ok(()));
    for at in 0..BODY.len() {
        let mut body = BODY.to_vec();
        body[at] ^= 1;
        assert_eq!(check(COVERING, FOREIGN, &body, NOW), Err(Rejection::Mismatch), "{at}");
    }
    assert_eq!(check(COVERING, FOREIGN, b"", NOW), Err(Rejection::Mismatch));
    for (at, old) in FOREIGN.char_indices() {
        for new in ['A', 'B', '.', '=', '-'].into_iter().filter(|new| *new != old) {
            let changed: String = FOREIGN.char_indices().map(|(i, c)| if i == at { new } else { c }).collect();
            assert!(check(COVERING, &changed, BODY, NOW).is_err(), "{at} {new}");
        }
    }
    let other = verifier(&provider(COVERING), &["other"]);
    let headers = header_map([("X-Sig", FOREIGN)]);
    assert_eq!(outcome(&other, &headers, BODY, NOW), Err(Rejection::Mismatch));
    let rotating = verifier(&provider(COVERING), &["other", SECRET]);
    assert_eq!(outcome(&rotating, &headers, BODY, NOW), Ok(()));
    // Of a repeated header either value may be right; no sender sends more than eight.
    let doubled = |count: usize| header_map(std::iter::repeat_n(("X-Sig", "x"), count).chain([("X-Sig", FOREIGN)]));
    assert_eq!(outcome(&rotating, &doubled(1), BODY, NOW), Ok(()));
    assert_eq!(outcome(&rotating, &doubled(8), BODY, NOW), Err(Rejection::Malformed));
    assert_eq!(outcome(&rotating, &HeaderMap::new(), BODY, NOW), Err(Rejection::Missing));
}

#[test]
fn the_file_names_the_algorithm_and_never_the_token() {
    let claims = claims();
    assert_eq!(check(COVERING, &token(HEAD, &claims, SECRET), BODY, NOW), Ok(()));
    for head in [
        r#"{"alg":"none"}"#,
        r#"{"alg":"None"}"#,
        r#"{"alg":"HS512"}"#,
        r#"{"alg":"hs256"}"#,
        r#"{"alg":"RS256"}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{}"#,
        r#"[]"#,
        r#""HS256""#,
        r#"{"alg":"HS256","crit":["b64"],"b64":false}"#,
        "",
    ] {
        // Signed all the same, so that nothing but the head is wrong.
        assert_eq!(check(COVERING, &token(head, &claims, SECRET), BODY, NOW), Err(Rejection::Malformed), "{head}");
    }
    let (signed, _) = FOREIGN.rsplit_once('.').expect("three parts");
    let none = token(r#"{"alg":"none"}"#, &claims, SECRET);
    let (unsigned, _) = none.rsplit_once('.').expect("three parts");
    let long = "A".repeat(9000);
    for value in [
        "",
        ".",
        "..",
        "...",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "é.é.é",
        "Bearer",
        signed,
        unsigned,
        &format!("{unsigned}."),
        &format!("{FOREIGN}.x"),
        &format!("x.{FOREIGN}"),
        &long,
    ] {
        assert_eq!(check(COVERING, value, BODY, NOW), Err(Rejection::Malformed), "{value}");
    }
    assert_eq!(check(COVERING, &format!("Bearer {FOREIGN}"), BODY, NOW), Err(Rejection::Mismatch));
}

#[test]
fn claims_that_are_missing_or_others_are_refused() {
    let right = claims();
    for (from, to) in [
        ("netlify", "netlify2"),
        ("\"iss\"", "\"isu\""),
        ("\"sha256\"", "\"sha-256\""),
        ("\"netlify\"", "[\"netlify\"]"),
    ] {
        let wrong = right.replace(from, to);
        assert_eq!(check(COVERING, &token(HEAD, &wrong, SECRET), BODY, NOW), Err(Rejection::Mismatch), "{wrong}");
    }
    for hash in ["\"\"", "\"00\"", "null", "7", "[]"] {
        let wrong = format!(r#"{{"iss":"netlify","sha256":{hash}}}"#);
        assert_eq!(check(COVERING, &token(HEAD, &wrong, SECRET), BODY, NOW), Err(Rejection::Mismatch), "{wrong}");
    }
    assert_eq!(check(COVERING, &token(HEAD, "3", SECRET), BODY, NOW), Err(Rejection::Malformed));
}

#[test]
fn a_token_is_good_between_its_times_give_or_take_a_minute() {
    let now = NOW.secs();
    let printed = |claims: &str| check(BARE, &token(HEAD, claims, SECRET), BODY, NOW);
    for (claims, outcome) in [
        (format!("{{\"exp\":{}}}", now + 300), Ok(())),
        (format!("{{\"exp\":{}}}", now - 60), Ok(())),
        (format!("{{\"exp\":{}}}", now - 61), Err(Rejection::Stale)),
        (format!("{{\"exp\":{}.5,\"iat\":{}.25}}", now + 300, now), Ok(())),
        (format!("{{\"exp\":{},\"iat\":{}}}", now + 600, now + 60), Ok(())),
        (format!("{{\"exp\":{},\"iat\":{}}}", now + 600, now + 61), Err(Rejection::Stale)),
        (format!("{{\"exp\":{},\"nbf\":{}}}", now + 600, now + 61), Err(Rejection::Stale)),
        (format!("{{\"exp\":{}}}", NOW.0 - 3_600_000), Ok(())),
        ("{\"exp\":-1}".to_owned(), Err(Rejection::Stale)),
        ("{\"exp\":-1e300}".to_owned(), Err(Rejection::Stale)),
        ("{\"exp\":\"never\"}".to_owned(), Err(Rejection::Malformed)),
        ("{\"exp\":null}".to_owned(), Err(Rejection::Malformed)),
        // A token without the body and without an expiry would be valid for any body at any time.
        ("{}".to_owned(), Err(Rejection::Malformed)),
        (format!("{{\"iat\":{now}}}"), Err(Rejection::Malformed)),
    ] {
        assert_eq!(printed(&claims), outcome, "{claims}");
    }
    let good = token(HEAD, &format!("{{\"exp\":{}}}", now + 300), SECRET);
    assert_eq!(check(BARE, &format!("bearer {good}"), BODY, NOW), Ok(()));
    assert_eq!(check(BARE, &format!("Basic {good}"), BODY, NOW), Err(Rejection::Mismatch));
}

#[test]
fn token_schemes_that_cannot_work_are_mistakes() {
    let printed = |verify: &str| {
        diagnostics_of(&format!("title = \"T\"\n[event]\ntype = \"/t\"\n[verify]\nscheme = \"jws\"\n{verify}\n"))
    };
    for (verify, part) in [
        ("header = \"X\"", "the token does not cover the body"),
        ("header = \"X\"\nbody_claim = \"sha256\"\ncovers = \"none\"", "in the token's claims here"),
        ("header = \"X\"\ncovers = \"none\"\nalgorithm = \"none\"", "`verify.algorithm`: unknown key"),
        ("header = \"X\"\ncovers = \"none\"\nkey = \"whpk\"", "expected one of"),
        ("json = \"/token\"\ncovers = \"none\"", "this token holds the event itself"),
        ("form = \"token\"\ncovers = \"none\"", "`verify.header`: missing key"),
        ("body_claim = \"sha256\"", "`verify.header`: missing key"),
    ] {
        assert!(printed(verify).contains(part), "{verify}\n{}", printed(verify));
    }
    assert!(
        diagnostics_of("title = \"T\"\n[event]\ntype = \"/t\"\n[verify]\nscheme = \"jwt\"\n")
            .contains("did you mean `jws`?")
    );
}
