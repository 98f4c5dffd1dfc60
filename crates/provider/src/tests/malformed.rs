//! Every scheme against every way a request can be wrong.

mod contents;
mod times;

use super::shipped::embedded_providers;
use proptest::prelude::*;

use super::*;

const NOW: Timestamp = Timestamp(1_795_255_200_000);
const BODY: &[u8] = br#"{"type":"signup","id":"1"}"#;

struct Case {
    name: &'static str,
    verify: &'static str,
    secret: &'static str,
    other: &'static str,
}

const WHSEC: &str = "whsec_bGlnaHRob3VzZS1rZWVwZXItMDE=";
const WHSEC_OTHER: &str = "whsec_bGlnaHRob3VzZS1rZWVwZXItMDI=";

const CASES: &[Case] = &[
    Case {
        name: "plain hex",
        verify: "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\nprefix = \"sha256=\"",
        secret: "s3cret",
        other: "s3cres",
    },
    Case {
        name: "plain hex sha1 without prefix",
        verify: "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\nalgorithm = \"sha1\"",
        secret: "s3cret",
        other: "s3cres",
    },
    Case {
        name: "plain base64 sha512, key hex",
        verify: "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\nencoding = \"base64\"\nalgorithm = \"sha512\"\nkey = \"hex\"",
        secret: "00ff10",
        other: "00ff11",
    },
    Case {
        name: "url, method and a header signed",
        verify: "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\ncontent = \"{method}{url}{header:X-Nonce}{body}\"",
        secret: "s3cret",
        other: "s3cres",
    },
    Case {
        name: "pairs with time",
        verify: "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\ngrammar = \"kv\"\nsig_key = \"v1\"\n\
                 content = \"{ts}.{body}\"\ntimestamp = { kv = \"t\" }",
        secret: "s3cret",
        other: "s3cres",
    },
    Case {
        name: "pairs in base64url with milliseconds",
        verify: "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\ngrammar = \"kv\"\nsep = \";\"\nsig_key = \"h1\"\n\
                 encoding = \"base64url\"\ncontent = \"{ts}:{body}\"\ntimestamp = { kv = \"ts\", unit = \"ms\" }",
        secret: "s3cret",
        other: "s3cres",
    },
    Case {
        name: "pairs without time",
        verify: "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\ngrammar = \"kv\"\nsig_key = \"v1\"",
        secret: "s3cret",
        other: "s3cres",
    },
    Case {
        name: "list with an id and a time of their own",
        verify: "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\ngrammar = \"list\"\ntag = \"v1\"\nencoding = \"base64\"\n\
                 key = \"whsec\"\ncontent = \"{header:webhook-id}.{ts}.{body}\"\ntimestamp = { header = \"webhook-timestamp\" }",
        secret: WHSEC,
        other: WHSEC_OTHER,
    },
    Case {
        name: "items with the time first",
        verify: "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\ngrammar = \"items\"\ncontent = \"{ts}.{body}\"\n\
                 timestamp = { item = 1, unit = \"ms\" }",
        secret: "s3cret",
        other: "s3cres",
    },
    Case {
        name: "time as RFC 3339",
        verify: "[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\ncontent = \"{ts}{body}\"\n\
                 timestamp = { header = \"X-Time\", unit = \"rfc3339\" }\ntolerance = 600",
        secret: "s3cret",
        other: "s3cres",
    },
    Case {
        name: "bearer token",
        verify: "[verify]\nscheme = \"token\"\nheader = \"X-Sig\"\nprefix = \"Bearer \"",
        secret: "s3cret",
        other: "s3cres",
    },
];

impl Case {
    fn provider(&self) -> Provider {
        provider(&format!("title = \"T\"\n{}\n[event]\ntype = \"/type\"\n", self.verify))
    }

    fn is_token(&self) -> bool {
        self.verify.contains("\"token\"")
    }

    fn mismatch(&self) -> Rejection {
        if self.is_token() { Rejection::WrongToken } else { Rejection::Mismatch }
    }

    fn unreadable(&self) -> Rejection {
        if self.is_token() { Rejection::MalformedToken } else { Rejection::Malformed }
    }
}

/// A request signed by its own scheme, as a map that a test may corrupt.
fn signed(verifier: &Verifier, body: &[u8], at: Timestamp) -> HeaderMap {
    let empty = HeaderMap::new();
    header_map(Signer::new(verifier).sign(request(&empty, body), at))
}

fn set(headers: &HeaderMap, value: &[u8]) -> HeaderMap {
    let mut headers = headers.clone();
    headers.insert("x-sig", HeaderValue::from_bytes(value).expect("a value"));
    headers
}

#[test]
fn every_scheme_accepts_only_what_it_signed() {
    for case in CASES {
        let name = case.name;
        let provider = case.provider();
        let right = verifier(&provider, &[case.secret]);
        let headers = signed(&right, BODY, NOW);
        let check = |headers: &HeaderMap, body: &[u8], now| outcome(&right, headers, body, now);
        assert_eq!(check(&headers, BODY, NOW), Ok(()), "{name}");

        let value = headers.get("x-sig").expect(name).as_bytes().to_vec();
        let text = String::from_utf8(value.clone()).expect(name);
        assert_eq!(check(&HeaderMap::new(), BODY, NOW), Err(Rejection::Missing), "{name}: missing");
        assert_eq!(check(&set(&headers, b""), BODY, NOW), Err(case.unreadable()), "{name}: empty");
        for garbage in [
            "zz",
            "=",
            ",",
            ";;,,",
            "t=1",
            "t,v1=,v0",
            "v1,",
            "v1, v1,é",
            "sha256=",
            "sha256=zz",
            "%%%",
            "Bearer ",
            "bearer",
        ] {
            assert!(check(&set(&headers, garbage.as_bytes()), BODY, NOW).is_err(), "{name}: {garbage}");
        }
        let truncated = text.trim_end_matches('=').chars().rev().skip(1).collect::<Vec<_>>();
        let truncated: String = truncated.into_iter().rev().collect();
        assert!(check(&set(&headers, truncated.as_bytes()), BODY, NOW).is_err(), "{name}: truncated");
        assert!(check(&set(&headers, format!("{text}00").as_bytes()), BODY, NOW).is_err(), "{name}: longer");
        let mut foreign = value.clone();
        foreign.push(0xff);
        assert!(check(&set(&headers, &foreign), BODY, NOW).is_err(), "{name}: not UTF-8");

        // Of a repeated header either value may be the right one.
        for (first, second) in [(&b"nonsense"[..], &value[..]), (&value[..], &b"nonsense"[..])] {
            let mut doubled = set(&headers, first);
            doubled.append("x-sig", HeaderValue::from_bytes(second).expect(name));
            assert_eq!(check(&doubled, BODY, NOW), Ok(()), "{name}: doubled");
        }
        let mut many = headers.clone();
        for _ in 0..20 {
            many.append("x-sig", HeaderValue::from_static("nonsense"));
        }
        if !case.is_token() {
            assert_eq!(check(&many, BODY, NOW), Err(Rejection::Malformed), "{name}: many");
        }

        let wrong = verifier(&provider, &[case.other]);
        assert_eq!(outcome(&wrong, &headers, BODY, NOW), Err(case.mismatch()), "{name}: wrong secret");
        let rotating = verifier(&provider, &[case.other, case.secret]);
        assert_eq!(outcome(&rotating, &headers, BODY, NOW), Ok(()), "{name}: second secret");
    }
}

#[test]
fn a_body_changed_by_one_byte_is_refused() {
    for case in CASES.iter().filter(|case| !case.is_token()) {
        let right = verifier(&case.provider(), &[case.secret]);
        let headers = signed(&right, BODY, NOW);
        for at in 0..BODY.len() {
            let mut body = BODY.to_vec();
            body[at] ^= 1;
            assert_eq!(outcome(&right, &headers, &body, NOW), Err(Rejection::Mismatch), "{} {at}", case.name);
        }
        let mut longer = BODY.to_vec();
        longer.push(b'\n');
        assert_eq!(outcome(&right, &headers, &longer, NOW), Err(Rejection::Mismatch), "{}", case.name);
    }
}

#[test]
fn upper_case_hex_and_missing_padding_are_read() {
    for case in CASES.iter().filter(|case| !case.is_token()) {
        let right = verifier(&case.provider(), &[case.secret]);
        let headers = signed(&right, BODY, NOW);
        let text = headers.get("x-sig").expect("signed").to_str().expect("ASCII").to_owned();
        let spelled = if case.verify.contains("base64") {
            text.trim_end_matches('=').to_owned()
        } else {
            let (start, hex) = text.rsplit_once('=').map_or(("", text.as_str()), |(start, hex)| (start, hex));
            if start.is_empty() { hex.to_uppercase() } else { format!("{start}={}", hex.to_uppercase()) }
        };
        assert_eq!(outcome(&right, &set(&headers, spelled.as_bytes()), BODY, NOW), Ok(()), "{}", case.name);
    }
}

#[test]
fn a_wrong_method_or_url_is_refused_where_it_is_signed() {
    let case = &CASES[3];
    let right = verifier(&case.provider(), &[case.secret]);
    let headers = signed(&right, BODY, NOW);
    let base = request(&headers, BODY);
    assert!(right.verify(base, NOW).is_ok());
    assert_eq!(right.verify(Request { method: "PUT", ..base }, NOW).map(|_| ()), Err(Rejection::Mismatch));
    let other = Request { url: Some("https://hooks.example.com/hooks/other"), ..base };
    assert_eq!(right.verify(other, NOW).map(|_| ()), Err(Rejection::Mismatch));
    assert_eq!(right.verify(Request { url: None, ..base }, NOW).map(|_| ()), Err(Rejection::Malformed));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn arbitrary_headers_and_bodies_never_panic_and_never_verify(
        value in proptest::collection::vec(any::<u8>().prop_filter("a header's byte", |b| *b >= 32 && *b != 127), 0..200),
        near in "(t=[0-9]{0,20}[,;])?(v1|h1|sha256|Bearer )[=,]?[0-9a-fA-F+/=_-]{0,140}",
        other in "[ -~]{0,40}",
        body in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        for case in CASES {
            let right = verifier(&case.provider(), &[case.secret]);
            for value in [value.as_slice(), near.as_bytes()] {
                let headers = header_map([
                    ("x-sig", value), ("webhook-id", other.as_bytes()), ("webhook-timestamp", b"1795255200"),
                    ("x-time", other.as_bytes()), ("x-nonce", value),
                ]);
                prop_assert!(outcome(&right, &headers, &body, NOW).is_err());
            }
        }
    }

    #[test]
    fn arbitrary_bodies_are_read_or_refused_but_never_panic(
        body in "[\\[\\]{}\":,a-z0-9\\\\ \\x00-\\x1f]{0,120}",
        header in "[ -~]{0,300}",
    ) {
        for provider in Providers::shipped(embedded_providers()).iter() {
            let headers = header_map([("x-github-event", &header), ("x-shopify-topic", &header), ("webhook-id", &header)]);
            if let Ok(reading) = provider.read_unchecked(&headers, body.as_bytes()) {
                prop_assert!(!reading.event_type.is_empty() && reading.event_type.chars().count() <= 200);
                prop_assert!(!reading.reference.is_empty() && reading.reference.chars().count() <= 200);
                prop_assert!(!reading.event_type.chars().chain(reading.reference.chars()).any(char::is_control));
            }
        }
    }
}
