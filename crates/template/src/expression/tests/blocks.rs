//! What Slack's blocks and attachments become: the shapes of its reference, and any others.

use super::*;
use proptest::prelude::*;
use serde_json::Value as Json;

fn shown_in(blocks: &Json, filter: &str, place: EscapeContext) -> String {
    let raw = Raw { body: json!({ "it": blocks }).to_string().into_bytes(), ..Raw::default() };
    let mut texts = Texts::default();
    let source = texts.add(&format!("{{{{ payload.it | {filter} }}}}"), place, &[]).expect("a text");
    texts.render(&source, &Scope::new(&event_of("x"), &raw)).expect("rendered").text
}

fn shown(blocks: &Json) -> String {
    shown_in(blocks, "mrkdwn", EscapeContext::Block)
}

fn rich_text(elements: &Json) -> Json {
    json!({ "type": "rich_text", "elements": elements })
}

#[test]
fn rich_text_keeps_its_shape() {
    let section = |elements: Json| json!({ "type": "rich_text_section", "elements": elements });
    let text = |text: &str| json!({ "type": "text", "text": text });
    let bold = |text: &str| json!({ "type": "text", "text": text, "style": { "bold": true } });
    for (elements, expected) in [
        (json!([section(json!([text("one\ntwo *not bold*")]))]), "one\ntwo \\*not bold\\*"),
        (json!([section(json!([bold("a "), bold("b"), text(" c")]))]), "**a b** c"),
        (json!([section(json!([bold(" a\nb ")]))]), " **a**\n**b** "),
        (
            json!([section(json!([
                { "type": "text", "text": "all", "style": { "bold": true, "italic": true, "strike": true, "code": true } },
                { "type": "text", "text": " under", "style": { "underline": true } }
            ]))]),
            "***~~`all`~~*** __under__",
        ),
        (
            json!([section(json!([
                { "type": "user", "user_id": "U1" }, text(" "), { "type": "emoji", "name": "tada", "unicode": "1f389" }, text(" "),
                { "type": "link", "url": "https://example.org/x", "text": "the build" }, text(" "),
                { "type": "channel", "channel_id": "C1" }, text(" "), { "type": "usergroup", "usergroup_id": "S1" }, text(" "),
                { "type": "broadcast", "range": "here" }, text(" "), { "type": "color", "value": "#F405B3" }, text(" "),
                { "type": "date", "timestamp": 1_795_255_200, "format": "{date} at {time}", "fallback": "then" },
                { "type": "date", "format": "{date}", "fallback": " some day" }, text(" "),
                { "type": "emoji", "name": "own-one" }, { "type": "emoji", "name": "wave", "unicode": "1f44b-1f3fd" }
            ]))]),
            "\\@… 🎉 [the build](https://example.org/x) #… @… \\@here #F405B3 <t:1795255200:f> some day \\:own-one:👋🏽",
        ),
        (
            json!([section(json!([
                { "type": "link", "url": "https://example.org/a/", "style": { "bold": true } }, text(" "),
                { "type": "link", "url": "https://evil.example", "text": "https://bank.example" }, text(" "),
                { "type": "link", "url": "mailto:ada@example.com" }, text(" "),
                { "type": "link", "url": "javascript:alert(1)", "text": "words" }
            ]))]),
            "**[example.org/a](https://example.org/a/)** [evil.example](https://evil.example/) ada@example.com words",
        ),
        (
            json!([
                section(json!([text("Steps:\n")])),
                { "type": "rich_text_list", "style": "ordered", "offset": 2, "elements": [section(json!([text("three")])), section(json!([text("four")]))] },
                { "type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [section(json!([bold("in")]))] },
                { "type": "rich_text_list", "style": "bullet", "elements": [
                    section(json!([text("out")])),
                    { "type": "rich_text_list", "style": "bullet", "elements": [section(json!([text("nested")]))] }
                ] }
            ]),
            "Steps\\:\n3. three\n4. four\n  - **in**\n- out\n  - nested",
        ),
        (
            json!([
                { "type": "rich_text_quote", "elements": [text("said\n# so")] },
                { "type": "rich_text_preformatted", "language": "rust", "elements": [text("fn a() {}\n```"), { "type": "link", "url": "https://example.org" }] },
                section(json!([text("# end")]))
            ]),
            "> said\n> \\# so\n```rust\nfn a() {}\nˋˋˋexample.org\n```\n\\# end",
        ),
        (
            json!([section(json!([{ "type": "new_thing", "label": "known", "deep": [{ "text": "words" }] }]))]),
            "known words",
        ),
        (json!([]), ""),
    ] {
        assert_eq!(shown(&rich_text(&elements)), expected, "{elements:#}");
    }
}

#[test]
fn blocks_are_shown_in_their_order() {
    for (blocks, expected) in [
        (
            json!([
                { "type": "header", "text": { "type": "plain_text", "text": "2.4 is *out* :tada:" } },
                { "type": "divider" },
                { "type": "section", "text": { "type": "mrkdwn", "text": "*Ada*:\n&gt; a &amp; b" },
                  "fields": [{ "type": "mrkdwn", "text": "*Host*\nlamp-1" }, { "type": "plain_text", "text": "*plain*" }],
                  "accessory": { "type": "button", "text": { "type": "plain_text", "text": "Look" }, "url": "https://example.org/a" } },
                { "type": "context", "elements": [
                    { "type": "image", "image_url": "https://example.org/i.png", "alt_text": "a lamp" },
                    { "type": "mrkdwn", "text": "took *41 s*\nin `all`" }] },
                { "type": "actions", "elements": [
                    { "type": "button", "text": { "type": "plain_text", "text": "Open" }, "url": "https://example.org/o", "value": "machine", "confirm": { "title": { "type": "plain_text", "text": "Sure?" } } },
                    { "type": "button", "text": { "type": "plain_text", "text": "https://bank.example" }, "url": "https://evil.example" },
                    { "type": "button", "text": { "type": "plain_text", "text": "Approve" }, "action_id": "a" },
                    { "type": "static_select", "placeholder": { "type": "plain_text", "text": "Pick" }, "options": [{ "text": { "type": "plain_text", "text": "One" }, "value": "1" }] }] }
            ]),
            "**2.4 is \\*out\\* 🎉**\n**Ada**\\:\n> a & b\n**Host**\nlamp-1\n\\*plain\\*\n[Look](https://example.org/a)\n\
             -# [a lamp](https://example.org/i.png) took **41 s**\n-# in `all`\n\
             [Open](https://example.org/o) · [evil.example](https://evil.example/) · Approve · One\nPick",
        ),
        (
            json!([
                { "type": "image", "title": { "type": "plain_text", "text": "Load" }, "alt_text": "A graph", "image_url": "https://example.org/g.png" },
                { "type": "image", "alt_text": "kept by Slack", "slack_file": { "id": "F1" } },
                { "type": "video", "title": { "type": "plain_text", "text": "Film" }, "title_url": "https://example.org/v", "description": { "type": "plain_text", "text": "How it went" }, "alt_text": "a film" },
                { "type": "input", "label": { "type": "plain_text", "text": "Name" }, "element": { "type": "plain_text_input" }, "hint": { "type": "plain_text", "text": "Yours" } }
            ]),
            "[Load · A graph](https://example.org/g.png)\nkept by Slack\n[Film](https://example.org/v)\nHow it went\na film\nName\nYours",
        ),
        (
            json!([
                { "type": "markdown", "text": "## Two\n\n- **a**\n- b" },
                { "type": "table", "rows": [
                    [{ "type": "raw_text", "text": "Host" }, { "type": "raw_text", "text": "Load" }],
                    [{ "type": "rich_text", "elements": [{ "type": "rich_text_section", "elements": [{ "type": "text", "text": "lamp", "style": { "bold": true } }] }] }, { "type": "raw_text", "text": "93" }]
                ] },
                { "type": "card", "title": { "type": "mrkdwn", "text": "_New_" }, "body": { "type": "mrkdwn", "text": "kind" }, "more": { "deep": { "caption": "seen" } } }
            ]),
            "**Two**\n- **a**\n- b\nHost · Load\n**lamp** · 93\n*New*\nkind\nseen",
        ),
        (json!({ "type": "section", "text": "bare *words*" }), "bare \\*words\\*"),
        (json!([7, null, true, { "type": "section", "text": null }, "a _b_"]), "a *b*"),
    ] {
        assert_eq!(shown(&blocks), expected, "{blocks:#}");
    }
}

#[test]
fn attachments_have_marks_where_they_say_so() {
    for (attachment, expected) in [
        (
            json!({ "pretext": "*a*", "text": "<https://example.org|b> _c_", "fallback": "no" }),
            "**a**\n[b](https://example.org/) *c*",
        ),
        (json!({ "pretext": "*a*", "text": "_c_ &amp; d", "mrkdwn_in": ["pretext"] }), "**a**\n\\_c\\_ & d"),
        (json!({ "fallback": "only *this*" }), "only **this**"),
        (json!({ "fallback": "no", "title": "t" }), ""),
        (
            json!({ "text": "a", "blocks": [{ "type": "section", "text": { "type": "mrkdwn", "text": "b" } }], "actions": [{ "type": "button", "text": "Go", "url": "https://example.org/go" }] }),
            "a\nb\n[Go](https://example.org/go)",
        ),
    ] {
        assert_eq!(shown(&attachment), expected, "{attachment}");
    }
}

#[test]
fn what_is_said_elsewhere_is_left_out_and_nothing_else() {
    let blocks = json!([
        { "type": "header", "text": { "type": "plain_text", "text": "Lamp is out" } },
        { "type": "section", "text": { "type": "mrkdwn", "text": "*Lamp*  is out" }, "fields": [{ "type": "plain_text", "text": "Lamp is out again" }] }
    ]);
    assert_eq!(shown_in(&blocks, "mrkdwn(said='Lamp is out')", EscapeContext::Block), "Lamp is out again");
    assert_eq!(shown_in(&blocks, "mrkdwn(12)", EscapeContext::Block), "**Lamp is out**…");
    assert_eq!(shown_in(&blocks, "mrkdwn", EscapeContext::Title), "Lamp is out Lamp  is out Lamp is out again");
}

const KINDS: [&str; 9] = [
    "rich_text",
    "rich_text_section",
    "rich_text_list",
    "rich_text_quote",
    "rich_text_preformatted",
    "context",
    "actions",
    "new",
    "",
];

/// A shape of Block Kit or none, with words of its own at each place that people read.
fn block() -> impl Strategy<Value = Json> {
    let word = "[a-z]{3,9}[0-9]{3}";
    let text = word.prop_map(
        |word| json!({ "type": "text", "text": word, "style": { "bold": word.len() > 8, "code": word.len() < 7 } }),
    );
    let leaf = prop_oneof![
        text,
        word.prop_map(|word| json!({ "type": "mrkdwn", "text": format!("*{word}* `{word}`\n&gt; <https://example.org/|{word}> {word}") })),
        word.prop_map(|word| json!({ "type": "plain_text", "text": word })),
        word.prop_map(|word| json!({ "type": "link", "url": "https://example.org/", "text": word })),
        word.prop_map(|word| json!({ "type": "image", "image_url": "https://example.org/i", "alt_text": word })),
        word.prop_map(|word| json!({ "type": "markdown", "text": format!("# {word}\n- {word}") })),
        word.prop_map(|word| json!({ "type": "button", "text": word, "url": "https://example.org/b" })),
        word.prop_map(Json::from),
    ];
    leaf.prop_recursive(12, 60, 6, |inner| {
        let elements = (prop::sample::select(&KINDS[..]), prop::collection::vec(inner.clone(), 0..6), 0..9_u64)
            .prop_map(|(kind, elements, indent)| json!({ "type": kind, "elements": elements, "indent": indent, "style": "ordered" }));
        let section = (inner.clone(), prop::collection::vec(inner.clone(), 0..3))
            .prop_map(|(text, fields)| json!({ "type": "section", "text": text, "fields": fields }));
        let rows = prop::collection::vec(prop::collection::vec(inner.clone(), 0..3), 0..3);
        let table = rows.prop_map(|rows| json!({ "type": "table", "rows": rows }));
        let header = inner.clone().prop_map(|text| json!({ "type": "header", "text": text }));
        let odd = inner.clone().prop_map(|deep| json!({ "what": { "ever": [deep] } }));
        prop_oneof![elements, section, table, header, odd, prop::collection::vec(inner, 0..4).prop_map(Json::from)]
    })
}

fn words_of(json: &Json, found: &mut Vec<String>) {
    let is_word = |part: &&str| part.len() > 5 && part.ends_with(|c: char| c.is_ascii_digit());
    match json {
        Json::String(text) => {
            found.extend(text.split(|c: char| !c.is_ascii_alphanumeric()).filter(is_word).map(str::to_owned))
        }
        Json::Array(items) => items.iter().for_each(|item| words_of(item, found)),
        Json::Object(map) => map.values().for_each(|item| words_of(item, found)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_word_of_any_blocks_is_lost(blocks in prop::collection::vec(block(), 1..5)) {
        let blocks = Json::from(blocks);
        let text = shown(&blocks);
        let mut words = Vec::new();
        words_of(&blocks, &mut words);
        let lost: Vec<_> = words.iter().filter(|word| !text.contains(*word)).collect();
        prop_assert!(lost.is_empty(), "{lost:?} of {blocks:#}\n{text}");
    }
}

#[test]
fn blocks_within_blocks_take_neither_stack_nor_time() {
    let mut deep = json!({ "type": "text", "text": "bottom" });
    for level in 0..55 {
        let kind = if level % 2 == 0 { "rich_text_list" } else { "section" };
        deep = json!({ "type": kind, "elements": [deep] });
    }
    assert!(shown(&rich_text(&json!([deep.clone()]))).contains("bottom"));
    assert!(shown(&deep).contains("bottom"));
    let hard = "*_~`<:".repeat(200);
    let section = json!({ "type": "section", "text": { "type": "mrkdwn", "text": hard } });
    let rendered = shown(&Json::from(vec![section; 400]));
    assert!(rendered.len() < 70_000, "{}", rendered.len());
}
