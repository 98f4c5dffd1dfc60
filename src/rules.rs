//! Says where an event goes: the `[[routes]]` of the config, tried in order; and of each route why it takes an event or
//! not.

mod example;
mod outcome;
mod read;
mod route;
mod routing;
#[cfg(test)]
mod tests;

pub use self::example::{RouteExample, RouteExampleInput, RouteExampleLocations};
pub use self::outcome::{RouteOutcome, UnroutedReason, WhenFailure};
pub use self::read::{Known, KnownSource};
pub use self::routing::{Routing, Rules};
