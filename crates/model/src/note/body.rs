//! Notes about a message body in Discord's own JSON.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One value of a body that no message can carry, or that was read differently.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum BodyNote {
    /// The whole body is no JSON object.
    NotAnObject { found: JsonKind },
    /// A key that Discord does not define.
    UnknownKey {
        path: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        suggestion: Option<String>,
    },
    /// A value of another kind than Discord expects.
    WrongKind { path: String, expected: JsonKind, found: JsonKind },
    /// A key that Discord fills in itself.
    SetByDiscord { path: String },
    /// A webhook made by hand could carry it, hookbell does not.
    NotCarried { path: String },
    /// Files cannot be sent.
    Files { path: String },
    /// A body within the body.
    PayloadJson { path: String },
    /// Only a route's `mention` pings.
    AllowedMentions { path: String },
    /// The flag of a message that consists of components V2.
    ComponentsV2 { path: String },
    /// Flags other than "no embeds" (4) and "silent" (4096).
    Flags { path: String },
    /// A colour outside 0 to 0xFFFFFF.
    Color { path: String },
    /// A component that is neither a row nor a link button.
    Component { path: String },
    /// A link button without a URL.
    ButtonWithoutUrl { path: String },
    /// Further problems, which are only counted.
    More { count: usize },
}

/// A kind of JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JsonKind {
    Null,
    Boolean,
    Number,
    WholeNumber,
    Text,
    List,
    Table,
}

impl JsonKind {
    pub fn of(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(_) => Self::Boolean,
            serde_json::Value::Number(_) => Self::Number,
            serde_json::Value::String(_) => Self::Text,
            serde_json::Value::Array(_) => Self::List,
            serde_json::Value::Object(_) => Self::Table,
        }
    }
}

impl fmt::Display for JsonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "nothing",
            Self::Boolean => "true or false",
            Self::Number => "a number",
            Self::WholeNumber => "a whole number",
            Self::Text => "a text",
            Self::List => "a list",
            Self::Table => "a table",
        })
    }
}

impl fmt::Display for BodyNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnObject { found } => write!(f, "the body must be a table, not {found}"),
            Self::UnknownKey { path, suggestion: None } => write!(f, "{path}: unknown"),
            Self::UnknownKey { path, suggestion: Some(word) } => {
                write!(f, "{path}: unknown, did you mean `{word}`?")
            }
            Self::WrongKind { path, expected, found } => {
                write!(f, "{path}: left out, must be {expected}, not {found}")
            }
            Self::SetByDiscord { path } => write!(f, "{path}: ignored, Discord sets it itself"),
            Self::NotCarried { path } => write!(f, "{path}: not carried"),
            Self::Files { path } => write!(f, "{path}: ignored, files cannot be sent"),
            Self::PayloadJson { path } => write!(f, "{path}: ignored, write its keys here"),
            Self::AllowedMentions { path } => write!(f, "{path}: ignored, only a route's `mention` pings"),
            Self::ComponentsV2 { path } => {
                write!(f, "{path}: components V2 are not carried, only action rows of link buttons")
            }
            Self::Flags { path } => write!(f, "{path}: only 4 (no embeds) and 4096 (silent) are carried"),
            Self::Color { path } => write!(f, "{path}: must be from 0 to 16777215 (0xFFFFFF)"),
            Self::Component { path } => {
                let carried = "rows (`type` 1) of link buttons (`type` 2, `style` 5)";
                write!(f, "{path}: left out, only {carried} are carried")
            }
            Self::ButtonWithoutUrl { path } => write!(f, "{path}: left out, a link button needs a `url`"),
            Self::More { count } => write!(f, "and {count} more"),
        }
    }
}
