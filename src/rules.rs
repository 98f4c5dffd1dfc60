//! Says where an event goes: the `[[routes]]` of the config, tried in order; and of each route why it takes an event or
//! not.

mod known;
mod outcome;
mod read;
mod read_timing;
mod route;
mod routing;
#[cfg(test)]
mod tests;

pub use self::known::{Known, KnownSource};
pub use self::outcome::{RouteOutcome, UnroutedReason, WhenFailure};
pub use self::routing::{Routing, Rules};
