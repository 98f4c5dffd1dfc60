//! Changed files are reloaded while the app runs: real files, a real app, and no event lost.

mod binary;
mod lanes;
mod writing;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hookbell::app::App;
use hookbell::config::{Config, Environment, FileWatcher, WatchIntervals};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::sink::{ReceivedRequest, Sink};
use crate::support::{HttpResponse, RunningApp, client, eventually, fetch};

/// Short, so that tests are quick.
const QUICK: WatchIntervals = WatchIntervals { poll: Duration::from_millis(20), settle: Duration::from_millis(20) };

/// A folder with a config, templates and a file of a secret, and a hookbell that runs on it.
struct Stage {
    folder: tempfile::TempDir,
    sink: Sink,
    bridge: RunningApp,
    hang_up: Arc<Notify>,
}

/// The config: source `shop` with its token in a file, destination `alerts`, and `more`.
fn config(sink: &Sink, more: &str) -> String {
    format!(
        "[server]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\n\n[discord]\napi_base = \"{}\"\nchannel_budget = \"off\"\n\n[destinations.alerts]\nwebhook_url = \"{}\"\n\n[sources.shop]\nprovider = \"generic\"\nsecret = \"${{file:secret}}\"\nverify = {{ scheme = \"token\", header = \"X-Token\" }}\n\n[[routes]]\nsource = \"shop\"\nto = \"alerts\"\n\n{more}",
        sink.base(),
        webhook(1)
    )
}

fn webhook(id: u64) -> String {
    format!("https://discord.com/api/webhooks/{id}/token-{id}")
}

/// A template in which every message begins with this word.
fn look(word: &str) -> String {
    format!(
        "provider = \"generic\"\n\n[[message]]\nname = \"signup\"\non = [\"signup\"]\ntitle = \"{word} {{{{ payload.name }}}}\"\n"
    )
}

async fn load_and_run(path: &Path, intervals: WatchIntervals, hang_up: &Arc<Notify>) -> RunningApp {
    let watcher = FileWatcher::new(path, intervals);
    let (config, diagnostics) = Config::load(path, &Environment::beside(path));
    let config = config.unwrap_or_else(|| panic!("{diagnostics}"));
    let app = App::build(config).await.expect("an app");
    RunningApp::run(app.watching(watcher, Arc::clone(hang_up)))
}

impl Stage {
    async fn new() -> Self {
        Self::with(QUICK).await
    }

    async fn with(intervals: WatchIntervals) -> Self {
        let (folder, sink) = (tempfile::tempdir().expect("a folder"), Sink::start().await);
        std::fs::create_dir(folder.path().join("templates")).expect("a folder");
        for (file, text) in [("config.toml", config(&sink, "")), ("templates/own.toml", look("Old"))] {
            std::fs::write(folder.path().join(file), text).expect("a file");
        }
        std::fs::write(folder.path().join("secret"), "first\n").expect("a file");
        Self::on(folder, sink, intervals).await
    }

    async fn on(folder: tempfile::TempDir, sink: Sink, intervals: WatchIntervals) -> Self {
        let hang_up = Arc::default();
        let bridge = load_and_run(&folder.path().join("config.toml"), intervals, &hang_up).await;
        Self { folder, sink, bridge, hang_up }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn write(&self, file: &str, text: &str) {
        std::fs::write(self.path(file), text).expect("a file");
    }

    /// Writes the config of [`config`] with this at its end.
    fn configure(&self, more: &str) {
        self.write("config.toml", &config(&self.sink, more));
    }

    async fn send(&self, source: &str, token: &str, name: &str) -> HttpResponse {
        post(&self.bridge.url(source), token, name).await
    }

    /// Sends one that must be taken.
    async fn sign_up(&self, name: &str) {
        let response = self.send("shop", "first", name).await;
        assert_eq!((response.status, &response.body["status"]), (200, &json!("accepted")), "{response:?}");
    }

    async fn health(&self) -> Value {
        let (status, body) = self.bridge.ask("/healthz").await;
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).expect("JSON")
    }

    /// How many reloads ended so.
    async fn reloads(&self, outcome: &str) -> u64 {
        let (_, text) = self.bridge.ask("/metrics").await;
        let begin = format!("hookbell_config_reloads_total{{outcome=\"{outcome}\"}} ");
        let count = text.lines().find_map(|line| line.strip_prefix(begin.as_str())?.parse().ok());
        count.unwrap_or_else(|| panic!("no {begin} in {text}"))
    }

    /// Waits until so many reloads ended so.
    async fn reloaded(&self, outcome: &str, count: u64) {
        eventually(&format!("{count} reloads are {outcome}"), async || {
            let reloads = self.reloads(outcome).await;
            if reloads >= count { Ok(()) } else { Err(reloads) }
        })
        .await;
    }

    /// The titles of the first `count` messages.
    async fn titles(&self, count: usize) -> Vec<String> {
        self.sink.wait_for(count).await.iter().map(title).collect()
    }
}

async fn post(url: &str, token: &str, name: &str) -> HttpResponse {
    let body = json!({ "id": name, "type": "signup", "name": name }).to_string();
    let request = client().post(url).header("content-type", "application/json").header("x-token", token);
    fetch(request.body(body)).await
}

fn title(seen: &ReceivedRequest) -> String {
    seen.body["embeds"][0]["title"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_edited_template_changes_the_next_message() {
    let stage = Stage::new().await;
    stage.sign_up("Ada").await;
    assert_eq!(stage.titles(1).await, ["Old Ada"]);
    stage.write("templates/own.toml", &look("New"));
    stage.reloaded("taken", 1).await;
    stage.sign_up("Grace").await;
    assert_eq!(stage.titles(2).await, ["Old Ada", "New Grace"]);
    stage.bridge.stop().await;
}

#[tokio::test]
async fn a_broken_edit_keeps_the_last_good_templates_and_is_reported_until_it_is_repaired() {
    let stage = Stage::new().await;
    let before = stage.health().await;
    assert_eq!((&before["status"], &before["config"]["state"]), (&json!("alive"), &json!("current")));
    // One invalid file rejects the whole set: the other one, valid by itself, is not used either.
    stage.write("templates/own.toml", &look("Broken").replace("payload.name }}", "payload.name | nofilter }}"));
    stage.configure("[theme.success]\ncolour = \"#ffffff\"\n");
    stage.reloaded("refused", 1).await;
    let health = stage.health().await;
    assert_eq!(health["config"]["state"], "stale", "{health:#}");
    let diagnostics = health["config"]["diagnostics"].as_array().expect("a list").clone();
    assert!(diagnostics.len() >= 2 && health["config"]["since"].is_string(), "{health:#}");
    let printed = |key: &str, what: &str| {
        diagnostics.iter().any(|printed| {
            printed["key"].as_str().unwrap_or_default().contains(key) && printed["message"].to_string().contains(what)
        })
    };
    assert!(printed("title", "nofilter") && printed("theme.success.colour", "unknown key"), "{health:#}");
    assert!(stage.bridge.ask("/metrics").await.1.contains("hookbell_config_stale 1"));
    stage.sign_up("Ada").await;
    assert_eq!(stage.titles(1).await, ["Old Ada"]);

    stage.configure("");
    stage.write("templates/own.toml", &look("Repaired"));
    stage.reloaded("taken", 1).await;
    assert_eq!(stage.health().await["config"]["diagnostics"], json!([]));
    assert!(stage.bridge.ask("/metrics").await.1.contains("hookbell_config_stale 0"));
    stage.sign_up("Grace").await;
    assert_eq!(stage.titles(2).await, ["Old Ada", "Repaired Grace"]);
    stage.bridge.stop().await;
}

#[tokio::test]
async fn a_secret_in_a_file_is_rotated() {
    let stage = Stage::new().await;
    assert_eq!(stage.send("shop", "second", "Ada").await.status, 401);
    stage.write("secret", "second\n");
    stage.reloaded("taken", 1).await;
    assert_eq!(stage.send("shop", "second", "Ada").await.status, 200);
    assert_eq!(stage.send("shop", "first", "Grace").await.status, 401);
    // A missing file is a mistake too: the last one stays in use.
    std::fs::remove_file(stage.path("secret")).expect("removed");
    stage.reloaded("refused", 1).await;
    let health = stage.health().await.to_string();
    assert!(health.contains("cannot be read") && !health.contains("second"), "{health}");
    assert_eq!(stage.send("shop", "second", "Grace").await.status, 200);
    stage.bridge.stop().await;
}

#[tokio::test]
async fn what_needs_a_restart_is_reported_and_the_rest_is_taken() {
    let stage = Stage::new().await;
    let text = config(
        &stage.sink,
        "[log]\nformat = \"json\"\n[destinations.more]\nwebhook_url = \"https://discord.com/api/webhooks/9/t\"\n[[routes]]\nsource = \"shop\"\nto = \"more\"\n",
    );
    let text = text.replacen("listen = \"127.0.0.1:0\"", "listen = \"127.0.0.1:1\"", 1);
    stage.write(
        "config.toml",
        &text.replace("[discord]\n", "[store]\nurl = \"sqlite:other.db\"\n[discord]\nbot_token = \"t0ken\"\n"),
    );
    stage.reloaded("taken", 1).await;
    let health = stage.health().await;
    assert_eq!(health["config"]["state"], "current");
    let keys = json!(["server.listen", "store.url", "log.format"]);
    assert_eq!(health["config"]["needs_restart"], keys);
    stage.sign_up("Ada").await;
    assert_eq!(stage.titles(2).await, ["Old Ada", "Old Ada"]);
    stage.configure("");
    stage.reloaded("taken", 2).await;
    assert_eq!(stage.health().await["config"]["needs_restart"], json!([]));
    stage.bridge.stop().await;
}

#[tokio::test]
async fn the_admin_token_is_rotated_but_never_taken_from_an_open_door() {
    let stage = Stage::new().await;
    let guarded = |listen: &str| {
        let keys = format!("admin_listen = \"{listen}\"\nadmin_token = \"0123456789abcdef\"\n");
        config(&stage.sink, "").replace("admin_listen = \"127.0.0.1:0\"\n", &keys)
    };
    stage.write("config.toml", &guarded("127.0.0.1:0"));
    let until = async |status: u16| {
        eventually(&format!("the answer is {status}"), async || stage.bridge.ask("/healthz").await.0 == status).await;
    };
    until(401).await;
    // If the running listener is not on loopback, the loopback address in the file does not change that before a
    // restart.
    let elsewhere = config(&stage.sink, "").replace("admin_listen = \"127.0.0.1:0\"", "admin_listen = \"127.0.0.1:1\"");
    stage.write("config.toml", &format!("{elsewhere}\n[destinations.new]\nwebhook_url = \"{}\"\n", webhook(3)));
    eventually("the report names the key", async || {
        let ask = client().get(format!("http://{}/healthz", stage.bridge.admin)).bearer_auth("0123456789abcdef");
        let health = fetch(ask).await.body.to_string();
        if health.contains("server.admin_listen") { Ok(()) } else { Err(health) }
    })
    .await;
    assert_eq!(stage.bridge.ask("/healthz").await.0, 401);
    stage.configure("");
    until(200).await;
    stage.bridge.stop().await;
}

#[tokio::test]
async fn a_signal_reloads_and_files_are_not_read_twice() {
    let stage = Stage::with(WatchIntervals { poll: Duration::from_secs(3600), ..QUICK }).await;
    stage.hang_up.notify_one();
    stage.reloaded("taken", 1).await;
    stage.write("templates/own.toml", &look("New"));
    stage.hang_up.notify_one();
    stage.reloaded("taken", 2).await;
    stage.sign_up("Ada").await;
    assert_eq!(stage.titles(1).await, ["New Ada"]);
    stage.bridge.stop().await;
}
