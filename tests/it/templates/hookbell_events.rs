//! What hookbell itself reports.

use hookbell_model::delivery::Collected;
use hookbell_model::event::{Event, EventId, Facts, Severity, Topic};
use hookbell_model::own_event::{
    Alert, CurrencySum, DigestBuilder, DigestEvent, DigestPeriod, Escalation, HeldBackType, LaneCondition, LaneNote,
    MuteEnded, OWN, OpenReminder, OwnEvent, PreviousPeriod, Storm, TypeCount, WorstEvent,
};
use hookbell_model::timestamp::Timestamp;

use super::{Made, NOW};

const HOUR: i64 = 3_600_000;

/// A day of a shop, in two currencies; a night of alerts; and a type that has no message of its own.
pub(super) fn made() -> Vec<Made> {
    let shop = [
        item(1, "invoice.paid", Topic::Payment, Severity::Success, "$49.00 from Ada for Pro", Some((4900, "usd"))),
        item(
            2,
            "invoice.paid",
            Topic::Payment,
            Severity::Success,
            "€300.00 from Grace for Team",
            Some((30_000, "eur")),
        ),
        item(
            3,
            "refund.created",
            Topic::Refund,
            Severity::Warning,
            "$15.00 of $49.00 refunded to Ada",
            Some((1500, "usd")),
        ),
        item(
            4,
            "invoice.payment_failed",
            Topic::Payment,
            Severity::Error,
            "$19.00 from Linus failed",
            Some((1900, "usd")),
        ),
    ];
    let sums =
        vec![CurrencySum { currency: "USD".to_owned(), paid: 9900, net: 9900, payments: 2, ..CurrencySum::default() }];
    let one = item(1, "invoice.paid", Topic::Payment, Severity::Success, "$49.00 from Ada", Some((4900, "usd")));
    let alerts = [
        item(1, "alert", Topic::Alert, Severity::Error, "Disk is full on web-1", None),
        item(2, "alert", Topic::Alert, Severity::Warning, "Requests are slow", None),
    ];
    let mut unheard = digest("hookbell__unheard", vec![one.clone()], None);
    unheard.event.event_type = "unheard_of".to_owned();
    vec![
        digest("hookbell__digest.shop", shop.to_vec(), None),
        digest("hookbell__digest.before", vec![one], Some(PreviousPeriod { count: 3, sums })),
        digest("hookbell__digest.alerts", alerts.to_vec(), Some(PreviousPeriod::default())),
        unheard,
    ]
    .into_iter()
    .chain(others())
    .collect()
}

/// One of each of the others.
fn others() -> Vec<Made> {
    let now = NOW.secs();
    let storm = Storm {
        destination: "ops".to_owned(),
        route: "routes[1]".to_owned(),
        began: now - 300,
        last: now - 60,
        count: 412,
        types: vec![TypeCount { event_type: "alert".to_owned(), count: 412 }],
        first_lines: vec!["Disk is full on web-1".to_owned()],
        last_lines: vec!["Disk is full on web-9".to_owned()],
        severity: Some(Severity::Error),
        ..Storm::default()
    };
    let over = Storm { is_over: true, ..storm.clone() };
    let reminder = OpenReminder {
        destination: "ops".to_owned(),
        key: "disk:web-1".to_owned(),
        title: "Disk is full on web-1".to_owned(),
        severity: Some(Severity::Error),
        since: now - 4 * 3600,
        now,
        url: "https://discord.com/channels/1/2/3".to_owned(),
    };
    let escalation = Escalation {
        destination: "ops".to_owned(),
        key: "disk:web-1".to_owned(),
        title: "Disk is full on web-1".to_owned(),
        severity: Some(Severity::Error),
        since: now - 600,
        now,
        step: 1,
        url: "https://discord.com/channels/1/2/3".to_owned(),
    };
    let muted = MuteEnded {
        mute: 3,
        destination: "ops".to_owned(),
        what: "source grafana".to_owned(),
        reason: "the database is moved".to_owned(),
        from: now - 7200,
        to: now,
        count: 9,
        critical: 1,
        worst: Some(Severity::Critical),
        types: vec![HeldBackType { event_type: "alert".to_owned(), count: 9, severity: Severity::Critical }],
        ..MuteEnded::default()
    };
    let lane = LaneNote {
        state: LaneCondition::Parked,
        destination: "sales".to_owned(),
        waiting: 12,
        oldest: Some(now - 900),
        since: now - 600,
        reason: Some("HTTP 404: Unknown Webhook".to_owned()),
        worst: Some(WorstEvent {
            event: "k3f9x2mq".to_owned(),
            severity: Severity::Error,
            title: "Payment failed".to_owned(),
        }),
    };
    let alert = Alert {
        lines: vec!["the webhook of `sales` is dead: HTTP 404: Unknown Webhook".to_owned()],
        time: now,
        ..Alert::default()
    };
    [
        ("hookbell__storm", OwnEvent::Storm(Box::new(storm))),
        ("hookbell__storm.over", OwnEvent::Storm(Box::new(over))),
        ("hookbell__reminder", OwnEvent::Reminder(reminder)),
        ("hookbell__escalation", OwnEvent::Escalation(escalation)),
        ("hookbell__mute_ended", OwnEvent::MuteEnded(Box::new(muted))),
        ("hookbell__lane", OwnEvent::Lane(lane)),
        ("hookbell__alert", OwnEvent::Alert(alert)),
    ]
    .into_iter()
    .map(|(name, own)| {
        let (mut event, raw) = own.into_event(NOW);
        event.id = EventId(78);
        Made { name: name.to_owned(), event, raw }
    })
    .collect()
}

fn item(
    number: i64,
    event_type: &str,
    topic: Topic,
    severity: Severity,
    line: &str,
    money: Option<(i64, &str)>,
) -> DigestEvent {
    let at = Timestamp(NOW.0 - (number + 1) * HOUR);
    let (amount, currency) = money.map(|(amount, code)| (amount, code.to_uppercase())).unzip();
    let event = Event {
        id: EventId(number),
        source: "shop".to_owned(),
        provider: "stripe".to_owned(),
        reference: number.to_string(),
        event_type: event_type.to_owned(),
        topic,
        facts: Facts { amount, currency, severity: Some(severity), ..Facts::default() },
        time: at,
        received: at,
    };
    let collected = Collected { line: line.to_owned(), severity, keys: Vec::new() };
    DigestEvent { delivery: number, event, collected }
}

fn digest(name: &str, items: Vec<DigestEvent>, previous: Option<PreviousPeriod>) -> Made {
    let mut builder = DigestBuilder::new(DigestPeriod {
        destination: "sales".to_owned(),
        route: "routes[0]".to_owned(),
        every: "daily 11:00 Europe/Berlin".to_owned(),
        zone: "Europe/Berlin".to_owned(),
        from: Timestamp(NOW.0 - 24 * HOUR),
        to: NOW,
        buckets: (0..24).map(|hour| Timestamp(NOW.0 - (24 - hour) * HOUR)).collect(),
    });
    items.into_iter().for_each(|item| builder.add(item));
    let (mut event, raw) = OwnEvent::Digest(Box::new(builder.finish(previous))).into_event(NOW);
    event.id = EventId(77);
    assert_eq!(event.provider, OWN);
    Made { name: name.to_owned(), event, raw }
}
