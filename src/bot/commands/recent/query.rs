//! The query of `/events recent`: from its options, or from a button of an earlier page.

use crate::bot::error::CommandError;
use crate::bot::options::CommandOptions;
use crate::store::{EventFilter, EventStatus};
use hookbell_model::event::{EventId, Topic};

/// Events on a page, at most.
pub(in crate::bot) const MAX_COUNT: usize = 10;
const DEFAULT_COUNT: usize = 5;
/// How far a list can be paged; further back the filters are the better way.
pub(in crate::bot) const MAX_OFFSET: usize = 500;

/// The filters and the page.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::bot) struct RecentQuery {
    pub(in crate::bot) source: Option<String>,
    pub(in crate::bot) event_type: Option<String>,
    pub(in crate::bot) topic: Option<Topic>,
    pub(in crate::bot) status: Option<EventStatus>,
    /// 1 to [`MAX_COUNT`].
    pub(in crate::bot) count: usize,
    /// `None` = from the newest event on.
    pub(in crate::bot) page: Option<PageCursor>,
}

/// Where in the list a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::bot) struct PageCursor {
    /// The newest event of the first page: later events do not shift the pages.
    pub(in crate::bot) anchor: EventId,
    /// Events before this page, at most [`MAX_OFFSET`].
    pub(in crate::bot) offset: usize,
}

impl Default for RecentQuery {
    fn default() -> Self {
        Self { source: None, event_type: None, topic: None, status: None, count: DEFAULT_COUNT, page: None }
    }
}

impl RecentQuery {
    /// # Errors
    /// For a topic or a status that does not exist.
    pub(in crate::bot) fn read(options: &CommandOptions) -> Result<Self, CommandError> {
        let topic = |text: &str| text.to_lowercase().parse().map_err(|_| CommandError::UnknownTopic(text.to_owned()));
        let status = |text: &str| text.parse().map_err(|_| CommandError::UnknownStatus(text.to_owned()));
        let count = options.number("count").and_then(|count| usize::try_from(count.max(1)).ok());
        Ok(Self {
            source: options.text("source").map(str::to_owned),
            event_type: options.text("type").map(str::to_owned),
            topic: options.text("topic").map(topic).transpose()?,
            status: options.text("status").map(status).transpose()?,
            count: count.unwrap_or(DEFAULT_COUNT).min(MAX_COUNT),
            page: None,
        })
    }

    pub(in crate::bot) fn filter(&self) -> EventFilter {
        EventFilter {
            source: self.source.clone(),
            event_type: self.event_type.clone(),
            topic: self.topic,
            status: self.status,
            ..EventFilter::default()
        }
    }
}
