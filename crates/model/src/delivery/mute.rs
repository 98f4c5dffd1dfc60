//! Mutes: an operator's order to post no message for some events until a time, with a reason; and what one held back.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use wildmatch::WildMatch;

use super::route_name::RouteName;
use crate::event::{Event, Severity, Topic};
use crate::timestamp::Timestamp;

/// The number of a mute; the first one is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MuteId(pub i64);

/// A text that is no number of a mute.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected the number of a mute, which `hookbell mute list` shows")]
pub struct ParseMuteIdError;

/// A mute, as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mute {
    pub id: MuteId,
    pub matcher: MuteMatcher,
    /// Why, in the operator's words.
    pub reason: String,
    pub created: Timestamp,
    pub until: Timestamp,
}

/// Which deliveries a mute concerns: those for which all that is set holds. Stored as JSON with a version.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MuteMatcher {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// A glob over the event type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<Topic>,
    /// As the message shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<RouteName>,
    /// A glob over the keys of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Only messages to one of these; empty = to any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub destinations: Vec<String>,
    /// What is critical is posted all the same.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub spares_critical: bool,
}

/// What a matcher is compared with: a delivery whose message is made.
#[derive(Debug, Clone, Copy)]
pub struct MuteCandidate<'a> {
    pub event: &'a Event,
    pub destination: &'a str,
    pub route: Option<&'a RouteName>,
    pub severity: Severity,
    pub keys: &'a [String],
}

/// The mute that held a message back. It goes into the delivery's reason, which outlives the mute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MutedBy {
    pub mute: MuteId,
    pub reason: String,
    pub until: Timestamp,
    /// Of the message that was held back.
    pub severity: Severity,
}

/// How many messages of one type and severity a mute held back from a destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldBack {
    pub destination: String,
    pub event_type: String,
    pub severity: Severity,
    pub count: u64,
}

impl Mute {
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.created <= now && now < self.until
    }
}

impl MuteMatcher {
    /// Whether it concerns every event.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    pub fn matches(&self, candidate: MuteCandidate<'_>) -> bool {
        let MuteCandidate { event, destination, route, severity, keys } = candidate;
        let Self { source, event_type, topic, severity: wanted, route: by, key, destinations, spares_critical } = self;
        source.as_ref().is_none_or(|source| *source == event.source)
            && event_type.as_ref().is_none_or(|glob| WildMatch::new(glob).matches(&event.event_type))
            && topic.is_none_or(|topic| topic == event.topic)
            && wanted.is_none_or(|wanted| wanted == severity)
            && by.as_ref().is_none_or(|by| Some(by) == route)
            && key.as_ref().is_none_or(|glob| keys.iter().any(|key| WildMatch::new(glob).matches(key)))
            && (destinations.is_empty() || destinations.iter().any(|to| to == destination))
            && !(*spares_critical && severity == Severity::Critical)
    }
}

/// Of several mutes that match a delivery the one that ends last.
pub fn mute_for<'m>(
    mutes: impl IntoIterator<Item = &'m Mute>,
    candidate: MuteCandidate<'_>,
    now: Timestamp,
) -> Option<MutedBy> {
    let matching = mutes.into_iter().filter(|mute| mute.is_active(now) && mute.matcher.matches(candidate));
    let mute = matching.max_by_key(|mute| (mute.until, mute.id))?;
    let (reason, until) = (mute.reason.clone(), mute.until);
    Some(MutedBy { mute: mute.id, reason, until, severity: candidate.severity })
}

impl fmt::Display for MuteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for MuteId {
    type Err = ParseMuteIdError;

    fn from_str(text: &str) -> Result<Self, ParseMuteIdError> {
        text.parse().ok().filter(|id| *id > 0).map(Self).ok_or(ParseMuteIdError)
    }
}

impl fmt::Display for MuteMatcher {
    /// `source shop, type invoice.*`; `everything` where nothing is set.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = [
            ("source", self.source.clone()),
            ("type", self.event_type.clone()),
            ("topic", self.topic.map(|topic| topic.to_string())),
            ("severity", self.severity.map(|severity| severity.to_string())),
            ("route", self.route.as_ref().map(ToString::to_string)),
            ("key", self.key.clone()),
            ("to", (!self.destinations.is_empty()).then(|| self.destinations.join(" or "))),
        ];
        let set: Vec<String> = set.into_iter().filter_map(|(name, value)| Some(format!("{name} {}", value?))).collect();
        f.write_str(if set.is_empty() { "everything" } else { "" })?;
        f.write_str(&set.join(", "))?;
        f.write_str(if self.spares_critical { ", but nothing critical" } else { "" })
    }
}

impl fmt::Display for MutedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "muted until {} by mute {}: {}", self.until, self.mute, self.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::super::reason::{Posted, PostedForm, Reason};
    use super::*;
    use crate::event::{EventId, Facts};

    fn event() -> Event {
        Event {
            id: EventId(1),
            source: "shop".into(),
            provider: "stripe".into(),
            reference: "evt_1".into(),
            event_type: "invoice.paid".into(),
            topic: Topic::Payment,
            facts: Facts::default(),
            time: Timestamp(0),
            received: Timestamp(0),
        }
    }

    fn mute(id: i64, until: i64, matcher: MuteMatcher) -> Mute {
        Mute { id: MuteId(id), matcher, reason: "a deploy".into(), created: Timestamp(10), until: Timestamp(until) }
    }

    #[test]
    fn a_matcher_holds_when_all_that_is_set_holds() {
        let (event, route) = (event(), RouteName::from("routes[0]"));
        let keys = ["payment:pi_1".to_owned(), "invoice:in_1".to_owned()];
        let candidate = MuteCandidate {
            event: &event,
            destination: "sales",
            route: Some(&route),
            severity: Severity::Success,
            keys: &keys,
        };
        let of = |change: fn(&mut MuteMatcher)| {
            let mut matcher = MuteMatcher::default();
            change(&mut matcher);
            matcher.matches(candidate)
        };
        assert!(of(|_| {}), "nothing set: everything");
        assert!(of(|matcher| matcher.source = Some("shop".into())));
        assert!(of(|matcher| matcher.event_type = Some("invoice.*".into())));
        assert!(of(|matcher| matcher.key = Some("invoice:*".into())));
        assert!(of(|matcher| matcher.route = Some("routes[0]".into())));
        assert!(of(|matcher| matcher.severity = Some(Severity::Success)));
        assert!(!of(|matcher| matcher.source = Some("stripe".into())));
        assert!(!of(|matcher| matcher.topic = Some(Topic::Refund)));
        assert!(!of(|matcher| matcher.severity = Some(Severity::Info)));
        assert!(!of(|matcher| matcher.route = Some("routes[1]".into())));
        assert!(!of(|matcher| matcher.key = Some("invoice".into())));
        assert!(!of(|matcher| {
            (matcher.source, matcher.topic) = (Some("shop".into()), Some(Topic::Refund));
        }));
    }

    #[test]
    fn a_mute_counts_from_its_making_to_its_end_and_the_last_to_end_is_named() {
        let event = event();
        let candidate =
            MuteCandidate { event: &event, destination: "sales", route: None, severity: Severity::Info, keys: &[] };
        let mutes = [mute(1, 30, MuteMatcher::default()), mute(2, 20, MuteMatcher::default())];
        let of = |now| mute_for(&mutes, candidate, Timestamp(now)).map(|by| by.mute.0);
        assert_eq!([of(9), of(10), of(19), of(20), of(29), of(30)], [None, Some(1), Some(1), Some(1), Some(1), None]);
    }

    #[test]
    fn a_matcher_is_printed_and_stored_by_what_is_set() {
        let matcher = MuteMatcher { source: Some("shop".into()), topic: Some(Topic::Payment), ..Default::default() };
        assert_eq!(matcher.to_string(), "source shop, topic payment");
        assert_eq!(MuteMatcher::default().to_string(), "everything");
        let json = serde_json::to_string(&matcher).expect("JSON");
        assert_eq!(json, r#"{"source":"shop","topic":"payment"}"#);
        assert_eq!(serde_json::from_str::<MuteMatcher>(&json).expect("a matcher"), matcher);
        assert!("0".parse::<MuteId>().is_err() && "x".parse::<MuteId>().is_err());
    }

    #[test]
    fn a_reason_with_a_mute_has_its_json_and_its_words() {
        let (reason, until) = ("a deploy".to_owned(), Timestamp(1_800_000_000_000));
        let by = MutedBy { mute: MuteId(3), reason, until, severity: Severity::Critical };
        let edited = Posted {
            form: PostedForm::Edit,
            template: "stripe.payment".to_owned(),
            notes: Vec::new(),
            refused: None,
            ring: None,
            muted: Some(by.clone()),
            shared_with: 0,
            repeat: None,
            found: None,
        };
        for (reason, json, words) in [
            (
                Reason::Muted(by.clone()),
                r#"{"type":"muted","mute":3,"reason":"a deploy","until":1800000000000,"severity":"critical"}"#,
                "muted until 2027-01-15T08:00:00Z by mute 3: a deploy",
            ),
            (
                Reason::Posted(edited),
                r#"{"type":"posted","form":"edit","template":"stripe.payment","muted":{"mute":3,"reason":"a deploy","until":1800000000000,"severity":"critical"}}"#,
                "edited the message of an earlier event with the same key (template stripe.payment); not posted anew: \
                 muted until 2027-01-15T08:00:00Z by mute 3: a deploy",
            ),
        ] {
            assert_eq!(serde_json::to_string(&reason).expect("JSON"), json);
            assert_eq!(serde_json::from_str::<Reason>(json).expect("a reason"), reason);
            assert_eq!((reason.to_string().as_str(), reason.muted_by()), (words, Some(&by)));
        }
    }
}
