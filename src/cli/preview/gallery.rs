//! Every message with the samples that it is rendered from: the contents of the gallery page.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::fixture::Fixture;
use super::super::fixture::example::fixture_of;
use crate::config::TemplatesConfig;
use hookbell_model::delivery::Plan;
use hookbell_model::locale::Locale;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::Provider;
use hookbell_template::render::{Example, TemplateSummary};

/// All messages, by provider.
pub(super) struct Gallery {
    groups: Vec<Group>,
    /// Titles of the providers that have no message of their own, and an example of what they post.
    cards: Vec<String>,
    example: Option<Value>,
}

struct Group {
    provider: String,
    title: String,
    docs: String,
    messages: Vec<Entry>,
}

struct Entry {
    listed: TemplateSummary,
    /// As the page takes them; empty = no sample fits.
    shown: Vec<Value>,
}

impl Gallery {
    pub(super) fn of(config: &TemplatesConfig) -> Self {
        let now = Timestamp::now();
        let mut by_provider: BTreeMap<String, Vec<TemplateSummary>> = BTreeMap::new();
        for listed in config.templates.list() {
            by_provider.entry(listed.provider.clone()).or_default().push(listed);
        }
        let bare = |provider: &&Provider| !by_provider.contains_key(&provider.name);
        let bare: Vec<&Provider> = config.providers.iter().filter(bare).collect();
        let example = bare.iter().flat_map(|provider| fixtures(&provider.name, provider, now)).next();
        let example = example.map(|(sample, fixture)| shown(config, &sample, &fixture));
        let cards = bare.iter().map(|provider| provider.title.clone()).collect();
        let group = |(provider, messages): (String, Vec<TemplateSummary>)| Group::of(config, provider, messages, now);
        let mut groups: Vec<Group> = by_provider.into_iter().map(group).collect();
        groups.sort_by_key(|group| group.title.to_lowercase());
        Self { groups, cards, example }
    }

    /// For the page's script.
    pub(super) fn to_json(&self) -> Value {
        let groups: Vec<Value> = self.groups.iter().map(Group::to_json).collect();
        json!({ "groups": groups, "cards": self.cards, "example": self.example })
    }

    pub(super) fn summary(&self) -> String {
        let entries = || self.groups.iter().flat_map(|group| &group.messages);
        let without: Vec<&str> =
            entries().filter(|entry| entry.shown.is_empty()).map(|entry| entry.listed.name.as_str()).collect();
        let unmatched = match without.as_slice() {
            [] => String::new(),
            names => format!("; no sample fits {}", names.join(", ")),
        };
        format!(
            "{} of {} providers{unmatched}",
            super::super::usage::count(entries().count(), "message"),
            self.groups.len()
        )
    }
}

impl Group {
    fn of(config: &TemplatesConfig, provider: String, messages: Vec<TemplateSummary>, now: Timestamp) -> Self {
        let source = config.sender_of(&provider).map_or(provider.as_str(), |(source, _)| source);
        let known = config.providers.get(&provider).map(|known| (source, known));
        let fixtures = known.map(|(source, provider)| fixtures(source, provider, now)).unwrap_or_default();
        let fitting: Vec<Vec<String>> =
            fixtures.iter().map(|(_, fixture)| config.templates.matching(&fixture.event, &fixture.raw)).collect();
        let examples = examples(config, &provider, now);
        let messages = messages.into_iter().map(|listed| {
            let mut entry = Entry::of(listed, config, &fixtures, &fitting);
            entry.add(&examples);
            entry
        });
        let messages = messages.collect();
        let (title, docs) = known.map(|(_, known)| (known.title.clone(), known.docs.clone())).unwrap_or_default();
        Self { title: if title.is_empty() { provider.clone() } else { title }, docs, provider, messages }
    }

    fn to_json(&self) -> Value {
        let messages: Vec<Value> = self.messages.iter().map(Entry::to_json).collect();
        json!({ "provider": self.provider, "title": self.title, "docs": self.docs, "messages": messages })
    }
}

impl Entry {
    /// With the samples that get this message; otherwise with one that it can be rendered from.
    fn of(
        listed: TemplateSummary,
        config: &TemplatesConfig,
        fixtures: &[(String, Fixture)],
        fitting: &[Vec<String>],
    ) -> Self {
        let all = || fixtures.iter().zip(fitting);
        let first: Vec<_> = all().filter(|(_, names)| names.first() == Some(&listed.name)).collect();
        let mut drawn: Vec<Value> = first.iter().map(|((sample, fixture), _)| shown(config, sample, fixture)).collect();
        if drawn.is_empty() {
            // One is enough: it would not get this message by itself.
            if let Some(((sample, fixture), names)) = all().find(|(_, names)| names.contains(&listed.name)) {
                let plan = Plan { template: Some(listed.name.clone()), ..Plan::default() };
                let mut one = shown(config, sample, &Fixture { plan, ..fixture.clone() });
                one["instead"] = json!(names.first());
                drawn.push(one);
            }
        }
        Self { listed, shown: drawn }
    }

    /// The examples that get this message, in place of a sample that would not.
    fn add(&mut self, examples: &[Value]) {
        let ours: Vec<Value> =
            examples.iter().filter(|example| example["template"] == self.listed.name.as_str()).cloned().collect();
        if !ours.is_empty() {
            self.shown.retain(|shown| shown.get("instead").is_none());
        }
        self.shown.extend(ours);
    }

    fn to_json(&self) -> Value {
        json!({
            "name": self.listed.name, "on": self.listed.on, "when": self.listed.conditional, "own": self.listed.own,
            "shown": self.shown,
        })
    }
}

/// The first event of every sample of a provider, with the sample's name.
fn fixtures(source: &str, provider: &Provider, now: Timestamp) -> Vec<(String, Fixture)> {
    let read = |sample: &hookbell_provider::Sample| {
        let (events, _) = provider.read_sample(source, sample, now).ok()?;
        let (event, raw) = events.into_iter().next()?;
        let (plan, locale) = (Plan::default(), Locale::default());
        let (destination, from) = (None, String::new());
        let fixture = Fixture { event, raw, plan, locale, destination, from, notes: Vec::new(), sent: None };
        Some((sample.name.clone(), fixture))
    };
    provider.samples.iter().filter_map(read).collect()
}

/// The `[[example]]`s of a provider, rendered. One that cannot be read is left out: `check` reports it.
fn examples(config: &TemplatesConfig, provider: &str, now: Timestamp) -> Vec<Value> {
    let ours = config.templates.examples().iter().filter(|example| example.provider == provider);
    let drawn = |example: &Example| {
        let fixture = fixture_of(example, config, now).ok()?;
        Some(shown(config, &format!("example {}", example.name), &fixture))
    };
    ours.filter_map(drawn).collect()
}

/// One event as one message, as the page takes it.
pub(super) fn shown(config: &TemplatesConfig, sample: &str, fixture: &Fixture) -> Value {
    let composed = fixture.compose(config);
    let notes: Vec<String> = composed.notes.iter().map(ToString::to_string).collect();
    json!({
        "sample": sample, "type": fixture.event.event_type, "at": fixture.event.time.to_rfc3339(),
        "body": composed.message.to_post(), "notes": notes, "template": composed.template,
    })
}
