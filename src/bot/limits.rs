//! How much one person may ask, and what has been asked already.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Interactions of one person in [`SPAN`]; suggestions are not counted.
const MOST: usize = 20;
const SPAN: Duration = Duration::from_secs(10);
/// People whose interactions are counted at most; beyond that the oldest are forgotten.
const MOST_PEOPLE: usize = 10_000;
/// Ids of interactions that are remembered.
const MOST_IDS: usize = 10_000;

/// Shared by all requests.
#[derive(Debug, Default)]
pub(super) struct Limits {
    people: Mutex<HashMap<String, VecDeque<Instant>>>,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    ids: HashSet<String>,
    order: VecDeque<String>,
}

impl Limits {
    /// Counts an interaction of a person; false when it is one too many.
    pub(super) fn admit(&self, user: &str, now: Instant) -> bool {
        let mut people = lock(&self.people);
        if people.len() >= MOST_PEOPLE && !people.contains_key(user) {
            people.retain(|_, times| times.back().is_some_and(|last| now.duration_since(*last) < SPAN));
        }
        if people.len() >= MOST_PEOPLE && !people.contains_key(user) {
            people.clear();
        }
        let times = people.entry(user.to_owned()).or_default();
        while times.front().is_some_and(|first| now.duration_since(*first) >= SPAN) {
            times.pop_front();
        }
        if times.len() >= MOST {
            return false;
        }
        times.push_back(now);
        true
    }

    /// Whether an interaction is new: the gateway may deliver one twice.
    pub(super) fn is_new(&self, id: &str) -> bool {
        let mut seen = lock(&self.seen);
        if !seen.ids.insert(id.to_owned()) {
            return false;
        }
        seen.order.push_back(id.to_owned());
        if seen.order.len() > MOST_IDS
            && let Some(oldest) = seen.order.pop_front()
        {
            seen.ids.remove(&oldest);
        }
        true
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_over_is_refused_until_the_span_is_over_and_nobody_else() {
        let (limits, start) = (Limits::default(), Instant::now());
        assert!((0..MOST).all(|_| limits.admit("5", start)));
        assert!(!limits.admit("5", start + SPAN / 2));
        assert!(limits.admit("6", start));
        assert!(limits.admit("5", start + SPAN));
    }

    #[test]
    fn an_interaction_that_comes_twice_is_new_once() {
        let limits = Limits::default();
        assert!(limits.is_new("1") && !limits.is_new("1") && limits.is_new("2"));
        for id in 10..10 + MOST_IDS {
            assert!(limits.is_new(&id.to_string()));
        }
        assert_eq!(lock(&limits.seen).ids.len(), MOST_IDS);
    }
}
