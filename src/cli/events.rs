//! `hookbell events list|show|replay`: what came in and what became of it; and sending it again. Beside a running
//! server or without one.

mod list;
mod replay;
mod show;

use std::path::Path;
use std::process::ExitCode;

use super::load::load;
use super::usage::Usage;
use crate::config::{Config, Environment};
use crate::store::{EventDetails, PrefixMatch, Store};
use hookbell_model::event::EventId;

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
    Show(show::Args),
    Replay(replay::Args),
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let config =
        Config::load_store(path, &Environment::process()).map_err(|diagnostics| Usage(diagnostics.to_string()))?;
    let store = Store::attach(&config).await?;
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
        EventsCommand::Show(args) => show::run(&args, find(&store, &args.id).await?)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The event with this id, or the only one whose id begins so.
pub(super) async fn find(store: &Store, prefix: &str) -> anyhow::Result<EventDetails> {
    let id = match store.find(prefix).await? {
        PrefixMatch::One(id) => id,
        PrefixMatch::None => {
            let hint = "events older than `[store] keep` are removed";
            return Err(Usage(format!("there is no event `{prefix}`; {hint}")).into());
        }
        PrefixMatch::Many(ids) => {
            let ids: Vec<String> = ids.iter().map(EventId::to_string).collect();
            return Err(
                Usage(format!("more than one id begins with `{prefix}`; the newest are {}", ids.join(", "))).into()
            );
        }
    };
    store.details(id).await?.ok_or_else(|| Usage(format!("there is no event `{id}`")).into())
}
