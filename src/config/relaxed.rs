//! The config for commands that only render or replay: what only a running server needs may be unset.

use std::path::Path;

use super::assemble::{Config, ReadOptions};
use super::environment::Environment;
use hookbell_config_file::{Diagnostic, Diagnostics};

/// Sections about listeners, secrets and logging, which do not decide what becomes of an event.
const OF_SERVING: [&str; 4] = ["server", "sources", "discord", "log"];

impl Config {
    /// As [`Config::load`], but mistakes about listeners, sources, the bot and webhook URLs are passed over, so that
    /// no secret need be at hand: rules, templates and the store are whole, `sources` and `destinations` hold what
    /// could be read. `templates` is a folder to take instead of the one that the file names.
    pub fn load_relaxed(
        path: &Path,
        environment: &Environment<'_>,
        templates: Option<&Path>,
    ) -> (Option<Self>, Diagnostics) {
        let (config, mut diagnostics) =
            Self::load_with(path, environment, ReadOptions { templates, ..ReadOptions::default() });
        let name = path.display().to_string();
        diagnostics.0.retain(|diagnostic| *diagnostic.location.file != *name || !is_of_serving(diagnostic));
        (config.filter(|_| diagnostics.errors() == 0), diagnostics)
    }
}

fn is_of_serving(diagnostic: &Diagnostic) -> bool {
    let mut parts = diagnostic.location.key.split(['.', '[']);
    match parts.next().unwrap_or_default() {
        // The address that a message is sent to must be the file's.
        "discord" => diagnostic.location.key != "discord.api_base",
        "destinations" => diagnostic.location.key.ends_with(".webhook_url"),
        section => OF_SERVING.contains(&section),
    }
}
