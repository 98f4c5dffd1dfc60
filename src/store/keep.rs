//! How long events are kept: a span for all, and other ones for topics.

use std::collections::BTreeMap;
use std::time::Duration;

use hookbell_config_file::{FromToml, TomlKind, TomlValue, ValueError, ValueShape};
use hookbell_model::event::Topic;
use hookbell_model::timestamp::Timestamp;

/// The word for no end.
const FOREVER: &str = "forever";

/// How long something is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeepSpan {
    #[default]
    Forever,
    For(Duration),
}

/// How long events are kept. A topic with a span of its own keeps that one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keep {
    pub others: KeepSpan,
    pub topics: BTreeMap<Topic, KeepSpan>,
}

/// From when on events stay; none = all of them stay.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expiry {
    pub others: Option<Timestamp>,
    pub topics: BTreeMap<Topic, Option<Timestamp>>,
}

/// A span such as `"90d"`, or `"forever"`.
impl FromToml for KeepSpan {
    fn from_toml(node: &TomlValue) -> Result<Self, ValueError> {
        match &node.value {
            TomlKind::String(text) if text.trim() == FOREVER => Ok(Self::Forever),
            _ => Duration::from_toml(node).map(Self::For),
        }
    }

    fn shape() -> ValueShape {
        // A span, or a word.
        ValueShape::String
    }
}

impl KeepSpan {
    fn expiry(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Forever => None,
            Self::For(span) => Some(now.before(span)),
        }
    }
}

impl Keep {
    pub fn expiry(&self, now: Timestamp) -> Expiry {
        let topics = self.topics.iter().map(|(topic, span)| (*topic, span.expiry(now))).collect();
        Expiry { others: self.others.expiry(now), topics }
    }
}

impl Expiry {
    /// From when on events about this topic stay.
    pub fn of(&self, topic: Topic) -> Option<Timestamp> {
        self.topics.get(&topic).copied().unwrap_or(self.others)
    }

    /// From when on what may belong to events of any topic stays.
    pub fn of_all(&self) -> Option<Timestamp> {
        self.topics.values().copied().fold(self.others, |earliest, next| Some(earliest?.min(next?)))
    }
}

/// For all topics alike.
impl From<Timestamp> for Expiry {
    fn from(before: Timestamp) -> Self {
        Self { others: Some(before), topics: BTreeMap::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);

    #[test]
    fn a_topic_keeps_its_own_span_and_what_belongs_to_any_the_longest() {
        let topics = BTreeMap::from([(Topic::Payment, KeepSpan::For(30 * DAY)), (Topic::Message, KeepSpan::For(DAY))]);
        let keep = Keep { others: KeepSpan::For(7 * DAY), topics };
        let now = Timestamp::from_secs(86_400 * 100);
        let day = |days: i64| Some(Timestamp::from_secs(86_400 * days));
        let expiry = keep.expiry(now);
        let of = [Topic::Payment, Topic::Message, Topic::Alert].map(|topic| expiry.of(topic));
        assert_eq!((of, expiry.of_all()), ([day(70), day(99), day(93)], day(70)));
        let forever = Keep { topics: BTreeMap::from([(Topic::Payment, KeepSpan::Forever)]), ..keep };
        assert_eq!((forever.expiry(now).of(Topic::Payment), forever.expiry(now).of_all()), (None, None));
    }
}
