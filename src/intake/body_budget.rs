//! Reads a body within its limits: its size, its time, and the memory that the bodies of all connections share.

use std::time::Duration;

use http::{HeaderMap, header};
use http_body_util::BodyExt;
use hyper::body::{Body, Bytes};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::answer::{Answer, UnreadableReason};

/// In bytes; all bodies held at once. Bounds memory over all senders.
const BUDGET: usize = 64 << 20;

#[derive(Debug)]
pub(super) struct BodyBudget(Semaphore);

/// A body and its share of the budget, returned when this is dropped.
pub(super) type HeldBody<'r> = (Bytes, SemaphorePermit<'r>);

impl Default for BodyBudget {
    fn default() -> Self {
        Self(Semaphore::new(BUDGET))
    }
}

impl BodyBudget {
    /// Reads the body. An announced length over the limit is refused unread. The budget is charged for what has
    /// arrived, not for what was announced, so that announcing a large body costs others nothing.
    pub(super) async fn read<B>(
        &self,
        limit: usize,
        timeout: Duration,
        headers: &HeaderMap,
        body: B,
    ) -> Result<HeldBody<'_>, Answer>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let announced =
            headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if announced.is_some_and(|length| length > limit as u64) {
            return Err(Answer::TooLarge(limit));
        }
        match tokio::time::timeout(timeout, self.gather(limit, body)).await {
            Ok(read) => read,
            Err(_) => Err(Answer::TooSlow),
        }
    }

    async fn gather<B: Body<Data = Bytes>>(&self, limit: usize, body: B) -> Result<HeldBody<'_>, Answer> {
        let mut body = std::pin::pin!(body);
        let mut share = self.take(0)?;
        let mut parts: Vec<Bytes> = Vec::new();
        let mut length = 0;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Answer::Unreadable(UnreadableReason::EndedEarly))?;
            let Ok(part) = frame.into_data() else { continue };
            length += part.len();
            if length > limit {
                return Err(Answer::TooLarge(limit));
            }
            share.merge(self.take(part.len())?);
            parts.push(part);
        }
        // Most bodies come in one piece, which is not copied.
        let whole = if parts.len() == 1 { parts.pop().unwrap_or_default() } else { parts.concat().into() };
        Ok((whole, share))
    }

    fn take(&self, bytes: usize) -> Result<SemaphorePermit<'_>, Answer> {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.0.try_acquire_many(bytes).map_err(|_| Answer::NotKept)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::Full;

    use super::*;

    async fn read(budget: &BodyBudget, size: usize) -> Result<HeldBody<'_>, Answer> {
        let body = Full::new(Bytes::from(vec![b' '; size]));
        budget.read(60 << 20, Duration::from_secs(5), &HeaderMap::new(), body).await
    }

    #[tokio::test]
    async fn over_the_budget_a_sender_is_asked_to_try_again() {
        let budget = BodyBudget::default();
        let first = read(&budget, 40 << 20).await.expect("within the budget");
        assert_eq!(read(&budget, 40 << 20).await.map(|_| ()), Err(Answer::NotKept));
        assert!(read(&budget, 1 << 20).await.is_ok());
        drop(first);
        assert!(read(&budget, 40 << 20).await.is_ok());
    }
}
