//! Where in its channel a message goes: into the channel itself, into a new post of a forum, or into the post that
//! an earlier message of the same title began. What Discord's answers say about the channel is remembered here.

use super::settings::Destination;
use hookbell_model::delivery::Misplacement;
use hookbell_model::message::Message;
use hookbell_model::note::Note;
use hookbell_model::webhook_error::WebhookError;
use hookbell_template::fit;

/// Where a message goes, or is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ThreadTarget {
    /// The title that its post is remembered under; with no thread it is a new one.
    pub(super) title: Option<String>,
    /// The thread, where it is not the one of the webhook's URL.
    pub(super) thread: Option<String>,
}

/// What a lane knows of its channel, and how Discord refused the target of the message at its head.
#[derive(Debug, Default)]
pub(super) struct ForumState {
    /// Whether the channel is a forum, where an answer showed it.
    is_forum: Option<bool>,
    /// Each with Discord's error. None is met twice with one message: that would go on for ever.
    met: Vec<(Misplacement, WebhookError)>,
}

/// A message made ready for its target.
#[derive(Debug)]
pub(super) struct PlacedMessage {
    pub(super) message: Message,
    pub(super) target: ThreadTarget,
    /// What was done differently from what the template says.
    pub(super) notes: Vec<Note>,
}

impl ForumState {
    /// For the next message: what is known of the channel stays.
    pub(super) fn for_next_message(&self) -> Self {
        Self { is_forum: self.is_forum, met: Vec::new() }
    }

    /// Records a refusal of the target; false when there is no other way left to send the message.
    pub(super) fn learn(&mut self, misplacement: Misplacement, error: &WebhookError, has_spare_tag: bool) -> bool {
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

    /// The title of the post that a message goes into, with what differs from the template.
    pub(super) fn title(&self, destination: &Destination, message: &Message) -> (Option<String>, Option<Note>) {
        if destination.webhook.thread().is_some() {
            return (None, (!message.thread.is_empty()).then_some(Note::ThreadIgnored));
        }
        match (self.is_forum, message.thread.is_empty()) {
            (Some(false), false) => (None, Some(Note::ThreadLeftOut)),
            (Some(true), true) => (Some(fit::derived_title(message)), Some(Note::ThreadDerived)),
            (_, true) => (None, None),
            (_, false) => (Some(message.thread.clone()), None),
        }
    }

    /// Whether the post that is remembered can be used no more.
    pub(super) fn begins_anew(&self) -> bool {
        self.has_met(Misplacement::ThreadGone).is_some()
    }

    /// The message as it is posted at its target.
    pub(super) fn place(&self, destination: &Destination, message: Message, target: ThreadTarget) -> PlacedMessage {
        let mut notes = Vec::new();
        let message = match (&target.title, &target.thread) {
            (Some(title), None) => {
                if let Some(error) = self.has_met(Misplacement::ThreadGone) {
                    notes.push(Note::PostRestarted { reason: error.to_string() });
                }
                let tags = self.tags(destination, &message, &mut notes);
                Message { thread: title.clone(), tags, ..message }
            }
            _ => Message { thread: String::new(), tags: Vec::new(), ..message },
        };
        PlacedMessage { message, target, notes }
    }

    fn tags(&self, destination: &Destination, message: &Message, notes: &mut Vec<Note>) -> Vec<String> {
        let unknown = self.has_met(Misplacement::UnknownTag);
        if let Some(error) = unknown {
            notes.push(Note::TagsRefused { reason: error.to_string() });
        }
        match destination.tags.first().filter(|_| self.has_met(Misplacement::NeedsTag).is_some()) {
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
    pub(super) fn in_thread(&self) -> bool {
        self.title.is_some() || self.thread.is_some()
    }
}
