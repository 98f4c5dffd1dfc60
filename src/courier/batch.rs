//! The deliveries that one request brings to Discord.

use super::group::Group;
use hookbell_model::delivery::Delivery;
use hookbell_model::event::EventId;

/// How many deliveries a lane looks at together while it is behind.
const MOST: usize = 40;

/// The deliveries of one request, by what they are about. Never empty.
#[derive(Debug)]
pub(super) struct Batch {
    groups: Vec<Group>,
}

/// How many deliveries a lane takes together. After a batch was refused it takes them one by one, until the last
/// delivery of that batch is behind it: so it finds the one that Discord refuses.
#[derive(Debug, Default)]
pub(super) struct BatchSize {
    one_by_one_through: Option<Position>,
    /// The lane had to wait, so several deliveries may be waiting.
    is_behind: bool,
}

/// The place of a delivery in its lane.
type Position = (EventId, i64);

impl Batch {
    /// None without groups.
    pub(super) fn new(groups: Vec<Group>) -> Option<Self> {
        (!groups.is_empty()).then_some(Self { groups })
    }

    pub(super) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The oldest delivery.
    pub(super) fn first(&self) -> &Delivery {
        self.groups[0].first()
    }

    /// Whether its first delivery goes before others.
    pub(super) fn is_urgent(&self) -> bool {
        self.groups[0].members()[0].is_urgent
    }

    pub(super) fn deliveries(&self) -> impl Iterator<Item = &Delivery> {
        self.groups.iter().flat_map(Group::deliveries)
    }

    pub(super) fn len(&self) -> usize {
        self.groups.iter().map(|group| group.members().len()).sum()
    }
}

impl BatchSize {
    /// For the next query of the lane's heads.
    pub(super) fn limit(&self) -> usize {
        if self.one_by_one_through.is_none() && self.is_behind { MOST } else { 1 }
    }

    /// The lane has to wait before it can send: what waits then may go together.
    pub(super) fn fall_behind(&mut self) {
        self.is_behind = true;
    }

    /// So many deliveries were found at the head.
    pub(super) fn found(&mut self, heads: usize) {
        self.is_behind &= heads > 1 || self.limit() == 1;
    }

    /// From now on one by one, through the end of this batch.
    pub(super) fn split(&mut self, batch: &Batch) {
        self.one_by_one_through = batch.deliveries().map(position).max();
    }

    /// This delivery is at the head now.
    pub(super) fn at_head(&mut self, head: &Delivery) {
        let head = position(head);
        self.one_by_one_through.take_if(|last| head > *last);
    }
}

fn position(delivery: &Delivery) -> Position {
    (delivery.event, delivery.id)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::timing::Timing;
    use super::*;
    use crate::compose::{LiveAction, LiveComposed};
    use crate::store::QueuedDelivery;
    use hookbell_model::delivery::{Plan, Status};
    use hookbell_model::event::{Event, Facts, Raw, Severity, Topic};
    use hookbell_model::live::{LiveContext, LiveUpdate};
    use hookbell_model::message::Message;
    use hookbell_model::timestamp::Timestamp;
    use hookbell_template::render::{LiveValues, Rendered};

    /// A pending delivery of the event with the same number.
    pub(in crate::courier) fn queued(number: i64, created: Timestamp) -> QueuedDelivery {
        let delivery = Delivery {
            id: number,
            event: EventId(number),
            destination: "sales".into(),
            plan: Plan::default(),
            status: Status::Pending,
            attempts: 0,
            not_before: created,
            reason: None,
            message: None,
            possible_repeat: false,
            created,
            updated: created,
        };
        let event = Event {
            id: EventId(number),
            source: "shop".into(),
            provider: "shop".into(),
            reference: number.to_string(),
            event_type: "order.paid".into(),
            topic: Topic::Payment,
            facts: Facts::default(),
            time: created,
            received: created,
        };
        QueuedDelivery { delivery, event, raw: Raw::default() }
    }

    /// A message of one delivery, live under `key`.
    pub(in crate::courier) fn group(queued: QueuedDelivery, key: &str) -> Group {
        composed(queued, key, false)
    }

    pub(in crate::courier) fn group_of_an_older_event(queued: QueuedDelivery, key: &str) -> Group {
        composed(queued, key, true)
    }

    fn composed(queued: QueuedDelivery, key: &str, is_older: bool) -> Group {
        let rendered = Rendered {
            message: Message { content: key.to_owned(), ..Message::default() },
            template: "stripe.payment".to_owned(),
            severity: Severity::Info,
            live: LiveValues { keys: vec![key.to_owned()], ..LiveValues::default() },
            notes: Vec::new(),
            fallback: None,
        };
        let update = LiveUpdate { keys: vec![key.to_owned()], ..LiveUpdate::default() };
        let made = LiveComposed::without_key(rendered, LiveAction::Post, LiveContext::default());
        let composed = LiveComposed { update: Some(update), is_older, ..made };
        Group::new(queued, composed, None, Timing::Now)
    }

    pub(in crate::courier) fn batch(numbers: std::ops::RangeInclusive<i64>, created: Timestamp) -> Batch {
        let one = |number: i64| group(queued(number, created), &format!("payment:{number}"));
        Batch::new(numbers.map(one).collect()).expect("not empty")
    }

    #[test]
    fn a_batch_has_a_first_delivery() {
        assert!(Batch::new(Vec::new()).is_none());
        let batch = batch(3..=5, Timestamp(0));
        assert_eq!((batch.len(), batch.first().id), (3, 3));
        assert_eq!(batch.deliveries().map(|delivery| delivery.id).collect::<Vec<_>>(), [3, 4, 5]);
    }

    #[test]
    fn a_split_batch_is_taken_one_by_one_to_its_end() {
        let mut size = BatchSize::default();
        size.fall_behind();
        assert_eq!(size.limit(), MOST);
        size.split(&batch(3..=5, Timestamp(0)));
        for number in 3..=5 {
            size.at_head(batch(number..=number, Timestamp(0)).first());
            assert!(size.one_by_one_through.is_some(), "{number}");
            assert_eq!(size.limit(), 1);
        }
        size.at_head(batch(6..=6, Timestamp(0)).first());
        assert!(size.one_by_one_through.is_none());
    }

    #[test]
    fn a_lane_that_has_caught_up_takes_one_at_a_time() {
        let mut size = BatchSize::default();
        size.found(1);
        assert_eq!(size.limit(), 1);
        size.fall_behind();
        size.found(12);
        assert_eq!(size.limit(), MOST);
        size.found(1);
        assert_eq!(size.limit(), 1);
    }
}
