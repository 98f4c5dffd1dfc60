//! Finds what a delivery's live message is known to show, and makes its message.

use super::batch::Batch;
use super::head::HeadState;
use super::settings::Destination;
use super::shared::Courier;
use crate::compose::{
    self, LiveAction, LiveComposed, LiveInput, PostedMessage, ShownInput, compose_live, compose_plain,
};
use crate::store::{self, Settlement};
use hookbell_model::delivery::{Delivery, EditedMessage, MessageRef, Reason, Status};
use hookbell_model::live::{EventPosition, LiveContext, LiveThing, LiveUpdate};

/// Makes the message of the batch, live or not.
pub(super) async fn compose(
    courier: &Courier,
    destination: &Destination,
    batch: &Batch,
    state: &HeadState,
) -> store::Result<LiveComposed> {
    let (settings, inputs, target) = (courier.settings(), batch.inputs(), destination.target());
    let templates = &settings.templates;
    let refusal = state.refusal.as_ref().map(ToString::to_string);
    let context = LiveContext::default();
    let own = compose::compose(templates, &inputs, &target, &context);
    if own.live.keys.is_empty() {
        let is_routine = compose::is_routine(&inputs.first, &own);
        let composed = match refusal {
            Some(refusal) => compose_plain(templates, &inputs, &target, &context, &refusal),
            None => own,
        };
        let action = if is_routine { LiveAction::Record } else { LiveAction::Post };
        return Ok(LiveComposed { composed, action, update: None, is_older: false, is_routine, context });
    }
    let position = EventPosition::of(inputs.first.event);
    let messages = courier.store.live_messages(&destination.name, own.live.keys.clone()).await?;
    let thing = LiveThing::of(messages, inputs.first.event.id, &position);
    let newer =
        thing.as_ref().filter(|thing| thing.is_newer_than(&position, inputs.first.event.id)).and_then(LiveThing::shown);
    let shown = match newer {
        Some(shown) => courier.store.event(shown.id).await?.map(|(event, raw)| ShownInput { event, raw }),
        None => None,
    };
    Ok(compose_live(templates, &target, LiveInput { input: inputs.first, own, thing, shown, refusal }))
}

/// What is done where a posted message is only to be rendered again: nothing is posted.
pub(super) fn in_place(action: LiveAction, edited: Option<&EditedMessage>) -> LiveAction {
    match (action, edited) {
        (LiveAction::Post | LiveAction::Record, Some(EditedMessage { id, channel, in_thread })) => {
            let message = MessageRef { id: id.clone(), channel: channel.clone() };
            LiveAction::Edit(PostedMessage { message, in_thread: *in_thread })
        }
        (action, _) => action,
    }
}

/// The end of deliveries that need no request.
pub(super) fn without_request(
    batch: &Batch,
    status: Status,
    reason: &Reason,
    update: Option<LiveUpdate>,
) -> Vec<Settlement> {
    let mut update = update;
    let settlement = |delivery: &Delivery| Settlement {
        delivery: delivery.id,
        status,
        reason: reason.clone(),
        message: None,
        live: update.take(),
        in_thread: false,
        post: None,
        attempt: None,
        possible_repeat: false,
        sent: None,
    };
    batch.deliveries().map(settlement).collect()
}
