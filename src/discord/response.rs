//! The values that an answer of Discord is read into.

use std::time::Duration;

use hookbell_model::delivery::{MessageRef, Misplacement};
use hookbell_model::webhook_error::WebhookError;

/// What an answer means for the delivery.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Done(Option<MessageRef>),
    /// A limit: wait this long, no attempt is lost.
    Wait {
        after: Duration,
        scope: RateLimitScope,
        error: WebhookError,
    },
    /// Discord's or the network's fault, and nothing was posted: try again later.
    Retry {
        error: WebhookError,
    },
    /// The request went out, the answer did not come back: it may have been posted.
    Lost {
        error: WebhookError,
    },
    /// Final for this message, fine for others: the message itself is refused.
    Refused {
        error: WebhookError,
    },
    /// The message to edit is gone, or its thread is closed.
    MessageGone {
        error: WebhookError,
    },
    /// The message may be right, but it cannot go there in this way: it can be sent differently at once.
    Misplaced {
        misplacement: Misplacement,
        error: WebhookError,
    },
    /// The webhook is dead (deleted, bad token, no access).
    WebhookDead {
        error: WebhookError,
    },
    /// This address is banned: nothing at all may be sent for this long.
    Banned {
        after: Duration,
        error: WebhookError,
    },
}

/// What a 429 applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateLimitScope {
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
pub struct Response {
    pub outcome: Outcome,
    /// The HTTP status; none when no answer came.
    pub status: Option<u16>,
    pub rate_limit: Option<RateLimit>,
}

/// What a webhook's `GET` answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookInfo {
    pub guild: Option<String>,
    pub channel: String,
    /// The application that it belongs to; none where it was made by hand.
    pub application: Option<String>,
}

/// A message object is a few kilobytes; no answer may make us read more than this.
pub(super) const MAX_BODY: usize = 64 * 1024;

/// The body of an answer, as far as it was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReceivedBody<'b> {
    pub(super) bytes: &'b [u8],
    /// There was more than [`MAX_BODY`].
    pub(super) cut: bool,
}
