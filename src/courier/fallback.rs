//! A way out that is not the lane's own: when a lane is parked, or its oldest delivery waits for longer than it may, its
//! destination's fallback gets one note, and one more when that is over. What was told is kept in the store, so that a
//! restart does not tell it again.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::{info, warn};

use super::settings::{Destination, Fallback, FallbackTarget};
use super::shared::Courier;
use super::stop::Stop;
use crate::store::{self, LaneHealth, Store, ToldCondition};
use hookbell_model::delivery::backoff;
use hookbell_model::own_event::{LaneCondition, LaneNote, OwnEvent};
use hookbell_model::timestamp::Timestamp;

/// Between two looks at the lanes that have a fallback.
const INTERVAL: Duration = Duration::from_secs(2);

/// What follows for a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Nothing,
    Tell(ToldCondition),
    /// It recovered from this.
    Recovered(ToldCondition),
}

/// Looks after the lanes that have a fallback, until the signal to stop.
pub(super) async fn run(courier: Arc<Courier>, stop: Stop) {
    let mut failures = HashMap::new();
    while !stop.is_set() {
        let settings = courier.settings();
        for destination in &settings.destinations {
            let Some(fallback) = &destination.fallback else { continue };
            if failures.get(&destination.name).is_some_and(|(_, again): &(u32, Instant)| *again > Instant::now()) {
                continue;
            }
            match look_after(&courier, destination, fallback).await {
                Ok(()) => drop(failures.remove(&destination.name)),
                Err(error) => {
                    let count = failures.get(&destination.name).map_or(0, |(count, _)| *count) + 1;
                    let pause = backoff(count.clamp(3, 9), fastrand::f64());
                    warn!(destination = destination.name, error, "the fallback could not be told; it is tried again");
                    failures.insert(destination.name.clone(), (count, Instant::now() + pause));
                }
            }
        }
        stop.sleep(INTERVAL).await;
    }
}

async fn look_after(courier: &Courier, destination: &Destination, fallback: &Fallback) -> Result<(), String> {
    let now = courier.clock.now();
    let health = courier.store.lane_health(&destination.name).await.map_err(text)?;
    let (told, state) = match next(&health, fallback.after, now) {
        Next::Nothing => return Ok(()),
        Next::Tell(condition) => (condition, condition.state),
        Next::Recovered(condition) => (condition, LaneCondition::Recovered),
    };
    let note = note(&courier.store, destination, &health, told, state).await.map_err(text)?;
    send(courier, fallback, note, now).await?;
    let told = (state != LaneCondition::Recovered).then_some(told);
    courier.store.tell_fallback(&destination.name, told).await.map_err(text)?;
    info!(destination = destination.name, ?state, "the fallback was told");
    Ok(())
}

fn next(health: &LaneHealth, after: Duration, now: Timestamp) -> Next {
    let age = health.oldest.map(|oldest| now.since(oldest)).unwrap_or_default();
    match (&health.parked, health.told) {
        (Some(parked), None) => Next::Tell(ToldCondition { state: LaneCondition::Parked, since: parked.since }),
        // What an operator has paused is late on purpose.
        (None, None) if health.paused.is_none() && age > after => {
            Next::Tell(ToldCondition { state: LaneCondition::Late, since: health.oldest.unwrap_or(now) })
        }
        // Half of the time: a lane that is nearly late would be told again and again.
        (None, Some(told)) if health.paused.is_none() && age <= after / 2 => Next::Recovered(told),
        _ => Next::Nothing,
    }
}

async fn note(
    store: &Store,
    destination: &Destination,
    health: &LaneHealth,
    told: ToldCondition,
    state: LaneCondition,
) -> store::Result<LaneNote> {
    let backlog = store.backlog(&destination.name).await?;
    let is_over = state == LaneCondition::Recovered;
    let reason = match &health.parked {
        Some(parked) => Some(parked.reason.to_string()),
        None => health.reason.as_ref().map(ToString::to_string),
    };
    Ok(LaneNote {
        state,
        destination: destination.name.clone(),
        waiting: backlog.count,
        oldest: health.oldest.map(Timestamp::secs),
        since: told.since.secs(),
        reason: reason.filter(|_| !is_over),
        worst: backlog.worst.filter(|_| !is_over),
    })
}

async fn send(courier: &Courier, fallback: &Fallback, note: LaneNote, now: Timestamp) -> Result<(), String> {
    match &fallback.to {
        FallbackTarget::Destination(name) => {
            let (event, raw) = OwnEvent::Lane(note).into_event(now);
            // Its reference makes one that was kept before a crash a repetition.
            courier.store.accept(event, raw, OwnEvent::deliveries([name])).await.map(drop).map_err(text)
        }
        FallbackTarget::Http(target) => {
            let reference = note.reference();
            let body = OwnEvent::Lane(note).to_note(now);
            courier.notifier.send(target, &reference, &body, now).await.map_err(text)
        }
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Parked, Paused};
    use hookbell_model::delivery::ParkReason;

    const AFTER: Duration = Duration::from_secs(600);
    const NOW: Timestamp = Timestamp(10_000_000);

    fn aged(seconds: u64) -> LaneHealth {
        LaneHealth { oldest: Some(NOW.before(Duration::from_secs(seconds))), ..LaneHealth::default() }
    }

    #[test]
    fn one_note_when_it_begins_and_one_when_it_is_over() {
        let reason = ParkReason::Untyped { text: "gone".into() };
        let parked = Some(Parked { reason, fingerprint: "f".into(), since: Timestamp(5) });
        let late = ToldCondition { state: LaneCondition::Late, since: NOW.before(Duration::from_secs(700)) };
        let dead = ToldCondition { state: LaneCondition::Parked, since: Timestamp(5) };
        let told = Some(late);
        let paused = Some(Paused { since: NOW, reason: None });
        for (health, expected) in [
            (LaneHealth::default(), Next::Nothing),
            (aged(599), Next::Nothing),
            (aged(700), Next::Tell(late)),
            (LaneHealth { paused: paused.clone(), ..aged(700) }, Next::Nothing),
            (LaneHealth { told, ..aged(800) }, Next::Nothing),
            (LaneHealth { told, ..aged(400) }, Next::Nothing),
            (LaneHealth { told, ..aged(20) }, Next::Recovered(late)),
            (LaneHealth { told, ..LaneHealth::default() }, Next::Recovered(late)),
            (LaneHealth { parked: parked.clone(), ..LaneHealth::default() }, Next::Tell(dead)),
            (LaneHealth { parked: parked.clone(), told, ..aged(9) }, Next::Nothing),
        ] {
            assert_eq!(next(&health, AFTER, NOW), expected, "{health:?}");
        }
        // A clock that was set back makes nothing late.
        assert_eq!(next(&aged(700), AFTER, NOW.before(Duration::from_secs(86_400))), Next::Nothing);
    }
}
