//! An answer on its way out, and Discord's ways of saying no.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// What a request is answered with.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Payload,
    /// Close the connection instead of answering.
    pub(crate) hang_up: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Payload {
    Empty,
    Json(Value),
    Html(String),
    /// Said to be JSON, and not.
    Raw(String),
}

/// Marks a response that must never leave: the connection is closed instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HangUp;

impl Answer {
    pub(crate) fn json(body: Value) -> Self {
        Self::new(StatusCode::OK, Payload::Json(body))
    }

    pub(crate) fn no_content() -> Self {
        Self::new(StatusCode::NO_CONTENT, Payload::Empty)
    }

    pub(crate) fn new(status: StatusCode, body: Payload) -> Self {
        Self { status, headers: Vec::new(), body, hang_up: false }
    }

    pub(crate) fn hang_up() -> Self {
        Self { hang_up: true, ..Self::no_content() }
    }

    /// Discord's error object.
    pub(crate) fn problem(status: u16, code: u32, message: &str) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::new(status, Payload::Json(json!({ "message": message, "code": code })))
    }

    pub(crate) fn with(mut self, headers: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        self.headers.extend(headers);
        self
    }
}

pub(crate) fn unknown_webhook() -> Answer {
    Answer::problem(404, 10_015, "Unknown Webhook")
}

pub(crate) fn bad_webhook_token() -> Answer {
    Answer::problem(401, 50_027, "Invalid Webhook Token")
}

pub(crate) fn unknown_message() -> Answer {
    Answer::problem(404, 10_008, "Unknown Message")
}

pub(crate) fn unknown_channel() -> Answer {
    Answer::problem(404, 10_003, "Unknown Channel")
}

pub(crate) fn empty_message() -> Answer {
    Answer::problem(400, 50_006, "Cannot send an empty message")
}

pub(crate) fn unauthorized() -> Answer {
    Answer::problem(401, 0, "401: Unauthorized")
}

pub(crate) fn not_found() -> Answer {
    Answer::problem(404, 0, "404: Not Found")
}

pub(crate) fn not_json() -> Answer {
    Answer::problem(400, 50_109, "The request body contains invalid JSON.")
}

pub(crate) fn too_large() -> Answer {
    Answer::problem(413, 40_005, "Request entity too large")
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let (kind, body) = match self.body {
            Payload::Empty => ("", String::new()),
            Payload::Json(value) => ("application/json", value.to_string()),
            Payload::Html(text) => ("text/html; charset=UTF-8", text),
            Payload::Raw(text) => ("application/json", text),
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        if !kind.is_empty() {
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
        if self.hang_up {
            response.extensions_mut().insert(HangUp);
        }
        response
    }
}
