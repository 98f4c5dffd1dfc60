//! `hookbell events list|tail|show|explain|replay`: what came in and what became of it; and sending it again. Beside a running
//! server or without one.

mod list;
mod replay;
mod show;
mod tail;

use std::path::Path;
use std::process::ExitCode;

use super::author::author;
use super::explain;
use super::load::load;
use super::stored_event::find;
use super::usage::Mistakes;
use crate::config::{Config, Environment};
use crate::store::Store;

/// Show what came in and what became of it
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hookbell events list --source stripe --status dead")]
pub(super) struct Args {
    #[command(subcommand)]
    command: EventsCommand,
}

#[derive(Debug, clap::Subcommand)]
enum EventsCommand {
    List(list::Args),
    Tail(tail::Args),
    Show(show::Args),
    Explain(explain::EventArgs),
    Replay(replay::Args),
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let config = Config::load_store(path, &Environment::beside(path)).map_err(Mistakes)?;
    let store = Store::attach(&config).await?.on_behalf_of(author());
    match args.command {
        EventsCommand::Replay(args) => {
            let config = load(path)?;
            let mut named = Vec::with_capacity(args.ids.len());
            for id in &args.ids {
                named.push(find(&store, id).await?);
            }
            return replay::run(args, &config, &store, named).await;
        }
        EventsCommand::List(args) => {
            let before = match &args.before {
                Some(id) => Some(find(&store, id).await?.event.id),
                None => None,
            };
            list::run(args, &store, before).await?;
        }
        EventsCommand::Tail(args) => tail::run(args, &store).await?,
        EventsCommand::Show(args) => show::run(&args, find(&store, &args.id).await?)?,
        EventsCommand::Explain(args) => explain::event(&args, path, &store).await?,
    }
    Ok(ExitCode::SUCCESS)
}
