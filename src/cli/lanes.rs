//! `hookbell lanes`: what each destination's lane does, and the commands that stop it, start it, hurry it or empty it.
//! They write into the store, beside a running server or without one; the server notices within a second or two.

mod find;
mod purge;

use std::path::Path;
use std::process::ExitCode;

use self::find::find;
use super::author::author;
use super::out::out;
use super::table::{columns, printable, shorten};
use super::usage::Mistakes;
use crate::config::{Config, Environment};
use crate::report::lane::LaneView;
use crate::store::{LaneState, Paused, Store};
use hookbell_model::timestamp::{Timestamp, format_duration};

/// The widest a reason is printed, in characters.
const REASON_WIDTH: usize = 80;

/// Show what each destination's lane does; pause, resume, hurry or empty one
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Example:\n  hookbell lanes\n\nStates: idle (nothing waits), flowing, waiting (as Discord asked), backing_off (the last attempt failed), paused (by an operator), parked (the webhook is dead; it is asked now and then and the lane resumes by itself)."
)]
pub(super) struct Args {
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<LanesCommand>,
}

#[derive(Debug, clap::Subcommand)]
enum LanesCommand {
    Pause(PauseArgs),
    Resume(ResumeArgs),
    Retry(RetryArgs),
    Purge(purge::Args),
}

/// Stop a lane until it is resumed; events are still accepted and kept
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hookbell lanes pause sales --reason 'too many, looking into it'")]
struct PauseArgs {
    /// The destination whose lane it is
    destination: String,
    /// Why, for others who look
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// Let a paused lane go on
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hookbell lanes resume sales")]
struct ResumeArgs {
    /// The destination whose lane it is
    destination: String,
}

/// Try now instead of at the time that is set
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell lanes retry sales\n\nA parked lane looks up its webhook now, and resumes if it answers. Discord's rate limits still hold."
)]
struct RetryArgs {
    /// The destination whose lane it is
    destination: String,
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let config = Config::load_store(path, &Environment::beside(path)).map_err(Mistakes)?;
    let store = Store::attach(&config).await?.on_behalf_of(author());
    let now = Timestamp::now();
    match args.command {
        None => list(store.lanes().await?, args.json, now)?,
        Some(LanesCommand::Pause(PauseArgs { destination, reason })) => {
            find(&store, &destination).await?;
            store.pause_lane(&destination, Paused { since: now, reason }).await?;
            out!("`{destination}` is paused; `hookbell lanes resume {destination}` lets it go on");
        }
        Some(LanesCommand::Resume(ResumeArgs { destination })) => {
            let lane = find(&store, &destination).await?;
            let resumed = store.resume_lane(&destination, now).await?;
            match (resumed, lane.parked) {
                (true, None) => out!("`{destination}` goes on"),
                (true, Some(parked)) => out!("`{destination}` is not paused any more, but parked: {}", parked.reason),
                (false, None) => out!("`{destination}` was not paused"),
                (false, Some(_)) => {
                    out!(
                        "`{destination}` was not paused, but is parked; `hookbell lanes retry {destination}` looks up its webhook now"
                    );
                }
            }
        }
        Some(LanesCommand::Retry(RetryArgs { destination })) => {
            let lane = find(&store, &destination).await?;
            store.retry_lane(&destination, now).await?;
            match lane.paused {
                None => out!("`{destination}` tries now, if `hookbell serve` runs"),
                Some(_) => out!("`{destination}` is paused, and tries as soon as it is resumed"),
            }
        }
        Some(LanesCommand::Purge(args)) => return purge::run(args, &store, now).await,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(lanes: Vec<LaneState>, json: bool, now: Timestamp) -> anyhow::Result<()> {
    let views: Vec<LaneView> = lanes.into_iter().map(|lane| LaneView::new(lane, now)).collect();
    if json {
        out!("{}", serde_json::to_string_pretty(&views)?);
    } else if views.is_empty() {
        eprintln!("no lanes: `hookbell serve` begins one for each destination");
    } else {
        let header = ["DESTINATION", "STATE", "PENDING", "OLDEST", "SINCE", "NEXT TRY", "REASON"].map(str::to_owned);
        let rows: Vec<_> = std::iter::once(header).chain(views.iter().map(|view| row(view, now))).collect();
        out!("{}", columns(&rows).trim_end());
    }
    Ok(())
}

fn row(view: &LaneView, now: Timestamp) -> [String; 7] {
    let span = |span| format_duration(span);
    let oldest = view.oldest_seconds.map(|seconds| span(std::time::Duration::from_secs(seconds)));
    [
        view.destination.clone(),
        view.status.to_string(),
        view.waiting.to_string(),
        oldest.unwrap_or_default(),
        view.since.map(|since| format!("{} ago", span(now.since(since)))).unwrap_or_default(),
        view.until.map(|until| format!("in {}", span(until.since(now)))).unwrap_or_default(),
        shorten(&printable(view.reason.as_deref().unwrap_or_default()), REASON_WIDTH),
    ]
}
