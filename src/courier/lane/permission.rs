//! The permission to send: a lane waits for it, asks whether Discord is there where that has to be known, and sends.

use super::super::batch::Batch;
use super::super::lookup;
use super::super::rate_limiter::Permit;
use super::super::request::{Prepared, SendRequest, SendResult};
use super::super::settings::replaced;
use super::{LONGEST_PERMIT_WAIT, Lane, changed};
use crate::discord::{Outcome, Response};
use crate::store;
use hookbell_model::webhook_error::WebhookError;

impl Lane {
    /// Waits for the permit to send. Deliveries that have come to the head meanwhile go with the request, which is made
    /// anew then. None when there was no permit for long, or the request is no longer the one to make.
    pub(super) async fn permit(
        &mut self,
        batch: Batch,
        request: Box<SendRequest>,
    ) -> store::Result<Option<(Batch, Box<SendRequest>, Permit)>> {
        let is_retry = batch.first().reason.is_some();
        let now = self.courier.pacer.permit_now(request.kind(), is_retry, &self.destination.webhook);
        let (batch, request, permit) = match now {
            Some(permit) => (batch, request, permit),
            None => {
                self.batch_size.fall_behind();
                let (pacer, webhook) = (&self.courier.pacer, &self.destination.webhook);
                let permit = tokio::select! {
                    biased;
                    permit = pacer.permit(request.kind(), is_retry, webhook, LONGEST_PERMIT_WAIT, &self.stop) => permit,
                    // The request was made from the old settings.
                    () = replaced(&self.settings) => None,
                    // The lane may be paused now, or its head purged.
                    () = changed(&mut self.commands) => {
                        self.was_commanded = true;
                        None
                    }
                    // It may be muted by now.
                    () = replaced(&self.mutes) => None,
                };
                let Some(permit) = permit else { return Ok(None) };
                match self.before_sending().await {
                    Ok(Ok((batch, Prepared::Send(request)))) if request.kind() == permit.kind() => {
                        (batch, request, permit)
                    }
                    other => {
                        self.courier.pacer.give_back(&permit);
                        return other.map(|_| None);
                    }
                }
            }
        };
        // What overtakes an open request must not take its place.
        if batch.len() > 1 || !self.head.left_open.is_empty() {
            let deliveries = self.head.open_with(&batch);
            if let Err(error) = self.courier.store.set_in_flight(&self.destination.name, deliveries).await {
                self.courier.pacer.give_back(&permit);
                return Err(error);
            }
        }
        Ok(Some((batch, request, permit)))
    }

    /// Whether Discord answers at all; checked before a message is sent again that may already be posted.
    pub(super) async fn ask(&self) -> Result<(), Response> {
        match lookup::look_up(&self.courier, &self.destination, &self.stop).await {
            // A server without the look-up answers 404 or 405: that is an answer too.
            Some(Err(response)) if !lookup::is_answer(&response) => Err(response),
            Some(_) => Ok(()),
            None => {
                let error = WebhookError::without_answer("there was no permit to ask");
                Err(Response { outcome: Outcome::Retry { error }, status: None, rate_limit: None })
            }
        }
    }

    /// Sends, but not beyond the deadline of a stop.
    pub(super) async fn send(&self, request: &SendRequest) -> SendResult {
        tokio::select! {
            biased;
            result = request.send(&self.courier, &self.destination) => result,
            () = self.stop.drained() => SendResult::without_answer(request.cut_off()),
        }
    }
}
