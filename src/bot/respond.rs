//! Answers an interaction within Discord's three seconds, whatever happens to the command: it may be slow, fail or
//! panic, and the user gets a reply.

mod send;

use std::future::Future;
use std::time::Duration;

use serde_json::Value;
use serenity::http::Http;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::{Instant, timeout};

use super::dispatch::CommandOutput;
use super::error::CommandError;
use super::interaction::{Invocation, InvocationKind};
use super::metrics::{InteractionOutcome, Metrics};
use super::reply::{self, CommandReply};

/// Then "thinking…" is sent; leaves enough of the three seconds for the request to Discord.
const DEFER_AFTER: Duration = Duration::from_millis(1200);
/// Suggestions cannot be deferred.
const SUGGESTIONS_TIMEOUT: Duration = Duration::from_millis(2000);
/// Then a deferred command is given up.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// Answers an interaction with the result of `job`: at once, or after "thinking…" when it takes longer.
pub(super) async fn respond<J>(http: &Http, metrics: &Metrics, invocation: &Invocation, job: J)
where
    J: Future<Output = Result<CommandOutput, CommandError>> + Send + 'static,
{
    let arrived = Instant::now();
    // A task of its own, so that a panic becomes an answer too.
    let mut job = tokio::spawn(job);
    let is_autocomplete = invocation.kind == InvocationKind::Autocomplete;
    let at_most = if is_autocomplete { SUGGESTIONS_TIMEOUT } else { DEFER_AFTER };
    let (body, outcome) = match timeout(at_most, &mut job).await {
        Ok(ended) => {
            let (output, outcome) = finish(flatten(ended));
            (callback_body(invocation.kind, &output), Some(outcome))
        }
        Err(_) if is_autocomplete => (reply::choices(&[]), Some(InteractionOutcome::Failed)),
        Err(_) => (reply::deferred(invocation.kind == InvocationKind::Button), None),
    };
    let sent = send::callback(http, invocation, &body).await;
    metrics.answered_after(arrived.elapsed());
    let outcome = match (sent, outcome) {
        (false, _) => InteractionOutcome::Unsent,
        (true, Some(outcome)) => outcome,
        (true, None) => edit_later(http, invocation, &mut job).await,
    };
    job.abort();
    metrics.ended(invocation.name(), outcome);
}

/// The answer after "thinking…".
async fn edit_later(
    http: &Http,
    invocation: &Invocation,
    job: &mut JoinHandle<Result<CommandOutput, CommandError>>,
) -> InteractionOutcome {
    let result = timeout(COMMAND_TIMEOUT, job).await.map_or(Err(CommandError::TimedOut), flatten);
    let (output, outcome) = finish(result);
    let CommandOutput::Reply(reply) = output else { return InteractionOutcome::Failed };
    match (send::edit(http, invocation, &reply.body()).await, outcome) {
        (false, _) => InteractionOutcome::Unsent,
        (true, InteractionOutcome::Answered) => InteractionOutcome::Deferred,
        (true, outcome) => outcome,
    }
}

fn flatten(ended: Result<Result<CommandOutput, CommandError>, JoinError>) -> Result<CommandOutput, CommandError> {
    ended.unwrap_or(Err(CommandError::Panicked))
}

/// What to reply, and how to count it. Logs failures for the operator.
fn finish(result: Result<CommandOutput, CommandError>) -> (CommandOutput, InteractionOutcome) {
    let error = match result {
        Ok(output) => return (output, InteractionOutcome::Answered),
        Err(error) => error,
    };
    let outcome = match &error {
        CommandError::Store(error) => {
            tracing::warn!(%error, "a bot command failed: the store does not answer");
            InteractionOutcome::Failed
        }
        CommandError::TimedOut => InteractionOutcome::Failed,
        CommandError::Panicked => {
            tracing::error!("a bot command panicked (a bug)");
            InteractionOutcome::Panicked
        }
        _ => InteractionOutcome::Answered,
    };
    (CommandOutput::Reply(CommandReply::text(error.to_string())), outcome)
}

/// The body of the first answer. A page replaces the message whose button was pressed; a text (an error) is posted
/// as a separate message.
fn callback_body(kind: InvocationKind, output: &CommandOutput) -> Value {
    match (kind, output) {
        (_, CommandOutput::Choices(choices)) => reply::choices(choices),
        (InvocationKind::Autocomplete, CommandOutput::Reply(_)) => reply::choices(&[]),
        (InvocationKind::Button, CommandOutput::Reply(reply)) if !reply.message.embeds.is_empty() => reply.to_update(),
        (_, CommandOutput::Reply(reply)) => reply.to_new_message(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use axum::Router;
    use axum::extract::State;
    use axum::http::{Method, StatusCode, Uri};
    use axum::routing::any;
    use prometheus_client::encoding::text::encode;
    use prometheus_client::registry::Registry;
    use serde_json::json;
    use serenity::http::HttpBuilder;
    use tokio::net::TcpListener;
    use tokio::sync::Notify;

    use super::*;
    use crate::bot::tests::{pressed, read, recent, typing};
    use crate::store;

    /// The requests that reached Discord.
    #[derive(Clone, Default)]
    struct Received {
        requests: Arc<Mutex<Vec<(String, Value)>>>,
        arrived: Arc<Notify>,
    }

    async fn record(State(received): State<Received>, method: Method, uri: Uri, body: String) -> StatusCode {
        let body = serde_json::from_str(&body).expect("JSON");
        received.requests.lock().expect("unpoisoned").push((format!("{method} {}", uri.path()), body));
        received.arrived.notify_one();
        StatusCode::NO_CONTENT
    }

    /// What reaches Discord for an interaction, and how it was counted. `job` may wait for the first request.
    async fn sent<J>(invocation: &Invocation, job: impl FnOnce(Arc<Notify>) -> J) -> (Vec<(String, Value)>, String)
    where
        J: Future<Output = Result<CommandOutput, CommandError>> + Send + 'static,
    {
        let received = Received::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().route("/{*rest}", any(record)).with_state(received.clone());
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        let http = HttpBuilder::new("token").proxy(base).ratelimiter_disabled(true).build();
        let metrics = Metrics::default();
        respond(&http, &metrics, invocation, job(received.arrived.clone())).await;
        server.abort();
        let mut registry = Registry::default();
        metrics.register(&mut registry);
        let mut text = String::new();
        encode(&mut text, &registry).expect("encodes");
        let counted = text.lines().find(|line| line.starts_with("hookbell_bot_interactions_total"));
        let requests = received.requests.lock().expect("unpoisoned").clone();
        (requests, counted.unwrap_or_default().to_owned())
    }

    /// Done only after the first answer, which must be "thinking…" then.
    async fn slow(first_answer: Arc<Notify>) -> Result<CommandOutput, CommandError> {
        first_answer.notified().await;
        Ok(CommandOutput::Reply(CommandReply::text("at last")))
    }

    #[tokio::test]
    async fn a_slow_command_is_deferred_and_answered_later() {
        let (received, counted) = sent(&read(recent(&[])), slow).await;
        let [(first, thinking), (then, edit)] = received.as_slice() else { panic!("{received:?}") };
        assert_eq!((first.as_str(), thinking), ("POST /api/v10/interactions/10/tok/callback", &reply::deferred(false)));
        assert_eq!(then, "PATCH /api/v10/webhooks/4444/tok/messages/@original");
        assert_eq!((&edit["content"], &edit["allowed_mentions"]), (&json!("at last"), &json!({ "parse": [] })));
        assert!(counted.contains(r#""deferred"} 1"#), "{counted}");
        let (received, _) = sent(&read(pressed("recent1|0||5||||")), slow).await;
        assert_eq!(received[0].1, json!({ "type": 6 }));
    }

    #[tokio::test]
    async fn slow_suggestions_are_none_rather_than_late() {
        let never = |_| std::future::pending();
        let (received, counted) = sent(&read(typing("recent", "source", "x")), never).await;
        assert_eq!(received[0].1, json!({ "type": 8, "data": { "choices": [] } }));
        assert!(received.len() == 1 && counted.contains(r#""failed"} 1"#), "{counted}");
    }

    #[tokio::test]
    async fn a_command_that_panics_is_answered_with_a_text() {
        for (is_slow, pointer) in [(false, "/data/content"), (true, "/content")] {
            let job = move |first_answer: Arc<Notify>| async move {
                if is_slow {
                    first_answer.notified().await;
                }
                panic!("on purpose")
            };
            let (received, counted) = sent(&read(recent(&[])), job).await;
            let text = received.last().and_then(|(_, body)| body.pointer(pointer)?.as_str());
            assert!(text.is_some_and(|text| text.contains("Something broke")), "{received:?}");
            assert!(counted.contains(r#""panicked"} 1"#), "{counted}");
        }
    }

    #[tokio::test]
    async fn a_store_that_fails_is_reported_to_the_person_who_asked_alone() {
        let job = |_| async { Err(CommandError::Store(store::Error::Unavailable("disk full".into()))) };
        let (received, counted) = sent(&read(recent(&[])), job).await;
        assert!(
            received[0].1["data"]["content"].as_str().is_some_and(|text| text.contains("cannot be read")),
            "{received:?}"
        );
        assert_eq!((&received[0].1["type"], &received[0].1["data"]["flags"]), (&json!(4), &json!(64)));
        assert!(counted.contains(r#""failed"} 1"#), "{counted}");
    }
}
