//! What a user's own app might send: large, small and unexpected bodies.

use serde_json::{Value, json};

use super::{Case, case};

fn own(name: &str, body: &Value) -> Case {
    case("generic", name, &[("X-Hookbell-Id", "1")], body)
}

pub(super) fn cases() -> Vec<Case> {
    let many: Value = (1..=15).map(|n| (format!("key_{n:02}"), json!(n))).collect::<serde_json::Map<_, _>>().into();
    let mut many_keys = many;
    many_keys["type"] = json!("nightly.report");
    vec![
        own("signup.little", &json!({ "type": "user.created", "email": "ada@example.com" })),
        own(
            "payment.refund",
            &json!({ "type": "refund", "amount": 500, "currency": "usd", "title": "Order 7", "items": ["Print"], "customer": "Grace Example" }),
        ),
        own("payment.little", &json!({ "type": "order.created" })),
        own(
            "alert.words",
            &json!({ "type": "error", "message": "Out of memory @everyone", "env": "staging", "level": "fatal" }),
        ),
        own(
            "event.talk",
            &json!({
                "type": "backup.finished", "title": "Backup done", "message": "All **three** volumes are safe.", "user": "cron", "size_mb": 120, "ok": true,
                "contact_email": "ops@example.com", "fields": [{ "name": "Volume", "value": "a" }, { "name": "Took", "value": 12 }], "url": "https://backup.example.com/1",
            }),
        ),
        own(
            "event.map",
            &json!({ "event": "thing happened", "fields": { "region": "eu", "nested": { "x": 1 } }, "nested": { "y": 2 }, "empty": "" }),
        ),
        own("event.many", &many_keys),
        own("event.nothing", &json!({})),
        own("event.list", &json!([1, 2, 3])),
    ]
}
