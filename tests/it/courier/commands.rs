//! Operators' commands beside the running courier: pause, resume, retry, purge.

use hookbell::store::{Paused, Purge, PurgeFilter};

use super::*;

/// A second hookbell on the same database, as the commands are.
async fn beside(courier: &CourierTest) -> Store {
    let url = store::StoreUrl::sqlite(courier.dir.path().join("hookbell.db"));
    Store::attach(&store::Config::new(url)).await.expect("the store is there")
}

fn paused() -> Paused {
    Paused { since: Timestamp::now(), reason: Some("a flood".to_owned()) }
}

#[tokio::test]
async fn a_paused_lane_keeps_everything_and_goes_on_when_it_is_resumed() {
    let sink = Sink::start().await;
    let mut courier = CourierTest::with(&sink).await;
    let first = courier.orders([1]).await[0];
    courier.delivered(first).await;
    let commands = beside(&courier).await;
    commands.pause_lane("sales", paused()).await.expect("paused");
    // Another process knows it at once; the courier needs a moment to notice.
    assert!(commands.lanes().await.expect("readable")[0].paused.is_some());
    let log = CapturedLog::start();
    eventually("the lane has noticed", async || log.text().contains("the lane is paused by an operator")).await;
    let ids = courier.orders(2..=4).await;
    // Also over a restart.
    courier.stop().await;
    courier.start(&sink.base());
    eventually("the lane has read it", async || log.text().matches("the lane is paused").count() > 1).await;
    assert_eq!(sink.sends().len(), 1);
    assert!(commands.resume_lane("sales", Timestamp::now()).await.expect("resumed"));
    courier.delivered(ids[2]).await;
    assert_eq!(titles(&sink.sends()), ["order 1", "order 2", "order 3", "order 4"]);
    assert!(!commands.resume_lane("sales", Timestamp::now()).await.expect("asked"), "it is not paused any more");
}

#[tokio::test]
async fn a_retry_does_not_wait_for_the_time_that_is_set() {
    let sink = Sink::start().await;
    sink.script([limited(3000.0)]);
    let mut courier = CourierTest::with(&sink).await;
    let id = courier.orders([1]).await[0];
    courier.until(id, "waiting", |delivery| delivery.reason.is_some()).await;
    courier.stop().await;
    courier.start(&sink.base());
    let commands = beside(&courier).await;
    commands.retry_lane("sales", Timestamp::now()).await.expect("asked");
    courier.delivered(id).await;
}

#[tokio::test]
async fn a_retry_looks_up_the_webhook_of_a_parked_lane() {
    let sink = Sink::start().await;
    sink.script([error(404, 10_015)]);
    sink.look_up(error(404, 10_015));
    let mut courier = CourierTest::with(&sink).await;
    let id = courier.orders([1]).await[0];
    courier.parked().await;
    sink.look_up(reply(200, json!({ "id": "1", "channel_id": "77" })));
    beside(&courier).await.retry_lane("sales", Timestamp::now()).await.expect("asked");
    courier.delivered(id).await;
}

#[tokio::test]
async fn what_is_purged_is_not_sent_and_stays_as_muted() {
    let sink = Sink::start().await;
    let mut courier = CourierTest::new().await;
    let ids = courier.orders(1..=1200).await;
    let commands = beside(&courier).await;
    let all = PurgeFilter::default();
    let found = commands.count_purge("sales", all.clone()).await.expect("counted");
    assert_eq!(found.count, 1200);
    assert!(found.oldest.is_some() && found.oldest <= found.newest);
    let other = PurgeFilter { source: Some("blog".to_owned()), ..PurgeFilter::default() };
    assert_eq!(commands.purge_lane("sales", other, Timestamp::now()).await, Ok(Purge::default()));
    let old = PurgeFilter { before: Some(Timestamp(1)), ..PurgeFilter::default() };
    assert_eq!(commands.purge_lane("sales", old, Timestamp::now()).await, Ok(Purge::default()));
    assert_eq!(courier.delivery(ids[0]).await.status, Status::Pending, "a count changes nothing");
    assert_eq!(commands.purge_lane("sales", all, Timestamp::now()).await, Ok(found));
    let last = courier.orders([1201]).await[0];
    courier.start(&sink.base());
    courier.delivered(last).await;
    assert_eq!(titles(&sink.sends()), ["order 1201"]);
    let purged = courier.delivery(ids[1199]).await;
    assert_eq!((purged.status, purged.reason_text().contains("purged")), (Status::Muted, true));
}

#[tokio::test]
async fn what_is_purged_while_it_is_sent_is_recorded_as_delivered() {
    let sink = Sink::start().await;
    let release = Arc::new(tokio::sync::Notify::new());
    sink.script([Reply::Once(Arc::clone(&release))]);
    let mut courier = CourierTest::with(&sink).await;
    let ids = courier.orders(1..=2).await;
    sink.wait_for(1).await;
    let commands = beside(&courier).await;
    commands.purge_lane("sales", PurgeFilter::default(), Timestamp::now()).await.expect("purged");
    release.notify_one();
    courier.delivered(ids[0]).await;
    assert_eq!(courier.delivery(ids[1]).await.status, Status::Muted);
}
