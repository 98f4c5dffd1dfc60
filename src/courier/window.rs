//! A budget of requests in a span of time, and the requests that count against it.

use std::collections::VecDeque;
use std::time::Duration;

use hookbell_model::rate::Rate;
use hookbell_model::timestamp::Timestamp;

/// When the requests of the last while went out. They are stamped anew when answered: the server counted
/// them some time between the two, and a later stamp never sends too early.
#[derive(Debug, Default)]
pub(super) struct SlidingWindow(VecDeque<Timestamp>);

impl SlidingWindow {
    /// When the next one may go: now, or the moment the oldest that is in the way leaves the window.
    pub(super) fn free(&mut self, budget: Rate, now: Timestamp) -> Timestamp {
        let in_the_way = self.0.len().checked_sub(budget.count as usize).and_then(|at| self.0.get(at));
        in_the_way.map_or(now, |oldest| later(*oldest, budget.span).max(now))
    }

    pub(super) fn push(&mut self, at: Timestamp, budget: Rate) {
        self.0.push_back(at);
        while self.0.len() > budget.count as usize {
            self.0.pop_front();
        }
    }

    pub(super) fn restamp(&mut self, taken: Timestamp, now: Timestamp, counted: bool) {
        let Some(at) = self.0.iter().position(|stamp| *stamp == taken) else { return };
        self.0.remove(at);
        if counted {
            self.0.push_back(now);
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
        self.0.make_contiguous().sort();
    }
}

impl From<Vec<Timestamp>> for SlidingWindow {
    fn from(posts: Vec<Timestamp>) -> Self {
        Self(posts.into())
    }
}

/// When a wait that begins at `now` is over. `now` is a whole millisecond rounded down, hence one more.
pub(super) fn later(now: Timestamp, wait: Duration) -> Timestamp {
    now.after(wait).after(Duration::from_millis(1))
}
