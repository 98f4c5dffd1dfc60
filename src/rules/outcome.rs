//! Why a route takes an event, or does not.

use std::fmt;

use hookbell_model::delivery::RouteName;
use hookbell_model::event::{Globs, Topic};
use hookbell_template::expression::ExpressionError;

/// A route's result for one event: the first of its conditions that does not hold, with the compared values.
/// The conditions are checked in the order of the variants.
#[derive(Debug, Clone, PartialEq)]
pub enum RouteOutcome<'a> {
    /// The event came through another source.
    Source { found: &'a str, expected: &'a [String] },
    /// Its type matches none of the route's globs.
    EventType { found: &'a str, expected: &'a Globs },
    /// It is about another topic.
    Topic { found: Topic, expected: &'a [Topic] },
    /// The expression is false, empty or undefined for this event.
    When { expression: &'a str },
    /// The expression cannot be evaluated. The route takes the event: a superfluous message is better than a payment
    /// that is not reported.
    WhenFailed { expression: &'a str, error: ExpressionError },
    /// Every condition holds, but the event is routine, and the route names no `events`: it updates the message of its
    /// thing, if there is one.
    Routine { found: &'a str },
    /// Every condition holds.
    Matched,
}

impl RouteOutcome<'_> {
    /// Whether the route takes the event.
    pub fn takes(&self) -> bool {
        matches!(self, Self::Matched | Self::Routine { .. } | Self::WhenFailed { .. })
    }
}

/// A line for people.
impl fmt::Display for RouteOutcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source { found, expected } => {
                write!(f, "`source` is {}, the event's is `{found}`", Choice(expected))
            }
            Self::EventType { found, expected } => {
                write!(f, "`events` is {}, the event's type is `{found}`", Choice(&expected.patterns()))
            }
            Self::Topic { found, expected } => {
                write!(f, "`topics` is {}, the event's topic is `{found}`", Choice(expected))
            }
            Self::When { expression } => write!(f, "`when` is not true: `{expression}`"),
            Self::WhenFailed { expression, error } => {
                write!(f, "`when` cannot be evaluated and counts as true: `{expression}`: {error}")
            }
            Self::Routine { found } => {
                write!(f, "every condition holds, but `{found}` is routine and only updates a message that is there")
            }
            Self::Matched => f.write_str("every condition holds"),
        }
    }
}

/// The values that a condition allows: `a` or `b`.
struct Choice<'a, T>(&'a [T]);

impl<T: fmt::Display> fmt::Display for Choice<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, value) in self.0.iter().enumerate() {
            let before = match at {
                0 => "",
                _ if at + 1 == self.0.len() => " or ",
                _ => ", ",
            };
            write!(f, "{before}`{value}`")?;
        }
        Ok(())
    }
}

/// A `when` that cannot be evaluated for an event, and so counts as true.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("`when` of {} cannot be evaluated and counts as true: {error}", owner(.route, *.mention))]
pub struct WhenFailure {
    pub route: RouteName,
    /// The number of the entry of `mention` that it belongs to; none = it is the route's own.
    pub mention: Option<usize>,
    pub error: ExpressionError,
}

impl WhenFailure {
    /// Whether both are the same failure of the same route, wherever in the expression.
    pub fn is_like(&self, other: &Self) -> bool {
        (&self.route, self.mention) == (&other.route, other.mention) && self.error.kind == other.error.kind
    }
}

fn owner(route: &RouteName, mention: Option<usize>) -> String {
    mention.map_or_else(|| route.to_string(), |at| format!("{route}.mention[{at}]"))
}

/// Why an event has no delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnroutedReason {
    /// The config has no route at all.
    NoRoutes,
    /// It has, and none takes the event; [`super::Rules::explain`] says why for each.
    NoMatch,
}

impl fmt::Display for UnroutedReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoRoutes => "there are no routes",
            Self::NoMatch => "no route takes this event",
        })
    }
}
