//! Requests beside webhooks: answers to interactions, which need no token but their own, and what the bot does with its
//! token.

use std::error::Error;
use std::time::Duration;

use http::{Method, header};
use serde_json::Value;

use super::limits;
use super::{Client, form, innermost, receive};
use hookbell_model::message::Attachment;
use hookbell_model::secret::Secret;

/// Bytes of one answer: a list of commands in several languages may have some hundred kilobytes.
const LARGEST: usize = 4 << 20;
/// The longest message of Discord's that is repeated, in characters.
const MAX_MESSAGE: usize = 200;

/// A request to Discord's API.
#[derive(Debug, Clone)]
pub struct ApiRequest<'a> {
    pub method: Method,
    /// Below `/api/v10`; parts may hold an interaction's token and are never logged.
    pub path: &'a [&'a str],
    pub query: &'a [(&'a str, &'a str)],
    pub body: Option<&'a Value>,
    /// The files that the body names, in their order.
    pub files: &'a [Attachment],
    /// Whether the bot's token goes with it.
    pub as_bot: bool,
    pub timeout: Duration,
}

impl<'a> ApiRequest<'a> {
    /// A request without a body, as nobody.
    pub fn new(method: Method, path: &'a [&'a str], timeout: Duration) -> Self {
        Self { method, path, query: &[], body: None, files: &[], as_bot: false, timeout }
    }
}

/// Why a request has no result. Its text holds no URL and no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    #[error("Discord answered {status}{}", describe(*code, message))]
    Answered {
        status: u16,
        /// Discord's own number of the error; none where another server answered.
        code: Option<i64>,
        message: String,
        /// For a 429.
        retry_after: Option<Duration>,
    },
    #[error("Discord did not answer in time")]
    TimedOut,
    #[error("Discord cannot be reached: {0}")]
    Unreachable(String),
    #[error("the connection to Discord broke: {0}")]
    ConnectionBroken(String),
    #[error("Discord's answer cannot be read")]
    Unreadable,
}

fn describe(code: Option<i64>, message: &str) -> String {
    code.map(|code| format!(": {message} (code {code})")).unwrap_or_default()
}

impl ApiError {
    /// The HTTP status that Discord answered with.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Answered { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Discord's own number of the error.
    pub fn code(&self) -> Option<i64> {
        match self {
            Self::Answered { code, .. } => *code,
            _ => None,
        }
    }

    /// Whether the same request would be refused again.
    pub fn is_permanent(&self) -> bool {
        matches!(self.status(), Some(400..=428 | 430..=499))
    }
}

impl Client {
    /// Sends a request; `Null` where the answer has no body.
    ///
    /// # Errors
    /// Everything but a success.
    pub async fn request(&self, request: ApiRequest<'_>) -> Result<Value, ApiError> {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["api", "v10"]).extend(request.path);
        }
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(request.query);
        }
        let mut builder = self.http.request(request.method, url).timeout(request.timeout);
        if request.as_bot {
            let token = self.bot.as_ref().map(Secret::expose).unwrap_or_default();
            builder = builder.header(header::AUTHORIZATION, format!("Bot {token}"));
        }
        builder = match (request.body, request.files) {
            (None, _) => builder,
            (Some(body), []) => builder.header(header::CONTENT_TYPE, "application/json").body(body.to_string()),
            (Some(body), files) => builder.multipart(form(body, files)),
        };
        let (status, headers, bytes, cut) = receive(builder, LARGEST).await.map_err(|error| failure(&error))?;
        if (200..=299).contains(&status) {
            let is_empty = bytes.trim_ascii().is_empty();
            return match serde_json::from_slice(&bytes) {
                _ if is_empty => Ok(Value::Null),
                Ok(value) if !cut => Ok(value),
                _ => Err(ApiError::Unreadable),
            };
        }
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        Err(ApiError::Answered {
            status,
            code: answer["code"].as_i64(),
            message: answer["message"].as_str().unwrap_or_default().chars().take(MAX_MESSAGE).collect(),
            retry_after: limits::retry_after(&headers, answer["retry_after"].as_f64()),
        })
    }
}

fn failure(error: &reqwest::Error) -> ApiError {
    if error.is_timeout() {
        ApiError::TimedOut
    } else if error.is_connect() {
        ApiError::Unreachable(innermost(error))
    } else if error.source().is_some() {
        ApiError::ConnectionBroken(innermost(error))
    } else {
        ApiError::ConnectionBroken("the request failed".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_without_a_readable_body_says_its_status_alone() {
        let error = |code, message: &str| {
            ApiError::Answered { status: 403, code, message: message.to_owned(), retry_after: None }.to_string()
        };
        assert_eq!(error(None, ""), "Discord answered 403");
        assert_eq!(error(Some(50_001), "Missing Access"), "Discord answered 403: Missing Access (code 50001)");
    }
}
