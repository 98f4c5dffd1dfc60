//! What is masked and what is left alone, in texts as messages have them.

use super::*;
use crate::event::{EventId, Topic};
use crate::timestamp::Timestamp;

fn masked(kinds: &[&str], text: &str) -> String {
    Masks::parse(kinds).expect("kinds").text(text).into_owned()
}

#[test]
fn every_kind_is_masked_at_any_position() {
    for (kind, text, shown) in [
        ("email", "ada@example.com", "a•••@example.com"),
        (
            "email",
            "from Ada <ada.l+x@mail.example.co.uk>, to bob@example.com.",
            "from Ada <a•••@mail.example.co.uk>, to b•••@example.com.",
        ),
        ("email", "mailto:ada@example.com?subject=x", "mailto:a•••@example.com?subject=x"),
        ("email", "ä.ö@exämple.de", "ä•••@exämple.de"),
        ("email", "\"a b\"@example.com", "a•••@example.com"),
        ("email", "ada\u{200b}@exa\u{ad}mple.com", "a•••@example.com"),
        ("email", "a@b.co@c.de", "a•••@b.co@c.de"),
        ("ip", "login from 203.0.113.7.", "login from 203.0.•••.•••."),
        ("ip", "203.0.113.7:8080/x", "203.0.•••.•••:8080/x"),
        ("ip", "[2001:db8::1]:443", "[2001:db8:•••]:443"),
        ("ip", "at 2001:db8:0:0:0:0:0:1, ::1 and ::ffff:10.0.0.1", "at 2001:db8:•••, 0:0:••• and 0:0:•••"),
        ("card", "4242424242424242", "••• 4242"),
        ("card", "card 4242 4242 4242 4242, ok", "card ••• 4242, ok"),
        ("card", "2026-11-21 5555-5555-5555-4444", "2026-11-21 ••• 4444"),
        ("card", "378282246310005 and 4222222222222", "••• 0005 and ••• 2222"),
        ("token", "key sk_live_abcdefghijklmnop1234 leaked", "key sk_live_••• leaked"),
        ("token", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "ghp_•••"),
        ("token", "xoxb-123456789012-abcdefABCDEF", "xoxb-•••"),
        ("token", "Authorization: Bearer abcdefghijklmnopqrstuvwxyz", "Authorization: Bearer •••"),
        ("token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", "•••"),
        ("token", "x=aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE", "•••"),
        ("token", "postgres://app:hunter2@db/x", "postgres://app:•••@db/x"),
    ] {
        assert_eq!(masked(&[kind], text), shown, "{text}");
    }
}

#[test]
fn what_only_looks_private_is_left_alone() {
    for text in [
        "@everyone",
        "ada@localhost",
        "a @ b.com",
        "@dependabot[bot]",
        "v1.2.3.4",
        "1.2.3.4.5",
        "256.1.1.1",
        "10:30:15",
        "std::fmt",
        "aa:bb:cc:dd:ee:ff",
        "4242424242424241",
        "1795255200000",
        "pi_4242424242424242",
        "order 12345",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "550e8400-e29b-41d4-a716-446655440000",
        "sk_live_",
        "sk-learn",
        "evt_1NG8Du2eZvKYlo2CUI79vXWy",
        "https://example.com/a/b?c=d#e",
        "Bearer bonds",
        "basic plan",
        "ConfigurationManagerFactoryBeanProvider2026Implementation",
        "👩\u{200d}👩\u{200d}👧",
        "",
    ] {
        assert_eq!(Masks::all().text(text), text);
    }
    assert_eq!(Masks::default().text("ada@example.com"), "ada@example.com");
}

#[test]
fn long_texts_take_time_in_proportion() {
    for piece in ["a@", "@", "a@b.", "1.", "1:", "::", "4 ", "4242-", "ab", "sk_live_", "://a:", "\"@", "•"] {
        let text = piece.repeat(1_000_000 / piece.len());
        assert!(!Masks::all().text(&text).is_empty());
    }
}

#[test]
fn kinds_are_words_in_the_store_and_in_the_config() {
    let masks = Masks::parse(["ip", "email"]).expect("kinds");
    assert_eq!(serde_json::to_string(&masks).expect("JSON"), r#"["email","ip"]"#);
    assert_eq!(serde_json::from_str::<Masks>(r#"["ip","email"]"#).expect("masks"), masks);
    let unknown = Masks::parse(["emial"]).expect_err("a slip").to_string();
    assert_eq!(unknown, "`emial` cannot be masked, did you mean `email`?");
    assert!(Masks::parse([""; 0]).expect("none").is_empty());
}

#[test]
fn an_event_is_masked_in_all_its_texts() {
    let event = Event {
        id: EventId(7),
        source: "s".into(),
        provider: "p".into(),
        reference: "ada@example.com".into(),
        event_type: "login".into(),
        topic: Topic::Other,
        facts: Facts {
            actor: Some("Ada <ada@example.com>".into()),
            author: Some("ada@example.com".into()),
            branch: Some("for/ada@example.com".into()),
            labels: vec!["of ada@example.com".into()],
            subject: Some("from 203.0.113.7".into()),
            url: Some("https://example.com/?m=ada@example.com".into()),
            amount: Some(3),
            ..Facts::default()
        },
        time: Timestamp(0),
        received: Timestamp(0),
    };
    let masked = Masks::parse(["email", "ip"]).expect("kinds").event(&event);
    let printed = format!("{masked:?}");
    assert!(!printed.contains("ada@") && !printed.contains("113.7"), "{printed}");
    assert_eq!(masked.facts.amount, Some(3));
}
