//! Sends answers to Discord. One lost answer is not a lost interaction: the first one is sent again while the three
//! seconds last, and a repetition of one that did arrive is refused with a number of its own, which is a success.

use std::time::Duration;

use http::Method;
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use crate::bot::answer::Reply;
use crate::bot::interaction::Interaction;
use crate::discord::Client;
use crate::discord::api::{ApiError, ApiRequest};
use hookbell_model::message::Attachment;

/// Discord's number for an interaction that has been answered.
const ALREADY_ANSWERED: i64 = 40_060;
/// From an interaction's arrival to its last first answer; Discord gives up after three seconds.
const CALLBACK_DEADLINE: Duration = Duration::from_millis(2800);
/// One request of several within the deadline.
const CALLBACK_TIMEOUT: Duration = Duration::from_millis(1000);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// For an answer that follows.
const EDIT_TIMEOUT: Duration = Duration::from_secs(10);
const EDIT_ATTEMPTS: u32 = 3;
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How the first answer reaches Discord.
#[derive(Debug)]
pub(in crate::bot) enum FirstResponse {
    /// A request of its own.
    Callback,
    /// The answer to the request that the interaction came in. None: it is sent as a request of its own after all.
    Inline(oneshot::Sender<Option<Value>>),
}

/// What became of a first answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Callback {
    Sent,
    /// Before the first request of ours: another session has answered it.
    AnsweredElsewhere,
    Failed,
}

/// Sends the answers to one interaction.
#[derive(Debug)]
pub(super) struct Sender<'a> {
    client: &'a Client,
    interaction: &'a Interaction,
    /// For the log.
    name: &'static str,
    pub(super) arrived: Instant,
}

impl<'a> Sender<'a> {
    pub(super) fn new(client: &'a Client, interaction: &'a Interaction, name: &'static str, arrived: Instant) -> Self {
        Self { client, interaction, name, arrived }
    }

    /// The first answer.
    pub(super) async fn first(&self, first: FirstResponse, body: &Value, files: &[Attachment]) -> Callback {
        match first {
            FirstResponse::Callback => self.callback(body, files).await,
            // Files go as a request of their own.
            FirstResponse::Inline(answer) if files.is_empty() => match answer.send(Some(body.clone())) {
                Ok(()) => Callback::Sent,
                Err(_) => self.callback(body, files).await,
            },
            FirstResponse::Inline(answer) => {
                drop(answer.send(None));
                self.callback(body, files).await
            }
        }
    }

    async fn callback(&self, body: &Value, files: &[Attachment]) -> Callback {
        let path = ["interactions", &self.interaction.id, self.interaction.token.expose(), "callback"];
        let mut pause = FIRST_PAUSE;
        let mut is_repetition = false;
        loop {
            let left = CALLBACK_DEADLINE.saturating_sub(self.arrived.elapsed());
            let request = ApiRequest {
                body: Some(body),
                files,
                ..ApiRequest::new(Method::POST, &path, left.clamp(FIRST_PAUSE, CALLBACK_TIMEOUT))
            };
            let Err(error) = self.client.request(request).await else { return Callback::Sent };
            if error.code() == Some(ALREADY_ANSWERED) {
                return if is_repetition { Callback::Sent } else { Callback::AnsweredElsewhere };
            }
            // What was never sent cannot have arrived.
            is_repetition |= !matches!(error, ApiError::Unreachable(_));
            let wait = retry_after(&error).unwrap_or(pause);
            if error.is_permanent() || self.arrived.elapsed() + wait >= CALLBACK_DEADLINE {
                self.log(&error);
                return Callback::Failed;
            }
            sleep(wait).await;
            pause *= 2;
        }
    }

    /// What replaces "thinking…", or the message whose button was pressed. An edit may be repeated.
    pub(super) async fn edit(&self, reply: &Reply) -> bool {
        let path =
            ["webhooks", &self.interaction.application, self.interaction.token.expose(), "messages", "@original"];
        self.repeat(Method::PATCH, &path, Some(&reply.body()), &reply.message.files).await
    }

    /// Removes "thinking…".
    pub(super) async fn delete(&self) -> bool {
        let path =
            ["webhooks", &self.interaction.application, self.interaction.token.expose(), "messages", "@original"];
        self.repeat(Method::DELETE, &path, None, &[]).await
    }

    /// A further message, for who asked alone.
    pub(super) async fn follow_up(&self, reply: &Reply) -> bool {
        let path = ["webhooks", &self.interaction.application, self.interaction.token.expose()];
        self.repeat(Method::POST, &path, Some(&reply.new_body(true)), &reply.message.files).await
    }

    async fn repeat(&self, method: Method, path: &[&str], body: Option<&Value>, files: &[Attachment]) -> bool {
        let mut pause = Duration::from_secs(1);
        for attempt in 1..=EDIT_ATTEMPTS {
            let request = ApiRequest { body, files, ..ApiRequest::new(method.clone(), path, EDIT_TIMEOUT) };
            let Err(error) = self.client.request(request).await else { return true };
            // A further message that may have arrived would be there twice.
            let may_repeat = method != Method::POST || matches!(error, ApiError::Unreachable(_));
            let is_limit = error.status() == Some(429);
            if error.is_permanent() || attempt == EDIT_ATTEMPTS || !(may_repeat || is_limit) {
                self.log(&error);
                return false;
            }
            sleep(retry_after(&error).unwrap_or(pause).min(LONGEST_PAUSE)).await;
            pause *= 2;
        }
        false
    }

    fn log(&self, error: &ApiError) {
        tracing::warn!(command = self.name, reason = %error, "the bot's answer did not reach Discord");
    }
}

fn retry_after(error: &ApiError) -> Option<Duration> {
    match error {
        ApiError::Answered { retry_after, .. } => *retry_after,
        _ => None,
    }
}
