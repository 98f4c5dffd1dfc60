//! Things that are open, and what people do about them.

use super::super::{DueEscalation, Handled, NewEvent, Result, Scope, Store, Thing, ThingMessage};
use hookbell_model::handling::{HandlingChange, Person};
use hookbell_model::timestamp::Timestamp;

impl Store {
    /// Things within a scope that somebody has to do something about, at most `limit` of each destination.
    pub async fn firing(&self, scope: Scope, limit: usize) -> Result<Vec<Thing>> {
        call!(self.firing(scope, limit)).await
    }

    /// The things whose message this is; one, but for messages that several share.
    pub async fn things_of_message(&self, scope: Scope, message: &str) -> Result<Vec<Thing>> {
        call!(self.things_of_message(scope, message)).await
    }

    /// The things within a scope that are known by this name: the same one in several channels.
    pub async fn things_by_key(&self, scope: Scope, key: &str) -> Result<Vec<Thing>> {
        call!(self.things_by_key(scope, key)).await
    }

    /// Changes what people do about a thing, and about the same thing in other channels of its server; their messages are
    /// drawn again. None where the thing is no longer kept.
    pub async fn handle(
        &self,
        record: i64,
        change: HandlingChange,
        by: Person,
        now: Timestamp,
    ) -> Result<Option<Handled>> {
        call!(self.handle(record, change, by, now)).await
    }

    /// What the message of a thing is drawn of.
    pub async fn thing_message(&self, record: i64) -> Result<Option<ThingMessage>> {
        call!(self.thing_message(record)).await
    }

    /// A thing whose message does not show yet what people have done.
    pub async fn to_redraw(&self, destination: &str) -> Result<Option<ThingMessage>> {
        call!(self.to_redraw(destination)).await
    }

    /// Its message shows what `redraw` counts; what was done meanwhile is still to be drawn.
    pub async fn redrawn(&self, record: i64, redraw: i64) -> Result<()> {
        call!(self.redrawn(record, redraw)).await
    }

    /// Things that nobody has taken in time, at most `limit`.
    pub async fn due_escalations(&self, now: Timestamp, limit: usize) -> Result<Vec<DueEscalation>> {
        call!(self.due_escalations(now, limit)).await
    }

    /// Keeps the event of an escalation, if there is one, how many steps are taken now, and when the next one is due, in one
    /// transaction; nothing where somebody else has taken a step meanwhile.
    pub async fn escalate(
        &self,
        due: &DueEscalation,
        event: Option<NewEvent>,
        escalated: usize,
        next: Option<Timestamp>,
    ) -> Result<()> {
        call!(self.escalate(due, event, escalated, next)).await
    }
}
