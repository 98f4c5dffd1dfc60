//! What `send` sends: each time a new event of now, about a thing of its own unless `--same` keeps it.

use crate::cli::fixture::with_values;
use crate::cli::usage::Usage;
use crate::intake::Source;
use hookbell_model::delivery::Plan;
use hookbell_model::locale::Locale;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Assignment, Sample};
use hookbell_template::render::Templates;

/// A sample that is made new for each request.
pub(super) struct Renewal<'a> {
    source: &'a Source,
    sample: Sample,
    /// The parts of the keys of its messages.
    ids: Vec<String>,
    /// Put in last, so that they are sent as they were given.
    set: &'a [Assignment],
    /// A file is sent as it is.
    as_is: bool,
}

impl<'a> Renewal<'a> {
    /// A sample, whose every copy is a new event; and of a new thing where `templates` say what its thing is.
    pub(super) fn of_sample(
        source: &'a Source,
        sample: Sample,
        templates: Option<&Templates>,
        set: &'a [Assignment],
    ) -> Self {
        let ids = templates.map(|templates| key_parts(source, &sample, templates)).unwrap_or_default();
        Self { source, sample, ids, set, as_is: false }
    }

    pub(super) fn of_file(source: &'a Source, sample: Sample, set: &'a [Assignment]) -> Self {
        Self { source, sample, ids: Vec::new(), set, as_is: true }
    }

    /// # Errors
    /// As usage, where a value cannot be set.
    pub(super) fn next(&self, now: Timestamp) -> Result<Sample, Usage> {
        let provider = &self.source.provider;
        let fresh = match self.as_is {
            true => self.sample.clone(),
            false => provider.renewed(&provider.editor().with_other_ids(&self.sample, &self.ids), now),
        };
        Ok(with_values(provider, &fresh, self.set)?.0)
    }
}

/// The texts of which the keys of its messages are made: of `payment:pi_1` that is `pi_1`.
fn key_parts(source: &Source, sample: &Sample, templates: &Templates) -> Vec<String> {
    let Ok((events, _)) = source.provider.read_sample(&source.name, sample, Timestamp::now()) else {
        return Vec::new();
    };
    let keys = events
        .iter()
        .flat_map(|(event, raw)| templates.render(event, raw, &Plan::default(), Locale::default()).live.keys);
    let mut parts = Vec::new();
    for key in keys {
        let named = key.split_once(':').map_or(key.as_str(), |(_, named)| named);
        let inner = named.split([':', '/', '#', '|', ',', ' ']);
        for part in std::iter::once(named).chain(inner) {
            // What has no digit is a name: another one would be no such thing at all.
            if part.contains(|c: char| c.is_ascii_digit()) && !parts.iter().any(|known| known == part) {
                parts.push(part.to_owned());
            }
        }
    }
    parts
}
