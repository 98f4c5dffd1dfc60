//! Forum channels: posts, tags, and what is refused.

use hookbell_fake_discord::{
    BotAccess, ChannelKind, ChannelSpec, ForumSettings, Overwrite, ThreadState, WebhookSpec, permission,
};

use super::*;

const FORUM: &str = "5555";

/// One forum with two tags, and a text channel with a webhook of its own.
async fn forum(tag_required: bool) -> StandIn {
    let mut forum = ChannelSpec::forum("1111", FORUM, "topics", &[("71", "bug"), ("72", "urgent")]);
    if let ChannelKind::Forum(ForumSettings { tag_required: required, .. }) = &mut forum.kind {
        *required = tag_required;
    }
    let options = StandInOptions {
        limits: RateLimits::NONE,
        channels: vec![forum, ChannelSpec::text("1111", "2222", "other")],
        webhooks: vec![WebhookSpec::new("3333", "alerts", FORUM), WebhookSpec::new("3334", "other", "2222")],
        ..StandInOptions::default()
    };
    StandIn::start(options).await.expect("binds")
}

fn new(title: &str) -> Value {
    json!({ "content": "x", "thread_name": title })
}

async fn new_post(standin: &StandIn) -> String {
    let response = post(standin, "wait=true", new("a title")).await;
    assert_eq!(response.body["id"], response.body["channel_id"], "a post has the id of its first message");
    response.body["channel_id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_thread_name_creates_a_post_and_its_id_posts_into_it() {
    let standin = forum(false).await;
    let body = json!({ "content": "x", "thread_name": " a title ", "applied_tags": ["72"] });
    let response = post(&standin, "wait=true", body).await;
    let thread = response.body["channel_id"].as_str().expect("an id").to_owned();
    post(&standin, &format!("thread_id={thread}"), json!({ "content": "y" })).await;
    let made = standin.channels().into_iter().find(|channel| channel.channel == thread).expect("a thread");
    assert_eq!(
        (made.name.as_str(), made.kind, made.tags),
        ("a title", ChannelKind::ThreadOf(FORUM.into()), vec!["72".into()])
    );
    let said: Vec<_> = standin.messages(&thread).iter().map(|message| message.object["content"].clone()).collect();
    assert_eq!(said, ["x", "y"]);
    // The same title creates another one: Discord allows it.
    assert_ne!(post(&standin, "wait=true", new("a title")).await.body["channel_id"], json!(thread));
}

#[tokio::test]
async fn a_forum_refuses_invalid_posts() {
    let standin = forum(true).await;
    let tagged = |tags: Value| json!({ "content": "x", "thread_name": "t", "applied_tags": tags });
    let cases = [
        ("", json!({ "content": "x" }), 400, 220_001),
        ("thread_id=9", new("t"), 400, 220_002),
        ("thread_id=9", json!({ "content": "x" }), 404, 10_003),
        ("thread_id=2222", json!({ "content": "x" }), 404, 10_003),
        ("", new("t"), 400, 40_067),
        ("", tagged(json!([])), 400, 40_067),
        ("", tagged(json!(["73"])), 404, 10_087),
        ("", tagged(json!(["bug"])), 400, 50_035),
    ];
    for (query, body, status, code) in cases {
        let response = post(&standin, query, body).await;
        assert_eq!((response.status, &response.body["code"]), (status, &json!(code)), "{}", response.body);
    }
    let other = standin.webhook_url("other").expect("there");
    let response = fetch(with_body(reqwest::Client::new().post(&other), &new("t"))).await;
    assert_eq!((response.status, &response.body["code"]), (400, &json!(220_003)));
    assert_eq!(standin.channels().len(), 2);
    assert_eq!(post(&standin, "", tagged(json!(["71"]))).await.status, 204);
}

#[tokio::test]
async fn messages_of_a_post_are_edited_with_the_threads_id() {
    let standin = forum(false).await;
    let thread = new_post(&standin).await;
    let client = reqwest::Client::new();
    let message = format!("{}/messages/{thread}", hook(&standin));
    let edit = |query: String| fetch(with_body(client.patch(format!("{message}?{query}")), &json!({ "content": "z" })));
    assert_eq!(edit(String::new()).await.body["code"], 10_008);
    assert_eq!(edit(format!("thread_id={thread}")).await.body["content"], "z");
    assert!(standin.set_thread_state(&thread, ThreadState::Archived));
    assert_eq!(edit(format!("thread_id={thread}")).await.body["code"], 50_083);
    assert!(standin.delete_channel(&thread));
    assert_eq!(edit(format!("thread_id={thread}")).await.body["code"], 10_003);
}

#[tokio::test]
async fn a_message_opens_an_archived_post_but_not_a_locked_one() {
    let standin = forum(false).await;
    let thread = new_post(&standin).await;
    let query = format!("wait=true&thread_id={thread}");
    standin.set_thread_state(&thread, ThreadState::Archived);
    assert_eq!(post(&standin, &query, json!({ "content": "y" })).await.status, 200);
    standin.set_thread_state(&thread, ThreadState::Locked);
    assert_eq!(post(&standin, &query, json!({ "content": "y" })).await.body["code"], 160_005);
    standin.set_thread_state(&thread, ThreadState::Open);
    assert_eq!(post(&standin, &query, json!({ "content": "y" })).await.status, 200);
    assert!(!standin.set_thread_state(FORUM, ThreadState::Locked), "a forum is no thread");
}

#[tokio::test]
async fn the_page_shows_posts_and_their_tags() {
    let standin = forum(false).await;
    post(&standin, "", json!({ "content": "x", "thread_name": "t", "applied_tags": ["72", "71"] })).await;
    let state = fetch(reqwest::Client::new().get(format!("{}/_standin/state", standin.base()))).await.body;
    assert_eq!((&state["channels"][0]["forum"], &state["channels"][1]["forum"]), (&json!(true), &json!(false)));
    let thread = &state["channels"][2];
    assert_eq!((&thread["parent"], &thread["tags"]), (&json!(FORUM), &json!(["bug", "urgent"])));
    assert_eq!(thread["messages"][0]["content"], "x");
}

/// discord.md: `thread_id` un-archives a thread; 50083 and 160005 are an archived and a locked one. Of the permissions:
/// Discord's documentation of "Modify Channel".
#[tokio::test]
async fn a_bot_archives_with_the_permission_and_opens_what_nobody_has_locked_without() {
    let standin = forum(false).await;
    let thread = new_post(&standin).await;
    let patch = async |body: Value| {
        let request = reqwest::Client::new().patch(format!("{}/api/v10/channels/{thread}", standin.base()));
        let request = request.header("authorization", format!("Bot {}", standin.bot_token()));
        let response = fetch(with_body(request, &body)).await;
        (response.status, response.body)
    };
    let (archive, open) = (json!({ "archived": true }), json!({ "archived": false }));
    let may = |permissions| standin.set_bot("1111", BotAccess::Member { permissions });
    let (view, send) = (permission::VIEW_CHANNEL, permission::SEND_MESSAGES_IN_THREADS);
    may(view | send | permission::MANAGE_THREADS);
    let (status, object) = patch(archive.clone()).await;
    assert_eq!((status, &object["thread_metadata"]["archived"]), (200, &json!(true)));
    assert_eq!(standin.thread_state(&thread), Some(ThreadState::Archived));
    assert_eq!(patch(json!({ "name": "b" })).await.1["code"], 50_083);
    // The default of a new server lets everybody send messages in threads.
    standin.put_overwrite(FORUM, Overwrite::deny("1111", send));
    may(view);
    assert_eq!((patch(open.clone()).await.1["code"].clone(), patch(archive.clone()).await.0), (json!(50_013), 403));
    standin.put_overwrite(FORUM, Overwrite::allow("1111", send));
    assert_eq!((patch(open.clone()).await.0, standin.thread_state(&thread)), (200, Some(ThreadState::Open)));
    assert_eq!(patch(archive.clone()).await.1["code"], 50_013);
    standin.set_thread_state(&thread, ThreadState::Locked);
    assert_eq!(patch(open.clone()).await.1["code"], 50_013, "a locked one is for moderators");
    may(view | permission::MANAGE_THREADS);
    assert_eq!((patch(open).await.0, standin.thread_state(&thread)), (200, Some(ThreadState::LockedOpen)));
    assert_eq!(post(&standin, &format!("thread_id={thread}"), json!({ "content": "y" })).await.body["code"], 160_005);
    standin.put_overwrite(FORUM, Overwrite::deny("1111", view));
    assert_eq!(patch(archive.clone()).await.1["code"], 50_001);
    standin.delete_channel(&thread);
    assert_eq!(patch(archive).await.1["code"], 10_003);
}
