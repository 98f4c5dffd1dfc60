//! The deliveries that one request brings to Discord.

use crate::compose::ComposeInputs;
use crate::store::QueuedDelivery;
use hookbell_model::delivery::Delivery;
use hookbell_model::event::EventId;

/// Most deliveries in one message. One for now: a message is made of one event.
const MAX: usize = 1;

/// The deliveries of one request, in the order of their lane. Never empty.
#[derive(Debug, Clone)]
pub(super) struct Batch {
    first: QueuedDelivery,
    rest: Vec<QueuedDelivery>,
}

/// How many deliveries a lane takes together. After a batch was refused it takes them one by one, until the last
/// delivery of that batch is behind it: so it finds the one that Discord refuses.
#[derive(Debug, Default)]
pub(super) struct BatchSize {
    one_by_one_through: Option<Position>,
}

/// The place of a delivery in its lane.
type Position = (EventId, i64);

impl Batch {
    /// None without deliveries.
    pub(super) fn new(heads: Vec<QueuedDelivery>) -> Option<Self> {
        let mut heads = heads.into_iter();
        let first = heads.next()?;
        Some(Self { first, rest: heads.collect() })
    }

    /// The oldest delivery, with its event.
    pub(super) fn first(&self) -> &QueuedDelivery {
        &self.first
    }

    /// What its message is made of.
    pub(super) fn inputs(&self) -> ComposeInputs<'_> {
        let QueuedDelivery { delivery, event, raw } = &self.first;
        ComposeInputs::one(event, raw, &delivery.plan)
    }

    pub(super) fn deliveries(&self) -> impl Iterator<Item = &Delivery> {
        std::iter::once(&self.first).chain(&self.rest).map(|queued| &queued.delivery)
    }

    pub(super) fn len(&self) -> usize {
        1 + self.rest.len()
    }
}

impl BatchSize {
    /// For the next query of the lane's heads.
    pub(super) fn limit(&self) -> usize {
        if self.one_by_one_through.is_some() { 1 } else { MAX }
    }

    /// From now on one by one, through the end of this batch.
    pub(super) fn split(&mut self, batch: &Batch) {
        self.one_by_one_through = batch.deliveries().last().map(position);
    }

    /// This batch is at the head now.
    pub(super) fn at_head(&mut self, batch: &Batch) {
        let head = position(&batch.first().delivery);
        self.one_by_one_through.take_if(|last| head > *last);
    }
}

fn position(delivery: &Delivery) -> Position {
    (delivery.event, delivery.id)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use hookbell_model::delivery::{Plan, Status};
    use hookbell_model::event::{Event, Facts, Raw, Topic};
    use hookbell_model::timestamp::Timestamp;

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

    fn batch(numbers: std::ops::RangeInclusive<i64>) -> Batch {
        Batch::new(numbers.map(|number| queued(number, Timestamp(0))).collect()).expect("not empty")
    }

    #[test]
    fn a_batch_has_a_first_delivery() {
        assert!(Batch::new(Vec::new()).is_none());
        let batch = batch(3..=5);
        assert_eq!((batch.len(), batch.first().delivery.id), (3, 3));
        assert_eq!(batch.deliveries().map(|delivery| delivery.id).collect::<Vec<_>>(), [3, 4, 5]);
    }

    #[test]
    fn a_split_batch_is_taken_one_by_one_to_its_end() {
        let mut size = BatchSize::default();
        assert_eq!(size.limit(), MAX);
        size.split(&batch(3..=5));
        for number in 3..=5 {
            size.at_head(&batch(number..=number));
            assert!(size.one_by_one_through.is_some(), "{number}");
            assert_eq!(size.limit(), 1);
        }
        size.at_head(&batch(6..=6));
        assert!(size.one_by_one_through.is_none());
    }
}
