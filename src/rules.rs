//! Says where an event goes: the `[[routes]]` of the config, tried in order; and of each route why it takes an event or
//! not.

mod example;
mod feed_route;
mod feeds;
mod inhibitors;
mod known;
mod mentions;
mod open_source;
mod outcome;
mod people;
mod read;
mod read_alerts;
mod read_pressure;
mod read_timing;
mod routable;
mod route;
mod routing;
#[cfg(test)]
mod tests;

pub use self::example::{RouteExample, RouteExampleInput, RouteExampleLocations};
pub use self::known::{KeyedTemplate, Known, KnownSource};
pub use self::open_source::OpenSource;
pub use self::outcome::{RouteOutcome, UnroutedReason, WhenFailure};
pub use self::people::People;
pub use self::route::RouteSummary;
pub use self::routing::{Routing, Rules};
