//! Dead webhooks, keyed messages, and stops at every moment.

use std::time::Instant;

use tokio::sync::Notify;

use super::*;

fn look_ups(seen: &[ReceivedRequest]) -> usize {
    seen.iter().filter(|seen| seen.method == Method::GET).count()
}

#[tokio::test]
async fn a_dead_webhook_parks_and_a_new_url_resumes() {
    let sink = Sink::start().await;
    sink.script([error(404, 10_015)]);
    sink.look_up(error(404, 10_015));
    let mut courier = CourierTest::with(&sink).await;
    let ids = courier.orders(1..=3).await;
    courier.parked().await;
    let waiting = courier.until(ids[0], "parked", |delivery| delivery.reason_text().contains("webhook is dead")).await;
    assert_eq!((waiting.status, waiting.attempts), (Status::Pending, 0));
    courier.orders([4]).await;
    courier.stop().await;
    // Still the same webhook: looked up once, nothing is sent.
    let asked = sink.look_ups().len();
    courier.start(&sink.base());
    sink.wait_until("a look-up", |seen| look_ups(seen) > asked).await;
    courier.stop().await;
    assert_eq!((sink.sends().len(), sink.look_ups().len()), (1, asked + 1));
    courier.start_with(&sink.base(), &[("sales", webhook("2"))], Config::default());
    let sends = sink.wait_for(5).await;
    assert_eq!(titles(&sends[1..]), ["order 1", "order 2", "order 3", "order 4"]);
    assert!(sends[1].path.contains("/webhooks/2/"));
}

#[tokio::test]
async fn a_parked_lane_resumes_when_its_webhook_answers_at_the_start() {
    let sink = Sink::start().await;
    sink.script([error(401, 50_027)]);
    let mut courier = CourierTest::with(&sink).await;
    let id = courier.orders([1]).await[0];
    courier.parked().await;
    courier.stop().await;
    courier.start(&sink.base());
    courier.delivered(id).await;
}

#[tokio::test]
async fn a_key_edits_in_place_also_after_a_restart() {
    let sink = Sink::start().await;
    let mut courier = CourierTest::with(&sink).await;
    courier.accept("keyed.a", &json!({ "key": "k1", "n": 1 })).await;
    courier.accept("keyed.a", &json!({ "key": "k2", "n": 2 })).await;
    let edit = courier.accept("keyed.a", &json!({ "key": "k1", "n": 3 })).await;
    let delivery = courier.delivered(edit).await;
    assert!(delivery.reason_text().starts_with("edited the message of an earlier event"), "{}", delivery.reason_text());
    courier.stop().await;
    courier.start(&sink.base());
    let edit = courier.accept("keyed.a", &json!({ "key": "k2", "n": 4 })).await;
    courier.delivered(edit).await;
    let sends = sink.sends();
    let methods: Vec<&Method> = sends.iter().map(|seen| &seen.method).collect();
    assert_eq!(methods, [Method::POST, Method::POST, Method::PATCH, Method::PATCH]);
    assert!(sends[2].path.ends_with("/messages/1001") && sends[3].path.ends_with("/messages/1002"));
    assert_eq!(sends[2].body["allowed_mentions"], json!({ "parse": [] }));
    assert_eq!(titles(&sends), ["keyed 1", "keyed 2", "keyed 3", "keyed 4"]);
}

#[tokio::test]
async fn a_keyed_message_that_is_gone_is_posted_anew() {
    let sink = Sink::start().await;
    let mut courier = CourierTest::with(&sink).await;
    let first = courier.accept("keyed.a", &json!({ "key": "k", "n": 1 })).await;
    courier.delivered(first).await;
    sink.script([error(404, 10_008)]);
    let second = courier.accept("keyed.a", &json!({ "key": "k", "n": 2 })).await;
    let delivery = courier.delivered(second).await;
    assert!(
        delivery.reason_text().starts_with("posted anew: the earlier message is gone"),
        "{}",
        delivery.reason_text()
    );
    let third = courier.accept("keyed.a", &json!({ "key": "k", "n": 3 })).await;
    courier.delivered(third).await;
    assert!(sink.sends()[3].path.ends_with("/messages/1002"), "the new message is the one to edit");
}

#[tokio::test]
async fn a_stop_finishes_what_is_in_flight_and_leaves_the_rest() {
    let sink = Sink::start().await;
    let release = Arc::new(Notify::new());
    sink.script([Reply::Once(Arc::clone(&release))]);
    let mut courier = CourierTest::with(&sink).await;
    let ids = courier.orders(1..=3).await;
    sink.wait_for(1).await;
    // The answer comes after the signal to stop.
    tokio::join!(courier.stop(), async { release.notify_one() });
    assert_eq!(courier.delivery(ids[0]).await.status, Status::Delivered);
    assert_eq!(courier.delivery(ids[1]).await.status, Status::Pending);
    assert_eq!(sink.sends().len(), 1);
    courier.start(&sink.base());
    let last = courier.delivered(ids[2]).await;
    assert!(!last.possible_repeat);
    assert_eq!(titles(&sink.sends()), ["order 1", "order 2", "order 3"]);
}

#[tokio::test]
async fn a_request_that_outlasts_the_stop_is_marked() {
    let sink = Sink::start().await;
    sink.script([Reply::Hang]);
    let mut courier = CourierTest::new().await;
    courier.drain = Duration::from_millis(200);
    courier.start(&sink.base());
    let id = courier.orders([1]).await[0];
    sink.wait_for(1).await;
    let begun = Instant::now();
    courier.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let delivery = courier.delivery(id).await;
    assert!(
        delivery.possible_repeat && delivery.reason_text().contains("stopped before the answer came"),
        "{delivery:?}"
    );
}

#[tokio::test]
async fn after_a_crash_only_the_first_delivery_may_be_a_repeat() {
    let sink = Sink::start().await;
    sink.script([Reply::Hang]);
    let mut courier = CourierTest::with(&sink).await;
    let ids = courier.orders(1..=2).await;
    sink.wait_for(1).await;
    courier.crash().await;
    courier.start(&sink.base());
    let first = courier.delivered(ids[0]).await;
    assert!(first.possible_repeat && first.reason_text().contains("hookbell ended while"), "{first:?}");
    assert!(!courier.delivered(ids[1]).await.possible_repeat);
}
