//! What was wrong with an answer to a request to Discord, or why no answer came. Kept with the delivery.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What was wrong with an answer, or why none came.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WebhookError {
    /// The HTTP status; none when no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Discord's error code; its absence means that another server answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// The answer's own text, or the cause that the network reports. One line; never a URL or a token.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
}

/// What hookbell concludes from an answer beyond its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remark {
    /// A redirect: Discord sends none.
    Redirect,
    /// A server between us and Discord answered.
    NotFromDiscord,
    /// This address is blocked.
    AddressBlocked,
    /// The wrong kind of channel, thread or tag.
    WrongChannel,
    /// A success without a body, where Discord sends the message it saved.
    EmptySuccess,
    /// A success with a body that is not the message that Discord saved.
    OtherSuccess,
}

impl WebhookError {
    /// No answer came, for this cause.
    pub fn without_answer(cause: impl Into<String>) -> Self {
        Self { message: cause.into(), ..Self::default() }
    }

    /// Whether the server at the other end was not there, or had a fault of its own.
    pub fn is_outage(&self) -> bool {
        self.status.is_none_or(|status| status >= 500)
    }

    /// A message cannot be edited there: its thread is archived.
    pub fn is_archived_thread(&self) -> bool {
        self.code == Some(50_083)
    }

    #[must_use]
    pub fn with(self, remark: Remark) -> Self {
        Self { remark: Some(remark), ..self }
    }
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, code, message, remark } = self;
        if let Some(status) = status {
            write!(f, "HTTP {status}")?;
        }
        // Discord answers 0 where it has no code.
        if let Some(code) = code.filter(|code| *code != 0) {
            write!(f, ", code {code}")?;
        }
        match (status, message.is_empty()) {
            (_, true) => {}
            (Some(_), false) => write!(f, ": {message}")?,
            (None, false) => f.write_str(message)?,
        }
        match remark {
            Some(remark) => write!(f, " {remark}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Redirect => "(a redirect, which is not Discord's)",
            Self::NotFromDiscord => "(not Discord's own answer)",
            Self::AddressBlocked => "(not Discord's own answer: this address is blocked)",
            Self::WrongChannel => "(the destination's webhook or thread does not fit its channel)",
            Self::EmptySuccess => "with nothing where Discord sends the message it saved",
            Self::OtherSuccess => "with something else where Discord sends the message it saved",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_is_known_of_it() {
        let error =
            WebhookError { status: Some(404), code: Some(10_015), message: "Unknown Webhook".into(), remark: None };
        assert_eq!(error.to_string(), "HTTP 404, code 10015: Unknown Webhook");
        let error = WebhookError { status: Some(503), code: Some(0), ..WebhookError::default() };
        assert_eq!(error.to_string(), "HTTP 503");
        assert_eq!(error.with(Remark::NotFromDiscord).to_string(), "HTTP 503 (not Discord's own answer)");
        let error = WebhookError { status: Some(200), ..WebhookError::default() }.with(Remark::EmptySuccess);
        assert_eq!(error.to_string(), "HTTP 200 with nothing where Discord sends the message it saved");
        assert_eq!(WebhookError::without_answer("cannot connect: refused").to_string(), "cannot connect: refused");
    }
}
