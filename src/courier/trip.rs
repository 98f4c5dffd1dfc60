//! Makes the request for one delivery: the message, and whether it is posted or edits an earlier one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::pace::Verb;
use super::verdict::{How, Memory, Try};
use super::{Courier, Destination, now};
use crate::delivery::Delivery;
use crate::discord::{Answer, Outcome};
use crate::event::Severity;
use crate::message::Message;
use crate::render::{Fallback, Rendered};
use crate::store::{self, Sent, Work};
use crate::timestamp::Timestamp;

/// A request that is ready to go.
#[derive(Debug)]
pub(super) struct Trip {
    how: How,
    /// What is sent where that is not `sent.body`.
    edit: Option<Value>,
    sent: Sent,
}

/// How a trip went.
#[derive(Debug)]
pub(super) struct Ride {
    pub(super) answer: Answer,
    at: Timestamp,
    took: Duration,
}

/// Renders the message and finds the one to edit, if there is one.
pub(super) async fn prepare(
    courier: &Courier,
    destination: &Destination,
    work: &Work,
    memory: &Memory,
) -> store::Result<Trip> {
    let Rendered { message, template, key, notes, .. } = dress(courier, destination, work, memory);
    let earlier = match &key {
        Some(key) => courier.store.keyed_message(&destination.name, key).await?,
        None => None,
    };
    let how = match earlier {
        Some(_) if memory.gone => How::PostAnew,
        Some(message) => How::Edit(message),
        None => How::Post,
    };
    let edit = matches!(how, How::Edit(_)).then(|| message.to_patch());
    Ok(Trip { how, edit, sent: Sent { template, key, notes, body: message.to_post() } })
}

fn dress(courier: &Courier, destination: &Destination, work: &Work, memory: &Memory) -> Rendered {
    let (event, plan) = (&work.event, &work.delivery.plan);
    // A panic in there must not hold up the lane for ever: the event goes out plainly instead.
    let render = || courier.templates.render(event, &work.raw, plan, destination.locale);
    let rendered = catch_unwind(AssertUnwindSafe(render)).unwrap_or_else(|_| Rendered {
        message: plain(courier, work, "its template failed unexpectedly"),
        template: "plain".to_owned(),
        key: None,
        severity: event.facts.severity.unwrap_or(Severity::Info),
        notes: vec!["the template failed unexpectedly".to_owned()],
        fallback: Some(Fallback::Plain),
    });
    let rendered = match &memory.refusal {
        Some(why) => Rendered { message: plain(courier, work, why), fallback: Some(Fallback::Plain), ..rendered },
        None => rendered,
    };
    if let Some(fallback) = rendered.fallback {
        courier.metrics.fell_back(&destination.name, fallback);
    }
    rendered
}

fn plain(courier: &Courier, work: &Work, why: &str) -> Message {
    courier.templates.plain(&work.event, &work.delivery.plan, why)
}

impl Trip {
    pub(super) fn verb(&self) -> Verb {
        if matches!(self.how, How::Edit(_)) { Verb::Edit } else { Verb::Post }
    }

    /// Sends the request. Being dropped half-way leaves open whether it was posted.
    pub(super) async fn ride(&self, courier: &Courier, destination: &Destination) -> Ride {
        let (at, began) = (now(), Instant::now());
        let body = self.edit.as_ref().unwrap_or(&self.sent.body);
        let answer = match &self.how {
            How::Edit(message) => courier.client.edit(&destination.webhook, message, body).await,
            How::Post | How::PostAnew => courier.client.post(&destination.webhook, body).await,
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
        Try { delivery, how: &self.how, sent: &self.sent, at: ride.at, took: ride.took, status: ride.answer.status }
    }
}

impl Ride {
    /// A ride that ended without an answer of its own.
    pub(super) fn ended(answer: Answer) -> Self {
        Self { answer, at: now(), took: Duration::ZERO }
    }
}
