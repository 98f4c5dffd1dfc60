//! Invalid files, and what a source's own table may change.

use super::shipped::embedded_providers;
use super::*;

fn file(verify: &str) -> String {
    format!("title = \"T\"\n[verify]\nscheme = \"signed\"\nheader = \"X-Sig\"\n{verify}\n[event]\ntype = \"/type\"\n")
}

#[test]
fn all_mistakes_are_reported_at_once() {
    insta::assert_snapshot!(diagnostics_of(
        r#"titel = "T"
docs = 3

[verify]
scheme = "signed"
header = "X Sig"
algorithm = "sha257"
grammar = "list"
prefix = "v0="
content = "{ts}.{boddy}"
encodng = "hex"

[event]
type = "type"
id = "{id}"
time = { unit = "days" }

[[facts]]
on = ["a"]
topic = "money"
amount_unit = "major"
severity = { map = { x = "bad" } }

[[sample]]
name = "one"
body = "{"
headers = { "X Y" = "z" }

[[sample]]
name = "one"
body = "{}"
"#
    ));
}

#[test]
fn combinations_that_cannot_work_are_mistakes() {
    for (verify, part) in [
        ("grammar = \"kv\"", "`verify.sig_key`: missing key"),
        ("sig_key = \"v1\"", "`sig_key` belongs to `grammar = \"kv\"`, this one is `plain`"),
        ("grammar = \"kv\"\nsig_key = \"v1\"\ntag = \"x\"", "belongs to `grammar = \"list\"`"),
        ("grammar = \"kv\"\nsig_key = \"v1\"\nsep = \" \"", "expected what separates the parts"),
        ("content = \"{ts}\"", "the body is not signed"),
        ("content = \"{ts}{body}\"", "no `timestamp` says where"),
        ("timestamp = { header = \"T\" }", "the timestamp is not signed"),
        ("content = \"{ts}{body}\"\ntimestamp = { kv = \"t\" }", "`kv` needs `grammar = \"kv\"`"),
        ("content = \"{ts}{body}\"\ntimestamp = { }", "expected `header`, `kv`, `item` or `json`"),
        ("content = \"{ts}{body}\"\ntimestamp = { item = 1 }", "`item` needs `grammar = \"items\"`"),
        ("grammar = \"items\"\ncontent = \"{ts}{body}\"\ntimestamp = { item = 2 }", "the time is the first item"),
        ("grammar = \"items\"\ncontent = \"{ts}{body}\"\ntimestamp = { header = \"T\" }", "the first item is the time"),
        ("grammar = \"items\"", "the first item is the time"),
        ("content = \"{query:a}\"", "the body is not signed"),
        ("content = \"{query:a}\"\ncovers = \"part\"", "the body is not signed"),
        ("content = \"{query:a}\"\ncovers = \"none\"", "must sign the time"),
        ("content = \"{query:}{body}\"", "`{query:}` is unknown"),
        ("covers = \"none\"", "the whole body is signed here"),
        ("content = \"{ts}{body}\"\ntimestamp = { header = \"T\" }\ntolerance = 0", "expected seconds from 1"),
        ("tolerance = 300", "a tolerance without a `timestamp`"),
        ("content = \"{body\"", "a `{` without its `}`"),
    ] {
        let printed = diagnostics_of(&file(verify));
        assert!(printed.contains(part), "{verify}\n{printed}");
    }
    assert!(diagnostics_of("title = \"T\"\n[event]\ntype = \"/t\"").contains("`verify`: missing key"));
    assert!(
        diagnostics_of("title = \"T\"\nverify = \"nothing\"\n[event]\ntype = \"/t\"").contains("a table or `none`")
    );
    let none_in_list = "title = \"T\"\n[[verify]]\nscheme = \"none\"\n[event]\ntype = \"/t\"";
    assert!(diagnostics_of(none_in_list).contains("without other keys"));
    assert!(diagnostics_of("title = \"T\"\nverify = []\n[event]\ntype = \"/t\"").contains("has no alternative"));
    assert!(diagnostics_of("title = \"T\"\nverify = \"none\"").contains("`event.type`: missing key"));
}

fn overridden(provider: &str, source: &str) -> Result<Provider, String> {
    let mut diagnostics = Diagnostics::default();
    let document = Document::parse_guarded("config.toml", source, &mut diagnostics);
    let providers = Providers::shipped(embedded_providers());
    let mut table = document.root();
    let provider = providers.get(provider).expect("shipped").with_overrides(&mut table, &mut diagnostics);
    table.get::<String>("secret", &mut diagnostics);
    table.finish(&mut diagnostics);
    if diagnostics.errors() == 0 { Ok(provider.expect("no mistakes")) } else { Err(diagnostics.to_string()) }
}

#[test]
fn a_source_may_say_its_own_scheme_and_places() {
    let same = overridden("generic", "secret = \"x\"").expect("unchanged");
    assert_eq!(same.scheme(), "HMAC-SHA256, X-Hookbell-Signature");
    assert!(overridden("generic", "verify = \"none\"").expect("unchecked").is_unchecked());
    let token = overridden("generic", "verify = { scheme = \"token\", header = \"X-Token\" }").expect("token");
    assert_eq!(token.scheme(), "token, X-Token");

    let own = overridden("generic", "[event]\ntype = \"/kind\"\n").expect("own type");
    let reading = own.read_unchecked(&HeaderMap::new(), br#"{"kind":"signup","id":"7"}"#).expect("read");
    assert_eq!(
        (reading.event_type.as_str(), reading.reference.as_str(), reading.topic),
        ("signup", "7", Topic::Signup)
    );

    for (wrong, part) in [
        ("verify = \"never\"", "config.toml:1:10: `verify`: expected a table or `none`"),
        ("[verify]\nscheme = \"token\"\nheadr = \"X\"", "did you mean `header`?"),
        ("[event]\nkind = \"/x\"", "unknown key"),
    ] {
        let printed = overridden("generic", wrong).expect_err(wrong);
        assert!(printed.contains(part), "{printed}");
    }
}

#[test]
fn the_generic_prefix_is_optional() {
    let providers = Providers::shipped(embedded_providers());
    let right = verifier(providers.get("generic").expect("shipped"), &["k"]);
    let now = Timestamp(0);
    let signed = Signer::new(&right).sign(request(&HeaderMap::new(), b"{}"), now);
    let [(name, value)] = signed.as_slice() else { panic!("{signed:?}") };
    assert_eq!(outcome(&right, &header_map([(name, value)]), b"{}", now), Ok(()));
    let bare = value.strip_prefix("sha256=").expect("a prefix");
    assert_eq!(outcome(&right, &header_map([(name, bare)]), b"{}", now), Ok(()));
}

#[test]
fn the_first_row_that_finds_a_fact_gives_it() {
    let provider = provider(
        r#"title = "T"
verify = "none"
[event]
type = "/type"
[[facts]]
on = ["pay.failed"]
severity = "error"
amount = "/nothing"
[[facts]]
on = ["pay.*"]
topic = "payment"
amount = "/total"
amount_unit = "major"
url = ["https://x.test/{/missing}", "/link"]
[[facts]]
topic = "other"
actor = "/who"
currency = "/cur"
severity = "info"
"#,
    );
    let read = |body: &str| provider.read_unchecked(&HeaderMap::new(), body.as_bytes()).expect("read");
    let failed =
        read(r#"{"type":"pay.failed","total":"12.5","cur":"usd","who":"a\u0000\nb","link":"javascript:alert(1)"}"#);
    assert_eq!(failed.topic, Topic::Payment);
    let facts = Facts {
        actor: Some("a".into()),
        amount: Some(1250),
        currency: Some("USD".into()),
        severity: Some(hookbell_model::event::Severity::Error),
        ..Facts::default()
    };
    assert_eq!(failed.facts, facts);
    let odd = read(r#"{"type":"pay.ok","total":{"x":1},"cur":7,"who":["a"],"link":"https://x.test/a?b=c"}"#);
    assert_eq!(odd.facts.url.as_deref(), Some("https://x.test/a?b=c"));
    assert_eq!((odd.facts.actor, odd.facts.amount, odd.facts.currency), (None, None, None));
}
