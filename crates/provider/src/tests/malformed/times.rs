//! The signed time: too old, too new, in the wrong unit, no number at all.

use super::*;

#[test]
fn a_signed_time_must_be_near_on_either_side() {
    let mut seen = 0;
    for case in CASES.iter().filter(|case| case.verify.contains("timestamp")) {
        seen += 1;
        let tolerance = if case.verify.contains("600") { 600 } else { 300 };
        let right = verifier(&case.provider(), &[case.secret]);
        for (seconds, outcome_then) in [
            (tolerance, Ok(())),
            (-tolerance, Ok(())),
            (tolerance + 1, Err(Rejection::Stale)),
            (-tolerance - 1, Err(Rejection::Stale)),
            (86_400 * 365, Err(Rejection::Stale)),
        ] {
            let at = Timestamp(NOW.0 + seconds * 1000);
            let headers = signed(&right, BODY, at);
            assert_eq!(outcome(&right, &headers, BODY, NOW), outcome_then, "{} {seconds}", case.name);
        }
        // A stale request with a wrong signature is wrong, not stale: the clock is checked last.
        let wrong = verifier(&case.provider(), &[case.other]);
        let old = signed(&right, BODY, Timestamp(0));
        assert_eq!(outcome(&wrong, &old, BODY, NOW), Err(Rejection::Mismatch), "{}", case.name);
    }
    assert_eq!(seen, 5);
}

#[test]
fn seconds_taken_for_milliseconds_are_refused() {
    let file = |unit: &str| {
        provider(&format!(
            "title = \"T\"\n[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\ncontent = \"{{ts}}{{body}}\"\n\
             timestamp = {{ header = \"X-Time\", unit = \"{unit}\" }}\n[event]\ntype = \"/type\"\n"
        ))
    };
    let (s, ms) = (verifier(&file("s"), &["k"]), verifier(&file("ms"), &["k"]));
    assert_eq!(outcome(&ms, &signed(&s, BODY, NOW), BODY, NOW), Err(Rejection::Stale));
    assert_eq!(outcome(&s, &signed(&ms, BODY, NOW), BODY, NOW), Err(Rejection::Stale));
}

#[test]
fn a_time_that_is_no_plain_number_is_refused_though_it_was_signed() {
    let file = "title = \"T\"\n[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\ncontent = \"{ts}.{body}\"\n\
                timestamp = { header = \"X-Time\" }\n[event]\ntype = \"/type\"\n";
    let right = verifier(&provider(file), &["k"]);
    for time in [
        "",
        "hello",
        "+1795255200",
        "-1795255200",
        "1795255200.0",
        "1_795_255_200",
        "1e9",
        "99999999999999999999",
        "0x6b",
    ] {
        let known = header_map([("X-Time", time)]);
        let mut headers = header_map(Signer::new(&right).sign(request(&known, BODY), NOW));
        headers.insert("x-time", time.parse().expect("a value"));
        assert_eq!(outcome(&right, &headers, BODY, NOW), Err(Rejection::Malformed), "{time}");
    }
    // The text counts, not the number: zeros in front stay signed as they came.
    let known = header_map([("X-Time", "001795255200")]);
    let mut headers = header_map(Signer::new(&right).sign(request(&known, BODY), NOW));
    headers.insert("x-time", "001795255200".parse().expect("a value"));
    assert_eq!(outcome(&right, &headers, BODY, NOW), Ok(()));
    headers.append("x-time", "001795255200".parse().expect("a value"));
    assert_eq!(outcome(&right, &headers, BODY, NOW), Err(Rejection::Malformed), "doubled");
}

#[test]
fn a_repeated_time_beside_its_signature_is_refused() {
    let case = &CASES[4];
    let right = verifier(&case.provider(), &[case.secret]);
    let headers = signed(&right, BODY, NOW);
    let text = headers.get("x-sig").expect("signed").to_str().expect("ASCII");
    for doubled in [format!("t=1,{text}"), format!("{text},t=1"), format!("t=1795255200,{text}")] {
        assert_eq!(
            outcome(&right, &set(&headers, doubled.as_bytes()), BODY, NOW),
            Err(Rejection::Malformed),
            "{doubled}"
        );
    }
    let spaced = text.replace(',', " , v0=00, ");
    assert_eq!(outcome(&right, &set(&headers, spaced.as_bytes()), BODY, NOW), Ok(()));
}
