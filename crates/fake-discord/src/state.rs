//! All that the look-alike remembers, in memory and bounded: channels with their messages, webhooks, the
//! requests it saw, faults, commands and interactions.

use std::collections::VecDeque;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

use super::commands::Commands;
use super::fault::Faults;
use super::interactions::Interactions;
use super::numbers as n;
use super::object;
use super::rate::{RateLimits, Rates};
use hookbell_model::timestamp::Timestamp;

const MESSAGES_A_CHANNEL: usize = 500;
const THREADS: usize = 200;
const EPHEMERAL_MESSAGES: usize = 100;
const REQUESTS: usize = 2000;

/// A channel, or a thread of one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChannelSpec {
    pub guild: String,
    /// The channel's id.
    pub channel: String,
    pub name: String,
    pub kind: ChannelKind,
    /// The ids of the tags that a forum post bears.
    pub tags: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ChannelKind {
    #[default]
    Text,
    /// Posts need a thread, an old one or a new one.
    Forum(ForumSettings),
    /// A thread of the channel with this id.
    ThreadOf(String),
}

/// What a forum's moderators have set up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ForumSettings {
    /// Id and name.
    pub tags: Vec<(String, String)>,
    /// Every post must bear a tag.
    pub tag_required: bool,
}

/// Whether a thread accepts messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThreadState {
    #[default]
    Open,
    /// A new message opens it again; until then its messages cannot be edited.
    Archived,
    /// Accepts no message.
    Locked,
}

/// A webhook made by hand in a channel's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSpec {
    pub id: String,
    pub token: String,
    /// The id of its channel.
    pub channel: String,
    pub name: String,
}

/// A message as it stands now.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredMessage {
    pub id: String,
    /// The id of the channel or thread.
    pub channel: String,
    /// The id of the webhook that posted it; none for the bot's.
    pub webhook: Option<String>,
    /// The body of the POST as it came in.
    pub body: Value,
    /// Discord's message object, edits included.
    pub object: Value,
    pub mentions: Mentions,
    pub created: Timestamp,
    pub edited: Option<Timestamp>,
    pub edits: u32,
}

/// Who is notified by a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mentions {
    pub everyone: bool,
    pub roles: Vec<String>,
    pub users: Vec<String>,
}

/// A request that came in under `/api`.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedRequest {
    pub at: Timestamp,
    pub method: String,
    /// Without query, tokens replaced by `***`.
    pub path: String,
    pub query: String,
    /// The name of the webhook it went to.
    pub webhook: Option<String>,
    /// None when the connection was closed without an answer.
    pub status: Option<u16>,
    pub user_agent: Option<String>,
    pub content_type: Option<String>,
    /// The JSON body, as sent.
    pub body: Option<Value>,
    /// Keys of the body that Discord does not know and ignores silently.
    pub ignored: Vec<String>,
    /// The name of the injected fault that applied to it.
    pub fault: Option<&'static str>,
}

#[derive(Debug)]
pub(crate) struct Channel {
    pub(crate) spec: ChannelSpec,
    pub(crate) messages: VecDeque<StoredMessage>,
    /// Of a thread; a channel is always open.
    pub(crate) thread: ThreadState,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) channels: Vec<Channel>,
    /// Messages that only one person sees; in no channel.
    pub(crate) hidden: VecDeque<StoredMessage>,
    pub(crate) webhooks: Vec<WebhookSpec>,
    pub(crate) requests: VecDeque<RecordedRequest>,
    pub(crate) seen: u64,
    pub(crate) limited: u64,
    /// Answers that count towards Discord's ban: 401, 403, and 429 that is not shared.
    pub(crate) invalid: u64,
    pub(crate) faults: Faults,
    pub(crate) limits: RateLimits,
    pub(crate) rates: Rates,
    pub(crate) commands: Commands,
    pub(crate) interactions: Interactions,
    last_id: u64,
}

impl State {
    pub(crate) fn new(channels: Vec<ChannelSpec>, webhooks: Vec<WebhookSpec>, limits: RateLimits) -> Self {
        let channels = channels.into_iter().map(Channel::new).collect();
        Self {
            channels,
            hidden: VecDeque::new(),
            webhooks,
            requests: VecDeque::new(),
            seen: 0,
            limited: 0,
            invalid: 0,
            faults: Faults::default(),
            limits,
            rates: Rates::default(),
            commands: Commands::default(),
            interactions: Interactions::default(),
            last_id: 0,
        }
    }

    /// A new id: time in the upper bits, always growing.
    pub(crate) fn snowflake(&mut self) -> String {
        const DISCORD_EPOCH: i64 = 1_420_070_400_000;
        let by_time = u64::try_from(now().0 - DISCORD_EPOCH).unwrap_or(0) << 22;
        self.last_id = by_time.max(self.last_id + 1);
        self.last_id.to_string()
    }

    pub(crate) fn channel(&self, id: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.spec.channel == id)
    }

    pub(crate) fn channel_mut(&mut self, id: &str) -> Option<&mut Channel> {
        self.channels.iter_mut().find(|channel| channel.spec.channel == id)
    }

    /// Adds a thread; of too many the oldest goes.
    pub(crate) fn add_thread(&mut self, spec: ChannelSpec) {
        self.channels.push(Channel::new(spec));
        let is_thread = |channel: &Channel| matches!(channel.spec.kind, ChannelKind::ThreadOf(_));
        if self.channels.iter().filter(|channel| is_thread(channel)).count() > THREADS
            && let Some(oldest) = self.channels.iter().position(is_thread)
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

    /// The totals the page shows.
    pub(crate) fn counts(&self) -> Value {
        json!({ "requests": self.seen, "limited": self.limited, "invalid": self.invalid })
    }

    pub(crate) fn webhook(&self, id: &str) -> Option<&WebhookSpec> {
        self.webhooks.iter().find(|webhook| webhook.id == id)
    }

    /// Keeps a message as its channel's newest.
    pub(crate) fn keep(&mut self, message: StoredMessage) {
        if let Some(channel) = self.channel_mut(&message.channel) {
            channel.messages.push_back(message);
            if channel.messages.len() > MESSAGES_A_CHANNEL {
                channel.messages.pop_front();
            }
        }
    }

    pub(crate) fn message_mut(&mut self, channel: &str, id: &str) -> Option<&mut StoredMessage> {
        self.channel_mut(channel)?.messages.iter_mut().find(|message| message.id == id)
    }

    pub(crate) fn message(&self, channel: &str, id: &str) -> Option<&StoredMessage> {
        self.channel(channel)?.messages.iter().find(|message| message.id == id)
    }

    pub(crate) fn remove_message(&mut self, channel: &str, id: &str) -> bool {
        let Some(channel) = self.channel_mut(channel) else { return false };
        let before = channel.messages.len();
        channel.messages.retain(|message| message.id != id);
        channel.messages.len() < before
    }

    /// Keeps a message that only one person sees.
    pub(crate) fn hide(&mut self, message: StoredMessage) {
        self.hidden.push_back(message);
        if self.hidden.len() > EPHEMERAL_MESSAGES {
            self.hidden.pop_front();
        }
    }

    /// A message wherever it is.
    pub(crate) fn find(&self, id: &str) -> Option<&StoredMessage> {
        let mut all = self.channels.iter().flat_map(|channel| &channel.messages).chain(&self.hidden);
        all.find(|message| message.id == id)
    }

    pub(crate) fn find_mut(&mut self, id: &str) -> Option<&mut StoredMessage> {
        let open = self.channels.iter_mut().flat_map(|channel| &mut channel.messages);
        open.chain(&mut self.hidden).find(|message| message.id == id)
    }

    /// Removes a message wherever it is; answers its channel.
    pub(crate) fn forget(&mut self, id: &str) -> Option<String> {
        let channel = self.find(id)?.channel.clone();
        self.remove_message(&channel, id);
        self.hidden.retain(|message| message.id != id);
        Some(channel)
    }

    /// The commands that can be typed in a channel.
    pub(crate) fn commands_in(&self, channel: &str) -> Result<Vec<Value>, String> {
        let channel = self.channel(channel).ok_or("there is no such channel")?;
        Ok(self.commands.in_guild(&channel.spec.guild))
    }

    /// A channel as an interaction shows it.
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

    pub(crate) fn log(&mut self, request: RecordedRequest, shared: bool) {
        self.seen += 1;
        let status = request.status.unwrap_or(0);
        self.limited += u64::from(status == 429);
        self.invalid += u64::from(matches!(status, 401 | 403) || (status == 429 && !shared));
        self.requests.push_back(request);
        if self.requests.len() > REQUESTS {
            self.requests.pop_front();
        }
    }
}

impl Channel {
    fn new(spec: ChannelSpec) -> Self {
        Self { spec, messages: VecDeque::new(), thread: ThreadState::Open }
    }
}

impl StoredMessage {
    /// Carries out an edit whose body was found in order.
    pub(crate) fn apply(&mut self, body: &Map<String, Value>, at: Timestamp, components: bool) {
        self.mentions = object::edit(&mut self.object, body, at, components);
        self.edited = Some(at);
        self.edits += 1;
    }

    /// Whether only one person sees it.
    pub fn is_ephemeral(&self) -> bool {
        self.object["flags"].as_i64().unwrap_or(0) & n::EPHEMERAL != 0
    }

    /// Whether it still says that the bot is thinking.
    pub fn is_loading(&self) -> bool {
        self.object["flags"].as_i64().unwrap_or(0) & n::LOADING != 0
    }

    /// Whether nothing is left to show.
    pub(crate) fn is_empty(&self) -> bool {
        let bare = |key: &str| self.object[key].as_array().is_none_or(Vec::is_empty);
        self.object["content"] == "" && bare("embeds") && bare("components") && bare("attachments")
    }
}

impl RecordedRequest {
    /// For the page: without the body.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "at": self.at.0, "method": self.method, "path": self.path, "webhook": self.webhook,
            "status": self.status, "fault": self.fault,
        })
    }
}

/// The clock on the wall.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
