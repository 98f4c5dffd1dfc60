//! Whom a route pings.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Somebody a route may ping: `role:ID`, `user:ID`, `everyone` or `here`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Mention {
    Role(String),
    User(String),
    Everyone,
    Here,
}

impl FromStr for Mention {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "expected `role:ID`, `user:ID`, `everyone` or `here`, where ID is digits".to_owned();
        match text.split_once(':') {
            None if text == "everyone" => Ok(Self::Everyone),
            None if text == "here" => Ok(Self::Here),
            Some((kind, id)) if (1..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit()) => match kind {
                "role" => Ok(Self::Role(id.to_owned())),
                "user" => Ok(Self::User(id.to_owned())),
                _ => Err(wrong()),
            },
            _ => Err(wrong()),
        }
    }
}

impl TryFrom<String> for Mention {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Mention> for String {
    fn from(mention: Mention) -> Self {
        match mention {
            Mention::Role(id) => format!("role:{id}"),
            Mention::User(id) => format!("user:{id}"),
            Mention::Everyone => "everyone".to_owned(),
            Mention::Here => "here".to_owned(),
        }
    }
}

impl fmt::Display for Mention {
    /// As Discord's markdown spells the ping.
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
    fn mentions_are_read_strictly() {
        assert_eq!("role:222".parse(), Ok(Mention::Role("222".into())));
        assert_eq!(Mention::User("5".into()).to_string(), "<@5>");
        for wrong in ["", "role:", "role:x", "222", "role:222>", "team:1", "@everyone"] {
            assert!(wrong.parse::<Mention>().is_err(), "{wrong}");
        }
    }
}
