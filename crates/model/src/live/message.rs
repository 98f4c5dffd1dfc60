//! A live message as the store keeps it, and what a delivery changes of it.

use super::position::EventPosition;
use super::state::{EarlierMessage, LiveState, ShownEvent};
use crate::delivery::MessageRef;
use crate::event::EventId;
use crate::handling::Handling;

/// A message that later events of its keys edit, and what it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveMessage {
    /// Of the record in the store.
    pub id: i64,
    /// None while only routine events came: they are recorded, and not posted.
    pub message: Option<MessageRef>,
    /// Its channel is a thread of the webhook's.
    pub in_thread: bool,
    /// Its place in a message that it shares with others.
    pub slot: Option<usize>,
    pub state: LiveState,
    /// What people have done about it. A delivery does not change it.
    pub handling: Handling,
}

/// The thing that an event belongs to: one, or several that it shows to be about the same thing.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveThing {
    /// What stays: the message that was posted first.
    pub message: LiveMessage,
    /// The records of the others, which end with this event.
    pub absorbed: Vec<i64>,
}

/// What is recorded about a live message when a delivery is settled.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LiveUpdate {
    /// The record that changes; none = a new one.
    pub record: Option<i64>,
    /// Records of the same thing that end.
    pub absorbed: Vec<i64>,
    /// Every name that the thing is known by from now on, beside those of the records.
    pub keys: Vec<String>,
    pub state: LiveState,
    /// Whether the earlier messages have to be edited: they show another title, or there is a newer message.
    pub follow: bool,
    /// The delivery's message is a reply below the thing's own one, which stays, and is drawn again with the new state.
    pub stays: bool,
}

/// An edit of an earlier message that is still to be made: it shows its thing's title, and a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUp {
    pub message: EarlierMessage,
    /// What its thing's message says first, as Discord's Markdown.
    pub title: String,
    /// The message that replaced it.
    pub newer: MessageRef,
    /// Of the webhook, as far as it is known.
    pub guild: Option<String>,
    pub attempts: u32,
}

impl EarlierMessage {
    pub fn reference(&self) -> MessageRef {
        MessageRef { id: self.id.clone(), channel: self.channel.clone() }
    }
}

impl LiveMessage {
    /// Whether its thing is over, by its events or because somebody said so.
    pub fn is_over(&self) -> bool {
        self.state.closed || self.handling.resolved.is_some()
    }

    fn as_earlier(&self) -> Option<EarlierMessage> {
        let MessageRef { id, channel } = self.message.clone()?;
        Some(EarlierMessage { id, channel, in_thread: self.in_thread, slot: self.slot })
    }

    /// By Discord's ids, which grow with time; what is not posted comes last.
    fn age(&self) -> (usize, String, i64) {
        match &self.message {
            Some(message) => (message.id.len(), message.id.clone(), self.id),
            None => (usize::MAX, String::new(), self.id),
        }
    }
}

impl LiveThing {
    /// What the event that was just taken belongs to. A thing that is over takes no newer events: the next one begins
    /// anew.
    pub fn of(messages: Vec<LiveMessage>, event: EventId, position: &EventPosition) -> Option<Self> {
        let is_newer = |shown: &ShownEvent| {
            let is_next = shown.position.is_timeless(position) && shown.id < event;
            is_next || shown.position.is_older_than(position)
        };
        let is_over = |message: &LiveMessage| message.is_over() && message.state.shown.as_ref().is_none_or(is_newer);
        let takes = |message: &LiveMessage| !is_over(message);
        let mut messages: Vec<LiveMessage> = messages.into_iter().filter(takes).collect();
        messages.sort_by_key(LiveMessage::age);
        let mut messages = messages.into_iter();
        let mut thing = Self { message: messages.next()?, absorbed: Vec::new() };
        for other in messages {
            thing.absorb(other);
        }
        Some(thing)
    }

    /// Whether it shows what is newer than an event at `position`.
    pub fn is_newer_than(&self, position: &EventPosition, id: EventId) -> bool {
        self.message.state.is_newer_than(position, id)
    }

    /// The event that it shows.
    pub fn shown(&self) -> Option<&ShownEvent> {
        self.message.state.shown.as_ref()
    }

    /// The message stays, and shows the newer state of the two.
    fn absorb(&mut self, other: LiveMessage) {
        self.absorbed.push(other.id);
        if self.message.handling.is_empty() {
            self.message.handling = other.handling.clone();
        }
        let earlier = other.as_earlier();
        let state = &mut self.message.state;
        let other_is_newer =
            other.state.shown.as_ref().is_some_and(|shown| !state.is_newer_than(&shown.position, shown.id));
        let (mut newer, older) =
            if other_is_newer { (other.state, std::mem::take(state)) } else { (std::mem::take(state), other.state) };
        newer.remembered.join(older.remembered);
        newer.notified.extend(older.notified);
        if let Some(mentioned) = older.mentioned {
            newer.mentioned.get_or_insert_default().extend(mentioned);
        }
        older.history.into_iter().for_each(|entry| newer.record(entry));
        older.earlier.into_iter().chain(earlier).for_each(|message| newer.replace(message));
        // What is shown is not what either of them showed.
        newer.digest.clear();
        *state = newer;
    }
}
