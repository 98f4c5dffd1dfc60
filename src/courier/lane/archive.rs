//! The posts of things that are over are archived, where there is a bot that may: after everything that is still to be edited
//! in them, and never in the way of a delivery. One that is archived is opened for an edit, which Discord refuses otherwise.

use std::time::{Duration, Instant};

use tracing::{debug, warn};

use super::super::posts::can_archive;
use super::super::rate_limiter::RequestKind;
use super::super::request::{SendRequest, SendResult};
use super::{LONGEST_PERMIT_WAIT, Lane};
use crate::discord::{Outcome, Response};
use crate::store::{self, ArchiveEnd, ThreadToArchive};
use hookbell_model::delivery::{Attempt, AttemptOutcome, backoff};
use hookbell_model::note::{NotArchivedCause, Note};
use hookbell_model::thread_mode::ThreadMode;
use hookbell_model::timestamp::Timestamp;
use hookbell_model::webhook_error::WebhookError;

/// A post that cannot be archived so many times is left open.
const MOST_ATTEMPTS: u32 = 12;
/// Where the bot may not archive, it is not tried for so long: each refusal counts towards Discord's ban.
const REFUSED: Duration = Duration::from_secs(3600);

impl Lane {
    /// Archives the next post; `false` when there is none. `until`: what is due is stored with a time up to this one.
    pub(super) async fn archive(&mut self, until: Timestamp, now: Timestamp) -> store::Result<bool> {
        let due = self.courier.store.thread_to_archive(&self.destination.name, until).await?;
        let Some(due) = due else { return Ok(false) };
        let end = self.archive_end(&due, now).await;
        match &end {
            ArchiveEnd::Archived => {}
            ArchiveEnd::Again(again) => self.follow_ups.put_off(*again, again.since(now)),
            ArchiveEnd::LeftOpen(attempt) => {
                let (destination, reason) = (&self.destination.name, &attempt.detail);
                warn!(destination, thread = due.thread, reason, "the post of a thing that is over is left open");
            }
        }
        self.courier.store.settle_archive(&self.destination.name, due, end).await?;
        Ok(true)
    }

    async fn archive_end(&mut self, due: &ThreadToArchive, now: Timestamp) -> ArchiveEnd {
        let began = Instant::now();
        let left_open = |cause: NotArchivedCause| {
            let detail = Note::PostNotArchived { cause }.to_string();
            ArchiveEnd::LeftOpen(Attempt { at: now, took: began.elapsed(), outcome: AttemptOutcome::Refused, detail })
        };
        if !self.courier.client.has_bot() {
            return left_open(NotArchivedCause::NoBot);
        }
        if let Some(error) = self.head.archive_refusal() {
            return left_open(NotArchivedCause::NotAllowed { error: error.to_string() });
        }
        match self.set_archived(&due.thread, true).await {
            None => ArchiveEnd::Again(now),
            Some(Ok(())) => ArchiveEnd::Archived,
            Some(Err(response)) => match response.outcome {
                Outcome::Wait { after, .. } | Outcome::Banned { after, .. } => ArchiveEnd::Again(now.after(after)),
                Outcome::Retry { .. } | Outcome::Lost { .. } if due.attempts < MOST_ATTEMPTS => {
                    ArchiveEnd::Again(now.after(backoff(due.attempts + 1, fastrand::f64())))
                }
                // It is gone: there is nothing to archive.
                Outcome::Done(_) | Outcome::MessageGone { .. } => ArchiveEnd::Archived,
                Outcome::WebhookDead { error } => left_open(self.refused(error)),
                Outcome::Retry { error }
                | Outcome::Lost { error }
                | Outcome::Refused { error }
                | Outcome::Misplaced { error, .. } => left_open(NotArchivedCause::Failed { error: error.to_string() }),
            },
        }
    }

    /// The bot may not do it, here and for now.
    fn refused(&mut self, error: WebhookError) -> NotArchivedCause {
        let cause = NotArchivedCause::NotAllowed { error: error.to_string() };
        self.head.refuse_archive(error, Instant::now() + REFUSED);
        cause
    }

    /// None when there was no permit.
    async fn set_archived(&self, thread: &str, archived: bool) -> Option<Result<(), Response>> {
        let (webhook, kind) = (&self.destination.webhook, RequestKind::LookUp);
        let permit = self.courier.pacer.permit(kind, true, webhook, LONGEST_PERMIT_WAIT, &self.stop).await?;
        let answer = self.courier.client.set_archived(thread, archived).await;
        if let Err(response) = &answer {
            self.courier.pacer.note(&permit, response);
        }
        Some(answer)
    }

    /// Whether an edit was refused because its post is archived, and the post is open now: then it can be sent again.
    pub(super) async fn opens_for(&mut self, request: &SendRequest, result: &SendResult) -> store::Result<bool> {
        let Some(thread) = request.edited_thread().filter(|_| is_archived(&result.response)) else { return Ok(false) };
        if std::mem::replace(&mut self.head.opened_post, true) {
            return Ok(false);
        }
        self.open_post(thread).await
    }

    /// Opens an archived post, unless somebody has locked it. It is archived again later where its thing is over.
    pub(super) async fn open_post(&mut self, thread: &str) -> store::Result<bool> {
        if self.destination.threads != ThreadMode::PerKey || !can_archive(&self.courier, &self.head) {
            return Ok(false);
        }
        // A thing whose message is edited is known as its post's own; another post may be anybody's.
        let name = &self.destination.name;
        if self.courier.client.is_locked(thread).await.unwrap_or(true) {
            return Ok(false);
        }
        self.courier.store.thread_opened(name, thread, self.courier.clock.now()).await?;
        self.follow_ups.new = true;
        match self.set_archived(thread, false).await {
            Some(Ok(())) => Ok(true),
            Some(Err(Response { outcome: Outcome::WebhookDead { error }, .. })) => {
                debug!(destination = name, thread, %error, "the bot may not open an archived post");
                Ok(false)
            }
            Some(Err(_)) | None => Ok(false),
        }
    }
}

/// A message could not be edited because its thread is archived.
pub(super) fn is_archived(response: &Response) -> bool {
    matches!(&response.outcome, Outcome::MessageGone { error } if error.is_archived_thread())
}
