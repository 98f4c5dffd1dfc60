//! Expressions and texts, evaluated on a small event.

mod blocks;
mod bounds;
mod filters;
mod grammar;
mod private;
mod rich;

use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use hookbell_model::event::{Event, EventId, Facts, Raw, Severity, Topic};
use hookbell_model::locale::Locale;
use hookbell_model::privacy::Masks;
use hookbell_model::timestamp::Timestamp;

fn event() -> Event {
    Event {
        id: EventId::UNSET,
        source: "shop".into(),
        provider: "generic".into(),
        reference: "ref-1".into(),
        event_type: "order.paid".into(),
        topic: Topic::Payment,
        facts: Facts {
            amount: Some(1234),
            currency: Some("USD".into()),
            severity: Some(Severity::Success),
            ..Facts::default()
        },
        time: Timestamp::from_secs(1_795_255_200),
        received: Timestamp::from_secs(1_795_255_201),
    }
}

fn scope() -> Scope {
    let body = json!({
        "amount": 123_456, "half": 10.5, "words": "a_b *c*", "mail": "someone@example.com", "null": null, "flag": true,
        "empty": "", "list": ["x`y", "@z"], "at": "2026-11-21T10:00:00Z", "lines": "\n  first  \nsecond",
        "url": "https://example.com/a(b)?c=d", "bad": "javascript:alert(1)", "repo": "owner/re po", "long": "é".repeat(300),
        "safe": "https://evil.com", "commits": [1, 2, 3],
    });
    Scope::new(
        &event(),
        &Raw { headers: BTreeMap::from([("x-a".into(), "b".into())]), body: body.to_string().into_bytes() },
    )
}

fn shown(source: &str, place: EscapeContext) -> String {
    let mut texts = Texts::default();
    let text = texts.add(source, place, &[]).unwrap_or_else(|why| panic!("{source}: {why}"));
    texts.render(&text, &scope()).unwrap_or_else(|why| panic!("{source}: {why}")).text
}

#[test]
fn titles_show_what_titles_can_render() {
    for (source, expected) in [
        ("{{ payload.at | ago }}", r"2026-11-21 10:00 UTC"),
        ("{{ payload.words | link(payload.url) }}", r"a\_b \*c\*"),
        ("{{ payload.words | code }}", "`a_b *c*`"),
        ("{{ payload.list | map('code') | join(' ') }}", "`xˋy` `@z`"),
    ] {
        assert_eq!(shown(source, EscapeContext::Title), expected, "{source}");
    }
}

#[test]
fn urls_keep_their_host() {
    for (source, expected) in [
        ("https://a.com/{{ payload.repo }}", "https://a.com/owner%2Fre%20po"),
        ("https://a.com/{{ payload.repo | path }}", "https://a.com/owner/re%20po"),
        ("https://a.com/?q={{ payload.safe }}", "https://a.com/?q=https%3A%2F%2Fevil.com"),
        ("{{ payload.url }}", "https://example.com/a(b)?c=d"),
        ("{{ payload.safe }}/x/{{ payload.repo }}", "https://evil.com//x/owner%2Fre%20po"),
        ("{{ payload.nope }}{{ payload.null }}{{ payload.url }}", "https://example.com/a(b)?c=d"),
        ("{{ payload.bad }}", "javascript%3Aalert%281%29"),
        ("{% if payload.flag %}https://a.com/{{ payload.safe }}{% endif %}", "https://a.com/https%3A%2F%2Fevil.com"),
    ] {
        assert_eq!(shown(source, EscapeContext::Url), expected, "{source}");
    }
}

#[test]
fn a_mistake_is_found_at_load() {
    for (source, place, reported) in [
        ("{{ payload.x | }}", EscapeContext::Block, "syntax error"),
        ("{{ payload.x", EscapeContext::Block, "syntax error"),
        ("{% include 'x' %}", EscapeContext::Block, "unknown statement include"),
        ("{{ payload.x | trunkate(3) }}", EscapeContext::Block, "unknown filter `trunkate`, did you mean `truncate`?"),
        ("{{ payload.x | escape }}", EscapeContext::Block, "unknown filter `escape`"),
        (
            "{% if payload.x is defned %}{% endif %}",
            EscapeContext::Block,
            "unknown test `defned`, did you mean `defined`?",
        ),
        ("{{ payloda.x }}", EscapeContext::Block, "unknown name `payloda`, did you mean `payload`?"),
        ("{{ debug() }}", EscapeContext::Block, "unknown name `debug`"),
        ("{{ event.tpye }}", EscapeContext::Block, "`event` has no `tpye`, did you mean `type`?"),
        ("{{ event.facts.amuont }}", EscapeContext::Block, "`event.facts` has no `amuont`, did you mean `amount`?"),
        ("{{ payload.x.upper() }}", EscapeContext::Block, "`.upper()` is no method here: write `| upper`"),
        ("{{ payload.x.get('y') }}", EscapeContext::Block, "`.get()` is no method here"),
        ("see `{% if event %}{{ payload.x }}{% endif %}`", EscapeContext::Block, "write `{{ value | code }}`"),
        ("[x]({% if event %}{{ payload.x }}{% endif %})", EscapeContext::Block, "write `{{ label | link(url) }}`"),
        ("[x](https://a{{ payload.x }})", EscapeContext::Line, "write a `/` before it"),
        ("{{ payload.x | date('q') }}", EscapeContext::Block, "`date` does not accept `q`"),
        ("{{ payload.x | builtin_concat('q') }}", EscapeContext::Block, "unknown filter `builtin_concat`"),
        ("{{ payload.x ~ }}", EscapeContext::Block, "syntax error"),
        ("ftp://a/b", EscapeContext::Url, "only http and https are allowed"),
        ("javascript:{{ payload.x }}", EscapeContext::Url, "only http and https are allowed"),
        ("https://a.com{{ payload.x }}", EscapeContext::Url, "write a `/` before it"),
    ] {
        let why = Texts::default().add(source, place, &[]).expect_err(source).to_string();
        assert!(why.contains(reported), "{source}: {why}");
    }
    assert!(Condition::parse("payload.x >").is_err());
    assert!(Condition::parse("x %}{% set y = 1").is_err());
}

#[test]
fn missing_values_are_empty_and_reported() {
    let mut texts = Texts::default();
    let text = texts
        .add("a{{ payload.x.y }}{{ payload.null }}{{ payload.x.y | money('usd') }}b", EscapeContext::Block, &[])
        .expect("valid");
    let output = texts.render(&text, &scope()).expect("rendered");
    assert_eq!((output.text.as_str(), output.missing), ("ab", vec!["payload.x.y".to_owned()]));
}

#[test]
fn work_and_size_are_bounded() {
    let mut texts = Texts::default();
    let endless = "{% for a in range(10000) %}{% for b in range(10000) %}{{ b }}{% endfor %}{% endfor %}";
    let text = texts.add(endless, EscapeContext::Block, &[]).expect("valid");
    assert!(texts.render(&text, &scope()).expect_err("too much").to_string().contains("an endless loop?"));
    let deep = "{% for a in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}";
    let text = texts.add(deep, EscapeContext::Block, &[]).expect("valid");
    assert!(texts.render(&text, &scope()).is_err());
    let text = texts.add("{{ payload.long * 100 }}", EscapeContext::Plain, &[]).expect("valid");
    let output = texts.render(&text, &scope()).expect("rendered");
    assert_eq!((output.text.len(), output.text.chars().count() + output.cut), (16 * 1024, 30_000));
}

#[test]
fn conditions_have_the_same_scope_as_templates() {
    let scope = scope();
    for (text, holds) in [
        ("payload.amount >= 1000 and event.topic == 'payment'", true),
        ("payload.nothing.at.all", false),
        ("payload.nothing > 3", false),
        ("payload.list | length == 2", true),
        ("payload.mail is endingwith('example.com')", true),
        ("headers['x-a'] == 'b'", true),
        ("event.severity in ['success', 'info']", true),
        ("event.amount_major > 12 and event.amount_major < 13 and event.amount_major == 12.34", true),
        ("event.facts.amount_major >= 1234 or event.test or event.facts.test", false),
        ("event.currency == 'usd' and event.currency == 'USD' and 'Usd' == event.facts.currency", true),
        ("event.currency != 'usd' or event.currency == 'eur' or event.currency in ['eur', 'gbp']", false),
        ("event.currency in ['eur', 'usd'] and event.currency not in ['eur'] and event.currency is eq('usd')", true),
        ("event.currency == payload.cur | default('usd') and event.currency == 'us' ~ 'd'", true),
    ] {
        assert_eq!(Condition::parse(text).expect(text).holds(&scope), Ok(holds), "{text}");
    }
    for (text, holds) in [
        ("payload.words ~ '!' == 'a_b *c*!'", true),
        (
            "(1 + 2 * 3) ~ '' == '7' and 1 + 2 * 3 - 1 == 6 and 2 ** 3 * 2 == 16 and -2 * -3 == 6 and 7 % 4 * 2 == 6",
            true,
        ),
        ("not payload.amount * 2 is odd and payload.amount + 1 is odd and 1.5e+1 + 1 == 16 and 0.5 * 3 == 1.5", true),
        ("('a' * 3 + 'b' if payload.flag else 'c' ~ 'd') == 'aaab' and 2 * 3 ~ 1 == '61' and 2 * 'ab' == 'abab'", true),
        ("[1] + [2] == [1, 2] and payload.words[0:3] ~ payload.words[::-1][0:1] == 'a_b*'", true),
        ("true * 2 == 2 and true * -0.5 == -0.5 and true + 1.5 == 2.5", true),
        ("payload.nothing ~ payload.null ~ 'x' == 'x'", true),
        ("{'a': 1 + 1}['a'] * payload.list[1 - 1 + 0] == 'x`yx`y'", true),
    ] {
        assert_eq!(Condition::parse(text).expect(text).holds(&scope), Ok(holds), "{text}");
    }
    for text in ["payload.words + 1", "payload.list * 2", "payload.words * payload.words", "payload + payload"] {
        assert!(Condition::parse(text).expect("valid").holds(&scope).is_err(), "{text}");
    }
}

#[test]
fn a_body_that_is_not_json_gives_no_payload() {
    for body in [&b""[..], b"\xff\xfe", b"{\"a\":", "[".repeat(100_000).as_bytes()] {
        let event = Event { ..event_of("x") };
        let scope = Scope::new(&event, &Raw { body: body.to_vec(), ..Raw::default() });
        assert!(scope.lookup("payload").is_none());
        assert_eq!(Condition::parse("payload.a.b").expect("valid").holds(&scope), Ok(false));
    }
}

fn event_of(kind: &str) -> Event {
    Event {
        id: EventId(7),
        source: "s".into(),
        provider: "p".into(),
        reference: String::new(),
        event_type: kind.into(),
        topic: Topic::Other,
        facts: Facts::default(),
        time: Timestamp(0),
        received: Timestamp(0),
    }
}

#[test]
fn private_data_is_masked_before_any_template() {
    let event = Event {
        facts: Facts { actor: Some("ada@example.com".into()), ..Facts::default() },
        ..event_of("login:ada@example.com")
    };
    let body = json!({
        "mail": "ada@example.com", "deep": [{ "ada@example.com": ["from 203.0.113.7"] }], "card": 4_242_424_242_424_242_u64,
    });
    let raw = Raw {
        headers: BTreeMap::from([("x-user".into(), "ada@example.com".into())]),
        body: body.to_string().into_bytes(),
    };
    let shown = |masks: Option<&[&str]>, source: &str| {
        let masks = masks.map(|kinds| Masks::parse(kinds).expect("kinds"));
        let scope = Scope::seen_by(&event, &raw, &View { masks, ..View::default() });
        let mut texts = Texts::default();
        let text = texts.add(source, EscapeContext::Plain, &[]).expect("a text");
        texts.render(&text, &scope).expect("rendered").text
    };
    let whole =
        "{{ payload }} {{ headers }} {{ event.type }} {{ event.actor }} {{ event.facts }} {{ payload.mail | raw }}";
    let open = shown(None, whole);
    assert!(open.contains("ada@") && open.contains("113.7") && open.contains("4242424242424242"), "{open}");
    let covered = shown(Some(&["email", "ip", "card"]), whole);
    assert!(!["ada@", "113.7", "424242424242"].iter().any(|part| covered.contains(part)), "{covered}");
    assert!(covered.contains("a•••@example.com") && covered.contains("••• 4242"), "{covered}");
    assert!(shown(Some(&["ip"]), whole).contains("ada@example.com"));
    let masked = "{{ payload.mail | mask }}";
    assert_eq!(shown(None, masked), "a•••@example.com");
    assert_eq!(shown(Some(&["email"]), masked), "a•••@example.com");
    assert_eq!(shown(Some(&[]), masked), "ada@example.com");
    // A name that is no identifier cannot be written, so the view cannot be read.
    assert!(Texts::default().add("{{ view }}", EscapeContext::Plain, &[]).is_err());
}

#[test]
fn a_condition_may_ask_for_branch_labels_author_and_bots() {
    let facts = Facts {
        author: Some("ada".into()),
        branch: Some("release/1.4".into()),
        labels: vec!["bug".into(), "security".into()],
        bot: true,
        ..Facts::default()
    };
    let scope = Scope::new(&Event { facts, ..event_of("push") }, &Raw::default());
    let without = Scope::new(&event_of("push"), &Raw::default());
    for (text, holds, holds_without) in [
        ("event.branch is matching('release/*')", true, false),
        ("event.branch is matching(['main', 'release/?.4'])", true, false),
        ("event.branch is matching('release')", false, false),
        ("event.branch is matching([])", false, false),
        ("event.branch is not matching('main')", true, true),
        ("'security' in event.labels and event.facts.labels | length == 2", true, false),
        ("'lamp' in event.labels", false, false),
        ("event.author in ['ada', 'grace']", true, false),
        ("event.bot", true, false),
    ] {
        assert_eq!(Condition::parse(text).expect(text).holds(&scope), Ok(holds), "{text}");
        assert_eq!(Condition::parse(text).expect(text).holds(&without), Ok(holds_without), "without: {text}");
    }
    let long = format!("('a' * 100000) is matching('{}b')", "*a".repeat(500));
    assert!(Condition::parse(&long).expect("valid").holds(&scope).is_err(), "what takes too long is refused");
}
