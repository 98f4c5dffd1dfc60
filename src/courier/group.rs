//! Deliveries in a lane that are about one thing, with the message that they make together: the state of the thing after
//! the last of them. Most groups are of one delivery.

use super::timing::Timing;
use crate::compose::{LiveAction, LiveComposed};
use crate::store::{Collection, QueuedDelivery, SentMessage};
use hookbell_model::delivery::{BatchMode, Delivery, MessageRef, MutedBy, QueueOrder, Reason, RingCause};
use hookbell_model::event::{EventId, Severity};
use hookbell_model::handling::Handling;
use hookbell_model::live::{EarlierMessage, EventPosition, LiveMessage, LiveThing, LiveUpdate};
use hookbell_model::message::Message;
use hookbell_model::timestamp::Timestamp;
use hookbell_template::render::{Fallback, Rendered};

/// The record of a thing that is not in the store yet.
const UNSAVED: i64 = -1;

/// Deliveries about one thing, in the order of the lane. Never empty.
#[derive(Debug)]
pub(super) struct Group {
    members: Vec<Member>,
    /// The index of the member whose rendering the message is.
    shown: usize,
    pub(super) message: Message,
    pub(super) action: LiveAction,
    /// What changes of the live message.
    pub(super) update: Option<LiveUpdate>,
    /// The event that was rendered last is older than the one that the message shows.
    pub(super) is_older: bool,
    /// Every event of it is muted or routine: none of them is a message of its own.
    pub(super) is_held_back: bool,
    pub(super) sent: SentMessage,
    pub(super) fallback: Option<Fallback>,
    severity: Severity,
    /// The names of the thing whose forum post it goes into, where each thing has one.
    pub(super) post_keys: Vec<String>,
    /// The title of that post; empty = that of the message.
    pub(super) post_title: String,
    /// Whether it belongs to another thing than the one that it shows.
    pub(super) is_of_another: bool,
    /// Whether the thing of the post is over; none where nothing says it.
    pub(super) is_post_over: Option<bool>,
    /// The message that the thing has, before this.
    posted: Option<(MessageRef, bool, Option<usize>)>,
    /// What people have done about its thing.
    handling: Handling,
    /// Its way into a digest, if it would be a message of its own.
    collection: Option<Collection>,
    /// Its thing was over before it was to be reported.
    is_closed_in_time: bool,
    /// Why it is posted in place of another message, where it is.
    pub(super) ring: Option<RingCause>,
}

/// A delivery of a group.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) delivery: Delivery,
    /// Its event is older than the one that the message shows.
    pub(super) is_older: bool,
    /// The mute that holds its message back.
    pub(super) muted: Option<MutedBy>,
    /// The mute that left it at an edit; without it the message would have been posted anew.
    pub(super) ring_withheld: Option<MutedBy>,
    /// What holds it back, where its thing has no message yet.
    pub(super) held: Option<Held>,
    pub(super) is_urgent: bool,
}

/// Why a delivery is held back. `until`: when it is looked at again; none = that ends it.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) until: Option<Timestamp>,
    pub(super) reason: Reason,
}

impl Group {
    /// `thing`: what the store knows of it.
    pub(super) fn new(
        queued: QueuedDelivery,
        composed: LiveComposed,
        thing: Option<&LiveThing>,
        timing: Timing,
    ) -> Self {
        let composed = timing.apply(composed);
        let collection = timing.collection(queued.delivery.id, &composed);
        let LiveComposed {
            composed,
            action,
            update,
            is_older,
            is_routine,
            muted,
            ring_withheld,
            context,
            unnotified: _,
        } = composed;
        let Rendered { message, template, severity, live, notes, fallback } = composed;
        let is_held_back = is_routine || muted.is_some();
        let (post_keys, is_of_another) = (live.post_keys().to_vec(), !live.thread_keys.is_empty());
        let post_title = live.thread_title.clone();
        // What is older says nothing of how it is now.
        let is_post_over = live.is_post_over().filter(|_| !is_older);
        let sent = SentMessage { template, keys: live.keys, context, notes, body: message.to_post() };
        let posted = thing.and_then(|LiveThing { message, .. }| {
            message.message.clone().map(|at| (at, message.in_thread, message.slot))
        });
        let handling = thing.map(|thing| thing.message.handling.clone()).unwrap_or_default();
        let members = vec![Member::new(queued, is_older, muted, ring_withheld)];
        Self {
            members,
            shown: 0,
            message,
            action,
            update,
            is_older,
            is_held_back,
            sent,
            fallback,
            severity,
            post_keys,
            post_title,
            is_of_another,
            is_post_over,
            posted,
            handling,
            collection,
            is_closed_in_time: false,
            ring: None,
        }
    }

    /// Held back by its route: until it is known whether its thing is over soon, or while another one explains it.
    /// Nothing happens where the thing has a message.
    pub(super) fn hold(&mut self, held: Option<Held>, waits_for_end: bool) {
        let is_recorded = self.action == LiveAction::Record;
        let is_over = self.update.as_ref().is_some_and(|update| update.state.closed);
        self.is_closed_in_time =
            waits_for_end && is_over && matches!(self.action, LiveAction::Record | LiveAction::Post);
        if self.is_closed_in_time {
            self.action = LiveAction::Record;
        } else if is_recorded && let Some(last) = self.members.last_mut() {
            last.held = held.filter(|_| last.muted.is_none());
        }
    }

    pub(super) fn is_closed_in_time(&self) -> bool {
        self.is_closed_in_time
    }

    /// The ways of its deliveries out of the lane, where they are not posted now. `gone`: the message that it would edit
    /// was deleted.
    pub(super) fn collections(&self, gone: bool) -> Vec<Collection> {
        let is_message = self.action == LiveAction::Post || gone;
        if let Some(collection) = self.collection.clone().filter(|_| is_message) {
            return vec![collection];
        }
        if self.action != LiveAction::Record || self.is_closed_in_time {
            return Vec::new();
        }
        let mut update = self.update.clone();
        let collect = |member: &Member| {
            let Held { until, reason } = member.held.clone()?;
            let live = update.take();
            Some(Collection { delivery: member.delivery.id, until: until?, reason, live })
        };
        self.members.iter().filter_map(collect).collect()
    }

    pub(super) fn members(&self) -> &[Member] {
        &self.members
    }

    pub(super) fn deliveries(&self) -> impl Iterator<Item = &Delivery> {
        self.members.iter().map(|member| &member.delivery)
    }

    /// The oldest one.
    pub(super) fn first(&self) -> &Delivery {
        // Made with one, and only added to.
        &self.members[0].delivery
    }

    /// A posted message is only to be rendered again: nothing is posted.
    pub(super) fn is_edit_only(&self) -> bool {
        self.first().plan.edited_message().is_some()
    }

    pub(super) fn is_shown(&self, index: usize) -> bool {
        index == self.shown
    }

    /// The delivery whose message it is.
    pub(super) fn shown_delivery(&self) -> i64 {
        self.members[self.shown].delivery.id
    }

    /// The event that the message is a rendering of.
    pub(super) fn shown_event(&self) -> EventId {
        self.members[self.shown].delivery.event
    }

    /// What changes of the live message when a new one was posted in this thread: where that is the post of its thing, it is a
    /// reply, and the message that begins the post goes on showing the thing.
    pub(super) fn update_in(&self, thread: Option<&String>, posted: &MessageRef) -> Option<LiveUpdate> {
        let mut update = self.update.clone()?;
        let first = self.posted.as_ref().map(|(message, ..)| message);
        let first = first.filter(|first| self.ring.is_some() && first.id == first.channel);
        if let Some(first) = first.filter(|first| thread == Some(&first.channel)) {
            let (id, channel) = (posted.id.clone(), posted.channel.clone());
            update.state.reply(&first.id, EarlierMessage { id, channel, in_thread: true, slot: None });
            (update.follow, update.stays) = (true, true);
        }
        Some(update)
    }

    /// Whether the group's thing is known by one of these names.
    pub(super) fn has_key(&self, keys: &[String]) -> bool {
        self.update.as_ref().is_some_and(|update| update.keys.iter().any(|key| keys.contains(key)))
    }

    /// Whether all these records are the group's own.
    pub(super) fn owns(&self, records: &[LiveMessage]) -> bool {
        records.iter().all(|known| self.changes(known.id))
    }

    /// Whether the other group is about the same thing as this one, which comes before it.
    pub(super) fn is_before(&self, other: &Self) -> bool {
        other.update.as_ref().is_some_and(|update| self.has_key(&update.keys))
    }

    /// Whether this record is written with the group.
    pub(super) fn changes(&self, record: i64) -> bool {
        let update = self.update.as_ref();
        update.is_some_and(|update| update.record == Some(record) || update.absorbed.contains(&record))
    }

    /// Goes alone, so that nothing hides it.
    pub(super) fn is_urgent(&self) -> bool {
        let strict = |member: &Member| member.delivery.plan.order == QueueOrder::Strict;
        let is_critical = self.severity == Severity::Critical && !self.members.iter().any(strict);
        is_critical || self.members.iter().any(|member| member.is_urgent)
    }

    pub(super) fn batch_mode(&self) -> BatchMode {
        let modes = self.deliveries().map(|delivery| delivery.plan.batch);
        let stricter = |mode, other| match (mode, other) {
            (BatchMode::Never, _) | (_, BatchMode::Never) => BatchMode::Never,
            _ => BatchMode::Auto,
        };
        modes.reduce(stricter).unwrap_or_default()
    }

    /// The thing as it will be known once this group's message is out; none where an event at this position is not about
    /// it, because it is over.
    pub(super) fn thing(&self, event: EventId, position: &EventPosition) -> Option<LiveThing> {
        let update = self.update.as_ref().filter(|_| self.collection.is_none() || self.action != LiveAction::Post)?;
        let kept = matches!(self.action, LiveAction::Edit(_) | LiveAction::Nothing);
        let (message, in_thread, slot) = match self.posted.clone().filter(|_| kept) {
            Some((message, in_thread, slot)) => (Some(message), in_thread, slot),
            None => (None, false, None),
        };
        let id = update.record.unwrap_or(UNSAVED);
        let (state, handling) = (update.state.clone(), self.handling.clone());
        let message = LiveMessage { id, message, in_thread, slot, state, handling };
        LiveThing::of(vec![message], event, position)
    }

    /// It is posted as a message, in place of its earlier one if it has to ring.
    pub(super) fn is_posted(&mut self) {
        if let LiveAction::Repost(_, cause) = std::mem::replace(&mut self.action, LiveAction::Post) {
            self.ring = Some(cause);
        }
    }

    /// Adds a delivery that was composed with [`Group::thing`].
    pub(super) fn add(&mut self, queued: QueuedDelivery, composed: LiveComposed, timing: Timing) {
        if timing == Timing::Silently {
            return self.add(queued, timing.apply(composed), Timing::Now);
        }
        let LiveComposed {
            composed,
            action,
            update,
            is_older,
            is_routine,
            muted,
            ring_withheld,
            context,
            unnotified: _,
        } = composed;
        let Rendered { mut message, template, severity, live, notes, fallback } = composed;
        self.is_held_back &= is_routine || muted.is_some();
        self.members.push(Member::new(queued, is_older, muted, ring_withheld));
        if !is_older || self.is_older {
            self.shown = self.members.len() - 1;
        }
        self.post_keys = union(std::mem::take(&mut self.post_keys), live.post_keys().to_vec());
        self.is_post_over = live.is_post_over().filter(|_| !is_older).or(self.is_post_over);
        self.sent = SentMessage { template, keys: live.keys, context, notes, body: message.to_post() };
        // What rings for one of them rings for all.
        message.silent &= self.message.silent;
        (self.message, self.fallback) = (message, fallback);
        self.is_older &= is_older;
        self.severity = if severity.is_worse_than(self.severity) { severity } else { self.severity };
        self.action = self.then(action);
        self.update = match (self.update.take(), update) {
            (Some(before), Some(after)) => Some(LiveUpdate {
                record: before.record,
                absorbed: before.absorbed,
                keys: union(before.keys, after.keys),
                state: after.state,
                follow: before.follow || after.follow,
                stays: false,
            }),
            (before, after) => after.or(before),
        };
    }

    /// What is done when another event follows before anything was done.
    fn then(&mut self, next: LiveAction) -> LiveAction {
        match (std::mem::replace(&mut self.action, LiveAction::Nothing), next) {
            (before, LiveAction::Nothing) => before,
            (LiveAction::Post, _) => LiveAction::Post,
            (LiveAction::Repost(message, cause), _) => LiveAction::Repost(message, cause),
            (_, next) => next,
        }
    }
}

impl Member {
    fn new(queued: QueuedDelivery, is_older: bool, muted: Option<MutedBy>, ring_withheld: bool) -> Self {
        let QueuedDelivery { delivery, event, .. } = queued;
        let ring_withheld = muted.clone().filter(|_| ring_withheld);
        Self { is_urgent: delivery.plan.is_urgent(&event), delivery, is_older, muted, ring_withheld, held: None }
    }
}

fn union(mut keys: Vec<String>, more: Vec<String>) -> Vec<String> {
    let new: Vec<String> = more.into_iter().filter(|key| !keys.contains(key)).collect();
    keys.extend(new);
    keys
}
