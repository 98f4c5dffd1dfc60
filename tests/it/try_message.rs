//! `hookbell try`: one message, marked as a test, pinging nobody, and a report of every answer.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use crate::cli::{hookbell, json as read_json, text};
use crate::judge::judge_post;
use crate::sink::{Sink, reply};

const ROUTES: &str = "[[routes]]\nsource = \"stripe\"\nto = \"sales\"\nmention = [\"role:222\"]\n";

/// A config whose secrets are not set, but for the webhook of `sales`.
fn folder(sink: &Sink) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let config = format!(
        "[discord]\napi_base = \"{}\"\nbot_token = \"${{NOT_SET}}\"\n[destinations.sales]\nwebhook_url = \"https://discord.com/api/webhooks/1/tokentokentoken\"\n[destinations.ops]\nwebhook_url = \"${{NOT_SET}}\"\n[sources.stripe]\nprovider = \"stripe\"\nsecret = \"${{NOT_SET}}\"\n{ROUTES}",
        sink.base()
    );
    std::fs::write(folder.path().join("config.toml"), config).expect("a config");
    folder
}

async fn run(folder: &Path, more: &[&str]) -> Output {
    let (folder, more) = (folder.to_owned(), more.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
    let run = move || {
        let mut arguments = vec!["try"];
        arguments.extend(more.iter().map(String::as_str));
        hookbell(&folder, &arguments)
    };
    tokio::task::spawn_blocking(run).await.expect("no panic")
}

fn content(body: &Value) -> String {
    body["content"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_message_is_posted_marked_as_a_test_and_pings_nobody() {
    let sink = Sink::start().await;
    let folder = folder(&sink);
    let done = run(folder.path(), &["stripe.payment", "--to", "sales"]).await;
    let printed = text(&done.stdout);
    assert_eq!(done.status.code(), Some(0), "{printed}{}", text(&done.stderr));
    assert!(printed.starts_with("`stripe.payment` of the sample "), "{printed}");
    assert!(printed.ends_with("→ sales: posted: https://discord.com/channels/88/77/1001\n"), "{printed}");
    let sends = sink.sends();
    assert_eq!(sends.len(), 1);
    judge_post(&sends[0].body);
    assert!(content(&sends[0].body).starts_with("🧪 **Test message**"), "{}", sends[0].body);
    assert_eq!(sends[0].body["allowed_mentions"], json!({ "parse": [] }));
    assert!(!content(&sends[0].body).contains("222") && sends[0].body["embeds"][0]["title"].is_string());
    assert!(!folder.path().join("hookbell.db").exists(), "nothing is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_routes_mention_pings_only_on_request() {
    let sink = Sink::start().await;
    let folder = folder(&sink);
    let done = run(folder.path(), &["stripe.payment", "--to", "sales", "--mention", "--json"]).await;
    let printed = read_json(&done);
    assert_eq!(
        (&printed["posted"], &printed["message"], &printed["channel"]),
        (&json!(true), &json!("1001"), &json!("77"))
    );
    assert_eq!(printed["link"], "https://discord.com/channels/88/77/1001");
    assert_eq!(sink.sends()[0].body["allowed_mentions"], json!({ "parse": [], "roles": ["222"] }));
    assert!(content(&sink.sends()[0].body).contains("<@&222>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forum_gets_a_title_and_a_remark() {
    let sink = Sink::start().await;
    sink.script([reply(
        400,
        json!({ "code": 220_001, "message": "Webhooks posted to forum channels must have a name" }),
    )]);
    let folder = folder(&sink);
    let done = run(folder.path(), &["stripe.payment", "--to", "sales"]).await;
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(text(&done.stderr).contains("note: thread: made of the message, because the forum requires a title"));
    let body = &sink.sends()[1].body;
    judge_post(body);
    let title = body["thread_name"].as_str().expect("a title");
    assert!(body["embeds"][0]["title"].as_str().expect("a title").replace('\\', "").contains(title), "{body}");

    sink.script([reply(400, json!({ "code": 40_067, "message": "A tag is required" }))]);
    let done = run(folder.path(), &["stripe.payment", "--to", "sales"]).await;
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stdout).contains("help: the forum requires a tag with every post: give the destination `tags"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_own_payload_is_read_as_its_provider_would() {
    let sink = Sink::start().await;
    let folder = folder(&sink);
    let body = json!({ "id": "evt_1", "type": "payment_intent.succeeded", "created": 1_700_000_000,
        "data": { "object": { "id": "pi_1", "amount": 4200, "currency": "eur", "receipt_email": "ada@example.com" } } });
    std::fs::write(folder.path().join("own.json"), body.to_string()).expect("a file");
    let done = run(folder.path(), &["stripe.payment", "--to", "sales", "--payload", "own.json"]).await;
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(sink.sends()[0].body.to_string().contains("42"), "{}", sink.sends()[0].body);
    std::fs::write(folder.path().join("own.json"), "no JSON").expect("a file");
    let wrong = run(folder.path(), &["stripe.payment", "--to", "sales", "--payload", "own.json"]).await;
    assert!(
        wrong.status.code() == Some(2) && text(&wrong.stderr).contains("own.json: the body is not JSON"),
        "{wrong:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_failure_is_reported_with_what_helps() {
    let sink = Sink::start().await;
    let folder = folder(&sink);
    let gone = reply(404, json!({ "message": "Unknown Webhook", "code": 10015 }));
    let token = reply(401, json!({ "message": "Invalid Webhook Token", "code": 50027 }));
    let later = reply(429, json!({ "message": "You are being rate limited.", "retry_after": 600.0, "global": false }))
        .with("X-RateLimit-Scope", "user");
    let form = json!({ "message": "Invalid Form Body", "code": 50035,
        "errors": { "embeds": { "0": { "title": { "_errors": [{ "code": "X", "message": "Too long" }] } } } } });
    let cases = [
        (gone, "the webhook is gone", "`destinations.sales.webhook_url`"),
        (token, "Invalid Webhook Token", "make a new one"),
        (later, "rate limited by Discord for 10m", "You are being rate limited"),
        (reply(400, form), "Discord refused the message", "embeds[0].title: Too long"),
        (reply(503, "busy"), "not posted", "try again"),
    ];
    for (at, (answer, part, other)) in cases.into_iter().enumerate() {
        sink.script([answer]);
        let done = run(folder.path(), &["stripe.payment", "--to", "sales"]).await;
        let printed = text(&done.stdout);
        assert_eq!(done.status.code(), Some(1), "{printed}");
        assert!(printed.contains(part) && printed.contains(other), "{printed}");
        assert_eq!(sink.sends().len(), at + 1, "each is tried once");
        assert!(!printed.contains("tokentokentoken") && !text(&done.stderr).contains("tokentokentoken"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_limit_is_waited_for_once() {
    let sink = Sink::start().await;
    let folder = folder(&sink);
    let soon = reply(429, json!({ "message": "You are being rate limited.", "retry_after": 0.05, "global": false }))
        .with("X-RateLimit-Scope", "user");
    sink.script([soon.clone()]);
    let done = run(folder.path(), &["stripe.payment", "--to", "sales"]).await;
    assert_eq!((done.status.code(), sink.sends().len()), (Some(0), 2), "{}", text(&done.stdout));
    sink.script([soon.clone(), soon]);
    let done = run(folder.path(), &["stripe.payment", "--to", "sales"]).await;
    assert_eq!((done.status.code(), sink.sends().len()), (Some(1), 4), "{}", text(&done.stdout));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_named_wrongly_is_reported_before_anything_is_sent() {
    let sink = Sink::start().await;
    let folder = folder(&sink);
    for (arguments, part) in [
        (["stripe.paymnt", "--to", "sales", "--sample", "invoice.paid"], "did you mean `stripe.payment`?"),
        (["stripe.payment", "--to", "sale", "--sample", "invoice.paid"], "did you mean `sales`?"),
        (
            ["stripe.payment", "--to", "ops", "--sample", "invoice.paid"],
            "the environment variable `NOT_SET` is not set",
        ),
        (["stripe.payment", "--to", "sales", "--sample", "invoice.payd"], "did you mean `invoice.paid`?"),
        (["stripe.payment", "--to", "sales", "--event", "k3f9"], "no database"),
    ] {
        let done = run(folder.path(), &arguments).await;
        let printed = text(&done.stderr);
        assert!(!done.status.success() && printed.contains(part), "{arguments:?}: {printed}");
    }
    assert!(sink.sends().is_empty());
}
