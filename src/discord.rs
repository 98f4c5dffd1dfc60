//! Talks to Discord's webhook endpoints and says what each answer means. Who schedules decides when; this
//! room decides which: done, wait, try again, never.

use std::time::Duration;

use serde_json::Value;

use crate::delivery::MessageRef;
use crate::secret::Webhook;

/// Sends to `{api_base}/api/v10/…`. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {}

/// What an answer means for the delivery.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Done(Option<MessageRef>),
    /// A limit: wait this long, no attempt is lost.
    Wait {
        after: Duration,
        scope: Scope,
        why: String,
    },
    /// Discord's or the network's fault, and nothing was posted: try again later.
    Retry {
        why: String,
    },
    /// The request went out, the answer did not come back: it may have been posted.
    Lost {
        why: String,
    },
    /// Final for this message, fine for others: the message itself is refused.
    Refused {
        why: String,
    },
    /// The message to edit is gone.
    MessageGone {
        why: String,
    },
    /// The webhook is dead (deleted, bad token, no access).
    WebhookDead {
        why: String,
    },
    /// This address is banned: nothing at all may be sent for this long.
    Banned {
        after: Duration,
        why: String,
    },
}

/// Whom a 429 concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// This webhook (`user` or no scope).
    Webhook,
    /// The channel or resource, shared with others; does not count as an invalid request.
    Shared,
    /// Everything this address sends.
    Global,
}

/// What the answer's headers say about the bucket.
#[derive(Debug, Clone, PartialEq)]
pub struct RateLimit {
    pub bucket: String,
    pub limit: u32,
    pub remaining: u32,
    pub reset_after: Duration,
}

/// An answer: what it means, and what the pacer and the metrics need of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub outcome: Outcome,
    /// The HTTP status; none when no answer came.
    pub status: Option<u16>,
    pub rate_limit: Option<RateLimit>,
}

/// What a webhook's `GET` tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookInfo {
    pub guild: Option<String>,
    pub channel: String,
}

#[expect(clippy::todo, unused_variables, reason = "the contract, before its rooms are built")]
impl Client {
    /// A client for this base (`https://discord.com`, or a stand-in's address).
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(api_base: &str) -> Result<Self, String> {
        todo!()
    }

    /// Executes the webhook with `wait=true`.
    pub async fn post(&self, webhook: &Webhook, body: &Value) -> Answer {
        todo!()
    }

    /// Edits a message of the webhook.
    pub async fn edit(&self, webhook: &Webhook, message: &MessageRef, body: &Value) -> Answer {
        todo!()
    }

    /// Asks where the webhook posts. Harmless and repeatable.
    pub async fn look_up(&self, webhook: &Webhook) -> Result<WebhookInfo, Answer> {
        todo!()
    }
}
