//! Where in its channel a message goes: into the channel itself, into a new post of a forum, or into the post that
//! an earlier message of the same title, or about the same thing, began. Remembers what Discord's answers say about the
//! channel.

use super::target::MessageTarget;
use hookbell_model::delivery::Misplacement;
use hookbell_model::message::Message;
use hookbell_model::note::Note;
use hookbell_model::thread_mode::ThreadMode;
use hookbell_model::webhook_error::WebhookError;
use hookbell_template::fit;

/// Where a message goes, or is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThreadTarget {
    /// The title that its post is remembered under; with no thread it is a new one.
    pub title: Option<String>,
    /// The thread, where it is not the one of the webhook's URL.
    pub thread: Option<String>,
    /// The thing that its post is remembered under, instead of the title.
    pub thing: Option<ThreadThing>,
}

/// The thing that a post is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadThing {
    /// The names that it is known by; never empty.
    pub keys: Vec<String>,
    /// The title of its post.
    pub title: String,
}

/// What is known of a channel, and how Discord refused the thread of the message that is being sent.
#[derive(Debug, Default)]
pub struct ForumState {
    /// Whether the channel is a forum, where an answer showed it.
    is_forum: Option<bool>,
    /// Each with Discord's error. A message for which one is met twice is not sent again.
    met: Vec<(Misplacement, WebhookError)>,
}

/// A message made ready for its thread.
#[derive(Debug)]
pub struct PlacedMessage {
    pub message: Message,
    pub thread: ThreadTarget,
    /// What was done differently from what the template says.
    pub notes: Vec<Note>,
}

impl ForumState {
    /// For the next message: what is known of the channel stays.
    pub fn for_next_message(&self) -> Self {
        Self { is_forum: self.is_forum, met: Vec::new() }
    }

    /// Records a refusal of the target; false when there is no other way left to send the message.
    pub fn learn(&mut self, misplacement: Misplacement, error: &WebhookError, has_spare_tag: bool) -> bool {
        match misplacement {
            Misplacement::NeedsTitle => self.is_forum = Some(true),
            Misplacement::NoForum => self.is_forum = Some(false),
            Misplacement::NeedsTag if !has_spare_tag => return false,
            Misplacement::NeedsTag | Misplacement::UnknownTag | Misplacement::ThreadGone => {}
        }
        let is_new = self.has_met(misplacement).is_none();
        if is_new {
            self.met.push((misplacement, error.clone()));
        }
        is_new
    }

    fn has_met(&self, misplacement: Misplacement) -> Option<&WebhookError> {
        self.met.iter().find(|(met, _)| *met == misplacement).map(|(_, error)| error)
    }

    /// The title of the post that a message goes into, with notes on differences from the template.
    pub fn title(&self, target: &MessageTarget<'_>, message: &Message) -> (Option<String>, Option<Note>) {
        if target.is_thread {
            return (None, (!message.thread.is_empty()).then_some(Note::ThreadIgnored));
        }
        match (self.is_forum(target), message.thread.is_empty()) {
            (Some(false), _) if target.threads == ThreadMode::PerKey => {
                let reason = self.has_met(Misplacement::NoForum).map(ToString::to_string);
                (None, reason.map(|reason| Note::NoPosts { reason }))
            }
            (Some(true), true) if target.threads == ThreadMode::PerKey => (Some(fit::derived_title(message)), None),
            (Some(false), false) => (None, Some(Note::ThreadLeftOut)),
            (Some(true), true) => (Some(fit::derived_title(message)), Some(Note::ThreadDerived)),
            (_, true) => (None, None),
            (_, false) => (Some(message.thread.clone()), None),
        }
    }

    /// Whether each thing has a post of its own there, as far as is known of the channel.
    pub fn has_posts_per_key(&self, target: &MessageTarget<'_>) -> bool {
        target.threads == ThreadMode::PerKey && !target.is_thread && self.is_forum(target) == Some(true)
    }

    /// The config says so where no answer has shown it yet.
    fn is_forum(&self, target: &MessageTarget<'_>) -> Option<bool> {
        self.is_forum.or((target.threads == ThreadMode::PerKey).then_some(true))
    }

    /// Whether the remembered post can no longer be used.
    pub fn begins_anew(&self) -> bool {
        self.has_met(Misplacement::ThreadGone).is_some()
    }

    /// The message as it is posted at its target.
    pub fn place(&self, target: &MessageTarget<'_>, message: Message, thread: ThreadTarget) -> PlacedMessage {
        let mut notes = Vec::new();
        let message = match (&thread.title, &thread.thread) {
            (Some(title), None) => {
                if let Some(error) = self.has_met(Misplacement::ThreadGone) {
                    notes.push(Note::PostRestarted { reason: error.to_string() });
                }
                let tags = self.tags(target, &message, &mut notes);
                Message { thread: title.clone(), tags, ..message }
            }
            _ => Message { thread: String::new(), tags: Vec::new(), ..message },
        };
        PlacedMessage { message, thread, notes }
    }

    fn tags(&self, target: &MessageTarget<'_>, message: &Message, notes: &mut Vec<Note>) -> Vec<String> {
        let unknown = self.has_met(Misplacement::UnknownTag);
        if let Some(error) = unknown {
            notes.push(Note::TagsRefused { reason: error.to_string() });
        }
        match target.tags.first().filter(|_| self.has_met(Misplacement::NeedsTag).is_some()) {
            Some((name, id)) => {
                notes.push(Note::TagAdded { tag: name.to_owned() });
                vec![id.clone()]
            }
            None if unknown.is_some() => Vec::new(),
            None => message.tags.clone(),
        }
    }
}

impl ThreadTarget {
    pub fn in_thread(&self) -> bool {
        self.title.is_some() || self.thread.is_some()
    }
}
