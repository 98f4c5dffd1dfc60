//! Sessions of Discord's gateway that were begun.

use hookbell_model::timestamp::Timestamp;

/// Sessions of Discord's gateway that were begun within some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GatewayStarts {
    pub count: u64,
    pub last: Option<Timestamp>,
}
