//! Discord's own JSON, valid and with common mistakes.

use serde_json::{Value, json};

use crate::message::{Author, Button, Embed, Field, Footer, Message, Poll};

fn read(body: &Value) -> (Message, Vec<String>) {
    let (message, notes) = Message::from_json(body).expect("an object");
    (message, notes.iter().map(ToString::to_string).collect())
}

fn notes(body: &Value) -> Vec<String> {
    read(body).1
}

#[test]
fn a_whole_body_becomes_the_message_it_describes() {
    let body = json!({
        "content": "hi",
        "username": "Stripe",
        "avatar_url": "https://example.com/a.png",
        "tts": true,
        "flags": 4 | 4096,
        "thread_name": "A post",
        "applied_tags": ["42", 43],
        "allowed_mentions": { "parse": [] },
        "embeds": [{
            "type": "rich",
            "title": "t",
            "url": "https://example.com/",
            "description": "d",
            "color": 0x58_65F2,
            "timestamp": "2026-01-02T03:04:05Z",
            "author": { "name": "a", "url": "https://example.com/a", "icon_url": "https://example.com/i" },
            "footer": { "text": "f", "icon_url": "https://example.com/f" },
            "image": { "url": "https://example.com/image" },
            "thumbnail": { "url": "https://example.com/thumbnail" },
            "fields": [{ "name": "n", "value": "v", "inline": true }, { "name": "n", "value": 5 }],
        }],
        "components": [{ "type": 1, "components": [
            { "type": 2, "style": 5, "label": "Open", "url": "https://example.com/b" },
        ] }],
        "poll": {
            "question": { "text": "Ship it?" },
            "answers": [{ "poll_media": { "text": "Yes" } }, { "poll_media": { "text": "No" } }],
            "allow_multiselect": true,
        },
    });
    let field = |value: &str, inline| Field { name: "n".into(), value: value.into(), inline, ..Field::default() };
    let at = |path: &str| format!("https://example.com/{path}");
    let expected = Message {
        content: "hi".into(),
        username: "Stripe".into(),
        avatar_url: at("a.png"),
        tts: true,
        silent: true,
        suppress_embeds: true,
        thread: "A post".into(),
        tags: vec!["42".into(), "43".into()],
        embeds: vec![Embed {
            title: "t".into(),
            url: at(""),
            description: "d".into(),
            color: Some(0x58_65F2),
            timestamp: "2026-01-02T03:04:05Z".into(),
            author: Author { name: "a".into(), url: at("a"), icon_url: at("i") },
            footer: Footer { text: "f".into(), icon_url: at("f") },
            image: at("image"),
            thumbnail: at("thumbnail"),
            fields: vec![field("v", true), field("5", false)],
            ..Embed::default()
        }],
        buttons: vec![Button { label: "Open".into(), url: at("b") }],
        poll: Some(Poll {
            question: "Ship it?".into(),
            answers: vec!["Yes".into(), "No".into()],
            hours: 24,
            multiselect: true,
        }),
        ..Message::default()
    };
    assert_eq!(read(&body), (expected, Vec::new()));
}

#[test]
fn what_cannot_be_carried_is_reported_with_its_path() {
    let body = json!({
        "contnet": "x",
        "zzz": 1,
        "nothing": null,
        "attachments": [],
        "allowed_mentions": { "parse": ["everyone"] },
        "flags": 64,
        "embeds": [
            { "titel": "x", "video": { "url": "x" }, "image": { "url": "x", "height": 5 } },
            "an embed",
            { "fields": [{ "name": "a", "vlaue": "b" }, 7], "author": { "nmae": "x" } },
        ],
        "components": [
            { "type": 1, "components": [
                { "type": 2, "style": 1, "label": "x", "custom_id": "y" },
                { "type": 2, "style": 5, "label": "x", "url": "https://example.com/", "emoji": {} },
                { "type": 2, "style": 5, "label": "x" },
            ] },
            { "type": 17 },
        ],
    });
    let mut printed = notes(&body);
    printed.sort();
    let mut expected = [
        "contnet: unknown, did you mean `content`?",
        "zzz: unknown",
        "attachments: ignored, files cannot be sent",
        "allowed_mentions: ignored, only a route's `mention` pings",
        "flags: only 4 (no embeds) and 4096 (silent) are carried",
        "embeds[0].titel: unknown, did you mean `title`?",
        "embeds[0].video: ignored, Discord sets it itself",
        "embeds[0].image.height: ignored, Discord sets it itself",
        "embeds[1]: left out, must be a table, not a text",
        "embeds[2].author.nmae: unknown, did you mean `name`?",
        "embeds[2].fields[0].vlaue: unknown, did you mean `value`?",
        "embeds[2].fields[1]: left out, must be a table, not a number",
        "components[0].components[0]: left out, only rows (`type` 1) of link buttons (`type` 2, `style` 5) are carried",
        "components[0].components[1].emoji: not carried",
        "components[0].components[2]: left out, a link button needs a `url`",
        "components[1]: left out, only rows (`type` 1) of link buttons (`type` 2, `style` 5) are carried",
    ];
    expected.sort_unstable();
    assert_eq!(printed, expected);
}

#[test]
fn what_a_template_makes_text_is_read_all_the_same() {
    let body = json!({
        "content": 5,
        "tts": "True",
        "flags": " 4096 ",
        "poll": { "question": "Ship it?", "answers": ["Yes", 2], "duration": "9999999999" },
        "embeds": [{ "color": "#5865f2", "author": "a", "image": "https://example.com/i" }, { "color": "16" }],
    });
    let (message, printed) = read(&body);
    assert_eq!(printed, Vec::<String>::new());
    assert_eq!((message.content.as_str(), message.tts, message.silent), ("5", true, true));
    assert_eq!((message.embeds[0].color, message.embeds[1].color), (Some(0x58_65F2), Some(16)));
    assert_eq!((&*message.embeds[0].author.name, &*message.embeds[0].image), ("a", "https://example.com/i"));
    let poll = message.poll.expect("a poll");
    assert_eq!((poll.answers, poll.hours), (vec!["Yes".to_owned(), "2".to_owned()], u32::MAX));
    for wrong in [json!("red"), json!(-1), json!(1.5), json!(1_u64 << 40), json!([1]), json!("#é")] {
        let (message, printed) = read(&json!({ "embeds": [{ "color": wrong }] }));
        assert_eq!((message.embeds[0].color, printed.len()), (None, 1), "{printed:?}");
    }
}

#[test]
fn wrong_kinds_are_reported_and_never_fatal() {
    for body in [json!(null), json!([]), json!("x"), json!(5), json!(true)] {
        assert!(Message::from_json(&body).is_err());
    }
    let keys = [
        "content",
        "username",
        "avatar_url",
        "tts",
        "embeds",
        "components",
        "flags",
        "thread_name",
        "applied_tags",
        "poll",
        "allowed_mentions",
    ];
    for key in keys {
        let printed = notes(&json!({ key: [[{}]] })).concat() + &notes(&json!({ key: { "x": [] } })).concat();
        assert!(printed.contains(key), "{key}: {printed}");
        assert_eq!(notes(&json!({ key: null })), Vec::<String>::new());
    }
}

#[test]
fn a_body_of_nothing_but_mistakes_is_reported_briefly() {
    let mut body = json!({ "x".repeat(1_000_000): 1 });
    for at in 0..100 {
        body[format!("key{at}")] = json!(1);
    }
    let printed = notes(&body);
    assert_eq!(printed.last().map(String::as_str), Some("and 81 more"));
    assert!(printed.iter().all(|note| note.len() < 100));
}
