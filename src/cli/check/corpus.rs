//! The events that templates are checked against: the providers' samples, and some past events.

use std::collections::{BTreeSet, HashMap};

use crate::config::Config;
use hookbell_model::event::{Event, Globs, Raw};
use hookbell_model::timestamp::Timestamp;

/// Past events kept of one type, and the longest of them, in bytes.
const OF_A_TYPE: usize = 5;
const LONGEST: usize = 64 * 1024;
/// Past events kept in all.
const MOST: usize = 500;

pub(super) struct CorpusEvent {
    pub(super) event: Event,
    pub(super) raw: Raw,
    /// The sample's name; none of a past event.
    pub(super) sample: Option<String>,
}

#[derive(Default)]
pub(super) struct Corpus {
    pub(super) all: Vec<CorpusEvent>,
    /// Past events by provider and type.
    counts: HashMap<(String, String), usize>,
    past: usize,
}

impl Corpus {
    /// Every event of the samples of every provider that a source or one of the user's messages uses.
    pub(super) fn samples(config: &Config) -> Self {
        let own = config.templates.list().into_iter().filter(|listed| listed.own).map(|listed| listed.provider);
        let sent = config.senders.iter().map(|(_, provider)| provider.name.clone());
        let names: BTreeSet<String> = own.chain(sent).collect();
        let shown = config.templates_config();
        let mut corpus = Self::default();
        for name in names {
            let (Some((source, _)), Some(provider)) = (shown.sender_of(&name), shown.providers.get(&name)) else {
                continue;
            };
            for sample in &provider.samples {
                let events = provider.read_sample(source, sample, Timestamp::default());
                let one = |(event, raw)| CorpusEvent { event, raw, sample: Some(sample.name.clone()) };
                corpus.all.extend(events.map(|(events, _)| events).unwrap_or_default().into_iter().map(one));
            }
        }
        corpus
    }

    /// Keeps a past event, as long as there are few of its type.
    pub(super) fn keep(&mut self, event: &Event, raw: &Raw) {
        let count = self.counts.entry((event.provider.clone(), event.event_type.clone())).or_default();
        if *count < OF_A_TYPE && self.past < MOST && raw.body.len() <= LONGEST {
            *count += 1;
            self.past += 1;
            self.all.push(CorpusEvent { event: event.clone(), raw: raw.clone(), sample: None });
        }
    }

    /// The types of a provider's past events.
    pub(super) fn event_types<'s>(&'s self, provider: &'s str) -> impl Iterator<Item = &'s str> {
        self.counts.keys().filter(move |(known, _)| known == provider).map(|(_, event_type)| event_type.as_str())
    }

    /// The events of a provider whose type matches; no glob = every type.
    pub(super) fn of<'s>(
        &'s self,
        provider: &'s str,
        on: &[String],
    ) -> impl Iterator<Item = &'s CorpusEvent> + use<'s> {
        let on = Globs::new(on);
        let fits = move |one: &&CorpusEvent| {
            one.event.provider == provider && (on.is_empty() || on.matches(&one.event.event_type))
        };
        self.all.iter().filter(fits)
    }
}
