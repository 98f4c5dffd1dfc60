//! The state of the stand-in, in memory and bounded: channels with their messages, webhooks, requests, faults,
//! commands and interactions.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};

use crate::commands::CommandRegistry;
use crate::fault::Faults;
use crate::interaction::{FIRST_RESPONSE, Interactions};
use crate::message::StoredMessage;
use crate::rate_limit::{RateBuckets, RateLimits};
use crate::request_log::RequestLog;
use crate::snowflake::Snowflakes;
use crate::spec::{ChannelKind, ChannelSpec, ThreadState, WebhookSpec};

const MESSAGES_PER_CHANNEL: usize = 500;
const THREADS: usize = 200;
const EPHEMERAL_MESSAGES: usize = 100;

/// A channel or thread with its messages.
#[derive(Debug)]
pub(crate) struct ChannelState {
    pub(crate) spec: ChannelSpec,
    /// Oldest first.
    pub(crate) messages: VecDeque<StoredMessage>,
    /// Of a thread; a channel is always open.
    pub(crate) thread: ThreadState,
}

#[derive(Debug)]
pub(crate) struct DiscordState {
    pub(crate) channels: Vec<ChannelState>,
    /// Messages that only one member sees; in no channel.
    pub(crate) ephemeral: VecDeque<StoredMessage>,
    pub(crate) webhooks: Vec<WebhookSpec>,
    pub(crate) requests: RequestLog,
    pub(crate) faults: Faults,
    pub(crate) limits: RateLimits,
    pub(crate) buckets: RateBuckets,
    pub(crate) commands: CommandRegistry,
    pub(crate) interactions: Interactions,
    /// How long the bot may take for its first response to an interaction.
    pub(crate) first_response: Duration,
    /// The gateway delivers each interaction twice.
    pub(crate) sends_twice: bool,
    pub(crate) ids: Snowflakes,
}

impl DiscordState {
    pub(crate) fn new(channels: Vec<ChannelSpec>, webhooks: Vec<WebhookSpec>, limits: RateLimits) -> Self {
        Self {
            channels: channels.into_iter().map(ChannelState::new).collect(),
            ephemeral: VecDeque::new(),
            webhooks,
            requests: RequestLog::default(),
            faults: Faults::default(),
            limits,
            buckets: RateBuckets::default(),
            commands: CommandRegistry::default(),
            interactions: Interactions::default(),
            first_response: FIRST_RESPONSE,
            sends_twice: false,
            ids: Snowflakes::default(),
        }
    }

    pub(crate) fn channel(&self, id: &str) -> Option<&ChannelState> {
        self.channels.iter().find(|channel| channel.spec.channel == id)
    }

    pub(crate) fn channel_mut(&mut self, id: &str) -> Option<&mut ChannelState> {
        self.channels.iter_mut().find(|channel| channel.spec.channel == id)
    }

    /// Adds a thread. Beyond [`THREADS`] the oldest is removed.
    pub(crate) fn add_thread(&mut self, spec: ChannelSpec) {
        self.channels.push(ChannelState::new(spec));
        if self.channels.iter().filter(|channel| channel.is_thread()).count() > THREADS
            && let Some(oldest) = self.channels.iter().position(ChannelState::is_thread)
        {
            self.channels.remove(oldest);
        }
    }

    /// Removes a channel with its threads; false when it is not there.
    pub(crate) fn remove_channel(&mut self, id: &str) -> bool {
        let before = self.channels.len();
        let threads = ChannelKind::ThreadOf(id.to_owned());
        self.channels.retain(|channel| channel.spec.channel != id && channel.spec.kind != threads);
        self.channels.len() < before
    }

    pub(crate) fn webhook(&self, id: &str) -> Option<&WebhookSpec> {
        self.webhooks.iter().find(|webhook| webhook.id == id)
    }

    /// Adds a message as the newest of its channel, or to those that only one member sees.
    pub(crate) fn add_message(&mut self, message: StoredMessage) {
        let (list, most) = if message.is_ephemeral() {
            (&mut self.ephemeral, EPHEMERAL_MESSAGES)
        } else {
            let Some(channel) = self.channel_mut(&message.channel) else { return };
            (&mut channel.messages, MESSAGES_PER_CHANNEL)
        };
        list.push_back(message);
        if list.len() > most {
            list.pop_front();
        }
    }

    /// A message of this channel.
    pub(crate) fn message_in(&self, channel: &str, id: &str) -> Option<&StoredMessage> {
        self.channel(channel)?.messages.iter().find(|message| message.id == id)
    }

    /// A message of any channel, or one that only one member sees.
    pub(crate) fn message(&self, id: &str) -> Option<&StoredMessage> {
        let mut all = self.channels.iter().flat_map(|channel| &channel.messages).chain(&self.ephemeral);
        all.find(|message| message.id == id)
    }

    pub(crate) fn message_mut(&mut self, id: &str) -> Option<&mut StoredMessage> {
        let public = self.channels.iter_mut().flat_map(|channel| &mut channel.messages);
        public.chain(&mut self.ephemeral).find(|message| message.id == id)
    }

    /// Removes a message of this channel; false when it is not there.
    pub(crate) fn remove_message_in(&mut self, channel: &str, id: &str) -> bool {
        let Some(channel) = self.channel_mut(channel) else { return false };
        let before = channel.messages.len();
        channel.messages.retain(|message| message.id != id);
        channel.messages.len() < before
    }

    /// Removes a message wherever it is and returns the id of its channel.
    pub(crate) fn remove_message(&mut self, id: &str) -> Option<String> {
        let channel = self.message(id)?.channel.clone();
        self.remove_message_in(&channel, id);
        self.ephemeral.retain(|message| message.id != id);
        Some(channel)
    }

    /// The commands that can be typed in a channel; none where there is no such channel.
    pub(crate) fn commands_in(&self, channel: &str) -> Option<Vec<Value>> {
        let channel = self.channel(channel)?;
        Some(self.commands.in_guild(&channel.spec.guild))
    }

    /// A channel as interactions show it.
    pub(crate) fn partial_channel(&self, id: &str) -> Option<Value> {
        let spec = &self.channel(id)?.spec;
        let (kind, parent) = match &spec.kind {
            ChannelKind::Text => (0, None),
            ChannelKind::Forum(_) => (15, None),
            ChannelKind::ThreadOf(parent) => (11, Some(parent)),
        };
        Some(json!({
            "id": spec.channel, "guild_id": spec.guild, "name": spec.name, "type": kind, "parent_id": parent,
            "permissions": "2251799813685247", "topic": null, "position": 0, "nsfw": false, "flags": 0,
        }))
    }
}

impl ChannelState {
    fn new(spec: ChannelSpec) -> Self {
        Self { spec, messages: VecDeque::new(), thread: ThreadState::Open }
    }

    fn is_thread(&self) -> bool {
        matches!(self.spec.kind, ChannelKind::ThreadOf(_))
    }
}
