//! Why something is not replayed.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::store::EventStatus;
use hookbell_model::delivery::Status;

/// Why something is not replayed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum SkipReason {
    /// The event or its bytes were removed.
    Gone,
    Already {
        delivery: i64,
        status: Status,
    },
    /// The event has no delivery with the status.
    NothingWithStatus {
        #[serde(serialize_with = "text")]
        wanted: EventStatus,
        #[serde(serialize_with = "text")]
        found: EventStatus,
    },
    /// No route of today leads the event there.
    NotRouted,
    /// The config of today does not have the destination.
    NoDestination,
    /// Nothing was posted that could be rendered again.
    NotPosted,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("what came in is no longer kept (`[store] keep`), so it cannot be rendered"),
            Self::Already { delivery, status } => {
                write!(f, "already replayed as delivery {delivery}, which is {status}; `--again` replays it once more")
            }
            Self::NothingWithStatus { wanted, found: EventStatus::Has(found) } if !found.is_final() => {
                write!(f, "nothing of it is {wanted}; it is {found}, and so still on its way")
            }
            Self::NothingWithStatus { wanted, found } => {
                write!(f, "nothing of it is {wanted}; it is {found}: `--status {found}` replays that")
            }
            Self::NotRouted => f.write_str("no route leads it there now; `--to DESTINATION` sends it in any case"),
            Self::NoDestination => f.write_str("the config has no such destination now; `--to DESTINATION` names one"),
            Self::NotPosted => f.write_str("no message of it was posted, so there is none to edit"),
        }
    }
}

fn text<T: fmt::Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
