//! The status of an event over all its deliveries, and the one word for it in every interface.

use std::fmt;
use std::str::FromStr;

use hookbell_model::delivery::Status;

/// The status of an event over all its deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventStatus {
    /// No route matched, or it is routine and had no message to update. Never [`Has`](Self::Has) of the same word.
    Unrouted,
    /// As a filter: has a delivery with this status. In a summary: the worst of its deliveries.
    Has(Status),
}

/// A word that is no status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected one of {}", quoted_words())]
pub struct UnknownEventStatus;

impl EventStatus {
    /// The most common first.
    pub const ALL: [Self; 7] = [
        Self::Has(Status::Delivered),
        Self::Has(Status::Pending),
        Self::Has(Status::Collecting),
        Self::Has(Status::Dead),
        Self::Unrouted,
        Self::Has(Status::Muted),
        Self::Has(Status::Merged),
    ];

    /// The status of an event with these deliveries: the worst of theirs, unrouted without any.
    pub fn of(deliveries: impl IntoIterator<Item = Status>) -> Self {
        match deliveries.into_iter().max_by_key(|status| severity(*status)) {
            None | Some(Status::Unrouted) => Self::Unrouted,
            Some(status) => Self::Has(status),
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unrouted => "unrouted",
            Self::Has(status) => status.as_str(),
        }
    }
}

/// Which status of several is reported: a dead delivery before a pending one, anything before a delivered one.
fn severity(status: Status) -> u8 {
    match status {
        Status::Unrouted => 0,
        Status::Delivered => 1,
        Status::Merged => 2,
        Status::Muted => 3,
        Status::Collecting => 4,
        Status::Pending => 5,
        Status::Dead => 6,
    }
}

fn quoted_words() -> String {
    EventStatus::ALL.map(|status| format!("`{status}`")).join(", ")
}

impl fmt::Display for EventStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for EventStatus {
    type Err = UnknownEventStatus;

    fn from_str(text: &str) -> Result<Self, UnknownEventStatus> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(UnknownEventStatus)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_read_as_it_is_written() {
        for status in EventStatus::ALL {
            assert_eq!(status.to_string().parse(), Ok(status));
        }
        for status in Status::ALL.iter().filter(|status| **status != Status::Unrouted) {
            assert!(EventStatus::ALL.contains(&EventStatus::Has(*status)), "{status}");
        }
        let error = "gone".parse::<EventStatus>().expect_err("no status");
        assert!(error.to_string().starts_with("expected one of `delivered`, `pending`"), "{error}");
    }

    #[test]
    fn the_worst_delivery_decides() {
        assert_eq!(EventStatus::of([]), EventStatus::Unrouted);
        assert_eq!(EventStatus::of([Status::Unrouted]), EventStatus::Unrouted);
        let status = EventStatus::of([Status::Delivered, Status::Dead, Status::Pending]);
        assert_eq!(status, EventStatus::Has(Status::Dead));
    }
}
