//! Fault injection: ways in which Discord fails, switched on and off while it runs.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::json;

use crate::response::{self, ApiBody, ApiResponse};

/// What the page calls the scope of the bot's responses to interactions; no webhook can be called so.
pub(crate) const BOT_SCOPE: &str = "@bot";

/// What goes wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// This status with Discord's JSON; nothing is done.
    Status(u16),
    /// The request is carried out, and answered with this status as if it were not.
    StatusAfter(u16),
    /// 429 with this wait in header and body; nothing is done.
    RateLimited(Duration),
    /// This status with a proxy's HTML page; nothing is done.
    StatusHtml(u16),
    /// The request is carried out, then the connection is closed without a response.
    LostResponse,
    /// The connection is closed and nothing is done.
    DropConnection,
    /// The request is carried out, and its response is sent this much later.
    Slow(Duration),
    /// Cloudflare's page with this status (429 or 403): no rate headers, no JSON.
    CloudflareBan(u16),
    /// As [`FaultKind::CloudflareBan`] with 429, and with how long it lasts.
    BriefBan(Duration),
    /// The webhook is deleted: 404, code 10015.
    UnknownWebhook,
    /// The webhook's token is refused: 401, code 50027.
    InvalidToken,
    /// Carried out, and answered 200 with JSON that is cut off.
    MalformedJson,
    /// Carried out, and answered 200 with an HTML page.
    Html200,
    /// Carried out, and answered 200 with an empty body.
    Empty200,
    /// 302 to another path; nothing is done.
    Redirect,
}

/// A kind of fault, the requests that it applies to, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub kind: FaultKind,
    pub scope: FaultScope,
    /// Only requests of this method; `None` for all.
    pub method: Option<Method>,
    /// How many requests it applies to; `None`: until cleared.
    pub times: Option<u32>,
}

/// Which requests a fault applies to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultScope {
    /// Those to webhooks; the bot's own requests are left alone.
    Webhooks,
    /// Those to one webhook, by its name.
    Webhook(String),
    /// First responses to interactions, follow-ups to them and edits.
    Interactions,
    /// First responses to interactions alone.
    Callbacks,
    /// Commands being listed and registered for one server, by its id.
    Commands(String),
    /// What the bot asks of channels and threads.
    Channels,
    /// Everything under `/api`.
    Everything,
}

/// What a request goes to, as far as faults tell requests apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RequestTarget {
    /// A webhook, by its name.
    Webhook(String),
    /// The first response to an interaction.
    Callback,
    /// A follow-up or an edit of a response.
    FollowUp,
    /// The commands of a server, by its id.
    Commands(String),
    /// A channel or thread.
    Channel,
    Other,
}

impl FaultKind {
    /// As a fault of every webhook until cleared.
    pub fn on_all(self) -> Fault {
        Fault { kind: self, scope: FaultScope::Webhooks, method: None, times: None }
    }

    /// As a fault of one webhook until cleared.
    pub fn on(self, webhook: &str) -> Fault {
        Fault { scope: FaultScope::Webhook(webhook.to_owned()), ..self.on_all() }
    }

    /// As a fault of all responses to interactions until cleared.
    pub fn on_interactions(self) -> Fault {
        Fault { scope: FaultScope::Interactions, ..self.on_all() }
    }

    /// As a fault of first responses to interactions until cleared.
    pub fn on_callbacks(self) -> Fault {
        Fault { scope: FaultScope::Callbacks, ..self.on_all() }
    }

    /// As a fault of the commands of one server until cleared.
    pub fn on_commands(self, guild: &str) -> Fault {
        Fault { scope: FaultScope::Commands(guild.to_owned()), ..self.on_all() }
    }

    /// As a fault of what the bot asks of channels until cleared.
    pub fn on_channels(self) -> Fault {
        Fault { scope: FaultScope::Channels, ..self.on_all() }
    }

    /// As a fault of everything under `/api` until cleared.
    pub fn everywhere(self) -> Fault {
        Fault { scope: FaultScope::Everything, ..self.on_all() }
    }

    /// Its name in the request log and on the page.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Status(_) => "status",
            Self::StatusAfter(_) => "status-after",
            Self::RateLimited(_) => "rate-limited",
            Self::StatusHtml(_) => "status-html",
            Self::LostResponse => "lost-response",
            Self::DropConnection => "drop-connection",
            Self::Slow(_) => "slow",
            Self::CloudflareBan(_) | Self::BriefBan(_) => "cloudflare-ban",
            Self::UnknownWebhook => "unknown-webhook",
            Self::InvalidToken => "invalid-token",
            Self::MalformedJson => "malformed-json",
            Self::Html200 => "html",
            Self::Empty200 => "empty",
            Self::Redirect => "redirect",
        }
    }

    /// The response of a fault that keeps the request from being carried out.
    pub(crate) fn replacement(&self) -> Option<ApiResponse> {
        Some(match self {
            Self::Status(status) => status_response(*status),
            Self::RateLimited(wait) => rate_limited(*wait),
            Self::StatusHtml(status) => page(*status, "<html><body><h1>upstream connect error</h1></body></html>"),
            Self::CloudflareBan(403) => page(403, "<html><body><h1>Access denied</h1><p>Error 1015</p></body></html>"),
            Self::CloudflareBan(status) => page(*status, "error code: 1015"),
            Self::BriefBan(span) => page(429, "error code: 1015").with([("retry-after", span.as_secs().to_string())]),
            Self::UnknownWebhook => response::unknown_webhook(),
            Self::InvalidToken => response::bad_webhook_token(),
            Self::DropConnection => ApiResponse::abort(),
            Self::Redirect => {
                let moved = page(302, "").with([("location", "/elsewhere".to_owned())]);
                ApiResponse { body: ApiBody::Empty, ..moved }
            }
            Self::LostResponse
            | Self::StatusAfter(_)
            | Self::Slow(_)
            | Self::MalformedJson
            | Self::Html200
            | Self::Empty200 => return None,
        })
    }

    /// Changes the response to a request that was carried out.
    pub(crate) fn alter(&self, response: ApiResponse) -> ApiResponse {
        let body = match self {
            Self::LostResponse => return ApiResponse::abort(),
            Self::StatusAfter(status) => return status_response(*status),
            Self::MalformedJson => ApiBody::Malformed("{\"id\": \"12".to_owned()),
            Self::Html200 => ApiBody::Html("<html><body>Welcome to the captive portal</body></html>".to_owned()),
            Self::Empty200 => ApiBody::Empty,
            _ => return response,
        };
        ApiResponse { status: StatusCode::OK, body, ..response }
    }
}

impl Fault {
    /// For the next `times` requests only.
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// For requests of this method only.
    pub fn only(self, method: Method) -> Self {
        Self { method: Some(method), ..self }
    }

    /// As the page shows it.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        let webhook = match &self.scope {
            FaultScope::Webhook(name) => Some(name.as_str()),
            FaultScope::Interactions | FaultScope::Callbacks => Some(BOT_SCOPE),
            FaultScope::Webhooks | FaultScope::Commands(_) | FaultScope::Channels | FaultScope::Everything => None,
        };
        json!({ "fault": self.kind.name(), "webhook": webhook, "times": self.times })
    }
}

/// The faults that are switched on, oldest first; the first that matches a request applies to it.
#[derive(Debug, Default)]
pub(crate) struct Faults(pub(crate) Vec<Fault>);

impl Faults {
    /// Adds a fault, or removes the one that is the same; whether it is there now.
    pub(crate) fn toggle(&mut self, fault: Fault) -> bool {
        let before = self.0.len();
        self.0.retain(|other| (&other.kind, &other.scope) != (&fault.kind, &fault.scope));
        let is_new = self.0.len() == before;
        if is_new {
            self.0.push(fault);
        }
        is_new
    }

    pub(crate) fn to_json(&self) -> serde_json::Value {
        self.0.iter().map(Fault::to_json).collect()
    }

    /// The fault that applies to a request, counted down.
    pub(crate) fn apply(&mut self, goes_to: &RequestTarget, method: &Method) -> Option<FaultKind> {
        let index = self.0.iter().position(|fault| {
            let matches = match (&fault.scope, goes_to) {
                (FaultScope::Everything, _)
                | (FaultScope::Webhooks, RequestTarget::Webhook(_))
                | (FaultScope::Interactions, RequestTarget::Callback | RequestTarget::FollowUp)
                | (FaultScope::Callbacks, RequestTarget::Callback)
                | (FaultScope::Channels, RequestTarget::Channel) => true,
                (FaultScope::Webhook(name), RequestTarget::Webhook(webhook)) => name == webhook,
                (FaultScope::Commands(guild), RequestTarget::Commands(of)) => guild == of,
                _ => false,
            };
            matches && fault.method.as_ref().is_none_or(|only| only == method) && fault.times != Some(0)
        })?;
        let fault = self.0.get_mut(index)?;
        let kind = fault.kind.clone();
        if let Some(times) = fault.times.as_mut() {
            *times = times.saturating_sub(1);
        }
        self.0.retain(|fault| fault.times != Some(0));
        Some(kind)
    }
}

fn status_response(status: u16) -> ApiResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let reason = status.canonical_reason().unwrap_or("Unknown");
    ApiResponse::error(status.as_u16(), 0, &format!("{}: {reason}", status.as_u16()))
}

fn rate_limited(wait: Duration) -> ApiResponse {
    let seconds = wait.as_secs_f64();
    let body = json!({ "message": "You are being rate limited.", "retry_after": seconds, "global": false });
    let headers = [("x-ratelimit-scope", "user".to_owned()), ("retry-after", format!("{}", seconds.ceil()))];
    ApiResponse::new(StatusCode::TOO_MANY_REQUESTS, ApiBody::Json(body)).with(headers)
}

fn page(status: u16, text: &str) -> ApiResponse {
    ApiResponse::new(StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN), ApiBody::Html(text.to_owned()))
}
