//! The demo's page in a real browser: what was posted is drawn, and hostile content stays text.

use std::process::Command;

use hookbell_fake_discord::permission::{MANAGE_MESSAGES, VIEW_CHANNEL};
use hookbell_fake_discord::{
    ChannelSpec, Overwrite, Person, RateLimits, ServerSpec, StandIn, StandInOptions, WebhookSpec,
};
use serde_json::json;

use crate::support::{client, stand_in};

/// Debian's name of the browser; `None`, with a message, where there is none.
pub(crate) fn browser() -> Option<&'static str> {
    let found = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success()));
    if found.is_none() {
        assert!(std::env::var_os("HOOKBELL_REQUIRE_ALL").is_none(), "no chromium is present");
        eprintln!("skipped: no chromium is present to look at the page");
    }
    found
}

/// The page as the browser has drawn it, as HTML.
pub(crate) async fn drawn(browser: &'static str, url: String) -> String {
    let look = move || {
        let profile = tempfile::tempdir().expect("a folder");
        let output = Command::new(browser)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--virtual-time-budget=4000", "--dump-dom"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(url)
            .output()
            .expect("the browser runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    tokio::task::spawn_blocking(look).await.expect("no panic")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_draws_what_was_posted_and_runs_none_of_it() {
    let Some(browser) = browser() else { return };
    let standin = stand_in().await;
    let hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
    let message = json!({
        "username": "Stripe",
        "content": hostile,
        "embeds": [{ "title": "€42.00 received", "color": 0x2d_a55a, "description": "**Ada** \\*not bold\\*",
                     "fields": [{ "name": "Customer", "value": "Ada", "inline": true }], "footer": { "text": "live" } }],
    });
    let url = format!("{}?wait=true", standin.webhook_url("alerts").expect("a webhook"));
    let posted = client().post(url).header("content-type", "application/json").body(message.to_string()).send().await;
    assert_eq!(posted.expect("an answer").status(), 200);
    let page = drawn(browser, format!("{}/?still=1", standin.base())).await;
    for part in ["€42.00 received", "Stripe", "Customer", "<strong>Ada</strong>", "*not bold*", "&lt;script&gt;"] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    assert!(!page.contains("<img src=\"x\"") && !page.contains("<title>owned"), "{page}");
    standin.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forum_is_drawn_with_its_posts() {
    let Some(browser) = browser() else { return };
    let forum = ChannelSpec::forum("1111", "2222", "topics", &[("71", "urgent")]);
    let options = StandInOptions { limits: RateLimits::NONE, channels: vec![forum], ..StandInOptions::default() };
    let standin = StandIn::start(options).await.expect("a stand-in");
    let url = standin.webhook_url("alerts").expect("a webhook");
    let title = "Order <b>12</b>";
    let message = json!({ "content": "x", "thread_name": title, "applied_tags": ["71"] }).to_string();
    let posted = client().post(url).header("content-type", "application/json").body(message).send().await;
    assert_eq!(posted.expect("an answer").status(), 204);
    let page = drawn(browser, format!("{}/?still=1", standin.base())).await;
    let (tag, title) = ("<span class=\"tag\">urgent</span>", "<b>Order &lt;b&gt;12&lt;/b&gt;</b>");
    for part in [tag, title, "<small>1 message</small>", "class=\"channel thread", "Welcome to #topics"] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    standin.stop().await;
}

/// Two servers and two people: Ada is in both, Bob in one, and does not see all of it. A webhook of the bot's.
async fn two_people_two_servers() -> StandIn {
    let options = StandInOptions {
        limits: RateLimits::NONE,
        servers: vec![
            ServerSpec::new("1111", "Acme").role("71", "Ops", MANAGE_MESSAGES),
            ServerSpec::new("9999", "Guild"),
        ],
        people: vec![
            Person::new("601", "Ada").member_of("1111", &["71"]).member_of("9999", &[]),
            Person::new("602", "Bob").member_of("1111", &[]).reads("ja"),
        ],
        channels: vec![
            ChannelSpec::text("1111", "2222", "alerts"),
            ChannelSpec::text("1111", "2223", "board"),
            ChannelSpec::text("9999", "8888", "elsewhere"),
        ],
        webhooks: vec![WebhookSpec { application: Some("4444".into()), ..WebhookSpec::new("3333", "alerts", "2222") }],
        ..StandInOptions::default()
    };
    let standin = StandIn::start(options).await.expect("a stand-in");
    standin.put_overwrite("2223", Overwrite::deny("1111", VIEW_CHANNEL));
    standin.put_overwrite("2223", Overwrite::allow("71", VIEW_CHANNEL));
    standin
}

#[tokio::test(flavor = "multi_thread")]
async fn each_person_sees_the_own_channels_menus_and_pictures() {
    let Some(browser) = browser() else { return };
    let standin = two_people_two_servers().await;
    let commands = json!([
        { "name": "Explain this alert", "name_localizations": { "ja": "このアラートを説明" }, "type": 3 },
        { "name": "Quiet", "type": 3, "default_member_permissions": MANAGE_MESSAGES.to_string() },
    ]);
    let put = client().put(format!("{}/api/v10/applications/4444/guilds/1111/commands", standin.base()));
    let put = put.header("authorization", format!("Bot {}", standin.bot_token()));
    let put = put.header("content-type", "application/json").body(commands.to_string()).send().await;
    assert_eq!(put.expect("an answer").status(), 200);
    let option = json!({ "label": "High <b>", "value": "high", "description": "wakes somebody" });
    let menu = json!({ "type": 3, "custom_id": "m", "placeholder": "Open one", "options": [option] });
    let message = json!({
        "content": "down", "components": [{ "type": 1, "components": [menu] }],
        "attachments": [{ "id": 0, "filename": "chart.png", "description": "Sales: 3" }],
    });
    let form = reqwest::multipart::Form::new()
        .text("payload_json", message.to_string())
        .part("files[0]", reqwest::multipart::Part::bytes(b"picture".to_vec()).file_name("chart.png"));
    let url = format!("{}?wait=true", standin.webhook_url("alerts").expect("a webhook"));
    assert_eq!(client().post(url).multipart(form).send().await.expect("an answer").status(), 200);

    let page = drawn(browser, format!("{}/?still=1", standin.base())).await;
    for part in [
        ">Ada<",
        "ja 日本語",
        "board",
        "alt=\"Sales: 3\"",
        "High &lt;b&gt;, wakes somebody",
        "aria-label=\"Open one\"",
        "Quiet",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    assert!(!page.contains(">elsewhere<"), "that is another server's");
    let page = drawn(browser, format!("{}/?still=1&person=602", standin.base())).await;
    assert!(page.contains("このアラートを説明") && !page.contains("Quiet") && !page.contains(">board<"), "{page}");
    let page = drawn(browser, format!("{}/?still=1&server=9999", standin.base())).await;
    assert!(page.contains("Welcome to #elsewhere") && !page.contains("Explain this alert"), "{page}");
    standin.stop().await;
}
