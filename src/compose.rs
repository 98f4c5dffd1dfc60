//! Makes the message for deliveries of one destination: the template's text in the readers' language, the ids of forum
//! tags, and notes on what differs from what the template says. The one place that renders: the courier, `preview`,
//! `try` and `backtest` call it, so what they show is what is sent.

mod chart;
mod coalesce;
mod composed;
mod forum;
mod handling;
mod input;
mod live;
mod own_message;
mod pointer;
mod tags;
mod target;

pub use self::coalesce::{Coalescing, shared_message, slot_of};
pub use self::composed::{compose, compose_plain};
pub use self::forum::{ForumState, PlacedMessage, ThreadTarget, ThreadThing};
pub use self::handling::{BUTTON_IDS, RELEASE_ID};
pub use self::input::{ComposeInput, ComposeInputs};
pub use self::live::{
    LiveAction, LiveComposed, LiveInput, PostedMessage, ShownInput, ThingCard, compose_live, compose_thing, first_line,
    is_routine,
};
pub use self::own_message::OwnMessage;
pub use self::pointer::pointer;
pub use self::tags::Tags;
pub use self::target::MessageTarget;

#[cfg(test)]
mod tests;
