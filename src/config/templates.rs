//! The part of a config that decides how messages look, for commands that only show them: its secrets and
//! webhooks need not be set for that.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::assemble::{Config, ReadOptions};
use super::environment::{Environment, FillError};
use super::folder;
use super::read_file::read_text;
use crate::bot;
use crate::compose::Tags;
use hookbell_config_file::{Diagnostics, Document};
use hookbell_model::locale::Locale;
use hookbell_provider::{Provider, Providers};
use hookbell_template::render::Templates;

/// Providers and templates, the user's own before the shipped ones.
#[derive(Debug, Default)]
pub struct TemplatesConfig {
    pub providers: Providers,
    pub templates: Templates,
    /// Each source's name and its provider, with what the source overrides.
    pub sources: Vec<(String, Provider)>,
    /// Each destination's name and how its readers write.
    pub locales: BTreeMap<String, Locale>,
    /// Each destination's name and the tags of its forum.
    pub tags: BTreeMap<String, Tags>,
}

impl Config {
    /// The part of it that decides how messages look.
    pub fn templates_config(&self) -> TemplatesConfig {
        TemplatesConfig {
            providers: self.providers.clone(),
            templates: self.templates.clone(),
            sources: self.senders.clone(),
            locales: self.locales.clone(),
            tags: self.tags.clone(),
        }
    }
}

impl Config {
    /// What the bot needs; none where the config names no bot.
    pub fn bot_settings(&self) -> Option<bot::Settings> {
        let bot = self.bot.clone()?;
        let look = |(name, locale): (&String, &Locale)| {
            let tags = self.tags.get(name).cloned().unwrap_or_default();
            (name.clone(), bot::DestinationLook { locale: *locale, tags })
        };
        Some(bot::Settings {
            rules: self.rules.clone(),
            templates: self.templates.clone(),
            destinations: self.locales.iter().map(look).collect(),
            sources: self.senders.clone(),
            providers: self.providers.clone(),
            ..bot::Settings::new(bot)
        })
    }
}

impl TemplatesConfig {
    /// Reads only what decides how messages look; without a config, the folders beside its path. The
    /// mistakes are those of the folders and of a config that cannot be read at all; `check` reports the others.
    pub fn load(path: &Path, environment: &Environment<'_>) -> (Self, Diagnostics) {
        let (name, options) = (path.display().to_string(), ReadOptions { all: true, ..ReadOptions::default() });
        let is_there = path.exists();
        let (config, mut diagnostics) = if is_there {
            Config::load_with(path, environment, options)
        } else {
            let mut diagnostics = Diagnostics::default();
            let base = path.parent().unwrap_or(Path::new(""));
            (Config::read_with(&name, "", base, environment, options, &mut diagnostics), diagnostics)
        };
        let ours = ["templates", "providers", "theme"];
        let counts = |key: &str| key.is_empty() || ours.iter().any(|ours| key.starts_with(ours));
        // A config that does not exist is no mistake here.
        diagnostics
            .0
            .retain(|diagnostic| *diagnostic.location.file != name || (is_there && counts(&diagnostic.location.key)));
        (config.map(|config| config.templates_config()).unwrap_or_default(), diagnostics)
    }

    /// The folder of the user's own templates; neither it nor the config need exist.
    pub fn folder(path: &Path, environment: &Environment<'_>) -> PathBuf {
        let (base, mut diagnostics) = (path.parent().unwrap_or(Path::new("")), Diagnostics::default());
        let text = read_text(path).unwrap_or_default();
        let mut document = Document::parse("", &text, &mut diagnostics);
        document.rewrite_strings(|text| environment.fill_in(text, base), FillError::code, &mut diagnostics);
        folder::path_of(&mut document.root(), "templates", base, &mut diagnostics)
    }

    /// The source of this name with its provider, or else the provider of this name.
    pub fn sender(&self, name: &str) -> Option<(&str, &Provider)> {
        let source = self.sources.iter().find(|(source, _)| source == name);
        let source = source.map(|(source, provider)| (source.as_str(), provider));
        source.or_else(|| self.providers.get(name).map(|provider| (provider.name.as_str(), provider)))
    }

    /// How the readers of a destination write; the default of one that the config does not name.
    pub fn locale(&self, destination: &str) -> Locale {
        self.locales.get(destination).copied().unwrap_or_default()
    }

    /// The forum tags of a destination, or where none is meant, those of all: the first of each name.
    pub fn tags(&self, destination: Option<&str>) -> Tags {
        let meant = |own: &str| destination.is_none_or(|wanted| wanted == own);
        let tags = self.tags.iter().filter(|(own, _)| meant(own));
        tags.fold(Tags::default(), |all, (_, tags)| all.or(tags))
    }

    /// The source that events of this provider come through, where there is one; else the provider itself.
    pub fn sender_of(&self, provider: &str) -> Option<(&str, &Provider)> {
        let source = self.sources.iter().find(|(_, own)| own.name == provider);
        source.map(|(source, own)| (source.as_str(), own)).or_else(|| self.sender(provider))
    }
}
