//! An entry of the audit.

use serde::Serialize;

use super::serialize::display;
use crate::store::AuditEntry;
use hookbell_model::audit::{Actor, AuditAction};
use hookbell_model::timestamp::Timestamp;

/// An entry of the audit as every interface reports it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditView {
    pub id: i64,
    #[serde(serialize_with = "display")]
    pub at: Timestamp,
    /// In words.
    pub who: String,
    pub actor: Actor,
    /// Server and channel in Discord, by their ids: `1111/2222`.
    pub from: Option<String>,
    /// In words.
    pub what: String,
    #[serde(flatten)]
    pub action: AuditAction,
}

impl From<AuditEntry> for AuditView {
    fn from(entry: AuditEntry) -> Self {
        let AuditEntry { id, at, author, action } = entry;
        let from = author.place.map(|place| format!("{}/{}", place.guild, place.channel));
        Self { id, at, who: author.actor.to_string(), actor: author.actor, from, what: action.to_string(), action }
    }
}
