//! Routes: which events they take, why they do not take others, and their diagnostics.

use super::*;
use hookbell_config_file::{Diagnostics, Document};
use hookbell_model::event::{Event, EventId, Facts, Globs, Raw, Topic};
use hookbell_model::timestamp::Timestamp;

fn known(name: &str, event_types: &[&str], routine: &[&str]) -> KnownSource {
    let event_types = event_types.iter().map(|name| (*name).to_owned()).collect();
    KnownSource { name: name.into(), event_types, routine: Globs::new(routine), ..KnownSource::default() }
}

fn read(text: &str) -> (Rules, Diagnostics) {
    let known = Known {
        sources: vec![
            known("stripe", &["invoice.paid", "charge.refunded", "invoice.created"], &["invoice.created"]),
            known("github", &["issues.opened"], &[]),
        ],
        destinations: vec!["sales".into(), "ops".into()],
        templates: vec!["stripe.payment".into()],
        has_bot: true,
        ..Known::default()
    };
    let mut diagnostics = Diagnostics::default();
    let document = Document::parse("config.toml", text, &mut diagnostics);
    let tables = document.root().tables("routes", &mut diagnostics);
    (Rules::read(tables, &known, &mut diagnostics), diagnostics)
}

fn event(source: &str, event_type: &str, topic: Topic) -> Event {
    Event {
        id: EventId::UNSET,
        source: source.into(),
        provider: source.into(),
        reference: "r1".into(),
        event_type: event_type.into(),
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
fn every_condition_that_does_not_hold_is_an_obstacle() {
    let text = "[[routes]]\nsource = 'github'\nevents = ['charge.*']\ntopics = ['refund']\nwhen = 'false'\nto = ['ops']\n\
                [[routes]]\nsource = 'stripe'\nto = ['sales']\n";
    let (rules, _) = read(text);
    let (event, raw) = (event("stripe", "invoice.paid", Topic::Payment), Raw { body: "{}".into(), ..Raw::default() });
    let obstacles = rules.obstacles(&event, &raw);
    let [(first, all), (_, none)] = obstacles.as_slice() else { panic!("{obstacles:?}") };
    assert_eq!((all.len(), none.len(), rules.destinations_of(first)), (4, 0, &["ops".to_owned()][..]));
    assert_eq!(all[0], rules.explain(&event, &raw)[0].1, "the first of them is why the route does not take it");
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
    let routes: Vec<_> = routed.deliveries.iter().map(|delivery| delivery.plan.route.clone()).collect();
    assert_eq!(routes, [Some("routes[0]".into()), Some("routes[0]".into())]);
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
fn a_when_that_cannot_be_evaluated_loses_nothing_and_is_reported() {
    let (rules, _) = read("[[routes]]\nsource = '*'\nwhen = 'payload.name + 1 > 2'\nto = 'sales'\n");
    let raw = Raw { body: r#"{"name": []}"#.into(), ..Raw::default() };
    let routed = rules.route(&event("stripe", "x", Topic::Other), &raw);
    assert_eq!((routed.deliveries.len(), routed.failures.len()), (1, 1));
    let words = routed.failures[0].to_string();
    assert!(words.starts_with("`when` of routes[0] cannot be evaluated and counts as true: "), "{words}");
}

/// One route with each condition, and for each condition an event that fails it and no earlier one.
#[test]
fn a_route_says_which_condition_does_not_hold_and_what_was_compared() {
    let (rules, diagnostics) = read(
        "[[routes]]\nsource = ['stripe', 'github']\nevents = ['invoice.*', 'charge.refunded']\n\
         topics = ['payment', 'refund']\nwhen = 'payload.amount + 0 > 100'\nto = 'sales'\n",
    );
    assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
    let raw = |body: &str| Raw { body: body.into(), ..Raw::default() };
    let event_of = |source, event_type, topic, body| (event(source, event_type, topic), raw(body));
    let globs = Globs::new(["invoice.*", "charge.refunded"]);
    let (sources, topics) = (["stripe".to_owned(), "github".to_owned()], [Topic::Payment, Topic::Refund]);
    let expression = "payload.amount + 0 > 100";
    for ((event, raw), expected, words) in [
        (
            event_of("shop", "order.paid", Topic::Other, "{}"),
            RouteOutcome::Source { found: "shop", expected: &sources },
            "`source` is `stripe` or `github`, the event's is `shop`",
        ),
        (
            event_of("stripe", "order.paid", Topic::Other, "{}"),
            RouteOutcome::EventType { found: "order.paid", expected: &globs },
            "`events` is `invoice.*` or `charge.refunded`, the event's type is `order.paid`",
        ),
        (
            event_of("stripe", "invoice.paid", Topic::Other, "{}"),
            RouteOutcome::Topic { found: Topic::Other, expected: &topics },
            "`topics` is `payment` or `refund`, the event's topic is `other`",
        ),
        (
            event_of("stripe", "invoice.paid", Topic::Payment, r#"{"amount": 100}"#),
            RouteOutcome::When { expression },
            "`when` is not true: `payload.amount + 0 > 100`",
        ),
        (
            event_of("stripe", "invoice.paid", Topic::Payment, r#"{"amount": 101}"#),
            RouteOutcome::Matched,
            "every condition holds",
        ),
    ] {
        let explained = rules.explain(&event, &raw);
        assert_eq!(explained, [(&"routes[0]".into(), expected)]);
        assert_eq!(explained[0].1.to_string(), words);
        let takes = explained[0].1.takes();
        let routing = rules.route(&event, &raw);
        assert_eq!(routing.deliveries.len(), usize::from(takes));
        assert_eq!(routing.unrouted, (!takes).then_some(UnroutedReason::NoMatch));
    }
}

#[test]
fn a_when_that_cannot_be_evaluated_is_an_outcome_of_its_own() {
    let (rules, _) = read("[[routes]]\nsource = '*'\nwhen = 'payload.name + 1 > 2'\nto = 'sales'\n");
    let (event, raw) = (event("stripe", "x", Topic::Other), Raw { body: r#"{"name": []}"#.into(), ..Raw::default() });
    let outcome = &rules.explain(&event, &raw)[0].1;
    assert!(outcome.takes() && matches!(outcome, RouteOutcome::WhenFailed { .. }), "{outcome:?}");
    assert!(outcome.to_string().starts_with("`when` cannot be evaluated and counts as true: `payload.name + 1 > 2`: "));
}

#[test]
fn without_routes_an_event_is_unrouted_for_that_reason() {
    let routing = Rules::default().route(&event("stripe", "x", Topic::Other), &Raw::default());
    assert_eq!(routing.unrouted, Some(UnroutedReason::NoRoutes));
}

#[test]
fn every_route_is_explained_in_the_order_of_the_config() {
    let (rules, _) = read(
        "[[routes]]\nsource = 'github'\nto = 'ops'\n\n[[routes]]\nsource = 'stripe'\nto = 'sales'\n\n\
         [[routes]]\nsource = '*'\nto = 'sales'\n",
    );
    let (event, raw) = (event("stripe", "x", Topic::Other), Raw::default());
    let explained = rules.explain(&event, &raw);
    let list: Vec<_> = explained.iter().map(|(name, outcome)| (name.as_str(), outcome.takes())).collect();
    assert_eq!(list, [("routes[0]", false), ("routes[1]", true), ("routes[2]", true)]);
    // The first of two routes to one destination makes the delivery.
    let routes: Vec<_> = rules.route(&event, &raw).deliveries.into_iter().map(|delivery| delivery.plan.route).collect();
    assert_eq!(routes, [Some("routes[1]".into())]);
}

#[test]
fn every_mistake_of_a_route_is_reported() {
    let (rules, diagnostics) = read(
        "[[routes]]\nsource = 'strip'\nevents = ['issues']\ntopics = ['paymnt']\nwhen = 'a ='\nto = ['salse']\ntemplate = 'stripe.paymnt'\nmention = ['everyone!']\nchannel = 1\n",
    );
    assert!(rules.routes.is_empty());
    insta::assert_snapshot!(diagnostics.to_string());
}

#[test]
fn a_glob_that_matches_no_known_type_is_only_a_warning() {
    let (_, diagnostics) = read("[[routes]]\nsource = 'github'\nevents = ['issues']\nto = 'ops'\n");
    assert_eq!((diagnostics.errors(), diagnostics.warnings()), (0, 1));
    assert!(diagnostics.to_string().contains("did you mean `issues.*`?"), "{diagnostics}");
}

#[test]
fn a_route_without_events_is_not_notified_of_what_is_routine() {
    let (rules, diagnostics) = read(
        "[[routes]]\nsource = \"stripe\"\nto = \"sales\"\n[[routes]]\nsource = \"stripe\"\nevents = [\"*\"]\nto = \"ops\"\n",
    );
    assert_eq!(diagnostics.to_string(), "");
    let mut event = event("stripe", "invoice.created", Topic::Payment);
    event.facts.routine = true;
    let silenced = |event: &Event| -> Vec<(String, bool)> {
        let deliveries = rules.route(event, &Raw::default()).deliveries;
        deliveries.into_iter().map(|made| (made.destination, made.plan.is_routine(event))).collect()
    };
    assert_eq!(silenced(&event), [("sales".to_owned(), true), ("ops".to_owned(), false)]);
    let raw = Raw::default();
    let outcomes = rules.explain(&event, &raw).into_iter().map(|(_, outcome)| outcome).collect::<Vec<_>>();
    assert_eq!(outcomes, [RouteOutcome::Routine { found: "invoice.created" }, RouteOutcome::Matched]);
    event.facts.routine = false;
    assert_eq!(silenced(&event), [("sales".to_owned(), false), ("ops".to_owned(), false)]);
}

#[test]
fn a_route_that_asks_for_a_routine_event_comes_before_one_that_does_not() {
    let (rules, diagnostics) = read(
        "[[routes]]\nsource = \"stripe\"\nto = \"sales\"\n[[routes]]\nsource = \"stripe\"\nevents = [\"invoice.created\"]\nto = \"sales\"\n",
    );
    let warning = diagnostics.to_string();
    assert!(warning.contains("`invoice.created` asks for `invoice.created`, which will be posted often"), "{warning}");
    let mut event = event("stripe", "invoice.created", Topic::Payment);
    event.facts.routine = true;
    let deliveries = rules.route(&event, &Raw::default()).deliveries;
    assert_eq!(deliveries.len(), 1);
    assert!(!deliveries[0].plan.is_routine(&event), "{deliveries:?}");
}

#[test]
fn mistakes_of_buttons_and_escalation_are_named_with_what_would_be_right() {
    let (_, diagnostics) = read(
        "[[routes]]\nsource = \"stripe\"\nto = \"sales\"\nbuttons = [\"ack\", \"ack\", \"snooze\"]\n\
         escalate = [{ after = \"30m\" }, { after = \"10m\", to = \"sale\" }, { mention = \"role:1\" }]\n",
    );
    insta::assert_snapshot!(diagnostics);
}
