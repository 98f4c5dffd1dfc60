//! The effect of Discord's answers, and of lost ones, on a delivery.

use super::*;

#[tokio::test]
async fn a_429_costs_no_attempt_and_is_waited_for_exactly() {
    let sink = Sink::start().await;
    sink.script([limited(0.376)]);
    let mut courier = CourierTest::with(&sink).await;
    let id = courier.orders([1]).await[0];
    let sends = sink.wait_for(2).await;
    let waited = sends[1].at - sends[0].at;
    assert!((376..600).contains(&waited.as_millis()), "{waited:?}");
    let delivery = courier.delivered(id).await;
    // The one that delivered it.
    assert_eq!((delivery.attempts, delivery.possible_repeat), (1, false));
    assert_eq!(courier.outcomes(id).await, ["waited", "delivered"]);
}

#[tokio::test]
async fn nothing_is_sent_into_an_empty_bucket() {
    let sink = Sink::start().await;
    let saved = reply(200, json!({ "id": "5", "channel_id": "77" }));
    sink.script([saved
        .with("x-ratelimit-bucket", "b")
        .with("x-ratelimit-limit", "5")
        .with("x-ratelimit-remaining", "0")
        .with("x-ratelimit-reset-after", "0.400")]);
    let mut courier = CourierTest::new().await;
    // Two lanes of one webhook share its bucket; another webhook has its own.
    let lanes = [("sales", webhook("1")), ("support", webhook("1")), ("ops", webhook("2"))];
    courier.start_with(&sink.base(), &lanes, Config::default());
    let first = courier.orders([1]).await[0];
    courier.delivered(first).await;
    courier.orders([2]).await;
    courier.accept_for("support", "order.paid", &json!({ "n": 3 })).await;
    courier.accept_for("ops", "order.paid", &json!({ "n": 4 })).await;
    let sends = sink.wait_for(4).await;
    assert_eq!(titles(&sends)[1], "order 4", "the other webhook need not wait");
    let waited = sends[2].at - sends[0].at;
    assert!((400..600).contains(&waited.as_millis()), "{waited:?}");
}

#[tokio::test]
async fn server_errors_and_an_unreachable_server_are_waited_out() {
    let sink = Sink::start().await;
    let address = sink.address.to_string();
    sink.script([reply(502, "<html>bad gateway</html>")]);
    let mut courier = CourierTest::with(&sink).await;
    let first = courier.orders([1]).await[0];
    assert_eq!(courier.delivered(first).await.attempts, 2);
    assert_eq!(courier.outcomes(first).await, ["failed", "delivered"]);
    drop(sink);
    let second = courier.orders([2]).await[0];
    let waiting = courier.until(second, "failed", |delivery| delivery.attempts >= 1).await;
    assert!(waiting.reason_text().contains("cannot connect") || waiting.possible_repeat, "{}", waiting.reason_text());
    let sink = Sink::at(&address).await;
    courier.delivered(second).await;
    assert_eq!(titles(&sink.sends()), ["order 2"]);
}

#[tokio::test]
async fn a_lost_answer_is_repeated_once_soon_and_marked() {
    let sink = Sink::start().await;
    sink.script([Reply::Close]);
    let mut courier = CourierTest::with(&sink).await;
    let id = courier.orders([1]).await[0];
    let delivery = courier.delivered(id).await;
    assert!(delivery.possible_repeat && delivery.reason_text().contains("may be posted twice"), "{delivery:?}");
    assert_eq!(courier.outcomes(id).await, ["lost", "delivered"]);
    let sends = sink.sends();
    assert_eq!(sends.len(), 2);
    assert!(sends[1].at - sends[0].at < Duration::from_secs(2));
}

#[tokio::test]
async fn after_two_lost_answers_requests_are_rare() {
    let sink = Sink::start().await;
    sink.script([Reply::Close, Reply::Close]);
    let mut courier = CourierTest::with(&sink).await;
    let id = courier.orders([1]).await[0];
    let delivery = courier.until(id, "lost twice", |delivery| delivery.attempts >= 2).await;
    assert!(delivery.not_before.since(Timestamp::now()) > Duration::from_secs(55), "{delivery:?}");
    assert_eq!(sink.sends().len(), 2);
}

#[tokio::test]
async fn answers_that_are_not_discords_do_not_count_as_delivered() {
    let odd = [
        (reply(200, "<html>Welcome to the airport</html>"), "lost"),
        (reply(200, "{\"id\": 5"), "lost"),
        (reply(200, ""), "lost"),
        (reply(302, "").with("location", "https://example.com/"), "failed"),
        (reply(404, "<h1>not found</h1>"), "failed"),
    ];
    // Each waits a second or so before it tries again: all at once.
    let cases = odd.map(|(answer, outcome)| async move {
        let sink = Sink::start().await;
        sink.script([answer.clone()]);
        let mut courier = CourierTest::with(&sink).await;
        let id = courier.orders([1]).await[0];
        courier.delivered(id).await;
        assert_eq!(courier.outcomes(id).await, [outcome, "delivered"], "{answer:?}");
    });
    futures_util::future::join_all(cases).await;
}

#[tokio::test]
async fn an_answer_without_end_is_delivered_once() {
    let sink = Sink::start().await;
    let huge = format!("{{\"id\":\"1\",\"content\":\"{}\"}}", "x".repeat(5_000_000));
    sink.script([reply(200, huge)]);
    let mut courier = CourierTest::with(&sink).await;
    let ids = courier.orders([1, 2]).await;
    courier.delivered(ids[1]).await;
    assert_eq!(sink.sends().len(), 2);
    assert_eq!(courier.delivery(ids[0]).await.message, None);
}

#[tokio::test]
async fn a_refused_message_goes_out_plainly_or_dies_with_both_reasons() {
    let sink = Sink::start().await;
    let refusal = json!({ "code": 50035, "message": "Invalid Form Body", "errors": { "embeds": { "0": { "title": {
        "_errors": [{ "code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length." }] } } } } });
    sink.script([reply(400, &refusal)]);
    let mut courier = CourierTest::with(&sink).await;
    let id = courier.orders([1]).await[0];
    let delivery = courier.delivered(id).await;
    assert!(delivery.reason_text().contains("plain message"), "{}", delivery.reason_text());
    assert!(delivery.reason_text().contains("embeds[0].title: Must be 256"), "{}", delivery.reason_text());
    sink.script([reply(400, &refusal), error(400, 200_000)]);
    let ids = courier.orders([2, 3]).await;
    courier.delivered(ids[1]).await;
    let dead = courier.delivery(ids[0]).await;
    assert_eq!(dead.status, Status::Dead);
    assert!(
        dead.reason_text().contains("embeds[0].title") && dead.reason_text().contains("code 200000"),
        "{}",
        dead.reason_text()
    );
}

#[tokio::test]
async fn a_ban_holds_every_lane() {
    let sink = Sink::start().await;
    sink.script([reply(403, "<html>blocked</html>").with("retry-after", "1")]);
    let mut courier = CourierTest::new().await;
    courier.start_with(&sink.base(), &[("sales", webhook("1")), ("support", webhook("2"))], Config::default());
    let banned = courier.orders([1]).await[0];
    courier.until(banned, "waiting", |delivery| delivery.reason_text().contains("waits 1s")).await;
    courier.accept_for("support", "order.paid", &json!({ "n": 2 })).await;
    let sends = sink.wait_for(3).await;
    assert!(sends[1].at - sends[0].at >= Duration::from_secs(1));
    assert_eq!(courier.delivered(banned).await.attempts, 1);
}

/// As Discord does it, with its hidden limit, only quicker.
#[tokio::test]
async fn two_webhooks_of_one_channel_never_run_into_a_limit() {
    let limits = RateLimits {
        webhook: Some(Quota::new(5, Duration::from_millis(400))),
        channel: Some(Quota::new(6, Duration::from_millis(1500))),
        ..RateLimits::default()
    };
    let webhooks = vec![WebhookSpec::new("3331", "a", "2222"), WebhookSpec::new("3332", "b", "2222")];
    let discord =
        StandIn::start(StandInOptions { limits, webhooks, ..StandInOptions::default() }).await.expect("binds");
    let url = |name: &str| Webhook::parse(&discord.webhook_url(name).expect("there")).expect("a webhook");
    let mut courier = CourierTest::new().await;
    courier.singly();
    let budget = Some(Rate { count: 6, span: Duration::from_millis(1500) });
    let config = Config { channel_budget: budget, ..Config::default() };
    courier.start_with(&discord.base(), &[("sales", url("a")), ("support", url("b"))], config);
    let mut last = Vec::new();
    for n in 1..=9 {
        last = courier.orders([n]).await;
        last.push(courier.accept_for("support", "order.paid", &json!({ "n": n })).await);
    }
    for id in last {
        courier.delivered(id).await;
    }
    let refused: Vec<_> = discord.requests().into_iter().filter(|seen| seen.status == Some(429)).collect();
    assert!(refused.is_empty(), "{refused:#?}");
    assert_eq!(discord.messages("2222").len(), 18);
    discord.stop().await;
}
