//! Responses, and Discord's error responses.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// The response to a request, or the error that ends it early.
pub(crate) type ApiResult = Result<ApiResponse, ApiResponse>;

#[derive(Debug, Clone)]
pub(crate) struct ApiResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: ApiBody,
    /// Unknown keys of the request's body, which Discord ignores without an error.
    pub(crate) ignored: Vec<String>,
    /// The connection is closed instead of answering.
    pub(crate) aborts: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum ApiBody {
    Empty,
    Json(Value),
    Html(String),
    /// Labelled as JSON, and not JSON.
    Malformed(String),
}

/// Marks a response that is never sent: the connection is closed instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AbortConnection;

impl ApiResponse {
    pub(crate) fn json(body: Value) -> Self {
        Self::new(StatusCode::OK, ApiBody::Json(body))
    }

    pub(crate) fn no_content() -> Self {
        Self::new(StatusCode::NO_CONTENT, ApiBody::Empty)
    }

    pub(crate) fn new(status: StatusCode, body: ApiBody) -> Self {
        Self { status, headers: Vec::new(), body, ignored: Vec::new(), aborts: false }
    }

    /// Its JSON; `null` when it has none.
    pub(crate) fn json_body(&self) -> Value {
        if let ApiBody::Json(value) = &self.body { value.clone() } else { Value::Null }
    }

    /// Closes the connection.
    pub(crate) fn abort() -> Self {
        Self { aborts: true, ..Self::no_content() }
    }

    /// Discord's error object.
    pub(crate) fn error(status: u16, code: u32, message: &str) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::new(status, ApiBody::Json(json!({ "message": message, "code": code })))
    }

    pub(crate) fn with(mut self, headers: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        self.headers.extend(headers);
        self
    }

    /// Notes the keys that were ignored.
    pub(crate) fn ignoring(mut self, keys: Vec<String>) -> Self {
        self.ignored = keys;
        self
    }
}

pub(crate) fn unknown_webhook() -> ApiResponse {
    ApiResponse::error(404, 10_015, "Unknown Webhook")
}

pub(crate) fn bad_webhook_token() -> ApiResponse {
    ApiResponse::error(401, 50_027, "Invalid Webhook Token")
}

pub(crate) fn unknown_message() -> ApiResponse {
    ApiResponse::error(404, 10_008, "Unknown Message")
}

pub(crate) fn unknown_channel() -> ApiResponse {
    ApiResponse::error(404, 10_003, "Unknown Channel")
}

pub(crate) fn empty_message() -> ApiResponse {
    ApiResponse::error(400, 50_006, "Cannot send an empty message")
}

pub(crate) fn unauthorized() -> ApiResponse {
    ApiResponse::error(401, 0, "401: Unauthorized")
}

pub(crate) fn not_found() -> ApiResponse {
    ApiResponse::error(404, 0, "404: Not Found")
}

pub(crate) fn not_json() -> ApiResponse {
    ApiResponse::error(400, 50_109, "The request body contains invalid JSON.")
}

pub(crate) fn too_large() -> ApiResponse {
    ApiResponse::error(413, 40_005, "Request entity too large")
}

impl IntoResponse for ApiResponse {
    fn into_response(self) -> Response {
        let (content_type, body) = match self.body {
            ApiBody::Empty => ("", String::new()),
            ApiBody::Json(value) => ("application/json", value.to_string()),
            ApiBody::Html(text) => ("text/html; charset=UTF-8", text),
            ApiBody::Malformed(text) => ("application/json", text),
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        if !content_type.is_empty() {
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
        if self.aborts {
            response.extensions_mut().insert(AbortConnection);
        }
        response
    }
}
