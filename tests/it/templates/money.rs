//! What is shown of amounts, prices and tests.

use serde_json::{Value, json};

use super::*;
use crate::support::situation;

/// The messages of a situation, as Discord gets them.
fn messages(path: &str) -> Option<Vec<Value>> {
    let requests: Value = serde_json::from_str(&situation(path)?).expect(path);
    let requests = requests.as_array().expect(path);
    let all = requests.iter().flat_map(|request| {
        let headers = request["headers"].as_object().into_iter().flatten();
        let headers: Vec<(&str, &str)> =
            headers.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
        posts(&case(request["source"].as_str().expect("a source"), path, &headers, &request["body"]))
    });
    Some(all.collect())
}

fn posts(case: &Case) -> Vec<Value> {
    let templates = hookbell::embedded::templates();
    named(case).iter().map(|made| render(&templates, made).message.to_post()).collect()
}

fn content(post: &Value) -> &str {
    post["content"].as_str().unwrap_or_default()
}

fn footer(post: &Value) -> &str {
    post["embeds"][0]["footer"]["text"].as_str().unwrap_or_default()
}

fn field<'p>(post: &'p Value, name: &str) -> &'p str {
    let fields = post["embeds"][0]["fields"].as_array();
    let found = fields.and_then(|fields| fields.iter().find(|field| field["name"] == name));
    found.and_then(|field| field["value"].as_str()).unwrap_or_default()
}

#[test]
fn amounts_of_public_reports_are_shown_as_they_are() {
    for (path, expected) in [
        ("adyen_clp", &["CLP 10,000.00"][..]),
        ("woo_decimals", &["¥1,200", "¥1,201", "KWD 4.900", "€49.00", "€49.00"]),
        ("generic_amounts", &["€19.99", "€19.99", "$49.00", "$49.00", "€49.00", "$49.00"]),
        ("stripe_quarterly", &["€57.00** every 3 months for Pro, quarterly"]),
        ("stripe_two_items", &["$70.00** a month for Base and Seat"]),
        ("shopify_refund_two_tenders", &["€49.00"]),
    ] {
        let Some(posts) = messages(path) else { return };
        assert_eq!(posts.len(), expected.len(), "{path}");
        for (post, expected) in posts.iter().zip(expected) {
            assert!(content(post).contains(expected), "{path}: {expected}: {post:#}");
        }
    }
    let Some(posts) = messages("stripe_two_items") else { return };
    assert_eq!(field(&posts[0], "Items"), "Base: $20.00 a month\n5 × Seat: $10.00 a month");
}

#[test]
fn a_test_is_shown_as_one() {
    for (path, is_test) in
        [("adyen_test_flag", true), ("adyen_clp", false), ("shopify_test_customer", true), ("stripe_quarterly", false)]
    {
        let Some(posts) = messages(path) else { return };
        for post in posts {
            assert_eq!(footer(&post).ends_with("test mode"), is_test, "{path}: {post:#}");
        }
    }
}

#[test]
fn an_amount_that_cannot_be_read_is_shown_and_noted() {
    let body = json!({ "type": "payment.succeeded", "id": "1", "amount": "1,234", "currency": "eur", "name": "Ada" });
    let made = named(&case("generic", "unread", &[], &body)).remove(0);
    let templates = hookbell::embedded::templates();
    let rendered = templates.render(&made.event, &made.raw, &Plan::default(), Locale::default());
    assert!(rendered.message.content.contains("**1,234 EUR** from Ada"), "{:?}", rendered.message.content);
    let notes: Vec<String> = rendered.notes.iter().map(ToString::to_string).collect();
    assert_eq!(notes, ["amount: `1,234` cannot be read, so it is shown as it came"]);
    assert_eq!(templates.validate(&made.event, &made.raw, &Plan::default()).len(), 1);
    // The card that needs no template says so, too.
    let card = Templates::default().render(&made.event, &made.raw, &Plan::default(), Locale::default());
    assert!(card.message.content.ends_with("**1,234 EUR**"), "{:?}", card.message.content);
}

#[test]
fn prices_by_usage_and_in_tiers_are_not_guessed() {
    let price = |nickname: &str, more: Value| {
        let mut price = json!({ "nickname": nickname, "currency": "eur", "unit_amount": 100, "billing_scheme": "per_unit",
            "recurring": { "interval": "month", "interval_count": 1, "usage_type": "licensed" } });
        price.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        json!({ "price": price, "quantity": 2 })
    };
    let items = json!([
        price("Base", json!({})),
        price("Calls", json!({ "recurring": { "interval": "month", "interval_count": 1, "usage_type": "metered" } })),
        price("Seats", json!({ "billing_scheme": "tiered", "unit_amount": null })),
    ]);
    let object = json!({ "id": "sub_1", "object": "subscription", "status": "active", "currency": "eur", "items": { "data": items } });
    let body = json!({ "id": "evt_1", "type": "customer.subscription.created", "created": 1_795_255_200, "livemode": false, "data": { "object": object } });
    let post = posts(&case("stripe", "usage", &[], &body)).remove(0);
    assert!(content(&post).ends_with("New subscription for Base and Calls and Seats"), "{post:#}");
    assert_eq!(
        field(&post, "Items"),
        "2 × Base: €1.00 a month\n2 × Calls: by usage a month\n2 × Seats: in tiers a month"
    );
    assert_eq!(footer(&post), "test mode");
}
