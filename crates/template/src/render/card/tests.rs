//! The card of events that no message was written for, on the shapes of many senders.

use serde_json::json;

use super::*;
use hookbell_model::event::{Facts, Topic};
use hookbell_model::timestamp::Timestamp;

fn event(event_type: &str) -> Event {
    Event {
        id: EventId(77),
        source: "shop".into(),
        provider: "acme".into(),
        reference: "evt_1".into(),
        event_type: event_type.into(),
        topic: Topic::Other,
        facts: Facts::default(),
        time: Timestamp::from_secs(1_795_255_200),
        received: Timestamp::from_secs(1_795_255_201),
    }
}

fn card_of(event: &Event, payload: &Json, view: &View) -> Card {
    generic(event, &Raw { body: payload.to_string().into_bytes(), ..Raw::default() }, view, &Theme::default())
}

fn card(event_type: &str, payload: &Json) -> Message {
    card_of(&event(event_type), payload, &View::default()).message
}

#[test]
fn the_card_says_who_what_where_and_links_to_it() {
    let payload = json!({
        "action": "created",
        "commit_comment_id": 4711,
        "comment": { "id": 33_548_674, "html_url": "https://github.com/octocat/hello/commit/6113728#commitcomment-3", "path": null,
            "body": "This is a really good change!", "created_at": "2026-11-28T10:00:00Z" },
        "repository": { "id": 1, "full_name": "octocat/hello", "html_url": "https://github.com/octocat/hello" },
        "sender": { "login": "ada", "avatar_url": "https://avatars.example.com/u/1" },
    });
    let message = card("commit_comment.created", &payload);
    assert_eq!(message.content, "Commit comment created: This is a really good change! in octocat/hello by ada");
    let embed = &message.embeds[0];
    assert_eq!(embed.url, "https://github.com/octocat/hello/commit/6113728#commitcomment-3");
    assert_eq!(
        (embed.author.name.as_str(), embed.author.icon_url.as_str()),
        ("ada", "https://avatars.example.com/u/1")
    );
}
