//! `hookbell backtest` beside a running bridge: every kind of change is shown, nothing is sent and nothing is written.

use std::path::Path;

use hookbell::store::HistoryEntry;
use hookbell_fake_discord::{ChannelSpec, RateLimits, StandIn, StandInOptions, WebhookSpec};
use hookbell_model::delivery::Status;
use serde_json::{Value, json};

use crate::cli::{hookbell, json as read_json, text};
use crate::support::{RunningApp, SECRET, TestBridge, eventually};

const BEFORE: &str = r#"
provider = "generic"
[[message]]
name = "signup"
on = ["signup"]
title = "{{ payload.name }} signed up"
[[message]]
name = "fixed"
on = ["fixed"]
title = "It {{ payload.nowhere }} works"
[[message]]
name = "run"
on = ["run"]
key = "run:7"
title = "Run {{ payload.state }}"
[[message]]
name = "plain"
title = "Something: {{ event.type }}"
"#;

const AFTER: &str = r#"
provider = "generic"
[[message]]
name = "signup"
on = ["signup"]
title = "Welcome, {{ payload.name }}"
key = "signup:{{ payload.name }}"
[[message.field]]
name = "Plan"
value = "{{ payload.plan }}"
[[message]]
name = "fixed"
on = ["fixed"]
title = "It  works"
[[message]]
name = "broken"
on = ["broken"]
title = "Something: broken{{ payload.nowhere }}"
[[message]]
name = "invoice"
on = ["invoice"]
title = "Invoice"
[[message]]
name = "long"
on = ["long"]
title = "Something: long"
description = "{{ payload.text }}"
[[message]]
name = "run"
on = ["run"]
key = "run:7"
title = "Run {{ payload.state }}"
[[message]]
name = "plain"
title = "Something: {{ event.type }}"
"#;

const ROUTES_BEFORE: &str = r#"
[[routes]]
source = "shop"
events = ["quiet"]
to = "alerts"
mention = ["user:5"]
[[routes]]
source = "shop"
to = "alerts"
"#;

const ROUTES_AFTER: &str = r#"
[[routes]]
source = "shop"
events = ["order"]
to = "ops"
[[routes]]
source = "shop"
events = ["copy"]
to = ["alerts", "ops"]
[[routes]]
source = "shop"
events = ["login"]
to = "alerts"
mention = ["role:222"]
[[routes]]
source = "shop"
events = ["signup", "fixed", "broken", "invoice", "long", "quiet", "same", "run"]
to = "alerts"
"#;

async fn stage() -> StandIn {
    let channels = vec![ChannelSpec::text("1111", "2222", "alerts"), ChannelSpec::text("1111", "2223", "ops")];
    let webhooks = vec![WebhookSpec::new("3333", "alerts", "2222"), WebhookSpec::new("3334", "ops", "2223")];
    let options = StandInOptions { channels, webhooks, limits: RateLimits::NONE, ..StandInOptions::default() };
    StandIn::start(options).await.expect("a stand-in")
}

fn config(standin: &StandIn, routes: &str) -> String {
    let url = |name: &str| standin.webhook_url(name).expect("a webhook");
    format!(
        "[server]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\n[discord]\napi_base = \"{}\"\n[destinations.alerts]\nwebhook_url = \"{}\"\n[destinations.ops]\nwebhook_url = \"{}\"\n[sources.shop]\nprovider = \"generic\"\nsecret = \"{SECRET}\"\n{routes}",
        standin.base(),
        url("alerts"),
        url("ops")
    )
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    std::fs::write(path, text).expect("written");
}

/// A bridge that has delivered these events, each with an id of its own.
async fn delivered(standin: &StandIn, folder: &Path, bodies: &[Value]) -> RunningApp {
    let text = config(standin, ROUTES_BEFORE);
    write(folder, "config.toml", &text);
    write(folder, "templates/generic.toml", BEFORE);
    let bridge = RunningApp::start(&text, folder).await;
    for (at, body) in bodies.iter().enumerate() {
        let mut body = body.clone();
        body["id"] = json!(format!("ev_{at}"));
        let response = bridge.post(&bridge.url("shop"), "generic", &[], &body.to_string()).await;
        assert_eq!(response.status, 200, "{response:?}");
    }
    eventually("all are delivered", async || {
        let past = past(&bridge).await;
        past.iter().flat_map(|past| &past.deliveries).all(|(one, _)| one.status == Status::Delivered)
    })
    .await;
    bridge
}

async fn past(bridge: &RunningApp) -> Vec<HistoryEntry> {
    bridge.store.history(None, None, 10_000).await.expect("the past")
}

fn each_kind() -> Vec<Value> {
    let of = |kind: &str| json!({ "type": kind });
    let mut bodies: Vec<Value> =
        ["order", "order", "refund", "login", "fixed", "broken", "invoice", "quiet", "copy", "same"].map(of).into();
    bodies.push(json!({ "type": "signup", "name": "Ada", "plan": "Team" }));
    // The second edits the message of the first.
    bodies.extend(["started", "done"].map(|state| json!({ "type": "run", "state": state })));
    bodies.push(json!({ "type": "long", "text": "word ".repeat(2000) }));
    bodies
}

/// The span of time is of this run.
fn without_times(printed: &str) -> String {
    let (before, rest) = printed.split_once("; from ").expect("a span");
    let (_, after) = rest.split_once(')').expect("its end");
    format!("{before}){after}")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_change_is_shown_and_nothing_is_sent_or_written() {
    let standin = stage().await;
    let folder = tempfile::tempdir().expect("a folder");
    let bridge = delivered(&standin, folder.path(), &each_kind()).await;
    let unchanged = hookbell(folder.path(), &["backtest", "--exit-code"]);
    let printed = text(&unchanged.stdout);
    assert_eq!((unchanged.status.code(), printed.contains("14 events, nothing changes")), (Some(0), true), "{printed}");

    assert_eq!(standin.messages("2222").len(), 13, "one was edited");
    let (known, seen) = (past(&bridge).await, standin.requests().len());
    // Edited in place; no secret is set.
    let edited = config(&standin, ROUTES_AFTER).replace(SECRET, "${NOT_SET}");
    write(folder.path(), "config.toml", &edited);
    write(folder.path(), "templates/generic.toml", AFTER);
    let run = hookbell(folder.path(), &["backtest"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    insta::assert_snapshot!(without_times(&text(&run.stdout)));

    let machine = hookbell(folder.path(), &["backtest", "--json", "--exit-code", "--since", "1h"]);
    assert_eq!(machine.status.code(), Some(1));
    let printed = read_json(&machine);
    assert_eq!((&printed["events"], &printed["deliveries"]["changed"]), (&json!(14), &json!(11)));
    let counts = json!({
        "routed_elsewhere": 2, "dropped": 1, "pings": 1, "no_longer_pings": 1, "added": 1, "failure": 1, "fixed": 1,
        "limit": 1, "template": 3, "text": 1,
    });
    assert_eq!(printed["counts"], counts);
    let moved = printed["groups"].as_array().expect("groups").iter().find(|group| group["kind"] == "routed_elsewhere");
    let moved = moved.expect("what moved");
    assert_eq!((&moved["from"], &moved["to"], &moved["count"]), (&json!("alerts"), &json!("ops"), &json!(2)));
    let id = moved["examples"][1]["event"].as_str().expect("an id");
    assert_eq!(bridge.details(id).await.event.event_type, "order");

    assert_eq!(standin.requests().len(), seen, "nothing was sent");
    assert_eq!(past(&bridge).await, known, "nothing was written");
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_configs_are_compared_on_the_store_of_the_one_that_serves() {
    let standin = stage().await;
    let folder = tempfile::tempdir().expect("a folder");
    let bridge = delivered(&standin, folder.path(), &each_kind()).await;
    write(folder.path(), "new/config.toml", &config(&standin, ROUTES_AFTER));
    write(folder.path(), "new/templates/generic.toml", AFTER);
    // Since then the shop's messages have changed, which does not affect a comparison of two configs.
    write(folder.path(), "templates/generic.toml", &BEFORE.replace("signed up", "has signed up"));

    let alone = hookbell(folder.path(), &["backtest", "--config", "new/config.toml"]);
    assert_eq!(alone.status.code(), Some(2));
    assert!(text(&alone.stderr).contains("`--against FILE` names the config that serves"), "{alone:?}");

    let both = ["backtest", "--config", "new/config.toml", "--against", "config.toml", "--json"];
    let printed = read_json(&hookbell(folder.path(), &both));
    assert_eq!((&printed["base"], &printed["counts"]["routed_elsewhere"]), (&json!("config.toml"), &json!(2)));
    let of_signup = |printed: &Value| {
        let groups = printed["groups"].as_array().expect("groups").clone();
        let group = groups.into_iter().find(|group| group["kind"] == "text" && group["message"] == "generic.signup");
        group.expect("the signup's text")["examples"][0]["diff"].clone()
    };
    let diff = json!([
        "-title: Ada has signed up",
        "+title: Welcome, Ada",
        " color: #2da05a",
        "+field Plan: Team",
        "+key: signup:Ada"
    ]);
    assert_eq!(of_signup(&printed), diff);

    // Templates alone: the routes stay.
    let templates = ["backtest", "--templates", "new/templates", "--json", "--last", "4"];
    let printed = read_json(&hookbell(folder.path(), &templates));
    assert_eq!((&printed["events"], &printed["counts"]["routed_elsewhere"]), (&json!(4), &json!(0)));
    assert_eq!(of_signup(&printed), diff);
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_edit_is_reported_with_its_place_and_a_missing_webhook_is_not() {
    let standin = stage().await;
    let folder = tempfile::tempdir().expect("a folder");
    let bridge = delivered(&standin, folder.path(), &[json!({ "type": "order" })]).await;
    let edited = config(&standin, "[[routes]]\nsource = \"shop\"\nto = \"opps\"\n");
    let url = standin.webhook_url("alerts").expect("a webhook");
    write(folder.path(), "config.toml", &edited.replace(&url, "${ALERTS_WEBHOOK_URL}"));
    let wrong = hookbell(folder.path(), &["backtest"]);
    let printed = text(&wrong.stderr);
    assert_eq!((wrong.status.code(), wrong.stdout.len()), (Some(2), 0));
    assert!(printed.contains("did you mean `ops`?") && !printed.contains("ALERTS_WEBHOOK_URL"), "{printed}");
    let nowhere = hookbell(folder.path(), &["backtest", "--templates", "nowhere"]);
    assert!(nowhere.status.code() == Some(2) && text(&nowhere.stderr).contains("nowhere: the folder cannot be read"));
    bridge.stop().await;

    // As an earlier hookbell stored it: only where the event went is known.
    let database = rusqlite::Connection::open(folder.path().join("hookbell.db")).expect("it opens");
    database.execute("DELETE FROM sent", []).expect("forgotten");
    write(folder.path(), "config.toml", &config(&standin, ROUTES_AFTER));
    write(folder.path(), "templates/generic.toml", &BEFORE.replace("Something", "Anything"));
    let printed = read_json(&hookbell(folder.path(), &["backtest", "--json"]));
    assert_eq!((&printed["deliveries"]["unknown"], &printed["counts"]["text"]), (&json!(1), &json!(0)));
    assert_eq!(printed["counts"]["routed_elsewhere"], 1);
}

/// A routine event without a message to update is posted by nobody, before and after.
#[tokio::test(flavor = "multi_thread")]
async fn a_routine_event_that_updated_nothing_is_no_change() {
    let bridge = TestBridge::start().await;
    let event = bridge.send("github", &[("X-GitHub-Event", "ping")], "{\"zen\": \"Keep it simple\"}").await;
    bridge.drained().await;
    assert_eq!(bridge.details(event.event()).await.deliveries[0].0.status, Status::Unrouted);
    let output = hookbell(bridge.folder.path(), &["backtest", "--json", "--exit-code"]);
    let printed = read_json(&output);
    assert_eq!((output.status.code(), &printed["deliveries"]["changed"]), (Some(0), &json!(0)), "{printed}");
    bridge.stop().await;
}
