//! Whom an event pings: only ids of the config, under the conditions of the config.

use super::super::*;
use hookbell_config_file::{Diagnostics, Document};
use hookbell_model::delivery::{Mention, Plan};
use hookbell_model::event::{Event, EventId, Facts, Raw, Topic};
use hookbell_model::note::Note;
use hookbell_model::timestamp::Timestamp;
use serde_json::{Value, json};

const PEOPLE: &str = "[people]\nalice = '11'\n\"Bob@Example.com\" = '22'\nBOB = '22'\n";

fn read(people: &str, route: &str) -> (Rules, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let text = format!("{people}[[routes]]\nsource = 'shop'\nto = ['sales', 'ops']\n{route}\n");
    let document = Document::parse("config.toml", &text, &mut diagnostics);
    let mut root = document.root();
    let people = root.table("people", &mut diagnostics).map(|table| People::read(&table, &mut diagnostics));
    let known = Known {
        sources: vec![KnownSource { name: "shop".into(), ..KnownSource::default() }],
        destinations: vec!["sales".into(), "ops".into()],
        people: people.unwrap_or_default(),
        ..Known::default()
    };
    let tables = root.tables("routes", &mut diagnostics);
    (Rules::read(tables, &known, &mut diagnostics), diagnostics)
}

fn routed(route: &str, payload: &Value) -> Routing {
    let (rules, diagnostics) = read(PEOPLE, route);
    assert_eq!(diagnostics.to_string(), "");
    let event = Event {
        id: EventId::UNSET,
        source: "shop".into(),
        provider: "shop".into(),
        reference: "r1".into(),
        event_type: "order".into(),
        topic: Topic::Other,
        facts: Facts::default(),
        time: Timestamp(0),
        received: Timestamp(0),
    };
    rules.route(&event, &Raw { body: payload.to_string().into_bytes(), ..Raw::default() })
}

/// Of both deliveries, which are alike.
fn plan(route: &str, payload: &Value) -> Plan {
    let routed = routed(route, payload);
    assert_eq!(routed.failures, []);
    let plans: Vec<Plan> = routed.deliveries.into_iter().map(|delivery| delivery.plan).collect();
    assert!(matches!(plans.as_slice(), [one, other] if one == other), "{plans:?}");
    plans.into_iter().next().unwrap_or_default()
}

fn users(ids: &[&str]) -> Vec<Mention> {
    ids.iter().map(|id| Mention::User((*id).to_owned())).collect()
}

#[test]
fn a_person_is_found_by_login_or_address_whatever_the_capitals() {
    let route = "mention = 'person:{{ payload.who }}'";
    for (who, id) in [("alice", "11"), ("ALICE", "11"), ("bob@example.com", "22"), (" bob ", "22")] {
        assert_eq!(plan(route, &json!({ "who": who })).mention, users(&[id]), "{who}");
    }
    assert_eq!(plan("mention = ['person:Alice']", &json!({})).mention, users(&["11"]));
}

#[test]
fn somebody_unknown_is_not_pinged_and_a_masked_note_says_so() {
    let route = "mention = ['person:{{ payload.who }}']";
    for hostile in ["33", "user:33", "everyone", "<@33>", "role:222", "mallory@example.com"] {
        let plan = plan(route, &json!({ "who": hostile }));
        assert_eq!(plan.mention, [], "{hostile}");
        let [Note::UnknownPerson { name }] = plan.notes.as_slice() else { panic!("{:?}", plan.notes) };
        assert!(!name.contains("mallory@"), "{name}");
    }
    let open = plan(&format!("mask = []\n{route}"), &json!({ "who": "mallory@example.com" }));
    assert_eq!(open.notes, [Note::UnknownPerson { name: "mallory@example.com".to_owned() }]);
    let nobody = plan(route, &json!({}));
    assert_eq!((nobody.mention, nobody.notes), (vec![], vec![]), "nobody is named");
}

#[test]
fn each_of_several_reviewers_is_pinged_once_and_a_long_list_is_bounded() {
    let route = "mention = ['person:{{ payload.all | join(\",\") }}', 'user:11']";
    assert_eq!(plan(route, &json!({ "all": ["bob", "alice", "BOB"] })).mention, users(&["22", "11"]));
    let many: Vec<String> = (0..15).map(|at| format!("x{at}")).collect();
    let plan = plan(route, &json!({ "all": many }));
    assert_eq!((plan.mention, plan.notes.len()), (users(&["11"]), 11));
    assert_eq!(plan.notes.last(), Some(&Note::PeopleLeftOut { count: 5, limit: 10 }));
}

#[test]
fn a_mention_with_a_condition_pings_only_where_it_holds() {
    let route = "mention = [{ to = 'role:222', when = 'payload.level == \"critical\"' }, 'here']";
    let role = Mention::Role("222".to_owned());
    assert_eq!(plan(route, &json!({ "level": "critical" })).mention, [role, Mention::Here]);
    assert_eq!(plan(route, &json!({ "level": "info" })).mention, [Mention::Here]);
    let person = "mention = { to = 'person:{{ payload.who }}', when = 'payload.ask' }";
    assert_eq!(plan(person, &json!({ "who": "alice", "ask": true })).mention, users(&["11"]));
    let quiet = plan(person, &json!({ "who": "mallory" }));
    assert_eq!((quiet.mention, quiet.notes), (vec![], vec![]));
}

#[test]
fn a_condition_that_cannot_be_evaluated_pings_and_is_reported() {
    let routed = routed("mention = ['here', { to = 'role:222', when = 'payload.n + 1 > 2' }]", &json!({ "n": [] }));
    assert_eq!(routed.deliveries[1].plan.mention, [Mention::Here, Mention::Role("222".to_owned())]);
    assert_eq!(routed.failures.len(), 1, "once for both destinations");
    let words = routed.failures[0].to_string();
    assert!(words.starts_with("`when` of routes[0].mention[1] cannot be evaluated and counts as true: "), "{words}");
}

#[test]
fn a_text_that_cannot_be_evaluated_pings_nobody_and_a_note_says_so() {
    let plan = plan("mention = 'person:{{ payload.n + 1 }}'", &json!({ "n": [] }));
    assert!(matches!(plan.notes.as_slice(), [Note::PersonFailed { .. }]), "{:?}", plan.notes);
    assert_eq!(plan.mention, []);
}

#[test]
fn every_mistake_of_mentions_and_people_is_reported_at_its_place() {
    let (_, diagnostics) = read(
        "[people]\nalice = 'x1'\nbob = 22\ncarol = '33'\nCarol = '34'\n",
        "mention = ['person:{{ payload.who | uper }}', 'person:carl', { to = 'role:x', when = 'a =' }, { too = 'here' }, 5, 'team:1']",
    );
    insta::assert_snapshot!(diagnostics.to_string());
}
