//! Takes interactions from the gateway, has the commands answer them, and sends what they return. The only
//! place where serenity's types and the commands' plain values meet.

mod answer;
mod call;
mod send;

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use serenity::all::{Context, Event, Interaction, RawEventHandler, Ready, UnknownEvent};
use serenity::async_trait;
use tokio::sync::watch;

use self::answer::answer;
pub use self::answer::{Answer, ask};
pub(super) use self::call::repair;
pub use self::call::{Ask, Call};
use super::life::Vitals;
use super::state::State;
use super::{Config, register};
use crate::store::Store;
use hookbell_model::timestamp::Timestamp;

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
        self.desk.state.ready(Timestamp::now());
        tracing::info!(application = %ready.application.id, "the Discord bot is ready");
        register::register(&context.http, ready.application.id, &self.config.guilds).await;
    }

    async fn interaction(&self, context: &Context, interaction: &Interaction) {
        let _busy = Busy::new(&self.vitals.busy);
        let Some(call) = Call::read(interaction) else { return };
        let (store, guild, asked) = (self.desk.store.clone(), call.guild.clone(), call.ask.clone());
        let job = async move { ask(&store, guild.as_deref(), asked).await };
        answer(&context.http, &self.desk.state.metrics, &call, job).await;
    }

    /// An event serenity cannot read. For an interaction that is an alarm: users get no answer any more.
    async fn unknown(&self, context: &Context, event: UnknownEvent) {
        if event.kind != "INTERACTION_CREATE" {
            return;
        }
        let repaired = repair(event.value.clone());
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
            Event::Resumed(_) => self.desk.state.ready(Timestamp::now()),
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
