//! What may not be seen does not exist, by the clock too: an answer about an event of somewhere else takes as long as one about an
//! event of nowhere.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::fixture::{Asker, BotFixture, command, pressed, typing};
use hookbell_model::event::EventId;

const HERE: usize = 200;
const ELSEWHERE: usize = 200;
/// Of each kind in one round.
const TRIES: usize = 1_000;
/// The same of suggestions, each of which reads what is in view: a hundred times as much as a look at one event.
const TRIES_OF_SUGGESTIONS: usize = 200;
/// A difference that is there shows in every round; one that is the machine's does not.
const ROUNDS: usize = 8;
/// The means of both kinds differ by less.
const TOLERANCE: f64 = 0.05;

/// Ids of events that exist elsewhere, and of as many that exist nowhere.
async fn ids(fixture: &BotFixture) -> (Vec<String>, Vec<String>) {
    let mut elsewhere = Vec::new();
    let mut newest = EventId::UNSET;
    for number in 0..HERE + ELSEWHERE {
        let to: &[&str] = if number.is_multiple_of(2) { &["sales"] } else { &["secret"] };
        newest = fixture.event(to, |event| event.facts.actor = Some("x".repeat(4_000))).await;
        elsewhere.extend((!number.is_multiple_of(2)).then(|| newest.to_string()));
    }
    // Numbers that no event has yet, whose beginnings are no other's.
    let taken: BTreeSet<String> = (0..=newest.0).map(|number| beginning(&EventId(number).to_string(), 4)).collect();
    let free = (newest.0 + 1..).map(|number| EventId(number).to_string());
    let nowhere = free.filter(|id| !taken.contains(&beginning(id, 4))).take(elsewhere.len()).collect();
    (elsewhere, nowhere)
}

fn beginning(id: &str, length: usize) -> String {
    id.chars().take(length).collect()
}

/// The mean of the middle half: what takes longer because the machine does something else does not count.
fn mean(mut times: Vec<Duration>) -> f64 {
    times.sort();
    let middle = times.get(times.len() / 4..times.len() * 3 / 4).unwrap_or_default();
    middle.iter().map(Duration::as_secs_f64).sum::<f64>() / middle.len() as f64
}

async fn timed(fixture: &BotFixture, request: Value) -> (Duration, String) {
    // Somebody new each time: one person may not ask so often.
    let user: &'static str = fastrand::u64(1..1 << 60).to_string().leak();
    let asker = Asker { user, ..Asker::default() };
    let started = Instant::now();
    let text = match fixture.ask(asker, request).await {
        Ok(answer) => answer.callback().to_string(),
        Err(error) => format!("{error:?}"),
    };
    (started.elapsed(), text)
}

/// By how much the means differ, and what was answered: in the order of the questions at random.
async fn difference(
    fixture: &BotFixture,
    ask: &impl Fn(&str) -> Value,
    (tries, ids): (usize, &(Vec<String>, Vec<String>)),
) -> f64 {
    let (mut elsewhere, mut nowhere) = (Vec::new(), Vec::new());
    for number in 0..tries {
        let pair = [(&ids.0, &mut elsewhere), (&ids.1, &mut nowhere)];
        let mut texts = Vec::new();
        let mut pair: Vec<_> = pair.into_iter().collect();
        if fastrand::bool() {
            pair.reverse();
        }
        for (ids, times) in pair {
            let id = &ids[number % ids.len()];
            let (time, text) = timed(fixture, ask(id)).await;
            times.push(time);
            texts.push(text.replace(id, "ID").replace(&beginning(id, 4), "ID"));
        }
        assert_eq!(texts[0], texts[1], "the same words");
    }
    let (elsewhere, nowhere) = (mean(elsewhere), mean(nowhere));
    (elsewhere - nowhere) / nowhere
}

async fn cannot_be_told_apart(
    fixture: &BotFixture,
    (tries, ids): (usize, &(Vec<String>, Vec<String>)),
    what: &str,
    ask: impl Fn(&str) -> Value,
) {
    let mut seen = Vec::new();
    while seen.len() < ROUNDS {
        let difference = difference(fixture, &ask, (tries, ids)).await;
        if difference.abs() < TOLERANCE {
            eprintln!("{what}: {difference:+.3} after {seen:.3?}");
            return;
        }
        seen.push(difference);
    }
    panic!("{what}: an event of elsewhere is told from one of nowhere by the time: {seen:.3?}");
}

#[tokio::test]
async fn suggestions_take_as_long_for_the_beginning_of_an_id_of_elsewhere() {
    let fixture = BotFixture::new().await;
    let ids = ids(&fixture).await;
    cannot_be_told_apart(&fixture, (TRIES_OF_SUGGESTIONS, &ids), "suggestions", |id| {
        typing("events show", "id", &beginning(id, 4))
    })
    .await;
}

#[tokio::test]
async fn an_event_of_elsewhere_takes_as_long_as_one_of_nowhere() {
    let fixture = BotFixture::new().await;
    let ids = ids(&fixture).await;
    for name in ["events show", "events explain"] {
        cannot_be_told_apart(&fixture, (TRIES, &ids), name, |id| command(name, &[("id", json!(id))])).await;
        let prefix = |id: &str| command(name, &[("id", json!(beginning(id, 4)))]);
        cannot_be_told_apart(&fixture, (TRIES, &ids), &format!("{name}, four letters"), prefix).await;
    }
    for action in ["details", "explain"] {
        let press = |id: &str| pressed(&format!("1:{action}:h.{id}"));
        cannot_be_told_apart(&fixture, (TRIES, &ids), &format!("the button {action}"), press).await;
    }
}
