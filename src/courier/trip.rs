//! Makes the request for one delivery: the message, whether it is posted or edits an earlier one, and where.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::forum::Spot;
use super::pace::Verb;
use super::verdict::{How, Memory, Try};
use super::{Courier, Destination};
use crate::discord::{Answer, Outcome};
use crate::store::{self, LiveMessage, QueuedDelivery, SentMessage};
use hookbell_model::delivery::Delivery;
use hookbell_model::event::Severity;
use hookbell_model::message::Message;
use hookbell_model::timestamp::Timestamp;
use hookbell_template::render::{Fallback, Rendered};

/// A request that is ready to go.
#[derive(Debug)]
pub(super) struct Trip {
    how: How,
    spot: Spot,
    /// What is sent: `sent.body`, made ready for its spot.
    request: Value,
    sent: SentMessage,
    /// What was done differently from what the template says, a line each.
    notes: Vec<String>,
    has_spare_tag: bool,
}

/// How a trip went.
#[derive(Debug)]
pub(super) struct Ride {
    pub(super) answer: Answer,
    at: Timestamp,
    took: Duration,
}

/// Renders the message and finds the one to edit, if there is one, or the post to go into.
pub(super) async fn prepare(
    courier: &Courier,
    destination: &Destination,
    work: &QueuedDelivery,
    memory: &Memory,
) -> store::Result<Trip> {
    let Rendered { mut message, template, key, mut notes, .. } = dress(courier, destination, work, memory);
    notes.extend(destination.tags.apply(&mut message));
    let sent = SentMessage { template, key, notes, body: message.to_post() };
    let earlier = match &sent.key {
        Some(key) => courier.store.live_message(&destination.name, key).await?,
        None => None,
    };
    let (title, note) = memory.forum.title(destination, &message);
    let thread = match &title {
        Some(title) if !memory.forum.begins_anew() => courier.store.post(&destination.name, title).await?,
        _ => None,
    };
    let has_spare_tag = destination.tags.first().is_some();
    Ok(match earlier {
        Some(LiveMessage { message: earlier, in_thread }) if !memory.gone => {
            // The post of another title is none of this message's.
            let title = title.filter(|_| in_thread && thread.as_ref() == Some(&earlier.channel));
            let spot = Spot { title, thread: in_thread.then(|| earlier.channel.clone()) };
            let request = message.to_patch();
            Trip { how: How::Edit(earlier), spot, request, sent, notes: Vec::new(), has_spare_tag }
        }
        earlier => {
            let how = if earlier.is_some() { How::PostAnew } else { How::Post };
            let placed = memory.forum.place(destination, message, Spot { title, thread });
            let notes = note.into_iter().chain(placed.notes).collect();
            let request = placed.message.to_post();
            Trip { how, spot: placed.spot, request, sent, notes, has_spare_tag }
        }
    })
}

fn dress(courier: &Courier, destination: &Destination, work: &QueuedDelivery, memory: &Memory) -> Rendered {
    let (event, plan) = (&work.event, &work.delivery.plan);
    // A panic in there must not hold up the lane for ever: the event goes out plainly instead.
    let render = || courier.settings().templates.render(event, &work.raw, plan, destination.locale);
    let rendered = catch_unwind(AssertUnwindSafe(render)).unwrap_or_else(|_| Rendered {
        message: plain(courier, work, "its template failed unexpectedly"),
        template: "plain".to_owned(),
        key: None,
        severity: event.facts.severity.unwrap_or(Severity::Info),
        notes: vec!["the template failed unexpectedly".to_owned()],
        fallback: Some(Fallback::Plain),
    });
    let rendered = match &memory.refusal {
        Some(why) => {
            let Message { thread, tags, .. } = rendered.message;
            let message = Message { thread, tags, ..plain(courier, work, why) };
            Rendered { message, fallback: Some(Fallback::Plain), ..rendered }
        }
        None => rendered,
    };
    if let Some(fallback) = rendered.fallback {
        courier.metrics.fell_back(&destination.name, fallback);
    }
    rendered
}

fn plain(courier: &Courier, work: &QueuedDelivery, why: &str) -> Message {
    courier.settings().templates.plain(&work.event, &work.delivery.plan, why)
}

impl Trip {
    pub(super) fn verb(&self) -> Verb {
        if matches!(self.how, How::Edit(_)) { Verb::Edit } else { Verb::Post }
    }

    /// Sends the request. Being dropped half-way leaves open whether it was posted.
    pub(super) async fn ride(&self, courier: &Courier, destination: &Destination) -> Ride {
        let (at, began) = (Timestamp::now(), Instant::now());
        let (client, webhook, thread) = (&courier.client, &destination.webhook, self.spot.thread.as_deref());
        let answer = match &self.how {
            How::Edit(message) => client.edit(webhook, message, thread, &self.request).await,
            How::Post | How::PostAnew => client.post(webhook, thread, &self.request).await,
        };
        Ride { answer, at, took: began.elapsed() }
    }

    /// The answer to a request that was given up half-way. An edit may be repeated without harm.
    pub(super) fn cut_off(&self) -> Answer {
        let why = "hookbell was stopped before the answer came".to_owned();
        let outcome = if self.verb() == Verb::Edit { Outcome::Retry { why } } else { Outcome::Lost { why } };
        Answer { outcome, status: None, rate_limit: None }
    }

    /// The try that this was, as the verdict needs it.
    pub(super) fn tried<'t>(&'t self, delivery: &'t Delivery, ride: &Ride) -> Try<'t> {
        Try {
            delivery,
            how: &self.how,
            spot: &self.spot,
            sent: &self.sent,
            notes: &self.notes,
            has_spare_tag: self.has_spare_tag,
            at: ride.at,
            took: ride.took,
            status: ride.answer.status,
        }
    }
}

impl Ride {
    /// A ride that ended without an answer of its own.
    pub(super) fn ended(answer: Answer) -> Self {
        Self { answer, at: Timestamp::now(), took: Duration::ZERO }
    }
}
