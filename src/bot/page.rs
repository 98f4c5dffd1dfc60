//! The state of a paged list, as it travels in a button's id. What comes back is untrusted: anybody with a
//! client of their own can send any id, and buttons outlive the hookbell that made them.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::recent::{MOST, Query};
use super::sight::{label, status_named};
use hookbell_model::event::EventId;

/// Discord's limit of a custom id, in characters.
const LENGTH: usize = 100;
/// How far a list can be paged; further back the filters are the better way.
pub(super) const FURTHEST: usize = 500;
/// Changes when the parts do, so that old buttons are told from new ones.
const MARK: &str = "recent1";
const SEPARATED: &AsciiSet = &CONTROLS.add(b'|').add(b'%');

/// Where in the list a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The newest event of the first page: what came later does not shift the pages.
    pub anchor: EventId,
    /// Events before this page.
    pub offset: usize,
}

/// `None` when the filters are too long for a button.
pub(super) fn encode(query: &Query) -> Option<String> {
    let (offset, anchor) = query.page.map_or((0, String::new()), |page| (page.offset, page.anchor.to_string()));
    let word = |text: &Option<String>| utf8_percent_encode(text.as_deref().unwrap_or_default(), SEPARATED).to_string();
    let parts = [
        MARK.to_owned(),
        offset.to_string(),
        anchor,
        query.count.to_string(),
        query.status.map_or("", |status| label(status).1).to_owned(),
        query.topic.map_or("", |topic| topic.as_str()).to_owned(),
        word(&query.source),
        word(&query.event_type),
    ];
    let id = parts.join("|");
    (id.chars().count() <= LENGTH).then_some(id)
}

/// `None` for anything that [`encode`] did not make.
pub(super) fn decode(id: &str) -> Option<Query> {
    let parts: Vec<&str> = id.split('|').collect();
    let [MARK, offset, anchor, count, status, topic, source, kind] = parts.as_slice() else { return None };
    let offset: usize = offset.parse().ok().filter(|offset| *offset <= FURTHEST)?;
    let page = match *anchor {
        "" => None,
        anchor => Some(Page { anchor: anchor.parse().ok()?, offset }),
    };
    Some(Query {
        source: text(source)?,
        event_type: text(kind)?,
        topic: if topic.is_empty() { None } else { Some(topic.parse().ok()?) },
        status: if status.is_empty() { None } else { Some(status_named(status)?) },
        count: count.parse().ok().filter(|count| (1..=MOST).contains(count))?,
        page,
    })
}

fn text(part: &str) -> Option<Option<String>> {
    let text = percent_decode_str(part).decode_utf8().ok()?;
    Some((!text.is_empty()).then(|| text.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::EventStatus;
    use hookbell_model::delivery::Status;
    use hookbell_model::event::Topic;

    fn full() -> Query {
        Query {
            source: Some("shop|a%".into()),
            event_type: Some("checkout.session.completed".into()),
            topic: Some(Topic::PullRequest),
            status: Some(EventStatus::Has(Status::Delivered)),
            count: 10,
            page: Some(Page { anchor: EventId(77), offset: 30 }),
        }
    }

    #[test]
    fn the_whole_state_goes_both_ways() {
        for query in [full(), Query::default(), Query { status: Some(EventStatus::Unrouted), ..full() }] {
            let id = encode(&query).expect("short enough");
            assert!(id.chars().count() <= 100, "{id}");
            assert_eq!(decode(&id).as_ref(), Some(&query), "{id}");
        }
        assert_eq!(encode(&Query { event_type: Some("k".repeat(90)), ..full() }), None);
    }

    #[test]
    fn ids_from_elsewhere_are_refused() {
        for id in [
            "",
            "x",
            "recent0|0||5||||",
            "recent1|0||5||||||",
            "recent1|501|k3f9x2mq|5||||",
            "recent1|-1||5||||",
            "recent1|0|short|5||||",
            "recent1|0||0||||",
            "recent1|0||11||||",
            "recent1|0||5|broken|||",
            "recent1|0||5||broken||",
            "recent1|0||5|||%ff|",
            "recent1|99999999999999999999||5||||",
        ] {
            assert_eq!(decode(id), None, "{id}");
        }
    }
}
