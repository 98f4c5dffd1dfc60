//! Receives serenity's events: records the state of the gateway, registers the commands, passes interactions on.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use serenity::all::{Event, RawEventHandler};
use serenity::async_trait;
use serenity::client::Context;

use super::state::SessionState;
use crate::bot::departures::{self, Departure};
use crate::bot::dispatch::Dispatcher;
use crate::bot::respond::{FirstResponse, respond};
use hookbell_model::timestamp::Timestamp;

/// Discord counts the starts of a day.
const DAY: Duration = Duration::from_secs(86_400);

/// Receives serenity's events.
#[derive(Debug)]
pub(super) struct Handler {
    dispatcher: Arc<Dispatcher>,
    session: Arc<SessionState>,
    /// Types of interactions that serenity could not read; each is logged once.
    unreadable: Mutex<BTreeSet<String>>,
}

impl Handler {
    pub(super) fn new(dispatcher: Arc<Dispatcher>, session: Arc<SessionState>) -> Self {
        Self { dispatcher, session, unreadable: Mutex::default() }
    }

    async fn ready(&self, application: String) {
        self.session.ready();
        self.dispatcher.state.ready(Timestamp::now());
        tracing::info!(application, "the Discord bot is ready");
        self.dispatcher.application.send_replace(Some(application));
        let now = Timestamp::now();
        if let Err(error) = self.dispatcher.store.gateway_started(now, now.before(DAY)).await {
            tracing::warn!(%error, "cannot count the session of the gateway that has begun");
        }
    }

    async fn interaction(&self, interaction: &Value) {
        let _busy = self.session.busy();
        respond(&self.dispatcher, interaction, FirstResponse::Callback).await;
    }

    /// serenity cannot read an interaction that lacks what hookbell does not need, or that has something new.
    fn note_unreadable(&self, interaction: &Value) {
        let interaction_type = interaction["type"].to_string();
        if self.unreadable.lock().unwrap_or_else(PoisonError::into_inner).insert(interaction_type.clone()) {
            tracing::debug!(interaction_type, "Discord sends interactions that the gateway's library cannot read");
        }
    }
}

#[async_trait]
impl RawEventHandler for Handler {
    async fn raw_event(&self, _: Context, event: Event) {
        match event {
            Event::Ready(event) => self.ready(event.ready.application.id.to_string()).await,
            Event::Resumed(_) => self.dispatcher.state.ready(Timestamp::now()),
            Event::InteractionCreate(event) => match serde_json::to_value(&event.interaction) {
                Ok(mut interaction) => {
                    // Which serenity leaves out of what it writes.
                    interaction["type"] = u8::from(event.interaction.kind()).into();
                    self.interaction(&interaction).await;
                }
                Err(error) => tracing::warn!(%error, "an interaction cannot be written as JSON (a bug)"),
            },
            // One that is unavailable is down, and comes back.
            Event::GuildDelete(event) if !event.guild.unavailable => {
                departures::note(&self.dispatcher, &Departure::Server(event.guild.id.to_string())).await;
            }
            Event::ChannelDelete(event) => {
                departures::note(&self.dispatcher, &Departure::Channel(event.channel.id.to_string())).await;
            }
            Event::ThreadDelete(event) => {
                departures::note(&self.dispatcher, &Departure::Channel(event.thread.id.to_string())).await;
            }
            Event::Unknown(event) if event.kind == "INTERACTION_CREATE" => {
                self.note_unreadable(&event.value);
                self.interaction(&event.value).await;
            }
            _ => {}
        }
    }
}
