//! Many samples at a rate, each a new event, and the totals of the server's responses and of the deliveries.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::progress::Progress;
use super::renewal::Renewal;
use super::sender::{SampleSender, WebhookResponse};
use super::tracker::{DeliveryTracker, EventOutcome};
use crate::cli::out::out;
use crate::cli::signals;
use crate::cli::usage::count as counted;
use crate::store;
use hookbell_model::event::EventId;
use hookbell_model::rate::Rate;
use hookbell_model::timestamp::Timestamp;

/// The totals so far.
#[derive(Default)]
struct BurstTotals {
    /// By status and word.
    responses: BTreeMap<String, u32>,
    /// Accepted requests: hookbell's id where the response has it, and the reference.
    taken: Vec<(Option<EventId>, String)>,
    first_error: Option<anyhow::Error>,
}

impl BurstTotals {
    /// How many have an answer, or none.
    fn sent(&self) -> u32 {
        self.responses.values().sum()
    }

    fn add(&mut self, response: anyhow::Result<(WebhookResponse, String)>) {
        let line = match response {
            Ok((response, reference)) => {
                let word = response.word().map(|word| format!(" {word}")).unwrap_or_default();
                if response.is_success() && response.word() != Some("ignored") {
                    self.taken.push((response.event(), reference));
                }
                format!("{}{word}", response.status)
            }
            Err(error) => {
                self.first_error.get_or_insert(error);
                "no answer".to_owned()
            }
        };
        *self.responses.entry(line).or_default() += 1;
    }
}

/// Sends `number` fresh copies of the sample and prints the totals.
pub(super) async fn run(
    sender: &SampleSender<'_>,
    renewal: &Renewal<'_>,
    number: u32,
    pace: Option<Rate>,
    store: &store::Config,
    wait: Duration,
) -> anyhow::Result<ExitCode> {
    let began = Instant::now();
    let since = Timestamp::now();
    // The first one ends the sending; what was sent is still summed up.
    let stop = signals::shutdown()?;
    let totals = send(sender, renewal, number, pace, &stop).await;
    if stop.is_cancelled() {
        out!("stopped before all were sent");
    }
    let took = began.elapsed();
    for (line, many) in &totals.responses {
        out!("{line}: {many}");
    }
    out!("{} sent in {:.1} s", counted(totals.sent() as usize, "request"), took.as_secs_f64());
    if totals.taken.is_empty() {
        return totals.first_error.map_or(Ok(ExitCode::from(1)), Err);
    }
    let tracker = DeliveryTracker::open(store, &sender.source.name, since).await?;
    let outcomes = outcomes(&tracker, &totals.taken, wait).await?;
    let of = |outcome: EventOutcome| outcomes.iter().filter(|other| **other == outcome).count();
    let delivered = of(EventOutcome::Delivered);
    let rest = [
        (EventOutcome::Pending, "pending"),
        (EventOutcome::Collecting, "held back by their route"),
        (EventOutcome::Unrouted, "unrouted"),
        (EventOutcome::Dead, "dead"),
    ];
    let rest = rest.map(|(outcome, word)| (of(outcome), word)).into_iter().filter(|(many, _)| *many > 0);
    let rest: String = rest.map(|(many, word)| format!(", {many} {word}")).collect();
    out!("delivered: {delivered} of {}{rest}", totals.taken.len());
    if let Some(error) = totals.first_error {
        eprintln!("error: {error:#}");
    }
    Ok(if delivered == number as usize { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// At a rate a slow response delays no other request; without one each waits for the response before it.
async fn send(
    sender: &SampleSender<'_>,
    renewal: &Renewal<'_>,
    number: u32,
    pace: Option<Rate>,
    stop: &CancellationToken,
) -> BurstTotals {
    let mut totals = BurstTotals::default();
    let progress = Progress::new(number);
    let mut under_way = FuturesUnordered::new();
    let mut ticks = pace.map(|pace| tokio::time::interval((pace.span / pace.count).max(Duration::from_micros(1))));
    for _ in 0..number {
        if let Some(ticks) = &mut ticks {
            loop {
                tokio::select! {
                    _ = ticks.tick() => break,
                    () = stop.cancelled() => break,
                    Some(response) = under_way.next() => totals.add(response),
                }
            }
        } else if let Some(response) = under_way.next().await {
            totals.add(response);
        }
        if stop.is_cancelled() {
            break;
        }
        progress.set(totals.sent());
        let now = Timestamp::now();
        match renewal.next(now) {
            Ok(fresh) => under_way.push(async move { sender.post(&fresh, now).await }),
            Err(error) => totals.add(Err(error.into())),
        }
    }
    while let Some(response) = under_way.next().await {
        totals.add(response);
        progress.set(totals.sent());
    }
    progress.finish();
    totals
}

/// How each accepted event ended; all share one deadline.
async fn outcomes(
    tracker: &DeliveryTracker,
    taken: &[(Option<EventId>, String)],
    wait: Duration,
) -> anyhow::Result<Vec<EventOutcome>> {
    let until = Instant::now() + wait;
    let unknown = taken.iter().any(|(event, _)| event.is_none());
    // A request may hold several events, of which one has the reference.
    let received = if unknown { tracker.received(taken.len() * 20 + 100).await? } else { Vec::new() };
    let received: BTreeMap<String, EventId> = received.into_iter().collect();
    let mut outcomes = Vec::with_capacity(taken.len());
    for (event, reference) in taken {
        if let Some(event) = event.or_else(|| received.get(reference).copied()) {
            outcomes.push(tracker.outcome(event, until).await?.0);
        }
    }
    Ok(outcomes)
}
