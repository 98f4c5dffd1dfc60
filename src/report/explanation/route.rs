//! What a route made of an event: whether it takes it, and if not, each condition that does not hold with the values that it
//! compared.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::rules::{RouteOutcome, Rules};
use hookbell_model::delivery::RouteName;
use hookbell_model::event::{Event, Raw};
use hookbell_model::privacy::Masks;
use hookbell_template::expression::{Expression, Scope, expression_paths};

/// A text among the compared values is shown so far, in characters.
const LONGEST: usize = 80;

/// A route's result for an event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RouteExplanation {
    pub route: RouteName,
    pub to: Vec<String>,
    pub takes: bool,
    /// In words, with the first condition that does not hold.
    pub text: String,
    /// It takes the event as routine: only a message that is there is updated.
    pub routine: bool,
    /// Each condition that does not hold.
    pub obstacles: Vec<RouteObstacle>,
    /// What the paths in its `when` hold.
    pub compared: Vec<ComparedValue>,
}

/// A condition of a route that does not hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "condition", rename_all = "snake_case")]
pub enum RouteObstacle {
    Source { found: String, expected: Vec<String> },
    Events { found: String, expected: Vec<String> },
    Topics { found: String, expected: Vec<String> },
    When { expression: String },
}

/// A path of an expression and its value; none where there is no such value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparedValue {
    pub path: String,
    pub value: Option<Value>,
}

/// Every route, in the order of the config.
pub(super) fn explain(rules: &Rules, event: &Event, raw: &Raw, masks: Masks) -> Vec<RouteExplanation> {
    let all = rules.explain(event, raw).into_iter().zip(rules.obstacles(event, raw));
    let explained = all.map(|((route, outcome), (_, obstacles))| {
        let when = obstacles.iter().chain([&outcome]).find_map(|outcome| match outcome {
            RouteOutcome::When { expression } | RouteOutcome::WhenFailed { expression, .. } => Some(*expression),
            _ => None,
        });
        RouteExplanation {
            route: route.clone(),
            to: rules.destinations_of(route).to_vec(),
            takes: outcome.takes(),
            text: masks.text(&outcome.to_string()).into_owned(),
            routine: matches!(outcome, RouteOutcome::Routine { .. }),
            compared: when.map(|when| compared(when, event, raw, masks)).unwrap_or_default(),
            obstacles: obstacles.iter().filter_map(RouteObstacle::of).collect(),
        }
    });
    explained.collect()
}

fn compared(when: &str, event: &Event, raw: &Raw, masks: Masks) -> Vec<ComparedValue> {
    let scope = Scope::new(event, raw);
    let mut compared: Vec<ComparedValue> = Vec::new();
    for path in expression_paths(when).iter().map(|path| path.text()) {
        if compared.iter().any(|known| known.path == path) {
            continue;
        }
        let value = Expression::parse(&path, &[]).ok().and_then(|path| path.value(&scope).ok());
        let value = value.filter(|value| !value.is_undefined());
        let value = value.and_then(|value| serde_json::to_value(value).ok()).map(|mut value| {
            masks.mask_json(&mut value);
            shortened(value)
        });
        compared.push(ComparedValue { path, value });
    }
    compared
}

/// Long texts are cut, and of lists and maps the size is given: an explanation is no dump of the payload.
fn shortened(value: Value) -> Value {
    match value {
        Value::String(text) if text.chars().nth(LONGEST).is_some() => {
            Value::String(text.chars().take(LONGEST).chain(['…']).collect())
        }
        Value::Array(items) => Value::String(format!("a list of {}", items.len())),
        Value::Object(map) => Value::String(format!("a map of {}", map.len())),
        other => other,
    }
}

impl RouteObstacle {
    fn of(outcome: &RouteOutcome<'_>) -> Option<Self> {
        Some(match outcome {
            RouteOutcome::Source { found, expected } => {
                Self::Source { found: (*found).to_owned(), expected: expected.to_vec() }
            }
            RouteOutcome::EventType { found, expected } => {
                Self::Events { found: (*found).to_owned(), expected: expected.patterns() }
            }
            RouteOutcome::Topic { found, expected } => {
                let expected = expected.iter().map(ToString::to_string).collect();
                Self::Topics { found: found.to_string(), expected }
            }
            RouteOutcome::When { expression } => Self::When { expression: (*expression).to_owned() },
            RouteOutcome::WhenFailed { .. } | RouteOutcome::Routine { .. } | RouteOutcome::Matched => return None,
        })
    }
}

impl fmt::Display for ComparedValue {
    /// `event.amount = 1200`, `payload.plan is not there`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{} = {value}", self.path),
            None => write!(f, "{} is not there", self.path),
        }
    }
}
