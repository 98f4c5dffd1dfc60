//! The scope of an expression: `payload`, `event`, `headers`, and what a template adds.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use minijinja::Value;
use minijinja::value::{Enumerator, Object};

use super::budget::{TIME, TimeBudget};
use super::masked_payload;
use super::view::{self, View};
use hookbell_model::event::{Event, EventId, Raw};

/// The names every expression may use.
pub(super) const ROOTS: [&str; 3] = ["payload", "event", "headers"];

/// The name of the earlier events of a live message, in templates alone.
pub const HISTORY: &str = "history";

/// A name that no template can write: whether something was masked.
const MASKED: &str = " masked";

/// The keys of `event`.
pub(super) const EVENT: [&str; 21] = [
    "id",
    "ref",
    "type",
    "topic",
    "source",
    "provider",
    "time",
    "received",
    "facts",
    "actor",
    "subject",
    "amount",
    "amount_major",
    "currency",
    "url",
    "severity",
    "test",
    "author",
    "branch",
    "labels",
    "bot",
];

/// Those of them that are no facts come first.
const BEFORE_FACTS: usize = 9;

/// The keys of `event.facts`, which `event` has too, for short.
pub(super) const FACTS: &[&str] = EVENT.split_at(BEFORE_FACTS).1;

/// The scope of an expression: `payload`, `event` and `headers`. Building one parses the body, once; clones
/// share it.
#[derive(Debug, Clone)]
pub struct Scope(Arc<ScopeLayer>);

/// A layer of names over others, so that one more name costs no copy of the rest.
#[derive(Debug, Clone)]
struct ScopeLayer {
    own: Vec<(Cow<'static, str>, Value)>,
    under: Option<Arc<ScopeLayer>>,
}

impl Scope {
    /// Without masks. A body that is not JSON (or nested deeper than 128 levels) gives a `payload` of none.
    pub fn new(event: &Event, raw: &Raw) -> Self {
        Self::seen_by(event, raw, &View::default())
    }

    /// With the masks of `view`: private data is masked in every text of payload, headers and event, so that no
    /// template can show it.
    pub fn seen_by(event: &Event, raw: &Raw, view: &View) -> Self {
        let mut names = match view.masks.filter(|masks| !masks.is_empty()) {
            None => {
                let headers = raw.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                names(event.clone(), body(&raw.body), headers)
            }
            Some(masks) => {
                let headers: Vec<(&str, Cow<'_, str>)> =
                    raw.headers.iter().map(|(name, value)| (name.as_str(), masks.text(value))).collect();
                let (payload, found) = masked_payload::read(&raw.body, masks);
                let masked = masks.event(event);
                let is_masked = |(_, value): &(&str, Cow<'_, str>)| matches!(value, Cow::Owned(_));
                let differs = found || masked != *event || headers.iter().any(is_masked);
                let mut names = names(masked, payload, headers.into_iter());
                names.push((MASKED.into(), Value::from(differs)));
                names
            }
        };
        names.push((view::NAME.into(), view.value()));
        names.push((TimeBudget::NAME.into(), Value::from_object(TimeBudget::new(TIME))));
        Self(Arc::new(ScopeLayer { own: names, under: None }))
    }

    /// Whether something in it was masked.
    pub(crate) fn is_masked(&self) -> bool {
        self.0.get_value_by_str(MASKED).is_some_and(|masked| masked.is_true())
    }

    /// The same scope, whose evaluations may take so much time together instead of [`TIME`].
    #[must_use]
    pub fn within(&self, time: Duration) -> Self {
        self.with(TimeBudget::NAME, Value::from_object(TimeBudget::new(time)))
    }

    /// The same scope with one more name; it hides an older one of the same name.
    #[must_use]
    pub fn with(&self, name: impl Into<Cow<'static, str>>, value: Value) -> Self {
        let mut over = self.over(1);
        over.set(name, value);
        over
    }

    /// A new layer over this scope, with capacity for so many names.
    #[must_use]
    pub fn over(&self, room: usize) -> Self {
        Self(Arc::new(ScopeLayer { own: Vec::with_capacity(room), under: Some(Arc::clone(&self.0)) }))
    }

    /// Adds a name to the uppermost layer; it hides an older one of the same name. Clones of this scope do not have it.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: Value) {
        Arc::make_mut(&mut self.0).own.push((name.into(), value));
    }

    /// The value at a dotted path; undefined where there is none.
    pub fn lookup(&self, path: &str) -> Value {
        let mut parts = path.split('.');
        let root = parts.next().and_then(|root| self.0.get_value_by_str(root));
        parts.fold(root.unwrap_or_default(), |value, part| value.get_attr(part).unwrap_or_default())
    }

    pub(super) fn value(&self) -> Value {
        Value::from_dyn_object(Arc::clone(&self.0))
    }
}

fn names<'h, V: Into<Value>>(
    event: Event,
    payload: Value,
    headers: impl Iterator<Item = (&'h str, V)>,
) -> Vec<(Cow<'static, str>, Value)> {
    vec![
        ("payload".into(), payload),
        ("event".into(), Value::from_object(EventObject(event, true))),
        ("headers".into(), Value::from_pairs(headers)),
    ]
}

fn body(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or(Value::from(()))
}

impl Object for ScopeLayer {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let own = self.own.iter().rev().find(|(name, _)| name == key);
        own.map(|(_, value)| value.clone()).or_else(|| self.under.as_ref()?.get_value_by_str(key))
    }
}

/// The event, read key by key on demand; with `true` the whole of it, else its facts alone.
#[derive(Debug)]
struct EventObject(Event, bool);

impl EventObject {
    fn own(&self, key: &str) -> Option<Value> {
        let event = &self.0;
        Some(match key {
            "id" if event.id == EventId::UNSET => Value::from(""),
            "id" => Value::from(event.id.to_string()),
            "ref" => Value::from(event.reference.as_str()),
            "type" => Value::from(event.event_type.as_str()),
            "topic" => Value::from(event.topic.as_str()),
            "source" => Value::from(event.source.as_str()),
            "provider" => Value::from(event.provider.as_str()),
            "time" => Value::from(event.time.secs()),
            "received" => Value::from(event.received.secs()),
            "facts" => Value::from_object(Self(event.clone(), false)),
            _ => return None,
        })
    }

    /// A fact that the provider's file did not give is none rather than undefined: that is no mistake of
    /// the template.
    fn fact(&self, key: &str) -> Option<Value> {
        let facts = &self.0.facts;
        let text = |text: &Option<String>| text.as_deref().map_or(Value::from(()), Value::from);
        Some(match key {
            "actor" => text(&facts.actor),
            "subject" => text(&facts.subject),
            // What could not be read is shown as it came.
            "amount" => facts.amount.map_or_else(|| text(&facts.amount_text), Value::from),
            "amount_major" => facts.amount_major().map_or(Value::from(()), |plain| number(&plain)),
            "test" => Value::from(facts.test),
            "author" => text(&facts.author),
            "branch" => text(&facts.branch),
            "labels" => Value::from(facts.labels.clone()),
            "bot" => Value::from(facts.bot),
            "currency" => text(&facts.currency),
            "url" => text(&facts.url),
            "severity" => facts.severity.map_or(Value::from(()), |severity| Value::from(severity.as_str())),
            _ => return None,
        })
    }
}

/// A whole number as one, another as the float that is nearest.
fn number(plain: &str) -> Value {
    match plain.parse::<i64>() {
        Ok(whole) => Value::from(whole),
        Err(_) => plain.parse::<f64>().map_or(Value::from(()), Value::from),
    }
}

/// The decimals that an event's provider gives to its currency (upper case), where that is this one.
pub(super) fn amount_decimals(event: &Value, code: &str) -> Option<u32> {
    let facts = &event.downcast_object_ref::<EventObject>()?.0.facts;
    facts.decimals.filter(|_| facts.currency.as_deref() == Some(code))
}

impl Object for EventObject {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let own = if self.1 { self.own(key) } else { None };
        own.or_else(|| self.fact(key))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(if self.1 { &EVENT } else { FACTS })
    }
}
