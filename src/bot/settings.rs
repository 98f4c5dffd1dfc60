//! What the bot needs of the config, as it is now: a reload replaces all of it at once.

use std::collections::BTreeMap;

use super::config::Config;
use crate::compose::{MessageTarget, Tags};
use crate::rules::Rules;
use hookbell_model::locale::Locale;
use hookbell_provider::{Provider, Providers};
use hookbell_template::render::Templates;

/// What the bot needs of the config.
#[derive(Debug)]
pub struct Settings {
    pub config: Config,
    /// For explanations, replays and tests.
    pub rules: Rules,
    /// For the messages that a replay would post.
    pub templates: Templates,
    /// Each destination's name, and what decides how its messages are made.
    pub destinations: BTreeMap<String, DestinationLook>,
    /// Each source's name and its provider, with what the source overrides.
    pub sources: Vec<(String, Provider)>,
    /// With the samples as their files have them.
    pub providers: Providers,
}

/// What of a destination decides how its messages are made.
#[derive(Debug, Clone, Default)]
pub struct DestinationLook {
    pub locale: Locale,
    pub tags: Tags,
}

impl Settings {
    /// For a bot without routes, templates and sources.
    pub fn new(config: Config) -> Self {
        let (rules, templates, destinations) = (Rules::default(), Templates::default(), BTreeMap::new());
        Self { config, rules, templates, destinations, sources: Vec::new(), providers: Providers::default() }
    }

    /// What decides how messages to a destination look; as in English for one that the config does not name.
    pub(super) fn look(&self, destination: &str) -> DestinationLook {
        self.destinations.get(destination).cloned().unwrap_or_default()
    }
}

impl DestinationLook {
    pub(super) fn target(&self) -> MessageTarget<'_> {
        MessageTarget::new(self.locale, &self.tags)
    }
}
