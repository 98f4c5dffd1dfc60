//! The checked templates of all files, in the order they are tried.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use minijinja::Value;

use super::example::Example;
use super::load::Compiled;
use super::summary::{ShadowedTemplate, TemplateBase, TemplateSummary};
use super::template::Template;
use crate::expression::{Texts, currencies};
use hookbell_config_file::Location;
use hookbell_model::money::currency::Decimals;

#[derive(Debug, Default)]
pub(super) struct TemplateSet {
    pub(super) texts: Texts,
    templates: Vec<Template>,
    /// The `[defaults]` of the files, in the order of the files.
    defaults: Vec<Template>,
    /// Indexes of the templates of a provider, in order.
    by_provider: HashMap<String, Vec<usize>>,
    /// Index of the first template of a name.
    by_name: HashMap<String, usize>,
    pub(super) examples: Vec<Example>,
    /// Whether a bot can show what was cut off.
    pub(super) bot: bool,
    /// The decimals of a provider's currencies, as a scope takes them.
    decimals: BTreeMap<String, Value>,
}

impl TemplateSet {
    pub(super) fn new(compiled: Compiled, examples: Vec<Example>, bot: bool) -> Self {
        let Compiled { texts, templates, defaults } = compiled;
        let mut by_provider: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_name = HashMap::new();
        for (at, template) in templates.iter().enumerate() {
            by_provider.entry(template.provider.clone()).or_default().push(at);
            by_name.entry(template.name.clone()).or_insert(at);
        }
        Self { texts, templates, defaults, by_provider, by_name, examples, bot, decimals: BTreeMap::new() }
    }

    pub(super) fn with_decimals(mut self, decimals: &BTreeMap<String, Decimals>) -> Self {
        let value = |(provider, own): (&String, &Decimals)| (provider.clone(), currencies::value(own.clone()));
        self.decimals = decimals.iter().map(value).collect();
        self
    }

    /// What the scope of an event of this provider knows of its currencies.
    pub(super) fn decimals_of(&self, provider: &str) -> Option<&Value> {
        self.decimals.get(provider)
    }

    /// What the messages of a provider have in common: the `[defaults]` of its first file that has some.
    pub(super) fn defaults_of(&self, provider: &str) -> Option<&Template> {
        self.defaults.iter().find(|defaults| defaults.provider == provider)
    }

    pub(super) fn named(&self, name: &str) -> Option<&Template> {
        self.templates.get(*self.by_name.get(name)?)
    }

    /// The template that this one extends.
    pub(super) fn base_of(&self, template: &Template) -> Option<&Template> {
        self.templates.get(template.base?)
    }

    /// Those of a provider, in the order they are tried.
    pub(super) fn of_provider(&self, provider: &str) -> impl Iterator<Item = &Template> {
        let indexes = self.by_provider.get(provider).map_or(&[][..], Vec::as_slice);
        indexes.iter().filter_map(|at| self.templates.get(*at))
    }

    /// Every template, in the order they are tried; of two with one name the one that the name means.
    pub(super) fn by_name(&self) -> impl Iterator<Item = &Template> {
        let is_first = |(at, template): &(usize, &Template)| self.by_name.get(&template.name) == Some(at);
        self.templates.iter().enumerate().filter(is_first).map(|(_, template)| template)
    }

    pub(super) fn summaries(&self) -> Vec<TemplateSummary> {
        let summary = |template: &Template| TemplateSummary {
            name: template.name.clone(),
            provider: template.provider.clone(),
            on: template.on.patterns(),
            conditional: template.when.is_some(),
            own: template.own,
            has_key: template.localized.iter().any(|localized| !localized.message.live.keys.is_empty()),
            location: template.location.clone(),
            outline: template.outline.clone(),
            bases: self.bases(template),
        };
        self.by_name().map(summary).collect()
    }

    /// All that a template extends, the nearest first. What cannot be resolved was left out, so that there is no circle.
    fn bases(&self, template: &Template) -> Vec<TemplateBase> {
        let chain = std::iter::successors(self.base_of(template), |template| self.base_of(template));
        let base = |base: &Template| {
            let (name, location) = (base.name.clone(), base.location.clone());
            TemplateBase { name, own: base.own, location }
        };
        chain.map(base).collect()
    }

    pub(super) fn shadowed(&self) -> Vec<ShadowedTemplate> {
        let own = self.templates.iter().enumerate().filter(|(_, template)| template.own);
        own.filter_map(|(at, template)| self.shadow(at, template)).collect()
    }

    fn shadow(&self, at: usize, template: &Template) -> Option<ShadowedTemplate> {
        let takes_all = |other: &&Template| other.when.is_none() && other.on.takes_all_of(&template.on);
        let mut earlier = self.of_provider(&template.provider).take_while(|other| !std::ptr::eq(*other, template));
        let by = earlier.find(takes_all)?;
        let is_extended = self.templates.iter().any(|other| other.base == Some(at));
        (!is_extended).then(|| ShadowedTemplate {
            name: template.name.clone(),
            by: by.name.clone(),
            location: template.location.clone(),
        })
    }

    pub(super) fn literal_tags(&self) -> Vec<(String, Location)> {
        let mut names = Vec::new();
        for template in self.templates.iter().filter(|template| template.own) {
            let mut seen = BTreeSet::new();
            // The same in every language.
            for tag in template.localized.iter().flat_map(|localized| &localized.message.tags) {
                let name = tag.fixed().unwrap_or_default().trim();
                if !name.is_empty() && seen.insert(name) {
                    names.push((name.to_owned(), tag.location.clone()));
                }
            }
        }
        names
    }
}
