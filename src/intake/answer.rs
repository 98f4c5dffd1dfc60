//! The responses to senders: one table from outcome to status and body. Never an internal detail, never a hint at the
//! secret.

use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Bytes;
use serde_json::json;

use super::interactions::InteractionReply;
use hookbell_model::event::EventId;
use hookbell_provider::{BodyError, HandshakeError, Rejection, Reply, VerifierError};

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Accepted(EventId),
    /// Stored, but no route matches.
    Unrouted(EventId),
    Duplicate(EventId),
    /// Several events of one request, all stored: the first one's id, and how many there were.
    Batch {
        first: EventId,
        count: usize,
        outcome: RequestOutcome,
    },
    /// Every event in it is ignored by its provider's file.
    Ignored,
    /// The provider's own form of a response: to an accepted event, or to a handshake.
    Custom(RequestOutcome, Reply),
    /// Of Discord's, answered by the bot.
    Interaction(InteractionReply),
    Unreadable(UnreadableReason),
    Unverified(Rejection),
    UnknownSource,
    MethodNotAllowed,
    TooSlow,
    /// With the limit, in bytes.
    TooLarge(usize),
    /// With what is expected.
    UnsupportedContent(&'static str),
    /// With the seconds to wait.
    TooMany(u64),
    NotKept,
}

/// What became of a request, as metrics and answers name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestOutcome {
    Accepted,
    Unrouted,
    Duplicate,
    Ignored,
    Handshake,
    Interaction,
    Unreadable,
    Unverified,
    UnknownSource,
    MethodNotAllowed,
    TooSlow,
    TooLarge,
    UnsupportedContent,
    TooMany,
    NotKept,
}

/// Why a request cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableReason {
    #[error("the body ended early")]
    EndedEarly,
    #[error(transparent)]
    Body(#[from] BodyError),
    #[error(transparent)]
    Handshake(#[from] HandshakeError),
    #[error("the secret in this request cannot be used: {0}")]
    Secret(#[from] VerifierError),
}

/// After how many seconds a sender whose event could not be stored should try again.
const RETRY_AFTER: u64 = 10;

impl RequestOutcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Unrouted => "unrouted",
            Self::Duplicate => "duplicate",
            Self::Ignored => "ignored",
            Self::Handshake => "handshake",
            Self::Interaction => "interaction",
            Self::Unreadable => "unreadable",
            Self::Unverified => "unverified",
            Self::UnknownSource => "unknown_source",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::TooSlow => "too_slow",
            Self::TooLarge => "too_large",
            Self::UnsupportedContent => "unsupported_content",
            Self::TooMany => "too_many",
            Self::NotKept => "not_kept",
        }
    }
}

impl Answer {
    /// The status. A 2xx is always exactly 200: some providers require it. Overload is 503 and never 429, which some
    /// take as final; 429 is for a source's own configured rate alone.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Accepted(_) | Self::Unrouted(_) | Self::Duplicate(_) | Self::Batch { .. } | Self::Ignored => {
                StatusCode::OK
            }
            Self::Custom(_, reply) => StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK),
            Self::Interaction(reply) => StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK),
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::Unverified(_) => StatusCode::UNAUTHORIZED,
            Self::UnknownSource => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedContent(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::NotKept => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// For metrics and for the body's `status` or `error`.
    pub fn outcome(&self) -> RequestOutcome {
        match self {
            Self::Accepted(_) => RequestOutcome::Accepted,
            Self::Unrouted(_) => RequestOutcome::Unrouted,
            Self::Duplicate(_) => RequestOutcome::Duplicate,
            Self::Batch { outcome, .. } | Self::Custom(outcome, _) => *outcome,
            Self::Ignored => RequestOutcome::Ignored,
            Self::Interaction(_) => RequestOutcome::Interaction,
            Self::Unreadable(_) => RequestOutcome::Unreadable,
            Self::Unverified(_) => RequestOutcome::Unverified,
            Self::UnknownSource => RequestOutcome::UnknownSource,
            Self::MethodNotAllowed => RequestOutcome::MethodNotAllowed,
            Self::TooSlow => RequestOutcome::TooSlow,
            Self::TooLarge(_) => RequestOutcome::TooLarge,
            Self::UnsupportedContent(_) => RequestOutcome::UnsupportedContent,
            Self::TooMany(_) => RequestOutcome::TooMany,
            Self::NotKept => RequestOutcome::NotKept,
        }
    }

    /// Why the request was refused; `None` where it was not.
    fn reason(&self) -> Option<String> {
        Some(match self {
            Self::Accepted(_)
            | Self::Unrouted(_)
            | Self::Duplicate(_)
            | Self::Batch { .. }
            | Self::Ignored
            | Self::Custom(..)
            | Self::Interaction(_) => return None,
            Self::Unreadable(why) => why.to_string(),
            Self::Unverified(why) => why.to_string(),
            Self::UnknownSource => "there is no such source".to_owned(),
            Self::MethodNotAllowed => "expected POST".to_owned(),
            Self::TooSlow => "the body took too long".to_owned(),
            Self::TooLarge(limit) => format!("the body is over {limit} bytes"),
            Self::UnsupportedContent(expected) => (*expected).to_owned(),
            Self::TooMany(_) => "over the rate configured for this source".to_owned(),
            Self::NotKept => "the event could not be kept; please send it again".to_owned(),
        })
    }

    /// The reason of a refusal, where it is logged. Unknown paths are not: scanners try many. Nor is a failing store,
    /// which is reported once, with its own error.
    pub(super) fn logged_reason(&self) -> Option<String> {
        if matches!(self, Self::UnknownSource | Self::NotKept) { None } else { self.reason() }
    }

    /// The key under which the log groups reasons: without parts that unknown senders can vary.
    pub(super) fn log_key<'r>(&self, reason: &'r str) -> &'r str {
        if matches!(self, Self::Unreadable(_)) { self.outcome().as_str() } else { reason }
    }

    /// The response that the provider's file defines, if the events were accepted and the file defines one.
    #[must_use]
    pub(super) fn in_words_of(self, reply: Option<&Reply>) -> Self {
        match reply {
            Some(reply) if self.reason().is_none() => Self::Custom(self.outcome(), reply.clone()),
            _ => self,
        }
    }

    pub fn into_response(self) -> Response<Full<Bytes>> {
        if let Self::Custom(_, reply) = self {
            return custom_response(reply);
        }
        let text = match &self {
            Self::Interaction(reply) => reply.body.clone(),
            answer => answer.body().to_string(),
        };
        let mut response = Response::new(Full::from(text));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        match self {
            Self::TooMany(seconds) => drop(headers.insert(header::RETRY_AFTER, seconds.into())),
            Self::NotKept => drop(headers.insert(header::RETRY_AFTER, RETRY_AFTER.into())),
            Self::MethodNotAllowed => drop(headers.insert(header::ALLOW, HeaderValue::from_static("POST"))),
            // The rest of the body was not read, so the connection cannot be used again.
            Self::TooSlow | Self::TooLarge(_) => {
                drop(headers.insert(header::CONNECTION, HeaderValue::from_static("close")));
            }
            _ => {}
        }
        response
    }

    /// The response does not show whether a route matched.
    fn body(&self) -> serde_json::Value {
        match self {
            Self::Batch { first, count, outcome } => {
                let status = if *outcome == RequestOutcome::Duplicate {
                    RequestOutcome::Duplicate
                } else {
                    RequestOutcome::Accepted
                };
                json!({ "status": status.as_str(), "event": first.to_string(), "count": count })
            }
            Self::Ignored => json!({ "status": "ignored" }),
            Self::Accepted(id) | Self::Unrouted(id) => json!({ "status": "accepted", "event": id.to_string() }),
            Self::Duplicate(id) => json!({ "status": "duplicate", "event": id.to_string() }),
            refused => json!({ "error": refused.outcome().as_str(), "reason": refused.reason().unwrap_or_default() }),
        }
    }
}

/// The body may repeat what an unknown sender sent: no browser may guess its type.
fn custom_response(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    for (name, value) in reply.headers {
        headers.insert(name, value);
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
