//! The end of a mute: how much it held back from one destination.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::summary::OwnEventSummary;
use crate::delivery::{HeldBack, Mute};
use crate::event::{Severity, Topic};
use crate::timestamp::Timestamp;

/// The type of the event.
pub const MUTE_ENDED: &str = "mute_ended";
/// Event types that are listed; the others are counted together.
const TYPES: usize = 10;

/// The payload of the event, as its message reads it. Times are whole seconds since 1970.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MuteEnded {
    pub mute: i64,
    pub destination: String,
    /// Which events it concerned: `source shop, type invoice.*`.
    pub what: String,
    /// Why, in the operator's words.
    pub reason: String,
    pub from: i64,
    pub to: i64,
    /// Messages that were held back.
    pub count: u64,
    /// Those of them that were critical.
    pub critical: u64,
    /// The worst severity of them.
    pub worst: Option<Severity>,
    /// By event type, most frequent first.
    pub types: Vec<HeldBackType>,
    /// Event types that `types` does not list.
    pub more_types: u64,
    /// When this was reported, so that what comes late can be reported too.
    pub reported: i64,
}

/// What was held back of one event type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldBackType {
    #[serde(rename = "type")]
    pub event_type: String,
    pub count: u64,
    /// The worst severity of them.
    pub severity: Severity,
}

impl MuteEnded {
    /// A report for each destination from which something was held back.
    pub fn of(mute: &Mute, held_back: &[HeldBack], now: Timestamp) -> Vec<Self> {
        let mut by_destination: BTreeMap<&str, Vec<&HeldBack>> = BTreeMap::new();
        for one in held_back {
            by_destination.entry(&one.destination).or_default().push(one);
        }
        by_destination.into_iter().map(|(destination, all)| Self::one(mute, destination, &all, now)).collect()
    }

    fn one(mute: &Mute, destination: &str, all: &[&HeldBack], now: Timestamp) -> Self {
        let mut types: Vec<HeldBackType> = Vec::new();
        for HeldBack { event_type, severity, count, .. } in all {
            match types.iter_mut().find(|known| known.event_type == *event_type) {
                None => types.push(HeldBackType { event_type: event_type.clone(), count: *count, severity: *severity }),
                Some(known) => {
                    known.count += count;
                    known.severity = worse(known.severity, *severity);
                }
            }
        }
        types.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.event_type.cmp(&b.event_type)));
        let critical = all.iter().filter(|one| one.severity == Severity::Critical);
        Self {
            mute: mute.id.0,
            destination: destination.to_owned(),
            what: mute.matcher.to_string(),
            reason: mute.reason.clone(),
            from: mute.created.secs(),
            to: mute.until.secs(),
            count: all.iter().map(|one| one.count).sum(),
            critical: critical.map(|one| one.count).sum(),
            worst: types.iter().map(|one| one.severity).reduce(worse),
            more_types: u64::try_from(types.len().saturating_sub(TYPES)).unwrap_or(u64::MAX),
            types: types.into_iter().take(TYPES).collect(),
            reported: now.0,
        }
    }

    pub(super) fn summary(&self) -> OwnEventSummary {
        OwnEventSummary {
            event_type: MUTE_ENDED,
            topic: Topic::Other,
            severity: self.worst.unwrap_or(Severity::Info),
            subject: format!("mute {} is over, {} held back", self.mute, self.count),
            reference: format!("mute {} {} {}", self.mute, self.destination, self.reported),
        }
    }
}

fn worse(one: Severity, other: Severity) -> Severity {
    if other.is_worse_than(one) { other } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::{MuteId, MuteMatcher};

    fn held(destination: &str, event_type: &str, severity: Severity, count: u64) -> HeldBack {
        HeldBack { destination: destination.into(), event_type: event_type.into(), severity, count }
    }

    #[test]
    fn each_destination_gets_its_own_counts_and_the_worst_of_them() {
        let mute = Mute {
            id: MuteId(3),
            matcher: MuteMatcher { source: Some("shop".into()), ..MuteMatcher::default() },
            reason: "a deploy".into(),
            created: Timestamp(1000),
            until: Timestamp(9000),
        };
        let mut all = vec![
            held("ops", "alert", Severity::Warning, 2),
            held("ops", "alert", Severity::Critical, 1),
            held("ops", "push", Severity::Info, 5),
            held("sales", "sale", Severity::Success, 1),
        ];
        let reports = MuteEnded::of(&mute, &all, Timestamp(9500));
        let [ops, sales] = reports.as_slice() else { panic!("{reports:?}") };
        assert_eq!((ops.count, ops.critical, ops.worst), (8, 1, Some(Severity::Critical)));
        assert_eq!(
            ops.types.iter().map(|one| (one.event_type.as_str(), one.count)).collect::<Vec<_>>(),
            [("push", 5), ("alert", 3)]
        );
        assert_eq!((sales.count, sales.worst, sales.what.as_str()), (1, Some(Severity::Success), "source shop"));
        all.extend((0..20).map(|n| held("ops", &format!("t{n:02}"), Severity::Info, 1)));
        let many = MuteEnded::of(&mute, &all, Timestamp(9500));
        assert_eq!((many[0].types.len(), many[0].more_types, many[0].count), (10, 12, 28));
        assert_eq!(MuteEnded::of(&mute, &[], Timestamp(9500)), []);
    }
}
