//! Tokens beside a body, and keys that are none.

use super::*;

/// A token beside the body.
const BESIDE: &str = "title = \"T\"\n[event]\ntype = \"/t\"\n[verify]\nscheme = \"jws\"\nheader = \"Authorization\"\nprefix = \"Bearer \"\ncovers = \"none\"\n\
                      issuer = \"https://issuer.example\"\nclaims = { \"/aud\" = \"conf:audience\", \"/email_verified\" = true }\n";

fn beside(file: &str, secret: &Secret, value: &str) -> Result<(), Rejection> {
    let verifier = provider(file).verifier_with(std::slice::from_ref(secret), &settings()).expect("a key");
    outcome(&verifier, &header_map([("Authorization", value)]), b"{}", NOW)
}

fn claims() -> Value {
    let audience = "https://hooks.example.com/hooks/test";
    json!({ "iss": "https://issuer.example", "aud": audience, "email_verified": true, "exp": NOW.secs() + 300 })
}

#[test]
fn tokens_beside_a_body_are_checked_with_a_public_key_or_a_set_of_them() {
    for (kind, key, alg, algorithm, format) in [
        ("rsa", "spki-base64", "RS256", RS256, KeyFormat::SpkiBase64),
        ("rsa", "x509-pem", "RS256", SignatureAlgorithm::RsaX509(HashFunction::Sha256), KeyFormat::X509Pem),
        ("rsa", "jwks", "RS256", RS256, KeyFormat::Jwks),
        ("ecdsa", "spki-base64", "ES256", ES256, KeyFormat::SpkiBase64),
        ("ecdsa", "jwks", "ES256", ES256, KeyFormat::Jwks),
    ] {
        let name = format!("{kind} {key}");
        let file = format!("{BESIDE}kind = \"{kind}\"\nkey = \"{key}\"\n");
        let (public, private) = generate_token_key(algorithm, format).expect("a pair");
        let set = format == KeyFormat::Jwks;
        let head = |alg: &str| if set { json!({ "alg": alg, "kid": "test-only" }) } else { json!({ "alg": alg }) };
        let right = token(algorithm, &private, &head(alg), &claims());
        assert_eq!(beside(&file, &public, &format!("Bearer {right}")), Ok(()), "{name}");
        assert_eq!(beside(&file, &public, &format!("Basic {right}")), Err(Rejection::Malformed), "{name}");
        for other in ["none", "HS256", "RS512", "PS256", "ES384", "", if alg == "RS256" { "ES256" } else { "RS256" }] {
            let wrong = token(algorithm, &private, &head(other), &claims());
            assert_eq!(
                beside(&file, &public, &format!("Bearer {wrong}")),
                Err(Rejection::Malformed),
                "{name}: {other}"
            );
        }
        // The public key as a shared secret.
        for alg in [alg, "HS256"] {
            let forged = confused(public.expose(), &head(alg), &claims());
            assert!(beside(&file, &public, &format!("Bearer {forged}")).is_err(), "{name}: {alg}");
        }
        let (unsigned, _) = right.rsplit_once('.').expect("three parts");
        for wrong in [
            format!("{unsigned}."),
            unsigned.to_owned(),
            format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims())),
        ] {
            assert_eq!(beside(&file, &public, &format!("Bearer {wrong}")), Err(Rejection::Malformed), "{name}");
        }
        if set {
            let without = token(algorithm, &private, &json!({ "alg": alg }), &claims());
            assert_eq!(
                beside(&file, &public, &format!("Bearer {without}")),
                Err(Rejection::Malformed),
                "{name}: no kid"
            );
            let unknown = token(algorithm, &private, &json!({ "alg": alg, "kid": "other" }), &claims());
            assert_eq!(beside(&file, &public, &format!("Bearer {unknown}")), Err(Rejection::Mismatch), "{name}: kid");
        }
        if let Some((_, other)) = generate_token_key(algorithm, format).filter(|_| kind == "ecdsa") {
            let foreign = token(algorithm, &other, &head(alg), &claims());
            assert_eq!(beside(&file, &public, &format!("Bearer {foreign}")), Err(Rejection::Mismatch), "{name}");
        }
        for (claim, value, expected) in [
            ("iss", json!("https://other.example"), Rejection::Mismatch),
            ("aud", json!("https://hooks.example.com/hooks/other"), Rejection::Mismatch),
            ("aud", json!(["https://hooks.example.com/hooks/test"]), Rejection::Mismatch),
            ("aud", Value::Null, Rejection::Mismatch),
            ("email_verified", json!(false), Rejection::Mismatch),
            ("exp", json!(NOW.secs() - 61), Rejection::Stale),
            ("nbf", json!(NOW.secs() + 61), Rejection::Stale),
            ("exp", json!("never"), Rejection::Malformed),
        ] {
            let mut wrong = claims();
            wrong[claim] = value;
            let wrong = token(algorithm, &private, &head(alg), &wrong);
            assert_eq!(beside(&file, &public, &format!("Bearer {wrong}")), Err(expected), "{name}: {claim}");
        }
        let mut endless = claims();
        endless.as_object_mut().expect("an object").remove("exp");
        let endless = token(algorithm, &private, &head(alg), &endless);
        assert_eq!(beside(&file, &public, &format!("Bearer {endless}")), Err(Rejection::Malformed), "{name}: no end");
    }
}

#[test]
fn what_is_no_key_for_a_token_stops_the_start() {
    let (set, _) = generate_token_key(RS256, KeyFormat::Jwks).expect("a set");
    let (root, ..) = chain();
    for (kind, key, secret, said) in [
        ("rsa", "spki-base64", "AAAA", "not an RSA public key"),
        ("rsa", "spki-base64", root.expose(), "not an RSA public key"),
        ("rsa", "x509-pem", root.expose(), "not a readable certificate"),
        ("rsa", "jwks", "tell-tale", "not a set of keys (JWKS) with a `kid` and a key for RS256"),
        ("rsa", "jwks", "{\"keys\":[]}", "for RS256"),
        ("rsa", "jwks", "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"1\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}", "for RS256"),
        ("ecdsa", "jwks", set.expose(), "for ES256"),
        ("ecdsa", "spki-base64", "AAAA", "P-256"),
    ] {
        let file = format!("{BESIDE}kind = \"{kind}\"\nkey = \"{key}\"\n");
        let error = provider(&file).verifier_with(&[Secret::new(secret)], &settings()).expect_err(key).to_string();
        assert!(error.contains(said) && !error.contains("tell-tale"), "{key}: {error}");
    }
    let with_no_kid = set.expose().replace("\"kid\":\"test-only\",", "");
    let of_encryption = set.expose().replace("\"kty\"", "\"use\":\"enc\",\"kty\"");
    let of_another = set.expose().replace("\"kty\"", "\"alg\":\"RS512\",\"kty\"");
    for text in [with_no_kid, of_encryption, of_another] {
        assert_ne!(text, set.expose());
        let file = format!("{BESIDE}kind = \"rsa\"\nkey = \"jwks\"\n");
        assert!(provider(&file).verifier_with(&[Secret::new(text)], &settings()).is_err());
    }
    for secret in
        ["tell-tale", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", &root.expose().repeat(2)]
    {
        let error =
            provider(INSIDE).verifier_with(&[Secret::new(secret)], &settings()).expect_err("no root").to_string();
        assert!(error.contains("certificate") && !error.contains("tell-tale"), "{error}");
    }
}

#[test]
fn a_set_of_keys_that_cannot_be_read_is_no_shared_secret() {
    let rows = BESIDE.replace("[verify]", "[[verify]]");
    let file = format!("{rows}kind = \"rsa\"\nkey = \"jwks\"\n[[verify]]\nscheme = \"token\"\nquery = \"key\"\n");
    let provider = provider(&file);
    let (set, _) = generate_token_key(ES256, KeyFormat::Jwks).expect("a set");
    let (root, ..) = chain();
    for public in ["{\"keys\":[]}", "  {", set.expose(), root.expose()] {
        let error = provider.verifier_with(&[Secret::new(public)], &settings()).expect_err(public).to_string();
        assert!(error.contains("not a set of keys"), "{error}");
    }
    // Of an alternative that is not used nothing is needed.
    let verifier = provider.verifier(&[Secret::new("s3cret")]).expect("a secret");
    let headers = HeaderMap::new();
    let with =
        |url| verifier.verify(Request { method: "POST", url: Some(url), headers: &headers, body: b"{}" }, NOW).is_ok();
    assert!(with("https://x.test/?key=s3cret") && !with("https://x.test/?key=other") && !with("https://x.test/"));
    let (set, _) = generate_token_key(RS256, KeyFormat::Jwks).expect("a set");
    let missing = provider.verifier(&[set]).expect_err("no audience").to_string();
    assert!(missing.contains("conf.audience"), "{missing}");
}
