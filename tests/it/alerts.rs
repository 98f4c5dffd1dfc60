//! What hookbell says of itself: fallbacks of lanes, alerts, silent sources; and the mistakes in their keys.

use std::time::Duration;

use hookbell::config::{Config, Environment};
use hookbell_config_file::Diagnostics;
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::Request;
use serde_json::json;
use tempfile::TempDir;

use crate::sink::{ReceivedRequest, Reply, Sink, reply};
use crate::support::{RunningApp, SECRET, client, eventually, fetch, read_config};

const WEBHOOK: &str = "https://discord.com/api/webhooks";

/// A hookbell that posts to one sink; another one takes notes by HTTP.
struct Stage {
    discord: Sink,
    notes: Sink,
    folder: TempDir,
    text: String,
}

impl Stage {
    /// `sales` has these keys; `ops` is a second destination.
    async fn new(sales: &str, more: &str) -> Self {
        let (discord, notes) = (Sink::start().await, Sink::start().await);
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\n[discord]\napi_base = \"{}\"\n\
             [destinations.sales]\nwebhook_url = \"{WEBHOOK}/1/token-1\"\n{sales}\n\
             [destinations.ops]\nwebhook_url = \"{WEBHOOK}/2/token-2\"\n\
             [sources.shop]\nprovider = \"generic\"\nsecret = \"s\"\nverify = {{ scheme = \"token\", header = \"X-Token\" }}\n{more}\n\
             [[routes]]\nsource = \"*\"\nto = \"sales\"\n",
            discord.base()
        );
        let text = text.replace("NOTES", &notes.base());
        Self { discord, notes, folder: tempfile::tempdir().expect("a folder"), text }
    }

    async fn start(&self) -> RunningApp {
        let mut config = read_config(&self.text, self.folder.path());
        config.courier.first_revival = Duration::from_millis(200);
        if let Some(alerts) = &mut config.alerts {
            (alerts.collect, alerts.every) = (Duration::from_millis(300), Duration::from_millis(400));
        }
        RunningApp::with(config).await
    }

    async fn send(&self, app: &RunningApp, title: &str) {
        let body = json!({ "type": "order", "title": title, "severity": "critical" }).to_string();
        let request = client().post(app.url("shop")).header("x-token", "s").body(body);
        let request = request.header("content-type", "application/json");
        assert_eq!(fetch(request).await.status, 200);
    }

    /// Posts to the webhook of `ops`.
    fn told(&self) -> Vec<ReceivedRequest> {
        self.discord.sends().into_iter().filter(|seen| seen.path.contains("/webhooks/2/")).collect()
    }

    async fn wait_for_told(&self, count: usize) -> Vec<ReceivedRequest> {
        eventually("notes in `ops`", async || {
            let told = self.told();
            if told.len() >= count { Ok(told) } else { Err(told.len()) }
        })
        .await
    }
}

fn dead() -> Reply {
    reply(404, json!({ "code": 10_015, "message": "Unknown Webhook" }))
}

#[tokio::test]
async fn a_parked_lane_tells_its_fallback_once_and_once_more_when_it_is_over() {
    let stage = Stage::new(&format!("fallback = {{ url = \"NOTES/ops\", secret = \"{SECRET}\" }}"), "").await;
    stage.discord.script([dead()]);
    stage.discord.look_up(dead());
    let app = stage.start().await;
    stage.send(&app, "Database down").await;
    let first = stage.notes.wait_for(1).await.remove(0);
    assert_eq!((first.path.as_str(), &first.body["type"]), ("/ops", &"lane.parked".into()));
    assert_eq!(first.body["data"]["waiting"], 1);
    assert_eq!(first.body["data"]["destination"], "sales");
    assert!(first.body["data"]["worst"]["event"].is_string(), "{}", first.body);
    let providers = hookbell::embedded::providers();
    let verifier = providers.get("standard-webhooks").expect("shipped").verifier(&[Secret::new(SECRET)]);
    let body = first.body.to_string();
    let request = Request { method: "POST", url: None, headers: &first.headers, body: body.as_bytes() };
    assert!(verifier.expect("a secret").verify(request, Timestamp::now()).is_ok(), "{:?}", first.headers);
    // What was told survives a restart, and the webhook answers again only after it.
    app.stop().await;
    let before = stage.discord.look_ups().len();
    let app = stage.start().await;
    stage.discord.wait_until("a look-up", |seen| seen.len() > before + 1).await;
    assert_eq!(stage.notes.sends().len(), 1);
    stage.discord.look_up(reply(200, json!({ "id": "1", "channel_id": "77" })));
    let second = stage.notes.wait_for(2).await.remove(1);
    assert_eq!(second.body["type"], "lane.recovered");
    assert_ne!(second.headers["webhook-id"], first.headers["webhook-id"]);
    app.drained().await;
    assert_eq!(stage.notes.sends().len(), 2);
    app.stop().await;
}

#[tokio::test]
async fn a_late_lane_tells_another_destination() {
    let stage = Stage::new("fallback = \"ops\"\nfallback_after = \"1s\"", "").await;
    stage
        .discord
        .script([reply(429, json!({ "message": "slow", "retry_after": 6.0, "global": false }))
            .with("x-ratelimit-scope", "user")]);
    let app = stage.start().await;
    stage.send(&app, "Database down").await;
    let told = stage.wait_for_told(2).await;
    let text = |seen: &ReceivedRequest| seen.body.to_string();
    assert!(text(&told[0]).contains("sales is late, 1 message waits"), "{}", text(&told[0]));
    assert!(text(&told[1]).contains("sales gets its messages again"), "{}", text(&told[1]));
    app.stop().await;
}

#[tokio::test]
async fn troubles_are_told_together() {
    let alerts = "[alerts]\nto = \"ops\"\nfallback = { url = \"NOTES/alerts\" }";
    let stage = Stage::new("", alerts).await;
    let refused = || reply(400, json!({ "code": 50_006, "message": "Cannot send an empty message" }));
    stage.discord.script((0..4).map(|_| refused()));
    let app = stage.start().await;
    for _ in 0..12 {
        let request = client().post(app.url("shop")).header("x-token", "wrong").body("{}");
        assert_eq!(fetch(request.header("content-type", "application/json")).await.status, 401);
    }
    stage.send(&app, "One").await;
    stage.send(&app, "Two").await;
    eventually("both troubles are told", async || {
        let notes = stage.notes.sends();
        let lines = notes.iter().flat_map(|seen| seen.body["data"]["lines"].as_array().cloned().unwrap_or_default());
        let text: String = lines.map(|line| format!("{line}\n")).collect();
        let both = text.contains("could not be delivered") && text.contains("requests to shop were refused");
        if both { Ok(()) } else { Err(text) }
    })
    .await;
    let told = stage.wait_for_told(1).await;
    assert!(told[0].body.to_string().contains("hookbell has trouble"), "{}", told[0].body);
    app.stop().await;
}

#[tokio::test]
async fn a_silent_source_is_told_and_so_is_its_return() {
    let stage = Stage::new("", "expect = \"1s\"\n[alerts]\nto = \"ops\"").await;
    let app = stage.start().await;
    let told = stage.wait_for_told(1).await;
    assert!(told[0].body.to_string().contains("shop has sent nothing for"), "{}", told[0].body);
    stage.send(&app, "One").await;
    let told = stage.wait_for_told(2).await;
    assert!(told[1].body.to_string().contains("shop sends again"), "{}", told[1].body);
    app.stop().await;
}

/// The diagnostics of a config with these keys of `sales` and of `shop`.
fn check(sales: &str, shop: &str, more: &str) -> String {
    let text = format!(
        "[destinations.sales]\nwebhook_url = \"{WEBHOOK}/1/t\"\n{sales}\n[destinations.ops]\nwebhook_url = \"{WEBHOOK}/2/t\"\nfallback = \"team\"\n\
         [destinations.team]\nwebhook_url = \"{WEBHOOK}/3/t\"\n[sources.shop]\nprovider = \"generic\"\nsecret = \"s\"\n{shop}\n\
         {more}\n[[routes]]\nsource = \"*\"\nto = [\"sales\", \"ops\"]\n"
    );
    let mut diagnostics = Diagnostics::default();
    let folder = tempfile::tempdir().expect("a folder");
    Config::read("config.toml", &text, folder.path(), &Environment::of(|_| None), &mut diagnostics);
    diagnostics.to_string()
}

#[test]
fn a_fallback_that_leads_back_to_itself_is_a_mistake() {
    assert_eq!(check("fallback = \"ops\"", "", ""), "");
    let itself = check("fallback = \"sales\"", "", "");
    assert!(itself.contains("leads back to its own destination: sales → sales"), "{itself}");
    let text = check(
        "fallback = \"ops\"\n[destinations.more]\nwebhook_url = \"https://discord.com/api/webhooks/4/t\"\nfallback = \"more\"",
        "",
        "",
    );
    assert!(text.contains("more → more") && !text.contains("sales →"), "{text}");
}

#[test]
fn mistakes_in_fallbacks_alerts_and_expectations_are_named() {
    for (sales, shop, more, expected) in [
        ("fallback = \"opps\"", "", "", "did you mean `ops`?"),
        ("fallback = 3", "", "", "expected a destination or a table with `url`"),
        ("fallback = { url = \"ntfy\" }", "", "", "https://ntfy.sh/my-topic"),
        ("fallback = { secret = \"x\" }", "", "", "fallback.url`: missing key"),
        ("fallback_after = \"1m\"", "", "", "without a `fallback`"),
        ("fallback = \"ops\"\nfallback_after = \"0s\"", "", "", "expected at least some time"),
        ("", "expect = \"1h\"", "", "there is no `[alerts]`"),
        ("", "expect = \"hourly\"", "[alerts]\nto = \"ops\"", "expected a span such as `\"1h\"`, or `\"auto\"`"),
        ("", "", "[alerts]\nto = \"opps\"", "did you mean `ops`?"),
        ("", "", "[alerts]", "alerts.to`: missing key"),
    ] {
        let text = check(sales, shop, more);
        assert!(text.contains(expected), "{sales} {shop} {more}: {text}");
    }
    assert_eq!(check("", "expect = \"auto\"", "[alerts]\nto = [\"ops\"]"), "");
}
