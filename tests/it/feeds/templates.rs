//! A message of a feed's own, from its form to the channel; and feeds as text for the config.

use hookbell::config::{Config, Environment};
use hookbell_config_file::Diagnostics;

use super::feed_bridge::{CHANNEL, FeedBridge, PATIENCE};
use crate::support::SECRET;

const TEMPLATE: &str = "title = \"🛒 {{ message.title }}\"\nfooter = \"{{ event.type }}\"\n";

#[tokio::test]
async fn a_template_is_tried_on_the_last_event_kept_used_and_taken_back() {
    let bridge = FeedBridge::start().await;
    bridge.typed(CHANNEL, "feeds subscribe", &[("source", "stripe")]).await;
    bridge.taken_up("feed-1").await;
    let here = bridge.here(CHANNEL);
    let opened = bridge.typed(CHANNEL, "feeds template", &[("feed", "1")]).await;
    assert!(opened.form().is_some(), "{opened:?}");
    let early = here.submit(&opened, &[("text", TEMPLATE)]).await.expect("an answer");
    assert!(early.text().contains("No event has come here yet"), "{}", early.text());
    bridge.send_invoice("evt_1").await;
    assert_eq!(bridge.discord.wait_for_messages(CHANNEL, 1, PATIENCE).await.len(), 1);
    bridge.app.drained().await;

    let opened = bridge.typed(CHANNEL, "feeds template", &[("feed", "1")]).await;
    let tried = here.submit(&opened, &[("text", TEMPLATE)]).await.expect("an answer");
    assert!(tried.is_ephemeral() && tried.text().contains("🛒"), "{}", tried.text());
    assert_eq!(bridge.app.store.feeds().await.expect("asked")[0].own_template, None, "it is only tried");
    let again = here.press(&tried, "Edit").await.expect("an answer");
    assert!(again.form().expect("a form").to_string().contains("🛒"), "what was written is there");
    let kept = here.press(&tried, "Keep").await.expect("an answer");
    assert!(kept.text().contains("version 1"), "{}", kept.text());
    let twice = here.press(&tried, "Keep").await.expect("an answer");
    assert!(twice.text().contains("done already"), "{}", twice.text());
    bridge.posts_with("🛒", true).await;
    let bridge = bridge.restart().await;
    bridge.posts_with("🛒", true).await;

    let undone = bridge.here(CHANNEL).press(&kept, "Undo").await.expect("an answer");
    assert!(undone.text().contains("own message is in use again"), "{}", undone.text());
    bridge.posts_with("🛒", false).await;
    let audit = bridge.typed(CHANNEL, "alerts audit", &[]).await.text();
    assert!(audit.contains("template of feed 1 to its version 1") && audit.contains("removed the template"), "{audit}");
    bridge.stop().await;
}

#[tokio::test]
async fn all_mistakes_of_a_template_are_told_and_it_is_not_kept() {
    let bridge = FeedBridge::start().await;
    bridge.typed(CHANNEL, "feeds subscribe", &[("source", "stripe")]).await;
    let opened = bridge.typed(CHANNEL, "feeds template", &[("feed", "1")]).await;
    let wrong = "title = \"{{ message.title \"\nmention = \"everyone\"\nextends = \"stripe.payment\"\n";
    let answer = bridge.here(CHANNEL).submit(&opened, &[("text", wrong)]).await.expect("an answer");
    for line in ["line 1", "line 2", "line 3"] {
        assert!(answer.text().contains(line), "{}", answer.text());
    }
    assert!(bridge.here(CHANNEL).press(&answer, "Keep").await.is_err(), "there is no such button");
    let edit = bridge.here(CHANNEL).press(&answer, "Edit").await.expect("an answer");
    assert!(edit.form().is_some());
    bridge.stop().await;
}

#[tokio::test]
async fn an_export_is_config_that_does_the_same_without_a_secret() {
    let bridge = FeedBridge::start().await;
    let all = [("source", "stripe"), ("type", "invoice.*"), ("topic", "payment"), ("severity", "warning")];
    bridge.typed(CHANNEL, "feeds subscribe", &all).await;
    let answer = bridge.typed(CHANNEL, "feeds export", &[]).await;
    let file = answer.message().expect("a message").files.first().expect("a file").clone();
    let text = String::from_utf8(file.bytes.clone()).expect("text");
    for line in [
        "source = \"stripe\"",
        "events = [\"invoice.*\"]",
        "topics = [\"payment\"]",
        "when = \"event.severity in ['warning', 'error', 'critical']\"",
        "to = \"feed_1\"",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    for token in bridge.tokens() {
        assert!(!text.contains(&token), "{text}");
    }
    let config = format!("[sources.stripe]\nprovider = \"stripe\"\nsecret = \"{SECRET}\"\n{text}");
    let url = "https://discord.com/api/webhooks/1/t";
    let environment = Environment::of(|name| (name == "FEED_1_WEBHOOK_URL").then(|| url.to_owned()));
    let mut diagnostics = Diagnostics::default();
    let read = Config::read("config.toml", &config, bridge.folder.path(), &environment, &mut diagnostics);
    assert!(read.is_some() && diagnostics.errors() == 0, "{diagnostics}\n{config}");
    bridge.stop().await;
}

impl FeedBridge {
    /// Sends events until the newest message has a text, or has it no more.
    async fn posts_with(&self, text: &str, has: bool) {
        let before = self.discord.messages(CHANNEL).len();
        crate::support::eventually(text, async || {
            self.send_invoice(&format!("evt_{}", fastrand::u32(..))).await;
            let messages = self.discord.messages(CHANNEL);
            messages.len() > before && messages.last().is_some_and(|last| last.text().contains(text) == has)
        })
        .await;
    }
}
