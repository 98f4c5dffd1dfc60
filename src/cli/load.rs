//! The config, and what commands look up in it.

use std::path::Path;

use super::usage::{Mistakes, Usage};
use crate::config::{Config, Environment};
use crate::intake::Source;
use hookbell_model::suggest::suggestion;

/// The checked config, or every mistake as one usage error. Warnings go to stderr.
pub(super) fn load(path: &Path) -> anyhow::Result<Config> {
    let (config, diagnostics) = Config::load(path, &Environment::beside(path));
    match config {
        Some(config) => {
            if !diagnostics.0.is_empty() {
                eprintln!("{diagnostics}");
            }
            Ok(config)
        }
        None => Err(Mistakes(diagnostics).into()),
    }
}

/// The source of that name, or a usage error that names the nearest.
pub(super) fn source<'a>(config: &'a Config, name: &str) -> Result<&'a Source, Usage> {
    config.sources.iter().find(|source| source.name == name).ok_or_else(|| {
        let hint = suggestion(name, config.sources.iter().map(|source| source.name.as_str())).unwrap_or_default();
        Usage(format!("the config has no source `{name}`; {hint}"))
    })
}
