//! The courier against a sink that limits as Discord does: a burst into one channel, an idle lane beside many that are
//! blocked, and a large backlog.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use hookbell::store::{self, NewEvent, Store, StoreUrl};
use hookbell_model::delivery::{NewDelivery, Plan};
use hookbell_model::event::{Event, EventId, Facts, Identity, Raw, Topic};
use hookbell_model::timestamp::Timestamp;
use tempfile::TempDir;

use crate::limited::{LimitedSink, Webhook};
use crate::load::{Connection, Requests, body, burst};
use crate::process::{Program, destination, route, source};
use crate::row;

const LANES: usize = 100;
/// Webhook ids begin here.
const FIRST_WEBHOOK: usize = 1000;

/// Many events into one channel: until all are there, and whether each is there once, in order.
pub(crate) async fn burst_into_one_channel(events: usize) {
    let sink = LimitedSink::start(HashMap::new()).await;
    let tables = format!("{}\n{}\n{}", destination("sales", 1), source("stripe"), route("stripe", &["sales"]));
    let program = Program::start(&sink.base(), "", &tables, folder()).await;
    // The one that every start sends.
    assert!(sink.wait_for(Duration::from_secs(10), |arrivals| arrivals.len() == 1).await, "nothing arrives");
    let requests = Requests::signed(events);
    let start = Instant::now();
    // Over one connection, so that there is one order of acceptance.
    burst(program.public, &requests, 1).await;
    let accepted = start.elapsed();
    let everything = sink.wait_for(Duration::from_secs(600), |arrivals| arrivals.len() > events).await;
    let took = start.elapsed();
    let order: HashMap<&str, usize> = requests.iter().enumerate().map(|(at, (id, _))| (id.as_str(), at)).collect();
    let arrivals: Vec<usize> =
        sink.arrivals().iter().filter_map(|arrival| order.get(arrival.event.as_str()).copied()).collect();
    let mut times = BTreeMap::<usize, usize>::new();
    for arrival in &arrivals {
        *times.entry(*arrival).or_default() += 1;
    }
    let what = format!("{events} events at once");
    row(&format!("{what}: accepted"), accepted.as_secs_f64(), 0.0, "s");
    row(&format!("{what}: all in the channel"), took.as_secs_f64(), 0.0, if everything { "s" } else { "s, NOT ALL" });
    let counts = sink.counts();
    row(&format!("{what}: messages"), counts.messages as f64, 0.0, "");
    row(&format!("{what}: answers with 429"), counts.refused as f64, 0.0, "");
    row(&format!("{what}: lost"), (events - times.len()) as f64, 0.0, "");
    row(&format!("{what}: doubled"), (arrivals.len() - times.len()) as f64, 0.0, "");
    let out_of_order = arrivals.windows(2).filter(|pair| pair[0] > pair[1]).count();
    row(&format!("{what}: out of order"), out_of_order as f64, 0.0, "");
}

/// 99 lanes hold 100 events each and cannot send: a third is limited, a third is refused with 503, a third gets no answer.
/// An event for the one that is idle, each time its bucket allows one.
pub(crate) async fn idle_lane(events: usize) {
    let names: Vec<String> = (1..LANES).map(|at| format!("blocked{at}")).collect();
    let ways = [Webhook::Limited, Webhook::Unavailable, Webhook::Hangs];
    let blocked = (1..LANES).map(|at| ((FIRST_WEBHOOK + at).to_string(), ways[at % 3])).collect();
    let sink = LimitedSink::start(blocked).await;
    let mut tables = format!("{}\n{}\n{}\n", destination("idle", 1), source("stripe"), source("other"));
    for (at, name) in (1..).zip(&names) {
        tables.push_str(&destination(name, FIRST_WEBHOOK + at));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    tables.push_str(&format!("{}\n{}", route("stripe", &["idle"]), route("other", &names)));
    let program = Program::start(&sink.base(), "", &tables, folder()).await;
    burst(program.public, &Requests::to("other", 100), 8).await;
    // Each has tried once.
    assert!(sink.wait_for_blocked(Duration::from_secs(60)).await, "a lane has not begun");
    let requests = Requests::signed(events);
    let mut connection = Connection::open(program.public).await;
    let mut pace = tokio::time::interval(Duration::from_millis(2_100));
    let mut sent = HashMap::new();
    let cpu = program.cpu();
    let start = Instant::now();
    for (id, request) in requests.iter() {
        pace.tick().await;
        sent.insert(id.clone(), Instant::now());
        connection.exchange(request).await;
    }
    let all = |arrivals: &[crate::limited::Arrival]| {
        arrivals.iter().filter(|arrival| sent.contains_key(&arrival.event)).count() == requests.len()
    };
    assert!(sink.wait_for(Duration::from_secs(120), all).await, "not all of the idle lane's events arrived");
    let cpu = (program.cpu() - cpu).as_secs_f64() / start.elapsed().as_secs_f64();
    let took =
        |arrival: &crate::limited::Arrival| Some((arrival.at - *sent.get(&arrival.event)?).as_secs_f64() * 1000.0);
    let mut took: Vec<f64> = sink.arrivals().iter().filter_map(took).collect();
    took.sort_by(f64::total_cmp);
    row("idle lane beside 99 blocked: p50", took[took.len() / 2], 0.0, "ms");
    row("idle lane beside 99 blocked: p99", took[took.len() * 99 / 100], 0.0, "ms");
    let slow = took.iter().filter(|took| **took > 100.0).count();
    row(&format!("idle lane beside 99 blocked: of {} over 100 ms", took.len()), slow as f64, 0.0, "");
    row("idle lane beside 99 blocked: answers with 429", sink.counts().refused as f64, 0.0, "");
    row("idle lane beside 99 blocked: posts to them", sink.counts().posts_to_blocked as f64, 0.0, "");
    row("idle lane beside 99 blocked: processor", cpu * 100.0, 0.0, "%");
}

/// Starts on a file that holds so many pending deliveries, in one lane and in a hundred.
pub(crate) async fn backlogs(counts: &[usize]) {
    for lanes in [1, LANES] {
        let mut folder = folder();
        let mut there = 0;
        for count in counts {
            fill(&folder, lanes, there..*count).await;
            there = *count;
            let what = format!("{count} deliveries, {lanes} {}", if lanes == 1 { "lane" } else { "lanes" });
            folder = start_on(folder, lanes, &what).await;
            queries(&folder, &what).await;
        }
    }
}

async fn start_on(folder: TempDir, lanes: usize, what: &str) -> TempDir {
    let sink = LimitedSink::start(HashMap::new()).await;
    let names: Vec<String> = (0..lanes).map(lane).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut tables = format!("{}\n", source("stripe"));
    for (at, name) in names.iter().enumerate() {
        tables.push_str(&destination(name, FIRST_WEBHOOK + at));
    }
    tables.push_str(&route("stripe", &names));
    let program = Program::spawn(&sink.base(), "", &tables, folder);
    assert!(sink.wait_for(Duration::from_secs(60), |arrivals| !arrivals.is_empty()).await, "nothing arrives");
    let first = sink.arrivals()[0].at - program.started;
    let of_each = |arrivals: &[crate::limited::Arrival]| {
        let begun: std::collections::BTreeSet<&str> = arrivals.iter().map(|arrival| arrival.webhook.as_str()).collect();
        begun.len() == lanes
    };
    assert!(sink.wait_for(Duration::from_secs(60), of_each).await, "a lane has not begun");
    let last = program.started.elapsed();
    row(&format!("{what}: start to first send"), first.as_secs_f64() * 1000.0, 0.0, "ms");
    row(&format!("{what}: until each lane has sent"), last.as_secs_f64() * 1000.0, 0.0, "ms");
    // A few requests of each lane later.
    tokio::time::sleep(Duration::from_secs(3)).await;
    row(&format!("{what}: memory"), program.rss_mib(), 0.0, "MiB");
    row(&format!("{what}: memory at its highest"), program.peak_mib(), 0.0, "MiB");
    row(&format!("{what}: answers with 429"), sink.counts().refused as f64, 0.0, "");
    program.kill()
}

/// What a lane asks the store for before each request.
async fn queries(folder: &TempDir, what: &str) {
    const TIMES: u32 = 200;
    let start = Instant::now();
    let store = open(folder).await;
    row(&format!("{what}: opening the store"), start.elapsed().as_secs_f64() * 1000.0, 0.0, "ms");
    let now = Timestamp::now();
    let start = Instant::now();
    for _ in 0..TIMES {
        store.claim_lane(&lane(0), "bench", now, now.after(Duration::from_secs(60))).await.expect("a claim");
    }
    row(&format!("{what}: claim"), start.elapsed().as_secs_f64() * 1e6 / f64::from(TIMES), 0.0, "µs");
    for limit in [1, 40] {
        let start = Instant::now();
        for _ in 0..TIMES {
            assert!(!store.heads(&lane(0), limit).await.expect("heads").is_empty(), "the lane is empty");
        }
        row(&format!("{what}: {limit} heads"), start.elapsed().as_secs_f64() * 1e6 / f64::from(TIMES), 0.0, "µs");
    }
    let start = Instant::now();
    store.posts_since(&lane(0), now.before(Duration::from_secs(60))).await.expect("posts");
    row(&format!("{what}: the last minute's posts"), start.elapsed().as_secs_f64() * 1000.0, 0.0, "ms");
    let start = Instant::now();
    store.lanes().await.expect("lanes");
    row(&format!("{what}: all lanes, as /metrics asks"), start.elapsed().as_secs_f64() * 1000.0, 0.0, "ms");
    store.release_lanes("bench").await.expect("released");
    store.close().await;
}

/// Pending deliveries with these numbers, in turn over the lanes.
async fn fill(folder: &TempDir, lanes: usize, numbers: std::ops::Range<usize>) {
    const AT_ONCE: usize = 2_000;
    let store = open(folder).await;
    let numbers: Vec<usize> = numbers.collect();
    for numbers in numbers.chunks(AT_ONCE) {
        let events = numbers.iter().map(|at| new_event(*at, lane(at % lanes))).collect();
        store.accept_all(events).await.expect("kept");
    }
    store.close().await;
}

fn new_event(at: usize, destination: String) -> NewEvent {
    let id = format!("benchevent{at}");
    let event = Event {
        id: EventId::UNSET,
        source: "stripe".into(),
        provider: "stripe".into(),
        reference: id.clone(),
        event_type: "payment_intent.succeeded".into(),
        topic: Topic::Payment,
        facts: Facts::default(),
        time: Timestamp::now(),
        received: Timestamp::now(),
    };
    NewEvent {
        event,
        identity: Identity::Id,
        raw: Raw { body: body(&id, 0).into_bytes(), ..Raw::default() },
        receipt: None,
        deliveries: vec![NewDelivery { destination, plan: Plan::default() }],
        sales: Vec::new(),
    }
}

fn lane(at: usize) -> String {
    format!("lane{at}")
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// The file that a config in this folder names by default.
async fn open(folder: &TempDir) -> Store {
    let config = store::Config::new(StoreUrl::sqlite(folder.path().join("hookbell.db")));
    Store::open(&config).await.expect("the store opens")
}
