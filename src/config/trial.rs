//! The config for commands that try things out: what only a running hookbell needs may be unset.

use std::path::Path;

use super::{Config, Environment, How};
use hookbell_config_file::{Mistake, Mistakes};

/// Sections that are about listening, proving and logging, not about what becomes of an event.
const OF_SERVING: [&str; 4] = ["server", "sources", "discord", "log"];

impl Config {
    /// As [`Config::load`], but mistakes about listeners, sources, the bot and webhook URLs are passed over, so that
    /// no secret need be at hand: rules, templates and the store are whole, `sources` and `destinations` hold what
    /// could be read. `templates` is a folder to take instead of the one that the file names.
    pub fn load_for_trial(
        path: &Path,
        environment: &Environment<'_>,
        templates: Option<&Path>,
    ) -> (Option<Self>, Mistakes) {
        let (config, mut mistakes) = Self::load_with(path, environment, How { templates, ..How::default() });
        let name = path.display().to_string();
        mistakes.0.retain(|mistake| mistake.file != name || !is_of_serving(mistake));
        (config.filter(|_| mistakes.errors() == 0), mistakes)
    }
}

fn is_of_serving(mistake: &Mistake) -> bool {
    let mut parts = mistake.key.split(['.', '[']);
    match parts.next().unwrap_or_default() {
        // Where a message is sent to must be what the file says.
        "discord" => mistake.key != "discord.api_base",
        "destinations" => mistake.key.ends_with(".webhook_url") || mistake.what.contains("`webhook_url`"),
        section => OF_SERVING.contains(&section),
    }
}
