//! serenity's errors as values with texts of our own: serenity's texts can hold URLs with interaction tokens.

use serenity::Error;
use serenity::http::HttpError;

/// The longest message of Discord's that is repeated, in characters.
const MAX_MESSAGE: usize = 200;

/// What went wrong between hookbell and Discord. Its text never holds a URL or a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscordError {
    #[error("Discord answered {status}{}", describe(reason))]
    Answered { status: u16, reason: Option<ApiError> },
    #[error("Discord did not answer in time")]
    TimedOut,
    #[error("Discord cannot be reached")]
    Unreachable,
    #[error("the connection to Discord broke")]
    ConnectionBroken,
    #[error("Discord's gateway: {0}")]
    Gateway(String),
    #[error("the connection to Discord's gateway broke")]
    GatewayBroken,
    #[error("Discord's answer cannot be read")]
    Unreadable,
}

/// The body of an error answer of Discord's API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    pub code: isize,
    pub message: String,
}

fn describe(reason: &Option<ApiError>) -> String {
    reason.as_ref().map(|reason| format!(": {} (code {})", reason.message, reason.code)).unwrap_or_default()
}

impl DiscordError {
    /// The HTTP status that Discord answered with.
    pub(super) fn status(&self) -> Option<u16> {
        match self {
            Self::Answered { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Whether the same request would be refused again.
    pub(super) fn is_permanent(&self) -> bool {
        matches!(self.status(), Some(400..=428 | 430..=499))
    }
}

impl From<&Error> for DiscordError {
    fn from(error: &Error) -> Self {
        match error {
            Error::Http(HttpError::UnsuccessfulRequest(answer)) => {
                // -1 = no JSON, and then the message holds the URL.
                let reason = (answer.error.code >= 0).then(|| ApiError {
                    code: answer.error.code,
                    message: answer.error.message.chars().take(MAX_MESSAGE).collect(),
                });
                Self::Answered { status: answer.status_code.as_u16(), reason }
            }
            Error::Http(HttpError::Request(error)) if error.is_timeout() => Self::TimedOut,
            Error::Http(HttpError::Request(error)) if error.is_connect() => Self::Unreachable,
            Error::Http(_) => Self::ConnectionBroken,
            Error::Gateway(error) => Self::Gateway(error.to_string()),
            Error::Json(_) => Self::Unreadable,
            _ => Self::GatewayBroken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_without_a_readable_body_says_its_status_alone() {
        assert_eq!(DiscordError::Answered { status: 502, reason: None }.to_string(), "Discord answered 502");
        let reason = Some(ApiError { code: 50_001, message: "Missing Access".into() });
        let error = DiscordError::Answered { status: 403, reason };
        assert_eq!(error.to_string(), "Discord answered 403: Missing Access (code 50001)");
    }

    #[test]
    fn a_rate_limit_passes_and_a_refusal_stays() {
        let answered = |status| DiscordError::Answered { status, reason: None };
        assert!([400, 401, 403, 404].into_iter().all(|status| answered(status).is_permanent()));
        assert!([429, 500, 503].into_iter().all(|status| !answered(status).is_permanent()));
        assert!(!DiscordError::TimedOut.is_permanent());
    }
}
