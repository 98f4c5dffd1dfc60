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

const XML: &str = "application/atom+xml; charset=utf-8";

#[test]
fn xml_is_kept_as_the_json_that_stands_for_it() {
    let plain = provider(
        "title = \"T\"\nverify = \"none\"\n[body]\nformat = \"xml\"\nredact = [\"/event/@key\"]\n[event]\ntype = \"/event/type\"\nid = \"/event/@id\"\n",
    );
    let body = b"\xef\xbb\xbf<event id=\"7\" key=\"tell-tale\"><type>signup</type><n>1</n><n>2</n></event>\n";
    let kept = r#"{"event":{"@id":"7","@key":"***","n":["1","2"],"type":"signup"}}"#;
    for kind in [XML, "text/xml", "application/xml", "APPLICATION/XML", "text/plain"] {
        assert_eq!(read(&plain, kind, body), Ok(vec![row("signup", "7", kept)]), "{kind}");
    }
    for (wrong, part) in [
        (&b"{\"event\":{}}"[..], "not well-formed XML (line 1)"),
        (b"<!DOCTYPE event><event/>", "document type"),
        (b"<event><type>", "ends in the middle of its XML"),
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
    ] {
        let error = read(&plain, XML, wrong).expect_err(part);
        assert!(error.contains(part), "{error}");
    }
    let accepts = |kind: &str| plain.check_content_type(&header_map([("content-type", kind)]));
    assert_eq!(accepts(XML), Ok(()));
    assert!(accepts("application/json").is_err_and(|why| why.contains("XML")) && accepts("application/xmlx").is_err());
    assert!(file("").check_content_type(&header_map([("content-type", XML)])).is_err());
}

#[test]
fn an_element_of_xml_may_be_alone_or_in_a_list() {
    let feed = provider(
        "title = \"T\"\nverify = \"none\"\n[body]\nformat = \"xml\"\nsplit = [\"/feed/entry\", \"/feed/at:deleted-entry\"]\n\
         [event]\nid = [\"/id\", \"/@ref\"]\n[[type]]\nis = \"deleted\"\nwhen = { \"/@ref\" = \"*\" }\n[[type]]\nis = \"entry\"\n",
    );
    let ids = |body: &str| -> Result<String, String> {
        let rows = read(&feed, XML, format!("<feed>{body}</feed>").as_bytes())?;
        Ok(rows.into_iter().map(|(kind, id, _)| format!("{kind} {id}")).collect::<Vec<_>>().join(", "))
    };
    let (one, two, gone) = ("<entry><id>1</id></entry>", "<entry><id>2</id></entry>", "<at:deleted-entry ref=\"3\"/>");
    assert_eq!(ids(one), Ok("entry 1".to_owned()));
    assert_eq!(ids(gone), Ok("deleted 3".to_owned()));
    assert_eq!(ids(&[one, gone, two].concat()), Ok("entry 1, entry 2, deleted 3".to_owned()));
    let error = ids("<title>x</title>").expect_err("nothing");
    assert!(error.contains("no list at `/feed/entry`"), "{error}");
    assert!(ids(&"<entry/>".repeat(MAX_EVENTS + 1)).expect_err("too many").contains("10000"));
    let json = file("[body]\nsplit = [\"/a\", \"/b\"]");
    let body = br#"{"b":[{"type":"x","id":"1"}]}"#;
    assert_eq!(read(&json, "application/json", body).expect("read").len(), 1);
    assert!(read(&json, "application/json", br#"{"a":{}}"#).is_err(), "no list of one in JSON");
}

const MULTIPART: &str = "multipart/form-data; boundary=b";

fn parts(fields: &[(&str, &str)]) -> Vec<u8> {
    let part =
        |(name, text): &(&str, &str)| format!("--b\r\nContent-Disposition: form-data; name={name}\r\n\r\n{text}\r\n");
    (fields.iter().map(part).collect::<String>() + "--b--\r\n").into_bytes()
}

#[test]
fn a_form_in_parts_is_read_as_a_form_and_its_files_are_only_named() {
    let fields = file("[body]\nformat = \"multipart\"");
    let photo = ("\"f\"; filename=\"a.jpg\"", "\u{1}JPEG");
    let body = parts(&[("type", "signup"), ("id", "1"), photo, ("tag", "a"), ("tag", "b")]);
    let kept = r#"{"f":{"filename":"a.jpg","size":5,"type":null},"id":"1","tag":["a","b"],"type":"signup"}"#;
    assert_eq!(read(&fields, MULTIPART, &body), Ok(vec![row("signup", "1", kept)]));
    let json = file("[body]\nformat = [\"multipart\", \"form\"]\nfield = \"payload\"");
    let kept = "{\"type\": \"signup\",\r\n \"id\": 7}";
    assert_eq!(read(&json, MULTIPART, &parts(&[("payload", kept), photo])), Ok(vec![row("signup", "7", kept)]));
    assert_eq!(read(&json, FORM, b"payload=%7B%22type%22%3A%22a%22%2C%22id%22%3A%221%22%7D").expect("one").len(), 1);
    let twice = parts(&[("payload", "{}"), ("payload", "{\"type\":\"x\"}")]);
    for (kind, body, part) in [
        (MULTIPART, twice, "more than once"),
        (MULTIPART, parts(&[("other", "{}")]), "no field `payload`"),
        (MULTIPART, parts(&[("payload", "tell-tale")]), "not JSON"),
        (MULTIPART, b"--b\r\nContent-Disposition: form-data; name=payload\r\n\r\n{}".to_vec(), "ends before"),
        (MULTIPART, b"payload={}".to_vec(), "not divided into parts"),
        ("multipart/form-data", parts(&[("payload", "{}")]), "no boundary"),
        (MULTIPART, Vec::new(), "empty"),
    ] {
        let error = read(&json, kind, &body).expect_err(part);
        assert!(error.contains(part) && !error.contains("tell-tale"), "{error}");
    }
    assert!(file("").check_content_type(&header_map([("content-type", MULTIPART)])).is_err());
    assert!(json.check_content_type(&header_map([("content-type", "multipart/mixed; boundary=b")])).is_err());
}

#[test]
fn a_token_may_be_in_a_part() {
    let text = "title = \"T\"\n[verify]\nscheme = \"token\"\nform = \"token\"\n[body]\nformat = \"multipart\"\n[event]\ntype = \"/type\"\n\
                [[sample]]\nname = \"one\"\nbody = '''\n--b\nContent-Disposition: form-data; name=\"type\"\n\nsignup\n--b--\n'''\n";
    let provider = provider(text);
    let right = verifier(&provider, &["s3cret"]);
    let now = Timestamp(0);
    let sent = Signer::new(&right).outgoing(&provider.samples[0], None, now);
    assert_eq!(outcome(&right, &sent.headers, sent.body.as_bytes(), now), Ok(()));
    let verified = right.verify(request(&sent.headers, sent.body.as_bytes()), now).expect("a token");
    let read = provider.events(verified).expect("read").events;
    let kept = read.first().map(|item| String::from_utf8_lossy(&item.body).into_owned());
    assert_eq!(kept.as_deref(), Some(r#"{"token":"***","type":"signup"}"#));
    for (body, expected) in [
        (parts(&[("token", "other")]), Rejection::WrongToken),
        (parts(&[("token", "s3cret"), ("token", "s3cret")]), Rejection::Missing),
        (parts(&[("\"token\"; filename=\"x\"", "s3cret")]), Rejection::Missing),
        (b"token=s3cret".to_vec(), Rejection::Missing),
    ] {
        assert_eq!(outcome(&right, &header_map([("content-type", MULTIPART)]), &body, now), Err(expected));
    }
    let fresh = provider.renewed(&provider.samples[0], now);
    let reference = |sample: &Sample| provider.reading(sample).expect("read").reference;
    assert_ne!(reference(&fresh), reference(&provider.samples[0]));
}

#[test]
fn a_type_may_follow_from_what_is_there() {
    let text = "title = \"T\"\nverify = \"none\"\n[event]\ntype = \"/type\"\n[[type]]\nis = \"gone\"\nwhen = { \"/deleted\" = true }\n";
    let provider = provider(text);
    let read = |body: &str| provider.read_unchecked(&HeaderMap::new(), body.as_bytes()).expect("read").event_type;
    assert_eq!([read(r#"{"type":"a","deleted":true}"#), read(r#"{"type":"a"}"#), read("{}")], ["gone", "a", "unknown"]);
    assert!(provider.known_types().contains("gone"));
    let printed = |rule: &str| diagnostics_of(&format!("title = \"T\"\nverify = \"none\"\n[[type]]\n{rule}\n"));
    assert_eq!(printed("is = \"a\""), "");
    assert!(printed("when = { \"/a\" = 1 }").contains("`type[0].is`: missing key"));
    assert!(printed("is = \"a.*\"").contains("the type itself"));
    assert!(printed("is = \"a\"\nif = 1").contains("unknown key"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn arbitrary_xml_and_parts_are_read_or_refused_but_never_panic(
        xml in "(<[a-c/?!]{0,3}|[a-c:= \"'/>&;#x0-9]{1,4}|-->|]]>|<!\\[CDATA\\[|\u{feff}|[\\x00-\\x1f]|é){0,40}",
        parts in "(--b|--|\r\n|\r|\n|Content-Disposition: form-data; name=|[a-c\"\\\\;= :]{1,3}|; filename=|é){0,40}",
        boundary in "[ -~]{0,20}",
    ) {
        let all = file("[body]\nformat = [\"xml\", \"multipart\"]\nsplit = [\"/*/a\", \"/a\"]");
        let whole = file("[body]\nformat = [\"xml\", \"multipart\"]");
        for provider in [&all, &whole] {
            drop(read(provider, XML, xml.as_bytes()));
            drop(read(provider, MULTIPART, format!("--b\r\n{parts}").as_bytes()));
            drop(read(provider, &format!("multipart/form-data; boundary={boundary}"), format!("--{boundary}{parts}").as_bytes()));
        }
    }
}
