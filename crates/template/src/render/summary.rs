//! Which messages there are, for those who show them rather than send them.

use std::collections::BTreeSet;

use super::selection::Selection;
use super::template::Template;
use super::{Set, Templates};
use crate::expression::{Scope, View};
use hookbell_config_file::Location;
use hookbell_model::event::{Event, Raw};

/// A message as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateSummary {
    /// `stripe.payment`.
    pub name: String,
    pub provider: String,
    /// The event types it takes, as globs; empty = every one of the provider.
    pub on: Vec<String>,
    /// Whether it takes only some of these events (`when`).
    pub conditional: bool,
    /// Whether it is the user's own.
    pub own: bool,
}

/// A message of the user's own that no event gets by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShadowedTemplate {
    pub name: String,
    /// The one before it that takes all its types, whatever the event.
    pub by: String,
    pub location: Location,
}

impl Templates {
    /// What the texts of this message see of an event, its `[vars]` included.
    pub fn scope(&self, name: &str, event: &Event, raw: &Raw) -> Option<Scope> {
        let set = &self.0;
        let template = set.templates.get(*set.by_name.get(name)?)?;
        Some(Selection::new(set, event, raw, &View::default()).scope_of(template))
    }

    /// Where the message of this name stands.
    pub fn location(&self, name: &str) -> Option<&Location> {
        Some(&self.0.templates.get(*self.0.by_name.get(name)?)?.location)
    }

    /// The user's own messages before which another one of theirs takes whatever they could take, and which no other
    /// extends.
    pub fn shadowed(&self) -> Vec<ShadowedTemplate> {
        let set = &self.0;
        let own = self.own();
        let shadowed = |at: usize| {
            let template = set.templates.get(at)?;
            let earlier = set.of(&template.provider).iter().take_while(|other| **other < at);
            let mut earlier = earlier.filter_map(|other| set.templates.get(*other));
            let by = earlier.find(|other| other.when.is_none() && other.on.takes_all_of(&template.on))?;
            let used = set.templates.iter().any(|other| other.base == Some(at));
            (!used).then(|| ShadowedTemplate {
                name: template.name.clone(),
                by: by.name.clone(),
                location: template.location.clone(),
            })
        };
        (0..own).filter_map(shadowed).collect()
    }

    /// How many of them, from the first on, are the user's own: the shipped ones stand behind.
    fn own(&self) -> usize {
        self.0.templates.iter().filter(|template| template.own).count()
    }

    /// Every message, in the order they are tried; of two with one name the one that a name means.
    pub fn list(&self) -> Vec<TemplateSummary> {
        let listed = |template: &Template| TemplateSummary {
            name: template.name.clone(),
            provider: template.provider.clone(),
            on: template.on.patterns(),
            conditional: template.when.is_some(),
            own: template.own,
        };
        self.0.listed().map(|(_, template)| listed(template)).collect()
    }

    /// The names of forum tags that stand literally in the user's own messages, each once a message.
    pub fn literal_tags(&self) -> Vec<(String, Location)> {
        let mut names = Vec::new();
        for template in self.0.templates.iter().filter(|template| template.own) {
            let mut seen = BTreeSet::new();
            // The same in every language.
            for tag in template.looks.iter().flat_map(|worded| &worded.look.tags) {
                let name = tag.fixed().unwrap_or_default().trim();
                if !name.is_empty() && seen.insert(name) {
                    names.push((name.to_owned(), tag.location.clone()));
                }
            }
        }
        names
    }

    /// The names of the messages that an event fits, in the order they are tried: the first is taken where no
    /// route names another.
    pub fn matching(&self, event: &Event, raw: &Raw) -> Vec<String> {
        let set = &self.0;
        let view = View::default();
        let mut selection = Selection::new(set, event, raw, &view);
        let candidates = set.of(&event.provider).iter().filter_map(|at| set.templates.get(*at));
        let mut names: Vec<String> = Vec::new();
        for template in candidates.filter(|template| selection.matches(template)) {
            if !names.contains(&template.name) {
                names.push(template.name.clone());
            }
        }
        names
    }
}

impl Set {
    fn listed(&self) -> impl Iterator<Item = (usize, &Template)> {
        self.templates.iter().enumerate().filter(|(at, template)| self.by_name.get(&template.name) == Some(at))
    }
}
