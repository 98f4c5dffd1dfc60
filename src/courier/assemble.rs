//! Makes the messages of the deliveries at the head of a lane: those about one thing become one.

use super::group::Group;
use super::head::HeadState;
use super::settings::{CourierSettings, Destination};
use super::shared::Courier;
use super::timing::{Timing, timing};
use crate::compose::{
    self, ComposeInput, ComposeInputs, LiveAction, LiveComposed, LiveInput, PostedMessage, ShownInput, compose_live,
    compose_plain,
};
use crate::store::{self, QueuedDelivery};
use hookbell_model::delivery::{EditedMessage, MessageRef};
use hookbell_model::live::{EventPosition, LiveContext, LiveThing};
use hookbell_model::timestamp::Timestamp;
use hookbell_template::render::Rendered;

/// What the messages of a lane are made with.
struct Assembly<'a> {
    courier: &'a Courier,
    settings: &'a CourierSettings,
    destination: &'a Destination,
    groups: Vec<Group>,
    now: Timestamp,
}

/// The groups in the order of the lane; at least one, when there are heads. It ends before a delivery that shows two of them
/// to be about the same thing: that one is looked at again when these are out.
pub(super) async fn assemble(
    courier: &Courier,
    destination: &Destination,
    heads: Vec<QueuedDelivery>,
    state: &HeadState,
    now: Timestamp,
) -> store::Result<Vec<Group>> {
    let settings = courier.settings();
    let mut assembly = Assembly { courier, settings: &settings, destination, groups: Vec::new(), now };
    let mut refusal = state.refusal.as_ref().map(ToString::to_string);
    for queued in heads {
        if !assembly.add(queued, refusal.take()).await? {
            break;
        }
    }
    Ok(assembly.groups)
}

impl Assembly<'_> {
    /// `refusal`: why Discord refused its message, so that a plain one is made. False: it has to wait for the others.
    async fn add(&mut self, queued: QueuedDelivery, refusal: Option<String>) -> store::Result<bool> {
        if queued.delivery.plan.edited_message().is_some() {
            return self.add_edit(queued, refusal).await;
        }
        let input = ComposeInput { event: &queued.event, raw: &queued.raw, plan: &queued.delivery.plan };
        let own = self.render(input);
        if own.live.keys.is_empty() {
            let composed = self.unkeyed(input, own, refusal.as_deref());
            let timing = self.timing(&queued, &composed);
            self.groups.push(Group::new(queued, composed, None, timing));
            return Ok(true);
        }
        let position = EventPosition::of(&queued.event);
        let known = self.courier.store.live_messages(&self.destination.name, own.live.keys.clone()).await?;
        // The last one: a thing that is over may be followed by another of the same name.
        let mut same = (0..self.groups.len()).rev().filter(|index| self.groups[*index].has_key(&own.live.keys));
        let (group, another) = (same.next(), same.next());
        if let Some(index) = group {
            let group = &self.groups[index];
            if let Some(thing) = group.thing(queued.event.id, &position) {
                if another.is_some_and(|other| self.groups[other].thing(queued.event.id, &position).is_some())
                    || !group.owns(&known)
                {
                    return Ok(false);
                }
                let composed = self.live(input, own, Some(thing), refusal).await?;
                let timing = self.timing(&queued, &composed);
                if let Some(group) = self.groups.get_mut(index) {
                    group.add(queued, composed, timing);
                }
                return Ok(true);
            }
        }
        let in_this = |record: i64| self.groups.iter().any(|group| group.changes(record));
        if known.iter().any(|message| in_this(message.id)) && group.is_none() {
            return Ok(false);
        }
        let known = known.into_iter().filter(|message| group.is_none() || !in_this(message.id)).collect();
        let thing = LiveThing::of(known, queued.event.id, &position);
        let composed = self.live(input, own, thing.clone(), refusal).await?;
        let timing = self.timing(&queued, &composed);
        self.groups.push(Group::new(queued, composed, thing.as_ref(), timing));
        Ok(true)
    }

    fn timing(&self, queued: &QueuedDelivery, live: &LiveComposed) -> Timing {
        timing(&queued.delivery, &queued.event, live.composed.severity, self.now)
    }

    /// A delivery that renders a posted message again is a request of its own.
    async fn add_edit(&mut self, queued: QueuedDelivery, refusal: Option<String>) -> store::Result<bool> {
        if !self.groups.is_empty() {
            return Ok(false);
        }
        let input = ComposeInput { event: &queued.event, raw: &queued.raw, plan: &queued.delivery.plan };
        let (own, position) = (self.render(input), EventPosition::of(&queued.event));
        let (mut composed, thing) = match own.live.keys.is_empty() {
            true => (self.unkeyed(input, own, refusal.as_deref()), None),
            false => {
                let known = self.courier.store.live_messages(&self.destination.name, own.live.keys.clone()).await?;
                let thing = LiveThing::of(known, queued.event.id, &position);
                (self.live(input, own, thing.clone(), refusal).await?, thing)
            }
        };
        composed.action = in_place(composed.action, queued.delivery.plan.edited_message());
        self.groups.push(Group::new(queued, composed, thing.as_ref(), Timing::Now));
        Ok(false)
    }

    fn render(&self, input: ComposeInput<'_>) -> Rendered {
        let inputs = ComposeInputs { first: input, rest: &[] };
        compose::compose(&self.settings.templates, &inputs, &self.destination.target(), &LiveContext::default())
    }

    fn unkeyed(&self, input: ComposeInput<'_>, own: Rendered, refusal: Option<&str>) -> LiveComposed {
        let is_routine = compose::is_routine(&input, &own);
        let muted = self.courier.mutes.find(input, &own, self.now).filter(|_| !is_routine);
        let context = LiveContext::default();
        let composed = match refusal {
            Some(refusal) => {
                let inputs = ComposeInputs { first: input, rest: &[] };
                compose_plain(&self.settings.templates, &inputs, &self.destination.target(), &context, refusal)
            }
            None => own,
        };
        let action = if is_routine || muted.is_some() { LiveAction::Record } else { LiveAction::Post };
        LiveComposed { is_routine, muted, ..LiveComposed::without_key(composed, action, context) }
    }

    async fn live(
        &self,
        input: ComposeInput<'_>,
        own: Rendered,
        thing: Option<LiveThing>,
        refusal: Option<String>,
    ) -> store::Result<LiveComposed> {
        let position = EventPosition::of(input.event);
        let newer =
            thing.as_ref().filter(|thing| thing.is_newer_than(&position, input.event.id)).and_then(LiveThing::shown);
        let shown = match newer {
            Some(shown) => self.courier.store.event(shown.id).await?.map(|(event, raw)| ShownInput { event, raw }),
            None => None,
        };
        let muted = self.courier.mutes.find(input, &own, self.now);
        let live = LiveInput { input, own, thing, shown, refusal, muted };
        Ok(compose_live(&self.settings.templates, &self.destination.target(), live))
    }
}

/// What is done where a posted message is only to be rendered again: nothing is posted.
fn in_place(action: LiveAction, edited: Option<&EditedMessage>) -> LiveAction {
    match (action, edited) {
        (LiveAction::Post | LiveAction::Record, Some(EditedMessage { id, channel, in_thread })) => {
            let message = MessageRef { id: id.clone(), channel: channel.clone() };
            LiveAction::Edit(PostedMessage { message, in_thread: *in_thread, slot: None })
        }
        (action, _) => action,
    }
}
