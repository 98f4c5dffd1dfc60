//! A message whose outcome is not known is looked for in the channel before it is sent again.

use std::time::Duration;

use super::super::batch::Batch;
use super::super::decision;
use super::super::request::{SendRequest, SendResult};
use super::super::search::{Search, search};
use super::{Lane, NotRecorded, Wait};
use crate::discord::{Outcome, Response};
use crate::store;
use hookbell_model::timestamp::Timestamp;

/// A channel that the bot could not read is not searched for so long: each refusal counts towards Discord's ban.
const UNREADABLE: Duration = Duration::from_secs(3600);

/// What is known after the look.
pub(super) enum Looked {
    /// The delivery is dealt with; what to do next.
    Settled(Result<Wait, NotRecorded>),
    /// Discord has answered that it is not there.
    NotThere,
    /// Nothing: it may have been posted.
    Unknown,
}

impl Lane {
    /// Only where an earlier request may have posted the message and the bot may be able to read the channel.
    pub(super) async fn look_for(&mut self, batch: &Batch, request: &SendRequest) -> store::Result<Looked> {
        let is_closed = self.head.unreadable_until > Timestamp::now();
        if !self.head.may_be_posted() || !self.courier.client.has_bot() || is_closed {
            return Ok(Looked::Unknown);
        }
        let delivery = &batch.first().delivery;
        let searched = search(&self.courier, &self.destination, delivery, request, &self.stop).await?;
        Ok(match searched {
            Search::Found { message, twice } => {
                self.courier.metrics.found(&self.destination.name);
                let response =
                    Response { outcome: Outcome::Done(Some(message.clone())), status: None, rate_limit: None };
                let result = SendResult::without_answer(response);
                let tried = request.tried(batch, &result);
                let decision = decision::found(&tried, message, twice, &self.head);
                Looked::Settled(self.carry_out(batch, decision).await)
            }
            Search::NotThere => Looked::NotThere,
            Search::Unreadable => {
                self.head.unreadable_until = Timestamp::now().after(UNREADABLE);
                Looked::Unknown
            }
            // One repetition is made without a look; before a further one Discord must answer.
            Search::Unanswered(response) if is_retry(&response) && !self.head.must_ask() => Looked::Unknown,
            Search::Unanswered(response) => Looked::Settled(self.conclude_question(batch, request, response).await),
        })
    }
}

fn is_retry(response: &Response) -> bool {
    matches!(response.outcome, Outcome::Retry { .. })
}
