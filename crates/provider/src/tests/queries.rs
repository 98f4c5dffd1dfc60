//! Values of the URL's query that are signed.

use super::*;

const NOW: Timestamp = Timestamp(1_795_255_200_000);

#[test]
fn a_signed_query_counts_as_it_came_and_where_the_file_says_so_in_lower_case() {
    let file = |hole: &str| {
        provider(&format!(
            "title = \"T\"\n[event]\ntype = \"/type\"\n[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\ngrammar = \"kv\"\nsig_key = \"v1\"\n\
             covers = \"none\"\ncontent = \"id:{{{hole}:data.id}};request-id:{{header:x-request-id}};ts:{{ts}};\"\n\
             timestamp = {{ kv = \"ts\", unit = \"unix\" }}\n"
        ))
    };
    // Of OpenSSL, keyed with `s3cret`, over the id in either case; the first with a time in seconds, the second in milliseconds.
    let upper = "ts=1795255200,v1=f7e93bdc813bcb61b553b256d0ba68f699c45aad911e41d523b77ab8d21996df";
    let lower = "ts=1795255200000,v1=a8a6c5c92ecfa5d86595312f3b133355322ee4d893d2dd66328171ddfcecddb1";
    let check = |hole: &str, signature: &str, url: &str| {
        let headers = header_map([("x-request-id", "req-1"), ("x-sig", signature)]);
        let request = Request { method: "POST", url: Some(url), headers: &headers, body: b"{}" };
        verifier(&file(hole), &["s3cret"]).verify(request, NOW).map(drop)
    };
    let url = "/hooks/mp?type=order&data.id=ORD01";
    assert_eq!(check("query", upper, url), Ok(()));
    assert_eq!(check("query", lower, url), Err(Rejection::Mismatch));
    assert_eq!([check("query.anycase", upper, url), check("query.anycase", lower, url)], [Ok(()), Ok(())]);
    for other in ["/hooks/mp?data.id=ORD02", "/hooks/mp?data.id=", "/hooks/mp?data.id=%4FRD02"] {
        assert_eq!(check("query.anycase", upper, other), Err(Rejection::Mismatch), "{other}");
    }
    assert_eq!(check("query", upper, "/hooks/mp?data.id=%4FRD01"), Ok(()), "decoded");
    for absent in ["/hooks/mp", "/hooks/mp?id=ORD01", "/hooks/mp?data.id=ORD01&data.id=ORD01"] {
        assert_eq!(check("query.anycase", upper, absent), Err(Rejection::Malformed), "{absent}");
    }
    for stale in ["ts=1795251000,v1=00", "ts=17952552000000,v1=00", "ts=x,v1=00", "v1=00"] {
        assert!(check("query.anycase", stale, url).is_err(), "{stale}");
    }
}

#[test]
fn a_value_that_the_query_lacks_drops_with_its_text() {
    let file = "title = \"T\"\n[event]\ntype = \"/type\"\n[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\ngrammar = \"kv\"\nsig_key = \"v1\"\n\
                covers = \"none\"\ncontent = [\"id:{query.anycase:data.id};\", \"request-id:{header:x-request-id};\", \"ts:{ts};\"]\n\
                timestamp = { kv = \"ts\" }\n";
    let check = |signature: &str, url: &str| {
        let headers = header_map([("x-request-id", "req-1"), ("x-sig", signature)]);
        let request = Request { method: "POST", url: Some(url), headers: &headers, body: b"{}" };
        verifier(&provider(file), &["s3cret"]).verify(request, NOW).map(drop)
    };
    let without = "ts=1795255200,v1=bdf8ca4cfd5867d4d1fa0c5d4319698ca9a40b9fdcb99db10f280548552243b6";
    let empty = "ts=1795255200,v1=d7f14028c18091aff80db63be033cf0e1996ca9d6ac3f1c69a426157cfc0705f";
    assert_eq!([check(without, "/hooks/mp?type=x"), check(without, "/hooks/mp")], [Ok(()), Ok(())]);
    assert_eq!(check(empty, "/hooks/mp?data.id="), Ok(()), "an empty text is there");
    assert_eq!(check(without, "/hooks/mp?data.id=7"), Err(Rejection::Mismatch));
    assert_eq!(check(without, "/hooks/mp?data.id=7&data.id=7"), Err(Rejection::Malformed));
}
