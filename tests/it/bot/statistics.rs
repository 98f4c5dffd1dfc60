//! `/events today` and `/events stats` over the gateway: text, chart and Share.

use hookbell_fake_discord::{InteractionResponse, Member};
use hookbell_model::delivery::{NewDelivery, Plan};
use hookbell_model::event::{Event, EventId, Facts, Identity, Raw, Severity, Topic};
use hookbell_model::sale::{ClaimedMoney, SaleAmount, SaleClaim, SaleKind};
use hookbell_model::timestamp::Timestamp;

use super::test_bot::{CHANNEL, OTHER_CHANNEL, PATIENCE, TestBot};
use super::{content, description};
use hookbell::store::NewEvent;

/// So many days ago.
fn sale(to: &str, days: i64, minor: i64) -> NewEvent {
    let received = Timestamp(Timestamp::now().0 - days * 86_400_000);
    let reference = format!("evt_{}", fastrand::u64(..));
    let amount = SaleAmount { minor, currency: "EUR".into(), decimals: 2 };
    let money = ClaimedMoney::Amount(amount);
    let keys = vec![reference.clone()];
    NewEvent {
        event: Event {
            id: EventId::UNSET,
            source: "stripe".into(),
            provider: "stripe".into(),
            reference,
            event_type: "invoice.paid".into(),
            topic: Topic::Payment,
            facts: Facts { severity: Some(Severity::Success), ..Facts::default() },
            time: received,
            received,
        },
        identity: Identity::Id,
        raw: Raw::default(),
        receipt: None,
        deliveries: vec![NewDelivery { destination: to.into(), plan: Plan::default() }],
        sales: vec![SaleClaim { keys, kind: SaleKind::Sale, part: String::new(), money, at: None }],
    }
}

#[tokio::test]
async fn today_and_stats_are_told_with_a_chart_and_can_be_shared() {
    let bot = TestBot::new().await;
    let days = [0, 0, 1, 1, 1, 3];
    bot.store.accept_all(days.iter().map(|days| sale("sales", *days, 1000)).collect()).await.expect("kept");
    bot.store.accept_all(vec![sale("secret", 0, 77_700)]).await.expect("kept");
    let today = bot.typed(CHANNEL, "/events today").await;
    assert!(description(&today).starts_with("**2 events** · ▼"), "{today:?}");
    assert!(description(&today).contains("💰 **€20.00** · ▼"), "{today:?}");
    let stats = bot.typed(CHANNEL, "/events stats window:7d by:type").await;
    assert!(description(&stats).contains("**6 events**") && description(&stats).contains("€60.00"), "{stats:?}");
    assert!(description(&stats).ends_with("invoice.paid · **6**"), "{stats:?}");
    let [chart] = &stats.files[..] else { panic!("{stats:?}") };
    assert!(chart.bytes.starts_with(b"\x89PNG") && chart.bytes.len() < 200_000);
    let alt = stats.object["attachments"][0]["description"].as_str().unwrap_or_default();
    assert!(alt.starts_with("Events per day (UTC): ") && alt.contains(" 3, "), "{alt}");
    assert!(stats.object["embeds"][0]["image"]["url"].as_str().is_some_and(|url| url.contains("events.png")));
    assert!(content(&stats).is_empty());
    let row = &stats.object["components"][0]["components"][0];
    let id = row["custom_id"].as_str().expect("an id");
    match bot.discord.press_button(&Member::default(), &stats.id, id, PATIENCE).await {
        Ok(InteractionResponse::Message(message)) => {
            assert!(!message.is_ephemeral() && description(&message).contains("**6 events**"), "{message:?}");
            assert_eq!(message.files.len(), 1);
        }
        other => panic!("{other:?}"),
    }
    bot.eventually("both servers", |bot| !bot.discord.commands(OTHER_CHANNEL).is_empty()).await;
    let there = bot.typed(OTHER_CHANNEL, "/events stats window:today").await;
    assert!(description(&there).contains("**1 event**") && description(&there).contains("€777.00"), "{there:?}");
    bot.stop().await;
}
