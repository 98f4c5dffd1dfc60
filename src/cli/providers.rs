//! `hookbell providers list` and `show`: the kinds of sender that are understood, and how each is set up.

mod show;

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::{out::out, usage::Usage};
use crate::config::{Config, Environment};
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
    #[command(after_help = "Example:\n  hookbell providers list pagerduty")]
    List {
        /// Only those whose name, title or other name has this in it
        word: Option<String>,
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
        ProvidersCommand::List { word, json } => {
            let word = word.as_deref().unwrap_or_default().to_lowercase();
            let listed: Vec<&Provider> = providers.iter().filter(|provider| is_named(provider, &word)).collect();
            if listed.is_empty() {
                return Err(unknown(&word, providers).into());
            }
            if *json {
                out!("{:#}", json!(listed.iter().map(|provider| as_json(provider)).collect::<Vec<_>>()));
            } else {
                out!("{}", table(&listed).trim_end());
            }
        }
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
    let config = Config::load(path, &Environment::beside(path)).0;
    if config.is_none() && path.exists() {
        eprintln!("the config has mistakes (`hookbell check` reports them), so these are the shipped providers alone");
    }
    config
}

fn unknown(name: &str, providers: &Providers) -> Usage {
    let hint = providers.suggestion(name);
    let hint = hint.map(|hint| format!("\n  help: {hint}")).unwrap_or_default();
    Usage(format!("there is no provider `{name}`{hint}"))
}

/// Whether a name that people know it by has this word in it.
fn is_named(provider: &Provider, word: &str) -> bool {
    let aliases = provider.aliases.iter().map(String::as_str);
    aliases.chain([provider.name.as_str()]).any(|name| name.contains(word))
        || provider.title.to_lowercase().contains(word)
}

fn as_json(provider: &Provider) -> serde_json::Value {
    json!({
        "name": provider.name, "title": provider.title, "aliases": provider.aliases, "docs": provider.docs,
        "scheme": provider.scheme(), "proof": provider.proof_status().as_str(), "topics": topics(provider),
    })
}

fn topics(provider: &Provider) -> Vec<&'static str> {
    provider.topics().into_iter().map(hookbell_model::event::Topic::as_str).collect()
}

fn table(providers: &[&Provider]) -> String {
    let row = |provider: &&Provider| {
        let (title, scheme) = (short(&provider.title, 28), short(&provider.scheme(), 44));
        let proof = provider.proof_status().as_str().to_owned();
        [provider.name.clone(), title, scheme, proof, topics(provider).join(", "), provider.aliases.join(", ")]
    };
    let head = ["NAME", "TITLE", "SCHEME", "PROOF", "TOPICS", "ALSO KNOWN AS"].map(str::to_owned);
    super::table::columns(&std::iter::once(head).chain(providers.iter().map(row)).collect::<Vec<_>>())
}

/// Cut, so that one long cell does not push the next columns off the screen; `show` has it whole.
fn short(text: &str, widest: usize) -> String {
    if text.chars().nth(widest).is_none() {
        return text.to_owned();
    }
    text.chars().take(widest - 1).chain(['…']).collect()
}
