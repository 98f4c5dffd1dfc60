//! Amounts, currencies and test mode, as provider files say where and how they are.

use super::shipped::embedded_providers;
use super::*;
use hookbell_model::locale::Locale;

/// The facts that a shipped provider reads.
fn read(name: &str, headers: &[(&str, &str)], body: &str) -> Facts {
    let providers = Providers::shipped(embedded_providers());
    let provider = providers.get(name).expect(name);
    provider.read_unchecked(&header_map(headers.iter().copied()), body.as_bytes()).expect(body).facts
}

fn shown_amount(facts: &Facts) -> String {
    facts.money(Locale::default()).unwrap_or_default()
}

#[test]
fn generic_reads_amounts_as_its_page_says() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/own-app.md")).expect("a page");
    let rows = page.lines().filter(|line| line.starts_with("| `{\"amount\""));
    let mut count = 0;
    for row in rows {
        let (body, expected) = row.trim_matches('|').split_once(" | ").expect(row);
        let facts = read("generic", &[], body.trim().trim_matches('`'));
        assert_eq!(shown_amount(&facts), expected.trim(), "{body}");
        assert_eq!(facts.amount.is_none(), facts.amount_text.is_some(), "{body}");
        count += 1;
    }
    assert!(count >= 16, "{count}");
}

#[test]
fn no_digit_of_a_json_number_is_lost() {
    for (body, minor) in [
        (r#"{"amount":90071992547409931.25,"currency":"EUR"}"#, 9_007_199_254_740_993_125),
        (r#"{"amount":"90071992547409931.25","currency":"EUR"}"#, 9_007_199_254_740_993_125),
        (r#"{"data":{"amount":0.285,"currency":"EUR"}}"#, 29),
        (r#"{"amount":1.005,"currency":"EUR"}"#, 101),
        (r#"{"amount":{"value":1.005,"currency":"EUR"}}"#, 101),
    ] {
        assert_eq!(read("generic", &[], body).amount, Some(minor), "{body}");
    }
    let huge = read("generic", &[], r#"{"amount":123456789012345678901234567890,"currency":"EUR"}"#);
    assert_eq!((huge.amount, huge.amount_text.as_deref()), (None, Some("123456789012345678901234567890")));
}

#[test]
fn every_provider_counts_in_its_own_decimals() {
    let adyen = |code: &str, value: i64| {
        read(
            "adyen",
            &[],
            &format!(
                r#"{{"notificationItems":[{{"NotificationRequestItem":{{"eventCode":"AUTHORISATION","amount":{{"currency":"{code}","value":{value}}}}}}}]}}"#
            ),
        )
    };
    for (code, value, shown) in [
        ("CLP", 1_000_000, "CLP 10,000.00"),
        ("CVE", 500, "CVE 500"),
        ("IDR", 150_000, "IDR 150,000"),
        ("ISK", 50_000, "ISK 500.00"),
        ("UGX", 5000, "UGX 5,000"),
        ("EUR", 4900, "€49.00"),
        ("JPY", 4900, "¥4,900"),
        ("KWD", 4900, "KWD 4.900"),
    ] {
        assert_eq!(shown_amount(&adyen(code, value)), shown);
    }
    assert_eq!(adyen("CLP", 1_000_000).amount_major().as_deref(), Some("10000"));
    let stripe = |code: &str, amount: i64| {
        let object = format!(r#"{{"amount":{amount},"currency":"{code}"}}"#);
        shown_amount(&read("stripe", &[], &format!(r#"{{"type":"charge.succeeded","data":{{"object":{object}}}}}"#)))
    };
    let zero = "bif clp djf gnf krw kmf mga pyg rwf vuv xaf xof xpf";
    for code in zero.split(' ') {
        assert!(stripe(code, 500).ends_with("500"), "{code}: {}", stripe(code, 500));
    }
    for code in ["bhd", "jod", "kwd", "omr", "tnd"] {
        assert!(stripe(code, 5120).ends_with(" 5.120"), "{code}: {}", stripe(code, 5120));
    }
    assert_eq!(
        (stripe("isk", 500), stripe("ugx", 500), stripe("huf", 500)),
        ("ISK 5.00".into(), "UGX 5.00".into(), "HUF 5.00".into())
    );
}

#[test]
fn more_decimals_than_the_currency_has_are_rounded() {
    let woo = |total: &str, code: &str| {
        let body = format!(r#"{{"id":1,"status":"processing","total":"{total}","currency":"{code}"}}"#);
        shown_amount(&read("woocommerce", &[("x-wc-webhook-topic", "order.created")], &body))
    };
    for (total, code, shown) in [
        ("1200.00", "JPY", "¥1,200"),
        ("1200.50", "JPY", "¥1,201"),
        ("4.900", "KWD", "KWD 4.900"),
        ("49", "EUR", "€49.00"),
        ("49.0000", "EUR", "€49.00"),
        ("49.995", "EUR", "€50.00"),
        ("49,50", "EUR", "49,50 EUR"),
    ] {
        assert_eq!(woo(total, code), shown, "{total}");
    }
    let bought = r#"{"event":{"type":"RENEWAL","price_in_purchased_currency":12.990000000000002,"currency":"USD"}}"#;
    assert_eq!(shown_amount(&read("revenuecat", &[], bought)), "$12.99");
}

fn subscription(items: &str, more: bool) -> Option<i64> {
    let items = format!(r#"{{"data":[{items}],"has_more":{more}}}"#);
    let object = format!(r#"{{"id":"sub_1","currency":"usd","items":{items}}}"#);
    read("stripe", &[], &format!(r#"{{"type":"customer.subscription.created","data":{{"object":{object}}}}}"#)).amount
}

#[test]
fn a_subscription_costs_what_all_its_items_cost() {
    let item = |amount: &str, quantity: &str, more: &str| {
        format!(
            r#"{{"price":{{"unit_amount":{amount},"currency":"usd","billing_scheme":"per_unit"{more}}},"quantity":{quantity}}}"#
        )
    };
    let monthly = r#","recurring":{"interval":"month","interval_count":1}"#;
    let base = item("2000", "1", monthly);
    let seats = item("1000", "5", monthly);
    assert_eq!(subscription(&base, false), Some(2000));
    assert_eq!(subscription(&seats, false), Some(5000));
    assert_eq!(subscription(&format!("{base},{seats}"), false), Some(7000));
    // What is not known is not guessed.
    for (unknown, more) in [
        (item("null", "1", monthly), false),
        (item("10", "null", r#","recurring":{"interval":"month","interval_count":1,"usage_type":"metered"}"#), false),
        (item("1000", "5", r#","recurring":{"interval":"year","interval_count":1}"#), false),
        (item("1000", "5", r#","recurring":{"interval":"month","interval_count":3}"#), false),
        (item("1000", "5", &format!(r#"{monthly},"transform_quantity":{{"divide_by":10}}"#)), false),
        (item("10", "1", monthly).replace("per_unit", "tiered"), false),
        (seats.clone(), true),
    ] {
        assert_eq!(subscription(&format!("{base},{unknown}"), more), None, "{unknown}");
    }
}

#[test]
fn a_refund_is_the_sum_of_what_goes_back() {
    let body = r#"{"order_id":1,"transactions":[
        {"kind":"refund","status":"success","amount":"10.00","currency":"EUR"},
        {"kind":"refund","status":"failure","amount":"5.00","currency":"EUR"},
        {"kind":"void","status":"success","amount":"7.00","currency":"EUR"},
        {"kind":"refund","status":"pending","amount":"39.00","currency":"EUR"}]}"#;
    let topic = [("x-shopify-topic", "refunds/create")];
    assert_eq!(shown_amount(&read("shopify", &topic, body)), "€49.00");
    let odd = body.replace("10.00", "ten");
    assert_eq!(shown_amount(&read("shopify", &topic, &odd)), "ten EUR");
    assert_eq!(read("shopify", &topic, r#"{"transactions":[]}"#).amount, None);
}

#[test]
fn test_mode_is_read_wherever_it_is_said() {
    let shopify = |test: &'static str| [("x-shopify-topic", "orders/paid"), ("x-shopify-test", test)];
    for (name, headers, test, live) in [
        (
            "adyen",
            &[][..],
            r#"{"live":"false","notificationItems":[{"NotificationRequestItem":{}}]}"#,
            r#"{"live":"true","notificationItems":[{"NotificationRequestItem":{}}]}"#,
        ),
        ("stripe", &[], r#"{"livemode":false}"#, r#"{"livemode":true}"#),
        ("shopify", &shopify("false"), r#"{"test":true}"#, r#"{"test":false}"#),
        (
            "paypal",
            &[],
            r#"{"links":[{"href":"https://api.sandbox.paypal.com/v1"}]}"#,
            r#"{"links":[{"href":"https://api.paypal.com/v1"}]}"#,
        ),
        (
            "paddle",
            &[],
            r#"{"data":{"management_urls":{"cancel":"https://sandbox-buyer-portal.paddle.com/x"}}}"#,
            r#"{"data":{"management_urls":{"cancel":"https://buyer-portal.paddle.com/sandbox-"}}}"#,
        ),
        ("lemon-squeezy", &[], r#"{"meta":{"test_mode":true}}"#, r#"{"meta":{"test_mode":false}}"#),
        ("mollie", &[], r#"{"_embedded":{"entity":{"mode":"test"}}}"#, r#"{"_embedded":{"entity":{"mode":"live"}}}"#),
        ("buy-me-a-coffee", &[], r#"{"live_mode":false}"#, r#"{"live_mode":true}"#),
        ("revenuecat", &[], r#"{"event":{"environment":"SANDBOX"}}"#, r#"{"event":{"environment":"PRODUCTION"}}"#),
        (
            "tebex",
            &[],
            r#"{"subject":{"payment_method":{"name":"Test Payments"}}}"#,
            r#"{"subject":{"payment_method":{"name":"PayPal"}}}"#,
        ),
        (
            "mailgun",
            &[],
            r#"{"event-data":{"flags":{"is-test-mode":true}}}"#,
            r#"{"event-data":{"flags":{"is-test-mode":false}}}"#,
        ),
        ("generic", &[], r#"{"test":true}"#, r#"{"livemode":true}"#),
    ] {
        assert!(read(name, headers, test).test, "{name}: {test}");
        assert!(!read(name, headers, live).test, "{name}: {live}");
    }
    // In a header alone.
    for (name, header, test, live) in [
        ("shopify", "x-shopify-test", "true", "false"),
        ("square", "square-environment", "Sandbox", "Production"),
        ("paypal", "paypal-cert-url", "https://api.sandbox.paypal.com/c", "https://api.paypal.com/c"),
    ] {
        assert!(read(name, &[(header, test)], "{}").test, "{name}");
        assert!(!read(name, &[(header, live)], "{}").test && !read(name, &[], "{}").test, "{name}");
    }
}

#[test]
fn wrong_sums_tests_and_decimals_are_mistakes() {
    let reported = diagnostics_of(
        r#"title = "T"
verify = "none"
[event]
type = "/type"
[[facts]]
amount = { sum = "/items", times = "quantity", only = { kind = "x", "/a" = 1.5 } }
amount_unit = "cents"
[[test]]
[[test]]
when = { "live" = false }
[money]
decimals = { clp = 2, EUR = 9, USD = "2" }
"#,
    );
    for part in [
        "`facts[0].amount.of`: missing key",
        "`facts[0].amount.times`: expected a place",
        "`facts[0].amount.only.kind`: expected a place",
        "`facts[0].amount.only./a`: expected a text, a number",
        "`facts[0].amount_unit`: expected `minor`",
        "`test[0].when`: missing key",
        "`test[1].when.live`: `live` is not a place",
        "`money.decimals.clp`: expected a currency and its decimals",
        "`money.decimals.EUR`: expected a currency",
        "`money.decimals.USD`: expected a currency",
    ] {
        assert!(reported.contains(part), "{part}\n{reported}");
    }
}
