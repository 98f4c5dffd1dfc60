//! Why an event became what it became: how it came in, what each route made of it, what happened to each delivery, and what
//! would have to change for it to be posted.

mod advice;
mod planned_wait;
mod route;

use serde::Serialize;
use serde_json::Value;

pub use self::advice::{Advice, RouteChange};
pub use self::planned_wait::PlannedWait;
pub use self::route::{ComparedValue, RouteExplanation, RouteObstacle};
use super::delivery::DeliveryView;
use super::event::{EventView, RepetitionsView};
use super::lane::LaneView;
use super::timeline::{self, TimelineEntry};
use crate::rules::Rules;
use crate::store::{EventDetails, EventStatus};
use hookbell_model::delivery::{Attempt, Delivery, MutedBy, Reason, RouteName, Status};
use hookbell_model::event::{Event, Raw, Severity};
use hookbell_model::note::Note;
use hookbell_model::own_event::OWN;
use hookbell_model::privacy::{MaskKind, Masks};
use hookbell_model::receipt::Receipt;

/// The explanation of one event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// None of an event that has not come.
    pub id: Option<String>,
    /// As the readers of its messages see it, unless all was asked for.
    pub event: EventView,
    pub request: RequestExplanation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repetitions: Option<RepetitionsView>,
    /// Each route of the config as it is now; none where the config cannot be read.
    pub routes: Vec<RouteExplanation>,
    /// What became of each delivery.
    pub deliveries: Vec<DeliveryExplanation>,
    /// What the config and the templates would make of the event now, if it came now.
    pub today: Vec<PlannedDelivery>,
    pub timeline: Vec<TimelineEntry>,
    pub advice: Vec<Advice>,
}

/// How the request came in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RequestExplanation {
    /// Where it was sent to: `/hooks/stripe`; none for what hookbell itself reports.
    pub path: Option<String>,
    pub user_agent: Option<String>,
    /// Of the body that was kept.
    pub bytes: usize,
    /// The check that it passed; none where that was not kept.
    pub receipt: Option<Receipt>,
    /// For an event that has not come: why it would be refused; none where it would be accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// Kinds of private data that are in it.
    pub private: Vec<MaskKind>,
}

/// A delivery with what is known of its message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeliveryExplanation {
    #[serde(flatten)]
    pub delivery: DeliveryView,
    /// Of the message in Discord, where the server is known.
    pub link: Option<String>,
    /// The template that its message was made with.
    pub template_used: Option<String>,
    /// What differs from the template: what was cut, and what it could not find.
    pub notes: Vec<Note>,
    /// Kinds of private data that are in the event and masked for its readers.
    pub masked: Vec<MaskKind>,
    /// The lane in which it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lane: Option<LaneView>,
}

/// A delivery as it would be made now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlannedDelivery {
    pub destination: String,
    pub route: Option<RouteName>,
    pub template: String,
    pub severity: Severity,
    /// The keys of its live message.
    pub keys: Vec<String>,
    pub notes: Vec<Note>,
    /// Whom it would ping: `role:222`.
    pub mention: Vec<String>,
    /// It is routine: it would only update a message that is there.
    pub routine: bool,
    /// What its route would hold it back for.
    pub waits: Vec<PlannedWait>,
    /// The mute that would hold it back.
    pub muted: Option<MutedBy>,
    /// The message, as Discord would get it.
    pub message: Value,
}

/// What is known beside the event itself.
#[derive(Debug, Default)]
pub struct ExplanationInputs<'a> {
    /// None where the config cannot be read.
    pub rules: Option<&'a Rules>,
    /// What the config would make of it now.
    pub today: Vec<PlannedDelivery>,
    /// The Discord servers of the lanes, by destination.
    pub guilds: Vec<(String, String)>,
    pub lanes: Vec<LaneView>,
    /// Whether private data is shown as it came.
    pub unmasked: bool,
    /// Routes are shown as far as they lead to these; none = all.
    pub visible: Option<Vec<String>>,
}

impl Explanation {
    /// Explains an event that was kept.
    pub fn of(details: EventDetails, inputs: ExplanationInputs<'_>) -> Self {
        let timeline = timeline::of(&details);
        let status = EventStatus::of(details.deliveries.iter().map(|(delivery, _)| delivery.status));
        let request = RequestExplanation::of(&details.event, &details.raw, details.receipt.clone());
        let masks = match inputs.unmasked {
            true => Masks::default(),
            false => masks_of(&details),
        };
        let routes = routes(&inputs, &details.event, &details.raw, masks);
        let advice = advice::of(&details, &routes, &inputs.lanes, inputs.rules.is_some());
        let guild = |destination: &str| inputs.guilds.iter().find(|(name, _)| name == destination);
        let deliveries = details.deliveries.into_iter().map(|(delivery, attempts)| {
            let guild = guild(&delivery.destination).map(|(_, guild)| guild.as_str());
            let lane = inputs.lanes.iter().find(|lane| lane.destination == delivery.destination);
            let lane = lane.filter(|_| delivery.status == Status::Pending).cloned();
            DeliveryExplanation { lane, ..DeliveryExplanation::of(delivery, attempts, guild, &request.private) }
        });
        Self {
            id: Some(details.event.id.to_string()),
            deliveries: deliveries.collect(),
            event: EventView::new(masks.event(&details.event), status),
            request,
            repetitions: details.repetitions.map(RepetitionsView::from),
            routes,
            today: inputs.today,
            timeline,
            advice,
        }
    }

    /// Explains an event that has not come. `receipt` or `refusal`: what a check of its request says.
    pub fn of_dry(
        event: &Event,
        raw: &Raw,
        receipt: Option<Receipt>,
        refusal: Option<String>,
        inputs: ExplanationInputs<'_>,
    ) -> Self {
        let masks = match inputs.unmasked {
            true => Masks::default(),
            false => Masks::all(),
        };
        let routes = routes(&inputs, event, raw, masks);
        let request = RequestExplanation { refusal, ..RequestExplanation::of(event, raw, receipt) };
        Self {
            id: None,
            event: EventView::new(masks.event(event), EventStatus::Unrouted),
            request,
            repetitions: None,
            deliveries: Vec::new(),
            advice: advice::of_routes(&routes, event, inputs.today.iter().all(|planned| planned.routine)),
            routes,
            today: inputs.today,
            timeline: Vec::new(),
        }
    }
}

impl RequestExplanation {
    fn of(event: &Event, raw: &Raw, receipt: Option<Receipt>) -> Self {
        let is_own = event.source == OWN;
        Self {
            path: (!is_own).then(|| format!("/hooks/{}", event.source)),
            user_agent: raw.headers.get("user-agent").cloned(),
            bytes: raw.body.len(),
            receipt,
            refusal: None,
            private: private_kinds(&raw.body),
        }
    }
}

impl DeliveryExplanation {
    fn of(delivery: Delivery, attempts: Vec<Attempt>, guild: Option<&str>, private: &[MaskKind]) -> Self {
        let (template_used, notes) = match &delivery.reason {
            Some(Reason::Posted(posted)) => (Some(posted.template.clone()), posted.notes.clone()),
            _ => (None, Vec::new()),
        };
        let masks = delivery.plan.masks();
        let masked = private.iter().copied().filter(|kind| masks.holds(*kind)).collect();
        let delivery = DeliveryView::new(delivery, attempts);
        let link = delivery.message.as_ref().zip(guild).and_then(|(message, guild)| message.link(guild));
        Self { delivery, link, template_used, notes, masked, lane: None }
    }
}

/// What is masked for the readers of its messages; everything private where it has none.
fn masks_of(details: &EventDetails) -> Masks {
    let masks = details.deliveries.iter().map(|(delivery, _)| delivery.plan.masks());
    masks.reduce(Masks::union).unwrap_or_else(Masks::all)
}

/// The kinds that are found in texts of the body.
fn private_kinds(body: &[u8]) -> Vec<MaskKind> {
    let Ok(payload) = serde_json::from_slice::<Value>(body) else { return Vec::new() };
    let found = |kind: &MaskKind| {
        let mut masked = payload.clone();
        Masks::default().with(*kind).mask_json(&mut masked);
        masked != payload
    };
    MaskKind::ALL.iter().copied().filter(found).collect()
}

fn routes(inputs: &ExplanationInputs<'_>, event: &Event, raw: &Raw, masks: Masks) -> Vec<RouteExplanation> {
    let mut routes = inputs.rules.map(|rules| route::explain(rules, event, raw, masks)).unwrap_or_default();
    if let Some(visible) = &inputs.visible {
        routes.iter_mut().for_each(|route| route.to.retain(|to| visible.contains(to)));
        routes.retain(|route| !route.to.is_empty());
    }
    routes
}
