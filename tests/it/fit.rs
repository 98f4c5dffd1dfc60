//! Any message, once fitted, is accepted by the independent validators, and its notes are true.

mod cuts;

use hookbell_model::delivery::Mention;
use hookbell_model::message::{Author, Button, Embed, Field, Fit, FitMode, Footer, Message, Poll, Shrink};
use hookbell_model::note::{MessagePart, Note};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::judge::{judge_patch, judge_post};

/// Texts with lengths near limits, of problematic characters.
fn text() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "a",
        "word ",
        "é",
        "e\u{301}",
        "👩‍👩‍👧",
        "\0",
        "\n",
        " ",
        "\\",
        "\\*",
        "\\\\",
        "`",
        "```",
        "```json\n",
        "**",
        "||",
        "[",
        "](",
        ")",
        "[label](https://example.com/a)",
        "<t:1700000000:R>",
        "<@&123>",
        "<",
        "https://example.com/x",
        "@everyone",
        "\u{200b}",
        "\u{202e}",
        "discord",
        "#",
        ":",
        "\u{85}",
        "\u{3000}",
        "a line of a log\n",
        "    at frame (file.rs:1:2)\n",
        "\n\n",
        "```\n",
        "``",
        "a`b",
        "`a\n`",
        "~~",
        "__",
        "**bold** ",
        "> ",
        "# ",
    ]);
    let lengths = prop::sample::select(vec![
        0usize, 1, 2, 79, 80, 81, 255, 256, 257, 300, 1023, 1024, 1025, 1999, 2000, 2001, 2047, 2048, 2049, 4095, 4096,
        4097, 6001,
    ]);
    let repeated =
        (parts.clone(), lengths.clone()).prop_map(|(part, length)| part.chars().cycle().take(length).collect());
    let mixed =
        (vec(parts, 1..40), lengths).prop_map(|(parts, length)| parts.concat().chars().cycle().take(length).collect());
    prop_oneof![
        4 => ".{0,60}",
        4 => repeated,
        4 => mixed,
        1 => Just("long ".repeat(20_000)),
    ]
}

fn how() -> impl Strategy<Value = Fit> {
    let shrink = prop::option::of((1i64..=9).prop_map(|number| Shrink::try_from(number).expect("1 to 9")));
    let min = prop::option::of(prop_oneof![0usize..5000, Just(usize::MAX)]);
    (prop::sample::select(FitMode::ALL.to_vec()), shrink, min).prop_map(|(mode, shrink, min)| Fit { mode, shrink, min })
}

fn link() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("https://example.com/".to_owned()),
        prop_oneof![1usize..2100, 490usize..495, 2026usize..2031]
            .prop_map(|length| format!("https://example.com/{}", "a".repeat(length))),
        prop::sample::select(vec![
            "http://localhost:3000/",
            "javascript:alert(1)",
            "https://a b",
            "https://exa%mple.com/",
            "https://example.com/%zz",
            "https://bücher.example/ä?ö#ü#ß",
            "HTTPS://EXAMPLE.COM",
            "https://u:p@example.com/",
            "https://[::1]/",
            "data:,x",
            "https://1.2.3/",
            "https://-.-/",
            "//example.com",
            "https://example.com:99999/",
            "https://example.com/{a}\\b^`|",
            "https://xn--a.example/",
            "http://0x7f.1/",
            "https://example..com/",
            "attachment://x.png",
            "https://a.b\n",
        ])
        .prop_map(str::to_owned),
        "https?://.{0,30}",
    ]
}

fn embed() -> impl Strategy<Value = Embed> {
    let field = (text(), text(), any::<bool>()).prop_map(|(name, value, inline)| Field {
        name,
        value,
        inline,
        ..Field::default()
    });
    let plain = (Just("a"), Just("b")).prop_map(|(a, b)| Field {
        name: a.into(),
        value: b.into(),
        inline: true,
        ..Field::default()
    });
    let fields = prop_oneof![3 => vec(field, 0..4), 1 => vec(plain, 20..60)];
    let color = prop::option::of(prop_oneof![any::<u32>(), 0u32..0x100_0001]);
    let timestamp = prop::sample::select(vec![
        "",
        "now",
        "2026-01-02T03:04:05Z",
        "2026-01-02 03:04:05Z",
        "2026-01-02t03:04:05z",
        "2026-13-02T03:04:05Z",
        "2026-01-02T03:04:05.123456789+14:00",
        "2026-06-30T23:59:60Z",
        "0000-01-01T00:00:00Z",
    ]);
    let texts = (text(), text(), text(), text());
    (texts, (link(), link(), link()), fields, color, timestamp, how()).prop_map(
        |(texts, links, fields, color, timestamp, description_fit)| Embed {
            title: texts.0,
            description: texts.1,
            author: Author { name: texts.2, url: links.1.clone(), icon_url: links.2.clone() },
            footer: Footer { text: texts.3, icon_url: links.2 },
            thumbnail: links.1,
            image: links.0.clone(),
            url: links.0,
            fields,
            color,
            timestamp: timestamp.to_owned(),
            description_fit,
        },
    )
}

fn message() -> impl Strategy<Value = Message> {
    let embeds = prop_oneof![2 => vec(embed(), 0..3), 1 => vec(embed(), 3..16)];
    let button = (text(), link()).prop_map(|(label, url)| Button { label, url });
    let plain = Just(Button { label: "Open".into(), url: "https://example.com/".into() });
    let buttons = prop_oneof![2 => vec(button, 0..3), 1 => vec(plain, 0..31)];
    let mention = prop_oneof![
        (0u64..300).prop_map(|id| Mention::Role(id.to_string())),
        prop_oneof![0u64..300, any::<u64>()].prop_map(|id| Mention::User(id.to_string())),
        Just(Mention::Everyone),
        Just(Mention::Here),
    ];
    let mentions = prop_oneof![3 => vec(mention.clone(), 0..3), 1 => vec(mention, 90..250)];
    let tag = prop_oneof![3 => "[0-9]{1,21}", 1 => text()];
    let forum = (prop_oneof![Just(String::new()), text()], vec(tag, 0..8));
    let poll = (text(), vec(text(), 0..13), any::<u32>(), any::<bool>())
        .prop_map(|(question, answers, hours, multiselect)| Poll { question, answers, hours, multiselect });
    let hint = prop_oneof![Just(String::new()), Just("/events show k3f9x2mq".to_owned()), text()];
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let post = (forum, prop::option::of(poll), flags, hint);
    let texts = (text(), link(), text(), how());
    (texts, embeds, buttons, mentions, post).prop_map(
        |((username, avatar_url, content, content_fit), embeds, buttons, mention, (forum, poll, flags, rest_hint))| {
            let ((thread, tags), (silent, suppress_embeds, tts)) = (forum, flags);
            Message {
                username,
                avatar_url,
                content,
                content_fit,
                embeds,
                actions: Vec::new(),
                buttons,
                mention,
                silent,
                suppress_embeds,
                tts,
                thread,
                tags,
                files: Vec::new(),
                poll,
                rest_hint,
            }
        },
    )
}

/// Any JSON, with Discord's own keys among the others.
fn anything() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec![
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
        "title",
        "description",
        "color",
        "author",
        "footer",
        "fields",
        "image",
        "name",
        "value",
        "text",
        "url",
        "type",
        "style",
        "label",
        "question",
        "answers",
        "poll_media",
        "duration",
        "strange",
    ]);
    let numbers = prop::sample::select(vec![json!(1), json!(2), json!(5), json!(-1), json!(1.5), json!(u64::MAX)]);
    let leaf = prop_oneof![
        3 => text().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        2 => numbers,
    ];
    leaf.prop_recursive(5, 60, 8, move |inner| {
        prop_oneof![
            1 => vec(inner.clone(), 0..4).prop_map(Value::from),
            3 => prop::collection::hash_map(key.clone(), inner, 0..8)
                .prop_map(|map| map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_fitted_message_is_one_that_discord_takes(mut message in message()) {
        hookbell_template::fit::fit_message(&mut message);
        judge_post(&message.to_post());
        judge_patch(&message.to_patch());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_json_is_read_becomes_a_message_that_discord_takes(body in anything()) {
        if let Ok((mut message, _)) = Message::from_json(&body) {
            hookbell_template::fit::fit_message(&mut message);
            judge_post(&message.to_post());
            judge_patch(&message.to_patch());
        }
    }

    #[test]
    fn what_is_written_is_read_again(mut message in message()) {
        message.mention.clear();
        hookbell_template::fit::fit_message(&mut message);
        // Names that the destination lacks are not written, nor are tags without a post.
        hookbell_template::fit::name_tags(&mut message, |_| None);
        if message.thread.is_empty() {
            message.tags.clear();
        }
        let (read, notes) = Message::from_json(&message.to_post()).expect("an object");
        prop_assert!(notes.is_empty(), "{:?}", notes);
        // How a text is cut is not part of the body.
        let mut plain = Message { rest_hint: String::new(), content_fit: Fit::default(), ..message };
        for embed in &mut plain.embeds {
            embed.description_fit = Fit::default();
            embed.fields.iter_mut().for_each(|field| field.fit = Fit::default());
        }
        prop_assert_eq!(read, plain);
    }

    #[test]
    fn the_hint_shows_when_something_is_missing_and_only_then(mut message in message()) {
        const HINT: &str = "/events show k3f9x2mq";
        message.rest_hint = HINT.to_owned();
        message.mention.clear();
        let notes = hookbell_template::fit::fit_message(&mut message);
        let is_less = notes.iter().any(|note| match note {
            Note::Cut { part, .. } => *part != MessagePart::Username,
            Note::TooMany { part, .. } => *part != MessagePart::Tags,
            Note::LeftOut { .. } => true,
            _ => false,
        });
        prop_assert_eq!(message.to_post().to_string().contains(HINT), is_less, "{:?}", notes);
        prop_assert_eq!(message.rest_hint.is_empty(), is_less);
    }

    #[test]
    fn fitting_twice_changes_nothing(mut message in message()) {
        hookbell_template::fit::fit_message(&mut message);
        let once = message.clone();
        let notes = hookbell_template::fit::fit_message(&mut message);
        prop_assert_eq!(&message, &once);
        prop_assert!(notes.is_empty(), "{:?}", notes);
    }
}
