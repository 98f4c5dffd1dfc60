//! Sales: what rings, what is counted, and what the public may see.

use std::time::Duration;

use serde_json::Value;

use super::{ROLE, Recipe, SentRequest, sample};

/// A payment with ids of its own.
fn payment(number: u32, minor: i64, currency: &str) -> SentRequest {
    sample("stripe", "payment_intent.succeeded")
        .with("/id", format!("evt_{number}"))
        .with("/livemode", true)
        .with("/data/object/id", format!("pi_{number}"))
        .with("/data/object/latest_charge", format!("ch_{number}"))
        .with("/data/object/amount", minor)
        .with("/data/object/amount_received", minor)
        .with("/data/object/currency", currency)
}

#[tokio::test]
async fn a_ping_above_an_amount_rings_from_it_on_in_its_currency_alone() {
    let running = Recipe::named("A ping above an amount").start().await;
    for (number, minor, currency) in [(1, 49_999, "eur"), (2, 50_000, "eur"), (3, 90_000, "jpy")] {
        running.post("stripe", &payment(number, minor, currency)).await;
    }
    let lines = running.lines("sales");
    let shown = |amount: &str| lines.iter().position(|line| line.contains(amount)).expect(amount);
    let pinged = running.pinged("sales");
    assert!(pinged[shown("€499.99")].is_empty() && pinged[shown("¥90,000")].is_empty(), "{pinged:?}");
    assert_eq!(pinged[shown("€500.00")], [ROLE]);
    running.post("stripe", &sample("stripe", "charge.refunded")).await;
    assert_eq!(running.pinged("sales").concat(), [ROLE], "money that goes back pings nobody");
}

#[tokio::test]
async fn a_new_subscriber_is_a_message_and_a_renewal_is_none() {
    let running = Recipe::named("New subscribers, no renewals").start().await;
    running.post("stripe", &sample("stripe", "invoice.paid")).await;
    running.post("stripe", &payment(1, 1900, "eur")).await;
    assert_eq!(running.lines("sales"), [""; 0], "a renewal and its payment");
    let first = sample("stripe", "invoice.paid")
        .with("/id", "evt_first")
        .with("/data/object/billing_reason", "subscription_create");
    running.post("stripe", &first).await;
    let lines = running.lines("sales");
    assert!(lines.len() == 1 && lines[0].contains("€19.00"), "{lines:?}");
    running.post("stripe", &sample("stripe", "customer.subscription.deleted").with("/data/object/id", "sub_2")).await;
    assert_eq!(running.lines("sales").len(), 2, "an end is told");
}

#[tokio::test]
async fn the_first_sale_of_a_customer_rings_and_later_ones_count_up_in_its_message() {
    let running = Recipe::named("The first sale of a customer").start().await;
    let of = |number, customer: Value| payment(number, 4900, "eur").with("/data/object/customer", customer);
    running.post("stripe", &of(1, "cus_ada".into())).await;
    assert_eq!(running.lines("sales"), ["New customer: **€49.00** from a•••@example.com"]);
    running.post("stripe", &of(2, "cus_ada".into()).with("/data/object/amount_received", 1200)).await;
    assert_eq!(running.lines("sales"), ["Sale 2: **€12.00** from a•••@example.com"]);
    running.post("stripe", &of(3, "cus_grace".into())).await;
    for number in [4, 5] {
        running.post("stripe", &of(number, Value::Null)).await;
    }
    let lines = running.lines("sales");
    let new = lines.iter().filter(|line| line.starts_with("New customer")).count();
    assert_eq!((lines.len(), new), (4, 3), "a guest is new each time: {lines:?}");
}

#[tokio::test]
async fn the_days_sales_are_one_message_with_the_money_that_stayed() {
    let running = Recipe::named("The day's sales").start().await;
    running.back_in_time(Duration::from_secs(86_400));
    for (number, minor, currency) in [(1, 4900, "eur"), (2, 2100, "eur"), (3, 1000, "usd")] {
        running.post("stripe", &payment(number, minor, currency)).await;
    }
    let refund = sample("stripe", "charge.refunded").with("/livemode", true);
    running.post("stripe", &refund).await;
    running.post("stripe", &sample("stripe", "payout.paid")).await;
    running.wait_for("numbers", 1).await;
    let lines = running.lines("numbers");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("4 events: ") && lines[0].contains("$10.00"), "{lines:?}");
    let said = running.messages("numbers")[0].text();
    assert!(said.contains("€70.00 from 2 payments, less"), "{said}");
}

#[tokio::test]
async fn the_team_sees_who_bought_and_the_public_that_somebody_did() {
    let running = Recipe::named("Two channels, one without addresses").start().await;
    running.post("shop", &sample("shopify", "orders/paid")).await;
    let (team, public) = (running.messages("team"), running.messages("public"));
    assert!(team[0].text().contains("ada@example.com"), "{}", team[0].text());
    assert_eq!(running.lines("public"), ["Somebody in Germany bought Lighthouse print"]);
    let sent = public[0].body.to_string();
    assert!(!["Ada", "example.com", "54.90", "Hafenstr"].iter().any(|private| sent.contains(private)), "{sent}");
    running.post("shop", &sample("shopify", "refunds/create")).await;
    assert_eq!((running.messages("team").len(), running.messages("public").len()), (2, 1), "a refund is the team's");
}

#[tokio::test]
async fn orders_of_several_shops_carry_the_name_of_their_shop() {
    let running = Recipe::named("Several shops, one channel").start().await;
    running.post("berlin", &sample("shopify", "orders/paid")).await;
    let other = sample("shopify", "orders/paid").with("/id", 7_u64);
    running.post("boston", &other).await;
    let names: Vec<Value> =
        running.messages("sales").into_iter().map(|message| message.body["username"].clone()).collect();
    assert_eq!(names, ["Berlin shop", "Boston shop"]);
}
