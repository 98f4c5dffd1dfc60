//! What the store is given to keep.

use hookbell_model::delivery::NewDelivery;
use hookbell_model::event::{Event, Identity, Raw};
use hookbell_model::receipt::Receipt;
use hookbell_model::sale::SaleClaim;

/// An event to be kept, with everything that is kept with it.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// Its id is still [`EventId::UNSET`](hookbell_model::event::EventId::UNSET).
    pub event: Event,
    /// Whether an event that is kept is the same one.
    pub identity: Identity,
    pub raw: Raw,
    /// How it came in; none for what hookbell itself reports.
    pub receipt: Option<Receipt>,
    pub deliveries: Vec<NewDelivery>,
    /// What it says of the money of a sale; at most one of each kind counts.
    pub sales: Vec<SaleClaim>,
}
