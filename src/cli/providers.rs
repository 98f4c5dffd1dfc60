//! `hookbell providers list` and `show`: the kinds of sender that are understood, and how each is set up.

mod show;

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::{out::out, usage::Usage};
use crate::config::{Config, Environment};
use hookbell_model::suggest::suggestion;
use hookbell_provider::{Provider, Providers};

/// Show the providers: the kinds of sender that are understood
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hookbell providers show stripe")]
pub(super) struct Args {
    #[command(subcommand)]
    command: ProvidersCommand,
}

#[derive(Debug, clap::Subcommand)]
enum ProvidersCommand {
    /// List every provider: shipped ones and your own
    #[command(after_help = "Example:\n  hookbell providers list --json")]
    List {
        /// Print JSON for programs
        #[arg(long)]
        json: bool,
    },
    /// Show how one provider is set up: URL, secret, what is checked, its events, a config to paste
    #[command(after_help = "Example:\n  hookbell providers show stripe")]
    Show {
        /// The provider's name, see `hookbell providers list`
        name: String,
        /// Print JSON for programs
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(args: &Args, path: &Path) -> anyhow::Result<ExitCode> {
    let config = config(path);
    let shipped;
    let providers = if let Some(config) = &config {
        &config.providers
    } else {
        shipped = crate::embedded::providers();
        &shipped
    };
    match &args.command {
        ProvidersCommand::List { json: true } => {
            let list: Vec<_> = providers.iter().map(as_json).collect();
            out!("{:#}", json!(list));
        }
        ProvidersCommand::List { json: false } => out!("{}", table(providers).trim_end()),
        ProvidersCommand::Show { name, json } => {
            let provider = providers.get(name).ok_or_else(|| unknown(name, providers))?;
            let page = show::ProviderPage::of(provider, config.as_ref());
            if *json {
                out!("{:#}", page.as_json());
            } else {
                out!("{}", page.as_text().trim_end());
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// For the user's own providers and URLs, if it can be read; neither command needs it.
fn config(path: &Path) -> Option<Config> {
    let config = Config::load(path, &Environment::process()).0;
    if config.is_none() && path.exists() {
        eprintln!("the config has mistakes (`hookbell check` reports them), so these are the shipped providers alone");
    }
    config
}

fn unknown(name: &str, providers: &Providers) -> Usage {
    let hint = suggestion(name, providers.names());
    let hint = hint.map(|hint| format!("\n  help: {hint}")).unwrap_or_default();
    Usage(format!("there is no provider `{name}`{hint}"))
}

fn as_json(provider: &Provider) -> serde_json::Value {
    json!({
        "name": provider.name, "title": provider.title, "docs": provider.docs,
        "scheme": provider.scheme(), "proof": provider.proof_status().as_str(), "topics": topics(provider),
    })
}

fn topics(provider: &Provider) -> Vec<&'static str> {
    provider.topics().into_iter().map(hookbell_model::event::Topic::as_str).collect()
}

fn table(providers: &Providers) -> String {
    let row = |provider: &Provider| {
        let (title, scheme) = (short(&provider.title, 28), short(&provider.scheme(), 44));
        [provider.name.clone(), title, scheme, provider.proof_status().as_str().to_owned(), topics(provider).join(", ")]
    };
    let head = ["NAME", "TITLE", "SCHEME", "PROOF", "TOPICS"].map(str::to_owned);
    super::table::columns(&std::iter::once(head).chain(providers.iter().map(row)).collect::<Vec<_>>())
}

/// Cut, so that one long cell does not push the next columns off the screen; `show` has it whole.
fn short(text: &str, widest: usize) -> String {
    if text.chars().nth(widest).is_none() {
        return text.to_owned();
    }
    text.chars().take(widest - 1).chain(['…']).collect()
}
