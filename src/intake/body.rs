//! Reads a body within its limits: its size, its time, and the room that the bodies of all connections share.

use std::time::Duration;

use http::{HeaderMap, header};
use http_body_util::BodyExt;
use hyper::body::{Body, Bytes};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::answer::Answer;

/// Bytes of bodies held at once. Bounds memory, whoever sends.
const ROOM: usize = 64 << 20;

#[derive(Debug)]
pub(super) struct Room(Semaphore);

/// A body and the room it takes, given back when this is dropped.
pub(super) type Held<'r> = (Bytes, SemaphorePermit<'r>);

impl Default for Room {
    fn default() -> Self {
        Self(Semaphore::new(ROOM))
    }
}

impl Room {
    /// Reads the body. An announced length over the limit is refused unread; room is taken for what has arrived,
    /// not for what was announced, so that announcing much costs others nothing.
    pub(super) async fn read<B>(
        &self,
        limit: usize,
        within: Duration,
        headers: &HeaderMap,
        body: B,
    ) -> Result<Held<'_>, Answer>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let announced =
            headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if announced.is_some_and(|length| length > limit as u64) {
            return Err(Answer::TooLarge(limit));
        }
        match tokio::time::timeout(within, self.gather(limit, body)).await {
            Ok(read) => read,
            Err(_) => Err(Answer::TooSlow),
        }
    }

    async fn gather<B: Body<Data = Bytes>>(&self, limit: usize, body: B) -> Result<Held<'_>, Answer> {
        let mut body = std::pin::pin!(body);
        let mut room = self.take(0)?;
        let mut parts: Vec<Bytes> = Vec::new();
        let mut length = 0;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Answer::Unreadable("the body ended early".to_owned()))?;
            let Ok(part) = frame.into_data() else { continue };
            length += part.len();
            if length > limit {
                return Err(Answer::TooLarge(limit));
            }
            room.merge(self.take(part.len())?);
            parts.push(part);
        }
        // Most bodies come in one piece, which is handed on as it is.
        let whole = if parts.len() == 1 { parts.pop().unwrap_or_default() } else { parts.concat().into() };
        Ok((whole, room))
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

    async fn read(room: &Room, size: usize) -> Result<Held<'_>, Answer> {
        let body = Full::new(Bytes::from(vec![b' '; size]));
        room.read(60 << 20, Duration::from_secs(5), &HeaderMap::new(), body).await
    }

    #[tokio::test]
    async fn without_room_a_sender_is_asked_to_come_back() {
        let room = Room::default();
        let first = read(&room, 40 << 20).await.expect("room");
        assert_eq!(read(&room, 40 << 20).await.map(|_| ()), Err(Answer::NotKept));
        assert!(read(&room, 1 << 20).await.is_ok());
        drop(first);
        assert!(read(&room, 40 << 20).await.is_ok());
    }
}
