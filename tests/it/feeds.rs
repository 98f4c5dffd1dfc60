//! Feeds through the whole program: somebody subscribes a channel in Discord, an event comes in, and the message is there.

mod endings;
mod feed_bridge;
mod templates;
mod watches;

use std::time::Duration;

use hookbell_fake_discord::{BotAccess, permission};
use hookbell_model::timestamp::Timestamp;

use self::feed_bridge::{CHANNEL, FORUM, FeedBridge, OTHER_CHANNEL, PATIENCE, THREAD};

#[tokio::test]
async fn a_channel_that_is_subscribed_gets_the_next_event_without_a_restart_and_after_one() {
    let bridge = FeedBridge::start().await;
    let answer = bridge.typed(CHANNEL, "feeds subscribe", &[("source", "stripe"), ("type", "invoice.*")]).await;
    assert!(answer.text().contains(r"stripe · invoice.\*") && answer.text().contains("<#5555>"), "{}", answer.text());
    assert!(answer.is_ephemeral());
    bridge.taken_up("feed-1").await;
    bridge.send_invoice("evt_1").await;
    let messages = bridge.discord.wait_for_messages(CHANNEL, 1, PATIENCE).await;
    assert_eq!(messages.len(), 1);
    assert!(messages[0].text().contains("49"), "{}", messages[0].text());
    assert_eq!(bridge.discord.messages("2222").len(), 0, "the config's route is for another source");
    let bridge = bridge.restart().await;
    bridge.send_invoice("evt_2").await;
    assert_eq!(bridge.discord.wait_for_messages(CHANNEL, 2, PATIENCE).await.len(), 2);
    bridge.stop().await;
}

#[tokio::test]
async fn masks_are_the_strictest_and_the_webhooks_url_is_nowhere() {
    let bridge = FeedBridge::start().await;
    let answer = bridge.typed(CHANNEL, "feeds subscribe", &[("source", "github")]).await;
    let tokens: Vec<String> = bridge.tokens();
    let [_, token] = tokens.as_slice() else { panic!("{tokens:?}") };
    let listed = bridge.typed(CHANNEL, "feeds list", &[]).await;
    assert!(listed.text().contains("github"), "{}", listed.text());
    bridge.taken_up("feed-1").await;
    let body = r#"{"action":"opened","issue":{"number":1,"title":"Write to ada@example.com","html_url":"https://github.com/o/r/issues/1"},"repository":{"full_name":"o/r"},"sender":{"login":"ada"}}"#;
    let sent = bridge.app.send("github", &[("x-github-event", "issues"), ("x-github-delivery", "d1")], body).await;
    assert_eq!(sent.status, 200, "{sent:?}");
    let messages = bridge.discord.wait_for_messages(CHANNEL, 1, PATIENCE).await;
    // The config's route masks tokens alone: so does the feed, and no less.
    assert!(messages[0].text().contains("ada@example.com"), "{}", messages[0].text());
    let audit = bridge.app.store.audit(hookbell::store::Scope::Everything, None, 9).await;
    for text in [answer.text(), listed.text(), format!("{:?}", bridge.app.store.feeds().await), format!("{audit:?}")] {
        assert!(!text.contains(token.as_str()), "{text}");
    }
    bridge.stop().await;
}

#[tokio::test]
async fn a_source_that_the_config_does_not_open_is_told_as_one_that_is_not_there() {
    let bridge = FeedBridge::start().await;
    let told = async |channel: &str, source: &str| {
        bridge.typed(channel, "feeds subscribe", &[("source", source)]).await.text().replace(source, "SOURCE")
    };
    let unknown = told(CHANNEL, "nothing").await;
    assert!(unknown.contains("There is no source `SOURCE`"), "{unknown}");
    assert_eq!(told(CHANNEL, "gitlab").await, unknown, "open to nobody");
    assert_eq!(told(OTHER_CHANNEL, "stripe").await, unknown, "open to another server");
    assert_eq!(bridge.suggested(OTHER_CHANNEL, "feeds subscribe", "source").await, Vec::<String>::new());
    assert_eq!(bridge.suggested(CHANNEL, "feeds subscribe", "source").await, ["github", "stripe"]);
    assert_eq!(bridge.tokens().len(), 1, "no webhook was made");
    bridge.stop().await;
}

#[tokio::test]
async fn a_bot_that_may_not_make_webhooks_says_where_it_gets_just_that() {
    let bridge = FeedBridge::start().await;
    let few = permission::VIEW_CHANNEL | permission::SEND_MESSAGES;
    for access in [BotAccess::Member { permissions: few }, BotAccess::CommandsOnly] {
        bridge.discord.set_bot("1111", access);
        let answer = bridge.typed(CHANNEL, "feeds subscribe", &[("source", "stripe")]).await.text();
        assert!(answer.contains("permissions=536870912&guild_id=1111"), "{access:?}: {answer}");
        assert!(answer.contains("client_id=4444"), "{answer}");
    }
    assert_eq!(bridge.app.store.feeds().await, Ok(vec![]));
    bridge.stop().await;
}

#[tokio::test]
async fn threads_and_forums_are_subscribed_and_one_webhook_serves_a_channel() {
    let bridge = FeedBridge::start().await;
    bridge.typed(CHANNEL, "feeds subscribe", &[("source", "stripe")]).await;
    bridge.typed(THREAD, "feeds subscribe", &[("source", "stripe")]).await;
    bridge.typed(CHANNEL, "feeds subscribe", &[("source", "stripe"), ("channel", FORUM)]).await;
    for feed in ["feed-1", "feed-2", "feed-3"] {
        bridge.taken_up(feed).await;
    }
    assert_eq!(bridge.tokens().len(), 3, "one of the config, one of the channel and its thread, one of the forum");
    bridge.send_invoice("evt_1").await;
    assert_eq!(bridge.discord.wait_for_messages(CHANNEL, 1, PATIENCE).await.len(), 1);
    assert_eq!(bridge.discord.wait_for_messages(THREAD, 1, PATIENCE).await.len(), 1);
    let is_post = |standin: &hookbell_fake_discord::StandIn| {
        let mut posts = standin.channels().into_iter();
        posts.find(|one| matches!(&one.kind, hookbell_fake_discord::ChannelKind::ThreadOf(of) if of == FORUM))
    };
    assert!(bridge.discord.wait_for(PATIENCE, is_post).await.is_some(), "a post of the forum");
    bridge.stop().await;
}

#[tokio::test]
async fn what_is_edited_or_ended_holds_for_the_next_event() {
    let bridge = FeedBridge::start().await;
    bridge.typed(CHANNEL, "feeds subscribe", &[("source", "stripe"), ("type", "charge.*")]).await;
    let again = bridge.typed(CHANNEL, "feeds subscribe", &[("source", "stripe"), ("type", "charge.*")]).await;
    assert!(again.text().contains("subscribed to just that"), "{}", again.text());
    bridge.taken_up("feed-1").await;
    let edited = bridge.typed(CHANNEL, "feeds edit", &[("feed", "1"), ("type", "invoice.*")]).await;
    assert!(edited.text().contains(r"stripe · invoice.\*"), "{}", edited.text());
    bridge.eventually_posts("evt", 1).await;
    let list = bridge.typed(CHANNEL, "feeds list", &[]).await;
    let opened = bridge.here(CHANNEL).choose(&list, "Open one…", &["1"]).await.expect("an answer");
    let ended = bridge.here(CHANNEL).press(&opened, "Unsubscribe").await.expect("an answer");
    assert!(ended.text().contains("no longer comes here"), "{}", ended.text());
    bridge.gone("feed-1").await;
    let count = bridge.discord.messages(CHANNEL).len();
    bridge.send_invoice("evt_last").await;
    let audit = bridge.typed(CHANNEL, "alerts audit", &[]).await.text();
    for entry in ["made feed 1", "edited feed 1", "ended feed 1"] {
        assert!(audit.contains(entry), "{audit}");
    }
    assert_eq!(bridge.discord.messages(CHANNEL).len(), count);
    bridge.stop().await;
}

#[tokio::test]
async fn routes_of_the_config_are_listed_as_such_and_are_no_feeds() {
    let bridge = FeedBridge::start().await;
    bridge.placed("alerts").await;
    let listed = bridge.typed("2222", "feeds list", &[]).await.text();
    assert!(listed.contains("📌") && listed.contains("github") && listed.contains("from the config"), "{listed}");
    let other = bridge.typed("2222", "feeds unsubscribe", &[("feed", "1")]).await.text();
    assert!(other.contains("There is no such feed here"), "{other}");
    let empty = bridge.typed(CHANNEL, "feeds list", &[]).await.text();
    assert!(empty.contains("Nothing is subscribed here"), "{empty}");
    bridge.stop().await;
}

#[tokio::test]
async fn a_feed_of_a_source_that_is_closed_stands_still_and_goes_on_when_it_is_open_again() {
    let bridge = FeedBridge::start().await;
    bridge.typed(CHANNEL, "feeds subscribe", &[("source", "stripe")]).await;
    bridge.taken_up("feed-1").await;
    let bridge = bridge.restart_with(|config| config.replace("subscribe = [\"1111\"]", "subscribe = []")).await;
    let listed = bridge.typed(CHANNEL, "feeds list", &[]).await.text();
    assert!(listed.contains("no longer opens"), "{listed}");
    bridge.send_invoice("evt_1").await;
    let bridge = bridge.restart_with(|config| config.replace("subscribe = []", "subscribe = [\"1111\"]")).await;
    bridge.send_invoice("evt_2").await;
    bridge.discord.wait_for_messages(CHANNEL, 1, PATIENCE).await;
    bridge.app.drained().await;
    assert_eq!(bridge.discord.messages(CHANNEL).len(), 1, "what came meanwhile was not for it");
    let kept = bridge.app.store.feeds().await.expect("asked");
    assert!(kept[0].created > Timestamp(0) && Timestamp::now().since(kept[0].created) < Duration::from_secs(600));
    bridge.stop().await;
}

#[tokio::test]
async fn a_reload_keeps_the_feeds_and_takes_up_what_is_open() {
    let bridge = FeedBridge::start().await;
    bridge.typed(CHANNEL, "feeds subscribe", &[("source", "stripe")]).await;
    bridge.taken_up("feed-1").await;
    let (open, closed) = ("subscribe = [\"1111\"]", "subscribe = [\"9999\"]");
    let is_taken = async || {
        let answer = bridge.sent_invoice(&format!("evt_{}", fastrand::u32(..))).await;
        !bridge.app.details(answer.body["event"].as_str().expect("an id")).await.deliveries.is_empty()
    };
    assert!(is_taken().await);
    bridge.reload_with(|config| config.replace(open, closed));
    crate::support::eventually("closed", async || !is_taken().await).await;
    bridge.reload_with(|config| config.replace(closed, open));
    crate::support::eventually("open again", async || is_taken().await).await;
    bridge.stop().await;
}
