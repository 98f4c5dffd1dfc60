//! Routes: what they take, what they drop, and their mistakes.

use super::*;
use hookbell_config_file::Diagnostics;
use hookbell_config_file::Document;
use hookbell_model::event::{EventId, Facts};
use hookbell_model::timestamp::Timestamp;

fn read(text: &str) -> (Rules, Diagnostics) {
    let known = Known {
        sources: vec![
            ("stripe".into(), vec!["invoice.paid".into(), "charge.refunded".into()]),
            ("github".into(), vec!["issues.opened".into()]),
        ],
        destinations: vec!["sales".into(), "ops".into()],
        templates: vec!["stripe.payment".into()],
    };
    let mut diagnostics = Diagnostics::default();
    let document = Document::parse("config.toml", text, &mut diagnostics);
    let tables = document.root().tables("routes", &mut diagnostics);
    (Rules::read(tables, &known, &mut diagnostics), diagnostics)
}

fn event(source: &str, kind: &str, topic: Topic) -> Event {
    Event {
        id: EventId::UNSET,
        source: source.into(),
        provider: source.into(),
        reference: "r1".into(),
        event_type: kind.into(),
        topic,
        facts: Facts::default(),
        time: Timestamp(0),
        received: Timestamp(0),
    }
}

fn destinations(text: &str, event: &Event, body: &str) -> Vec<String> {
    let (rules, diagnostics) = read(text);
    assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
    let raw = Raw { body: body.into(), ..Raw::default() };
    rules.route(event, &raw).deliveries.into_iter().map(|delivery| delivery.destination).collect()
}

#[test]
fn a_route_takes_what_it_names_and_nothing_else() {
    let text = "[[routes]]\nsource = 'stripe'\nevents = ['invoice.*']\ntopics = ['payment']\nto = ['sales']\n";
    assert_eq!(destinations(text, &event("stripe", "invoice.paid", Topic::Payment), "{}"), ["sales"]);
    for other in [
        event("github", "invoice.paid", Topic::Payment),
        event("stripe", "charge.refunded", Topic::Payment),
        event("stripe", "invoice.paid", Topic::Refund),
    ] {
        assert!(destinations(text, &other, "{}").is_empty(), "{other:?}");
    }
}

#[test]
fn the_first_route_to_a_destination_counts() {
    let text = "[[routes]]\nsource = '*'\nto = ['sales', 'ops']\nmention = 'role:1'\n\n[[routes]]\nsource = ['stripe']\nto = 'sales'\n";
    let (rules, _) = read(text);
    let routed = rules.route(&event("stripe", "x", Topic::Other), &Raw::default());
    assert_eq!(routed.deliveries.len(), 2);
    assert!(routed.deliveries.iter().all(|delivery| delivery.plan.mention.len() == 1));
}

#[test]
fn when_lets_through_and_drops() {
    let text = "[[routes]]\nsource = '*'\nwhen = 'payload.amount >= 1000'\nto = 'sales'\n";
    let paid = event("stripe", "invoice.paid", Topic::Payment);
    assert_eq!(destinations(text, &paid, r#"{"amount": 1000}"#), ["sales"]);
    assert!(destinations(text, &paid, r#"{"amount": 999}"#).is_empty());
    assert!(destinations(text, &paid, r#"{}"#).is_empty());
}

#[test]
fn a_when_that_fails_loses_nothing_and_is_told() {
    let (rules, _) = read("[[routes]]\nsource = '*'\nwhen = 'payload.name + 1 > 2'\nto = 'sales'\n");
    let raw = Raw { body: r#"{"name": []}"#.into(), ..Raw::default() };
    let routed = rules.route(&event("stripe", "x", Topic::Other), &raw);
    assert_eq!((routed.deliveries.len(), routed.notes.len()), (1, 1));
}

#[test]
fn every_mistake_of_a_route_is_told() {
    let (rules, diagnostics) = read(
        "[[routes]]\nsource = 'strip'\nevents = ['issues']\ntopics = ['paymnt']\nwhen = 'a ='\nto = ['salse']\ntemplate = 'stripe.paymnt'\nmention = ['everyone!']\nchannel = 1\n",
    );
    assert!(rules.0.is_empty());
    insta::assert_snapshot!(diagnostics.to_string());
}

#[test]
fn a_glob_that_fits_nothing_is_only_a_warning() {
    let (_, diagnostics) = read("[[routes]]\nsource = 'github'\nevents = ['issues']\nto = 'ops'\n");
    assert_eq!((diagnostics.errors(), diagnostics.warnings()), (0, 1));
    assert!(diagnostics.to_string().contains("did you mean `issues.*`?"), "{diagnostics}");
}
