//! What the handler of a request works with.

use super::request::ApiRequest;
use crate::discord::Discord;
use crate::state::DiscordState;

/// One request, and the state that it may change while it is handled.
pub(crate) struct RequestContext<'a> {
    pub(crate) discord: &'a Discord,
    pub(crate) state: &'a mut DiscordState,
    pub(crate) request: &'a ApiRequest,
}
