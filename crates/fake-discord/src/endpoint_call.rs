//! What was posted to the application's endpoint for interactions.

use serde_json::Value;

/// A request that Discord sent to the endpoint, and how it was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct EndpointCall {
    /// Discord's number for the type of the interaction.
    pub kind: i64,
    /// `None` when there was no response within three seconds.
    pub status: Option<u16>,
    /// The JSON of the response.
    pub body: Value,
    /// Why the response is none to the interaction: Discord's error as a callback would get it.
    pub refused: Option<Value>,
}
