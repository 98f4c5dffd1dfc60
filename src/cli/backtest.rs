//! `hookbell backtest`: runs past events through edited rules and templates and reports what would change. Sends
//! nothing, writes nothing; a server may run beside it.

mod compare;
mod diff;
mod replay;
mod lines;
mod tally;
mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;

use self::replay::{Baseline, Replay};
use self::tally::Tally;
use super::{
    out::out,
    usage::{Mistakes, Usage},
};
use crate::config::{Config, Environment};
use crate::store::{self, Store};
use hookbell_model::timestamp::{Timestamp, parse_duration};

/// Events replayed together: few enough for the memory, enough for all cores.
const PAGE: usize = 256;

/// Run past events through edited rules and templates, and report what would change
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell backtest --since 7d --templates edited-templates\n\nNothing is sent and nothing is written; a server may run beside it, and no secret need be set. The config and its templates folder are taken as edited, and compared with what was sent when the events came in. With --templates the folder is compared with the config's own, with --against the whole config with another one, whose store is read.\n\nExit code 0 when it ran, 2 for wrong usage or mistakes in the files; with --exit-code 1 when something would change."
)]
pub(super) struct Args {
    /// Look at so many of the newest events
    #[arg(long, value_name = "N", default_value_t = 1000, conflicts_with = "since")]
    last: usize,
    /// Look at all events that came in within this span up to now, e.g. 24h or 7d
    #[arg(long, value_name = "SPAN", value_parser = parse_duration)]
    since: Option<Duration>,
    /// Take this folder of templates instead of the config's, and compare with the config's
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
    /// Compare with what this config would make of the events, not with what was sent
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Show so many events of each kind of change
    #[arg(long, value_name = "N", default_value_t = 3)]
    examples: usize,
    /// End with 1 when something would change
    #[arg(long)]
    exit_code: bool,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let edited = load(path, args.templates.as_deref())?;
    let base = match (&args.against, &args.templates) {
        (Some(against), _) => Some((load(against, None)?, against.display().to_string())),
        (None, Some(_)) => Some((load(path, None)?, format!("the templates of {}", path.display()))),
        (None, None) => None,
    };
    let store = open(base.as_ref().map_or(&edited, |(config, _)| config)).await?;
    let title = base.as_ref().map_or("what was sent", |(_, title)| title).to_owned();
    let base = base.map_or(Baseline::Sent, |(config, _)| Baseline::Config(Box::new(config)));
    let tally = replay_all(&args, &store, Replay { edited, base }).await?;
    if args.json {
        out!("{:#}", report::json(&tally, &title));
    } else {
        out!("{}", report::text(&tally, &title, report::in_colour()).trim_end());
    }
    Ok(ExitCode::from(u8::from(args.exit_code && tally.changes_something())))
}

fn load(path: &Path, templates: Option<&Path>) -> anyhow::Result<Config> {
    let (config, diagnostics) = Config::load_relaxed(path, &Environment::process(), templates);
    if config.is_some() && !diagnostics.0.is_empty() {
        eprintln!("{diagnostics}");
    }
    config.ok_or_else(|| Mistakes(diagnostics).into())
}

async fn open(config: &Config) -> anyhow::Result<Store> {
    match Store::attach(&config.store).await {
        Err(error @ store::Error::NotFound(_)) => {
            let hint = "`--against FILE` names the config that serves, where the edited one has another `[store] url`";
            Err(Usage(format!("{error}\n  help: {hint}")).into())
        }
        attached => Ok(attached?),
    }
}

/// Page by page, newest first; the next page is read while one is replayed.
async fn replay_all(args: &Args, store: &Store, replay: Replay) -> anyhow::Result<Tally> {
    let replay = Arc::new(replay);
    let since = args.since.map(|span| Timestamp::now().before(span));
    let mut left = if since.is_some() { usize::MAX } else { args.last };
    let mut tally = Tally::new(args.examples);
    let mut page = store.history(since, None, PAGE.min(left)).await?;
    while let Some(last) = page.last() {
        left -= page.len();
        let next = store.history(since, Some(last.event.id), PAGE.min(left));
        let replay = Arc::clone(&replay);
        let comparison = tokio::task::spawn_blocking(move || replay.page(&page));
        let (next, comparison) = tokio::join!(next, comparison);
        comparison.context("a page could not be replayed")?.into_iter().for_each(|one| tally.add(one));
        page = next?;
    }
    Ok(tally)
}
