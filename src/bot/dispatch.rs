//! Takes interactions from the gateway, has them answered within Discord's three seconds, and sends what the
//! commands return. The only place that talks to Discord for a command.

mod call;
mod send;

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use serenity::all::{Context, Event, Interaction, RawEventHandler, Ready, UnknownEvent};
use serenity::async_trait;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

pub use self::call::{Ask, Call};
use super::life::Vitals;
use super::metrics::Outcome;
use super::reply::{self, Choice, Reply};
use super::state::State;
use super::{Config, complete, now, recent, register, show};
use crate::store::{self, Store};

/// Then "thinking…" is sent; leaves Discord's answer and the way there enough of the three seconds.
const AT_ONCE: Duration = Duration::from_millis(1200);
/// Suggestions cannot be put off.
const SUGGEST: Duration = Duration::from_millis(2000);
/// Nobody waits longer for a list.
const AT_ALL: Duration = Duration::from_secs(30);

/// What answering needs.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) store: Store,
    pub(super) state: Arc<State>,
}

/// serenity's door into this house.
#[derive(Debug)]
pub(super) struct Handler {
    desk: Desk,
    config: Arc<Config>,
    vitals: Arc<Vitals>,
    /// Kinds of events that could not be read; each is told once.
    strange: Mutex<BTreeSet<String>>,
}

impl Handler {
    pub(super) fn new(desk: Desk, config: Arc<Config>, vitals: Arc<Vitals>) -> Self {
        Self { desk, config, vitals, strange: Mutex::default() }
    }

    async fn ready(&self, context: &Context, ready: &Ready) {
        self.vitals.sessions.fetch_add(1, Ordering::Relaxed);
        self.desk.state.ready(now());
        tracing::info!(application = %ready.application.id, "the Discord bot is ready");
        register::register(&context.http, ready.application.id, &self.config.guilds).await;
    }

    async fn interaction(&self, context: &Context, interaction: &Interaction) {
        let _busy = Busy::new(&self.vitals.busy);
        if let Some(call) = Call::read(interaction) {
            answer(&context.http, &self.desk, call).await;
        }
    }

    /// An event serenity cannot read. For an interaction that is an alarm: users get no answer any more.
    async fn unknown(&self, context: &Context, event: UnknownEvent) {
        if event.kind != "INTERACTION_CREATE" {
            return;
        }
        let repaired = call::repair(event.value.clone());
        let kind = event.value["type"].to_string();
        if self.strange.lock().unwrap_or_else(PoisonError::into_inner).insert(kind.clone()) {
            let answered = repaired.is_some();
            tracing::warn!(kind, answered, "Discord sends interactions that the Discord library cannot read");
        }
        if let Some(interaction) = repaired {
            self.interaction(context, &interaction).await;
        }
    }
}

#[async_trait]
impl RawEventHandler for Handler {
    async fn raw_event(&self, context: Context, event: Event) {
        match event {
            Event::Ready(event) => self.ready(&context, &event.ready).await,
            Event::Resumed(_) => self.desk.state.ready(now()),
            Event::InteractionCreate(event) => self.interaction(&context, &event.interaction).await,
            Event::Unknown(event) => self.unknown(&context, event).await,
            _ => {}
        }
    }
}

/// Counts an interaction while it is being answered.
struct Busy<'a>(&'a watch::Sender<usize>);

impl<'a> Busy<'a> {
    fn new(count: &'a watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// What a command came to, free of serenity's types.
#[derive(Debug, Clone, PartialEq)]
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

async fn answer(http: &serenity::http::Http, desk: &Desk, call: Call) {
    let arrived = Instant::now();
    let (store, guild, asked) = (desk.store.clone(), call.guild.clone(), call.ask.clone());
    // A task of its own, so that a panic becomes an answer too.
    let mut job = tokio::spawn(async move { ask(&store, guild.as_deref(), asked).await });
    let patience = if call.is_typing() { SUGGEST } else { AT_ONCE };
    let first = timeout(patience, &mut job).await;
    let (body, outcome) = match first {
        Ok(done) => {
            let (answer, outcome) = told(done);
            (shape(&call, &answer), Some(outcome))
        }
        Err(_) if call.is_typing() => (reply::choices(&[]), Some(Outcome::Failed)),
        Err(_) => (reply::deferral(call.is_button), None),
    };
    let sent = send::respond(http, &call, &body).await;
    desk.state.metrics.answered_after(arrived.elapsed());
    let outcome = match (sent, outcome) {
        (false, _) => Outcome::Unsent,
        (true, Some(outcome)) => outcome,
        (true, None) => later(http, &call, &mut job).await,
    };
    job.abort();
    desk.state.metrics.ended(call.command, outcome);
}

/// The answer after "thinking…".
async fn later(http: &serenity::http::Http, call: &Call, job: &mut JoinHandle<store::Result<Answer>>) -> Outcome {
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
fn told(done: Result<store::Result<Answer>, tokio::task::JoinError>) -> (Answer, Outcome) {
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
