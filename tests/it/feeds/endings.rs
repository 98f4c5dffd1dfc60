//! What ends a feed besides those who made it: each has a line in the audit.

use hookbell::store::{EventDetails, Scope};
use hookbell_fake_discord::{BotAccess, FaultKind};
use hookbell_model::audit::{Actor, AuditAction};
use hookbell_model::delivery::{Reason, Status};
use hookbell_model::feed::FeedEnd;

use super::feed_bridge::{CHANNEL, FeedBridge, PATIENCE, THREAD};
use crate::support::eventually;

impl FeedBridge {
    /// Waits until a feed has ended, and says who and why.
    async fn ended(&self, feed: i64) -> (Actor, FeedEnd) {
        eventually("the end", async || {
            let entries = self.app.store.audit(Scope::Guild("1111".to_owned()), None, 20).await.expect("asked");
            entries.into_iter().find_map(|entry| match entry.action {
                AuditAction::FeedEnded { feed: ended, cause } if ended.0 == feed => Some((entry.author.actor, cause)),
                _ => None,
            })
        })
        .await
    }

    async fn newest(&self) -> EventDetails {
        let filter = hookbell::store::EventFilter::default();
        let newest = self.app.store.recent(filter, None, 1).await.expect("asked").remove(0);
        self.app.store.details(newest.event.id).await.expect("asked").expect("kept")
    }
}

#[tokio::test]
async fn a_webhook_that_somebody_deletes_ends_its_feeds() {
    let bridge = FeedBridge::start().await;
    bridge.typed(CHANNEL, "feeds subscribe", &[("source", "stripe")]).await;
    bridge.taken_up("feed-1").await;
    bridge.discord.delete_webhook("hookbell");
    bridge.send_invoice("evt_1").await;
    assert_eq!(bridge.ended(1).await, (Actor::Hookbell, FeedEnd::WebhookGone));
    bridge.gone("feed-1").await;
    let details = bridge.newest().await;
    let [(delivery, _)] = details.deliveries.as_slice() else { panic!("{details:?}") };
    assert_eq!((delivery.status, delivery.reason.clone()), (Status::Muted, Some(Reason::FeedEnded)));
    let audit = bridge.typed(CHANNEL, "alerts audit", &[]).await.text();
    assert!(audit.contains("ended feed 1: its webhook was deleted\n-# hookbell"), "{audit}");
    // And it can be made anew, with a new webhook.
    bridge.typed(CHANNEL, "feeds subscribe", &[("source", "stripe")]).await;
    bridge.taken_up("feed-2").await;
    bridge.send_invoice("evt_2").await;
    assert_eq!(bridge.discord.wait_for_messages(CHANNEL, 1, PATIENCE).await.len(), 1);
    bridge.stop().await;
}

#[tokio::test]
async fn a_channel_or_thread_that_is_gone_ends_its_feeds_at_once() {
    let bridge = FeedBridge::start().await;
    bridge.typed(CHANNEL, "feeds subscribe", &[("source", "stripe")]).await;
    bridge.typed(THREAD, "feeds subscribe", &[("source", "stripe")]).await;
    bridge.discord.delete_channel(THREAD);
    assert_eq!(bridge.ended(2).await, (Actor::Hookbell, FeedEnd::ChannelGone));
    assert_eq!(bridge.app.store.feeds().await.expect("asked").len(), 1, "its channel is there");
    bridge.discord.delete_channel(CHANNEL);
    assert_eq!(bridge.ended(1).await, (Actor::Hookbell, FeedEnd::ChannelGone));
    bridge.stop().await;
}

#[tokio::test]
async fn a_server_that_the_bot_leaves_ends_its_feeds_also_when_it_is_noticed_later() {
    let bridge = FeedBridge::start().await;
    bridge.typed(CHANNEL, "feeds subscribe", &[("source", "stripe")]).await;
    bridge.discord.set_bot("1111", BotAccess::CommandsOnly);
    assert_eq!(bridge.ended(1).await, (Actor::Hookbell, FeedEnd::BotLeft));
    bridge.discord.set_bot("1111", BotAccess::Member { permissions: hookbell_fake_discord::permission::ALL });
    bridge.typed(CHANNEL, "feeds subscribe", &[("source", "stripe")]).await;
    bridge.taken_up("feed-2").await;
    // While nobody listens.
    let bridge = bridge.restart_after(|discord| discord.set_bot("1111", BotAccess::CommandsOnly)).await;
    assert_eq!(bridge.ended(2).await, (Actor::Hookbell, FeedEnd::BotLeft));
    bridge.stop().await;
}

#[tokio::test]
async fn what_may_be_over_soon_ends_no_feed() {
    let bridge = FeedBridge::start().await;
    bridge.typed(CHANNEL, "feeds subscribe", &[("source", "stripe")]).await;
    bridge.taken_up("feed-1").await;
    // Not Discord's own answer: of a server in between.
    bridge.discord.inject(FaultKind::StatusHtml(404).on("hookbell").times(1));
    bridge.send_invoice("evt_1").await;
    assert_eq!(bridge.discord.wait_for_messages(CHANNEL, 1, PATIENCE).await.len(), 1);
    assert_eq!(bridge.app.store.feeds().await.expect("asked").len(), 1);
    bridge.stop().await;
}
