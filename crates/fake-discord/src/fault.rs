//! Ways to break Discord on purpose, switched while it runs.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::json;

use super::answer::{self, Answer, Payload};

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// This status with Discord's JSON; nothing is done.
    Status(u16),
    /// This status with a proxy's HTML page; nothing is done.
    StatusHtml(u16),
    /// The request is carried out, then the connection closes without an answer.
    LostResponse,
    /// The connection closes and nothing is done.
    DropConnection,
    /// The request is carried out, and its answer comes this much later.
    Slow(Duration),
    /// Cloudflare's page with this status (429 or 403): no rate headers, no JSON.
    CloudflareBan(u16),
    /// The webhook is deleted: 404, code 10015.
    UnknownWebhook,
    /// The webhook's token is not right: 401, code 50027.
    InvalidToken,
    /// Carried out, and answered with something that is not JSON.
    MalformedJson,
    /// Carried out, and answered 200 with a page.
    Html200,
    /// Carried out, and answered 200 with nothing.
    Empty200,
    /// Sent elsewhere; nothing is done.
    Redirect,
}

/// A trouble, whom it meets and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub kind: FaultKind,
    pub scope: FaultScope,
    /// Only requests of this method; `None` for all.
    pub method: Option<Method>,
    /// For so many requests; `None` until cleared.
    pub times: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultScope {
    /// Every webhook; the bot's own calls work on.
    Webhooks,
    /// One webhook, by its name.
    Webhook(String),
    /// Everything under `/api`.
    Everything,
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

    /// As a fault of everything under `/api` until cleared.
    pub fn everywhere(self) -> Fault {
        Fault { scope: FaultScope::Everything, ..self.on_all() }
    }

    /// The word for it in the log and on the page.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Status(_) => "status",
            Self::StatusHtml(_) => "status-html",
            Self::LostResponse => "lost-answer",
            Self::DropConnection => "drop",
            Self::Slow(_) => "slow",
            Self::CloudflareBan(_) => "ban",
            Self::UnknownWebhook => "gone",
            Self::InvalidToken => "bad-token",
            Self::MalformedJson => "garbage",
            Self::Html200 => "html",
            Self::Empty200 => "empty",
            Self::Redirect => "redirect",
        }
    }

    /// The answer of a trouble that keeps the request from being carried out.
    pub(crate) fn instead(&self) -> Option<Answer> {
        Some(match self {
            Self::Status(status) => {
                let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let words = status.canonical_reason().unwrap_or("Unknown");
                Answer::problem(status.as_u16(), 0, &format!("{}: {words}", status.as_u16()))
            }
            Self::StatusHtml(status) => page(*status, "<html><body><h1>upstream connect error</h1></body></html>"),
            Self::CloudflareBan(403) => page(403, "<html><body><h1>Access denied</h1><p>Error 1015</p></body></html>"),
            Self::CloudflareBan(status) => page(*status, "error code: 1015"),
            Self::UnknownWebhook => answer::unknown_webhook(),
            Self::InvalidToken => answer::bad_webhook_token(),
            Self::DropConnection => Answer::hang_up(),
            Self::Redirect => {
                let moved = page(302, "").with([("location", "/elsewhere".to_owned())]);
                Answer { body: Payload::Empty, ..moved }
            }
            Self::LostResponse | Self::Slow(_) | Self::MalformedJson | Self::Html200 | Self::Empty200 => return None,
        })
    }

    /// Spoils the answer of a request that was carried out.
    pub(crate) fn spoil(&self, answer: Answer) -> Answer {
        let body = match self {
            Self::LostResponse => return Answer::hang_up(),
            Self::MalformedJson => Payload::Raw("{\"id\": \"12".to_owned()),
            Self::Html200 => Payload::Html("<html><body>Welcome to the captive portal</body></html>".to_owned()),
            Self::Empty200 => Payload::Empty,
            _ => return answer,
        };
        Answer { status: StatusCode::OK, body, ..answer }
    }
}

impl Fault {
    /// For the next so many requests only.
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// For requests of this method only.
    pub fn only(self, method: Method) -> Self {
        Self { method: Some(method), ..self }
    }

    /// For the page.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        let webhook = if let FaultScope::Webhook(name) = &self.scope { Some(name) } else { None };
        json!({ "fault": self.kind.name(), "webhook": webhook, "times": self.times })
    }
}

/// The faults that are switched on; the oldest that fits a request meets it.
#[derive(Debug, Default)]
pub(crate) struct Faults(pub(crate) Vec<Fault>);

impl Faults {
    pub(crate) fn to_json(&self) -> serde_json::Value {
        self.0.iter().map(Fault::to_json).collect()
    }

    /// The trouble that meets this request. `webhook` is the name of the webhook it goes to, if any.
    pub(crate) fn meet(&mut self, webhook: Option<&str>, method: &Method) -> Option<FaultKind> {
        let index = self.0.iter().position(|fault| {
            let meets = match &fault.scope {
                FaultScope::Everything => true,
                FaultScope::Webhooks => webhook.is_some(),
                FaultScope::Webhook(name) => webhook == Some(name.as_str()),
            };
            meets && fault.method.as_ref().is_none_or(|only| only == method) && fault.times != Some(0)
        })?;
        let fault = self.0.get_mut(index)?;
        let trouble = fault.kind.clone();
        if let Some(times) = fault.times.as_mut() {
            *times = times.saturating_sub(1);
        }
        self.0.retain(|fault| fault.times != Some(0));
        Some(trouble)
    }
}

fn page(status: u16, text: &str) -> Answer {
    Answer::new(StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN), Payload::Html(text.to_owned()))
}
