//! Messages in Slack's shape, any that a sender may put together: no word is lost but those that are counted.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

/// Loading them takes longer than rendering.
static TEMPLATES: LazyLock<Templates> = LazyLock::new(hookbell::embedded::templates);

fn slack_shaped(body: &Value) -> Rendered {
    let made = named(&case("discord-slack", "made", &[], body)).into_iter().next().expect("an event");
    let rendered = TEMPLATES.render(&made.event, &made.raw, &Plan::default(), Locale::default());
    judge_post(&rendered.message.to_post());
    rendered
}

fn word() -> impl Strategy<Value = String> {
    "[a-z]{3,9}[0-9]{4}"
}

fn text_object() -> impl Strategy<Value = Value> {
    (word(), any::<bool>()).prop_map(|(word, marked)| {
        let kind = if marked { "mrkdwn" } else { "plain_text" };
        serde_json::json!({ "type": kind, "text": format!("{word} and more") })
    })
}

fn block() -> impl Strategy<Value = Value> {
    let rich = prop::collection::vec(word(), 1..4).prop_map(|words| {
        let items: Vec<Value> = words
            .into_iter()
            .map(|word| serde_json::json!({ "type": "rich_text_section", "elements": [{ "type": "text", "text": word }] }))
            .collect();
        serde_json::json!({ "type": "rich_text", "elements": [{ "type": "rich_text_list", "style": "bullet", "elements": items }] })
    });
    prop_oneof![
        text_object().prop_map(|text| serde_json::json!({ "type": "header", "text": text })),
        (text_object(), prop::collection::vec(text_object(), 0..3))
            .prop_map(|(text, fields)| serde_json::json!({ "type": "section", "text": text, "fields": fields })),
        prop::collection::vec(text_object(), 1..3)
            .prop_map(|elements| serde_json::json!({ "type": "context", "elements": elements })),
        text_object().prop_map(|text| serde_json::json!({ "type": "what", "nobody": [{ "knows": text }] })),
        rich,
    ]
}

fn attachment() -> impl Strategy<Value = Value> {
    let field = (word(), word())
        .prop_map(|(title, value)| serde_json::json!({ "title": title, "value": value, "short": true }));
    let parts = (
        prop::option::of(word()),
        word(),
        prop::option::of(word()),
        prop::option::of(word()),
        prop::collection::vec(field, 0..30),
        prop::collection::vec(block(), 0..3),
    );
    parts.prop_map(|(pretext, text, title, author, fields, blocks)| {
        serde_json::json!({ "pretext": pretext, "text": text, "title": title, "author_name": author, "fields": fields, "blocks": blocks })
    })
}

fn words_of(json: &Value, found: &mut Vec<String>) {
    let is_word = |part: &&str| part.len() > 6 && part.ends_with(|c: char| c.is_ascii_digit());
    match json {
        Value::String(text) => found.extend(text.split(' ').filter(is_word).map(str::to_owned)),
        Value::Array(items) => items.iter().for_each(|item| words_of(item, found)),
        Value::Object(map) => map.values().for_each(|item| words_of(item, found)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn every_word_is_shown_or_counted(
        text in prop::option::of(word()),
        blocks in prop::collection::vec(block(), 0..6),
        attachments in prop::collection::vec(attachment(), 0..14),
    ) {
        prop_assume!(text.is_some() || !blocks.is_empty() || !attachments.is_empty());
        let body = serde_json::json!({ "text": text, "blocks": blocks, "attachments": attachments });
        let rendered = slack_shaped(&body);
        let post = rendered.message.to_post().to_string();
        let mut words = Vec::new();
        words_of(&body, &mut words);
        let lost: Vec<_> = words.iter().filter(|word| !post.contains(*word)).collect();
        prop_assert!(lost.is_empty() || !rendered.notes.is_empty(), "{lost:?} of {body:#}\n{post}");
        prop_assert_eq!(rendered.template, "discord-slack.message");
    }
}

#[test]
fn what_has_no_room_is_counted() {
    let fields: Vec<Value> = (0..30).map(|n| serde_json::json!({ "title": format!("f{n}"), "value": "v" })).collect();
    let attachments: Vec<Value> = (0..13).map(|n| serde_json::json!({ "text": format!("a{n}") })).collect();
    let rendered =
        slack_shaped(&serde_json::json!({ "text": "x", "attachments": [{ "text": "a", "fields": fields }] }));
    let post = rendered.message.to_post();
    assert_eq!(post["embeds"][0]["fields"].as_array().map(Vec::len), Some(25));
    assert!(post.to_string().contains("6 more fields") && !rendered.notes.is_empty(), "{post:#}");
    let rendered = slack_shaped(&serde_json::json!({ "text": "x", "attachments": attachments }));
    let post = rendered.message.to_post();
    assert_eq!(post["embeds"].as_array().map(Vec::len), Some(10));
    assert!(post.to_string().contains("more") && !rendered.notes.is_empty(), "{post:#}");
    let long = (0..900).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
    let blocks = serde_json::json!([{ "type": "header", "text": { "type": "plain_text", "text": "Long" } }, { "type": "section", "text": { "type": "mrkdwn", "text": long } }]);
    let rendered = slack_shaped(&serde_json::json!({ "blocks": blocks }));
    assert!(rendered.message.to_post().to_string().contains("more characters") && !rendered.notes.is_empty());
}
