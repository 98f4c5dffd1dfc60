//! Live messages: whatever order the events of a thing come in, its message ends up the same.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::compose::{LiveAction, LiveComposed, LiveInput, ShownInput, compose_live};
use hookbell_model::delivery::{EditedMessage, Mention, MessageRef, MuteId, MutedBy, ReplayOf};
use hookbell_model::event::Severity;
use hookbell_model::handling::Handling;
use hookbell_model::live::{EventPosition, LiveMessage, LiveState, LiveThing, ShownEvent};

const LIVE: &str = r#"
provider = "shop"

[vars]
who = "payload.who"
refunds = "{payload.refund: payload.amount} if payload.refund else none"
firing = "payload.firing | default([])"

[[message]]
name = "order"
key = ["order:{{ payload.order }}", "invoice:{{ payload.invoice }}"]
remember = ["who", "refunds"]
notify = "firing"
closed = "payload.state == 'done'"
severity = "{{ payload.severity | default('info') }}"
title = "{{ payload.state }}"
description = "{{ who }} {{ refunds }}|{% for past in history %}{{ past.type }} {{ past.title }};{% endfor %}"
"#;

/// A channel and what is recorded of it, as courier and store would keep it.
#[derive(Default)]
struct Channel {
    events: BTreeMap<i64, (Event, Raw)>,
    /// Each with the titles it has shown.
    messages: BTreeMap<i64, Value>,
    live: Vec<LiveMessage>,
    keys: BTreeMap<String, i64>,
    rings: usize,
    /// Whom a new message has pinged, each time.
    pinged: Vec<String>,
    last: Option<LiveComposed>,
}

fn mute() -> MutedBy {
    let (reason, until) = ("a deploy".to_owned(), Timestamp(i64::MAX));
    MutedBy { mute: MuteId(1), reason, until, severity: Severity::Info }
}

fn templates() -> Templates {
    let mut diagnostics = Diagnostics::default();
    let document = Document::parse("own.toml", LIVE, &mut diagnostics);
    let templates = Templates::with_own(&[], &[document], &Config::default(), &mut diagnostics);
    assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
    templates
}

impl Channel {
    fn take(&mut self, templates: &Templates, time: i64, body: &Value) {
        let (mut event, _) = super::event();
        // A repeat is the same event.
        event.id = EventId(time);
        event.time = Timestamp(time * 1000);
        event.event_type = format!("t{time}");
        event.facts.routine = body["routine"] == true;
        let raw = Raw { body: body.to_string().into_bytes(), ..Raw::default() };
        self.events.insert(event.id.0, (event.clone(), raw.clone()));
        let mention = body["ping"].as_array().into_iter().flatten();
        let mention = mention.map(|id| Mention::User(id.as_str().expect("an id").to_owned())).collect();
        let edit = EditedMessage { id: "1".to_owned(), channel: "c".to_owned(), in_thread: false };
        let replay = (body["edit"] == true).then_some(ReplayOf { delivery: None, edit: Some(edit) });
        let (plan, tags) = (Plan { notable_only: true, mention, replay, ..Plan::default() }, Tags::default());
        let target = MessageTarget::new(Locale::default(), &tags);
        let inputs = ComposeInputs::one(&event, &raw, &plan);
        let own = compose(templates, &inputs, &target, &LiveContext::default());
        let records: BTreeSet<i64> = own.live.keys.iter().filter_map(|key| self.keys.get(key)).copied().collect();
        let known = self.live.iter().filter(|message| records.contains(&message.id)).cloned().collect();
        let position = EventPosition::of(&event);
        let thing = LiveThing::of(known, event.id, &position);
        let newer = thing.as_ref().filter(|thing| thing.is_newer_than(&position, event.id)).and_then(LiveThing::shown);
        let shown = newer.and_then(|shown| self.events.get(&shown.id.0)).cloned();
        let shown = shown.map(|(event, raw)| ShownInput { event, raw });
        let live = LiveInput {
            input: inputs.first,
            own,
            thing,
            shown,
            refusal: None,
            muted: (body["muted"] == true).then(mute),
            is_held: false,
        };
        self.apply(compose_live(templates, &target, live));
    }

    fn apply(&mut self, made: LiveComposed) {
        let body = made.composed.message.to_post();
        let id = match &made.action {
            LiveAction::Post | LiveAction::Repost(..) => {
                self.rings += 1;
                let pinged = body["allowed_mentions"]["users"].as_array().cloned().unwrap_or_default();
                self.pinged.extend(pinged.iter().map(|id| id.as_str().expect("an id").to_owned()));
                self.messages.len() as i64 + 1
            }
            LiveAction::Edit(posted) => posted.message.id.parse().expect("a number"),
            LiveAction::Nothing | LiveAction::Record => 0,
        };
        let update = made.update.clone().expect("its template is live");
        let record = update.record.unwrap_or(self.live.iter().map(|live| live.id).max().unwrap_or(0) + 1);
        for absorbed in &update.absorbed {
            self.keys.values_mut().filter(|value| *value == absorbed).for_each(|value| *value = record);
            self.live.retain(|live| live.id != *absorbed);
        }
        self.keys.extend(update.keys.into_iter().map(|key| (key, record)));
        let before = self.live.iter().position(|live| live.id == record).map(|at| self.live.remove(at));
        let message = match before {
            Some(before) if id == 0 => before.message,
            _ if id == 0 => None,
            _ => Some(MessageRef { id: id.to_string(), channel: "c".to_owned() }),
        };
        for earlier in &update.state.earlier {
            let to = message.as_ref().map(|message| &message.id);
            let pointer = json!({ "title": update.state.title, "to": to });
            self.messages.insert(earlier.id.parse().expect("a number"), pointer);
        }
        if id != 0 {
            self.messages.insert(id, body["embeds"][0].clone());
        }
        let (state, handling) = (update.state, Handling::default());
        self.live.push(LiveMessage { id: record, message, in_thread: false, slot: None, state, handling });
        self.last = Some(made);
    }

    /// The cards, without what leads to them.
    fn cards(&self) -> Vec<String> {
        let cards = self.messages.values().filter(|card| card["to"].is_null());
        cards.map(|card| format!("{} | {}", card["title"], card["description"])).collect()
    }
}

fn channel(events: &[(i64, Value)]) -> Channel {
    let (templates, mut channel) = (templates(), Channel::default());
    events.iter().for_each(|(time, body)| channel.take(&templates, *time, body));
    channel
}

#[test]
fn a_later_poorer_event_takes_nothing_away() {
    let channel = channel(&[
        (1, json!({ "order": 1, "state": "paid", "who": "Ada" })),
        (2, json!({ "order": 1, "state": "shipped" })),
    ]);
    assert_eq!((channel.rings, channel.messages.len()), (1, 1));
    assert!(channel.cards()[0].starts_with(r#""shipped" | "Ada"#), "{:?}", channel.cards());
}

#[test]
fn an_older_event_changes_nothing_but_what_was_missing() {
    let channel = channel(&[
        (2, json!({ "order": 1, "state": "shipped" })),
        (1, json!({ "order": 1, "state": "paid", "who": "Ada", "severity": "critical", "firing": ["a"] })),
    ]);
    assert_eq!((channel.rings, channel.messages.len()), (1, 1));
    assert!(channel.cards()[0].starts_with(r#""shipped" | "Ada"#), "{:?}", channel.cards());
    assert!(channel.last.expect("made").is_older);
}

#[test]
fn what_is_new_and_what_is_worse_is_posted_anew_and_the_earlier_message_never_stays_open() {
    let firing = |time, firing: &[&str], severity: &str| {
        (time, json!({ "order": 1, "state": "firing", "firing": firing, "severity": severity }))
    };
    let mut events = vec![
        firing(1, &["a"], "warning"),
        firing(2, &["a"], "warning"),
        firing(3, &["a", "b"], "warning"),
        firing(4, &["b"], "critical"),
    ];
    assert_eq!(channel(&events).rings, 3);
    events.push((5, json!({ "order": 1, "state": "done" })));
    let closed = channel(&events);
    assert_eq!((closed.rings, closed.messages.len()), (3, 3));
    assert!(closed.messages.values().all(|card| card["title"] == "done"), "{:?}", closed.messages);
    // It is over: what comes next is another outage.
    events.push(firing(6, &["b"], "warning"));
    let again = channel(&events);
    assert_eq!((again.rings, again.messages.len()), (4, 4));
    assert_eq!(again.messages[&4]["title"], "firing");
    assert_eq!(again.messages[&3]["title"], "done");
}

#[test]
fn messages_that_turn_out_to_be_about_one_thing_become_one() {
    let channel = channel(&[
        (1, json!({ "order": 1, "state": "paid", "who": "Ada" })),
        (2, json!({ "invoice": 7, "state": "invoiced" })),
        (3, json!({ "order": 1, "invoice": 7, "state": "settled" })),
        (4, json!({ "invoice": 7, "state": "archived" })),
    ]);
    assert_eq!((channel.rings, channel.cards().len(), channel.live.len()), (2, 1, 1));
    assert!(channel.cards()[0].starts_with(r#""archived" | "Ada"#), "{:?}", channel.cards());
    assert_eq!(channel.messages[&2], json!({ "title": "archived", "to": "1" }));
}

#[test]
fn a_routine_event_is_recorded_edits_and_never_rings() {
    let channel = channel(&[
        (1, json!({ "order": 1, "state": "made", "who": "Ada", "routine": true })),
        (2, json!({ "order": 1, "state": "paid", "firing": ["a"] })),
        (3, json!({ "order": 1, "state": "seen", "firing": ["a", "b"], "severity": "critical", "routine": true })),
    ]);
    assert_eq!((channel.rings, channel.messages.len()), (1, 1));
    assert!(channel.cards()[0].contains(r#"seen" | "Ada"#), "{:?}", channel.cards());
}

#[test]
fn what_a_routine_event_did_not_ring_for_rings_when_it_comes_again() {
    for again in [json!({ "firing": ["b"] }), json!({ "severity": "critical" })] {
        let mut routine = json!({ "order": 1, "state": "s", "routine": true });
        let mut notable = json!({ "order": 1, "state": "s" });
        for body in [&mut routine, &mut notable] {
            body.as_object_mut().expect("a map").extend(again.as_object().expect("a map").clone());
        }
        let events = [(1, json!({ "order": 1, "state": "paid" })), (2, routine), (3, notable)];
        assert_eq!(channel(&events[..2]).rings, 1, "{again}");
        assert_eq!(channel(&events).rings, 2, "{again}");
    }
}

#[test]
fn who_must_be_pinged_is_pinged_although_there_is_a_message_to_edit_and_only_once() {
    let step = |time, ping: &[&str]| (time, json!({ "order": 1, "state": format!("s{time}"), "ping": ping }));
    let mut events = vec![step(1, &[]), step(2, &["7"]), step(3, &["7"]), step(4, &["8", "7"]), step(5, &[])];
    events.push((6, json!({ "order": 1, "state": "s6", "ping": ["9"], "routine": true })));
    let pinged = channel(&events);
    assert_eq!((pinged.rings, pinged.cards().len()), (3, 1));
    assert_eq!(pinged.pinged, ["7", "8", "7"], "a repeated mention only goes with another one's");
    let cause = |at: usize| match channel(&events[..=at]).last.expect("made").action {
        LiveAction::Repost(_, cause) => cause.to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!(cause(1), "of the ping for user:7");
    assert_eq!(cause(3), "of the ping for user:8");
    // Nobody was notified by the routine event.
    events.push(step(7, &["9"]));
    assert_eq!(channel(&events).pinged, ["7", "8", "7", "9"]);
}

#[test]
fn rendering_a_message_again_notifies_nobody_and_is_made_up_for_later() {
    let event = |time, edit: bool| {
        let body =
            json!({ "order": 1, "state": "s", "ping": ["7"], "firing": ["a"], "severity": "critical", "edit": edit });
        (time, body)
    };
    let mut events = vec![(1, json!({ "order": 1, "state": "paid" })), event(2, true)];
    let edited = channel(&events);
    assert_eq!((edited.rings, edited.pinged.len()), (1, 0));
    assert!(edited.cards()[0].contains(r#" s" | "#), "{:?}", edited.cards());
    events.push(event(3, false));
    assert_eq!((channel(&events).rings, channel(&events).pinged), (2, vec!["7".to_owned()]));
    // An older one renders what is shown.
    events.push((1, json!({ "order": 1, "state": "paid", "edit": true, "ping": ["8"] })));
    let older = channel(&events);
    assert_eq!((older.rings, older.pinged.len()), (2, 1));
    assert!(older.cards()[0].contains(r#" s" | "#), "{:?}", older.cards());
}

#[test]
fn a_ping_of_an_older_event_is_not_lost_unless_the_thing_is_over() {
    let late = |state: &str| {
        let newer = (5, json!({ "order": 1, "state": state, "ping": ["7"] }));
        channel(&[newer, (2, json!({ "order": 1, "state": "asked", "ping": ["8"] }))])
    };
    let open = late("open");
    assert_eq!((open.rings, open.pinged.as_slice()), (2, ["7", "7", "8"].map(str::to_owned).as_slice()));
    assert_eq!(open.cards().len(), 1);
    assert!(open.cards()[0].starts_with(r#""open""#), "{:?}", open.cards());
    assert_eq!(late("done").pinged, ["7"]);
    // A routine event was recorded before anything was posted.
    let events = [(5, json!({ "order": 1, "state": "s", "routine": true })), (2, json!({ "order": 1, "ping": ["8"] }))];
    assert_eq!(channel(&events).pinged, ["8"]);
}

#[test]
fn a_message_from_before_pings_were_kept_does_not_ring_for_them() {
    let (templates, mut channel) = (templates(), channel(&[(1, json!({ "order": 1, "ping": ["7"] }))]));
    channel.live[0].state.mentioned = None;
    channel.take(&templates, 2, &json!({ "order": 1, "ping": ["7"] }));
    assert_eq!(channel.rings, 1);
    channel.take(&templates, 3, &json!({ "order": 1, "ping": ["8"] }));
    assert_eq!(channel.pinged, ["7", "8"]);
}

#[test]
fn a_replayed_event_does_not_overwrite_what_is_newer() {
    let mut state = LiveState::default();
    let position = EventPosition { time: Timestamp(5), by_receipt: true, sequence: None, rank: None };
    state.shown = Some(ShownEvent { id: EventId(9), position, mention: Vec::new() });
    assert!(state.is_newer_than(&position, EventId(8)));
    assert!(!state.is_newer_than(&position, EventId(9)) && !state.is_newer_than(&position, EventId(10)));
}

#[test]
fn a_muted_event_is_recorded_edits_and_never_rings() {
    let events = [
        (1, json!({ "order": 1, "state": "made", "who": "Ada", "muted": true })),
        (2, json!({ "order": 1, "state": "paid", "firing": ["a"] })),
        (3, json!({ "order": 1, "state": "seen", "firing": ["a", "b"], "severity": "critical", "muted": true })),
    ];
    let first = channel(&events[..1]);
    assert_eq!((first.rings, first.messages.len()), (0, 0));
    let muted = channel(&events);
    assert_eq!((muted.rings, muted.messages.len()), (1, 1));
    assert!(muted.cards()[0].contains(r#"seen" | "Ada"#), "{:?}", muted.cards());
    let last = |channel: Channel| channel.last.map(|made| (made.muted.is_some(), made.ring_withheld));
    assert_eq!((last(first), last(muted)), (Some((true, false)), Some((true, true))));
    // What it did not ring for rings when it comes again.
    let again = [&events[..], &[(4, json!({ "order": 1, "state": "seen", "firing": ["a", "b"] }))]].concat();
    assert_eq!(channel(&again).rings, 2);
}

#[test]
fn a_message_shows_the_newer_routine_event_that_came_before_it() {
    let channel = channel(&[
        (2, json!({ "order": 1, "state": "shipped", "routine": true })),
        (1, json!({ "order": 1, "state": "paid", "who": "Ada" })),
    ]);
    assert_eq!((channel.rings, channel.messages.len()), (1, 1));
    assert!(channel.cards()[0].starts_with(r#""shipped" | "Ada"#), "{:?}", channel.cards());
}

/// Events of one thing, each with its own time.
fn thing() -> impl Strategy<Value = Vec<(i64, Value)>> {
    let event = (
        prop::option::of("[A-C]"),
        prop::option::of((1u8..4, 1u8..9)),
        prop::collection::btree_set("[a-d]", 0..3),
        prop::sample::select(vec!["info", "warning", "critical"]),
        (prop::bool::weighted(0.3), prop::collection::btree_set("[7-9]", 0..2)),
    );
    prop::collection::vec(event, 1..7).prop_map(|events| {
        let event = |(at, (who, refund, firing, severity, (routine, ping))): (usize, _)| {
            let (refund, amount): (Option<u8>, Option<u8>) = Option::unzip(refund);
            // One amount a refund, as it is with money.
            let amount = amount.and(refund).map(|refund| refund * 10);
            let time = at as i64 + 1;
            (
                time,
                json!({
                    "order": 1, "state": format!("s{time}"), "who": who, "refund": refund.map(|id| format!("re{id}")),
                    "amount": amount, "firing": firing, "severity": severity, "routine": routine,
                    "ping": ping,
                }),
            )
        };
        events.into_iter().enumerate().map(event).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_order_of_a_things_events_ends_with_the_same_card(
        events in thing(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 12),
    ) {
        let in_order = channel(&events);
        let mut left: Vec<_> = events.clone();
        let mut shuffled: Vec<(i64, Value)> = Vec::new();
        for at in &order {
            // One that is left, or one that has come already.
            if left.is_empty() || (at.index(3) == 0 && !shuffled.is_empty()) {
                shuffled.push(shuffled[at.index(shuffled.len())].clone());
            } else {
                shuffled.push(left.remove(at.index(left.len())));
            }
        }
        shuffled.extend(left);
        let shuffled = channel(&shuffled);
        prop_assert_eq!(shuffled.cards(), in_order.cards());
        // Of a thing with routine events alone nothing is posted.
        let is_posted = events.iter().any(|(_, body)| body["routine"] != true);
        prop_assert_eq!(shuffled.cards().len(), usize::from(is_posted));
        // An older event never rings but for somebody who was not pinged yet.
        let without_pings = |channel: &Channel| channel.rings.saturating_sub(channel.pinged.len());
        prop_assert!(without_pings(&shuffled) <= in_order.rings);
        // Everybody is pinged, whatever the order, as long as the events are not routine.
        let everybody: BTreeSet<&str> = events.iter().filter(|(_, body)| body["routine"] != true)
            .flat_map(|(_, body)| body["ping"].as_array().into_iter().flatten()).filter_map(Value::as_str).collect();
        for channel in [&shuffled, &in_order] {
            prop_assert!(everybody.iter().all(|id| channel.pinged.iter().any(|pinged| pinged == id)));
        }
    }
}
