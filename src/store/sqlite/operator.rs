//! Who changes something through a handle, and the confirmation that it spends.

use rusqlite::{Connection, params};

use super::super::confirmation::ConfirmationToken;
use super::rows::QueryExt;
use super::sql;
use hookbell_model::audit::{Actor, Author};
use hookbell_model::timestamp::Timestamp;

/// Who changes something, and with which confirmation.
#[derive(Debug)]
pub(super) struct Operator {
    author: Author,
    spends: Option<ConfirmationToken>,
}

impl Operator {
    pub(super) fn new(author: Author, spends: Option<ConfirmationToken>) -> Self {
        Self { author, spends }
    }

    pub(super) fn author(&self) -> &Author {
        &self.author
    }

    /// Whether the change may be done: false where its confirmation was spent.
    pub(super) fn spend(&self, conn: &Connection, now: Timestamp) -> rusqlite::Result<bool> {
        let Some(token) = &self.spends else { return Ok(true) };
        let Actor::Discord { id, .. } = &self.author.actor else { return Ok(false) };
        conn.change(sql::confirmations::SPEND, params![token.hash(), id, now.0]).map(|spent| spent > 0)
    }
}
