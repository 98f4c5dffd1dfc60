//! A mute, with what it holds back.

use serde::Serialize;

use super::serialize::display;
use hookbell_model::delivery::{HeldBack, Mute, MuteId, MuteMatcher};
use hookbell_model::event::Severity;
use hookbell_model::timestamp::Timestamp;

/// A mute as every interface reports it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MuteView {
    pub id: MuteId,
    /// Which deliveries it concerns; empty = all.
    pub matcher: MuteMatcher,
    pub reason: String,
    #[serde(serialize_with = "display")]
    pub created: Timestamp,
    #[serde(serialize_with = "display")]
    pub until: Timestamp,
    /// Messages that it has held back so far.
    pub count: u64,
    /// Those of them that are critical.
    pub critical: u64,
    /// By destination, type and severity.
    pub held_back: Vec<HeldBack>,
}

impl MuteView {
    pub fn new(mute: Mute, held_back: Vec<HeldBack>) -> Self {
        let sum = |wanted: fn(&HeldBack) -> bool| held_back.iter().filter(|one| wanted(one)).map(|one| one.count).sum();
        let (count, critical) = (sum(|_| true), sum(|one| one.severity == Severity::Critical));
        let Mute { id, matcher, reason, created, until } = mute;
        Self { id, matcher, reason, created, until, count, critical, held_back }
    }

    /// `12`, `12 (2 critical)`.
    pub fn count_text(&self) -> String {
        match self.critical {
            0 => self.count.to_string(),
            critical => format!("{} ({critical} critical)", self.count),
        }
    }
}
