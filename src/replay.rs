//! Which deliveries of an event are made again by an operator's command, where, and by which route of today.

mod skip;

use std::collections::{BTreeMap, BTreeSet};

pub use self::skip::SkipReason;
use crate::rules::{Routing, Rules};
use crate::store::{EventDetails, EventStatus, NewReplay};
use hookbell_model::delivery::{
    Delivery, EditedMessage, MessageRef, Plan, Posted, PostedForm, Reason, ReplayOf, Status,
};

/// What was asked for.
#[derive(Debug)]
pub struct ReplayOptions<'c> {
    /// Those of today.
    pub rules: &'c Rules,
    /// Those that the config of today has.
    pub destinations: BTreeSet<&'c str>,
    /// None = what is dead; with `edit` what is delivered.
    pub status: Option<EventStatus>,
    pub to: Option<&'c str>,
    pub edit: bool,
    pub again: bool,
    /// Where the webhook of a destination posts, as far as it is known.
    pub channels: BTreeMap<String, String>,
}

/// What becomes of a delivery, or of an event that has none.
#[derive(Debug)]
pub enum Selected {
    Replay(Box<NewReplay>),
    Skip { destination: Option<String>, why: SkipReason },
}

/// At most one for each destination; with `edit` for each message.
pub fn select(details: &EventDetails, options: &ReplayOptions<'_>) -> Vec<Selected> {
    let routing = options.rules.route(&details.event, &details.raw);
    let selection = Selection { details, options, routing };
    let wanted = selection.wanted();
    if wanted.is_empty() {
        return selection.without_delivery();
    }
    let mut all: Vec<Selected> = Vec::new();
    for delivery in wanted {
        let selected = selection.of(delivery);
        if let Selected::Replay(new) = &selected
            && let Some(known) = all.iter_mut().find_map(|known| same_message(known, new))
        {
            known.replayed.push(delivery.id);
            continue;
        }
        all.push(selected);
    }
    all
}

fn same_message<'s>(known: &'s mut Selected, new: &NewReplay) -> Option<&'s mut NewReplay> {
    let Selected::Replay(known) = known else { return None };
    let same = known.destination == new.destination && known.plan.edited_message() == new.plan.edited_message();
    same.then_some(known)
}

struct Selection<'s> {
    details: &'s EventDetails,
    options: &'s ReplayOptions<'s>,
    /// As the event would be routed now.
    routing: Routing,
}

impl Selection<'_> {
    fn wanted(&self) -> Vec<&Delivery> {
        let all = || self.details.deliveries.iter().map(|(delivery, _)| delivery);
        let with = |status: Status| all().filter(|delivery| delivery.status == status).collect::<Vec<_>>();
        match self.options.status {
            Some(EventStatus::Has(status)) => with(status),
            Some(EventStatus::Unrouted) => with(Status::Unrouted),
            None if self.options.edit => {
                let posted = |delivery: &&Delivery| delivery.status.is_final() && delivery.message.is_some();
                all().filter(posted).collect()
            }
            None => {
                let dead = with(Status::Dead);
                if !dead.is_empty() {
                    return dead;
                }
                // What was dead before it was replayed: that this was done is reported.
                all().filter(|delivery| matches!(delivery.reason, Some(Reason::Replayed { .. }))).collect()
            }
        }
    }

    /// An event that has no delivery to replay: it is routed as if it came in now.
    fn without_delivery(&self) -> Vec<Selected> {
        let Self { details, options, routing } = self;
        let found = EventStatus::of(details.deliveries.iter().map(|(delivery, _)| delivery.status));
        let skip = |why| vec![Selected::Skip { destination: None, why }];
        if options.edit {
            return skip(SkipReason::NotPosted);
        }
        let is_asked_for = match options.status {
            Some(wanted) => wanted == EventStatus::Unrouted && details.deliveries.is_empty(),
            None => options.to.is_some() || details.deliveries.is_empty(),
        };
        if !is_asked_for {
            let wanted = options.status.unwrap_or(EventStatus::Has(Status::Dead));
            return skip(SkipReason::NothingWithStatus { wanted, found });
        }
        let replay = |destination: &str, plan: Plan| {
            let plan = Plan { replay: Some(ReplayOf::default()), ..plan };
            self.replay(destination, plan, Vec::new())
        };
        if let Some(to) = options.to {
            let other = routing.deliveries.first().map(|delivery| delivery.plan.clone());
            return vec![replay(to, self.today(to).cloned().unwrap_or_else(|| quiet(other.unwrap_or_default())))];
        }
        if routing.deliveries.is_empty() {
            return skip(SkipReason::NotRouted);
        }
        routing.deliveries.iter().map(|new| replay(&new.destination, new.plan.clone())).collect()
    }

    fn of(&self, delivery: &Delivery) -> Selected {
        let destination = self.options.to.unwrap_or(&delivery.destination);
        let skip = |why| Selected::Skip { destination: Some(destination.to_owned()), why };
        if !self.options.destinations.contains(destination) {
            return skip(SkipReason::NoDestination);
        }
        let today = self.today(destination).cloned();
        let (edit, plan) = match (self.options.edit, self.options.to) {
            (true, _) => match &delivery.message {
                Some(message) => (Some(self.edited(delivery, message)), today.unwrap_or_else(|| delivery.plan.clone())),
                None => return skip(SkipReason::NotPosted),
            },
            (false, Some(_)) => {
                let other = self.today(&delivery.destination).unwrap_or(&delivery.plan);
                (None, today.unwrap_or_else(|| quiet(other.clone())))
            }
            (false, None) => match today {
                Some(plan) => (None, plan),
                None => return skip(SkipReason::NotRouted),
            },
        };
        let plan = Plan { replay: Some(ReplayOf { delivery: Some(delivery.id), edit }), ..plan };
        self.replay(destination, plan, vec![delivery.id])
    }

    fn replay(&self, destination: &str, plan: Plan, replayed: Vec<i64>) -> Selected {
        let (event, destination) = (self.details.event.id, destination.to_owned());
        let again = self.options.again;
        Selected::Replay(Box::new(NewReplay { event, destination, plan, replayed, again }))
    }

    /// How the event would be delivered there now.
    fn today(&self, destination: &str) -> Option<&Plan> {
        let new = self.routing.deliveries.iter().find(|new| new.destination == destination);
        new.map(|new| &new.plan)
    }

    fn edited(&self, delivery: &Delivery, message: &MessageRef) -> EditedMessage {
        let form = match &delivery.reason {
            Some(Reason::Posted(Posted { form, .. })) => Some(*form),
            _ => None,
        };
        let in_post =
            matches!(form, Some(PostedForm::InForumPost | PostedForm::NewForumPost | PostedForm::AnewInThread));
        let home = self.options.channels.get(&delivery.destination);
        let in_thread = in_post || home.is_some_and(|channel| *channel != message.channel);
        EditedMessage { id: message.id.clone(), channel: message.channel.clone(), in_thread }
    }
}

/// A plan of another destination: whom that one's route pings may not be there.
fn quiet(plan: Plan) -> Plan {
    Plan { mention: Vec::new(), notes: Vec::new(), ..plan }
}
