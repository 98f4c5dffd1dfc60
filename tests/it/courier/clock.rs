//! The clock is set back or ahead while lanes wait.

use hookbell_model::delivery::{FailureCause, Reason};
use hookbell_model::webhook_error::WebhookError;

use super::*;

const DAY_MS: i64 = 86_400_000;

#[tokio::test]
async fn a_clock_that_is_set_back_by_a_day_stops_no_lane() {
    let sink = Sink::start().await;
    sink.script([reply(503, ""), limited(0.3)]);
    let mut courier = CourierTest::with(&sink).await;
    courier.singly();
    let ids = courier.orders(1..=3).await;
    sink.wait_for(1).await;
    courier.clock.set_offset(-DAY_MS);
    courier.delivered(ids[2]).await;
    // What waited with it may go out in the same message.
    assert_eq!(titles(&sink.sends())[..3], ["order 1", "order 1", "order 1"]);
}

#[tokio::test]
async fn a_clock_that_is_set_ahead_cuts_no_wait_short() {
    let sink = Sink::start().await;
    sink.script([limited(1.5)]);
    let mut courier = CourierTest::with(&sink).await;
    let id = courier.orders([1]).await[0];
    courier.until(id, "waiting", |delivery| delivery.reason.is_some()).await;
    courier.clock.set_offset(DAY_MS);
    courier.delivered(id).await;
    let sends = sink.sends();
    assert!(sends[1].at - sends[0].at >= Duration::from_millis(1500), "{sends:#?}");
}

/// The delivery was put off by a process whose clock was a day ahead.
#[tokio::test]
async fn a_stored_time_of_a_clock_that_was_ahead_is_no_longer_a_wait_than_it_was() {
    let sink = Sink::start().await;
    let mut courier = CourierTest::new().await;
    let id = courier.orders([1]).await[0];
    let delivery = courier.delivery(id).await.id;
    let tomorrow = Timestamp(Timestamp::now().0 + DAY_MS);
    let error = WebhookError { status: Some(503), ..WebhookError::default() };
    let put_off = store::Postponement {
        delivery,
        not_before: tomorrow.after(Duration::from_millis(300)),
        reason: Reason::Failed { attempt: 1, cause: FailureCause::Error { error } },
        attempt: None,
        counts: true,
        possible_repeat: false,
    };
    courier.store.postpone(vec![put_off], tomorrow).await.expect("postponed");
    courier.start(&sink.base());
    courier.delivered(id).await;
}

#[tokio::test]
async fn edits_of_earlier_messages_outlast_a_clock_that_was_set_back() {
    let sink = Sink::start().await;
    let mut courier = CourierTest::with(&sink).await;
    let first = courier.accept("ring.a", &json!({ "key": "k", "n": 1, "who": ["a"] })).await;
    courier.delivered(first).await;
    // The new post succeeds, the edit of the earlier message is put off.
    sink.script([reply(200, json!({ "id": "2000", "channel_id": "77" })), reply(503, "")]);
    let second = courier.accept("ring.a", &json!({ "key": "k", "n": 2, "who": ["a", "b"] })).await;
    courier.delivered(second).await;
    sink.wait_for(3).await;
    courier.clock.set_offset(-DAY_MS);
    sink.wait_for(4).await;
    assert_eq!(sink.sends()[3].method, Method::PATCH);
    assert!(sink.sends()[3].path.ends_with("/messages/1001"), "{:?}", sink.sends()[3]);
}
