//! Events that are kept: half of them were posted where people ask, the others in a busy place elsewhere.

use hookbell::store::{NewEvent, Settlement, Store, WebhookChannel};
use hookbell_model::delivery::{MessageRef, NewDelivery, Plan, Reason, Status};
use hookbell_model::event::{Event, EventId, Facts, Identity, Raw, Topic};
use hookbell_model::timestamp::Timestamp;

/// Server and channel of those who ask, and of the others.
pub(crate) const HERE: (&str, &str) = ("1111", "2222");
const ELSEWHERE: (&str, &str) = ("9999", "8888");
const BATCH: usize = 1_000;
/// Of both destinations.
const DESTINATIONS: [(&str, (&str, &str)); 2] = [("sales", HERE), ("busy", ELSEWHERE)];

/// Fills an empty store with events of twenty sources and seven types, and one source that is rare.
pub(crate) async fn fill(store: &Store, count: usize) {
    for (destination, (guild, channel)) in DESTINATIONS {
        let at = WebhookChannel {
            guild: Some(guild.into()),
            channel: channel.into(),
            fingerprint: "f".into(),
            application: None,
        };
        store.set_channel(destination, at).await.expect("recorded");
    }
    for first in (0..count).step_by(BATCH) {
        store.accept_all((first..first + BATCH).map(new_event).collect()).await.expect("accepted");
        store.settle((first..first + BATCH).map(settlement).collect(), Timestamp(1)).await.expect("settled");
    }
}

fn new_event(number: usize) -> NewEvent {
    let event = Event {
        id: EventId::UNSET,
        source: if number % 50_000 == 1 { "rare".into() } else { format!("source-{}", number % 20) },
        provider: "generic".into(),
        reference: format!("evt_{number}"),
        event_type: format!("type.{}", number % 7),
        topic: Topic::Payment,
        facts: Facts {
            subject: Some(format!("Order {number}")),
            actor: Some(format!("ada{number}@example.com")),
            amount: Some(1234),
            currency: Some("EUR".into()),
            ..Facts::default()
        },
        time: Timestamp(i64::try_from(number).expect("fits") * 1000),
        received: Timestamp(i64::try_from(number).expect("fits") * 1000),
    };
    let destination = if number.is_multiple_of(2) { "busy" } else { "sales" };
    NewEvent {
        event,
        identity: Identity::Id,
        raw: Raw { body: vec![b' '; 200], ..Raw::default() },
        receipt: None,
        deliveries: vec![NewDelivery { destination: destination.into(), plan: Plan::default() }],
        sales: Vec::new(),
    }
}

fn settlement(number: usize) -> Settlement {
    let (_, (_, channel)) = DESTINATIONS[usize::from(number.is_multiple_of(2))];
    Settlement {
        message: Some(MessageRef { id: number.to_string(), channel: channel.into() }),
        ..Settlement::new(
            i64::try_from(number + 1).expect("fits"),
            Status::Delivered,
            Reason::Untyped { text: String::new() },
        )
    }
}
