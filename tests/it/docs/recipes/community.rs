//! Streams and videos, and a sender without a provider file.

use serde_json::{Value, json};

use super::{ROLE, Recipe, SECOND_ROLE, sample};
use crate::support::{SECRET, client, fetch};

#[tokio::test]
async fn a_stream_pings_once_and_its_end_and_a_changed_video_ping_nobody() {
    let running = Recipe::named("Streams and videos").start().await;
    running.post("twitch", &sample("twitch", "stream.online")).await;
    assert_eq!(running.pinged("streams"), [[ROLE]]);
    running.post("twitch", &sample("twitch", "stream.offline")).await;
    let lines = running.lines("streams");
    assert!(lines.len() == 1 && lines[0].contains("was live for"), "{lines:?}");
    running.post("twitch", &sample("twitch", "channel.update")).await;
    assert_eq!(running.messages("streams").len(), 1, "a new title of the stream is not asked for");
    running.post("youtube", &sample("youtube", "video")).await;
    assert_eq!(running.pinged("streams")[1], [SECOND_ROLE]);
    let changed = sample("youtube", "video")
        .replace("lamp1815lit", "lamp1815old")
        .replace("<published>2026-11", "<published>2025-11");
    running.post("youtube", &changed).await;
    assert_eq!(running.pinged("streams")[2], [""; 0], "one of last year");
}

#[tokio::test]
async fn an_unknown_sender_is_shown_by_a_message_of_ones_own() {
    let running = Recipe::named("A sender that hookbell does not know").start().await;
    let send = async |token: &str, body: Value| {
        let request = client().post(running.url("garden")).header("X-Garden-Token", token);
        let answer = fetch(request.header("Content-Type", "application/json").body(body.to_string())).await;
        running.drained().await;
        answer.status
    };
    assert_eq!(send("wrong", json!({ "kind": "soil", "bed": "Peas", "moisture": 3 })).await, 401);
    assert_eq!(send(SECRET, json!({ "kind": "soil", "bed": "Tomatoes", "moisture": 12 })).await, 200);
    assert_eq!(running.lines("garden"), ["Tomatoes: 12 % is too dry"]);
    assert_eq!(send(SECRET, json!({ "kind": "soil", "bed": "Tomatoes", "moisture": 41 })).await, 200);
    assert_eq!(running.lines("garden"), ["Tomatoes: 41 % is fine again"]);
}
