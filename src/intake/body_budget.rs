//! Reads a body within its limits: its size, its time, its rate, and the memory that the bodies of all connections share.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderMap, header};
use http_body_util::BodyExt;
use hyper::body::{Body, Bytes};
use tokio::time::Instant;

use super::answer::{Answer, UnreadableReason};
use super::client::{Activity, Client, ClientAddress};
use super::limit_log::Limit;
use super::limits::Limits;

/// In bytes. So much of each body costs no share of the memory: as there is a limit of connections, there is always room
/// for ordinary bodies, whatever others send.
pub(super) const SMALL_BODY: usize = 32 << 10;

/// What is left of a refused body is read up to this, in bytes: many senders read no answer before they have sent all,
/// and see a broken connection where it is closed before.
const DRAIN: u64 = 16 << 20;
const DRAIN_TIME: Duration = Duration::from_secs(5);
/// A sender that waits for the answer sends no more.
const DRAIN_GAP: Duration = Duration::from_secs(1);

/// The memory for bodies.
#[derive(Debug, Default)]
pub(super) struct BodyBudget(Mutex<HeldBytes>);

/// In bytes, beyond [`SMALL_BODY`] of each body.
#[derive(Debug, Default)]
struct HeldBytes {
    all: usize,
    /// Never zero.
    by_address: HashMap<ClientAddress, usize>,
}

/// What a body is read within.
#[derive(Debug, Clone, Copy)]
pub(super) struct BodyLimits<'l> {
    /// In bytes.
    pub(super) max: usize,
    /// For the whole body.
    pub(super) timeout: Duration,
    pub(super) shared: &'l Limits,
}

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyRefusal {
    TooLarge,
    EndedEarly,
    Limit(Limit),
}

/// A body and its share of the memory, returned when this is dropped.
pub(super) type HeldBody<'b> = (Bytes, BodyShare<'b>);

#[derive(Debug)]
pub(super) struct BodyShare<'b> {
    budget: &'b BodyBudget,
    /// Known when the body is not small.
    held: Option<(ClientAddress, usize)>,
}

impl BodyRefusal {
    pub(super) fn answer(self, max: usize) -> Answer {
        match self {
            Self::TooLarge => Answer::TooLarge(max),
            Self::EndedEarly => Answer::Unreadable(UnreadableReason::EndedEarly),
            Self::Limit(Limit::BodyRate) => Answer::TooSlow,
            Self::Limit(_) => Answer::NotKept,
        }
    }
}

impl BodyLimits<'_> {
    /// Until when more must have come, of a body of which so many bytes are there.
    fn deadline(&self, begun: Instant, length: usize) -> Instant {
        let earned = Duration::from_secs_f64(length as f64 / self.shared.min_body_rate.max(1) as f64);
        begun + self.timeout.min(self.shared.body_grace + earned)
    }
}

impl BodyBudget {
    /// Reads the body. An announced length over the limit is refused unread. The memory is charged for what has arrived,
    /// not for what was announced, so that announcing a large body costs others nothing.
    pub(super) async fn read<B: Body<Data = Bytes>>(
        &self,
        limits: BodyLimits<'_>,
        client: &Client,
        headers: &HeaderMap,
        mut body: Pin<&mut B>,
    ) -> Result<HeldBody<'_>, BodyRefusal> {
        if announced(headers).is_some_and(|length| length > limits.max as u64) {
            return Err(BodyRefusal::TooLarge);
        }
        client.set(Activity::Reading);
        let begun = Instant::now();
        let mut share = BodyShare { budget: self, held: None };
        let mut parts: Vec<Bytes> = Vec::new();
        let mut length = 0;
        loop {
            let frame = tokio::time::timeout_at(limits.deadline(begun, length), body.frame()).await;
            let Some(frame) = frame.map_err(|_| BodyRefusal::Limit(Limit::BodyRate))? else { break };
            let frame = frame.map_err(|_| BodyRefusal::EndedEarly)?;
            let Ok(part) = frame.into_data() else { continue };
            length += part.len();
            if length > limits.max {
                return Err(BodyRefusal::TooLarge);
            }
            if length > SMALL_BODY {
                let sender = || client.sender(headers, limits.shared);
                share.grow_to(length - SMALL_BODY, sender, limits.shared).map_err(BodyRefusal::Limit)?;
            }
            parts.push(part);
        }
        client.set(Activity::Working);
        Ok((whole(parts, length), share))
    }

    /// In bytes: what the bodies hold beyond their first [`SMALL_BODY`].
    pub(super) fn held(&self) -> usize {
        self.lock().all
    }

    fn lock(&self) -> MutexGuard<'_, HeldBytes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BodyShare<'_> {
    fn grow_to(&mut self, bytes: usize, sender: impl FnOnce() -> ClientAddress, limits: &Limits) -> Result<(), Limit> {
        let (sender, own) = self.held.unwrap_or_else(|| (sender(), 0));
        let more = bytes - own;
        let mut held = self.budget.lock();
        if held.all + more > limits.body_memory {
            return Err(Limit::BodyMemory);
        }
        let of_sender = held.by_address.entry(sender).or_default();
        // One body is taken in any case: `max_body` may be more than the share of an address.
        if *of_sender > own && *of_sender + more > limits.body_memory_per_address {
            return Err(Limit::BodyMemoryPerAddress);
        }
        *of_sender += more;
        held.all += more;
        self.held = Some((sender, bytes));
        Ok(())
    }
}

impl Drop for BodyShare<'_> {
    fn drop(&mut self) {
        let Some((sender, bytes)) = self.held else { return };
        let mut held = self.budget.lock();
        held.all -= bytes;
        if let Some(of_sender) = held.by_address.get_mut(&sender) {
            *of_sender -= bytes;
            if *of_sender == 0 {
                held.by_address.remove(&sender);
            }
        }
    }
}

/// Reads what is left of a refused body, and forgets it, so that its sender reads the answer: up to 16 MiB, for five
/// seconds, and not where the sender waits for `100 Continue`.
pub(super) async fn drain<B: Body<Data = Bytes>>(headers: &HeaderMap, mut body: Pin<&mut B>) {
    let waits = headers.contains_key(header::EXPECT);
    if waits || body.is_end_stream() || announced(headers).is_some_and(|length| length > DRAIN) {
        return;
    }
    let end = Instant::now() + DRAIN_TIME;
    let mut left = DRAIN;
    while let Ok(Some(Ok(frame))) = tokio::time::timeout_at(end.min(Instant::now() + DRAIN_GAP), body.frame()).await {
        let length = frame.data_ref().map_or(0, |data| data.len() as u64);
        let Some(rest) = left.checked_sub(length) else { return };
        left = rest;
    }
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Most bodies come in one piece, which is not copied. Of others each piece is freed as soon as it is copied.
fn whole(mut parts: Vec<Bytes>, length: usize) -> Bytes {
    if parts.len() == 1 {
        return parts.pop().unwrap_or_default();
    }
    let mut whole = Vec::with_capacity(length);
    for part in parts {
        whole.extend_from_slice(&part);
    }
    whole.into()
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::StreamExt;
    use http_body_util::{Full, StreamBody};

    use super::*;

    const MIB: usize = 1 << 20;

    async fn read<'b>(
        budget: &'b BodyBudget,
        limits: &Limits,
        last: u8,
        size: usize,
    ) -> Result<HeldBody<'b>, BodyRefusal> {
        let client = Client::new([192, 0, 2, last].into(), limits);
        let limits = BodyLimits { max: 60 * MIB, timeout: Duration::from_secs(60), shared: limits };
        budget.read(limits, &client, &HeaderMap::new(), pin!(Full::new(Bytes::from(vec![b' '; size])))).await
    }

    fn refusal(read: Result<HeldBody<'_>, BodyRefusal>) -> Option<BodyRefusal> {
        read.map(drop).err()
    }

    #[tokio::test]
    async fn large_bodies_share_the_memory_and_small_ones_always_have_room() {
        let (budget, limits) = (BodyBudget::default(), Limits::default());
        let mut held = Vec::new();
        for last in 0..3 {
            held.push(read(&budget, &limits, last, 20 * MIB).await.expect("one body is taken in any case"));
        }
        let full = Some(BodyRefusal::Limit(Limit::BodyMemory));
        assert_eq!(refusal(read(&budget, &limits, 9, 5 * MIB).await), full);
        for last in 0..100 {
            held.push(read(&budget, &limits, last, SMALL_BODY).await.expect("a small one"));
        }
        let before = budget.held();
        held.clear();
        assert_eq!((before > 59 * MIB, budget.held()), (true, 0));
        assert!(budget.lock().by_address.is_empty());
    }

    #[tokio::test]
    async fn one_address_cannot_take_all_the_memory() {
        let (budget, limits) = (BodyBudget::default(), Limits::default());
        let first = read(&budget, &limits, 1, 12 * MIB).await.expect("room");
        let over = Some(BodyRefusal::Limit(Limit::BodyMemoryPerAddress));
        assert_eq!(refusal(read(&budget, &limits, 1, 12 * MIB).await), over);
        assert!(read(&budget, &limits, 2, 12 * MIB).await.is_ok(), "another address has its own share");
        drop(first);
        assert!(read(&budget, &limits, 1, 12 * MIB).await.is_ok());
    }

    #[test]
    fn what_has_come_buys_time_for_what_is_to_come() {
        let shared = Limits { min_body_rate: 16 << 10, body_grace: Duration::from_secs(10), ..Limits::default() };
        let limits = BodyLimits { max: MIB, timeout: Duration::from_secs(60), shared: &shared };
        let begun = Instant::now();
        let seconds = |length: usize| limits.deadline(begun, length).duration_since(begun).as_secs();
        assert_eq!((seconds(0), seconds(16 << 10), seconds(160 << 10)), (10, 11, 20));
        assert_eq!((seconds(800 << 10), seconds(60 * MIB)), (60, 60), "nobody may take longer than the whole time");
    }

    #[tokio::test]
    async fn a_body_that_stops_coming_is_given_up() {
        let (budget, limits) = (BodyBudget::default(), Limits { body_grace: Duration::ZERO, ..Limits::default() });
        let part = Ok::<_, std::io::Error>(hyper::body::Frame::data(Bytes::from_static(b"{")));
        let parts = futures_util::stream::iter([part]).chain(futures_util::stream::pending());
        let client = Client::new([192, 0, 2, 1].into(), &limits);
        let limits = BodyLimits { max: MIB, timeout: Duration::from_secs(60), shared: &limits };
        let read = budget.read(limits, &client, &HeaderMap::new(), pin!(StreamBody::new(parts))).await;
        assert_eq!(refusal(read), Some(BodyRefusal::Limit(Limit::BodyRate)));
        assert_eq!(budget.held(), 0);
    }
}
