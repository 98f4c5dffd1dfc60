//! From a TOML node to a Rust value, with errors for people.

use std::ops::Range;
use std::time::Duration;

use super::{Node, Value};
use hookbell_model::timestamp::parse_span;

/// Why a node is not the value that was asked for.
#[derive(Debug)]
pub struct Wrong {
    pub span: Range<usize>,
    pub what: String,
    pub hint: Option<String>,
}

/// A value that can be read from a node.
pub trait FromNode: Sized {
    /// # Errors
    /// Says what was expected and what was found; never repeats the value, which may be a secret.
    fn from_node(node: &Node) -> Result<Self, Wrong>;
}

fn expected(what: &str, node: &Node) -> Wrong {
    Wrong { span: node.span.clone(), what: format!("expected {what}, found {}", node.value.kind()), hint: None }
}

impl FromNode for String {
    fn from_node(node: &Node) -> Result<Self, Wrong> {
        if let Value::String(text) = &node.value { Ok(text.clone()) } else { Err(expected("a string", node)) }
    }
}

impl FromNode for bool {
    fn from_node(node: &Node) -> Result<Self, Wrong> {
        if let Value::Boolean(flag) = node.value { Ok(flag) } else { Err(expected("true or false", node)) }
    }
}

impl FromNode for u64 {
    fn from_node(node: &Node) -> Result<Self, Wrong> {
        match node.value {
            Value::Integer(number) => number.try_into().map_err(|_| expected("a number of at least 0", node)),
            _ => Err(expected("a whole number", node)),
        }
    }
}

impl FromNode for f64 {
    fn from_node(node: &Node) -> Result<Self, Wrong> {
        match node.value {
            Value::Integer(number) => Ok(number as f64),
            Value::Float(number) if number.is_finite() => Ok(number),
            _ => Err(expected("a number", node)),
        }
    }
}

/// A span of time: `"90d"`.
impl FromNode for Duration {
    fn from_node(node: &Node) -> Result<Self, Wrong> {
        let Value::String(text) = &node.value else {
            return Err(expected("a span such as `\"30s\"` or `\"90d\"`", node));
        };
        parse_span(text).map_err(|what| Wrong { span: node.span.clone(), what, hint: None })
    }
}

/// Any value, as JSON says it.
impl FromNode for serde_json::Value {
    fn from_node(node: &Node) -> Result<Self, Wrong> {
        Ok(match &node.value {
            Value::String(text) => Self::from(text.as_str()),
            Value::Integer(number) => Self::from(*number),
            Value::Float(number) => Self::from(*number),
            Value::Boolean(flag) => Self::from(*flag),
            Value::Datetime(at) => Self::from(at.as_str()),
            Value::Array(items) => items.iter().map(Self::from_node).collect::<Result<_, _>>()?,
            Value::Table(entries) => {
                let entry = |entry: &super::Entry| Ok((entry.key.clone(), Self::from_node(&entry.node)?));
                Self::Object(entries.iter().map(entry).collect::<Result<_, Wrong>>()?)
            }
        })
    }
}

/// One value or a list of them: what can be several may be written as one.
impl<T: FromNode> FromNode for Vec<T> {
    fn from_node(node: &Node) -> Result<Self, Wrong> {
        match &node.value {
            Value::Array(items) => items.iter().map(T::from_node).collect(),
            _ => T::from_node(node).map(|one| vec![one]),
        }
    }
}
