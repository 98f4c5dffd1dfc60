//! Messages that are drawn again because of what people have done about their things: with the newest event, and who has it.

use tracing::{debug, warn};

use super::super::rate_limiter::RequestKind;
use super::{LONGEST_PERMIT_WAIT, Lane};
use crate::compose::{ComposeInput, MessageTarget, ThingCard, compose_thing, shared_message, slot_of};
use crate::discord::Outcome;
use crate::store::{self, ThingMessage};
use hookbell_model::delivery::{MessageRef, backoff};
use hookbell_model::message::Message;
use hookbell_model::timestamp::Timestamp;

/// A message that cannot be edited so many times in a row is left as it is until somebody does something again.
const MOST_ATTEMPTS: u32 = 8;

impl Lane {
    /// Draws the next message; `false` when there is none.
    pub(super) async fn redraw(&mut self, now: Timestamp) -> store::Result<bool> {
        let Some(thing) = self.courier.store.to_redraw(&self.destination.name).await? else { return Ok(false) };
        let again = match self.draw(&thing).await? {
            Some((message, body)) => self.edit_drawn(&message, thing.live.in_thread, &body, now).await,
            // What it shows is no longer kept.
            None => None,
        };
        match again {
            Some(again) => self.follow_ups.put_off(again, again.since(now)),
            None => {
                self.redraws_failed = 0;
                self.courier.store.redrawn(thing.live.id, thing.redraw).await?;
            }
        }
        Ok(true)
    }

    async fn draw(&self, thing: &ThingMessage) -> store::Result<Option<(MessageRef, Message)>> {
        let (Some(at), Some((event, raw, plan))) = (&thing.live.message, &thing.shown) else { return Ok(None) };
        let is_bot_owned = self.courier.is_bot_owned(&self.destination.webhook);
        let target = MessageTarget { is_bot_owned, ..self.destination.target() };
        let input = ComposeInput { event, raw, plan };
        let card = ThingCard { input, state: &thing.live.state, handling: &thing.live.handling };
        let message = compose_thing(&self.courier.settings().templates, &target, card);
        let Some(slot) = thing.live.slot else { return Ok(Some((at.clone(), message))) };
        let shared = self.courier.store.shared_message(&self.destination.name, &at.id).await?;
        // What else is in the message is no longer known, and would be lost.
        let Some(shared) = shared else { return Ok(None) };
        let delivery = shared.slots.get(slot).map_or(0, |slot| slot.delivery);
        let shared = shared.with(slot, slot_of(&message, delivery));
        Ok(Some((at.clone(), shared_message(&message, &shared, self.destination.locale).0)))
    }

    /// Until when it is put off; none when it is done with.
    async fn edit_drawn(
        &mut self,
        at: &MessageRef,
        in_thread: bool,
        message: &Message,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let webhook = &self.destination.webhook;
        let permit = self.courier.pacer.permit(RequestKind::Edit, true, webhook, LONGEST_PERMIT_WAIT, &self.stop).await;
        let Some(permit) = permit else { return Some(now) };
        let thread = in_thread.then_some(at.channel.as_str());
        let response = self.courier.client.edit(webhook, at, thread, &message.to_patch()).await;
        self.courier.pacer.note(&permit, &response);
        let (destination, id) = (&self.destination.name, &at.id);
        self.redraws_failed += 1;
        match response.outcome {
            Outcome::Done(_) | Outcome::MessageGone { .. } => None,
            Outcome::Wait { after, .. } | Outcome::Banned { after, .. } => Some(now.after(after)),
            Outcome::Retry { error } | Outcome::Lost { error } | Outcome::WebhookDead { error }
                if self.redraws_failed < MOST_ATTEMPTS =>
            {
                debug!(destination, message = id, %error, "a message cannot be drawn again yet");
                Some(now.after(backoff(self.redraws_failed, fastrand::f64())))
            }
            Outcome::Retry { error }
            | Outcome::Lost { error }
            | Outcome::WebhookDead { error }
            | Outcome::Refused { error }
            | Outcome::Misplaced { error, .. } => {
                warn!(destination, message = id, %error, "a message does not show who has its alert: it cannot be edited");
                None
            }
        }
    }
}
