//! `hookbell init`: asks a few questions, or takes flags, and writes a config that works: `config.toml`, `.env` with the secrets, and a
//! template to begin with. Overwrites nothing, unless it is told to.

mod answers;
mod files;
mod questions;
mod texts;

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use self::answers::{Answers, SetupError};
use self::files::NewFiles;
use self::questions::Questions;
use super::{out::out, usage::Usage};
use crate::config::{Config, Environment};
use hookbell_config_file::{DiagnosticSeverity, Diagnostics};

/// Write a config, its secrets and a template, after a few questions
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  hookbell init\n  hookbell init --provider stripe --destination sales --public-url https://hooks.example.com --private-data hide\n\nAsks for what the options do not say, where it runs in a terminal; what is left open goes into `.env` as an empty line to fill in. Writes the config (see --config), `.env` beside it (mode 600), templates/PROVIDER.toml and .hookbell/*.json, which editors complete keys with; then prints what to do at the sender. A file that exists is not touched, except that `.env` gets the lines that it does not have."
)]
pub(super) struct Args {
    /// The kind of sender, see `hookbell providers list`
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// The source's name, a part of its URL; left out = the provider's name
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// A name for where the messages go, such as the channel's
    #[arg(long, value_name = "NAME")]
    destination: Option<String>,
    /// The URL of the channel's webhook, as Discord shows it
    #[arg(long, value_name = "URL")]
    webhook_url: Option<String>,
    /// The secret that the sender and you share
    #[arg(long, value_name = "SECRET", conflicts_with = "new_secret")]
    secret: Option<String>,
    /// Make a random secret, for a sender that lets you choose it
    #[arg(long)]
    new_secret: bool,
    /// How senders reach this machine, e.g. `https://hooks.example.com`
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Whether the readers of the channel may see customers' addresses and other private data
    #[arg(long, value_name = "WHAT")]
    private_data: Option<PrivateData>,
    /// Replace a config that is there; `.env` keeps its lines
    #[arg(long)]
    force: bool,
    /// Ask nothing, also in a terminal
    #[arg(long)]
    no_input: bool,
    /// Print JSON for programs; asks nothing
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum PrivateData {
    /// Masked, as everywhere by default
    Hide,
    /// As it came: for a channel of your own people
    Show,
}

pub(super) fn run(args: Args, config: &Path) -> anyhow::Result<ExitCode> {
    if config.exists() && !args.force {
        let what = format!("{} is there already, and nothing was written", config.display());
        let help = "`--force` replaces it; `--config` writes another; `hookbell providers show NAME` prints what to add to it";
        return Err(Usage(format!("{what}\n  help: {help}")).into());
    }
    let providers = crate::embedded::providers();
    let asks = std::io::stdin().is_terminal() && std::io::stderr().is_terminal() && !args.no_input && !args.json;
    let (force, as_json) = (args.force, args.json);
    let answers = if asks {
        let questions = Questions::new(std::io::stdin().lock(), std::io::stderr());
        Answers::ask(args, &providers, questions)
    } else {
        Answers::of(args, &providers)
    };
    let answers = match answers {
        Err(SetupError::Input(error)) => return Err(error.into()),
        other => other.map_err(|error| Usage(error.to_string()))?,
    };
    let files = NewFiles::write(&answers, config, force)?;
    let open = mistakes(config);
    if as_json {
        let (url, open) = (answers.url(), open.0.iter().map(|one| one.to_json()).collect::<Vec<_>>());
        out!("{:#}", json!({ "files": files.written, "kept": files.kept, "url": url, "setup": answers.provider.setup, "open": open }));
    } else {
        out!("{}", texts::summary(&answers, &files, &open, config).trim_end());
    }
    Ok(ExitCode::SUCCESS)
}

/// What is still to be filled in: the mistakes that `check` would report of the written files.
fn mistakes(config: &Path) -> Diagnostics {
    let (_, mut diagnostics) = Config::load(config, &Environment::beside(config));
    diagnostics.0.retain(|diagnostic| diagnostic.severity == DiagnosticSeverity::Error);
    diagnostics
}
