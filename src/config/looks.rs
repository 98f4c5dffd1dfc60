//! The part of a config that decides how messages look, for commands that only show them: its secrets and
//! webhooks need not be set for that.

use std::path::Path;

use super::{Environment, folder, read_file, read_providers};
use crate::document::{Document, Table};
use crate::locale::Locale;
use crate::mistake::Mistakes;
use crate::provider::{Provider, Providers};
use crate::render::{self, Templates, Theme};

/// Providers and templates, the user's own before the shipped ones.
#[derive(Debug, Default)]
pub struct Looks {
    pub providers: Providers,
    pub templates: Templates,
    /// Each source's name and its provider, with what the source says differently.
    pub sources: Vec<(String, Provider)>,
    /// Each destination's name and how its readers write.
    pub locales: Vec<(String, Locale)>,
}

impl Looks {
    /// What is in the binary, for where there is no config.
    pub fn shipped() -> Self {
        Self { providers: Providers::shipped(), templates: Templates::shipped(), ..Self::default() }
    }

    /// Reads the folders that the config names and the providers of its sources. The mistakes are those of these
    /// files and of a config that cannot be read at all; others are for `check` to tell.
    pub fn load(path: &Path, environment: &Environment<'_>) -> (Self, Mistakes) {
        let mut mistakes = Mistakes::default();
        let name = path.display().to_string();
        let Some(text) = read_file(path, &name, &mut mistakes) else { return (Self::default(), mistakes) };
        let base = path.parent().unwrap_or(Path::new(""));
        let mut document = Document::parse_guarded(&name, &text, &mut mistakes);
        document.rewrite_strings(&mut |text| environment.fill_in(text, base), &mut mistakes);
        let mut root = document.root();
        let providers = read_providers(&mut root, base, &mut mistakes);
        let own = folder::documents(&mut root, "templates", base, &mut mistakes);
        let theme = root.table("theme", &mut mistakes).map(|table| Theme::read(table, &mut mistakes));
        let bot = root.table("discord", &mut mistakes).is_some_and(|table| table.has("bot_token"));
        let looks = render::Config { theme: theme.unwrap_or_default(), bot, only: None };
        let templates = Templates::with_own(&own, &looks, &mut mistakes);
        let mut sources = Vec::new();
        for (source, mut table) in root.named_tables("sources", &mut mistakes) {
            let wanted: Option<String> = table.get("provider", &mut mistakes);
            let provider = wanted.and_then(|wanted| providers.get(&wanted)?.with_overrides(&mut table, &mut mistakes));
            sources.extend(provider.map(|provider| (source, provider)));
        }
        let mut locale = |mut table: Table<'_>| table.read("locale", &mut mistakes, Locale::parse).unwrap_or_default();
        let destinations = root.named_tables("destinations", &mut Mistakes::default());
        let locales = destinations.into_iter().map(|(name, table)| (name, locale(table))).collect();
        let ours = ["templates", "providers", "theme"];
        let counts = |key: &str| key.is_empty() || ours.iter().any(|ours| key.starts_with(ours));
        mistakes.0.retain(|mistake| mistake.file != name || counts(&mistake.key));
        mistakes.sort();
        (Self { providers, templates, sources, locales }, mistakes)
    }

    /// What goes by this name: a source of the config, or else a provider; with the source's name.
    pub fn sender(&self, name: &str) -> Option<(&str, &Provider)> {
        let source = self.sources.iter().find(|(source, _)| source == name);
        let source = source.map(|(source, provider)| (source.as_str(), provider));
        source.or_else(|| self.providers.get(name).map(|provider| (provider.name.as_str(), provider)))
    }

    /// How the readers of a destination write; the default of one that the config does not name.
    pub fn locale(&self, destination: &str) -> Locale {
        self.locales.iter().find(|(name, _)| name == destination).map(|(_, locale)| *locale).unwrap_or_default()
    }

    /// The source that events of this provider come through, where there is one; else the provider itself.
    pub fn sender_of(&self, provider: &str) -> Option<(&str, &Provider)> {
        let source = self.sources.iter().find(|(_, own)| own.name == provider);
        source.map(|(source, own)| (source.as_str(), own)).or_else(|| self.sender(provider))
    }
}
