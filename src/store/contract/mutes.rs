//! Mutes, and what each holds back.

use super::super::{NewEvent, Result, Store};
use hookbell_model::delivery::{HeldBack, Mute, MuteId, MuteMatcher};
use hookbell_model::timestamp::Timestamp;

impl Store {
    /// Keeps a mute that is in force from `now` to `until`. Allowed beside the server that serves the database.
    pub async fn add_mute(
        &self,
        matcher: MuteMatcher,
        reason: String,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<MuteId> {
        call!(self.add_mute(matcher, reason, now, until)).await
    }

    /// Ends a mute now, or all of them; returns those that were in force. Allowed beside the server.
    pub async fn end_mutes(&self, id: Option<MuteId>, now: Timestamp) -> Result<Vec<MuteId>> {
        call!(self.end_mutes(id, now)).await
    }

    /// The mutes that end after `now`, oldest first.
    pub async fn active_mutes(&self, now: Timestamp) -> Result<Vec<Mute>> {
        call!(self.active_mutes(now)).await
    }

    /// The mutes that ended before `before` and whose end is not reported yet, oldest first.
    pub async fn ended_mutes(&self, before: Timestamp) -> Result<Vec<Mute>> {
        call!(self.ended_mutes(before)).await
    }

    /// What a mute held back and is not reported yet, by destination and type.
    pub async fn held_back(&self, id: MuteId) -> Result<Vec<HeldBack>> {
        call!(self.held_back(id)).await
    }

    /// Marks the end of a mute as reported and accepts the events that report `reported`, in one transaction; false when
    /// that is no longer what it held back, or was reported already.
    pub async fn report_mute(
        &self,
        id: MuteId,
        reported: Vec<HeldBack>,
        events: Vec<NewEvent>,
        now: Timestamp,
    ) -> Result<bool> {
        call!(self.report_mute(id, reported, events, now)).await
    }
}
