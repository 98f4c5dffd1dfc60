//! Stripe's events that its provider file has no sample of.

use serde_json::{Value, json};

use super::{Case, case};

fn stripe(kind: &str, name: &str, object: Value) -> Case {
    let mut body =
        json!({ "id": "evt_1", "object": "event", "created": 1_795_255_000, "livemode": true, "type": kind });
    body["data"] = json!({ "object": null });
    body["data"]["object"] = object;
    case("stripe", name, &[], &body)
}

pub(super) fn cases() -> Vec<Case> {
    let subscription = |changes: Value| {
        let mut object = json!({
            "id": "sub_1", "object": "subscription", "customer": "cus_1", "status": "active", "cancel_at_period_end": false,
            "items": { "data": [{ "quantity": 3, "price": { "unit_amount": 1500, "currency": "eur", "nickname": "Pro", "recurring": { "interval": "month" } } }] },
        });
        for (key, value) in changes.as_object().into_iter().flatten() {
            object[key] = value.clone();
        }
        object
    };
    let charge = json!({
        "id": "ch_1", "object": "charge", "amount": 123_456, "currency": "jpy", "payment_intent": "pi_1",
        "billing_details": { "name": "Grace Example", "email": "grace@example.com" },
        "payment_method_details": { "type": "card", "card": { "brand": "visa", "last4": "4242" } },
    });
    vec![
        stripe(
            "checkout.session.expired",
            "checkout.expired",
            json!({
                "id": "cs_1", "amount_total": 990, "currency": "usd", "mode": "payment", "payment_status": "unpaid", "payment_intent": null,
            }),
        ),
        stripe(
            "checkout.session.completed",
            "checkout.subscription",
            json!({
                "id": "cs_2", "amount_total": 990, "currency": "usd", "mode": "subscription", "payment_status": "paid", "subscription": "sub_1",
                "client_reference_id": "user-7", "total_details": { "amount_discount": 110 },
                "customer_details": { "email": "grace@example.com", "name": null },
            }),
        ),
        stripe(
            "checkout.session.completed",
            "checkout.setup",
            json!({
                "id": "cs_3", "amount_total": null, "currency": null, "mode": "setup", "payment_status": "no_payment_required",
            }),
        ),
        stripe("charge.succeeded", "charge.succeeded", charge.clone()),
        stripe(
            "payment_intent.payment_failed",
            "payment_failed",
            json!({
                "id": "pi_2", "amount": 2000, "currency": "usd", "receipt_email": "grace@example.com",
                "last_payment_error": { "message": "Your card has insufficient funds.", "code": "card_declined", "decline_code": "insufficient_funds" },
            }),
        ),
        stripe(
            "charge.failed",
            "charge.failed",
            json!({
                "id": "ch_3", "amount": 2000, "currency": "usd", "payment_intent": "pi_2", "failure_message": "Declined", "failure_code": "card_declined",
            }),
        ),
        stripe(
            "refund.updated",
            "refund.failed",
            json!({
                "id": "re_1", "amount": 500, "currency": "usd", "charge": "ch_1", "payment_intent": "pi_1", "status": "failed", "failure_reason": "lost_or_stolen_card",
            }),
        ),
        stripe(
            "invoice.paid",
            "invoice.nothing",
            json!({ "id": "in_1", "amount_paid": 0, "currency": "usd", "number": "A-1", "lines": { "data": [] } }),
        ),
        stripe(
            "invoice.payment_failed",
            "invoice.retry",
            json!({
                "id": "in_2", "amount_due": 4900, "currency": "usd", "number": "A-2", "attempt_count": 2, "attempted": true,
                "next_payment_attempt": 1_795_514_400, "customer_name": "Ada Example", "customer_email": "ada@example.com",
                "hosted_invoice_url": "https://invoice.stripe.com/i/acct_1/live_1",
            }),
        ),
        stripe(
            "invoice.finalized",
            "invoice.finalized",
            json!({ "id": "in_3", "amount_due": 4900, "currency": "usd", "number": "A-3", "due_date": 1_795_514_400 }),
        ),
        stripe(
            "invoice.upcoming",
            "invoice.upcoming",
            json!({ "amount_due": 4900, "currency": "usd", "customer": "cus_1", "next_payment_attempt": 1_795_514_400 }),
        ),
        stripe("customer.subscription.updated", "subscription.past_due", subscription(json!({ "status": "past_due" }))),
        stripe(
            "customer.subscription.updated",
            "subscription.will_end",
            subscription(json!({
                "cancel_at_period_end": true, "cancel_at": 1_797_760_800,
                "cancellation_details": { "reason": "cancellation_requested", "feedback": "too_expensive", "comment": "See you next season" },
            })),
        ),
        stripe(
            "customer.subscription.trial_will_end",
            "subscription.trial_will_end",
            subscription(json!({
                "status": "trialing", "trial_end": 1_795_514_400,
            })),
        ),
        stripe(
            "charge.dispute.closed",
            "dispute.lost",
            json!({
                "id": "dp_1", "amount": 2000, "currency": "usd", "status": "lost", "reason": "product_not_received", "charge": "ch_1", "payment_intent": "pi_1",
                "evidence_details": { "due_by": 1_795_514_400 },
            }),
        ),
        stripe(
            "payout.paid",
            "payout.paid",
            json!({ "id": "po_1", "amount": 123_456, "currency": "eur", "status": "paid", "arrival_date": 1_795_478_400 }),
        ),
        stripe(
            "payout.failed",
            "payout.failed",
            json!({
                "id": "po_2", "amount": 123_456, "currency": "eur", "status": "failed", "arrival_date": 1_795_478_400, "failure_message": "The bank account is closed",
            }),
        ),
        stripe(
            "customer.created",
            "customer.anonymous",
            json!({ "id": "cus_2", "object": "customer", "name": null, "email": null }),
        ),
        stripe(
            "customer.created",
            "customer.mail",
            json!({ "id": "cus_3", "name": null, "email": "ada@example.com", "address": { "country": "DE" } }),
        ),
        stripe(
            "product.updated",
            "other",
            json!({ "id": "prod_1", "object": "product", "description": "Lighthouse print" }),
        ),
    ]
}
