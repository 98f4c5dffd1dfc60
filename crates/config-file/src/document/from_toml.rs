//! Converts a TOML value to a Rust value, with errors for users.

use std::ops::Range;
use std::time::Duration;

use super::key_log::ValueShape;
use super::toml_value::{TomlEntry, TomlKind, TomlValue};
use crate::code::Code;
use hookbell_model::timestamp::parse_duration;

/// Why a TOML value could not be read as the requested type.
#[derive(Debug)]
pub struct ValueError {
    pub span: Range<usize>,
    pub code: Code,
    pub message: String,
    pub remedy: Option<Remedy>,
}

/// How a value of another type becomes what was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Its literal, in quotes.
    Quote,
    /// The text, without its quotes.
    Unquote,
    /// A unit behind the number, and quotes around both.
    Unit,
}

/// A type that can be read from a TOML value.
pub trait FromToml: Sized {
    /// # Errors
    /// Names what was expected and the type that was found; never repeats the value, which may be a secret.
    fn from_toml(node: &TomlValue) -> Result<Self, ValueError>;

    /// What `from_toml` takes.
    fn shape() -> ValueShape;
}

fn expected(what: &str, node: &TomlValue) -> ValueError {
    let message = format!("expected {what}, found {}", node.value.kind());
    ValueError { span: node.span.clone(), code: Code::WRONG_TYPE, message, remedy: None }
}

impl ValueError {
    fn remedy(self, remedy: Option<Remedy>) -> Self {
        Self { remedy, ..self }
    }
}

impl FromToml for String {
    fn from_toml(node: &TomlValue) -> Result<Self, ValueError> {
        let scalar = !matches!(node.value, TomlKind::Array(_) | TomlKind::Table(_));
        match &node.value {
            TomlKind::String(text) => Ok(text.clone()),
            _ => Err(expected("a string", node).remedy(scalar.then_some(Remedy::Quote))),
        }
    }

    fn shape() -> ValueShape {
        ValueShape::String
    }
}

impl FromToml for bool {
    fn from_toml(node: &TomlValue) -> Result<Self, ValueError> {
        match &node.value {
            TomlKind::Boolean(flag) => Ok(*flag),
            value => Err(expected("true or false", node).remedy(unquoted(value, |text| text.parse::<bool>().is_ok()))),
        }
    }

    fn shape() -> ValueShape {
        ValueShape::Boolean
    }
}

impl FromToml for u64 {
    fn from_toml(node: &TomlValue) -> Result<Self, ValueError> {
        match node.value {
            TomlKind::Integer(number) => number.try_into().map_err(|_| expected("a number of at least 0", node)),
            _ => {
                Err(expected("a whole number", node).remedy(unquoted(&node.value, |text| text.parse::<u64>().is_ok())))
            }
        }
    }

    fn shape() -> ValueShape {
        ValueShape::Integer
    }
}

impl FromToml for f64 {
    fn from_toml(node: &TomlValue) -> Result<Self, ValueError> {
        match node.value {
            TomlKind::Integer(number) => Ok(number as f64),
            TomlKind::Float(number) if number.is_finite() => Ok(number),
            _ => Err(expected("a number", node).remedy(unquoted(&node.value, |text| text.parse::<f64>().is_ok()))),
        }
    }

    fn shape() -> ValueShape {
        ValueShape::Number
    }
}

/// The remedy for a text that is right without its quotes.
fn unquoted(value: &TomlKind, is_right: impl Fn(&str) -> bool) -> Option<Remedy> {
    matches!(value, TomlKind::String(text) if is_right(text)).then_some(Remedy::Unquote)
}

/// A span of time: `"90d"`.
impl FromToml for Duration {
    fn from_toml(node: &TomlValue) -> Result<Self, ValueError> {
        let TomlKind::String(text) = &node.value else {
            let remedy = matches!(node.value, TomlKind::Integer(_)).then_some(Remedy::Unit);
            return Err(expected("a span such as `\"30s\"` or `\"90d\"`", node).remedy(remedy));
        };
        parse_duration(text).map_err(|error| ValueError {
            span: node.span.clone(),
            code: Code::INVALID_VALUE,
            message: error.to_string(),
            remedy: None,
        })
    }

    fn shape() -> ValueShape {
        ValueShape::Duration
    }
}

/// Any value, converted to JSON.
impl FromToml for serde_json::Value {
    fn from_toml(node: &TomlValue) -> Result<Self, ValueError> {
        Ok(match &node.value {
            TomlKind::String(text) => Self::from(text.as_str()),
            TomlKind::Integer(number) => Self::from(*number),
            TomlKind::Float(number) => Self::from(*number),
            TomlKind::Boolean(flag) => Self::from(*flag),
            TomlKind::Datetime(at) => Self::from(at.as_str()),
            TomlKind::Array(items) => items.iter().map(Self::from_toml).collect::<Result<_, _>>()?,
            TomlKind::Table(entries) => {
                let entry = |entry: &TomlEntry| Ok((entry.key.clone(), Self::from_toml(&entry.node)?));
                Self::Object(entries.iter().map(entry).collect::<Result<_, ValueError>>()?)
            }
        })
    }

    fn shape() -> ValueShape {
        ValueShape::Any
    }
}

/// One value or a list of them: what can be several may be written as one.
impl<T: FromToml> FromToml for Vec<T> {
    fn from_toml(node: &TomlValue) -> Result<Self, ValueError> {
        match &node.value {
            TomlKind::Array(items) => items.iter().map(T::from_toml).collect(),
            _ => T::from_toml(node).map(|one| vec![one]),
        }
    }

    fn shape() -> ValueShape {
        ValueShape::OneOrMany(Box::new(T::shape()))
    }
}
