//! `hookbell check`: every mistake in config, providers and templates at once. Binds and sends nothing.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::{count, out::out};
use crate::config::{Config, Environment};
use crate::mistake::{Level, Mistake, Mistakes};

/// Check config, providers and templates, and tell every mistake at once
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell check --config /etc/hookbell/config.toml\n\nExit code 0 when it could be served, 2 when not. Warnings do not count."
)]
pub(super) struct Args {
    /// Print a JSON list for programs
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, path: &Path) -> anyhow::Result<ExitCode> {
    let (config, mistakes) = Config::load(path, &Environment::process());
    if args.json {
        let list: Vec<_> = mistakes.0.iter().map(tell).collect();
        out!("{:#}", json!({ "ok": config.is_some(), "mistakes": list }));
    } else {
        out!("{}", summary(config.as_ref(), &mistakes));
    }
    Ok(if config.is_some() { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

fn tell(mistake: &Mistake) -> serde_json::Value {
    json!({
        "level": if mistake.level == Level::Error { "error" } else { "warning" },
        "file": mistake.file, "line": mistake.line, "column": mistake.column,
        "key": mistake.key, "what": mistake.what, "hint": mistake.hint,
    })
}

fn summary(config: Option<&Config>, mistakes: &Mistakes) -> String {
    let warnings = match mistakes.warnings() {
        0 => String::new(),
        number => format!(", {}", count(number, "warning")),
    };
    let verdict = match config {
        Some(config) => format!(
            "fine: {}, {}{warnings}",
            count(config.sources.len(), "source"),
            count(config.destinations.len(), "destination")
        ),
        None => format!("{}{warnings}", count(mistakes.errors(), "mistake")),
    };
    if mistakes.0.is_empty() { verdict } else { format!("{mistakes}\n\n{verdict}") }
}
