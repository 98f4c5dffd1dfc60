//! One event on its way to one destination: its status, the plan it was given, and when to try again.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::event::EventId;
use crate::privacy::Masks;
use crate::timestamp::Timestamp;

crate::string_enum! {
    /// Where a delivery stands. All but `pending` are final.
    Status { Pending = "pending", Delivered = "delivered", Merged = "merged", Muted = "muted", Dead = "dead" }
}

/// How a delivery is to be made, as the route said when the event was accepted. Stored as JSON with a version.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Plan {
    /// The message to use, e.g. `stripe.payment`; none = the first that fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Whom the route pings. The only pings there are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mention: Vec<Mention>,
    /// What its readers may not see. Some of nothing: all is shown, also what templates mask by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask: Option<Masks>,
}

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

/// A delivery that a route asked for, on its way to be kept with its event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    pub destination: String,
    pub plan: Plan,
}

/// A delivery as the store keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    pub id: i64,
    pub event: EventId,
    pub destination: String,
    pub plan: Plan,
    pub status: Status,
    /// Tries that counted; a 429 is none.
    pub attempts: u32,
    /// Not to be tried before this moment.
    pub not_before: Timestamp,
    /// Why it stands where it stands, for people; empty while nothing has happened yet.
    pub reason: String,
    /// The Discord message it became, or edited.
    pub message: Option<MessageRef>,
    /// An answer got lost, so the message may stand in the channel twice.
    pub possible_repeat: bool,
    pub created: Timestamp,
    pub updated: Timestamp,
}

/// Where a posted message stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRef {
    pub id: String,
    pub channel: String,
}

/// One try, kept for `events show` and the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub at: Timestamp,
    pub took: Duration,
    /// One word: `delivered`, `waited`, `failed`, `lost`, `refused`, `parked`.
    pub outcome: String,
    /// A line for people; never a URL or a token.
    pub detail: String,
}

/// The retry rule: how long after failed try number `attempt` (1 = the first) the next one comes.
///
/// Doubles from one second to one hour; `jitter` in 0..=1 picks a point in the upper half of the span, so
/// that lanes that failed together do not come back together.
pub fn backoff(attempt: u32, jitter: f64) -> Duration {
    let ceiling = (1u64 << attempt.saturating_sub(1).min(12)).min(3600);
    Duration::from_secs_f64(ceiling as f64 * (0.5 + 0.5 * jitter.clamp(0.0, 1.0)))
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

    #[test]
    fn backoff_grows_to_an_hour_and_stays() {
        assert_eq!(backoff(1, 1.0), Duration::from_secs(1));
        assert_eq!(backoff(1, 0.0), Duration::from_millis(500));
        assert_eq!(backoff(4, 1.0), Duration::from_secs(8));
        assert_eq!(backoff(40, 1.0), Duration::from_secs(3600));
        assert_eq!(backoff(0, 7.0), Duration::from_secs(1));
    }
}
