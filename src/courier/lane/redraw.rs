//! Messages that are drawn again because of what people have done about their things: with the newest event, and who has it.

use super::Lane;
use super::follow_up::InPlace;
use crate::compose::{ComposeInput, MessageTarget, ThingCard, compose_thing, shared_message, slot_of};
use crate::store::{self, ThingMessage};
use hookbell_model::message::Message;
use hookbell_model::timestamp::Timestamp;

/// A message that cannot be edited so many times in a row is left as it is until somebody does something again.
const MOST_ATTEMPTS: u32 = 8;

impl Lane {
    /// Draws the next message; `false` when there is none.
    pub(super) async fn redraw(&mut self, now: Timestamp) -> store::Result<bool> {
        let Some(thing) = self.courier.store.to_redraw(&self.destination.name).await? else { return Ok(false) };
        let again = match self.draw(&thing).await? {
            Some(edit) => {
                self.redraws_failed += 1;
                self.edit_in_place(&edit, (self.redraws_failed, MOST_ATTEMPTS), now).await
            }
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

    async fn draw(&self, thing: &ThingMessage) -> store::Result<Option<InPlace>> {
        let (Some(at), Some((event, raw, plan))) = (&thing.live.message, &thing.shown) else { return Ok(None) };
        let is_bot_owned = !plan.buttons.is_empty() && self.courier.is_bot_owned(&self.destination.webhook);
        let target = MessageTarget { is_bot_owned, ..self.destination.target() };
        let input = ComposeInput { event, raw, plan };
        let card = ThingCard { input, state: &thing.live.state, handling: &thing.live.handling };
        let message = compose_thing(&self.courier.settings().templates, &target, card);
        let edit = |message: &Message| InPlace {
            message: at.clone(),
            in_thread: thing.live.in_thread,
            body: message.to_patch(),
        };
        let Some(slot) = thing.live.slot else { return Ok(Some(edit(&message))) };
        let shared = self.courier.store.shared_message(&self.destination.name, &at.id).await?;
        // What else is in the message is no longer known, and would be lost.
        let Some(shared) = shared else { return Ok(None) };
        let delivery = shared.slots.get(slot).map_or(0, |slot| slot.delivery);
        let shared = shared.with(slot, slot_of(&message, delivery));
        Ok(Some(edit(&shared_message(&message, &shared, self.destination.locale).0)))
    }
}
