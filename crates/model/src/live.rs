//! What is known of a live message: whose event it shows, what it remembers, and what has happened to its thing so far.
//!
//! Everything here is stored as JSON; fields are only ever added.

mod message;
mod position;
mod remembered;
mod state;

pub use self::message::{FollowUp, LiveMessage, LiveThing, LiveUpdate};
pub use self::position::EventPosition;
pub use self::remembered::{Remembered, RememberedValues, fill, is_missing};
pub use self::state::{EARLIER, EarlierMessage, HISTORY, HistoryEvent, LiveContext, LiveState, Reminder, ShownEvent};

#[cfg(test)]
mod tests;
