//! The words of each finding: what it means, and what to do.

use std::time::Duration;

use super::finding::{
    CertificateProblem, CertificateState, ClockState, ConfigInUse, Finding, ServerProcess, StoreProblem,
};
use crate::cli::table::{printable, size};
use crate::cli::usage::count;
use crate::report::lane::LaneStatus;
use hookbell_model::timestamp::format_duration;

impl Finding {
    pub(super) fn message(&self) -> String {
        match self {
            Self::Config { mistakes: 0, warnings: 0 } => "config: no mistakes".to_owned(),
            Self::Config { mistakes, warnings } => {
                format!("config: {}, {}", count(*mistakes, "mistake"), count(*warnings, "warning"))
            }
            Self::Store { error: StoreProblem::Missing(text) | StoreProblem::Unreadable(text) } => {
                format!("database: {}", printable(text))
            }
            Self::Integrity { damage: None, is_full: true } => {
                "database: sound, every row and index compared".to_owned()
            }
            Self::Integrity { damage: None, is_full: false } => "database: sound".to_owned(),
            Self::Integrity { damage: Some(damage), .. } => format!("database: damaged: {}", printable(damage)),
            Self::Schema { found, known } if found == known => format!("schema: {found}, that of this hookbell"),
            Self::Schema { found, known } => format!("schema: {found}, this hookbell writes {known}"),
            Self::Disk { free: None, .. } => "disk: the system does not say how much is free".to_owned(),
            Self::Disk { free: Some(free), days_left: None } => format!("disk: {} free", size(*free)),
            Self::Disk { free: Some(free), days_left: Some(days) } => {
                format!("disk: {} free, enough for {} at the rate of the last day", size(*free), shown_days(*days))
            }
            Self::Size { bytes, unused, events, bytes_a_day, .. } => format!(
                "size: {} ({} unused), {events} events, {} a day",
                size(*bytes),
                size(*unused),
                size(*bytes_a_day)
            ),
            Self::Log { bytes } => format!("log: {} in the write-ahead log", size(*bytes)),
            Self::Lanes { count: lanes, waiting } => {
                format!("lanes: {}, {waiting} deliveries pending", count(*lanes, "lane"))
            }
            Self::Lane { destination, state, reason, waiting, oldest_seconds } => {
                let reason = reason.as_deref().map(|reason| format!(" ({})", printable(reason))).unwrap_or_default();
                let age =
                    oldest_seconds.map(|age| format!(", the oldest for {}", format_duration(Duration::from_secs(age))));
                let age = age.unwrap_or_default();
                format!("lane `{destination}`: {state}{reason}, {waiting} pending{age}")
            }
            Self::Dead { destination, count } => format!("dead: {count} in the last day for `{destination}`"),
            Self::Server { process: ServerProcess::NotRunning } => {
                "server: no `hookbell serve` has this database open".to_owned()
            }
            Self::Server { process: ServerProcess::Running { pid: Some(pid) } } => {
                format!("server: runs (process {pid})")
            }
            Self::Server { process: ServerProcess::Running { pid: None } } => "server: runs".to_owned(),
            Self::ConfigInUse { state } => format!("config in use: {}", of_config(state)),
            Self::Clock { state } => format!("clock: {}", of_clock(state)),
            Self::Certificate { state } => format!("certificate: {}", of_certificate(state)),
        }
    }

    pub(super) fn advice(&self) -> Option<String> {
        let advice = match self {
            Self::Config { mistakes: 0, warnings: 0 } => return None,
            Self::Config { .. } => "`hookbell check` shows each with its line",
            Self::Store { error: StoreProblem::Missing(_) } => return None,
            Self::Store { error: StoreProblem::Unreadable(_) } => {
                "look at the file's owner and mode, and run this as the user that hookbell runs as"
            }
            Self::Integrity { damage: Some(_), .. } => {
                "stop hookbell, keep a copy of the file and put the last good backup in its place (docs/operating.md, Backup); the disk or its memory may be failing"
            }
            Self::Schema { found, known } if found < known => {
                "`hookbell serve` brings it up to date at its next start; make a backup before"
            }
            Self::Disk { free: Some(_), .. } if self.is_bad() => {
                "set or shorten `[store] keep`, or give the database a larger disk; events that cannot be kept are answered 503"
            }
            Self::Size { can_shrink: false, .. } if self.is_bad() => {
                "this database was made before databases could shrink: stop hookbell, `hookbell backup new.db`, and put the copy in its place"
            }
            Self::Log { .. } if self.is_bad() => {
                "something keeps an old state of the database open, such as a long query or a backup; it is moved into the database when that ends"
            }
            Self::Lane { destination, state, .. } => {
                return Some(match state {
                    LaneStatus::Parked => format!(
                        "its webhook is dead: put a new URL into the config, or `hookbell lanes retry {destination}` if it is alive again"
                    ),
                    LaneStatus::Paused => format!("`hookbell lanes resume {destination}` lets it go on"),
                    LaneStatus::BackingOff => "it tries again by itself; `hookbell lanes` shows when".to_owned(),
                    LaneStatus::Idle | LaneStatus::Flowing | LaneStatus::Waiting => {
                        "more comes than Discord takes: route fewer events there, or spread them over channels"
                            .to_owned()
                    }
                });
            }
            Self::Dead { .. } => {
                "`hookbell events list --status dead` shows them, `hookbell events replay --status dead --since 24h` sends them again"
            }
            Self::Server { process: ServerProcess::NotRunning } => {
                "start `hookbell serve`; until then senders get no answer"
            }
            Self::ConfigInUse { state } => match state {
                ConfigInUse::Stale { .. } => {
                    "the last valid files are in use; `hookbell check` shows what is wrong with those on the disk"
                }
                ConfigInUse::NeedsRestart { .. } => "restart hookbell to use them",
                ConfigInUse::Refused { .. } => {
                    "the server that runs has another `admin_token` than the config; restart it, or correct the token"
                }
                ConfigInUse::Unreachable { .. } => {
                    "the server has another `admin_listen` than the config, or is not ready yet"
                }
                ConfigInUse::Current | ConfigInUse::AnyPort => return None,
            },
            Self::Clock { state: ClockState::Compared { .. } } if self.is_bad() => {
                "run NTP: senders that sign a time are refused when the clock is five minutes off"
            }
            Self::Certificate { state } => match state {
                CertificateState::Refused { why: CertificateProblem::OtherName, .. } => {
                    "senders refuse it: give the proxy a certificate for the name in `public_url`"
                }
                CertificateState::Refused { why: CertificateProblem::UnknownIssuer, .. } => {
                    "senders refuse it: use a public authority, and let the proxy send the intermediate certificates too"
                }
                CertificateState::Refused { .. } => "senders refuse it: renew it at the proxy",
                CertificateState::Valid { .. } if self.is_bad() => "see that the proxy renews it",
                CertificateState::NotHttps => "most senders require https; put a proxy in front (docs/operating.md)",
                _ => return None,
            },
            _ => return None,
        };
        Some(advice.to_owned())
    }

    fn is_bad(&self) -> bool {
        use super::finding::Level;
        matches!(self.level(), Level::Warning | Level::Error)
    }
}

fn shown_days(days: u64) -> String {
    match days {
        3650.. => "more than ten years".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

fn of_config(state: &ConfigInUse) -> String {
    match state {
        ConfigInUse::Current => "that of the files".to_owned(),
        ConfigInUse::Stale { mistakes, since } => {
            format!("an older one since {}, because the files have {}", printable(since), count(*mistakes, "mistake"))
        }
        ConfigInUse::NeedsRestart { keys } => {
            format!("changed keys that need a restart: {}", printable(&keys.join(", ")))
        }
        ConfigInUse::Refused { status } => format!("the admin listener refuses to say (HTTP {status})"),
        ConfigInUse::Unreachable { address } => format!("the admin listener does not answer at {address}"),
        ConfigInUse::AnyPort => "not asked, because `admin_listen` is on any free port".to_owned(),
    }
}

fn of_clock(state: &ClockState) -> String {
    match state {
        ClockState::Compared { ahead, with } => {
            match (*ahead, format_duration(Duration::from_secs(ahead.unsigned_abs()))) {
                (-2..=2, _) => format!("right, as {with} says"),
                (0.., span) => format!("{span} ahead of {with}"),
                (_, span) => format!("{span} behind {with}"),
            }
        }
        ClockState::Unreachable { host } => format!("not compared, because {host} does not answer"),
        ClockState::NoDate { host } => format!("not compared, because {host} does not say the time"),
    }
}

fn of_certificate(state: &CertificateState) -> String {
    match state {
        CertificateState::NoPublicUrl => "not looked at, because the config has no `[server] public_url`".to_owned(),
        CertificateState::NotHttps => "none, because `public_url` is not https".to_owned(),
        CertificateState::Valid { host, days } => format!("that of {host} is valid for {days} more days"),
        CertificateState::NoEnd { host } => format!("that of {host} is valid; until when cannot be read"),
        CertificateState::Unreachable { host } => format!("not looked at, because {host} does not answer"),
        CertificateState::Refused { host, why } => format!(
            "that of {host} {}",
            match why {
                CertificateProblem::Expired => "has expired",
                CertificateProblem::NotValidYet => "is not valid yet",
                CertificateProblem::OtherName => "is for another name",
                CertificateProblem::UnknownIssuer => "is by no authority that is trusted",
                CertificateProblem::Revoked => "is revoked",
                CertificateProblem::Other => "is not valid",
            }
        ),
    }
}
