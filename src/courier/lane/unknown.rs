//! A message whose outcome is not known is looked for in the channel before it is sent again.

use std::time::{Duration, Instant};

use super::super::batch::Batch;
use super::super::decision;
use super::super::request::{SendRequest, SendResult};
use super::super::search::{Search, search};
use super::{Lane, NotRecorded, Wait};
use crate::discord::{Outcome, Response};
use crate::store;
use hookbell_model::delivery::MessageRef;

/// A channel that the bot could not read is not searched for so long: each refusal counts towards Discord's ban.
const UNREADABLE: Duration = Duration::from_secs(3600);

impl Lane {
    /// Looks where an earlier request may have posted the message and the bot may be able to read the channel.
    pub(super) async fn look_for(&mut self, batch: &Batch, request: &SendRequest) -> store::Result<Search> {
        let is_closed = self.head.unreadable_until.is_some_and(|until| until > Instant::now());
        if !self.head.may_be_posted() || !self.courier.client.has_bot() || is_closed {
            return Ok(Search::Unreadable);
        }
        let search = search(&self.courier, &self.destination, batch, request, &self.stop).await?;
        Ok(match search {
            Search::Unreadable => {
                self.head.unreadable_until = Some(Instant::now() + UNREADABLE);
                Search::Unreadable
            }
            // One repetition is made without a look; before a further one Discord must answer.
            Search::Unanswered(Response { outcome: Outcome::Retry { .. }, .. }) if !self.head.must_ask() => {
                Search::Unreadable
            }
            search => search,
        })
    }

    /// Records the message that was found as that of the deliveries.
    pub(super) async fn conclude_search(
        &mut self,
        batch: &Batch,
        request: &SendRequest,
        message: MessageRef,
        twice: bool,
    ) -> Result<Wait, NotRecorded> {
        self.courier.metrics.found(&self.destination.name);
        let outcome = Outcome::Done(Some(message.clone()));
        let result = SendResult::without_answer(Response { outcome, status: None, rate_limit: None });
        let decision = decision::found(&request.tried(batch, &result), message, twice, &self.head);
        self.carry_out(batch, decision).await
    }
}
