//! Makes the messages of the deliveries at the head of a lane: those about one thing become one.

use std::time::Duration;

use super::group::{Group, Held};
use super::head::HeadState;
use super::pressure::Pressure;
use super::settings::{CourierSettings, Destination};
use super::shared::Courier;
use super::timing::{Timing, timing};
use crate::compose::{
    self, ComposeInput, ComposeInputs, LiveAction, LiveComposed, LiveInput, MessageTarget, PostedMessage, ShownInput,
    compose_live, compose_plain,
};
use crate::store::{self, QueuedDelivery};
use hookbell_model::delivery::{Delivery, EditedMessage, MessageRef, Plan, PlanSpan, Reason};
use hookbell_model::live::{EventPosition, LiveContext, LiveThing, LiveUpdate, Reminder};
use hookbell_model::timestamp::Timestamp;
use hookbell_template::render::Rendered;

/// How often a message is looked at again that another thing holds back.
const INHIBITION: Duration = Duration::from_secs(30);

/// What the messages of a lane are made with.
struct Assembly<'a> {
    courier: &'a Courier,
    settings: &'a CourierSettings,
    destination: &'a Destination,
    groups: Vec<Group>,
    pressure: &'a mut Pressure,
    now: Timestamp,
}

/// The groups in the order of the lane; at least one, when there are heads. It ends before a delivery that shows two of them
/// to be about the same thing: that one is looked at again when these are out.
pub(super) async fn assemble(
    courier: &Courier,
    destination: &Destination,
    heads: Vec<QueuedDelivery>,
    state: &HeadState,
    pressure: &mut Pressure,
    now: Timestamp,
) -> store::Result<Vec<Group>> {
    let settings = courier.settings();
    let mut assembly = Assembly { courier, settings: &settings, destination, groups: Vec::new(), pressure, now };
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
            let mut composed = self.unkeyed(input, own, refusal.as_deref());
            let inhibited = match composed.action {
                LiveAction::Post => self.inhibited(&queued.delivery.plan, None).await?,
                _ => None,
            };
            if inhibited.is_some() {
                composed.action = LiveAction::Record;
            }
            let timing = self.timing(&queued, &composed);
            let mut group = Group::new(queued, composed, None, timing);
            group.hold(inhibited, false);
            self.groups.push(group);
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
                let held = self.held(&queued.delivery, &own, thing.message.message.is_some()).await?;
                let waits_for_end = waits_for_end(&queued.delivery, &own);
                let composed = self.live(input, own, Some(thing), refusal, held.is_some()).await?;
                let timing = self.timing(&queued, &composed);
                if let Some(group) = self.groups.get_mut(index) {
                    group.add(queued, composed, timing);
                    group.hold(held, waits_for_end);
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
        let has_message = thing.as_ref().is_some_and(|thing| thing.message.message.is_some());
        let held = self.held(&queued.delivery, &own, has_message).await?;
        let waits_for_end = waits_for_end(&queued.delivery, &own);
        let composed = self.live(input, own, thing.clone(), refusal, held.is_some()).await?;
        let timing = self.timing(&queued, &composed);
        let mut group = Group::new(queued, composed, thing.as_ref(), timing);
        group.hold(held, waits_for_end);
        self.groups.push(group);
        Ok(true)
    }

    /// What holds the message of a thing back that has none yet: its route's `hold`, or another thing that is open.
    async fn held(&self, delivery: &Delivery, own: &Rendered, has_message: bool) -> store::Result<Option<Held>> {
        if has_message || delivery.plan.replay.is_some() {
            return Ok(None);
        }
        if let Some(PlanSpan(hold)) = delivery.plan.hold.or(own.live.hold.map(PlanSpan)) {
            // A clock that was ahead has been set back.
            let until = delivery.created.min(self.now).after(hold);
            if until > self.now {
                return Ok(Some(Held { until: Some(until), reason: Reason::Held { until } }));
            }
        }
        self.inhibited(&delivery.plan, Some(self.now.after(INHIBITION))).await
    }

    /// `until`: when it is looked at again, if something is open.
    async fn inhibited(&self, plan: &Plan, until: Option<Timestamp>) -> store::Result<Option<Held>> {
        if plan.replay.is_some() {
            return Ok(None);
        }
        for name in &plan.inhibited_by {
            if let Some((key, title)) = self.courier.store.open_thing(&self.destination.name, name).await? {
                let title = plan.masks().text(&title).into_owned();
                return Ok(Some(Held { until, reason: Reason::Inhibited { key, title, until } }));
            }
        }
        Ok(None)
    }

    fn timing(&mut self, queued: &QueuedDelivery, live: &LiveComposed) -> Timing {
        // Only a message of its own is one of too many.
        if live.action != LiveAction::Post {
            let mut none = Pressure::default();
            return timing(&queued.delivery, &queued.event, live.composed.severity, &mut none, self.now);
        }
        timing(&queued.delivery, &queued.event, live.composed.severity, self.pressure, self.now)
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
                (self.live(input, own, thing.clone(), refusal, false).await?, thing)
            }
        };
        composed.action = in_place(composed.action, queued.delivery.plan.edited_message());
        self.groups.push(Group::new(queued, composed, thing.as_ref(), Timing::Now));
        Ok(false)
    }

    fn target(&self, plan: &Plan) -> MessageTarget<'_> {
        // Of those without buttons it makes no difference.
        let is_bot_owned = !plan.buttons.is_empty() && self.courier.is_bot_owned(&self.destination.webhook);
        MessageTarget { is_bot_owned, ..self.destination.target() }
    }

    fn render(&self, input: ComposeInput<'_>) -> Rendered {
        let inputs = ComposeInputs { first: input, rest: &[] };
        compose::compose(&self.settings.templates, &inputs, &self.target(input.plan), &LiveContext::default())
    }

    fn unkeyed(&self, input: ComposeInput<'_>, own: Rendered, refusal: Option<&str>) -> LiveComposed {
        let is_routine = compose::is_routine(&input, &own);
        let muted = self.courier.mutes.find(&self.destination.name, input, &own, self.now).filter(|_| !is_routine);
        let context = LiveContext::default();
        let composed = match refusal {
            Some(refusal) => {
                let inputs = ComposeInputs { first: input, rest: &[] };
                compose_plain(&self.settings.templates, &inputs, &self.target(input.plan), &context, refusal)
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
        is_held: bool,
    ) -> store::Result<LiveComposed> {
        let position = EventPosition::of(input.event);
        let newer =
            thing.as_ref().filter(|thing| thing.is_newer_than(&position, input.event.id)).and_then(LiveThing::shown);
        let shown = match newer {
            Some(shown) => self.courier.store.event(shown.id).await?.map(|(event, raw)| ShownInput { event, raw }),
            None => None,
        };
        let muted = self.courier.mutes.find(&self.destination.name, input, &own, self.now);
        let live = LiveInput { input, own, thing, shown, refusal, muted, is_held };
        let mut composed = compose_live(&self.settings.templates, &self.target(input.plan), live);
        if let Some(LiveUpdate { state, .. }) = &mut composed.update {
            let remind = input.plan.remind.or(composed.composed.live.remind.map(PlanSpan));
            let every = remind.filter(|_| !state.closed);
            let first = |every: PlanSpan| Reminder { at: self.now.after(every.0), every };
            state.reminder =
                every.map(|every| state.reminder.filter(|known| known.every == every).unwrap_or(first(every)));
        }
        Ok(composed)
    }
}

/// Whether its thing is only reported if it stays open.
fn waits_for_end(delivery: &Delivery, own: &Rendered) -> bool {
    (delivery.plan.hold.is_some() || own.live.hold.is_some()) && delivery.plan.replay.is_none()
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
