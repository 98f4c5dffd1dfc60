//! Whatever a message holds: once fitted, the independent judges take it, and what it tells is true.

use hookbell_model::delivery::Mention;
use hookbell_model::message::{Author, Button, Embed, Field, Fit, FitMode, Footer, Message, Poll, Shrink};
use hookbell_model::note::{Lost, MessagePart, Note};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::judge::{judge_patch, judge_post};

/// Texts of the lengths where limits are, of the characters that make trouble.
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
                buttons,
                mention,
                silent,
                suppress_embeds,
                tts,
                thread,
                tags,
                poll,
                rest_hint,
            }
        },
    )
}

const WELL_FORMED: [&str; 11] = [
    "word",
    "a longer line of a log",
    "`code with words in it`",
    "``a`b c`d``",
    "```json\n{ \"a\": 1,\n  \"b\": 2 }\n```",
    "```\nfirst line\n\nthird line\n```",
    "**bold words**",
    "__under **bold too** line__",
    "||a spoiler||",
    "[a label](https://example.com/a/b)",
    "<t:1700000000:R>",
];

/// Says what stands half open in a text made of the parts above.
fn well_formed(text: &str) -> Result<(), String> {
    let is_even = |text: &str, mark: &str| text.matches(mark).count().is_multiple_of(2);
    if !is_even(text, "```") {
        return Err("a code block".to_owned());
    }
    let prose: String = text.split("```").step_by(2).collect();
    if !is_even(&prose, "``") {
        return Err("a code span of two".to_owned());
    }
    let prose: String = prose.split("``").step_by(2).collect();
    if !is_even(&prose, "`") {
        return Err("a code span".to_owned());
    }
    let prose: String = prose.split('`').step_by(2).collect();
    let marks = ["**", "__", "||"].into_iter().filter(|mark| !is_even(&prose, mark)).collect::<Vec<_>>();
    let links = prose.replace("[a label](https://example.com/a/b)", "").replace("<t:1700000000:R>", "");
    let rest = links.find(['[', ']', '(', ')', '<', '>']).map(|_| "a link or a timestamp");
    marks.into_iter().chain(rest).next().map_or(Ok(()), |open| Err(open.to_owned()))
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
        // Names that no destination knows are not written, nor are tags of what is no post.
        hookbell_template::fit::name_tags(&mut message, |_| None);
        if message.thread.is_empty() {
            message.tags.clear();
        }
        let (read, notes) = Message::from_json(&message.to_post()).expect("an object");
        prop_assert!(notes.is_empty(), "{:?}", notes);
        // How a text gives way is not told to Discord.
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

    #[test]
    fn whole_lines_are_kept_and_the_others_counted(lines in vec("[a-z ]{0,30}[a-z]|", 1..600), min in 0usize..400) {
        let text = format!("first\n{}", lines.join("\n")).trim().to_owned();
        let fit = Fit { mode: FitMode::Lines, min: Some(min), shrink: None };
        let field = Field { name: "a".into(), value: text.clone(), fit, ..Field::default() };
        let embeds = vec![Embed { fields: vec![field; 8], ..Embed::default() }];
        let mut message = Message { embeds, ..Message::default() };
        hookbell_template::fit::fit_message(&mut message);
        for field in &message.embeds[0].fields {
            let Some((kept, told)) = field.value.rsplit_once("\n… and ") else {
                prop_assert_eq!(&field.value, &text);
                continue;
            };
            prop_assert!(text.starts_with(&format!("{kept}\n")), "{}", field.value);
            let missing: usize = told.split(' ').next().expect("a number").replace(',', "").parse().expect("a number");
            prop_assert_eq!(missing + kept.lines().count(), text.lines().count());
        }
    }

    #[test]
    fn beginning_and_end_are_kept_and_what_is_between_counted(text in "([a-zé👍 \n]|\\\\[*_~`>]){900,6000}") {
        let text = text.trim().to_owned();
        let content_fit = Fit { mode: FitMode::Middle, ..Fit::default() };
        let mut message = Message { content: text.clone(), content_fit, ..Message::default() };
        let notes = hookbell_template::fit::fit_message(&mut message);
        let Some((kept, tail)) = message.content.split_once("… ") else {
            prop_assert_eq!(&message.content, &text);
            return Ok(());
        };
        let (told, tail) = tail.split_once(" left out …").expect("both ends of the line");
        let (head, tail) = (kept.trim_end(), tail.get(1..).expect("a blank"));
        prop_assert!(text.starts_with(head) && text.ends_with(tail));
        let seen = |text: &str| text.chars().count() - text.matches('\\').count();
        let missing: usize = told.split(' ').next().expect("a number").replace(',', "").parse().expect("a number");
        prop_assert_eq!(missing, seen(&text) - seen(head) - seen(tail));
        prop_assert_eq!(&notes, &[Note::Cut { part: MessagePart::Content, lost: Lost::Characters(missing) }]);
        let (head, tail) = (head.chars().count(), tail.chars().count());
        prop_assert!(head > 500 && tail > 500 && head + tail > 1500, "{} {}", head, tail);
    }

    /// Judged by a reader that knows no more of markdown than what was written here.
    #[test]
    fn nothing_well_formed_is_left_half_open(
        parts in vec(prop::sample::select(WELL_FORMED.to_vec()), 100..900),
        line in any::<bool>(),
        mode in prop::sample::select(FitMode::ALL.to_vec()),
    ) {
        let text = parts.join(if line { "\n" } else { " " });
        let content_fit = Fit { mode, ..Fit::default() };
        let mut message = Message { content: text.clone(), content_fit, ..Message::default() };
        hookbell_template::fit::fit_message(&mut message);
        if let Err(why) = well_formed(&message.content) {
            prop_assert!(false, "{}: {}", why, message.content);
        }
    }

    /// Letters, blanks and escapes: what a reader sees can be counted without reading markdown.
    #[test]
    fn what_is_told_to_be_missing_is_what_is_missing(
        text in "([a-zé👍 ]|\\\\[*_~`>]){900,6000}",
        place in 0usize..3,
    ) {
        let text = text.trim().to_owned();
        let field = Field { name: "a".into(), value: text.clone(), ..Field::default() };
        let mut message = match place {
            0 => Message { content: text.clone(), ..Message::default() },
            1 => Message { embeds: vec![Embed { description: text.clone(), ..Embed::default() }], ..Message::default() },
            _ => Message { embeds: vec![Embed { fields: vec![field], ..Embed::default() }], ..Message::default() },
        };
        let notes = hookbell_template::fit::fit_message(&mut message);
        let shown = match place {
            0 => &message.content,
            1 => &message.embeds[0].description,
            _ => &message.embeds[0].fields[0].value,
        };
        let Some((kept, told)) = shown.rsplit_once("… and ") else {
            prop_assert_eq!(shown, &text);
            prop_assert!(notes.is_empty());
            return Ok(());
        };
        prop_assert!(text.starts_with(kept));
        let seen = |text: &str| text.replace("\\*", "x").replace("\\_", "x").replace("\\~", "x").replace("\\`", "x").replace("\\>", "x").chars().count();
        let missing: usize = told.split(' ').next().expect("a number").replace(',', "").parse().expect("a number");
        prop_assert_eq!(missing, seen(&text) - seen(kept));
        prop_assert!(kept.chars().rev().take_while(|c| *c == '\\').count() % 2 == 0, "a lone backslash: {}", kept);
        prop_assert_eq!(notes.len(), 1);
        prop_assert!(matches!(notes[0], Note::Cut { lost: Lost::Characters(cut), .. } if cut == missing), "{:?}", notes);
    }
}
