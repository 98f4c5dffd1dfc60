//! The setup of a stand-in: channels, their threads, and webhooks.

/// A channel, or a thread of one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChannelSpec {
    pub guild: String,
    /// The channel's id.
    pub channel: String,
    pub name: String,
    pub kind: ChannelKind,
    /// The ids of the tags of a forum post.
    pub tags: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ChannelKind {
    #[default]
    Text,
    /// Every post needs a thread: an existing one or a new one.
    Forum(ForumSettings),
    /// A thread of the channel with this id.
    ThreadOf(String),
    /// The direct messages between the bot and the person with this id; in no server.
    DirectWith(String),
}

/// What a forum's moderators have set up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ForumSettings {
    /// Id and name.
    pub tags: Vec<(String, String)>,
    /// Every post must have a tag.
    pub tag_required: bool,
}

/// Whether a thread accepts messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThreadState {
    #[default]
    Open,
    /// A new message opens it again; until then its messages cannot be edited.
    Archived,
    /// Archived, and accepts no message.
    Locked,
    /// Locked, and not archived: it accepts no message either.
    LockedOpen,
}

impl ThreadState {
    pub(crate) fn new(archived: bool, locked: bool) -> Self {
        match (archived, locked) {
            (false, false) => Self::Open,
            (true, false) => Self::Archived,
            (true, true) => Self::Locked,
            (false, true) => Self::LockedOpen,
        }
    }

    pub(crate) fn is_archived(self) -> bool {
        matches!(self, Self::Archived | Self::Locked)
    }

    pub(crate) fn is_locked(self) -> bool {
        matches!(self, Self::Locked | Self::LockedOpen)
    }
}

/// A webhook, made by hand in a channel's settings or by an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSpec {
    pub id: String,
    pub token: String,
    /// The id of its channel.
    pub channel: String,
    pub name: String,
    /// The id of the application that made it, which may send interactive components with it; `None` for one made by hand.
    pub application: Option<String>,
}

impl ChannelSpec {
    /// A text channel.
    pub fn text(guild: &str, channel: &str, name: &str) -> Self {
        let kind = ChannelKind::Text;
        Self { guild: guild.to_owned(), channel: channel.to_owned(), name: name.to_owned(), kind, tags: Vec::new() }
    }

    /// A forum channel with tags, each an id and a name.
    pub fn forum(guild: &str, channel: &str, name: &str, tags: &[(&str, &str)]) -> Self {
        let tags = tags.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect();
        Self {
            kind: ChannelKind::Forum(ForumSettings { tags, tag_required: false }),
            ..Self::text(guild, channel, name)
        }
    }

    /// A thread of a channel.
    pub fn thread(guild: &str, parent: &str, thread: &str, name: &str) -> Self {
        Self { kind: ChannelKind::ThreadOf(parent.to_owned()), ..Self::text(guild, thread, name) }
    }
}

impl WebhookSpec {
    /// A webhook made by hand, with a token as long as Discord's.
    pub fn new(id: &str, name: &str, channel: &str) -> Self {
        let token = format!("standin-{id}-").chars().chain(std::iter::repeat('x')).take(68).collect();
        Self { id: id.to_owned(), token, channel: channel.to_owned(), name: name.to_owned(), application: None }
    }
}
