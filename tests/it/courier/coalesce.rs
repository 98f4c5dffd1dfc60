//! What waits for a rate limit goes together: many messages in one, many updates as one.

use hookbell_model::delivery::{Mention, QueueOrder};

use super::*;

/// A success after which nothing may be posted for a while.
fn last_of_the_bucket(id: &str) -> Reply {
    reply(200, json!({ "id": id, "channel_id": "77" }))
        .with("x-ratelimit-bucket", "b")
        .with("x-ratelimit-limit", "5")
        .with("x-ratelimit-remaining", "0")
        .with("x-ratelimit-reset-after", "3")
}

/// A courier that has posted one message, after which it has to wait.
async fn behind(sink: &Sink) -> CourierTest {
    sink.script([last_of_the_bucket("1")]);
    let mut courier = CourierTest::with(sink).await;
    let first = courier.orders([1]).await[0];
    courier.delivered(first).await;
    courier
}

fn all_titles(request: &ReceivedRequest) -> Vec<&str> {
    let embeds = request.body["embeds"].as_array().expect("embeds");
    embeds.iter().map(|embed| embed["title"].as_str().expect("a title")).collect()
}

#[tokio::test]
async fn messages_that_wait_for_the_limit_go_in_one_post_in_their_order() {
    let sink = Sink::start().await;
    let mut courier = behind(&sink).await;
    let ids = courier.orders(2..=12).await;
    courier.delivered(ids[10]).await;
    let sends = sink.sends();
    assert_eq!(sends.len(), 3, "{sends:#?}");
    let expected: Vec<String> = (2..=11).map(|number| format!("order {number}")).collect();
    assert_eq!(all_titles(&sends[1]), expected);
    assert_eq!(all_titles(&sends[2]), ["order 12"]);
    let mut messages = Vec::new();
    for id in &ids {
        let delivery = courier.delivery(*id).await;
        assert_eq!((delivery.status, delivery.attempts), (Status::Delivered, 1));
        messages.push(delivery.message.expect("a message").id);
    }
    assert!(messages[..10].iter().all(|id| *id == messages[0]) && messages[10] != messages[0], "{messages:?}");
    let reason = courier.delivery(ids[0]).await.reason_text();
    assert!(reason.starts_with("posted in one message with 9 others (template shop.order"), "{reason}");
}

#[tokio::test]
async fn each_is_still_edited_in_its_own_place_also_after_a_restart() {
    let sink = Sink::start().await;
    let mut courier = behind(&sink).await;
    for n in 1..=3 {
        courier.accept("keyed.a", &json!({ "key": format!("k{n}"), "n": n })).await;
    }
    let shared = sink.wait_for(2).await[1].clone();
    assert_eq!(all_titles(&shared), ["keyed 1", "keyed 2", "keyed 3"]);
    let edit = courier.accept("keyed.a", &json!({ "key": "k2", "n": 20 })).await;
    courier.delivered(edit).await;
    courier.stop().await;
    courier.start(&sink.base());
    let edit = courier.accept("keyed.a", &json!({ "key": "k3", "n": 30 })).await;
    courier.delivered(edit).await;
    let sends = sink.sends();
    let methods: Vec<&Method> = sends[2..].iter().map(|send| &send.method).collect();
    assert_eq!(methods, [Method::PATCH, Method::PATCH]);
    assert_eq!(all_titles(&sends[2]), ["keyed 1", "keyed 20", "keyed 3"]);
    assert_eq!(all_titles(&sends[3]), ["keyed 1", "keyed 20", "keyed 30"]);
}

#[tokio::test]
async fn waiting_updates_of_one_thing_become_one_with_its_last_state() {
    let sink = Sink::start().await;
    let mut courier = behind(&sink).await;
    let mut ids = Vec::new();
    for n in 1..=6 {
        ids.push(courier.accept("keyed.a", &json!({ "key": "k", "n": n })).await);
    }
    courier.delivered(ids[5]).await;
    let sends = sink.sends();
    assert_eq!(sends.len(), 2, "{sends:#?}");
    assert_eq!(all_titles(&sends[1]), ["keyed 6"]);
    let first = courier.delivery(ids[0]).await;
    let words = format!("its message shows a later event of the same thing, {}", ids[5]);
    assert_eq!((first.status, first.reason_text()), (Status::Merged, words));
    let later = courier.accept("keyed.a", &json!({ "key": "k", "n": 7 })).await;
    courier.delivered(later).await;
    assert_eq!(sink.sends()[2].method, Method::PATCH, "all of them are known to be this message");
}

#[tokio::test]
async fn what_pings_goes_first_and_alone_unless_the_order_is_strict() {
    for (order, expected) in [
        (QueueOrder::UrgentFirst, vec![vec!["order 9"], vec!["order 2", "order 3"]]),
        (QueueOrder::Strict, vec![vec!["order 2", "order 3", "order 9"]]),
    ] {
        let sink = Sink::start().await;
        let mut courier = behind(&sink).await;
        let mut ids = courier.orders(2..=3).await;
        let plan = Plan { mention: vec![Mention::Role("222".to_owned())], order, ..Plan::default() };
        ids.push(courier.accept_with("sales", "order.paid", &json!({ "n": 9 }), plan).await);
        for id in ids {
            courier.delivered(id).await;
        }
        let sends = sink.sends();
        let found: Vec<_> = sends[1..].iter().map(all_titles).collect();
        assert_eq!(found, expected);
        let pings =
            sends.iter().filter(|send| send.body["content"].as_str().is_some_and(|text| text.contains("<@&222>")));
        assert_eq!(pings.count(), 1);
    }
}

#[tokio::test]
async fn a_route_may_keep_its_messages_apart_or_together() {
    let sink = Sink::start().await;
    let mut courier = behind(&sink).await;
    let never = Plan { batch: BatchMode::Never, ..Plan::default() };
    let mut last = None;
    for n in 2..=3 {
        last = Some(courier.accept_with("sales", "order.paid", &json!({ "n": n }), never.clone()).await);
    }
    courier.delivered(last.expect("accepted")).await;
    assert_eq!(sink.sends().len(), 3);
    courier.stop().await;
    // Nothing has to wait here, but several are there at once.
    let always = Plan { batch: BatchMode::Always, ..Plan::default() };
    for n in 4..=6 {
        last = Some(courier.accept_with("sales", "order.paid", &json!({ "n": n }), always.clone()).await);
    }
    courier.start(&sink.base());
    courier.delivered(last.expect("accepted")).await;
    assert_eq!(all_titles(&sink.sends()[3]), ["order 4", "order 5", "order 6"]);
}

#[tokio::test]
async fn a_refused_batch_falls_apart_and_only_the_bad_one_becomes_plain() {
    let sink = Sink::start().await;
    let mut courier = behind(&sink).await;
    let refused = || error(400, 50_035);
    sink.script([refused(), reply(200, json!({ "id": "2", "channel_id": "77" })), refused()]);
    let ids = courier.orders(2..=4).await;
    for id in &ids {
        courier.delivered(*id).await;
    }
    let titles: Vec<Vec<&str>> = sink.sends()[1..4]
        .iter()
        .map(|send| all_titles(send))
        .map(|titles| {
            titles
                .into_iter()
                .map(|title| match title {
                    "order 2" => "order 2",
                    "order 3" => "order 3",
                    _ => "order 4",
                })
                .collect()
        })
        .collect();
    assert_eq!(titles, [vec!["order 2", "order 3", "order 4"], vec!["order 2"], vec!["order 3"]]);
    let reason = courier.delivery(ids[1]).await.reason_text();
    assert!(reason.contains("as a plain message"), "{reason}");
    assert!(!courier.delivery(ids[2]).await.reason_text().contains("plain"));
}

#[tokio::test]
async fn a_crash_within_a_batch_repeats_that_batch_alone_and_marks_it() {
    let sink = Sink::start().await;
    let mut courier = behind(&sink).await;
    sink.script([Reply::Hang]);
    let ids = courier.orders(2..=4).await;
    sink.wait_for(2).await;
    let late = courier.orders(5..=6).await;
    courier.crash().await;
    courier.start(&sink.base());
    courier.delivered(late[1]).await;
    let sends = sink.sends();
    assert_eq!(all_titles(&sends[2]), ["order 2", "order 3", "order 4"], "as it was, and nothing else");
    for id in ids {
        assert!(courier.delivery(id).await.possible_repeat);
    }
    for id in late {
        assert!(!courier.delivery(id).await.possible_repeat);
    }
}

/// The batch is kept as what may be in the channel, and so is what overtakes it.
#[tokio::test]
async fn a_crash_while_something_urgent_overtakes_an_open_batch_marks_both() {
    let sink = Sink::start().await;
    let mut courier = behind(&sink).await;
    sink.script([Reply::Hang]);
    let batch = courier.orders(2..=4).await;
    sink.wait_for(2).await;
    courier.crash().await;
    let plan = Plan { mention: vec![Mention::Role("222".to_owned())], ..Plan::default() };
    let urgent = courier.accept_with("sales", "order.paid", &json!({ "n": 9 }), plan).await;
    sink.script([Reply::Hang]);
    courier.start(&sink.base());
    sink.wait_for(3).await;
    courier.crash().await;
    let late = courier.orders([5]).await[0];
    courier.start(&sink.base());
    courier.delivered(late).await;
    let sends = sink.sends();
    let expected = [vec!["order 9"], vec!["order 9"], vec!["order 2", "order 3", "order 4"], vec!["order 5"]];
    assert_eq!(sends[2..].iter().map(all_titles).collect::<Vec<_>>(), expected);
    for id in batch.into_iter().chain([urgent]) {
        assert!(courier.delivery(id).await.possible_repeat, "{id}");
    }
    assert!(!courier.delivery(late).await.possible_repeat);
}

/// In the batch a later event of a thing stands behind one that is not in it.
#[tokio::test]
async fn a_batch_whose_answer_was_lost_is_repeated_as_it_was() {
    for restarts in [false, true] {
        let sink = Sink::start().await;
        let mut courier = behind(&sink).await;
        sink.script([Reply::Close]);
        let never = Plan { batch: BatchMode::Never, ..Plan::default() };
        courier.accept("keyed.a", &json!({ "key": "k", "n": 2 })).await;
        courier.orders([3]).await;
        courier.accept_with("sales", "order.paid", &json!({ "n": 4 }), never).await;
        let last = courier.accept("keyed.a", &json!({ "key": "k", "n": 5 })).await;
        sink.wait_for(2).await;
        courier.until(last, "lost", |delivery| delivery.possible_repeat).await;
        if restarts {
            courier.stop().await;
            courier.start(&sink.base());
        }
        let sends = sink.wait_for(4).await;
        let expected = [vec!["keyed 5", "order 3"], vec!["keyed 5", "order 3"], vec!["order 4"]];
        assert_eq!(sends[1..].iter().map(all_titles).collect::<Vec<_>>(), expected);
    }
}
