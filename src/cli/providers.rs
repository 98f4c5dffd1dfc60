//! `hookbell providers list`: the kinds of sender that are understood.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::out::out;
use crate::config::{Config, Environment};
use crate::provider::{Provider, Providers};

/// Show the providers: the kinds of sender that are understood
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hookbell providers list")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List every provider: shipped ones and your own
    #[command(after_help = "Example:\n  hookbell providers list --json")]
    List {
        /// Print JSON for programs
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(args: &Args, path: &Path) -> anyhow::Result<ExitCode> {
    let Command::List { json } = args.command;
    let providers = known(path);
    if json {
        let list: Vec<_> = providers.iter().map(tell).collect();
        out!("{:#}", json!(list));
    } else {
        out!("{}", table(&providers).trim_end());
    }
    Ok(ExitCode::SUCCESS)
}

/// With the user's own ones where there is a config that can be read; a listing needs none.
fn known(path: &Path) -> Providers {
    Config::load(path, &Environment::process()).0.map_or_else(Providers::shipped, |config| config.providers)
}

fn tell(provider: &Provider) -> serde_json::Value {
    json!({
        "name": provider.name, "title": provider.title, "docs": provider.docs,
        "scheme": provider.scheme(), "topics": topics(provider),
    })
}

fn topics(provider: &Provider) -> Vec<&'static str> {
    provider.topics().into_iter().map(crate::event::Topic::as_str).collect()
}

fn table(providers: &Providers) -> String {
    let rows: Vec<[String; 4]> = std::iter::once(["NAME", "TITLE", "SCHEME", "TOPICS"].map(str::to_owned))
        .chain(providers.iter().map(|provider| {
            [provider.name.clone(), provider.title.clone(), provider.scheme(), topics(provider).join(", ")]
        }))
        .collect();
    super::events::columns(&rows)
}
