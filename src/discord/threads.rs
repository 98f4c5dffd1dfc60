//! Threads with the bot's token: whether one is locked, and archiving it or opening it again.

use http::Method;
use serde_json::{Value, json};

use super::Client;
use super::response::Response;

impl Client {
    /// Archives a thread, or opens one that is archived. May be repeated.
    ///
    /// # Errors
    /// The answer, when it was no success. Status 401 and 403 mean that the bot may not do it, 404 that the thread is gone.
    pub async fn set_archived(&self, thread: &str, archived: bool) -> Result<(), Response> {
        let body = json!({ "archived": archived });
        self.call_as_bot(Method::PATCH, &["channels", thread], &[], Some(&body)).await.map(|_| ())
    }

    /// Whether somebody has locked a thread.
    ///
    /// # Errors
    /// As for [`Client::set_archived`].
    pub async fn is_locked(&self, thread: &str) -> Result<bool, Response> {
        let (_, bytes) = self.call_as_bot(Method::GET, &["channels", thread], &[], None).await?;
        let channel: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        Ok(channel["thread_metadata"]["locked"] == true)
    }
}
