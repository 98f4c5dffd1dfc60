//! Reads a channel with the bot's token: what was posted there. Here is also how any request goes out with that token.

use http::{Method, header};
use serde_json::Value;

use super::response::{Outcome, ReceivedBody, Response};
use super::{Client, innermost, outcome, receive};
use hookbell_model::secret::Secret;
use hookbell_model::webhook_error::WebhookError;

/// Messages in one answer.
const PAGE: u32 = 50;
/// Bytes of one answer: a message may have several kilobytes.
const LARGEST: usize = 2 << 20;

impl Client {
    /// With a bot, which may read channels.
    #[must_use]
    pub fn with_bot(self, token: Option<Secret>) -> Self {
        Self { bot: token, ..self }
    }

    /// Whether there is a bot. What it may read depends on the channel.
    pub fn has_bot(&self) -> bool {
        self.bot.is_some()
    }

    /// The first messages of a channel or thread that are newer than a message id, as Discord's objects. Changes
    /// nothing.
    ///
    /// # Errors
    /// The answer, when it was anything but messages. Status 401, 403 and 404 mean that the bot may not read them.
    pub async fn messages(&self, channel: &str, after: u64) -> Result<Vec<Value>, Response> {
        let query = [("limit", PAGE.to_string()), ("after", after.to_string())];
        let (status, bytes) = self.call_as_bot(Method::GET, &["channels", channel, "messages"], &query, None).await?;
        serde_json::from_slice(&bytes).map_err(|_| {
            let error = WebhookError::without_answer("the answer to a look into the channel is no list of messages");
            Response { outcome: Outcome::Retry { error }, status: Some(status), rate_limit: None }
        })
    }

    /// The status and the body of a success.
    ///
    /// # Errors
    /// The answer, when it was no success.
    pub(super) async fn call_as_bot(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, String)],
        body: Option<&Value>,
    ) -> Result<(u16, Vec<u8>), Response> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "v10"]).extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let token = self.bot.as_ref().map(Secret::expose).unwrap_or_default();
        let mut request = self.http.request(method.clone(), url).header(header::AUTHORIZATION, format!("Bot {token}"));
        if let Some(body) = body {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body.to_string());
        }
        let failed = |outcome, status| Response { outcome, status, rate_limit: None };
        let (status, headers, bytes, cut) = receive(request, LARGEST)
            .await
            .map_err(|error| failed(outcome::no_answer(&method, error.is_connect(), &innermost(&error)), None))?;
        if !(200..=299).contains(&status) {
            let body = ReceivedBody { bytes: &bytes, cut };
            return Err(failed(outcome::read((&method, false), status, &headers, body), Some(status)));
        }
        Ok((status, bytes))
    }
}
