//! `/events today` and `/events stats`: short, right about money, and about what the asker may see alone.

use serde_json::{Value, json};

use super::fixture::{Asker, BotFixture, ELSEWHERE, OPERATOR, USER, VIEWER, command, command_in, pressed};
use crate::bot::answer::{Reply, Row};
use crate::bot::gate::Access;
use crate::store::NewEvent;
use hookbell_model::delivery::{NewDelivery, Plan};
use hookbell_model::event::{Event, EventId, Facts, Identity, Raw, Severity, Topic};
use hookbell_model::sale::{ClaimedMoney, SaleAmount, SaleClaim, SaleKind};
use hookbell_model::timestamp::Timestamp;

const DAY: i64 = 86_400_000;

fn anybody() -> Asker {
    Asker::default()
}

fn claim(keys: &[&str], kind: SaleKind, minor: i64, currency: &str) -> SaleClaim {
    let amount = SaleAmount { minor, currency: currency.into(), decimals: if currency == "JPY" { 0 } else { 2 } };
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    SaleClaim { keys, kind, part: String::new(), money: ClaimedMoney::Amount(amount), at: None }
}

impl BotFixture {
    /// An event that says something of a sale.
    async fn sale(&self, to: &[&str], sales: Vec<SaleClaim>, change: impl FnOnce(&mut Event)) {
        let mut event = Event {
            id: EventId::UNSET,
            source: "stripe".into(),
            provider: "stripe".into(),
            reference: format!("evt_{}", fastrand::u64(..)),
            event_type: "invoice.paid".into(),
            topic: Topic::Payment,
            facts: Facts { severity: Some(Severity::Success), ..Facts::default() },
            time: Timestamp::now(),
            received: Timestamp::now(),
        };
        change(&mut event);
        let new = |name: &&str| NewDelivery { destination: (*name).into(), plan: Plan::default() };
        let deliveries = to.iter().map(new).collect();
        let (identity, raw) = (Identity::Id, Raw::default());
        let new = NewEvent { event, identity, raw, receipt: None, deliveries, sales };
        self.store.accept_all(vec![new]).await.expect("kept");
    }
}

/// A day with a payment that came four times, a refund, a dispute, yen, and a broken build.
async fn day() -> BotFixture {
    use SaleKind::{Dispute, Refund, Sale};
    let fixture = BotFixture::new().await;
    for keys in [["pi:1", "ch:1"], ["ch:1", "cs:1"], ["cs:1", "in:1"], ["in:1", "pi:1"]] {
        fixture.sale(&["sales"], vec![claim(&keys, Sale, 4900, "EUR")], |_| {}).await;
    }
    fixture.sale(&["sales"], vec![claim(&["pi:2"], Sale, 120_000, "EUR")], |_| {}).await;
    fixture.sale(&["sales"], vec![claim(&["pi:1"], Refund, 1500, "EUR")], |event| event.topic = Topic::Refund).await;
    fixture.sale(&["sales"], vec![claim(&["pi:2"], Dispute, 2000, "EUR")], |_| {}).await;
    fixture.sale(&["sales"], vec![claim(&["pi:3"], Sale, 3000, "JPY")], |_| {}).await;
    let build = |event: &mut Event| {
        event.source = "github".into();
        event.event_type = "build of ada@example.com".into();
        event.topic = Topic::Build;
        event.facts.severity = Some(Severity::Error);
    };
    fixture.sale(&["sales"], Vec::new(), build).await;
    fixture
}

fn shown(reply: &Reply) -> String {
    let embed = reply.message.embeds.first().expect("an embed");
    format!("{}\n{}\n{}", embed.title, embed.description, embed.footer.text)
}

#[tokio::test]
async fn today_says_what_came_in_and_money_that_adds_up() {
    let fixture = day().await;
    let reply = fixture.reply(anybody(), command("events today", &[])).await;
    let wanted = "Today\n**9 events** · 🆕\n🔴 1\n💰 **€1,214.00** · 🆕\n-# 2 sales · €1,249.00\n-# 1 refund · \\-€15.00\n\
                  -# 1 dispute · \\-€20.00\n💰 **¥3,000** · 🆕\n-# 1 sale\n\nMost by source:\nstripe · **8**\ngithub · **1**\n\
                  UTC · against yesterday by this time";
    assert_eq!(shown(&reply), wanted);
    for line in shown(&reply).lines() {
        assert!(line.replace(['*', '#'], "").chars().count() <= 40, "{line}");
    }
    let german = fixture.reply(Asker { locale: "de", ..anybody() }, command("events today", &[])).await;
    assert!(shown(&german).contains("2 Verkäufe · 1.249,00"), "{}", shown(&german));
    let japanese = fixture.reply(Asker { locale: "ja", ..anybody() }, command("events today", &[])).await;
    assert!(shown(&japanese).contains("返金 1 件"), "{}", shown(&japanese));
}

#[tokio::test]
async fn what_may_not_be_seen_does_not_count() {
    let fixture = day().await;
    fixture.sale(&["ops"], vec![claim(&["pi:9"], SaleKind::Sale, 77_700, "EUR")], |_| {}).await;
    fixture.sale(&["secret"], vec![claim(&["pi:1"], SaleKind::Sale, 88_800, "EUR")], |_| {}).await;
    let today = |options: &[(&str, Value)]| command("events today", options);
    let here = shown(&fixture.reply(anybody(), today(&[])).await);
    assert!(here.contains("**9 events**") && here.contains("€1,214.00"), "{here}");
    let other = shown(&fixture.reply(anybody(), command_in("events today", "3333", VIEWER)).await);
    assert!(other.contains("**1 event**") && other.contains("€777.00"), "{other}");
    let operator = Asker { permissions: OPERATOR, ..anybody() };
    let server = shown(&fixture.reply(operator, today(&[("everywhere", json!(true))])).await);
    assert!(server.contains("**10 events**") && server.contains("€1,991.00"), "{server}");
    let secret = Asker { guild: Some(ELSEWHERE), channel: "8888", ..anybody() };
    let secret = shown(&fixture.reply(secret, today(&[])).await);
    assert!(secret.contains("**1 event**") && secret.contains("€888.00"), "{secret}");
    fixture.configure(|config| config.access = Access::with_operators(vec![USER.to_owned()]));
    let all = shown(&fixture.reply(Asker { guild: None, ..anybody() }, today(&[])).await);
    assert!(all.contains("**11 events**"), "{all}");
    // No destination posts there: the same words as anywhere else.
    let nowhere = fixture.text(Asker { channel: "4040", ..anybody() }, today(&[])).await;
    assert!(nowhere.starts_with("No hookbell destination"), "{nowhere}");
}

#[tokio::test]
async fn stats_are_of_a_window_and_of_what_is_asked_for() {
    let fixture = day().await;
    for days in [1, 2, 40] {
        fixture
            .sale(&["sales"], vec![claim(&[], SaleKind::Sale, 1000, "EUR")], |event| {
                event.received = Timestamp(event.received.0 - days * DAY);
            })
            .await;
    }
    let ask = async |options: &[(&str, &str)]| {
        let options: Vec<(&str, Value)> = options.iter().map(|(name, value)| (*name, json!(value))).collect();
        shown(&fixture.reply(anybody(), command("events stats", &options)).await)
    };
    let week = ask(&[]).await;
    assert!(week.starts_with("Last 7 days\n**11 events**\n") && week.contains("€1,234.00"), "{week}");
    assert!(ask(&[("window", "yesterday")]).await.contains("**1 event**"));
    let refunds = ask(&[("window", "today"), ("topic", "refund"), ("by", "type")]).await;
    assert!(
        refunds.contains("**1 event**")
            && refunds.ends_with("invoice.paid · **1**\nRefund · UTC")
            && refunds.contains(r"1 refund · \-€15.00"),
        "{refunds}"
    );
    let by_type = ask(&[("window", "today"), ("source", "github"), ("by", "type")]).await;
    assert!(by_type.contains("Most by type:\nbuild of a") && !by_type.contains("ada@"), "masked: {by_type}");
    let nothing = ask(&[("window", "today"), ("source", "gitlab")]).await;
    assert!(nothing.contains("**0 events**\nWithout the filter there are 9 events."), "{nothing}");
    let severities = ask(&[("window", "today"), ("by", "severity")]).await;
    assert!(severities.contains("By severity:\n🟢 success · **8**\n🔴 error · **1**"), "{severities}");
    let compared = command("events stats", &[("window", json!("today")), ("compare", json!(true))]);
    let compared = shown(&fixture.reply(anybody(), compared).await);
    assert!(compared.contains("**9 events** · ▲ 800%"), "{compared}");
    let wrong = fixture.text(anybody(), command("events stats", &[("topic", json!("money"))])).await;
    assert!(wrong.starts_with("There is no topic"), "{wrong}");
}

#[tokio::test]
async fn a_chart_is_small_says_its_numbers_and_is_there_where_there_is_something_to_see() {
    let fixture = day().await;
    let reply = fixture.reply(anybody(), command("events stats", &[])).await;
    assert!(reply.message.files.is_empty(), "one bar is no chart");
    for days in [1, 3] {
        for _ in 0..days {
            fixture
                .sale(&["sales"], Vec::new(), |event| event.received = Timestamp(event.received.0 - days * DAY))
                .await;
        }
    }
    fixture.configure(|config| config.zone = "Asia/Tokyo".parse().expect("a zone"));
    let reply = fixture.reply(anybody(), command("events stats", &[])).await;
    let [file] = reply.message.files.as_slice() else { panic!("no chart") };
    assert_eq!(reply.new_body(true)["embeds"][0]["image"]["url"], format!("attachment://{}", file.filename));
    assert!(file.bytes.len() < 200_000 && file.bytes.starts_with(b"\x89PNG"), "{}", file.bytes.len());
    assert!(file.description.starts_with("Events per day (Asia/Tokyo): "), "{}", file.description);
    assert!(file.description.ends_with(" 9") && file.description.contains(" 3, "), "{}", file.description);
    let german = fixture.reply(Asker { locale: "de", ..anybody() }, command("events stats", &[])).await;
    assert!(german.message.files[0].description.starts_with("Ereignisse je Tag (Asia/Tokyo): "));
}

#[tokio::test]
async fn a_shared_answer_is_what_its_presser_may_see_in_the_channel() {
    let fixture = day().await;
    fixture.sale(&["ops"], Vec::new(), |_| {}).await;
    let options = [("window", json!("today")), ("source", json!("stripe")), ("everywhere", json!(true))];
    let operator = Asker { permissions: OPERATOR, ..anybody() };
    let reply = fixture.reply(operator, command("events stats", &options)).await;
    assert!(shown(&reply).contains("**9 events**"), "{}", shown(&reply));
    let Some(Row::Buttons(buttons)) = reply.rows.first() else { panic!("no button") };
    let shared = fixture.reply(anybody(), pressed(&buttons[0].custom_id)).await;
    assert!(shown(&shared).contains("**8 events**") && shown(&shared).contains("stripe"), "{}", shown(&shared));
    assert_eq!(shared.message.content, "Shared by Mia");
    for forged in ["1:share-statistics:", "1:share-statistics:9.9.9.9.9", "1:share-statistics:0.0.0..zzzz"] {
        let answer = fixture.text(anybody(), pressed(forged)).await;
        assert!(answer.starts_with("This button is from another version"), "{answer}");
    }
}
