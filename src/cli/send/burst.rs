//! Many samples at a pace, each a new event, and the sums of what the server and Discord made of them.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::time::Instant;

use super::trail::{End, Trail};
use super::{Heard, Sender, out};
use crate::cli::count as counted;
use crate::store;
use hookbell_model::event::EventId;
use hookbell_model::timestamp::{Timestamp, parse_duration};
use hookbell_provider::Sample;

/// The time between two requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pace(Duration);

impl Pace {
    /// Reads `10/s`, `100/m`, `5/10s`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "expected a rate such as `10/s`, `100/m` or `5/10s`".to_owned();
        let (count, span) = text.split_once('/').ok_or_else(wrong)?;
        let one = if span.trim().starts_with(|c: char| c.is_ascii_digit()) { "" } else { "1" };
        let span = parse_duration(&format!("{one}{}", span.trim())).map_err(|_| wrong())?;
        let count = count.trim().parse::<u32>().ok().filter(|count| *count > 0 && !span.is_zero()).ok_or_else(wrong)?;
        Ok(Self(span / count))
    }
}

/// What was heard so far.
#[derive(Default)]
struct Sums {
    /// By status and word.
    answers: BTreeMap<String, u32>,
    /// Requests that were taken: hookbell's id where it was told, and the reference.
    taken: Vec<(Option<EventId>, String)>,
    first_trouble: Option<anyhow::Error>,
}

impl Sums {
    fn add(&mut self, answer: anyhow::Result<(Heard, String)>) {
        let told = match answer {
            Ok((heard, reference)) => {
                let word = heard.word().map(|word| format!(" {word}")).unwrap_or_default();
                if heard.is_success() && heard.word() != Some("ignored") {
                    self.taken.push((heard.event(), reference));
                }
                format!("{}{word}", heard.status)
            }
            Err(error) => {
                self.first_trouble.get_or_insert(error);
                "no answer".to_owned()
            }
        };
        *self.answers.entry(told).or_default() += 1;
    }
}

/// Sends `number` fresh copies of the sample and tells the sums.
pub(super) async fn run(
    sender: &Sender<'_>,
    sample: &Sample,
    number: u32,
    pace: Option<&Pace>,
    store: &store::Config,
    wait: Duration,
) -> anyhow::Result<ExitCode> {
    let began = Instant::now();
    let since = Timestamp::now();
    let sums = send(sender, sample, number, pace).await;
    let took = began.elapsed();
    for (told, many) in &sums.answers {
        out!("{told}: {many}");
    }
    out!("{} sent in {:.1} s", counted(number as usize, "request"), took.as_secs_f64());
    if sums.taken.is_empty() {
        return sums.first_trouble.map_or(Ok(ExitCode::from(1)), Err);
    }
    let trail = Trail::open(store, &sender.source.name, since).await?;
    let ends = ends(&trail, &sums.taken, wait).await?;
    let of = |end: End| ends.iter().filter(|other| **other == end).count();
    let delivered = of(End::Delivered);
    let rest = [(End::Pending, "pending"), (End::Unrouted, "unrouted"), (End::Dead, "dead")];
    let rest = rest.map(|(end, word)| (of(end), word)).into_iter().filter(|(many, _)| *many > 0);
    let rest: String = rest.map(|(many, word)| format!(", {many} {word}")).collect();
    out!("delivered: {delivered} of {}{rest}", sums.taken.len());
    if let Some(error) = sums.first_trouble {
        eprintln!("error: {error:#}");
    }
    Ok(if delivered == number as usize { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// At a pace a slow answer delays no other request; without one each waits for the answer before it.
async fn send(sender: &Sender<'_>, sample: &Sample, number: u32, pace: Option<&Pace>) -> Sums {
    let mut sums = Sums::default();
    let mut under_way = FuturesUnordered::new();
    let mut ticks = pace.map(|pace| tokio::time::interval(pace.0.max(Duration::from_micros(1))));
    for _ in 0..number {
        if let Some(ticks) = &mut ticks {
            loop {
                tokio::select! {
                    _ = ticks.tick() => break,
                    Some(answer) = under_way.next() => sums.add(answer),
                }
            }
        } else if let Some(answer) = under_way.next().await {
            sums.add(answer);
        }
        let now = Timestamp::now();
        let fresh = sender.source.provider.renewed(sample, now);
        under_way.push(async move { sender.post(&fresh, now).await });
    }
    while let Some(answer) = under_way.next().await {
        sums.add(answer);
    }
    sums
}

/// How each event that was taken ended; all share the same patience.
async fn ends(trail: &Trail, taken: &[(Option<EventId>, String)], wait: Duration) -> anyhow::Result<Vec<End>> {
    let until = Instant::now() + wait;
    let unknown = taken.iter().any(|(told, _)| told.is_none());
    // A request may hold several events, of which one has the reference.
    let received = if unknown { trail.received(taken.len() * 20 + 100).await? } else { Vec::new() };
    let received: BTreeMap<String, EventId> = received.into_iter().collect();
    let mut ends = Vec::with_capacity(taken.len());
    for (told, reference) in taken {
        if let Some(event) = told.or_else(|| received.get(reference).copied()) {
            ends.push(trail.end(event, until).await?.0);
        }
    }
    Ok(ends)
}
