//! What makes a message live: its keys, what it remembers, what rings, and when its thing is over.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use minijinja::Value;
use minijinja::value::ValueKind;
use sha2::{Digest, Sha256};

use super::note::TextNote;
use super::text_evaluator::TextEvaluator;
use super::text_template::TextTemplate;
use crate::expression::{Condition, Expression, ExpressionError, Scope};
use hookbell_config_file::Location;
use hookbell_model::live::RememberedValues;
use hookbell_model::note::{Clause, Note};

/// A longer name is replaced by its hash. In characters.
const LONGEST: usize = 200;
/// Keys and elements of `notify` that count.
const MOST: usize = 500;

/// What the keys of a template say about its live message.
#[derive(Debug, Default)]
pub(super) struct LiveTemplate {
    pub(super) keys: Vec<KeyTemplate>,
    /// The names that the keys use.
    pub(super) key_names: HashSet<String>,
    /// The names of the thing whose forum post the message goes into; empty = those of `keys`.
    pub(super) thread_keys: Vec<KeyTemplate>,
    pub(super) thread_title: Option<TextTemplate>,
    pub(super) archived: Option<Located<Condition>>,
    pub(super) notify: Option<Located<Expression>>,
    pub(super) closed: Option<Located<Condition>>,
    pub(super) routine: Option<Located<Condition>>,
    pub(super) hold: Option<Duration>,
    pub(super) remind: Option<Duration>,
}

/// One of the names that a thing is known by.
#[derive(Debug)]
pub(super) struct KeyTemplate {
    pub(super) text: TextTemplate,
    /// It is one of a list: without all of its values it is no name.
    pub(super) needs_all: bool,
}

/// An expression with its place in the file.
#[derive(Debug)]
pub(super) struct Located<E> {
    pub(super) expression: E,
    pub(super) location: Location,
}

/// What makes a rendered message live.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LiveValues {
    /// The names of its thing; with none it is no live message.
    pub keys: Vec<String>,
    /// The names of another thing, which the message belongs to.
    pub thread_keys: Vec<String>,
    /// The title of the thing's post; empty = that of the message.
    pub thread_title: String,
    /// What `archived` says.
    pub archived: Option<bool>,
    /// The elements of `notify`: one that the message did not have is posted anew.
    pub notify: BTreeSet<String>,
    /// Whether the thing is over.
    pub closed: bool,
    /// Whether the template says when the thing is over.
    pub closable: bool,
    /// Whether nobody wants to be notified of the event: it updates a message, and is none of its own.
    pub routine: bool,
    /// The thing is reported only if it is still open after so long, unless the route says otherwise.
    pub hold: Option<Duration>,
    /// How often the thing is reported again while it is open, unless the route says otherwise.
    pub remind: Option<Duration>,
    /// What the event itself says of `remember`.
    pub remembered: RememberedValues,
}

impl LiveValues {
    /// The names of the thing whose forum post the message goes into, where each thing has one.
    pub fn post_keys(&self) -> &[String] {
        if self.thread_keys.is_empty() { &self.keys } else { &self.thread_keys }
    }

    /// Whether the thing of the post is over; none where the message does not say it.
    pub fn is_post_over(&self) -> Option<bool> {
        let own = (self.closable && self.thread_keys.is_empty()).then_some(self.closed);
        self.archived.or(own)
    }
}

/// The names of an event's thing, each once.
pub(super) fn names(templates: &[KeyTemplate], evaluator: &mut TextEvaluator<'_>, scope: &Scope) -> Vec<String> {
    let mut keys = Vec::new();
    for KeyTemplate { text, needs_all } in templates {
        let key = evaluator.key(text, *needs_all, scope).unwrap_or_default();
        let key = short(key.trim());
        if !key.is_empty() && !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys.truncate(MOST);
    keys
}

/// What `notify`, `closed`, `archived` and `routine` say; one that fails is noted and says nothing.
pub(super) fn evaluate(template: &LiveTemplate, scope: &Scope, notes: &mut Vec<TextNote>) -> LiveValues {
    let mut failed = |key: &str, location: &Location, error: &ExpressionError| {
        let note = Note::TextFailed { key: key.to_owned(), clause: Clause::Text, error: error.to_string() };
        notes.push(TextNote { location: location.clone(), note });
    };
    let notify = template.notify.as_ref().map(|Located { expression, location }| {
        expression.value(scope).map_err(|error| failed("notify", location, &error)).unwrap_or_default()
    });
    let mut holds = |key: &str, condition: Option<&Located<Condition>>| {
        condition.is_some_and(|Located { expression, location }| {
            expression.holds(scope).map_err(|error| failed(key, location, &error)).unwrap_or_default()
        })
    };
    let closed = holds("closed", template.closed.as_ref());
    let routine = holds("routine", template.routine.as_ref());
    let archived = template.archived.as_ref().map(|archived| holds("archived", Some(archived)));
    let notify = notify.as_ref().map(elements).unwrap_or_default();
    let (hold, remind) = (template.hold, template.remind);
    LiveValues {
        archived,
        notify,
        closed,
        closable: template.closed.is_some(),
        routine,
        hold,
        remind,
        ..LiveValues::default()
    }
}

/// The elements of a list, the keys of a map, else the value itself; nothing of what is missing or false.
fn elements(value: &Value) -> BTreeSet<String> {
    let said = |value: &Value| value.is_true().then(|| short(value.to_string().trim()));
    match value.kind() {
        ValueKind::Seq | ValueKind::Iterable | ValueKind::Map => {
            value.try_iter().into_iter().flatten().take(MOST).filter_map(|item| said(&item)).collect()
        }
        _ => said(value).into_iter().collect(),
    }
}

fn short(name: &str) -> String {
    if name.chars().count() <= LONGEST {
        name.to_owned()
    } else {
        format!("sha256:{}", hex::encode(Sha256::digest(name.as_bytes())))
    }
}
