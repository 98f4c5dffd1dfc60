//! What the bot needs of the config, as it is now: a reload replaces all of it at once.

use super::config::Config;

/// What the bot needs of the config.
#[derive(Debug)]
pub struct Settings {
    pub config: Config,
}
