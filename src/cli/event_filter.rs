//! Which events a command is about: the options that `events list`, `events tail` and `export` share.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::store::{EventFilter, EventStatus};
use hookbell_model::event::{Topic, TypeFilter};

/// Which events.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct FilterArgs {
    /// Only events of this source
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Only events whose type matches this glob, in the provider's words, e.g. 'invoice.*'; '!x' leaves out what matches x;
    /// may be repeated
    #[arg(long = "type", value_name = "GLOB", value_delimiter = ',')]
    types: Vec<String>,
    /// Only events about this, e.g. payment, alert or build
    #[arg(long)]
    topic: Option<Topic>,
    /// Only events with this status
    #[arg(long, value_parser = event_status())]
    pub(super) status: Option<EventStatus>,
}

impl FilterArgs {
    pub(super) fn filter(&self) -> EventFilter {
        EventFilter {
            source: self.source.clone(),
            types: TypeFilter::new(&self.types),
            topic: self.topic,
            status: self.status,
            ..EventFilter::default()
        }
    }
}

/// Lists the statuses in the help, and in the answer to one that is none.
fn event_status() -> impl TypedValueParser<Value = EventStatus> {
    PossibleValuesParser::new(EventStatus::ALL.map(EventStatus::as_str)).try_map(|text| text.parse::<EventStatus>())
}
