//! What each check found, and how bad that is. The words are made by `text`.

use std::time::Duration;

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use serde_json::{Value, json};

use crate::report::lane::{LaneStatus, LaneView};
use crate::store::{self, Inspection, Served};

/// Below so much free space events may soon not be kept.
const LITTLE_SPACE: u64 = 1_000_000_000;
const NO_SPACE: u64 = 100_000_000;
/// The disk is full within so many days.
const FEW_DAYS: u64 = 14;
/// Twice what the log grows to while it is moved regularly.
const LONG_LOG: u64 = 512_000_000;
/// What nothing is in: from so much on, and from this part of the file on.
const MUCH_UNUSED: u64 = 100_000_000;
const UNUSED_PART: u64 = 4;
/// How long a delivery waits in a lane that is well.
const LATE: u64 = 900;
/// How far a clock may be off: senders that sign a time allow five minutes.
const CLOCK_IS_OFF: Duration = Duration::from_secs(20);
const CLOCK_IS_WRONG: Duration = Duration::from_secs(240);
/// Days before its end at which a certificate that is renewed in time has been.
const EXPIRES_SOON: i64 = 14;

hookbell_model::string_enum! {
    /// How bad a finding is.
    Level {
        Ok = "ok",
        /// It was not possible, or there is nothing to check.
        Skipped = "skipped",
        Warning = "warning",
        Error = "error",
    }
}

/// One check, with what it found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "check", rename_all = "snake_case")]
pub(super) enum Finding {
    Config {
        mistakes: usize,
        warnings: usize,
    },
    /// It cannot be looked at.
    Store {
        error: StoreProblem,
    },
    Integrity {
        is_full: bool,
        damage: Option<String>,
    },
    Schema {
        found: u32,
        known: u32,
    },
    Disk {
        free: Option<u64>,
        days_left: Option<u64>,
    },
    Size {
        bytes: u64,
        unused: u64,
        events: u64,
        bytes_a_day: u64,
        can_shrink: bool,
    },
    Log {
        bytes: u64,
    },
    /// No lane has trouble.
    Lanes {
        count: usize,
        waiting: u64,
    },
    Lane {
        destination: String,
        state: LaneStatus,
        reason: Option<String>,
        waiting: u64,
        oldest_seconds: Option<u64>,
    },
    Dead {
        destination: String,
        count: u64,
    },
    Server {
        process: ServerProcess,
    },
    ConfigInUse {
        state: ConfigInUse,
    },
    Clock {
        state: ClockState,
    },
    Certificate {
        state: CertificateState,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "problem", content = "text", rename_all = "snake_case")]
pub(super) enum StoreProblem {
    Missing(String),
    Unreadable(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ServerProcess {
    NotRunning,
    Running { pid: Option<u32> },
}

/// Whether the server that runs uses the files as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ConfigInUse {
    Current,
    Stale {
        mistakes: usize,
        since: String,
    },
    NeedsRestart {
        keys: Vec<String>,
    },
    /// It wants another `admin_token`.
    Refused {
        status: u16,
    },
    Unreachable {
        address: String,
    },
    /// `admin_listen` has port 0.
    AnyPort,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ClockState {
    /// Seconds ahead of the other one; negative: behind.
    Compared {
        ahead: i64,
        with: String,
    },
    Unreachable {
        host: String,
    },
    /// The answer bears no date.
    NoDate {
        host: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CertificateState {
    NoPublicUrl,
    NotHttps,
    Valid {
        host: String,
        days: i64,
    },
    /// It was accepted, and does not say until when.
    NoEnd {
        host: String,
    },
    Refused {
        host: String,
        why: CertificateProblem,
    },
    Unreachable {
        host: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CertificateProblem {
    Expired,
    NotValidYet,
    OtherName,
    UnknownIssuer,
    Revoked,
    Other,
}

impl Finding {
    pub(super) fn of_inspection(inspection: &Inspection, is_full: bool) -> Vec<Self> {
        let Inspection { bytes, unused_bytes, log_bytes, events, events_last_day, .. } = *inspection;
        let used = bytes.saturating_sub(unused_bytes);
        let bytes_a_day = used.checked_div(events).unwrap_or(0) * events_last_day;
        // What is unused is filled first.
        let room = |free: u64| free.saturating_add(unused_bytes).checked_div(bytes_a_day);
        vec![
            Self::Integrity { is_full, damage: inspection.damage.clone() },
            Self::Schema { found: inspection.schema, known: inspection.known_schema },
            Self::Disk { free: inspection.free_disk, days_left: inspection.free_disk.and_then(room) },
            Self::Size { bytes, unused: unused_bytes, events, bytes_a_day, can_shrink: inspection.can_shrink },
            Self::Log { bytes: log_bytes },
        ]
    }

    /// Those that have trouble, or that none has.
    pub(super) fn of_lanes(lanes: Vec<LaneView>) -> Vec<Self> {
        let (count, waiting) = (lanes.len(), lanes.iter().map(|lane| lane.waiting).sum());
        let troubled = lanes.into_iter().filter(|lane| {
            let is_late = lane.oldest_seconds.is_some_and(|age| age > LATE);
            is_late || matches!(lane.status, LaneStatus::Paused | LaneStatus::Parked | LaneStatus::BackingOff)
        });
        let found: Vec<Self> = troubled.map(Self::of_lane).collect();
        if found.is_empty() { vec![Self::Lanes { count, waiting }] } else { found }
    }

    fn of_lane(lane: LaneView) -> Self {
        let LaneView { destination, status: state, reason, waiting, oldest_seconds, .. } = lane;
        Self::Lane { destination, state, reason, waiting, oldest_seconds }
    }

    pub(super) fn level(&self) -> Level {
        match self {
            Self::Config { mistakes: 1.., .. } => Level::Error,
            Self::Config { warnings: 1.., .. } => Level::Warning,
            Self::Store { error: StoreProblem::Missing(_) } => Level::Skipped,
            Self::Store { error: StoreProblem::Unreadable(_) } | Self::Integrity { damage: Some(_), .. } => {
                Level::Error
            }
            Self::Schema { found, known } if found != known => Level::Warning,
            Self::Disk { free: None, .. } => Level::Skipped,
            Self::Disk { free: Some(..NO_SPACE), .. } => Level::Error,
            Self::Disk { free: Some(..LITTLE_SPACE), .. } | Self::Disk { days_left: Some(..FEW_DAYS), .. } => {
                Level::Warning
            }
            Self::Size { bytes, unused, can_shrink: false, .. }
                if *unused > MUCH_UNUSED && *unused > bytes / UNUSED_PART =>
            {
                Level::Warning
            }
            Self::Log { bytes: LONG_LOG.. } | Self::Dead { .. } => Level::Warning,
            Self::Lane { state, .. } => {
                if *state == LaneStatus::Parked {
                    Level::Error
                } else {
                    Level::Warning
                }
            }
            Self::Server { process: ServerProcess::NotRunning } => Level::Warning,
            Self::ConfigInUse { state } => match state {
                ConfigInUse::Current => Level::Ok,
                ConfigInUse::AnyPort => Level::Skipped,
                ConfigInUse::Stale { .. } => Level::Error,
                ConfigInUse::NeedsRestart { .. } | ConfigInUse::Refused { .. } | ConfigInUse::Unreachable { .. } => {
                    Level::Warning
                }
            },
            Self::Clock { state: ClockState::Compared { ahead, .. } } => {
                match Duration::from_secs(ahead.unsigned_abs()) {
                    off if off > CLOCK_IS_WRONG => Level::Error,
                    off if off > CLOCK_IS_OFF => Level::Warning,
                    _ => Level::Ok,
                }
            }
            Self::Clock { .. } => Level::Skipped,
            Self::Certificate { state } => match state {
                CertificateState::NoPublicUrl
                | CertificateState::NoEnd { .. }
                | CertificateState::Unreachable { .. } => Level::Skipped,
                CertificateState::NotHttps => Level::Warning,
                CertificateState::Valid { days, .. } => {
                    if *days < EXPIRES_SOON {
                        Level::Warning
                    } else {
                        Level::Ok
                    }
                }
                CertificateState::Refused { .. } => Level::Error,
            },
            _ => Level::Ok,
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let mut json = json!(self);
        if let Some(object) = json.as_object_mut() {
            object.insert("level".to_owned(), self.level().as_str().into());
            object.insert("message".to_owned(), self.message().into());
            object.insert("advice".to_owned(), self.advice().into());
        }
        json
    }
}

impl Level {
    pub(super) fn style(self) -> Style {
        match self {
            Self::Ok => AnsiColor::Green.on_default(),
            Self::Skipped => Style::new().dimmed(),
            Self::Warning => AnsiColor::Yellow.on_default(),
            Self::Error => AnsiColor::Red.on_default().bold(),
        }
    }
}

impl From<store::Error> for StoreProblem {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound(text) => Self::Missing(text),
            error => Self::Unreadable(error.to_string()),
        }
    }
}

impl From<Served> for ServerProcess {
    fn from(served: Served) -> Self {
        match served {
            Served::No => Self::NotRunning,
            Served::By(pid) => Self::Running { pid },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inspection() -> Inspection {
        Inspection {
            schema: 24,
            known_schema: 24,
            damage: None,
            bytes: 2_000_000_000,
            unused_bytes: 0,
            log_bytes: 0,
            can_shrink: true,
            free_disk: Some(50_000_000_000),
            events: 1_000_000,
            events_last_day: 10_000,
            dead_last_day: Vec::new(),
        }
    }

    fn levels(inspection: &Inspection) -> Vec<Level> {
        Finding::of_inspection(inspection, false).iter().map(Finding::level).collect()
    }

    #[test]
    fn the_disk_is_judged_by_what_is_free_and_by_how_fast_it_fills() {
        assert_eq!(levels(&inspection()), [Level::Ok; 5]);
        let disk = |free_disk, events_last_day| {
            levels(&Inspection { free_disk: Some(free_disk), events_last_day, ..inspection() })[2]
        };
        assert_eq!(disk(50_000_000, 0), Level::Error);
        assert_eq!(disk(900_000_000, 0), Level::Warning);
        assert_eq!(disk(10_000_000_000, 1_000_000), Level::Warning);
        assert_eq!(disk(10_000_000_000, 10_000), Level::Ok);
        assert_eq!(levels(&Inspection { free_disk: None, ..inspection() })[2], Level::Skipped);
    }

    #[test]
    fn damage_another_schema_a_long_log_and_much_unused_space_are_reported() {
        let damage = Some("row 3 missing from index events_by_class".to_owned());
        let found = Inspection {
            damage,
            schema: 23,
            log_bytes: 600_000_000,
            unused_bytes: 1_000_000_000,
            can_shrink: false,
            ..inspection()
        };
        assert_eq!(levels(&found), [Level::Error, Level::Warning, Level::Ok, Level::Warning, Level::Warning]);
        assert_eq!(levels(&Inspection { can_shrink: true, ..found })[3], Level::Ok);
    }

    #[test]
    fn a_clock_that_is_off_matters_as_much_as_senders_mind() {
        let clock =
            |ahead| Finding::Clock { state: ClockState::Compared { ahead, with: "discord.com".into() } }.level();
        assert_eq!(
            [0, -10, 30, -30, 300, -300].map(clock),
            [Level::Ok, Level::Ok, Level::Warning, Level::Warning, Level::Error, Level::Error]
        );
    }
}
