//! `hookbell demo`: what its buttons show, and why each message is there.

use serde_json::{Value, json};

use crate::support::{Process, client, eventually, fetch};

struct Demo {
    process: Process,
    page: String,
    _folder: tempfile::TempDir,
}

impl Demo {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let process = Process::start(folder.path(), &["demo"], |command| command);
        process.wait_for_output("Ctrl-C", 1).await;
        let greeting = process.output();
        let mut urls = greeting.split_whitespace().filter(|word| word.starts_with("http://"));
        let page = urls.find(|url| !url.contains("/hooks/")).expect("a page").to_owned();
        Self { process, page, _folder: folder }
    }

    async fn post(&self, endpoint: &str, body: Value) -> Value {
        let post = client().post(format!("{}_standin/{endpoint}", self.page));
        fetch(post.header("content-type", "application/json").body(body.to_string())).await.body
    }

    async fn messages(&self, channel: &str) -> Vec<Value> {
        let state = fetch(client().get(format!("{}_standin/state", self.page))).await.body;
        let channels = state["channels"].as_array().cloned().unwrap_or_default();
        let found = channels.iter().find(|known| known["name"] == channel);
        found.and_then(|channel| channel["messages"].as_array().cloned()).unwrap_or_default()
    }

    /// What is said of a message, once the store knows it: it is in the channel a moment earlier.
    async fn explained(&self, message: &Value) -> String {
        eventually("the message is known", async || {
            let text = self.post("explain", json!({ "message": message })).await["text"].to_string();
            if text.contains("No event") { Err(text) } else { Ok(text) }
        })
        .await
    }

    async fn end(self) {
        self.process.signal("INT");
        assert_eq!(self.process.exit_status().await.code(), Some(0));
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_demo_shows_a_burst_a_storm_and_why_a_message_is_there() {
    let demo = Demo::start().await;
    assert_eq!(demo.post("host", json!({ "button": "other" })).await["error"], "Nothing is behind this button");
    demo.post("host", json!({ "button": "storm" })).await;
    demo.post("host", json!({ "button": "sales" })).await;
    let burst = eventually("many sales are in one message", async || {
        let messages = demo.messages("sales").await;
        let large = |message: &&Value| message["embeds"].as_array().is_some_and(|embeds| embeds.len() >= 5);
        messages.iter().find(large).cloned().ok_or_else(|| json!(messages).to_string())
    })
    .await;
    let explained = demo.explained(&burst["id"]).await;
    for part in ["events are in this message", "$ hookbell explain ", "delivered → sales", "timeline"] {
        assert!(explained.contains(part), "{part} is not in {explained}");
    }
    let storm = eventually("the storm is one message", async || {
        let messages = demo.messages("alerts").await;
        let is_storm = |message: &&Value| message["content"].to_string().contains("Storm");
        messages.iter().find(is_storm).cloned().ok_or_else(|| json!(messages).to_string())
    })
    .await;
    let explained = demo.explained(&storm["id"]).await;
    assert!(explained.contains("hookbell (hookbell)") && explained.contains("posted"), "{explained}");
    let unknown = demo.post("explain", json!({ "message": "1" })).await["text"].to_string();
    assert!(unknown.contains("No event"), "{unknown}");
    demo.end().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_webhook_that_is_mended_on_the_page_goes_on_by_itself() {
    let demo = Demo::start().await;
    demo.post("fault", json!({ "fault": "unknown-webhook", "webhook": "alerts" })).await;
    demo.post("host", json!({ "button": "storm" })).await;
    eventually("the webhook is refused", async || {
        let state = fetch(client().get(format!("{}_standin/state", demo.page))).await.body;
        let requests = state["requests"].as_array().cloned().unwrap_or_default();
        requests.iter().any(|request| request["webhook"] == "alerts" && request["status"] == 404)
    })
    .await;
    assert_eq!(demo.messages("alerts").await.len(), 0);
    demo.post("fault", json!({ "fault": "clear" })).await;
    eventually("its messages come", async || !demo.messages("alerts").await.is_empty()).await;
    demo.end().await;
}
