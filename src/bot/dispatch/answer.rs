//! Has an interaction answered within Discord's three seconds, whatever becomes of the command: it may be slow,
//! fail or break down, and the user is told.

use std::future::Future;
use std::time::Duration;

use serde_json::{Value, json};
use serenity::http::Http;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::{Instant, timeout};

use super::call::{Ask, Call};
use super::send;
use crate::bot::metrics::{Metrics, Outcome};
use crate::bot::reply::{self, Choice, Reply};
use crate::bot::{complete, recent, show};
use crate::store::{self, Store};

/// Then "thinking…" is sent; leaves Discord's answer and the way there enough of the three seconds.
const AT_ONCE: Duration = Duration::from_millis(1200);
/// Suggestions cannot be put off.
const SUGGEST: Duration = Duration::from_millis(2000);
/// Nobody waits longer for a list.
const AT_ALL: Duration = Duration::from_secs(30);

/// What a command came to, free of serenity's types.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one at a time, and nearly always the large one")]
pub enum Answer {
    Reply(Reply),
    Choices(Vec<Choice>),
}

/// Asks the command.
///
/// # Errors
/// When the store cannot answer.
pub async fn ask(store: &Store, guild: Option<&str>, ask: Ask) -> store::Result<Answer> {
    Ok(match ask {
        Ask::Recent(query) => Answer::Reply(recent::run(store, guild, &query).await?),
        Ask::Show(id) => Answer::Reply(show::run(store, guild, &id).await?),
        Ask::Complete(query) => Answer::Choices(complete::run(store, guild, &query).await?),
        Ask::Nothing(words) => Answer::Reply(Reply::text(words)),
    })
}

/// Answers an interaction with what `job` comes to: at once, or after "thinking…" when it takes longer.
pub(super) async fn answer<J>(http: &Http, metrics: &Metrics, call: &Call, job: J)
where
    J: Future<Output = store::Result<Answer>> + Send + 'static,
{
    let arrived = Instant::now();
    // A task of its own, so that a panic becomes an answer too.
    let mut job = tokio::spawn(job);
    let patience = if call.is_typing() { SUGGEST } else { AT_ONCE };
    let (body, outcome) = match timeout(patience, &mut job).await {
        Ok(done) => {
            let (answer, outcome) = told(done);
            (shape(call, &answer), Some(outcome))
        }
        Err(_) if call.is_typing() => (reply::choices(&[]), Some(Outcome::Failed)),
        Err(_) => (reply::deferral(call.is_button), None),
    };
    let sent = send::respond(http, call, &body).await;
    metrics.answered_after(arrived.elapsed());
    let outcome = match (sent, outcome) {
        (false, _) => Outcome::Unsent,
        (true, Some(outcome)) => outcome,
        (true, None) => later(http, call, &mut job).await,
    };
    job.abort();
    metrics.ended(call.command, outcome);
}

/// The answer after "thinking…".
async fn later(http: &Http, call: &Call, job: &mut JoinHandle<store::Result<Answer>>) -> Outcome {
    let (answer, outcome) = match timeout(AT_ALL, job).await {
        Ok(done) => told(done),
        Err(_) => (Answer::Reply(Reply::text("The store takes too long to answer. Try again later.")), Outcome::Failed),
    };
    let Answer::Reply(reply) = answer else { return Outcome::Failed };
    match (send::edit(http, call, &reply.body()).await, outcome) {
        (false, _) => Outcome::Unsent,
        (true, Outcome::Answered) => Outcome::Deferred,
        (true, outcome) => outcome,
    }
}

/// What to tell of a job's end, whatever it was.
fn told(done: Result<store::Result<Answer>, JoinError>) -> (Answer, Outcome) {
    let (words, outcome) = match done {
        Ok(Ok(answer)) => return (answer, Outcome::Answered),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the bot cannot answer: the store does not");
            ("hookbell's store cannot be read at the moment. Try again later.", Outcome::Failed)
        }
        Err(_) => {
            tracing::error!("a bot command broke down (a bug)");
            ("Something broke inside hookbell while answering; its log says more.", Outcome::Panicked)
        }
    };
    (Answer::Reply(Reply::text(words)), outcome)
}

/// The interaction response for what was asked: a button's own message is replaced by its next page, while
/// words of refusal come beside it.
fn shape(call: &Call, answer: &Answer) -> Value {
    match answer {
        Answer::Choices(list) => reply::choices(list),
        Answer::Reply(_) if call.is_typing() => reply::choices(&[]),
        Answer::Reply(reply) if call.is_button && !reply.message.embeds.is_empty() => reply.to_update(),
        Answer::Reply(reply) => {
            let mut post = reply.to_post();
            // Clearing is for edits; a first answer has nothing to clear.
            for key in ["content", "embeds", "components"] {
                if let Some(data) = post["data"].as_object_mut()
                    && data.get(key).is_some_and(|value| *value == json!("") || *value == json!([]))
                {
                    data.remove(key);
                }
            }
            post
        }
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
    use serenity::http::HttpBuilder;
    use tokio::net::TcpListener;

    use super::*;
    use crate::bot::tests::{pressed, read, recent, typing};

    type Seen = Arc<Mutex<Vec<(String, Value)>>>;

    async fn note(State(seen): State<Seen>, method: Method, uri: Uri, body: String) -> StatusCode {
        let body = serde_json::from_str(&body).expect("JSON");
        seen.lock().expect("unpoisoned").push((format!("{method} {}", uri.path()), body));
        StatusCode::NO_CONTENT
    }

    /// What reaches Discord for an interaction, and how it was counted.
    async fn sent<J>(call: &Call, job: J) -> (Vec<(String, Value)>, String)
    where
        J: Future<Output = store::Result<Answer>> + Send + 'static,
    {
        let seen = Seen::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().route("/{*rest}", any(note)).with_state(seen.clone());
        let server = tokio::spawn(async move { axum_serve(listener, router).await });
        let http = HttpBuilder::new("token").proxy(base).ratelimiter_disabled(true).build();
        let metrics = Metrics::default();
        answer(&http, &metrics, call, job).await;
        server.abort();
        let mut registry = Registry::default();
        metrics.register(&mut registry);
        let mut text = String::new();
        encode(&mut text, &registry).expect("encodes");
        let counted = text.lines().find(|line| line.starts_with("hookbell_bot_interactions_total"));
        let seen = seen.lock().expect("unpoisoned").clone();
        (seen, counted.unwrap_or_default().to_owned())
    }

    /// axum's own server is not among our features.
    async fn axum_serve(listener: TcpListener, router: Router) {
        use hyper_util::rt::TokioIo;
        use hyper_util::service::TowerToHyperService;
        while let Ok((stream, _)) = listener.accept().await {
            let service = TowerToHyperService::new(router.clone());
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(async move { drop(connection.await) });
        }
    }

    async fn slow() -> store::Result<Answer> {
        tokio::time::sleep(AT_ONCE + Duration::from_millis(200)).await;
        Ok(Answer::Reply(Reply::text("at last")))
    }

    #[tokio::test]
    async fn a_slow_command_is_put_off_and_answered_later() {
        let (seen, counted) = sent(&read(recent(&[])), slow()).await;
        let [(first, thinking), (then, edit)] = seen.as_slice() else { panic!("{seen:?}") };
        assert_eq!((first.as_str(), thinking), ("POST /api/v10/interactions/10/tok/callback", &reply::deferral(false)));
        assert_eq!(then, "PATCH /api/v10/webhooks/4444/tok/messages/@original");
        assert_eq!((&edit["content"], &edit["allowed_mentions"]), (&json!("at last"), &json!({ "parse": [] })));
        assert!(counted.contains(r#""deferred"} 1"#), "{counted}");
        let (seen, _) = sent(&read(pressed("recent1|0||5||||")), slow()).await;
        assert_eq!(seen[0].1, json!({ "type": 6 }));
    }

    #[tokio::test]
    async fn slow_suggestions_are_none_rather_than_late() {
        let never = async { std::future::pending().await };
        let (seen, counted) = sent(&read(typing("recent", "source", "x")), never).await;
        assert_eq!(seen[0].1, json!({ "type": 8, "data": { "choices": [] } }));
        assert!(seen.len() == 1 && counted.contains(r#""failed"} 1"#), "{counted}");
    }

    #[tokio::test]
    async fn a_command_that_panics_is_answered_in_words() {
        for (is_slow, place) in [(false, "/data/content"), (true, "/content")] {
            let job = async move {
                if is_slow {
                    tokio::time::sleep(AT_ONCE + Duration::from_millis(200)).await;
                }
                panic!("on purpose")
            };
            let (seen, counted) = sent(&read(recent(&[])), job).await;
            let told = seen.last().and_then(|(_, body)| body.pointer(place)?.as_str());
            assert!(told.is_some_and(|words| words.contains("Something broke")), "{seen:?}");
            assert!(counted.contains(r#""panicked"} 1"#), "{counted}");
        }
    }

    #[tokio::test]
    async fn a_store_that_fails_is_told_to_the_asker_alone() {
        let job = async { Err(store::Error::Unavailable("disk full".into())) };
        let (seen, counted) = sent(&read(recent(&[])), job).await;
        assert!(
            seen[0].1["data"]["content"].as_str().is_some_and(|words| words.contains("cannot be read")),
            "{seen:?}"
        );
        assert_eq!((&seen[0].1["type"], &seen[0].1["data"]["flags"]), (&json!(4), &json!(64)));
        assert!(counted.contains(r#""failed"} 1"#), "{counted}");
    }
}
