//! What goes wrong with interactions: on their way to the bot, and with what the bot answers.

use hookbell_fake_discord::DeliveryFault;

use super::bare_bot::{ADA, ALERTS, BareBot, acme};
use super::*;

async fn ping_bot(standin: &StandIn) -> BareBot {
    BareBot::with_commands(standin, json!([{ "name": "ping", "description": "x" }])).await
}

fn pong() -> Value {
    json!({ "type": 4, "data": { "content": "pong" } })
}

#[tokio::test]
async fn an_interaction_comes_twice_late_without_fields_or_with_an_unknown_type() {
    let standin = acme().await;
    let mut bot = ping_bot(&standin).await;
    standin.limit_first_response(Duration::from_millis(50));
    let ada = standin.person(ADA).in_channel(ALERTS);
    let pointers = vec!["/member/permissions".to_owned(), "/locale".to_owned()];
    standin.inject_delivery([
        DeliveryFault::Twice,
        DeliveryFault::Without(pointers),
        DeliveryFault::OfType(99),
        DeliveryFault::Late(Duration::from_secs(4)),
        DeliveryFault::Lost,
    ]);
    for _ in 0..5 {
        ada.command("ping", &[]).await.expect("sent");
    }
    let (first, second) = (bot.interaction().await, bot.interaction().await);
    assert_eq!((&first["id"], &first["token"]), (&second["id"], &second["token"]));
    let cut = bot.interaction().await;
    assert!(
        cut.get("locale").is_none() && cut["member"].get("permissions").is_none() && cut["member"]["user"].is_object()
    );
    assert_eq!(bot.interaction().await["type"], 99);
    let late = bot.interaction().await;
    standin.limit_first_response(Duration::from_secs(3));
    let refused = bot.callback(&late, &pong()).await;
    assert_eq!((refused.status, &refused.body["code"]), (404, &json!(10062)));
    let of = |event: &Value| event["id"].as_str().expect("an id").parse::<u64>().expect("digits") >> 22;
    assert!(of(&cut) - of(&late) > 3000, "the id of a late one tells its age in milliseconds");
}

#[tokio::test]
async fn a_callback_is_carried_out_or_not_and_answered_with_anything() {
    let standin = acme().await;
    let mut bot = ping_bot(&standin).await;
    let ada = standin.person(ADA).in_channel(ALERTS);
    for status in [500, 502, 503] {
        standin.inject(FaultKind::Status(status).on_callbacks().times(1));
        let (answer, ()) = tokio::join!(ada.command("ping", &[]), async {
            let event = bot.interaction().await;
            assert_eq!(bot.callback(&event, &pong()).await.status, status);
            assert_eq!(bot.callback(&event, &pong()).await.status, 200, "it had no effect");
        });
        assert_eq!(answer.expect("sent").text(), "pong");
    }
    standin.inject(FaultKind::StatusAfter(502).on_interactions().times(1));
    let (answer, ()) = tokio::join!(ada.command("ping", &[]), async {
        let event = bot.interaction().await;
        assert_eq!(bot.callback(&event, &pong()).await.status, 502);
        assert_eq!(bot.callback(&event, &pong()).await.body["code"], 40060, "it had its effect");
    });
    assert_eq!(answer.expect("sent").text(), "pong");
    standin.inject(FaultKind::RateLimited(Duration::from_millis(1500)).on_callbacks().times(1));
    let ((), _) = tokio::join!(
        async {
            let event = bot.interaction().await;
            let limited = bot.callback(&event, &pong()).await;
            assert_eq!((limited.status, &limited.body["retry_after"]), (429, &json!(1.5)));
            assert_eq!(limited.header("retry-after"), Some("2"));
            assert_eq!(bot.callback(&event, &pong()).await.status, 200);
        },
        ada.command("ping", &[])
    );
}

#[tokio::test]
async fn a_socket_is_cut_before_or_behind_an_interaction() {
    let standin = acme().await;
    let mut bot = ping_bot(&standin).await;
    standin.limit_first_response(Duration::from_millis(20));
    let ada = standin.person(ADA).in_channel(ALERTS);
    standin.inject_delivery([DeliveryFault::ThenDisconnect]);
    ada.command("ping", &[]).await.expect("sent");
    assert_eq!(bot.interaction().await["type"], 2);
    assert!(bot.is_cut_off().await);
    let mut bot = ping_bot(&standin).await;
    standin.inject_delivery([DeliveryFault::AfterDisconnect]);
    ada.command("ping", &[]).await.expect("sent");
    assert!(bot.is_cut_off().await, "it comes with a resumed session");
}
