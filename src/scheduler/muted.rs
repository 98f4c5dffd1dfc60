//! Whether what is said of a thing is held back by a mute.

use crate::store::{self, Store};
use hookbell_model::delivery::{Mute, MuteCandidate, mute_for};
use hookbell_model::event::Severity;
use hookbell_model::live::LiveState;
use hookbell_model::timestamp::Timestamp;

/// By the event that its message shows; false where that one is no longer kept.
pub(super) async fn is_muted(
    store: &Store,
    (destination, keys): (&str, &[String]),
    state: &LiveState,
    mutes: &[Mute],
    now: Timestamp,
) -> store::Result<bool> {
    let Some(shown) = &state.shown else { return Ok(false) };
    let Some((event, _)) = store.event(shown.id).await? else { return Ok(false) };
    let severity = state.severity.unwrap_or(Severity::Info);
    let candidate = MuteCandidate { event: &event, destination, route: None, severity, keys };
    Ok(mute_for(mutes.iter(), candidate, now).is_some())
}
