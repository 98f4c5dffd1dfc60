//! Discord is not there for a while, or a webhook is dead for a while.

use super::*;

#[tokio::test]
async fn after_a_long_outage_all_lanes_are_back_as_soon_as_discord_answers() {
    let sink = Sink::start().await;
    sink.look_up(reply(503, ""));
    let names: Vec<String> = (1..=20).map(|n| format!("lane-{n}")).collect();
    let all: Vec<(&str, Webhook)> = names.iter().zip(1..).map(|(name, n)| (&**name, webhook(&n.to_string()))).collect();
    let mut courier = CourierTest::new().await;
    let mut ids = Vec::new();
    for name in &names {
        ids.push(courier.accept_for(name, "order.paid", &json!({ "n": 1 })).await);
    }
    // As a long outage leaves them: the next attempt is an hour away.
    put_off_by_an_hour(&courier, &ids).await;
    courier.start_with(&sink.base(), &all, Config::default());
    let started = sink.look_ups().len();
    sink.wait_until("look-ups that fail", |seen| seen.len() > started + 21).await;
    assert_eq!(sink.sends().len(), 0, "nothing is sent before its time while Discord does not answer");
    sink.look_up(reply(200, json!({ "id": "1", "channel_id": "77" })));
    for id in ids {
        courier.delivered(id).await;
    }
}

async fn put_off_by_an_hour(courier: &CourierTest, ids: &[EventId]) {
    let error = hookbell_model::webhook_error::WebhookError { status: Some(503), ..Default::default() };
    let cause = hookbell_model::delivery::FailureCause::Error { error };
    let mut all = Vec::new();
    for id in ids {
        all.push(store::Postponement {
            delivery: courier.delivery(*id).await.id,
            not_before: Timestamp::now().after(Duration::from_secs(3600)),
            reason: hookbell_model::delivery::Reason::Failed { attempt: 12, cause: cause.clone() },
            attempt: None,
            counts: true,
            possible_repeat: false,
        });
    }
    courier.store.postpone(all, Timestamp::now()).await.expect("postponed");
}

#[tokio::test]
async fn while_look_ups_are_answered_and_posts_are_not_the_backoff_holds() {
    let sink = Sink::start().await;
    sink.script(std::iter::repeat_n(reply(503, ""), 100));
    let mut courier = CourierTest::with(&sink).await;
    courier.orders([1]).await;
    // 20 s of look-ups every two to four seconds.
    sink.wait_until("look-ups", |seen| seen.iter().filter(|seen| seen.method == Method::GET).count() >= 6).await;
    // Once because the first look-up was answered; the others after 1, 2, 4 and 5 seconds.
    assert!(sink.sends().len() <= 9, "{}", sink.sends().len());
}

#[tokio::test]
async fn a_parked_lane_resumes_by_itself_when_its_webhook_answers_again() {
    let sink = Sink::start().await;
    sink.script([error(404, 10_015)]);
    sink.look_up(error(404, 10_015));
    let mut courier = CourierTest::new().await;
    let config = Config { first_revival: Duration::from_millis(200), ..Config::default() };
    courier.start_with(&sink.base(), &[("sales", webhook("1"))], config);
    let ids = courier.orders(1..=3).await;
    courier.parked().await;
    // Asked again and again, ever more rarely.
    let started = sink.look_ups().len();
    sink.wait_until("look-ups", |seen| seen.len() > started + 3).await;
    assert_eq!(sink.sends().len(), 1, "a parked lane sends nothing");
    let asked = sink.look_ups();
    let gap = |at: usize| asked[at].at - asked[at - 1].at;
    assert!(gap(asked.len() - 1) > gap(asked.len() - 2), "the pauses grow: {asked:#?}");
    sink.look_up(reply(200, json!({ "id": "1", "channel_id": "77" })));
    courier.delivered(ids[2]).await;
    assert_eq!(titles(&sink.sends()), ["order 1", "order 1", "order 2", "order 3"]);
}
