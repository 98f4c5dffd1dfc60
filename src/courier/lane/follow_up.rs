//! Edits of earlier messages that a newer one of the same thing has replaced: each becomes a line and a link. They are
//! made while nothing else is due, and between deliveries where there is always something due. So are posts archived.

use std::time::Duration;

use serde_json::Value;
use tracing::{debug, warn};

use super::super::rate_limiter::RequestKind;
use super::archive::is_archived;
use super::{LONGEST_PERMIT_WAIT, Lane, Wait};
use crate::compose::{pointer, shared_message, slot_of};
use crate::discord::{Outcome, Response};
use crate::store;
use hookbell_model::delivery::{MessageRef, backoff};
use hookbell_model::live::FollowUp;
use hookbell_model::shared_message::SharedMessage;
use hookbell_model::timestamp::Timestamp;

/// An earlier message that cannot be edited so many times is left as it is.
const MOST_ATTEMPTS: u32 = 12;
/// How often the guild, which is looked up beside the lane, is waited for; then the link is left out.
const GUILD_ATTEMPTS: u32 = 5;
const GUILD_PAUSE: Duration = Duration::from_secs(1);

/// An edit of a posted message that no delivery makes.
#[derive(Debug)]
pub(super) struct InPlace {
    pub(super) message: MessageRef,
    /// Its channel is a thread of the webhook's.
    pub(super) in_thread: bool,
    pub(super) body: Value,
}

impl Lane {
    /// A follow-up while nothing else is due; else what to wait for.
    pub(super) async fn follow_up_or(&mut self, wait: Wait) -> Wait {
        if self.paused.is_some() || self.parked.is_some() || self.leased_until.is_none() {
            return wait;
        }
        match (self.follow_up().await, wait) {
            (Ok(true), _) => Wait::None,
            (Ok(false), wait) => match (self.follow_ups.due(), wait) {
                (Some(at), Wait::Idle) => Wait::Until(at),
                (Some(at), Wait::Until(until)) => Wait::Until(at.min(until)),
                (_, wait) => wait,
            },
            (Err(error), _) => self.store_failed(&error),
        }
    }

    /// Makes the next follow-up that is due; `false` when there is none.
    pub(super) async fn follow_up(&mut self) -> store::Result<bool> {
        let now = self.courier.clock.now();
        let Some(until) = self.follow_ups.stored_until(now) else { return Ok(false) };
        self.follow_ups.deliveries = 0;
        if self.redraw(now).await? {
            return Ok(true);
        }
        let Some(follow_up) = self.courier.store.follow_up(&self.destination.name, until).await? else {
            if self.archive(until, now).await? {
                return Ok(true);
            }
            self.follow_ups.none_found();
            return Ok(false);
        };
        let shared = match follow_up.message.slot {
            Some(_) => self.courier.store.shared_message(&self.destination.name, &follow_up.message.id).await?,
            None => None,
        };
        let (again, shared) = self.edit_earlier(&follow_up, shared, now).await;
        if let Some(again) = again {
            self.follow_ups.put_off(again, again.since(now));
        }
        self.courier.store.settle_follow_up(&self.destination.name, follow_up, shared, again, now).await?;
        Ok(true)
    }

    /// Until when it is put off, none when it is done with; and what a shared message is made of from now on.
    async fn edit_earlier(
        &mut self,
        follow_up: &FollowUp,
        shared: Option<SharedMessage>,
        now: Timestamp,
    ) -> (Option<Timestamp>, Option<SharedMessage>) {
        let FollowUp { message, title, newer, guild, attempts } = follow_up;
        if guild.is_none() && *attempts < GUILD_ATTEMPTS {
            return (Some(now.after(GUILD_PAUSE)), None);
        }
        let pointer = pointer(title, newer, guild.as_deref(), self.destination.locale);
        let (pointer, shared) = match message.slot.zip(shared) {
            Some((slot, shared)) => {
                let shared = shared.with(slot, slot_of(&pointer, 0));
                (shared_message(&pointer, &shared, self.destination.locale).0, Some(shared))
            }
            // What else is in the message is no longer known, and would be lost.
            None if message.slot.is_some() => return (None, None),
            None => (pointer, None),
        };
        let edit = InPlace { message: message.reference(), in_thread: message.in_thread, body: pointer.to_patch() };
        (self.edit_in_place(&edit, (*attempts, MOST_ATTEMPTS), now).await, shared)
    }

    /// Edits a posted message beside the deliveries. Until when it is put off; none when it is done with, or left as it is.
    pub(super) async fn edit_in_place(
        &mut self,
        edit: &InPlace,
        (attempts, most): (u32, u32),
        now: Timestamp,
    ) -> Option<Timestamp> {
        let InPlace { message, in_thread, .. } = edit;
        let Some(mut response) = self.send_edit(edit).await else { return Some(now) };
        if *in_thread && is_archived(&response) && self.open_post(&message.channel).await.unwrap_or_default() {
            response = self.send_edit(edit).await.unwrap_or(response);
        }
        let (destination, id) = (&self.destination.name, &message.id);
        match response.outcome {
            Outcome::Done(_) => None,
            Outcome::MessageGone { .. } => None,
            Outcome::Wait { after, .. } | Outcome::Banned { after, .. } => Some(now.after(after)),
            Outcome::Retry { error } | Outcome::Lost { error } | Outcome::WebhookDead { error } if attempts < most => {
                debug!(destination, message = id, %error, "a posted message cannot be edited yet");
                Some(now.after(backoff(attempts + 1, fastrand::f64())))
            }
            Outcome::Retry { error }
            | Outcome::Lost { error }
            | Outcome::WebhookDead { error }
            | Outcome::Refused { error }
            | Outcome::Misplaced { error, .. } => {
                warn!(destination, message = id, %error, "a posted message is left as it is: it cannot be edited");
                None
            }
        }
    }

    /// None when there was no permit.
    async fn send_edit(&self, edit: &InPlace) -> Option<Response> {
        let webhook = &self.destination.webhook;
        let permit =
            self.courier.pacer.permit(RequestKind::Edit, true, webhook, LONGEST_PERMIT_WAIT, &self.stop).await?;
        let InPlace { message, in_thread, body } = edit;
        let thread = in_thread.then_some(message.channel.as_str());
        let response = self.courier.client.edit(webhook, message, thread, body).await;
        self.courier.pacer.note(&permit, &response);
        Some(response)
    }
}
