//! Formats, splits, ignored events and redaction.

use proptest::prelude::*;

use super::*;

fn file(more: &str) -> Provider {
    provider(&format!("title = \"T\"\nverify = \"none\"\n[event]\ntype = \"/type\"\nid = \"/id\"\n{more}\n"))
}

fn read(provider: &Provider, content_type: &str, body: &[u8]) -> Result<Vec<(String, String, String)>, String> {
    let headers = header_map([("content-type", content_type)]);
    let verifier = provider.verifier(&[]).expect("no secret needed");
    let verified = verifier.verify(request(&headers, body), Timestamp(0)).expect("nothing is checked");
    let contents = provider.events(verified).map_err(|why| why.to_string())?;
    let printed = |item: ReadEvent<'_>| {
        (item.reading.event_type, item.reading.reference, String::from_utf8_lossy(&item.body).into_owned())
    };
    Ok(contents.events.into_iter().map(printed).collect())
}

const FORM: &str = "application/x-www-form-urlencoded";

fn row(kind: &str, id: &str, body: &str) -> (String, String, String) {
    (kind.to_owned(), id.to_owned(), body.to_owned())
}

#[test]
fn one_request_may_hold_many_events_each_with_its_own_bytes() {
    let split = file("[body]\nsplit = \"/data/events\"");
    let body = br#"{"data":{"events":[{"type":"a","id":"1", "n":1.10},{"id":"2","type":"b"}]}}"#;
    let expected = vec![row("a", "1", r#"{"type":"a","id":"1", "n":1.10}"#), row("b", "2", r#"{"id":"2","type":"b"}"#)];
    assert_eq!(read(&split, "application/json", body), Ok(expected));
    assert_eq!(read(&split, "application/json", br#"{"data":{"events":[]}}"#), Ok(vec![]));
    for wrong in [r#"{"data":{"events":{}}}"#, r#"{"data":{"events":3}}"#, r#"{"data":[]}"#, "{}", "3", "[1]"] {
        let error = read(&split, "application/json", wrong.as_bytes()).expect_err(wrong);
        assert!(error.contains("no list at `/data/events`"), "{error}");
    }
    let nested = file("[body]\nsplit = \"/entry/*/changes\"");
    let body = br#"{"entry":[{"changes":[{"type":"a","id":"1"}]},{"changes":[{"type":"b","id":"2"}]}]}"#;
    assert_eq!(read(&nested, "application/json", body).expect("read").len(), 2);
    let root = file("[body]\nsplit = \"\"\nformat = [\"json\", \"ndjson\"]");
    assert_eq!(read(&root, "application/json", br#"[{"type":"a","id":"1"}]"#).expect("a list").len(), 1);
    assert_eq!(read(&root, "application/json", br#"{"type":"a","id":"1"}"#).expect("one").len(), 1);
    let lines = b"{\"type\":\"a\",\"id\":\"1\"}\r\n\n{\"type\":\"b\",\"id\":\"2\"}";
    assert_eq!(read(&root, "application/x-ndjson", lines).expect("lines").len(), 2);
}

#[test]
fn too_many_events_in_one_request_are_none() {
    let split = file("[body]\nsplit = \"\"");
    let body = |count: usize| format!("[{}]", vec!["{\"type\":\"a\"}"; count].join(","));
    assert_eq!(read(&split, "application/json", body(10_000).as_bytes()).expect("as many").len(), 10_000);
    let error = read(&split, "application/json", body(10_001).as_bytes()).expect_err("too many");
    assert!(error.contains("10000"), "{error}");
}

#[test]
fn forms_become_objects() {
    let form = file("[body]\nformat = \"form\"");
    let printed = read(&form, FORM, b"type=sale&id=7&tag=a&tag=b&name=J%C3%B6rg+x").expect("a form");
    assert_eq!(printed, [row("sale", "7", r#"{"id":"7","name":"Jörg x","tag":["a","b"],"type":"sale"}"#)]);
    let inner = file("[body]\nformat = [\"json\", \"form\"]\nfield = \"data\"");
    let printed = read(&inner, FORM, b"x=1&data=%7B%22type%22%3A%22a%22%2C%22id%22%3A%221%22%7D").expect("JSON inside");
    assert_eq!(printed, [row("a", "1", r#"{"type":"a","id":"1"}"#)]);
    assert!(read(&inner, FORM, b"x=1").expect_err("no field").contains("`data`"));
    assert_eq!(read(&inner, "application/json", br#"{"type":"a","id":"1"}"#).expect("JSON").len(), 1);
    let thousands: String = (0..20_000).map(|at| format!("k{}=v&", at % 7_000)).collect();
    assert_eq!(read(&form, FORM, thousands.as_bytes()).expect("many keys").len(), 1);
}

#[test]
fn where_both_are_named_the_body_says_whether_it_is_a_form() {
    let both = file("[body]\nformat = [\"json\", \"form\"]\nfield = \"payload\"");
    let json: &[u8] = br#" {"type":"a","id":"1","note":"payload=x"}"#;
    let form: &[u8] = b"payload=%7B%22type%22%3A%22a%22%2C%22id%22%3A%221%22%7D";
    for announced in ["application/json", FORM, "text/plain", "text/plain; charset=utf-8", ""] {
        for body in [json, form] {
            let read = read(&both, announced, body).unwrap_or_else(|why| panic!("{announced}: {why}"));
            assert_eq!(read.first().map(|(event_type, _, _)| event_type.as_str()), Some("a"), "{announced}");
        }
    }
    let form_alone = file("[body]\nformat = \"form\"\nfield = \"payload\"");
    assert!(read(&form_alone, FORM, json).is_err());
}

#[test]
fn secrets_in_a_body_are_never_kept() {
    let secret = file("[body]\nredact = [\"/secret\", \"/list/*/key\"]\n[[facts]]\nsubject = \"/secret\"");
    let body =
        br#"{"type":"a","id":"1","secret":"tell-tale","list":[{"key":"tell-tale"},{"key":1}],"secret":"tell-tale"}"#;
    let printed = read(&secret, "application/json", body).expect("read");
    assert_eq!(
        printed,
        [row("a", "1", r#"{"id":"1","list":[{"key":"***"},{"key":"***"}],"secret":"***","type":"a"}"#)]
    );
    let kofi = provider(
        "title = \"T\"\n[body]\nformat = \"form\"\nfield = \"data\"\n[verify]\nscheme = \"token\"\njson = \"/token\"\n[event]\ntype = \"/type\"\n",
    );
    let verifier = verifier(&kofi, &["tell-tale"]);
    let headers = header_map([("content-type", FORM)]);
    let body = b"data=%7B%22type%22%3A%22Tip%22%2C%22token%22%3A%22tell-tale%22%7D";
    let verified = verifier.verify(request(&headers, body), Timestamp(0)).expect("the token");
    let contents = kofi.events(verified).expect("read");
    assert!(contents.events.iter().all(|item| !String::from_utf8_lossy(&item.body).contains("tell-tale")));
    assert_eq!(contents.events.len(), 1);
}

#[test]
fn what_is_to_be_ignored_is_counted_and_not_kept() {
    let some =
        file("[body]\nsplit = \"\"\n[[ignore]]\non = [\"ping\", \"beat.*\"]\n[[ignore]]\nwhen = { \"/test\" = true }");
    let body = br#"[{"type":"ping"},{"type":"beat.1"},{"type":"a","test":true},{"type":"a","test":false}]"#;
    let headers = HeaderMap::new();
    let verifier = some.verifier(&[]).expect("no secret");
    let contents = some.events(verifier.verify(request(&headers, body), Timestamp(0)).expect("none")).expect("read");
    assert_eq!((contents.events.len(), contents.ignored), (1, 3));
}

#[test]
fn the_content_type_decides_the_format() {
    let takes = |more: &str, said: &str| file(more).check_content_type(&header_map([("content-type", said)])).is_ok();
    assert!(takes("", "application/vnd.x+json; charset=utf-8") && takes("", "text/plain"));
    assert!(!takes("", FORM) && !takes("", "text/html") && !takes("", "multipart/form-data; boundary=x"));
    assert!(takes("[body]\nformat = \"form\"", FORM) && !takes("[body]\nformat = \"form\"", "application/json"));
}

proptest! {
    #[test]
    fn arbitrary_bodies_are_split_or_refused_but_never_panic(
        body in "[\\[\\]{}\":,=&%a-z0-9\\\\ \\n]{0,200}",
        pointer in "(/[a-c*0-9]{0,2}){0,4}",
        form in any::<bool>(),
    ) {
        let any = file(&format!("[body]\nformat = [\"json\", \"form\", \"ndjson\"]\nsplit = \"{pointer}\"\nredact = [\"{pointer}\"]"));
        for said in [if form { FORM } else { "application/json" }, "application/x-ndjson"] {
            if let Ok(items) = read(&any, said, body.as_bytes()) {
                prop_assert!(items.iter().all(|(_, _, body)| serde_json::from_str::<serde_json::Value>(body).is_ok()));
            }
        }
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_json_but_of_what_is_signed() {
    let plain = br#"{"type":"a","id":"1"}"#;
    let marked = [b"\xef\xbb\xbf".as_slice(), plain].concat();
    let expected = [row("a", "1", r#"{"type":"a","id":"1"}"#)];
    assert_eq!(read(&file(""), "application/json", &marked).expect("read"), expected);
    let split = file("[body]\nsplit = \"\"\nformat = [\"json\", \"ndjson\"]");
    assert_eq!(read(&split, "application/json", &marked).expect("read"), expected);
    assert_eq!(read(&split, "application/x-ndjson", &marked).expect("read"), expected);
    assert_eq!(
        read(&file(""), "application/json", b"\xef\xbb\xbf"),
        Err("the body is empty, expected JSON".to_owned())
    );
    let signed = provider(
        "title = \"T\"\n[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\n[event]\ntype = \"/type\"\nid = \"/id\"\n",
    );
    let verifier = verifier(&signed, &["s3cret"]);
    let empty = HeaderMap::new();
    let headers = header_map(Signer::new(&verifier).sign(request(&empty, &marked), Timestamp(0)));
    assert_eq!(outcome(&verifier, &headers, &marked, Timestamp(0)), Ok(()));
    assert_eq!(outcome(&verifier, &headers, plain, Timestamp(0)), Err(Rejection::Mismatch));
}

#[test]
fn a_number_that_is_too_large_has_its_own_error() {
    let error = read(&file(""), "application/json", br#"{"type":"a","n":1e999}"#).expect_err("no such number");
    assert_eq!(error, "the body has a number that is too large (line 1, column 21)");
    assert!(read(&file(""), "application/json", br#"{"type":"a","n":1e308,"m":1e-999}"#).is_ok());
    assert!(read(&file(""), "application/json", br#"{"type":"a","n":123456789012345678901234567890}"#).is_ok());
}
