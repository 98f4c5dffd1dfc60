//! What the bot needs of the config, as it is now: a reload replaces all of it at once.

use std::sync::Arc;

use super::config::Config;
use crate::rules::Rules;
use hookbell_template::render::Templates;

/// What the bot needs of the config.
#[derive(Debug)]
pub struct Settings {
    pub config: Config,
    /// For explanations.
    pub rules: Rules,
    /// For previews.
    pub templates: Templates,
}

impl Settings {
    /// None where the config names no bot.
    pub fn of(config: Option<Config>, rules: &Rules) -> Option<Arc<Self>> {
        Self::with_templates(config, rules, &Templates::default())
    }

    /// As [`Settings::of`], with the templates of the config.
    pub fn with_templates(config: Option<Config>, rules: &Rules, templates: &Templates) -> Option<Arc<Self>> {
        config.map(|config| Arc::new(Self { config, rules: rules.clone(), templates: templates.clone() }))
    }
}
