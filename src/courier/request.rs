//! Makes the request for the deliveries at the head of a lane: the message, whether it is posted or edits an earlier one,
//! and where. Messages that wait for the same place become one.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::assemble::assemble;
use super::attempted::{Attempted, SendMode};
use super::batch::Batch;
use super::delay::explain_delay;
use super::group::{Group, Member};
use super::head::HeadState;
use super::posts::{can_archive, target_of_edit, target_of_post};
use super::pressure::Pressure;
use super::rate_limiter::RequestKind;
use super::settings::Destination;
use super::shared::Courier;
use crate::compose::{Coalescing, LiveAction, PostedMessage, ThreadTarget, shared_message, slot_of};
use crate::discord::{Outcome, Response};
use crate::store::{self, Collection, QueuedDelivery, Settlement};
use hookbell_model::delivery::{BatchMode, Reason, Status};
use hookbell_model::message::Attachment;
use hookbell_model::note::Note;
use hookbell_model::shared_message::SharedMessage;
use hookbell_model::timestamp::Timestamp;
use hookbell_model::webhook_error::WebhookError;

/// What there is to do for the deliveries at the head of a lane.
#[derive(Debug)]
pub(super) enum Prepared {
    Send(Box<SendRequest>),
    /// The message shows all of it already.
    Settle(Vec<Settlement>),
    /// It is to be in one message with others, later.
    Collect(Vec<Collection>),
}

/// A request that is ready to go.
#[derive(Debug)]
pub(super) struct SendRequest {
    mode: SendMode,
    target: ThreadTarget,
    request: Value,
    /// What goes with it, where it is posted.
    files: Vec<Attachment>,
    /// What the message is made of, where it is shared.
    shared: Option<SharedMessage>,
    /// The place of an edit in a shared message.
    slot: Option<usize>,
    /// What was done differently from what the template says.
    notes: Vec<Note>,
    has_spare_tag: bool,
    /// Whether the post of a thing that is over can be archived.
    can_archive: bool,
}

/// The response to a request.
#[derive(Debug)]
pub(super) struct SendResult {
    pub(super) response: Response,
    at: Timestamp,
    took: Duration,
}

/// Makes the messages of the heads and the request for the first of them, together with those that can be one message with
/// it. None without heads.
pub(super) async fn prepare(
    courier: &Courier,
    destination: &Destination,
    heads: Vec<QueuedDelivery>,
    state: &HeadState,
    pressure: &mut Pressure,
) -> store::Result<Option<(Batch, Prepared)>> {
    let groups = assemble(courier, destination, heads, state, pressure, courier.clock.now()).await?;
    let gone = state.gone;
    let mut groups = groups.into_iter();
    let Some(first) = groups.next() else { return Ok(None) };
    if !first.collections(gone).is_empty() {
        let rest = groups.take_while(|group| !group.collections(false).is_empty());
        let all: Vec<Group> = std::iter::once(first).chain(rest).collect();
        let collections = all.iter().flat_map(|group| group.collections(gone)).collect();
        return Ok(Batch::new(all).map(|batch| (batch, Prepared::Collect(collections))));
    }
    if without_request(&first, gone).is_some() {
        let rest =
            groups.take_while(|group| group.collections(false).is_empty() && without_request(group, false).is_some());
        let all: Vec<Group> = std::iter::once(first).chain(rest).collect();
        let ends = |group: &Group| without_request(group, gone).map(|end| settle(group, end));
        let settlements = all.iter().filter_map(ends).flatten().collect();
        return Ok(Batch::new(all).map(|batch| (batch, Prepared::Settle(settlements))));
    }
    if let LiveAction::Edit(posted) = &first.action
        && !gone
    {
        let posted = posted.clone();
        match edit(courier, destination, &first, posted, state).await? {
            Some(request) => {
                return Ok(Batch::new(vec![first]).map(|batch| (batch, Prepared::Send(Box::new(request)))));
            }
            None if first.is_edit_only() => {
                let settlements = settle(&first, EndWithoutRequest::Gone);
                return Ok(Batch::new(vec![first]).map(|batch| (batch, Prepared::Settle(settlements))));
            }
            None => {}
        }
    }
    let (groups, request) = post(courier, destination, first, groups, state).await?;
    Ok(Batch::new(groups).map(|batch| (batch, Prepared::Send(Box::new(request)))))
}

/// How a group ends for which no request is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EndWithoutRequest {
    /// The message shows something newer.
    Older,
    /// Each of its events is muted or routine, and there is no message to edit.
    HeldBack,
    /// The message that was to be rendered again was deleted.
    Gone,
    /// Its thing was over before it was to be reported.
    ClosedInTime,
}

/// `gone`: the message that it would edit was deleted.
fn without_request(group: &Group, gone: bool) -> Option<EndWithoutRequest> {
    match &group.action {
        _ if group.is_closed_in_time() => Some(EndWithoutRequest::ClosedInTime),
        LiveAction::Nothing => Some(EndWithoutRequest::Older),
        // Neither an older event nor one that is held back brings back a message that somebody has deleted.
        LiveAction::Edit(_) if group.is_older && gone => Some(EndWithoutRequest::Older),
        LiveAction::Edit(_) if group.is_held_back && gone => Some(EndWithoutRequest::HeldBack),
        LiveAction::Edit(_) if group.is_edit_only() && gone => Some(EndWithoutRequest::Gone),
        LiveAction::Record => Some(EndWithoutRequest::HeldBack),
        LiveAction::Post | LiveAction::Edit(_) | LiveAction::Repost(..) => None,
    }
}

fn settle(group: &Group, end: EndWithoutRequest) -> Vec<Settlement> {
    let mut update = group.update.clone();
    let settlement = |member: &Member| {
        let (status, reason) = match (end, member.muted.clone()) {
            (EndWithoutRequest::ClosedInTime, _) => (Status::Muted, Reason::ClosedInTime),
            (EndWithoutRequest::Gone, _) => (Status::Dead, Reason::MessageGone),
            (EndWithoutRequest::Older, _) => (Status::Merged, Reason::Older { added: false }),
            (EndWithoutRequest::HeldBack, Some(by)) => (Status::Muted, Reason::Muted(by)),
            (EndWithoutRequest::HeldBack, None) => match &member.held {
                Some(held) => (Status::Merged, held.reason.clone()),
                None => (Status::Unrouted, Reason::Routine),
            },
        };
        Settlement { live: update.take(), ..Settlement::new(member.delivery.id, status, reason) }
    };
    group.members().iter().map(settlement).collect()
}

/// None where the message is one of several in another, and it is no longer known what those are: then it is posted anew.
async fn edit(
    courier: &Courier,
    destination: &Destination,
    group: &Group,
    posted: PostedMessage,
    state: &HeadState,
) -> store::Result<Option<SendRequest>> {
    let PostedMessage { message: earlier, in_thread, slot } = posted;
    let (target, mut notes) = target_of_edit(courier, destination, group, (&earlier, in_thread), state).await?;
    let replayed = group.first().plan.replay.as_ref().and_then(|replay| replay.delivery);
    let shared = match (slot, group.is_edit_only()) {
        (None, false) => None,
        _ => courier.store.shared_message(&destination.name, &earlier.id).await?,
    };
    let slot = slot.or_else(|| shared.as_ref()?.slot_of(replayed?));
    let (request, shared) = match (slot, shared) {
        (None, None) => (group.message.to_patch(), None),
        (Some(_), None) | (None, Some(_)) => return Ok(None),
        (Some(slot), Some(shared)) => {
            let shared = shared.with(slot, slot_of(&group.message, group.shown_delivery()));
            let (message, cut) = shared_message(&group.message, &shared, destination.locale);
            notes.extend(cut);
            (message.to_patch(), Some(shared))
        }
    };
    let has_spare_tag = destination.tags.first().is_some();
    Ok(Some(SendRequest {
        mode: SendMode::Edit(earlier),
        target,
        request,
        files: Vec::new(),
        shared,
        slot,
        notes,
        has_spare_tag,
        can_archive: can_archive(courier, state),
    }))
}

/// The group is posted, with those of `others` that can be in the same message.
async fn post(
    courier: &Courier,
    destination: &Destination,
    mut first: Group,
    others: impl Iterator<Item = Group>,
    state: &HeadState,
) -> store::Result<(Vec<Group>, SendRequest)> {
    let (target, mut notes) = target_of_post(courier, destination, &first, state).await?;
    let mode = if matches!(first.action, LiveAction::Edit(_)) { SendMode::PostAnew } else { SendMode::Post };
    first.is_posted();
    // Without a title of its own each message is a post of a forum, or each thing is.
    let apart = target.title.is_some() && first.message.thread.is_empty();
    let apart = apart || state.forum.has_posts_per_key(&destination.target());
    let alone = apart || state.refusal.is_some() || mode == SendMode::PostAnew || !may_share(&first);
    let explain = |group: &mut Group| explain_delay(group, destination.locale, courier.started, courier.clock.now());
    explain(&mut first);
    let mut coalescing = Coalescing::new(&first.message);
    let mut groups = vec![first];
    if !alone {
        join(&mut coalescing, &mut groups, others, explain);
    }
    let (message, shared) = match groups.as_slice() {
        [only] => (only.message.clone(), None),
        _ => {
            let (message, mut shared) = coalescing.finish(destination.locale);
            for (slot, group) in shared.slots.iter_mut().zip(&groups) {
                slot.delivery = group.shown_delivery();
            }
            (message, Some(shared))
        }
    };
    let placed = state.forum.place(&destination.target(), message, target);
    notes.extend(placed.notes);
    let request = SendRequest {
        mode,
        target: placed.thread,
        request: placed.message.to_post(),
        files: placed.message.files,
        shared,
        slot: None,
        notes,
        has_spare_tag: destination.tags.first().is_some(),
        can_archive: can_archive(courier, state),
    };
    Ok((groups, request))
}

fn join(
    coalescing: &mut Coalescing,
    groups: &mut Vec<Group>,
    others: impl Iterator<Item = Group>,
    explain: impl Fn(&mut Group),
) {
    let mut left: Vec<Group> = Vec::new();
    for mut group in others {
        let is_post =
            matches!(group.action, LiveAction::Post | LiveAction::Repost(..)) && group.collections(false).is_empty();
        if is_post && !may_share(&group) {
            // What goes alone is not overtaken.
            break;
        }
        // What came before about the same thing has to be out before it.
        let follows = left.iter().any(|earlier| earlier.is_before(&group));
        if !is_post || follows {
            left.push(group);
            continue;
        }
        explain(&mut group);
        if coalescing.add(&group.message) {
            group.is_posted();
            groups.push(group);
        } else {
            break;
        }
    }
}

fn may_share(group: &Group) -> bool {
    // Nobody could see whose the buttons are.
    !group.is_urgent() && group.batch_mode() != BatchMode::Never && group.message.actions.is_empty()
}

impl SendRequest {
    pub(super) fn kind(&self) -> RequestKind {
        if matches!(self.mode, SendMode::Edit(_)) { RequestKind::Edit } else { RequestKind::Post }
    }

    /// The body and the target of a message that is posted; none for an edit.
    pub(super) fn new_message(&self) -> Option<(&Value, &ThreadTarget)> {
        (self.kind() == RequestKind::Post).then_some((&self.request, &self.target))
    }

    /// The thread of the message that it edits.
    pub(super) fn edited_thread(&self) -> Option<&str> {
        self.target.thread.as_deref().filter(|_| self.kind() == RequestKind::Edit)
    }

    /// Sends the request. Being dropped half-way leaves open whether it was posted.
    pub(super) async fn send(&self, courier: &Courier, destination: &Destination) -> SendResult {
        let (at, began) = (Timestamp::now(), Instant::now());
        let (client, webhook, thread) = (&courier.client, &destination.webhook, self.target.thread.as_deref());
        let response = match &self.mode {
            SendMode::Edit(message) => client.edit(webhook, message, thread, &self.request).await,
            SendMode::Post | SendMode::PostAnew => client.post(webhook, thread, &self.request, &self.files).await,
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
            shared: self.shared.as_ref(),
            slot: self.slot,
            notes: &self.notes,
            has_spare_tag: self.has_spare_tag,
            can_archive: self.can_archive,
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
