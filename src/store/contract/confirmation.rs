//! Changes that wait for a confirmation.

use super::super::{Confirmable, Confirmation, ConfirmationToken, Result, Store};
use hookbell_model::audit::AuthorPlace;
use hookbell_model::timestamp::Timestamp;

impl Store {
    /// Keeps a change that somebody may do until it expires, with the token that leads to it.
    pub async fn offer(&self, token: &ConfirmationToken, offered: Confirmation, now: Timestamp) -> Result<()> {
        call!(self.offer(token, offered, now)).await
    }

    /// What a token leads to, for this person at this place. Reading spends nothing: see [`Store::confirmed_by`].
    pub async fn confirmable(
        &self,
        token: &ConfirmationToken,
        person: &str,
        place: Option<AuthorPlace>,
        now: Timestamp,
    ) -> Result<Confirmable> {
        call!(self.confirmable(token, person, place, now)).await
    }
}
