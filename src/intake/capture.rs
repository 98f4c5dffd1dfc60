//! Secrets that a sender brings in its first request: accepted once, while the operator's window is open, and stored.
//! Outside of it such a request is treated as one without a signature.

use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::Arc;

use super::answer::{Answer, RequestOutcome, UnreadableReason};
use super::source::Source;
use super::store_access::StoreAccess;
use crate::store::{self, Store};
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Request, Verifier};

/// The verifier with what was captured so far; or the answer to a request that brought the secret through an open
/// window, the only time such a request is read.
pub(super) async fn verifier(
    source: &Source,
    store: &StoreAccess,
    request: Request<'_>,
    now: Timestamp,
) -> Result<ControlFlow<Answer, Arc<Verifier>>, Answer> {
    if !source.can_capture() {
        return Ok(Continue(Arc::clone(&source.verifier)));
    }
    let capture = store.capture(&source.name).await?;
    let verifier = source.verifier_with_captured(&capture.secrets);
    let window = capture.window.filter(|window| window.is_open(now));
    let Some((window, offered)) = window.zip(source.verifier.offered_secret(request)) else {
        return Ok(Continue(verifier));
    };
    let offered = offered.map_err(|error| Answer::Unreadable(error.into()))?;
    source.check_captured(&offered.secret).map_err(|error| Answer::Unreadable(UnreadableReason::Secret(error)))?;
    if !store.keep_captured(&source.name, offered.secret, now).await? {
        return Ok(Continue(verifier));
    }
    let waited_s = now.since(window.opened).as_secs();
    tracing::info!(source = source.name, waited_s, "a secret was captured; the window is closed");
    Ok(Break(Answer::Custom(RequestOutcome::Handshake, offered.reply)))
}

/// Warns of every source that refuses all requests, because its secret was neither configured nor captured.
///
/// # Errors
/// When the store cannot be read.
pub(super) async fn warn_of_waiting(sources: impl Iterator<Item = &Source>, store: &Store) -> store::Result<()> {
    for source in sources.filter(|source| source.can_capture()) {
        let captured = store.capture(&source.name).await?;
        if source.verifier_with_captured(&captured.secrets).is_waiting() {
            let how = format!("hookbell capture {}", source.name);
            tracing::warn!(source = source.name, how, "no secret yet: every request is refused until one is captured");
        }
    }
    Ok(())
}

/// The help that the log adds to this answer.
pub(super) fn hint(source: &Source, answer: &Answer) -> Option<String> {
    let refused = source.can_capture() && matches!(answer, Answer::Unverified(_));
    refused.then(|| format!("a sender's first request is taken while `hookbell capture {}` waits", source.name))
}
