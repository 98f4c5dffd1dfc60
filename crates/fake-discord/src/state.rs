//! The state of the stand-in, in memory and bounded: channels with their messages, webhooks, requests, faults,
//! commands and interactions.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::Value;

use crate::commands::CommandRegistry;
use crate::consent::Consents;
use crate::delivery_fault::DeliveryFaults;
use crate::directory::Directory;
use crate::endpoint_call::EndpointCall;
use crate::fault::Faults;
use crate::interaction::{FIRST_RESPONSE, Interactions};
use crate::limits;
use crate::member::Member;
use crate::message::StoredMessage;
use crate::people::{Person, ServerSpec};
use crate::permission;
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
    /// The largest file that the bot may send in response to an interaction, in bytes.
    pub(crate) attachment_limit: usize,
    pub(crate) directory: Directory,
    /// What goes wrong with the next interactions on their way to the bot.
    pub(crate) delivery_faults: DeliveryFaults,
    /// Where interactions are posted; `None` while they go to the gateway.
    pub(crate) endpoint: Option<String>,
    /// What was posted there.
    pub(crate) endpoint_calls: Vec<EndpointCall>,
    /// The codes that consents led back with.
    pub(crate) consents: Consents,
    pub(crate) ids: Snowflakes,
}

impl DiscordState {
    pub(crate) fn new(
        (servers, people): (Vec<ServerSpec>, Vec<Person>),
        channels: Vec<ChannelSpec>,
        webhooks: Vec<WebhookSpec>,
        limits: RateLimits,
    ) -> Self {
        let mut directory = Directory::new(servers, people);
        for channel in &channels {
            if directory.server(&channel.guild).is_none() {
                directory.put_server(ServerSpec::new(&channel.guild, &format!("Server {}", channel.guild)));
            }
        }
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
            attachment_limit: limits::FILE_BYTES,
            directory,
            delivery_faults: DeliveryFaults::default(),
            endpoint: None,
            endpoint_calls: Vec::new(),
            consents: Consents::default(),
            ids: Snowflakes::default(),
        }
    }

    pub(crate) fn channel(&self, id: &str) -> Option<&ChannelState> {
        self.channels.iter().find(|channel| channel.spec.channel == id)
    }

    pub(crate) fn channel_mut(&mut self, id: &str) -> Option<&mut ChannelState> {
        self.channels.iter_mut().find(|channel| channel.spec.channel == id)
    }

    /// Adds a channel, or replaces the spec of the one of the same id.
    pub(crate) fn put_channel(&mut self, spec: ChannelSpec) {
        if self.directory.server(&spec.guild).is_none() && !spec.guild.is_empty() {
            self.directory.put_server(ServerSpec::new(&spec.guild, &format!("Server {}", spec.guild)));
        }
        match self.channel_mut(&spec.channel) {
            Some(channel) => channel.spec = spec,
            None => self.channels.push(ChannelState::new(spec)),
        }
    }

    /// The id of the direct messages between the bot and a person, who need not be known. They are opened when they are
    /// asked for.
    pub(crate) fn direct_channel(&mut self, person: &str) -> String {
        let kind = ChannelKind::DirectWith(person.to_owned());
        if let Some(known) = self.channels.iter().find(|channel| channel.spec.kind == kind) {
            return known.spec.channel.clone();
        }
        let name = self.directory.person(person).map_or_else(|| format!("user{person}"), |person| person.name.clone());
        let id = self.ids.next();
        let (guild, tags) = (String::new(), Vec::new());
        self.channels.push(ChannelState::new(ChannelSpec { guild, channel: id.clone(), name, kind, tags }));
        id
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

    /// The commands that can be used in a channel; none where there is no such channel.
    pub(crate) fn commands_in(&self, channel: &str) -> Option<Vec<Value>> {
        let spec = &self.channel(channel)?.spec;
        Some(match spec.kind {
            ChannelKind::DirectWith(_) => self.commands.in_direct_messages(),
            _ if self.directory.has_application(&spec.guild) => self.commands.in_guild(&spec.guild),
            _ => Vec::new(),
        })
    }

    /// The channel whose overwrites hold in this one: a thread's parent, else the channel itself.
    fn home(&self, spec: &ChannelSpec) -> String {
        if let ChannelKind::ThreadOf(parent) = &spec.kind { parent.clone() } else { spec.channel.clone() }
    }

    /// What a known person may do in a channel.
    pub(crate) fn permissions_in(&self, person: &str, channel: &str) -> Option<u64> {
        let spec = &self.channel(channel)?.spec;
        match &spec.kind {
            ChannelKind::DirectWith(with) => (with == person).then_some(permission::DIRECT),
            _ => self.directory.permissions(person, &spec.guild, &self.home(spec)),
        }
    }

    /// What the bot may do in a channel; `None` where it is no member.
    pub(crate) fn bot_permissions_in(&self, application: &str, channel: &str) -> Option<u64> {
        let spec = &self.channel(channel)?.spec;
        match spec.kind {
            ChannelKind::DirectWith(_) => Some(permission::DIRECT),
            _ => self.directory.bot_permissions(application, &spec.guild, &self.home(spec)),
        }
    }

    /// A known person as a member of a channel's server, or as the other end of direct messages.
    pub(crate) fn member(&self, person: &str, channel: &str) -> Option<Member> {
        let Person { id, name, locale, servers, .. } = self.directory.person(person)?.clone();
        let permissions = self.permissions_in(person, channel)?;
        let roles = servers.get(&self.channel(channel)?.spec.guild).cloned().unwrap_or_default();
        Some(Member { id, name, permissions, roles, locale })
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
