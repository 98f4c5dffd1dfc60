//! Makes the message of a live thing: which of its events is shown, what it remembers, and whether the message is posted,
//! edited, or posted anew because somebody has to be notified.

use sha2::{Digest, Sha256};

use super::composed::{compose, compose_plain};
use super::handling;
use super::input::{ComposeInput, ComposeInputs};
use super::target::MessageTarget;
use hookbell_model::delivery::{Mention, MessageRef, MutedBy, Plan, RingCause};
use hookbell_model::event::{Event, EventId, Raw};
use hookbell_model::handling::Handling;
use hookbell_model::live::{
    EarlierMessage, EventPosition, HistoryEvent, LiveContext, LiveMessage, LiveState, LiveThing, LiveUpdate, ShownEvent,
};
use hookbell_model::message::Message;
use hookbell_template::discord_markdown::plain_text;
use hookbell_template::render::{Rendered, Templates};

/// Names of a [`RingCause`] that are kept, and the characters of each.
const NAMES: usize = 3;
const NAME: usize = 60;
/// Characters of a title that is kept.
const TITLE: usize = 200;

/// An event whose message is live.
#[derive(Debug)]
pub struct LiveInput<'a> {
    pub input: ComposeInput<'a>,
    /// Its message while nothing is known of its thing, with at least one key.
    pub own: Rendered,
    /// What it belongs to, where one of the keys is known.
    pub thing: Option<LiveThing>,
    /// The event that the thing shows, where that one is newer and still kept.
    pub shown: Option<ShownInput>,
    /// Why Discord refused the message; a plain one is made instead.
    pub refusal: Option<String>,
    /// The mute that holds its message back: what is in the channel is edited all the same.
    pub muted: Option<MutedBy>,
    /// Its route holds its message back, as long as there is none yet.
    pub is_held: bool,
}

/// The event that a live message shows.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownInput {
    pub event: Event,
    pub raw: Raw,
}

/// What is done with the message.
#[derive(Debug, Clone, PartialEq)]
pub enum LiveAction {
    Post,
    Edit(PostedMessage),
    /// A new message takes the place of this one.
    Repost(PostedMessage, RingCause),
    /// The message shows all of it already.
    Nothing,
    /// The event is routine or muted, and there is no message to update: what it says is recorded for the one to come.
    Record,
}

/// A message in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedMessage {
    pub message: MessageRef,
    /// Its channel is a thread of the webhook's.
    pub in_thread: bool,
    /// Its place in a message that it shares with others.
    pub slot: Option<usize>,
}

/// The message of a live thing, and what follows from it.
#[derive(Debug)]
pub struct LiveComposed {
    pub composed: Rendered,
    pub action: LiveAction,
    /// None where the template failed: then the event gets a message of its own.
    pub update: Option<LiveUpdate>,
    /// The event is older than the one that is shown.
    pub is_older: bool,
    /// It is not to be a message of its own, not even where the one that it updates was deleted.
    pub is_routine: bool,
    /// The mute that holds the message back, unless it is routine anyway.
    pub muted: Option<MutedBy>,
    /// Without the mute the message would have been posted anew; it is edited instead.
    pub ring_withheld: bool,
    /// What the template could use.
    pub context: LiveContext,
    /// Where the action is a repost: what is recorded instead if nobody is to be notified.
    pub unnotified: Option<Box<LiveState>>,
}

impl LiveComposed {
    /// The same change without a notification: what would be posted in place of a message edits it.
    #[must_use]
    pub fn without_ring(mut self) -> Self {
        let LiveAction::Repost(message, _) = self.action else { return self };
        if let (Some(update), Some(state)) = (&mut self.update, self.unnotified.take()) {
            update.follow &= !state.earlier.is_empty();
            update.state = *state;
        }
        self.action = LiveAction::Edit(message);
        self
    }
}

impl LiveComposed {
    /// A message that no later event changes.
    pub fn without_key(composed: Rendered, action: LiveAction, context: LiveContext) -> Self {
        let (is_older, is_routine, ring_withheld) = (false, false, false);
        Self {
            composed,
            action,
            update: None,
            is_older,
            is_routine,
            muted: None,
            ring_withheld,
            context,
            unnotified: None,
        }
    }
}

/// Makes the message that the thing has after this event.
pub fn compose_live(templates: &Templates, target: &MessageTarget<'_>, live: LiveInput<'_>) -> LiveComposed {
    let (position, plan) = (EventPosition::of(live.input.event), live.input.plan);
    let handling = live.thing.as_ref().map(|thing| thing.message.handling.clone()).unwrap_or_default();
    let mut composed = match live.thing.clone() {
        Some(thing) if thing.is_newer_than(&position, live.input.event.id) => older(templates, target, live, thing),
        thing => newer(templates, target, live, thing),
    };
    if let Some(LiveUpdate { state, .. }) = &composed.update {
        handling::show(&mut composed.composed.message, &handling, state.closed, plan, target);
    }
    composed
}

/// What the message of a thing shows now.
#[derive(Debug, Clone, Copy)]
pub struct ThingCard<'a> {
    /// The event that is shown, with the plan of its delivery.
    pub input: ComposeInput<'a>,
    pub state: &'a LiveState,
    pub handling: &'a Handling,
}

/// The message of a thing as it is now: what was posted last, with what people have done since.
pub fn compose_thing(templates: &Templates, target: &MessageTarget<'_>, card: ThingCard<'_>) -> Message {
    let ThingCard { input, state, handling } = card;
    let context = context_of(state, &EventPosition::of(input.event), input.event.id);
    let mut message = make(templates, input, target, &context, None).message;
    handling::show(&mut message, handling, state.closed, input.plan, target);
    message
}

/// The event is what the message shows from now on.
fn newer(
    templates: &Templates,
    target: &MessageTarget<'_>,
    live: LiveInput<'_>,
    thing: Option<LiveThing>,
) -> LiveComposed {
    let LiveInput { input, own, refusal, muted, is_held, .. } = live;
    let (message, absorbed) = thing.map(|thing| (thing.message, thing.absorbed)).unzip();
    let before = message.as_ref().map(|message| message.state.clone()).unwrap_or_default();
    let position = EventPosition::of(input.event);
    let context = context_of(&before, &position, input.event.id);
    let keys = own.live.keys.clone();
    let composed = if context.is_empty() && refusal.is_none() {
        own
    } else {
        make(templates, input, target, &context, refusal.as_deref())
    };
    let is_routine = is_routine(&input, &composed);
    let muted = muted.filter(|_| !is_routine);
    let may_post = !is_routine && muted.is_none() && !is_held;
    if composed.live.keys.is_empty() {
        let action = if may_post { LiveAction::Post } else { LiveAction::Record };
        return LiveComposed { is_routine, muted, ..LiveComposed::without_key(composed, action, context) };
    }
    let (closed, closable) = (composed.live.closed, composed.live.closable);
    let mut state = LiveState { closed, closable, escalate: input.plan.escalate.clone(), ..before.clone() };
    state.shown = Some(ShownEvent { id: input.event.id, position, mention: input.plan.mention.clone() });
    state.record(history_event(input.event, &composed));
    show(&mut state, &composed);
    // Nobody is notified by a message that is only rendered again.
    let may_ring = may_post && input.plan.edited_message().is_none();
    match (may_ring, &before.shown) {
        (true, _) => state.mention(&input.plan.mention),
        // Nobody has been pinged yet.
        (false, None) => state.mention(&[]),
        (false, Some(_)) => {}
    }
    let cause = ring(&before, &state);
    if !may_ring {
        state.leave_unnotified(&before);
    }
    let record = message.as_ref().map(|message| message.id);
    let message = message.and_then(posted);
    let ring_withheld = muted.is_some() && message.is_some() && cause.is_some();
    let action = match (message, cause) {
        (None, _) if may_post => LiveAction::Post,
        (None, _) => LiveAction::Record,
        (Some(message), Some(cause)) if may_ring => LiveAction::Repost(message, cause),
        (Some(message), _) => LiveAction::Edit(message),
    };
    let update =
        LiveUpdate { record, absorbed: absorbed.unwrap_or_default(), keys, state, follow: false, stays: false };
    LiveComposed { is_routine, muted, ring_withheld, ..finish(composed, action, update, &before, context, false) }
}

/// The message goes on showing a newer event; only what it did not know is added.
fn older(templates: &Templates, target: &MessageTarget<'_>, live: LiveInput<'_>, thing: LiveThing) -> LiveComposed {
    let LiveInput { input, own, shown, refusal, muted, is_held, .. } = live;
    let LiveThing { message, absorbed } = thing;
    let (before, record) = (message.state.clone(), Some(message.id));
    let keys = own.live.keys.clone();
    let is_routine = is_routine(&input, &own);
    let muted = muted.filter(|_| !is_routine);
    let may_post = !is_routine && muted.is_none() && !is_held;
    let posted = posted(message);
    let mut state = before.clone();
    state.remembered.learn(own.live.remembered.clone(), EventPosition::of(input.event));
    state.record(history_event(input.event, &own));
    // A thing that is over needs nobody any more.
    let may_ring = may_post && input.plan.edited_message().is_none();
    if may_ring && (posted.is_none() || !before.closed) {
        state.mention(&input.plan.mention);
    }
    let Some(ShownInput { event, raw }) = shown else {
        // It is no longer kept, so the message cannot be made again.
        let action = match (posted, may_post) {
            (Some(_), _) => {
                state.mentioned.clone_from(&before.mentioned);
                LiveAction::Nothing
            }
            (None, false) => LiveAction::Record,
            (None, true) => LiveAction::Post,
        };
        let update = LiveUpdate { record, absorbed, keys, state, follow: false, stays: false };
        return LiveComposed {
            is_routine,
            muted,
            ..finish(own, action, update, &before, LiveContext::default(), true)
        };
    };
    let context = context_of(&state, &EventPosition::of(&event), event.id);
    let plan = Plan { mention: mention_of(&before, &state), ..input.plan.clone() };
    let input = ComposeInput { event: &event, raw: &raw, plan: &plan };
    let composed = make(templates, input, target, &context, refusal.as_deref());
    if !composed.live.keys.is_empty() {
        show(&mut state, &composed);
        if self::is_routine(&input, &composed) {
            state.leave_unnotified(&before);
        }
    }
    let cause = ring(&before, &state);
    if !may_ring {
        state.leave_unnotified(&before);
    }
    let ring_withheld = muted.is_some() && posted.is_some() && cause.is_some();
    let action = match (posted, cause) {
        (None, _) if may_post => LiveAction::Post,
        (None, _) => LiveAction::Record,
        (Some(message), Some(cause)) if may_ring => LiveAction::Repost(message, cause),
        (Some(_), _) if state.digest == before.digest => LiveAction::Nothing,
        (Some(message), _) => LiveAction::Edit(message),
    };
    let update = LiveUpdate { record, absorbed, keys, state, follow: false, stays: false };
    LiveComposed { is_routine, muted, ring_withheld, ..finish(composed, action, update, &before, context, true) }
}

/// Whether the event is no message of its own where there is none yet.
pub fn is_routine(input: &ComposeInput<'_>, rendered: &Rendered) -> bool {
    input.plan.is_routine(input.event) || input.plan.notable_only && rendered.live.routine
}

fn posted(LiveMessage { message, in_thread, slot, .. }: LiveMessage) -> Option<PostedMessage> {
    message.map(|message| PostedMessage { message, in_thread, slot })
}

fn make(
    templates: &Templates,
    input: ComposeInput<'_>,
    target: &MessageTarget<'_>,
    context: &LiveContext,
    refusal: Option<&str>,
) -> Rendered {
    let inputs = ComposeInputs { first: input, rest: &[] };
    match refusal {
        Some(refusal) => compose_plain(templates, &inputs, target, context, refusal),
        None => compose(templates, &inputs, target, context),
    }
}

fn context_of(state: &LiveState, position: &EventPosition, id: EventId) -> LiveContext {
    LiveContext { remembered: state.remembered.values(), history: state.history_before(position, id) }
}

/// Whom a message names that goes on showing its event: those of that event, and who has to be pinged now.
fn mention_of(before: &LiveState, after: &LiveState) -> Vec<Mention> {
    let mut mention = before.shown.as_ref().map(|shown| shown.mention.clone()).unwrap_or_default();
    let new: Vec<Mention> = newly_mentioned(before, after).filter(|new| !mention.contains(new)).cloned().collect();
    mention.extend(new);
    mention
}

fn newly_mentioned<'s>(before: &'s LiveState, after: &'s LiveState) -> impl Iterator<Item = &'s Mention> {
    let is_new = |mention: &&Mention| before.mentioned.as_ref().is_some_and(|known| !known.contains(*mention));
    after.mentioned.iter().flatten().filter(is_new)
}

/// Records what the message shows.
fn show(state: &mut LiveState, composed: &Rendered) {
    if let Some(shown) = &state.shown {
        state.remembered.learn(composed.live.remembered.clone(), shown.position);
    }
    state.severity = Some(composed.severity);
    state.title = title(&composed.message);
    state.notified.clone_from(&composed.live.notify);
    let digest = Sha256::digest(composed.message.to_post().to_string());
    state.digest = hex::encode(digest.get(..8).unwrap_or_default());
}

fn history_event(event: &Event, composed: &Rendered) -> HistoryEvent {
    HistoryEvent {
        id: event.id,
        position: EventPosition::of(event),
        event_type: event.event_type.clone(),
        severity: composed.severity,
        title: first_line(&composed.message),
    }
}

/// What a message says first, without marks.
pub fn first_line(message: &Message) -> String {
    plain_text(&title(message))
}

/// What a message says first: the line that a phone shows.
fn title(message: &Message) -> String {
    let title = message.content.lines().find(|line| !line.trim().is_empty());
    let title =
        title.or_else(|| message.embeds.iter().map(|embed| embed.title.as_str()).find(|title| !title.is_empty()));
    let title = title.or_else(|| message.embeds.iter().flat_map(|embed| embed.description.lines()).next());
    title.unwrap_or_default().chars().take(TITLE).collect()
}

/// Why readers have to be notified of the change; an edit would not do that.
fn ring(before: &LiveState, after: &LiveState) -> Option<RingCause> {
    // Of a message that was posted before this was kept, nothing is known to be new.
    before.shown.as_ref()?;
    let mut joined = after.notified.difference(&before.notified);
    let names: Vec<String> = joined.by_ref().take(NAMES).map(|name| name.chars().take(NAME).collect()).collect();
    if !names.is_empty() {
        return Some(RingCause::Joined { count: names.len() + joined.count(), names });
    }
    if let Some((from, to)) = before.severity.zip(after.severity).filter(|(from, to)| to.is_worse_than(*from)) {
        return Some(RingCause::SeverityRose { from, to });
    }
    let mut new = newly_mentioned(before, after);
    let mentions: Vec<Mention> = new.by_ref().take(NAMES).cloned().collect();
    (!mentions.is_empty()).then(|| RingCause::Mentioned { count: mentions.len() + new.count(), mentions })
}

fn finish(
    composed: Rendered,
    action: LiveAction,
    mut update: LiveUpdate,
    before: &LiveState,
    context: LiveContext,
    is_older: bool,
) -> LiveComposed {
    for key in &composed.live.keys {
        if !update.keys.contains(key) {
            update.keys.push(key.clone());
        }
    }
    let state = &mut update.state;
    let mut unnotified = None;
    if let LiveAction::Repost(PostedMessage { message, in_thread, slot }, _) = &action {
        let mut quiet = state.clone();
        quiet.leave_unnotified(before);
        quiet.leave_unpinged(before);
        unnotified = Some(Box::new(quiet));
        let (id, channel) = (message.id.clone(), message.channel.clone());
        state.replace(EarlierMessage { id, channel, in_thread: *in_thread, slot: *slot });
    }
    let differs = state.earlier != before.earlier || state.title != before.title || !update.absorbed.is_empty();
    update.follow = differs && !state.earlier.is_empty();
    LiveComposed { update: Some(update), is_older, unnotified, ..LiveComposed::without_key(composed, action, context) }
}
