//! `hookbell lanes purge`: takes pending deliveries out of a lane before they are sent. Nothing is deleted: events and
//! deliveries stay, as `muted`.

use std::process::ExitCode;
use std::time::Duration;

use super::find::find;
use crate::cli::out::out;
use crate::cli::usage::Usage;
use crate::store::{Purge, PurgeFilter, Store};
use hookbell_model::timestamp::{Timestamp, parse_duration};

/// Take pending deliveries out of a lane before they are sent
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell lanes purge sales --source shop --yes\n\nWithout --yes it only counts them. Purged deliveries end as `muted`; nothing is deleted, and what was posted stays."
)]
pub(super) struct Args {
    /// The destination whose lane it is
    destination: String,
    /// Only events of this source
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Only events received before: a time (2026-11-21T10:00:00Z), or so long ago (2h)
    #[arg(long, value_name = "TIME", value_parser = moment)]
    before: Option<Moment>,
    /// Do it
    #[arg(long)]
    yes: bool,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

/// A point in time, as it is given.
#[derive(Debug, Clone, Copy)]
enum Moment {
    At(Timestamp),
    Ago(Duration),
}

#[derive(Debug, thiserror::Error)]
#[error("expected a time such as `2026-11-21T10:00:00Z`, or a span such as `2h`")]
struct MomentError;

fn moment(text: &str) -> Result<Moment, MomentError> {
    let at = Timestamp::parse_rfc3339(text).map(Moment::At);
    at.or_else(|| parse_duration(text).ok().map(Moment::Ago)).ok_or(MomentError)
}

pub(super) async fn run(args: Args, store: &Store, now: Timestamp) -> anyhow::Result<ExitCode> {
    let Args { destination, source, before, yes, json } = args;
    find(store, &destination).await?;
    if let Some(source) = &source {
        check_source(store, source).await?;
    }
    let before = before.map(|before| match before {
        Moment::At(at) => at,
        Moment::Ago(span) => now.before(span),
    });
    let filter = PurgeFilter { source, before };
    let found = if yes {
        store.purge_lane(&destination, filter, now).await?
    } else {
        store.count_purge(&destination, filter).await?
    };
    if json {
        let Purge { count, oldest, newest } = found;
        let time = |at: Option<Timestamp>| at.map(Timestamp::to_rfc3339);
        let report = serde_json::json!({
            "destination": destination, "purged": yes, "count": count, "oldest": time(oldest), "newest": time(newest),
        });
        out!("{report:#}");
        return Ok(ExitCode::SUCCESS);
    }
    let what = describe(found);
    match (found.count, yes) {
        (0, _) => out!("nothing in `{destination}` to purge"),
        (_, true) => out!("purged from `{destination}`: {what}; they are kept as `muted`"),
        (_, false) => {
            out!("would purge from `{destination}`: {what}");
            eprintln!("help: nothing was changed; `--yes` does it");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Most sources that are listed.
const MOST_SOURCES: usize = 1000;

async fn check_source(store: &Store, name: &str) -> anyhow::Result<()> {
    let known = store.distinct(crate::store::Column::Source, MOST_SOURCES).await?;
    if known.len() == MOST_SOURCES || known.iter().any(|known| known == name) {
        return Ok(());
    }
    let hint = hookbell_model::suggest::suggestion(name, known.iter().map(String::as_str));
    let hint = hint.map(|hint| format!("; {hint}")).unwrap_or_default();
    Err(Usage(format!("no event of a source `{name}` is kept{hint}")).into())
}

fn describe(found: Purge) -> String {
    let count = found.count;
    let deliveries = if count == 1 { "1 delivery".to_owned() } else { format!("{count} deliveries") };
    let received = match (found.oldest, found.newest) {
        (Some(oldest), Some(newest)) if oldest != newest => format!(", received from {oldest} to {newest}"),
        (Some(oldest), _) => format!(", received at {oldest}"),
        _ => String::new(),
    };
    format!("{deliveries}{received}")
}
