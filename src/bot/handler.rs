//! Receives serenity's events: records the state of the gateway, registers the commands, starts answering interactions.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use serenity::all::{Event, Interaction, RawEventHandler, Ready, UnknownEvent};
use serenity::async_trait;
use serenity::client::Context as Client;

use super::config::Config;
use super::context::Context;
use super::interaction::{Invocation, repair};
use super::session::state::SessionState;
use super::state::BotState;
use super::{dispatch, register, respond};
use crate::store::Store;
use hookbell_model::timestamp::Timestamp;

/// Receives serenity's events.
#[derive(Debug)]
pub(super) struct Handler {
    store: Store,
    bot: Arc<BotState>,
    config: Arc<Config>,
    session: Arc<SessionState>,
    /// Types of interactions that could not be read; each is logged once.
    unreadable: Mutex<BTreeSet<String>>,
}

impl Handler {
    pub(super) fn new(store: Store, bot: Arc<BotState>, config: Arc<Config>, session: Arc<SessionState>) -> Self {
        Self { store, bot, config, session, unreadable: Mutex::default() }
    }

    async fn ready(&self, client: &Client, ready: &Ready) {
        self.session.ready();
        self.bot.ready(Timestamp::now());
        tracing::info!(application = %ready.application.id, "the Discord bot is ready");
        register::register(&client.http, ready.application.id, &self.config.guilds).await;
    }

    async fn interaction(&self, client: &Client, interaction: &Interaction) {
        let _busy = self.session.busy();
        let Some(invocation) = Invocation::new(interaction) else { return };
        let context = Context { store: self.store.clone(), guild: invocation.guild.clone() };
        let action = invocation.action.clone();
        let job = async move { dispatch::run(&context, action?).await };
        respond::respond(&client.http, &self.bot.metrics, &invocation, job).await;
    }

    /// An event that serenity cannot read. For an interaction that is a warning: users may get no answer any more.
    async fn unknown(&self, client: &Client, event: UnknownEvent) {
        if event.kind != "INTERACTION_CREATE" {
            return;
        }
        let interaction_type = event.value["type"].to_string();
        let repaired = repair(event.value);
        if self.unreadable.lock().unwrap_or_else(PoisonError::into_inner).insert(interaction_type.clone()) {
            let answered = repaired.is_some();
            tracing::warn!(
                interaction_type,
                answered,
                "Discord sends interactions that the Discord library cannot read"
            );
        }
        if let Some(interaction) = repaired {
            self.interaction(client, &interaction).await;
        }
    }
}

#[async_trait]
impl RawEventHandler for Handler {
    async fn raw_event(&self, client: Client, event: Event) {
        match event {
            Event::Ready(event) => self.ready(&client, &event.ready).await,
            Event::Resumed(_) => self.bot.ready(Timestamp::now()),
            Event::InteractionCreate(event) => self.interaction(&client, &event.interaction).await,
            Event::Unknown(event) => self.unknown(&client, event).await,
            _ => {}
        }
    }
}
