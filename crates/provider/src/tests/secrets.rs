//! Which secret and which alternative of a scheme counts, and what is reported about it.

use super::shipped::embedded_providers;
use super::*;

const NOW: Timestamp = Timestamp(1_795_255_200_000);
const BODY: &[u8] = br#"{"type":"signup","id":"1"}"#;
const WHSEC: &str = "whsec_bGlnaHRob3VzZS1rZWVwZXItMDE=";

#[test]
fn only_the_alternative_whose_header_is_there_counts() {
    let providers = Providers::shipped(embedded_providers());
    let standard = providers.get("standard-webhooks").expect("shipped");
    let right = verifier(standard, &[WHSEC]);
    let webhook = header_map(Signer::new(&right).sign(request(&HeaderMap::new(), BODY), NOW));
    let svix = header_map(
        webhook.iter().map(|(name, value)| (name.as_str().replace("webhook-", "svix-"), value.as_bytes().to_vec())),
    );
    let verified = right.verify(request(&svix, BODY), NOW).expect("svix names");
    let id = svix.get("svix-id").expect("made up").to_str().expect("ASCII").to_owned();
    assert_eq!(standard.first_event(verified).expect("read").reference, id);

    // A captured request cannot be replayed as a new event by changing a header that is not signed.
    let mut replayed = svix.clone();
    replayed.insert("webhook-id", "msg_forged".parse().expect("a value"));
    let verified = right.verify(request(&replayed, BODY), NOW).expect("still signed");
    assert_eq!(standard.first_event(verified).expect("read").reference, id);

    // An invalid signature under the first name is not made up for by a valid one under the second.
    replayed.insert("webhook-signature", "v1,AAAA".parse().expect("a value"));
    assert!(right.verify(request(&replayed, BODY), NOW).is_err());
}

/// Of OpenSSL, for [`BODY`] with the id `msg_p5jXN8AQM9LWM0D4loKWxJek` at [`NOW`].
const WHPK: &str = "whpk_l/eu0oD0Q+fphI3X4iU3WrWgJvg/O2GFrq9CcmLtjB0=";
const ASYMMETRIC: &str = "v1a,UP9b2rYsdQHy3Xssk66j9Kbmd24KaFA5gUE0daUv6weVlRJqwfIdpyiInZFePJlP5oX+kqrL713WWTbz49fLCw==";

#[test]
fn two_versions_of_a_signature_share_a_header() {
    let providers = Providers::shipped(embedded_providers());
    let standard = providers.get("standard-webhooks").expect("shipped");
    let with = |prefix: &str, signature: &str| {
        header_map([
            (format!("{prefix}-id"), "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            (format!("{prefix}-timestamp"), "1795255200"),
            (format!("{prefix}-signature"), signature),
        ])
    };
    let public = verifier(standard, &[WHPK]);
    let both = verifier(standard, &[WHSEC, WHPK]);
    for prefix in ["webhook", "svix"] {
        for signature in [ASYMMETRIC.to_owned(), format!("v2,AAAA {ASYMMETRIC}"), format!("v1,AAAA {ASYMMETRIC}")] {
            let headers = with(prefix, &signature);
            assert_eq!(outcome(&public, &headers, BODY, NOW), Ok(()), "{signature}");
            let changed = br#"{"type":"signup","id":"2"}"#;
            assert_eq!(outcome(&public, &headers, changed, NOW), Err(Rejection::Mismatch), "{signature}");
        }
        assert_eq!(outcome(&both, &with(prefix, ASYMMETRIC), BODY, NOW), Ok(()));
        // Where both are there, the first of the file decides.
        let forged = format!("v1,{}= {ASYMMETRIC}", "A".repeat(43));
        assert_eq!(outcome(&both, &with(prefix, &forged), BODY, NOW), Err(Rejection::Mismatch));
        assert_eq!(outcome(&both, &with(prefix, "v2,AAAA"), BODY, NOW), Err(Rejection::Malformed));
    }
    // The public key is no shared secret: what was signed with its text is refused.
    let forger = verifier(standard, &[WHPK.trim_start_matches("whpk_")]);
    let forged = header_map(Signer::new(&forger).sign(request(&HeaderMap::new(), BODY), NOW));
    assert_eq!(outcome(&public, &forged, BODY, NOW), Err(Rejection::Malformed));
    let secrets = standard.setup_guide().secret.expect("one is needed");
    assert_eq!(secrets.matches("; or ").count(), 1, "{secrets}");
}

#[test]
fn invalid_secrets_are_refused_at_the_start() {
    let providers = Providers::shipped(embedded_providers());
    let arm = |name: &str, secrets: &[&str]| {
        let secrets: Vec<Secret> = secrets.iter().map(|secret| Secret::new(*secret)).collect();
        providers.get(name).expect("shipped").verifier(&secrets).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(arm("stripe", &[]), Err("a secret is needed".to_owned()));
    assert_eq!(arm("stripe", &[""]), Err("the secret is empty".to_owned()));
    assert_eq!(arm("gitlab", &["a", " \n"]), Err("secret 2 of 2 is empty".to_owned()));
    let error = arm("standard-webhooks", &["whsec_tell tale!"]).expect_err("no base64");
    assert!(error.contains("whsec_") && !error.contains("tell tale"), "{error}");
}

#[test]
fn an_explanation_names_every_step_and_no_secret() {
    let providers = Providers::shipped(embedded_providers());
    let stripe = providers.get("stripe").expect("shipped");
    let sender = verifier(stripe, &["tell-tale-2"]);
    let headers = header_map(
        Signer::new(&sender).sign(request(&HeaderMap::new(), BODY), NOW.before(std::time::Duration::from_secs(100))),
    );
    let right = verifier(stripe, &["tell-tale-1", "tell-tale-2"]);
    let (steps, outcome) = right.explain(request(&headers, BODY), NOW);
    assert!(outcome.is_ok());
    let printed: Vec<String> =
        steps.iter().map(|step| format!("{} {}", if step.passed { "+" } else { "-" }, step.text)).collect();
    insta::assert_snapshot!(printed.join("\n"), @r"
    + found header `Stripe-Signature`
    + read 1 signature (v1)
    + the signed content is `{ts}.{body}`, 37 bytes
    - secret 1 of 2: no match (computed 1d90c7b6…, received 9964fa0b…)
    + secret 2 of 2: matches (computed 9964fa0b…, received 9964fa0b…)
    + the time 2026-11-21T09:58:20Z is 100 s old, the tolerance 300 s
    ");
    assert!(!printed.join("\n").contains("tell-tale") && !format!("{right:?}").contains("tell-tale"));

    let mut saved = BODY.to_vec();
    saved.extend(b"\r\n");
    let (steps, _) = right.explain(request(&headers, &saved), NOW);
    assert!(steps.last().is_some_and(|step| step.text.contains("line break")), "{steps:?}");
}
