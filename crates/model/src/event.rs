//! Events: what a verified, accepted request reports, and the types that describe it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wildmatch::WildMatch;

use crate::locale::Locale;
use crate::money::{self, currency};
use crate::timestamp::Timestamp;

/// An event as the store keeps it. The bytes it came as are apart, in [`Raw`].
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: EventId,
    /// The name of the configured source it came through.
    pub source: String,
    /// The provider of that source, as it was then.
    pub provider: String,
    /// The provider's own id of the event, or a hash of the body; [`Identity`] says what follows from it.
    pub reference: String,
    /// The event type in the provider's words, e.g. `invoice.paid`.
    pub event_type: String,
    pub topic: Topic,
    pub facts: Facts,
    /// When it happened, by the provider; the time of receipt where the provider does not say.
    pub time: Timestamp,
    /// When hookbell accepted it.
    pub received: Timestamp,
}

/// When an event is the repetition of one that is kept and has the same source, type and reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// The reference is the provider's id: for as long as the first one is kept.
    Id,
    /// The reference is a hash of the body, because there is no id: when both were received within this span. Equal
    /// bytes after it are another event. Zero: always another event.
    Body { repeat: Duration },
}

/// The request that an event came in: the kept headers and the unchanged body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Raw {
    /// Lower-case names; never a signature, token or cookie.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

/// The facts that the provider's file reads from the payload. Each may be absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// Who wrote what it is about, a pull request or a comment; the actor may be somebody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// In the currency's minor unit (cents), as an integer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// The amount as it came, where it cannot be read as a number; `amount` is none then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_text: Option<String>,
    /// Upper case; a code of ISO 4217 in nearly all cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The decimals of the minor unit of `amount`, where the provider counts otherwise than ISO 4217.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// The branch that was pushed or built; of a pull request the one that it goes into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// Whether the provider says that a program did it, or wrote what it is about.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub bot: bool,
    /// A number that grows with each change of the thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<i64>,
    /// Of the event's type among those that happen in the same moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<u16>,
    /// Whether the provider says that it is a test: no money moved.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub test: bool,
    /// Whether its provider file calls the type routine: nobody wants to be notified of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub routine: bool,
}

/// The type of an event whose sender does not say one.
pub const UNKNOWN_TYPE: &str = "unknown";

impl Facts {
    /// The decimals of the minor unit of `amount`.
    pub fn amount_decimals(&self) -> u32 {
        self.decimals.unwrap_or_else(|| currency::decimals(self.currency.as_deref().unwrap_or_default()))
    }

    /// The amount in major units, a plain number: `12.34`.
    pub fn amount_major(&self) -> Option<String> {
        Some(money::major(i128::from(self.amount?), self.amount_decimals()))
    }

    /// The amount as the readers of `locale` write it; as it came where it could not be read.
    pub fn money(&self, locale: Locale) -> Option<String> {
        let code = self.currency.as_deref().unwrap_or_default();
        match (self.amount, &self.amount_text) {
            (Some(amount), _) => Some(money::money_with(amount.into(), code, self.amount_decimals(), locale)),
            (None, Some(text)) => Some(format!("{text} {code}").trim_end().to_owned()),
            (None, None) => None,
        }
    }
}

crate::string_enum! {
    /// What an event is about, across providers.
    Topic {
        Payment = "payment", Refund = "refund", Subscription = "subscription", Signup = "signup",
        Cancellation = "cancellation", Dispute = "dispute", Push = "push", PullRequest = "pull_request",
        Issue = "issue", Release = "release", Build = "build", Deploy = "deploy", Alert = "alert",
        Message = "message", Other = "other",
    }
}

crate::string_enum! {
    /// How much an event matters; gives a message its colour and emphasis.
    Severity { Info = "info", Success = "success", Warning = "warning", Error = "error", Critical = "critical" }
}

impl Severity {
    /// Whether this is worse than `other`; good news is no worse than plain news.
    pub fn is_worse_than(self, other: Self) -> bool {
        let urgency = |severity| match severity {
            Self::Info | Self::Success => 0,
            Self::Warning => 1,
            Self::Error => 2,
            Self::Critical => 3,
        };
        urgency(self) > urgency(other)
    }
}

/// Globs over event types: `*` matches any run of characters, dots included.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Globs(Vec<WildMatch>);

impl Globs {
    pub fn new<S: AsRef<str>>(patterns: impl IntoIterator<Item = S>) -> Self {
        Self(patterns.into_iter().map(|pattern| WildMatch::new(pattern.as_ref())).collect())
    }

    pub fn matches(&self, event_type: &str) -> bool {
        self.0.iter().any(|glob| glob.matches(event_type))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether every type that matches one of `others` matches one of these; an empty list matches every type.
    pub fn takes_all_of(&self, others: &Self) -> bool {
        // A glob that matches another glob's text matches everything that the other matches.
        let takes = |glob: &WildMatch| self.matches(&glob.pattern());
        self.is_empty() || (if others.is_empty() { self.matches("*") } else { others.0.iter().all(takes) })
    }

    /// As they were written.
    pub fn patterns(&self) -> Vec<String> {
        self.0.iter().map(WildMatch::pattern).collect()
    }
}

/// Event types as a command line names them: globs, and with a `!` before it what is left out of them. Without a glob that
/// takes something, everything is taken.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TypeFilter {
    taken: Globs,
    left_out: Globs,
}

impl TypeFilter {
    pub fn new<S: AsRef<str>>(patterns: impl IntoIterator<Item = S>) -> Self {
        let (mut taken, mut left_out) = (Vec::new(), Vec::new());
        for pattern in patterns {
            match pattern.as_ref().strip_prefix('!') {
                Some(pattern) => left_out.push(pattern.to_owned()),
                None => taken.push(pattern.as_ref().to_owned()),
            }
        }
        Self { taken: Globs::new(taken), left_out: Globs::new(left_out) }
    }

    pub fn matches(&self, event_type: &str) -> bool {
        (self.taken.is_empty() || self.taken.matches(event_type)) && !self.left_out.matches(event_type)
    }

    /// Whether it takes every type.
    pub fn is_everything(&self) -> bool {
        self.taken.is_empty() && self.left_out.is_empty()
    }
}

/// hookbell's own id of an event: the store's row number, encoded so that consecutive ids look different
/// and the first four letters nearly always suffice. Eight letters and digits, e.g. `k3f9x2mq`.
///
/// The number is permuted within 40 bits by an odd multiplier, which leaves the low bits of the result
/// dependent on the low bits of the input alone. Written with the lowest digit first, a prefix of the text
/// therefore fixes the row number modulo a power of 32: prefixes are looked up without any index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub i64);

/// A text that is no event id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an event id: expected {LENGTH} letters and digits")]
pub struct ParseEventIdError(String);

const DIGITS: &[u8; 32] = b"3fk9x2mq7rtavbnc4hpwd6gyz8jes5u1";
const LENGTH: usize = 8;
const MASK: u64 = (1 << 40) - 1;
const FACTOR: u64 = 0x5D_3A7C_91E5;
const INVERSE: u64 = inverse(FACTOR);
const OFFSET: u64 = 0x2B_9D47_16C3;

/// Newton's iteration for the inverse of an odd number modulo 2^64 (each round doubles the right bits).
const fn inverse(odd: u64) -> u64 {
    let mut x = odd;
    let mut round = 0;
    while round < 6 {
        x = x.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(x)));
        round += 1;
    }
    x
}

impl EventId {
    /// Of an event that is not kept yet.
    pub const UNSET: Self = Self(0);

    /// The row numbers up to `max` whose text begins with `prefix`, newest first; `None` when the prefix is
    /// empty, too long or holds a character that ids do not use.
    pub fn candidates(prefix: &str, max: i64) -> Option<impl Iterator<Item = EventId>> {
        if prefix.is_empty() || prefix.len() > LENGTH {
            return None;
        }
        let mut low = 0u64;
        for (at, byte) in prefix.bytes().enumerate() {
            let digit = DIGITS.iter().position(|known| *known == byte.to_ascii_lowercase())?;
            low |= (digit as u64) << (5 * at);
        }
        let step = 1i64 << (5 * prefix.len());
        let first = (low.wrapping_sub(OFFSET).wrapping_mul(INVERSE) & (step as u64 - 1)) as i64;
        let last = if max < first { first - step } else { first + (max - first) / step * step };
        Some(std::iter::successors(Some(last), move |at| Some(at - step)).take_while(|at| *at >= 0).map(EventId))
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut scrambled = (self.0 as u64).wrapping_mul(FACTOR).wrapping_add(OFFSET) & MASK;
        let mut text = String::with_capacity(LENGTH);
        for _ in 0..LENGTH {
            text.push(DIGITS.get(scrambled as usize & 31).copied().unwrap_or(b'3') as char);
            scrambled >>= 5;
        }
        f.pad(&text)
    }
}

impl FromStr for EventId {
    type Err = ParseEventIdError;

    fn from_str(text: &str) -> Result<Self, ParseEventIdError> {
        let wrong = || ParseEventIdError(text.to_owned());
        if text.len() != LENGTH {
            return Err(wrong());
        }
        Self::candidates(text, MASK as i64).and_then(|mut found| found.next()).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip_and_consecutive_ids_differ() {
        for row in [1, 2, 3, 31, 32, 33, 1_000_000, 123_456_789, MASK as i64] {
            let id = EventId(row);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        assert_ne!(EventId(1).to_string().chars().next(), EventId(2).to_string().chars().next());
        assert!("short".parse::<EventId>().is_err());
        assert!("iiiiiiii".parse::<EventId>().is_err());
    }

    #[test]
    fn a_prefix_finds_its_rows() {
        let id = EventId(777_777);
        let text = id.to_string();
        for length in 1..=LENGTH {
            let prefix: String = text.chars().take(length).collect();
            let found: Vec<_> = EventId::candidates(&prefix, 1_000_000).expect("valid").collect();
            assert!(found.contains(&id), "{prefix}");
            assert!(found.iter().all(|other| other.to_string().starts_with(&prefix)));
            assert!(found.len() <= (1_000_000 >> (5 * length)) + 1);
        }
        assert_eq!(EventId::candidates(&text, 5).expect("valid").count(), 0);
    }

    #[test]
    fn globs_take_dots() {
        let globs = Globs::new(["invoice.*", "charge.succeeded"]);
        assert!(globs.matches("invoice.payment.failed") && globs.matches("charge.succeeded"));
        assert!(!globs.matches("charge.failed") && !globs.matches("invoice"));
        let takes = |others: &[&str]| globs.takes_all_of(&Globs::new(others));
        assert!(takes(&["invoice.paid", "invoice.*.x"]) && !takes(&["invoice.paid", "charge.*"]) && !takes(&[]));
        assert!(Globs::default().takes_all_of(&globs) && Globs::new(["*"]).takes_all_of(&Globs::default()));
    }

    #[test]
    fn a_type_filter_takes_its_globs_without_those_that_begin_with_an_exclamation_mark() {
        let taken = |patterns: &[&str], event_type: &str| TypeFilter::new(patterns).matches(event_type);
        assert!(taken(&[], "push") && TypeFilter::new::<&str>([]).is_everything());
        assert!(taken(&["invoice.*", "push"], "push") && !taken(&["invoice.*", "push"], "charge.failed"));
        assert!(taken(&["!invoice.*"], "push") && !taken(&["!invoice.*"], "invoice.paid"));
        assert!(taken(&["invoice.*", "!*.updated"], "invoice.paid"));
        assert!(!taken(&["invoice.*", "!*.updated"], "invoice.updated"));
    }
}
