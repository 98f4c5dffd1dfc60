//! `hookbell demo`: what its buttons show, and why each message is there.

use serde_json::{Value, json};

use crate::page::browser;
use crate::support::{Phone, Process, client, eventually, fetch};

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

/// The texts of the panel's buttons, and a press of each of them by a real click.
const PRESS: &str = "(() => { const all = [...document.querySelectorAll('#host-buttons button, #switches button')]; \
     return all.map((button) => button.textContent); })()";

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_pressed_on_the_panel_the_demo_goes_on_when_its_faults_are_cleared() {
    let Some(browser) = browser() else { return };
    let demo = Demo::start().await;
    let mut phone = Phone::start(browser).await;
    phone.open(&demo.page, "#switches button").await;
    let labels = phone.evaluate(PRESS).await;
    let count = labels.as_array().map_or(0, Vec::len);
    assert!(count >= 9, "{labels}");
    // Forwards, backwards, and each twice at once, for every webhook, one of them, and the bot.
    for scope in ["", "alerts", "@bot"] {
        let choose = format!(
            "(() => {{ const scope = document.getElementById('fault-scope'); scope.value = '{scope}'; \
             scope.dispatchEvent(new Event('change')); return scope.value; }})()"
        );
        assert_eq!(phone.evaluate(&choose).await, json!(scope));
        for order in ["all", "all.reverse()", "all.flatMap((button) => [button, button])"] {
            let press = format!(
                "(() => {{ const all = [...document.querySelectorAll('#host-buttons button, #switches button')]; \
                 {order}.forEach((button) => button.click()); return all.length; }})()"
            );
            assert!(phone.evaluate(&press).await.as_u64().is_some_and(|pressed| pressed >= 8));
        }
    }
    // Faults that were pressed last may be set after the first clearing: each is seen before the next one.
    eventually("no fault is left", async || {
        demo.post("fault", json!({ "fault": "clear" })).await;
        let text = phone.evaluate("document.querySelector('#switches .clear').textContent").await;
        if text == "No faults" { Ok(()) } else { Err(text.to_string()) }
    })
    .await;
    // What is sent now arrives in every channel that the faults concerned.
    let hook = demo.process.output();
    let hook = hook.split_whitespace().find(|word| word.contains("/hooks/")).expect("a URL to post to").to_owned();
    let signup = json!({ "type": "signup", "id": "after-all", "name": "Hedy", "plan": "Team" }).to_string();
    let post = client().post(hook).bearer_auth("demo-secret").header("content-type", "application/json").body(signup);
    assert_eq!(fetch(post).await.status, 200);
    eventually("the event is in its channel", async || {
        let messages = demo.messages("community").await;
        let sales = demo.messages("sales").await;
        let all = json!([messages, sales]).to_string();
        if all.contains("Hedy") { Ok(()) } else { Err(all.chars().take(400).collect::<String>()) }
    })
    .await;
    // The bot comes back, and the panel still shows what is on.
    eventually("the bot is back", async || {
        let state = phone.evaluate("document.getElementById('bot-state').textContent").await.to_string();
        if state.contains("is online") { Ok(()) } else { Err(state) }
    })
    .await;
    demo.end().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_command_without_the_id_it_needs_is_refused_in_sight() {
    let Some(browser) = browser() else { return };
    let demo = Demo::start().await;
    let mut phone = Phone::start(browser).await;
    phone.open(&demo.page, "#switches button").await;
    eventually("the bot's commands are there", async || {
        let known = phone.evaluate("known.channels.some((channel) => channel.commands.length > 0)").await;
        if known == json!(true) { Ok(()) } else { Err(known.to_string()) }
    })
    .await;
    for typed in ["/events show id:", "/events show", "/events show id: "] {
        let send = format!("(() => {{ $('box').value = '{typed}'; send(); return true; }})()");
        phone.evaluate("failure = null; drawMessages(false); true").await;
        phone.evaluate(&send).await;
        eventually("the refusal is on the page", async || {
            let shown = "(document.querySelector('#messages .failed') || { textContent: '' }).textContent";
            let text = phone.evaluate(shown).await.to_string();
            if text.contains("`id` is required") { Ok(()) } else { Err(text) }
        })
        .await;
    }
    demo.end().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_demos_own_curl_line_sends_a_new_event_each_time() {
    let demo = Demo::start().await;
    let greeting = demo.process.output();
    let line = greeting.split_once("curl ").expect("a command").1.split_once("/hooks/shop").expect("its end").0;
    let command = format!("curl -s {line}/hooks/shop");
    for _ in 0..2 {
        let run = std::process::Command::new("sh").args(["-c", &command]).output();
        let Ok(run) = run else { return };
        let printed = String::from_utf8_lossy(&run.stdout).into_owned();
        assert!(printed.contains("accepted"), "{command}\n{printed}");
    }
    demo.end().await;
}
