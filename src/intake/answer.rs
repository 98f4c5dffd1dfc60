//! What a sender hears: one table from outcome to status and body. Never an internal detail, never a hint at
//! the secret.

use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Bytes;
use serde_json::json;

use hookbell_model::event::EventId;
use hookbell_provider::Reply;

/// The outcome of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Accepted(EventId),
    /// Kept, but no route takes it.
    Unrouted(EventId),
    Duplicate(EventId),
    /// Several events of one request, all kept: the first one's id, how many there were, and the word for them.
    Several(EventId, usize, &'static str),
    /// Nothing in it was to be kept, by its provider's file.
    Ignored,
    /// In the provider's own words: an ordinary answer, or a handshake's.
    Worded(&'static str, Reply),
    Unreadable(String),
    Unverified(String),
    UnknownSource,
    MethodNotAllowed,
    TooSlow,
    TooLarge(usize),
    UnsupportedContent(&'static str),
    /// Seconds to wait.
    TooMany(u64),
    NotKept,
}

/// How soon a sender whose event could not be kept should come back, in seconds.
const RETRY_AFTER: u64 = 10;

impl Answer {
    /// The status. A 2xx is always exactly 200: some providers insist. Overload is 503 and never 429, which
    /// some take as final; 429 is for a source's own configured rate alone.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Accepted(_) | Self::Unrouted(_) | Self::Duplicate(_) | Self::Several(..) | Self::Ignored => {
                StatusCode::OK
            }
            Self::Worded(_, reply) => StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK),
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

    /// One word for metrics and for the body's `status` or `error`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Accepted(_) => "accepted",
            Self::Unrouted(_) => "unrouted",
            Self::Duplicate(_) => "duplicate",
            Self::Several(_, _, word) | Self::Worded(word, _) => word,
            Self::Ignored => "ignored",
            Self::Unreadable(_) => "unreadable",
            Self::Unverified(_) => "unverified",
            Self::UnknownSource => "unknown_source",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::TooSlow => "too_slow",
            Self::TooLarge(_) => "too_large",
            Self::UnsupportedContent(_) => "unsupported_content",
            Self::TooMany(_) => "too_many",
            Self::NotKept => "not_kept",
        }
    }

    fn reason(&self) -> String {
        match self {
            Self::Accepted(_)
            | Self::Unrouted(_)
            | Self::Duplicate(_)
            | Self::Several(..)
            | Self::Ignored
            | Self::Worded(..) => String::new(),
            Self::Unreadable(why) | Self::Unverified(why) => why.clone(),
            Self::UnknownSource => "there is no such source".to_owned(),
            Self::MethodNotAllowed => "expected POST".to_owned(),
            Self::TooSlow => "the body took too long".to_owned(),
            Self::TooLarge(limit) => format!("the body is over {limit} bytes"),
            Self::UnsupportedContent(why) => (*why).to_owned(),
            Self::TooMany(_) => "over the rate configured for this source".to_owned(),
            Self::NotKept => "the event could not be kept; please send it again".to_owned(),
        }
    }

    /// The reason, where an operator should hear of it. Unknown paths are every scanner's business and
    /// accepted events are the metrics'.
    pub fn worth_a_log_line(&self) -> Option<String> {
        match self {
            Self::Accepted(_)
            | Self::Unrouted(_)
            | Self::Duplicate(_)
            | Self::Several(..)
            | Self::Ignored
            | Self::Worded(..)
            | Self::UnknownSource
            | Self::NotKept => None,
            _ => Some(self.reason()),
        }
    }

    /// What counts as the same reason in the log: what strangers can vary is left out.
    pub(super) fn log_key<'r>(&self, reason: &'r str) -> &'r str {
        if matches!(self, Self::Unreadable(_)) { self.word() } else { reason }
    }

    /// In the words of the provider's file, where it took the events and the file has words.
    #[must_use]
    pub fn worded(self, reply: Option<&Reply>) -> Self {
        let word = self.word();
        match (&self, reply) {
            (
                Self::Accepted(_) | Self::Unrouted(_) | Self::Duplicate(_) | Self::Several(..) | Self::Ignored,
                Some(reply),
            ) => Self::Worded(word, reply.clone()),
            _ => self,
        }
    }

    pub fn into_response(self) -> Response<Full<Bytes>> {
        if let Self::Worded(_, reply) = self {
            return in_words_of(reply);
        }
        let body = match &self {
            Self::Several(id, count, word) => {
                let status = if *word == "duplicate" { word } else { "accepted" };
                json!({ "status": status, "event": id.to_string(), "count": count })
            }
            Self::Ignored => json!({ "status": "ignored" }),
            Self::Accepted(id) | Self::Unrouted(id) => json!({ "status": "accepted", "event": id.to_string() }),
            Self::Duplicate(id) => json!({ "status": "duplicate", "event": id.to_string() }),
            refused => json!({ "error": refused.word(), "reason": refused.reason() }),
        };
        let mut response = Response::new(Full::from(body.to_string()));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        match self {
            Self::TooMany(seconds) => drop(headers.insert(header::RETRY_AFTER, seconds.into())),
            Self::NotKept => drop(headers.insert(header::RETRY_AFTER, RETRY_AFTER.into())),
            Self::MethodNotAllowed => drop(headers.insert(header::ALLOW, HeaderValue::from_static("POST"))),
            // The rest of the body was not read, so the connection is of no further use.
            Self::TooSlow | Self::TooLarge(_) => {
                drop(headers.insert(header::CONNECTION, HeaderValue::from_static("close")));
            }
            _ => {}
        }
        response
    }
}

/// What a stranger sent may stand in here: no browser is to guess what it is.
fn in_words_of(reply: Reply) -> Response<Full<Bytes>> {
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
