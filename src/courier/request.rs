//! Makes the request for one delivery: the message, whether it is posted or edits an earlier one, and where.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::attempted::{Attempted, SendMode};
use super::batch::Batch;
use super::head::HeadState;
use super::live;
use super::rate_limiter::RequestKind;
use super::settings::Destination;
use super::shared::Courier;
use crate::compose::{LiveAction, LiveComposed, PostedMessage, ThreadTarget};
use crate::discord::{Outcome, Response};
use crate::store::{self, SentMessage, Settlement};
use hookbell_model::delivery::{Reason, Status};
use hookbell_model::live::LiveUpdate;
use hookbell_model::note::Note;
use hookbell_model::timestamp::Timestamp;
use hookbell_model::webhook_error::WebhookError;
use hookbell_template::render::Rendered;

/// What there is to do for the deliveries at the head of a lane.
#[derive(Debug)]
pub(super) enum Prepared {
    Send(Box<SendRequest>),
    /// The message shows all of it already.
    Settle(Vec<Settlement>),
}

/// A request that is ready to go.
#[derive(Debug)]
pub(super) struct SendRequest {
    mode: SendMode,
    target: ThreadTarget,
    /// What is sent: `sent.body`, made ready for its target.
    request: Value,
    sent: SentMessage,
    /// What changes of the live message.
    live: Option<LiveUpdate>,
    /// The event is older than the one that the message shows.
    is_older: bool,
    /// What was done differently from what the template says.
    notes: Vec<Note>,
    has_spare_tag: bool,
}

/// The response to a request.
#[derive(Debug)]
pub(super) struct SendResult {
    pub(super) response: Response,
    at: Timestamp,
    took: Duration,
}

/// Makes the message and finds the one to edit, if there is one, or the post to go into.
pub(super) async fn prepare(
    courier: &Courier,
    destination: &Destination,
    batch: &Batch,
    state: &HeadState,
) -> store::Result<Prepared> {
    let live = live::compose(courier, destination, batch, state).await?;
    let LiveComposed { composed, action, update, is_older, is_routine, context } = live;
    if let Some(fallback) = composed.fallback {
        courier.metrics.fell_back(&destination.name, fallback);
    }
    let edited = batch.first().delivery.plan.edited_message();
    let (is_edit_only, action) = (edited.is_some(), live::in_place(action, edited));
    let settled = match action {
        LiveAction::Nothing => Some((Status::Merged, Reason::Older { added: false })),
        // Neither an older event nor a routine one brings back a message that somebody has deleted.
        LiveAction::Edit(_) if is_older && state.gone => Some((Status::Merged, Reason::Older { added: false })),
        LiveAction::Edit(_) if is_routine && state.gone => Some((Status::Unrouted, Reason::Routine)),
        LiveAction::Edit(_) if is_edit_only && state.gone => Some((Status::Dead, Reason::MessageGone)),
        LiveAction::Record => Some((Status::Unrouted, Reason::Routine)),
        LiveAction::Post | LiveAction::Edit(_) | LiveAction::Repost(..) => None,
    };
    if let Some((status, reason)) = settled {
        return Ok(Prepared::Settle(live::without_request(batch, status, &reason, update)));
    }
    let Rendered { message, template, notes, live, .. } = composed;
    let sent = SentMessage { template, keys: live.keys, context, notes, body: message.to_post() };
    let (title, note) = state.forum.title(&destination.target(), &message);
    let thread = match &title {
        Some(title) if !state.forum.begins_anew() => courier.store.post(&destination.name, title).await?,
        _ => None,
    };
    let has_spare_tag = destination.tags.first().is_some();
    let request = match action {
        LiveAction::Edit(PostedMessage { message: earlier, in_thread }) if !state.gone => {
            // A post with another title is not this message's.
            let title = title.filter(|_| in_thread && thread.as_ref() == Some(&earlier.channel));
            let target = ThreadTarget { title, thread: in_thread.then(|| earlier.channel.clone()) };
            let (mode, request) = (SendMode::Edit(earlier), message.to_patch());
            SendRequest { mode, target, request, sent, live: update, is_older, notes: Vec::new(), has_spare_tag }
        }
        action => {
            let mode = match action {
                LiveAction::Edit(_) => SendMode::PostAnew,
                LiveAction::Repost(_, cause) => SendMode::Repost(cause),
                LiveAction::Post | LiveAction::Nothing | LiveAction::Record => SendMode::Post,
            };
            let placed = state.forum.place(&destination.target(), message, ThreadTarget { title, thread });
            let notes = note.into_iter().chain(placed.notes).collect();
            let request = placed.message.to_post();
            SendRequest { mode, target: placed.thread, request, sent, live: update, is_older, notes, has_spare_tag }
        }
    };
    Ok(Prepared::Send(Box::new(request)))
}

impl SendRequest {
    pub(super) fn kind(&self) -> RequestKind {
        if matches!(self.mode, SendMode::Edit(_)) { RequestKind::Edit } else { RequestKind::Post }
    }

    /// The body and the target of a message that is posted; none for an edit.
    pub(super) fn new_message(&self) -> Option<(&Value, &ThreadTarget)> {
        (self.kind() == RequestKind::Post).then_some((&self.request, &self.target))
    }

    /// Sends the request. Being dropped half-way leaves open whether it was posted.
    pub(super) async fn send(&self, courier: &Courier, destination: &Destination) -> SendResult {
        let (at, began) = (Timestamp::now(), Instant::now());
        let (client, webhook, thread) = (&courier.client, &destination.webhook, self.target.thread.as_deref());
        let response = match &self.mode {
            SendMode::Edit(message) => client.edit(webhook, message, thread, &self.request).await,
            SendMode::Post | SendMode::PostAnew | SendMode::Repost(_) => {
                client.post(webhook, thread, &self.request).await
            }
        };
        SendResult { response, at, took: began.elapsed() }
    }

    /// Replaces the response to a request that was aborted half-way. An edit may be repeated without harm.
    pub(super) fn cut_off(&self) -> Response {
        let error = WebhookError::without_answer("hookbell was stopped before the answer came");
        let outcome = if self.kind() == RequestKind::Edit { Outcome::Retry { error } } else { Outcome::Lost { error } };
        Response { outcome, status: None, rate_limit: None }
    }

    /// The attempt that this was, as the decision needs it.
    pub(super) fn tried<'t>(&'t self, batch: &'t Batch, result: &SendResult) -> Attempted<'t> {
        Attempted {
            batch,
            mode: &self.mode,
            target: &self.target,
            sent: &self.sent,
            live: self.live.as_ref(),
            is_older: self.is_older,
            notes: &self.notes,
            has_spare_tag: self.has_spare_tag,
            at: result.at,
            took: result.took,
            status: result.response.status,
        }
    }
}

impl SendResult {
    /// A request that was not sent, or not answered.
    pub(super) fn without_answer(response: Response) -> Self {
        Self { response, at: Timestamp::now(), took: Duration::ZERO }
    }
}
