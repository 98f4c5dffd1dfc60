//! Twenty interactions and ten suggestions a second among a million events, while fifty events a second come in and go out: how
//! long people wait, and whether intake and courier notice. Phases with and without questions take turns, so that what else
//! the machine does concerns all. The senders and the stand-in have threads of their own, so that nothing is measured that waits for
//! the askers here.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use hookbell::store::{Config, Store, StoreUrl};
use hookbell_fake_discord::permission::ALL;
use hookbell_fake_discord::{InteractionResponse, Member, RateLimits, StandIn, StandInOptions};
use hookbell_model::event::EventId;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::history::{HERE, fill};
use crate::load::{Connection, Requests};
use crate::process::{Program, route, source};
use crate::row;

const EVENTS_A_SECOND: usize = 50;
const COMMANDS_A_SECOND: usize = 20;
const SUGGESTIONS_A_SECOND: usize = 10;
/// So many people that nobody asks too often.
const PEOPLE: usize = 40;
const PATIENCE: Duration = Duration::from_secs(60);

/// What goes on beside the events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    /// Without searches.
    Questions,
    /// A tenth of the commands searches for what is not there.
    Searches,
}

/// How much of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    pub(crate) events: usize,
    /// Phases of each kind.
    pub(crate) phases: usize,
    pub(crate) seconds: usize,
}

/// Milliseconds. Of intake and delivery phase by phase: what disturbs the whole machine for a second disturbs one of them.
#[derive(Default)]
struct Times {
    intake: Vec<Vec<f64>>,
    delivery: Vec<Vec<f64>>,
    commands: Vec<f64>,
    suggestions: Vec<f64>,
}

pub(crate) async fn asked(extent: Extent) {
    let options = StandInOptions { limits: RateLimits::NONE, ..StandInOptions::default() };
    let own = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let discord = own.spawn(StandIn::start(options)).await.expect("no panic").expect("a stand-in");
    let discord = Arc::new(discord);
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&Config::new(StoreUrl::sqlite(folder.path().join("hookbell.db")))).await.expect("opens");
    fill(&store, extent.events).await;
    store.close().await;
    let bot = format!("bot_token = \"{}\"\nguilds = [\"{}\"]\n", discord.bot_token(), HERE.0);
    let webhook = discord.webhook_url("alerts").expect("a webhook");
    let destination = format!("[destinations.sales]\nwebhook_url = \"{webhook}\"\n");
    let tables = format!("{destination}{}{}", source("stripe"), route("stripe", &["sales"]));
    let program = Program::start(&discord.base(), &bot, &tables, folder).await;
    let registered = |discord: &StandIn| (!discord.commands(HERE.1).is_empty()).then_some(());
    discord.wait_for(PATIENCE, registered).await.expect("the bot's commands");

    let (mut alone, mut questions, mut searches) = (Times::default(), Times::default(), Times::default());
    // The first warms caches up and does not count.
    phase(&discord, &program, extent, Beside::Searches, &mut Times::default()).await;
    for _ in 0..extent.phases {
        phase(&discord, &program, extent, Beside::Nothing, &mut alone).await;
        phase(&discord, &program, extent, Beside::Questions, &mut questions).await;
        phase(&discord, &program, extent, Beside::Searches, &mut searches).await;
    }
    for (beside, times) in [("questions", &mut questions), ("searches too", &mut searches)] {
        for (name, share) in [("p50", 50), ("p90", 90), ("p99", 99)] {
            let (ours, floor) = (usual(&mut times.intake, share), usual(&mut alone.intake, share));
            row(&format!("answer to a sender, {name}, beside {beside} / alone"), ours, floor, "ms");
            let (ours, floor) = (usual(&mut times.delivery, share), usual(&mut alone.delivery, share));
            row(&format!("send to Discord, {name}, beside {beside} / alone"), ours, floor, "ms");
        }
    }
    let all = [
        ("answer to a command", &mut questions.commands),
        ("answer to a command, searches too", &mut searches.commands),
        ("suggestions", &mut searches.suggestions),
    ];
    for (what, times) in all {
        row(&format!("{what}, p50 of {}", times.len()), percentile(times, 50), 0.0, "ms");
        row(&format!("{what}, p99"), percentile(times, 99), 0.0, "ms");
        row(&format!("{what}, the slowest"), percentile(times, 100), 0.0, "ms");
    }
    row("memory at its highest", program.peak_mib(), 0.0, "MiB");
    drop(program);
    // A runtime cannot be dropped within another one.
    own.shutdown_background();
}

/// Events at their pace, with questions beside them or without.
async fn phase(discord: &Arc<StandIn>, program: &Program, extent: Extent, beside: Beside, times: &mut Times) {
    let questions = (beside != Beside::Nothing).then(|| tokio::spawn(ask(Arc::clone(discord), extent, beside)));
    let requests = Requests::signed(EVENTS_A_SECOND * extent.seconds);
    let (to, mut arrived) = (program.public, HashMap::new());
    let mut sender = tokio::task::spawn_blocking(move || send(to, &requests));
    let (intake, sent) = loop {
        tokio::select! {
            done = &mut sender => break done.expect("no panic"),
            // The stand-in remembers its last requests only.
            () = tokio::time::sleep(Duration::from_secs(10)) => collect(discord, &mut arrived),
        }
    };
    times.intake.push(intake);
    let all_arrived = |discord: &StandIn| {
        collect(discord, &mut arrived);
        sent.keys().all(|id| arrived.contains_key(id)).then_some(())
    };
    discord.wait_for(PATIENCE, all_arrived).await.expect("an event is lost");
    let took = |(id, at): (&String, &SystemTime)| arrived[id].duration_since(*at).unwrap_or_default();
    times.delivery.push(sent.iter().map(took).map(milliseconds).collect());
    if let Some(questions) = questions {
        let (commands, suggestions) = questions.await.expect("no panic");
        times.commands.extend(commands);
        times.suggestions.extend(suggestions);
    }
}

/// Sends events at their pace, from a thread of its own; how long each answer took, and when each was sent.
fn send(to: SocketAddr, requests: &Requests) -> (Vec<f64>, HashMap<String, SystemTime>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (mut intake, mut sent) = (Vec::new(), HashMap::new());
        let mut connection = Connection::open(to).await;
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / u32::try_from(EVENTS_A_SECOND).expect("fits"));
        for (id, request) in requests.iter() {
            ticks.tick().await;
            sent.insert(id.clone(), SystemTime::now());
            let started = Instant::now();
            connection.exchange(request).await;
            intake.push(milliseconds(started.elapsed()));
        }
        (intake, sent)
    })
}

/// When each event came to Discord.
fn collect(discord: &StandIn, arrived: &mut HashMap<String, SystemTime>) {
    for request in discord.requests().into_iter().filter(|request| request.webhook.is_some()) {
        let text = request.body.as_ref().map(Value::to_string).unwrap_or_default();
        for part in text.split(|letter: char| !letter.is_ascii_alphanumeric()) {
            if part.starts_with("benchevent") {
                arrived.entry(part.to_owned()).or_insert(request.at.into());
            }
        }
    }
}

/// Questions at their pace; milliseconds of each command and of each suggestion.
async fn ask(discord: Arc<StandIn>, extent: Extent, beside: Beside) -> (Vec<f64>, Vec<f64>) {
    let (mut commands, mut suggestions) = (JoinSet::new(), JoinSet::new());
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / u32::try_from(COMMANDS_A_SECOND).expect("fits"));
    for number in 0..COMMANDS_A_SECOND * extent.seconds {
        ticks.tick().await;
        commands.spawn(command(Arc::clone(&discord), number, extent.events, beside));
        if number % (COMMANDS_A_SECOND / SUGGESTIONS_A_SECOND) == 0 {
            suggestions.spawn(suggest(Arc::clone(&discord), number, extent.events));
        }
    }
    (commands.join_all().await, suggestions.join_all().await)
}

fn asker(number: usize) -> Member {
    let person = number % PEOPLE;
    Member { id: (6000 + person).to_string(), name: format!("person{person}"), permissions: ALL, ..Member::default() }
}

/// An event of the asker's channel, somewhere in the history.
fn an_event(number: usize, events: usize) -> String {
    let at = (number * 7_919) % (events / 2) * 2 + 2;
    EventId(i64::try_from(at).expect("fits")).to_string()
}

async fn command(discord: Arc<StandIn>, number: usize, events: usize, beside: Beside) -> f64 {
    let here = discord.member(&asker(number)).in_channel(HERE.1);
    let id = an_event(number, events);
    let prefix: String = id.chars().take(5).collect();
    let source = format!("source-{}", number % 20);
    let order = format!("no order {number}");
    let (name, option): (&str, (&str, &str)) = match number % 10 {
        0..4 => ("events recent", ("count", "10")),
        4 => ("events recent", ("source", &source)),
        5 => ("events recent", ("source", "rare")),
        6 => ("events show", ("id", &id)),
        7 => ("events show", ("id", &prefix)),
        8 => ("events explain", ("id", &id)),
        _ if beside == Beside::Searches => ("events search", ("text", &order)),
        _ => ("events recent", ("topic", "payment")),
    };
    let started = Instant::now();
    let answer = here.command(name, &[option]).await.expect("sent");
    assert!(matches!(answer.response, InteractionResponse::Message(_)), "{name}: {answer:?}");
    milliseconds(started.elapsed())
}

async fn suggest(discord: Arc<StandIn>, number: usize, events: usize) -> f64 {
    let here = discord.member(&asker(number)).in_channel(HERE.1);
    let id = an_event(number, events);
    let prefix: String = id.chars().take(1 + number % 4).collect();
    let (name, option): (&str, (&str, &str)) = match number % 3 {
        0 => ("events recent", ("source", "so")),
        1 => ("events recent", ("type", "type")),
        _ => ("events show", ("id", &prefix)),
    };
    let started = Instant::now();
    let answer = here.suggest(name, &[option]).await.expect("sent");
    assert!(matches!(answer.response, InteractionResponse::Choices(_)), "{name}: {answer:?}");
    milliseconds(started.elapsed())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The percentile of the phase in the middle.
fn usual(phases: &mut [Vec<f64>], share: usize) -> f64 {
    let mut of_each: Vec<f64> = phases.iter_mut().map(|times| percentile(times, share)).collect();
    percentile(&mut of_each, 50)
}

fn percentile(times: &mut [f64], share: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    let at = (times.len() * share / 100).min(times.len().saturating_sub(1));
    times.get(at).copied().unwrap_or_default()
}
