//! Statistics as people ask for them: by a window of time, with what the money of each currency comes to, and what there is
//! most of.

mod money;
mod ranking;
mod silence;
mod window;

pub use self::money::{CurrencySum, currency_sums};
pub use self::ranking::{Ranked, Ranking, ranking};
pub use self::silence::{Silence, silence_periods, silences};
pub use self::window::{Bar, BarUnit, Window, WindowPeriods};

/// How something changed against an earlier time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// There was nothing before.
    New,
    Same,
    /// By so many percent of what was before, rounded.
    Up(u64),
    Down(u64),
}

impl Change {
    /// None where there is nothing to compare: nothing then and now, or a debt.
    pub fn between(before: i128, after: i128) -> Option<Self> {
        if before < 0 || after < 0 || (before, after) == (0, 0) {
            return None;
        }
        if before == 0 {
            return Some(Self::New);
        }
        let difference = before.abs_diff(after);
        let percent = difference.saturating_mul(100).saturating_add(before.unsigned_abs() / 2) / before.unsigned_abs();
        let percent = u64::try_from(percent).unwrap_or(u64::MAX);
        Some(match (percent, after > before) {
            (0, _) => Self::Same,
            (percent, true) => Self::Up(percent),
            (percent, false) => Self::Down(percent),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_in_whole_percents() {
        for (before, after, change) in [
            (100, 112, Some(Change::Up(12))),
            (3, 4, Some(Change::Up(33))),
            (3, 1, Some(Change::Down(67))),
            (1000, 1001, Some(Change::Same)),
            (5, 0, Some(Change::Down(100))),
            (0, 5, Some(Change::New)),
            (0, 0, None),
            (-5, 5, None),
            (i128::from(u64::MAX), 0, Some(Change::Down(100))),
        ] {
            assert_eq!(Change::between(before, after), change, "{before} {after}");
        }
    }
}
