//! `hookbell check`: every mistake in config, providers and templates at once, also those that only samples, examples
//! and past events show; and what `serve` would stumble over on this machine. Sends and writes nothing, but with `--online`
//! some questions.

mod buttons;
mod examples;
mod files;
mod machine;
mod online;
mod replay;
mod paths;
mod routes;
mod unreachable;
mod samples;
mod corpus;

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use self::corpus::Corpus;
use self::files::Files;
use super::{color, out::out, usage::count};
use crate::codes;
use crate::config::{Config, Environment, leave_out_shipped};
use crate::store::{Capture, Store};
use hookbell_config_file::{ColoredDiagnostics, Diagnostic, Diagnostics};

/// Check config, providers and templates, and report every mistake at once
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell check --config /etc/hookbell/config.toml\n\nTemplates are tried on the providers' samples: a value missing there is a mistake. So is an [[example]] that comes out otherwise, or goes elsewhere. What past events would miss or have cut is a warning, and so is a folder or an address that cannot be used on this machine. Exit code 0 when nothing is wrong, 2 when something is. Warnings do not count."
)]
pub(super) struct Args {
    /// Check against so many of the newest past events, for two seconds at most; 0 = none
    #[arg(long, value_name = "N", default_value_t = 2000)]
    events: usize,
    /// Ask Discord about each webhook, and whether the public URL leads to this machine
    #[arg(long)]
    online: bool,
    /// Print a JSON list for programs
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: &Args, path: &Path) -> anyhow::Result<ExitCode> {
    let (config, mut diagnostics) = Config::load_as_is(path, &Environment::beside(path));
    let mut past = 0;
    if let Some(config) = &config {
        let mut files = Files::default();
        let mut corpus = Corpus::samples(config);
        samples::check(config, &corpus, &mut files, &mut diagnostics);
        examples::check(config, &mut files, &mut diagnostics);
        routes::check(config, path, &mut diagnostics);
        if let Some(store) = open(config, args.events).await {
            past = replay::check(config, &store, args.events, &mut corpus, &mut files, &mut diagnostics).await;
            warn_of_waiting(config, path, Some(&store), &mut diagnostics).await;
            buttons::check(config, path, &store, &mut diagnostics).await;
        } else {
            warn_of_waiting(config, path, None, &mut diagnostics).await;
        }
        unreachable::check(config, &corpus, &mut files, &mut diagnostics);
        paths::check(config, path, &corpus, &mut files, &mut diagnostics);
        leave_out_shipped(&mut diagnostics);
        diagnostics.sort();
        machine::check(config, path, &mut diagnostics).await;
    }
    let online = match &config {
        Some(config) if args.online => Some(online::check(config, path, &mut diagnostics).await?),
        _ => None,
    };
    let config = config.filter(|_| diagnostics.errors() == 0);
    if args.json {
        let list: Vec<_> = diagnostics.0.iter().map(Diagnostic::to_json).collect();
        out!("{:#}", json!({ "ok": config.is_some(), "diagnostics": list, "events": past, "online": online }));
    } else {
        out!("{}", summary(config.as_ref(), &diagnostics, past));
        if let Some(online) = online {
            out!("{}", online.to_string().trim_end());
        }
    }
    Ok(if config.is_some() { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

/// The store, where there is one that can be read: before the first start there is none.
async fn open(config: &Config, events: usize) -> Option<Store> {
    let wanted = events > 0 || config.sources.iter().any(|source| source.can_capture());
    if wanted { Store::attach(&config.store).await.ok() } else { None }
}

/// Warns of sources whose secret is neither in the config nor captured: they refuse every request.
async fn warn_of_waiting(config: &Config, path: &Path, store: Option<&Store>, diagnostics: &mut Diagnostics) {
    for source in config.sources.iter().filter(|source| source.can_capture()) {
        let captured = match store {
            Some(store) => source.captured(store).await.unwrap_or_default(),
            None => Capture::default(),
        };
        if source.verifier_with_captured(&captured.secrets).is_waiting() {
            let message = format!("source `{}` has no secret yet, so it refuses every request", source.name);
            let help = format!("`hookbell capture {}` takes the one that its sender brings", source.name);
            let file = path.display().to_string();
            diagnostics.add(Diagnostic::file_warning(&file, codes::UNCAPTURED_SECRET, message).help(help));
        }
    }
}

fn summary(config: Option<&Config>, diagnostics: &Diagnostics, past: usize) -> String {
    let mut rest = match diagnostics.warnings() {
        0 => String::new(),
        number => format!(", {}", count(number, "warning")),
    };
    if past > 0 {
        rest.push_str(&format!("; {} checked", count(past, "past event")));
    }
    let summary = match config {
        Some(config) => format!(
            "fine: {}, {}{rest}",
            count(config.sources.len(), "source"),
            count(config.destinations.len(), "destination")
        ),
        None => format!("{}{rest}", count(diagnostics.errors(), "mistake")),
    };
    if diagnostics.0.is_empty() {
        return summary;
    }
    match color::is_wanted() {
        true => format!("{}\n\n{summary}", ColoredDiagnostics(diagnostics)),
        false => format!("{diagnostics}\n\n{summary}"),
    }
}
