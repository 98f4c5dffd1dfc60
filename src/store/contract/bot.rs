//! What the bot remembers.

use super::super::{GatewayStarts, Result, Store};
use hookbell_model::timestamp::Timestamp;

impl Store {
    /// The servers in which an application's commands were registered, by id; none = everywhere.
    pub async fn registrations(&self, application: &str) -> Result<Vec<Option<String>>> {
        call!(self.registrations(application)).await
    }

    /// Remembers, or forgets, that an application's commands are registered somewhere.
    pub async fn set_registered(&self, application: &str, guild: Option<&str>, is_registered: bool) -> Result<()> {
        call!(self.set_registered(application, guild, is_registered)).await
    }

    /// Keeps the text of a question under a key until `expires`; of one asker the newest hundred.
    pub async fn keep_query(
        &self,
        key: &str,
        asker: &str,
        text: &str,
        now: Timestamp,
        expires: Timestamp,
    ) -> Result<()> {
        call!(self.keep_query(key, asker, text, now, expires)).await
    }

    /// The text that an asker has kept under a key; none where it has expired, or is somebody else's.
    pub async fn kept_query(&self, key: &str, asker: &str, now: Timestamp) -> Result<Option<String>> {
        call!(self.kept_query(key, asker, now)).await
    }

    /// Counts a session of the gateway that begins now; forgets those before `forget_before`.
    pub async fn gateway_started(&self, now: Timestamp, forget_before: Timestamp) -> Result<()> {
        call!(self.gateway_started(now, forget_before)).await
    }

    /// The sessions that were begun after `since`, also by earlier runs.
    pub async fn gateway_starts(&self, since: Timestamp) -> Result<GatewayStarts> {
        call!(self.gateway_starts(since)).await
    }
}
