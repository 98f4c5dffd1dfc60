//! Collects hookbell's own troubles from all services, until they are reported together.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use hookbell_model::own_event::{CountedTrouble, Trouble};

/// Refused requests of a source that are worth a report; fewer are a scanner's.
const UNVERIFIED: u64 = 10;
/// Within this time.
const UNVERIFIED_SPAN: Duration = Duration::from_secs(900);
/// Kinds and subjects that are kept; both come from the config, so that senders cannot make more.
const MOST: usize = 1000;

/// Cheap to clone; clones share what they collect.
#[derive(Debug, Clone, Default)]
pub struct Troubles(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    collected: Mutex<BTreeMap<(&'static str, String), CollectedTrouble>>,
    added: Notify,
}

#[derive(Debug)]
struct CollectedTrouble {
    first: Instant,
    counted: CountedTrouble,
}

impl Troubles {
    pub fn add(&self, trouble: Trouble) {
        let is_new = {
            let mut all = self.lock();
            if all.len() >= MOST {
                return;
            }
            let group = trouble.group();
            let (first, count) =
                all.get(&group).map_or((Instant::now(), 0), |known| (known.first, known.counted.count));
            let counted = CountedTrouble { trouble, count: count + 1 };
            let known = CollectedTrouble { first, counted };
            let is_worth_it = is_worth_a_report(&known);
            all.insert(group, known);
            is_worth_it
        };
        if is_new {
            self.0.added.notify_one();
        }
    }

    /// Returns when there may be something to report.
    pub async fn added(&self) {
        self.0.added.notified().await;
    }

    /// Takes what is worth a report.
    pub fn take(&self) -> Vec<CountedTrouble> {
        let mut all = self.lock();
        all.retain(|_, known| is_worth_a_report(known) || known.first.elapsed() < UNVERIFIED_SPAN);
        let (taken, kept) = std::mem::take(&mut *all).into_iter().partition(|(_, known)| is_worth_a_report(known));
        *all = kept;
        let taken: BTreeMap<_, CollectedTrouble> = taken;
        taken.into_values().map(|known| known.counted).collect()
    }

    /// What could not be reported is kept for the next time.
    pub fn put_back(&self, troubles: Vec<CountedTrouble>) {
        let mut all = self.lock();
        for counted in troubles {
            let new =
                || CollectedTrouble { first: Instant::now(), counted: CountedTrouble { count: 0, ..counted.clone() } };
            all.entry(counted.trouble.group()).or_insert_with(new).counted.count += counted.count;
        }
        self.0.added.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(&'static str, String), CollectedTrouble>> {
        self.0.collected.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_worth_a_report(known: &CollectedTrouble) -> bool {
    !matches!(known.counted.trouble, Trouble::UnverifiedRequests { .. }) || known.counted.count >= UNVERIFIED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_refused_requests_are_no_trouble_and_many_are_one() {
        let troubles = Troubles::default();
        let refused = || Trouble::UnverifiedRequests { source: "stripe".to_owned() };
        (1..UNVERIFIED).for_each(|_| troubles.add(refused()));
        troubles.add(Trouble::LaneParked { destination: "ops".into(), reason: "gone".into() });
        troubles.add(Trouble::LaneResumed { destination: "ops".into() });
        let taken = troubles.take();
        assert_eq!(taken.len(), 1, "{taken:?}");
        assert_eq!(taken[0].trouble, Trouble::LaneResumed { destination: "ops".into() }, "the last state counts");
        troubles.add(refused());
        let taken = troubles.take();
        assert_eq!((taken.len(), taken[0].count), (1, UNVERIFIED));
        troubles.put_back(taken);
        troubles.add(refused());
        assert_eq!(troubles.take()[0].count, UNVERIFIED + 1);
        assert_eq!(troubles.take(), []);
    }
}
