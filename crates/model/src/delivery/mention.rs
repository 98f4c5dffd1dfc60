//! Whom a route may ping. There are no other pings: nothing in a payload can make one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::snowflake::is_snowflake;

/// Whom a route may ping: `role:ID`, `user:ID`, `everyone` or `here`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Mention {
    Role(String),
    User(String),
    Everyone,
    Here,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected `role:ID`, `user:ID`, `everyone` or `here`, where ID is digits")]
pub struct ParseMentionError;

impl FromStr for Mention {
    type Err = ParseMentionError;

    fn from_str(text: &str) -> Result<Self, ParseMentionError> {
        match text.split_once(':') {
            None if text == "everyone" => Ok(Self::Everyone),
            None if text == "here" => Ok(Self::Here),
            Some(("role", id)) if is_snowflake(id) => Ok(Self::Role(id.to_owned())),
            Some(("user", id)) if is_snowflake(id) => Ok(Self::User(id.to_owned())),
            _ => Err(ParseMentionError),
        }
    }
}

impl TryFrom<String> for Mention {
    type Error = ParseMentionError;

    fn try_from(text: String) -> Result<Self, ParseMentionError> {
        text.parse()
    }
}

impl From<Mention> for String {
    fn from(mention: Mention) -> Self {
        mention.as_config()
    }
}

impl Mention {
    /// As the config spells it: `role:ID`.
    pub fn as_config(&self) -> String {
        match self {
            Self::Role(id) => format!("role:{id}"),
            Self::User(id) => format!("user:{id}"),
            Self::Everyone => "everyone".to_owned(),
            Self::Here => "here".to_owned(),
        }
    }
}

impl fmt::Display for Mention {
    /// As Discord's Markdown spells the ping.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(id) => write!(f, "<@&{id}>"),
            Self::User(id) => write!(f, "<@{id}>"),
            Self::Everyone => f.write_str("@everyone"),
            Self::Here => f.write_str("@here"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_parsed_strictly() {
        assert_eq!("role:222".parse(), Ok(Mention::Role("222".into())));
        assert_eq!(Mention::User("5".into()).to_string(), "<@5>");
        for wrong in
            ["", "role:", "role:x", "222", "role:222>", "team:1", "@everyone", "role:0", "user:99999999999999999999"]
        {
            assert!(wrong.parse::<Mention>().is_err(), "{wrong}");
        }
    }
}
