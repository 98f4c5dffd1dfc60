//! `hookbell init`: asks a few questions, or takes flags, and writes a config that works: `config.toml`, `.env` with the secrets, and a
//! template to begin with. Overwrites nothing, unless it is told to.

mod answers;
mod args;
mod files;
mod questions;
mod summary;
mod texts;

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use self::answers::{Answers, SetupError};
pub(super) use self::args::Args;
use self::files::NewFiles;
use self::questions::Questions;
use super::{out::out, usage::Usage};
use crate::config::{Config, Environment};
use hookbell_config_file::{DiagnosticSeverity, Diagnostics};

pub(super) fn run(args: Args, config: &Path) -> anyhow::Result<ExitCode> {
    if config.exists() && !args.force {
        let what = format!("{} is there already, and nothing was written", config.display());
        let help =
            "`--force` replaces it; `--config` writes another; `hookbell providers show NAME` prints what to add to it";
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
        out!(
            "{:#}",
            json!({ "files": files.written, "kept": files.kept, "url": url, "setup": answers.provider.setup, "open": open })
        );
    } else {
        out!("{}", summary::summary(&answers, &files, &open, config).trim_end());
    }
    Ok(ExitCode::SUCCESS)
}

/// What is still to be filled in: the mistakes that `check` would report of the written files.
fn mistakes(config: &Path) -> Diagnostics {
    let (_, mut diagnostics) = Config::load(config, &Environment::beside(config));
    diagnostics.0.retain(|diagnostic| diagnostic.severity == DiagnosticSeverity::Error);
    diagnostics
}
