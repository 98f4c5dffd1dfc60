//! Private notes about what somebody watches.

use hookbell_fake_discord::{Member, Overwrite, StoredMessage, permission};

use super::feed_bridge::{CHANNEL, FeedBridge, PATIENCE};
use crate::support::eventually;

/// Where the config's route for GitHub leads.
const CODE: &str = "2222";

impl FeedBridge {
    async fn send_issue(&self, number: u32, title: &str) {
        let body = format!(
            r#"{{"action":"opened","issue":{{"number":{number},"title":"{title}","html_url":"https://github.com/o/r/issues/{number}"}},"repository":{{"full_name":"o/r"}},"sender":{{"login":"ada"}}}}"#
        );
        let delivery = format!("d{number}");
        let headers = [("x-github-event", "issues"), ("x-github-delivery", delivery.as_str())];
        assert_eq!(self.app.send("github", &headers, &body).await.status, 200);
    }

    fn notes(&self) -> Vec<StoredMessage> {
        self.discord.messages(&self.discord.direct_channel(&Member::default().id))
    }
}

#[tokio::test]
async fn a_watch_is_told_in_direct_messages_until_it_is_turned_off_there() {
    let bridge = FeedBridge::start().await;
    bridge.placed("alerts").await;
    let answer = bridge.typed(CODE, "events watch", &[("text", "crash")]).await;
    assert!(answer.text().contains("“crash”"), "{}", answer.text());
    bridge.send_issue(1, "A typo").await;
    bridge.send_issue(2, "Crash in the parser").await;
    let direct = bridge.discord.direct_channel(&Member::default().id);
    let notes = bridge.discord.wait_for_messages(&direct, 1, PATIENCE).await;
    assert!(notes[0].text().contains("Crash in the parser") && !notes[0].text().contains("typo"), "{notes:?}");
    let here = bridge.discord.member(&Member::default()).in_channel(&direct);
    let off = here.press(&notes[0], "Turn off").await.expect("an answer");
    assert!(off.text().contains("no longer watched"), "{}", off.text());
    let again = here.press(&notes[0], "Turn off").await.expect("an answer");
    assert!(again.text().contains("not watched any more"), "{}", again.text());
    assert_eq!(bridge.app.store.watches().await, Ok(vec![]));
    assert_eq!(bridge.notes().len(), 1);
    bridge.stop().await;
}

#[tokio::test]
async fn a_key_is_watched_and_what_is_told_once_is_not_told_again_after_a_restart() {
    let bridge = FeedBridge::start().await;
    bridge.placed("alerts").await;
    bridge.typed(CODE, "events watch", &[("key", "issue:o/r#7")]).await;
    bridge.send_issue(6, "Another one").await;
    bridge.send_issue(7, "The one").await;
    let direct = bridge.discord.direct_channel(&Member::default().id);
    let notes = bridge.discord.wait_for_messages(&direct, 1, PATIENCE).await;
    assert!(notes[0].text().contains("The one") && !notes[0].text().contains("Another"), "{notes:?}");
    let newest = bridge.app.store.newest_event().await.expect("asked");
    let bridge = bridge.restart().await;
    bridge.send_issue(8, "And another").await;
    eventually("the next event", async || bridge.app.store.newest_event().await.expect("asked") != newest).await;
    assert_eq!(bridge.notes().len(), 1);
    bridge.stop().await;
}

#[tokio::test]
async fn who_may_not_see_the_channel_any_more_is_not_told() {
    let bridge = FeedBridge::start().await;
    bridge.placed("alerts").await;
    bridge.typed(CODE, "events watch", &[("source", "github")]).await;
    assert_eq!(bridge.app.store.watches().await.expect("asked").len(), 1);
    bridge.discord.put_overwrite(CODE, Overwrite::deny("1111", permission::VIEW_CHANNEL));
    bridge.discord.put_overwrite(CODE, Overwrite::allow("4444", permission::VIEW_CHANNEL));
    bridge.send_issue(1, "A secret").await;
    eventually("the watch is over", async || bridge.app.store.watches().await.expect("asked").is_empty()).await;
    assert_eq!(bridge.notes().len(), 0);
    bridge.stop().await;
}

#[tokio::test]
async fn at_most_twenty_things_are_watched_and_nothing_at_all_is_none() {
    let bridge = FeedBridge::start().await;
    let nothing = bridge.typed(CHANNEL, "events watch", &[]).await.text();
    assert!(nothing.contains("Say what you want to hear of"), "{nothing}");
    let new = hookbell::store::NewWatch {
        asker: Member::default().id,
        guild: "1111".to_owned(),
        channel: Some(CHANNEL.to_owned()),
        locale: "en".to_owned(),
        filter: hookbell::store::WatchFilter { source: Some("stripe".to_owned()), ..Default::default() },
    };
    for _ in 0..20 {
        let now = hookbell_model::timestamp::Timestamp::now();
        assert!(bridge.app.store.add_watch(new.clone(), 20, now).await.expect("asked").is_some());
    }
    let full = bridge.typed(CHANNEL, "events watch", &[("source", "stripe")]).await.text();
    assert!(full.contains("20 things"), "{full}");
    bridge.stop().await;
}
