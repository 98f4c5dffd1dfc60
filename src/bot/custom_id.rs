//! The state of a button as it is carried in the button's custom id, since the bot keeps no state. Ids that come
//! back are untrusted: anybody with a client of their own can send any id, and buttons outlive the hookbell that
//! posted them.
//!
//! An id is a name with a version, then fields, separated by `|`: `recent1|30|k3f9x2mq|5|||stripe|`. A change of the
//! fields is a new version; the old one is still decoded as long as messages with it are in channels.

use std::fmt::Display;
use std::str::{FromStr, Split};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::commands::recent::query::{MAX_COUNT, MAX_OFFSET, PageCursor, RecentQuery};

/// Discord's limit of a custom id, in characters.
const MAX_LENGTH: usize = 100;
const SEPARATOR: char = '|';
/// What is escaped within a field.
const ESCAPED: &AsciiSet = &CONTROLS.add(b'|').add(b'%');
const RECENT_PAGE: &str = "recent1";

/// What a button requests.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum CustomId {
    /// A page of `/events recent`.
    RecentPage(RecentQuery),
}

/// Why there is no custom id, or nothing in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum CustomIdError {
    #[error("it does not fit into {MAX_LENGTH} characters")]
    TooLong,
    #[error("no button of this hookbell has such an id")]
    Unknown,
}

impl CustomId {
    /// At most 100 characters.
    ///
    /// # Errors
    /// [`CustomIdError::TooLong`].
    pub(super) fn encode(&self) -> Result<String, CustomIdError> {
        let id = match self {
            Self::RecentPage(query) => encode_recent(query),
        };
        if id.chars().count() > MAX_LENGTH { Err(CustomIdError::TooLong) } else { Ok(id) }
    }

    /// # Errors
    /// [`CustomIdError::Unknown`] for anything that [`CustomId::encode`] did not make.
    pub(super) fn decode(id: &str) -> Result<Self, CustomIdError> {
        let mut fields = FieldReader(id.split(SEPARATOR));
        let custom_id = match fields.next()? {
            RECENT_PAGE => Self::RecentPage(decode_recent(&mut fields)?),
            _ => return Err(CustomIdError::Unknown),
        };
        fields.end()?;
        Ok(custom_id)
    }
}

fn encode_recent(query: &RecentQuery) -> String {
    let mut fields = FieldWriter(RECENT_PAGE.to_owned());
    fields.add(&query.page.map_or(0, |page| page.offset));
    fields.add_option(query.page.map(|page| page.anchor));
    fields.add(&query.count);
    fields.add_option(query.status);
    fields.add_option(query.topic);
    fields.add_option(query.source.as_deref());
    fields.add_option(query.event_type.as_deref());
    fields.0
}

fn decode_recent(fields: &mut FieldReader<'_>) -> Result<RecentQuery, CustomIdError> {
    let offset = fields.parse()?.filter(|offset| *offset <= MAX_OFFSET).ok_or(CustomIdError::Unknown)?;
    let anchor = fields.parse()?;
    Ok(RecentQuery {
        page: anchor.map(|anchor| PageCursor { anchor, offset }),
        count: fields.parse()?.filter(|count| (1..=MAX_COUNT).contains(count)).ok_or(CustomIdError::Unknown)?,
        status: fields.parse()?,
        topic: fields.parse()?,
        source: fields.parse()?,
        event_type: fields.parse()?,
    })
}

/// Appends fields to a name.
struct FieldWriter(String);

impl FieldWriter {
    fn add(&mut self, value: &impl Display) {
        self.0.push(SEPARATOR);
        self.0.extend(utf8_percent_encode(&value.to_string(), ESCAPED));
    }

    /// `None` is an empty field, and so is an empty text.
    fn add_option(&mut self, value: Option<impl Display>) {
        match value {
            Some(value) => self.add(&value),
            None => self.0.push(SEPARATOR),
        }
    }
}

/// Takes one field after the other.
struct FieldReader<'a>(Split<'a, char>);

impl<'a> FieldReader<'a> {
    fn next(&mut self) -> Result<&'a str, CustomIdError> {
        self.0.next().ok_or(CustomIdError::Unknown)
    }

    /// `None` for an empty field.
    fn parse<T: FromStr>(&mut self) -> Result<Option<T>, CustomIdError> {
        let text = percent_decode_str(self.next()?).decode_utf8().map_err(|_| CustomIdError::Unknown)?;
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| CustomIdError::Unknown)
    }

    fn end(mut self) -> Result<(), CustomIdError> {
        if self.0.next().is_some() { Err(CustomIdError::Unknown) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::store::EventStatus;
    use hookbell_model::delivery::Status;
    use hookbell_model::event::{EventId, Topic};

    fn full() -> RecentQuery {
        RecentQuery {
            source: Some("shop|a%".into()),
            event_type: Some("checkout.session.completed".into()),
            topic: Some(Topic::PullRequest),
            status: Some(EventStatus::Has(Status::Delivered)),
            count: 10,
            page: Some(PageCursor { anchor: EventId(77), offset: 30 }),
        }
    }

    fn queries() -> impl Strategy<Value = RecentQuery> {
        let text = || option::of("[a-z.|%é 🦀]{1,20}");
        let cursor = (0..1_i64 << 40, 0..=MAX_OFFSET)
            .prop_map(|(anchor, offset)| PageCursor { anchor: EventId(anchor), offset });
        let filters = (text(), text(), option::of(select(Topic::ALL)), option::of(select(&EventStatus::ALL[..])));
        (filters, 1..=MAX_COUNT, option::of(cursor)).prop_map(|((source, event_type, topic, status), count, page)| {
            RecentQuery { source, event_type, topic, status, count, page }
        })
    }

    proptest! {
        #[test]
        fn every_id_is_short_and_decoded_to_what_was_encoded(query in queries()) {
            let button = CustomId::RecentPage(query);
            match button.encode() {
                Ok(id) => {
                    prop_assert!(id.chars().count() <= 100, "{id}");
                    prop_assert_eq!(CustomId::decode(&id), Ok(button));
                }
                Err(error) => prop_assert_eq!(error, CustomIdError::TooLong),
            }
        }

        #[test]
        fn any_text_is_decoded_or_refused(id in "(recent[0-9])?[|%a-z0-9]{0,100}") {
            if let Ok(button) = CustomId::decode(&id) {
                prop_assert_eq!(CustomId::decode(&button.encode().expect("short")), Ok(button));
            }
        }
    }

    #[test]
    fn ids_of_buttons_in_channels_are_still_decoded() {
        let id = "recent1|30|x2u5ajzm|10|delivered|pull_request|shop%7Ca%25|checkout.session.completed";
        assert_eq!(CustomId::decode(id), Ok(CustomId::RecentPage(full())));
        assert_eq!(CustomId::RecentPage(full()).encode().as_deref(), Ok(id));
        assert_eq!(CustomId::decode("recent1|0||5||||"), Ok(CustomId::RecentPage(RecentQuery::default())));
    }

    #[test]
    fn filters_that_do_not_fit_are_an_error() {
        let long = RecentQuery { event_type: Some("k".repeat(90)), ..full() };
        assert_eq!(CustomId::RecentPage(long).encode(), Err(CustomIdError::TooLong));
    }

    #[test]
    fn ids_from_elsewhere_are_refused() {
        for id in [
            "",
            "x",
            "recent0|0||5||||",
            "recent1|0||5||||||",
            "recent1|0||5|||",
            "recent1|501|k3f9x2mq|5||||",
            "recent1|-1||5||||",
            "recent1|||5||||",
            "recent1|0|short|5||||",
            "recent1|0||0||||",
            "recent1|0||11||||",
            "recent1|0||5|broken|||",
            "recent1|0||5||broken||",
            "recent1|0||5|||%ff|",
            "recent1|99999999999999999999||5||||",
        ] {
            assert_eq!(CustomId::decode(id), Err(CustomIdError::Unknown), "{id}");
        }
    }
}
