//! The real binary, killed by SIGKILL at many random moments of bursts, while Discord fails in random ways.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use hookbell::store::{self, Store, StoreUrl};
use hookbell_model::delivery::{Delivery, Status};
use http::Method;
use serde_json::{Value, json};

use crate::sink::{ReceivedRequest, Reply, Sink, reply};
use crate::support::{PATIENCE, Process, client, eventually_within, fetch};

const KILLS: usize = 50;
/// Between two kills.
const EVENTS: usize = 8;
/// The lanes; the ids of their webhooks are their numbers, from one.
const LANES: [&str; 2] = ["alerts", "ops"];

const PROVIDER: &str = r#"
title = "Desk"
verify = "none"
[event]
type = "/type"
id = "/id"
"#;

const TEMPLATE: &str = r#"
provider = "desk"
[[message]]
name = "thing"
title = "thing {{ payload.n }}"
"#;

const TABLES: &str = r#"
[sources.desk]
provider = "desk"
verify = "none"
[[routes]]
source = "desk"
events = ["calm"]
to = ["alerts", "ops"]
[[routes]]
source = "desk"
events = ["urgent"]
to = ["alerts", "ops"]
mention = ["role:222"]
"#;

/// A post as it was answered.
#[derive(Debug, Clone)]
struct Post {
    lane: String,
    /// The numbers of its events.
    events: Vec<usize>,
    /// It is in the channel, whatever became of the answer.
    saved: bool,
    /// Saved, and the answer was lost.
    lost: bool,
}

/// What the sink does to the posts of one run.
struct Faults {
    rng: Rng,
    posts: Vec<Post>,
    /// From now on nothing fails.
    calm: bool,
}

impl Faults {
    fn answer(&mut self, request: &ReceivedRequest) -> Reply {
        let events = numbers(&request.body);
        let lane = request.path.split('/').nth(4).unwrap_or_default().to_owned();
        // After the second lost answer of one message the lane waits for a minute: one is enough here.
        let was_lost = self
            .posts
            .iter()
            .any(|post| post.lost && post.lane == lane && post.events.iter().any(|event| events.contains(event)));
        let id = (1000 + self.posts.len()).to_string();
        let saved = reply(200, json!({ "id": id, "channel_id": lane }))
            .with("x-ratelimit-bucket", "posts")
            .with("x-ratelimit-limit", "5");
        let left = |saved: Reply, left: &str| {
            saved.with("x-ratelimit-remaining", left).with("x-ratelimit-reset-after", "0.25")
        };
        let (answer, saved, lost) = match self.rng.u32(..100) {
            _ if self.calm => (left(saved, "4"), true, false),
            0..8 if !was_lost => (Reply::Close, true, true),
            8..14 => (reply(503, "upstream connect error"), false, false),
            14..20 => (limited("0.1"), false, false),
            20..45 => {
                let late = Duration::from_millis(self.rng.u64(1..60));
                (Reply::Late(late, Box::new(left(saved, "4"))), true, false)
            }
            45..75 => (left(saved, "0"), true, false),
            _ => (left(saved, "4"), true, false),
        };
        self.posts.push(Post { lane, events, saved, lost });
        answer
    }
}

fn limited(retry_after: &str) -> Reply {
    let body =
        format!("{{\"message\":\"You are being rate limited.\",\"retry_after\":{retry_after},\"global\":false}}");
    reply(429, body).with("x-ratelimit-scope", "user")
}

/// The numbers of the events that a message shows.
fn numbers(body: &Value) -> Vec<usize> {
    let titles = body["embeds"].as_array().into_iter().flatten().filter_map(|embed| embed["title"].as_str());
    titles.filter_map(|title| title.strip_prefix("thing ")?.parse().ok()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_kills_among_faults_lose_nothing_and_repeat_one_request_each_which_is_marked() {
    let seed = fastrand::u64(..);
    eprintln!("seed {seed}");
    let mut rng = Rng::with_seed(seed);
    let (sink, folder) = (Sink::start().await, tempfile::tempdir().expect("a folder"));
    let faults = Arc::new(Mutex::new(Faults { rng: rng.fork(), posts: Vec::new(), calm: false }));
    let decide = Arc::clone(&faults);
    sink.decide(move |request| {
        (request.method == Method::POST).then(|| decide.lock().expect("no panic").answer(request))
    });
    write_config(&sink, folder.path());

    // The ids of the events by their numbers, as they were answered.
    let mut sent: Vec<String> = Vec::new();
    for _ in 0..KILLS {
        let serve = Process::serve(folder.path()).await;
        let public = public_address(&serve);
        let burst = async {
            let until = sent.len() + EVENTS;
            while sent.len() < until {
                // One that is not answered before the kill is sent again after it, as senders do.
                let id = send(&public, sent.len()).await;
                sent.push(id);
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = burst => {}
            () = moment(&mut rng, &sink) => {}
        }
        serve.kill();
    }
    faults.lock().expect("no panic").calm = true;

    let serve = Process::serve(folder.path()).await;
    let store = attach(folder.path()).await;
    // After a second lost answer a lane waits for a minute.
    eventually_within(PATIENCE * 3, "every lane is empty", async || {
        let lanes = store.lanes().await.expect("readable");
        if lanes.iter().all(|lane| lane.depth == 0) { Ok(()) } else { Err(lanes) }
    })
    .await;
    let posts = faults.lock().expect("no panic").posts.clone();
    for (number, name) in (1..).zip(LANES) {
        let posts: Vec<&Post> = posts.iter().filter(|post| post.saved && post.lane == number.to_string()).collect();
        judge(&store, name, &posts, &sent).await;
    }
    drop(serve);
}

/// Everything answered is there, in order; what is there twice is marked; the marks are those of few requests.
async fn judge(store: &Store, lane: &str, posts: &[&Post], sent: &[String]) {
    let mut times = BTreeMap::<usize, usize>::new();
    let (mut first_seen, mut repeats) = (Vec::new(), 0);
    for post in posts {
        repeats += usize::from(post.events.iter().any(|event| times.contains_key(event)));
        for event in &post.events {
            let count = times.entry(*event).or_default();
            *count += 1;
            if *count == 1 {
                first_seen.push(*event);
            }
        }
    }
    let missing: Vec<usize> = (0..sent.len()).filter(|event| !times.contains_key(event)).collect();
    assert!(missing.is_empty(), "{lane}: not posted: {missing:?}");
    let calm: Vec<usize> = first_seen.iter().copied().filter(|event| !urgent(*event)).collect();
    assert!(calm.is_sorted(), "{lane}: out of order: {calm:?}");
    let lost = posts.iter().filter(|post| post.lost).count();
    assert!(repeats <= KILLS + lost, "{lane}: {repeats} repeats of {KILLS} kills and {lost} lost answers");

    let mut marked_messages = BTreeSet::new();
    for (number, id) in sent.iter().enumerate() {
        let delivery = delivery(store, id, lane).await;
        assert_eq!(delivery.status, Status::Delivered, "{lane}: {delivery:?}");
        assert!(delivery.possible_repeat || times[&number] == 1, "{lane}: {number} is repeated and not marked");
        if delivery.possible_repeat {
            marked_messages.insert(delivery.message.expect("a message").id);
        }
    }
    // Of each kill the request under way, or what was at the head of the calm and of the urgent.
    let most = 2 * KILLS + lost;
    assert!(marked_messages.len() <= most, "{lane}: {} messages are marked", marked_messages.len());
    eprintln!(
        "{lane}: {} events in {} messages, {repeats} repeats, {lost} lost answers, {} messages marked",
        sent.len(),
        posts.len(),
        marked_messages.len()
    );
}

/// Until the process is killed: when so many posts have come in, or after a while.
async fn moment(rng: &mut Rng, sink: &Sink) {
    let posts = posts(sink) + rng.usize(1..10);
    let longest = if rng.bool() { rng.u64(5..120) } else { rng.u64(120..900) };
    let wanted = |seen: &[ReceivedRequest]| count(seen) >= posts;
    drop(tokio::time::timeout(Duration::from_millis(longest), sink.wait_until("posts", wanted)).await);
}

fn urgent(number: usize) -> bool {
    number % 8 == 5
}

fn posts(sink: &Sink) -> usize {
    count(&sink.sends())
}

fn count(seen: &[ReceivedRequest]) -> usize {
    seen.iter().filter(|seen| seen.method == Method::POST).count()
}

/// Each process gets a port of its own: one that was free before may be in use by now.
fn public_address(serve: &Process) -> String {
    let output = serve.output();
    let (_, after) = output.rsplit_once(" public=").expect("its address is logged");
    after.split_whitespace().next().expect("an address").to_owned()
}

/// The id of the event, which may be known already: a sender repeats what was not answered.
async fn send(public: &str, number: usize) -> String {
    let kind = if urgent(number) { "urgent" } else { "calm" };
    let body = json!({ "id": format!("e{number}"), "type": kind, "n": number }).to_string();
    let request = client().post(format!("http://{public}/hooks/desk")).header("content-type", "application/json");
    let response = tokio::time::timeout(PATIENCE, fetch(request.body(body))).await.expect("an answer in time");
    assert_eq!(response.status, 200, "{response:?}");
    response.event().to_owned()
}

async fn delivery(store: &Store, event: &str, lane: &str) -> Delivery {
    let details = store.details(event.parse().expect("an id")).await.expect("readable").expect("kept");
    let mut deliveries = details.deliveries.into_iter().map(|(delivery, _)| delivery);
    deliveries.find(|delivery| delivery.destination == lane).expect("a delivery to each lane")
}

async fn attach(folder: &std::path::Path) -> Store {
    let config = store::Config::new(StoreUrl::sqlite(folder.join("hookbell.db")));
    Store::attach(&config).await.expect("it exists")
}

fn write_config(sink: &Sink, folder: &std::path::Path) {
    let mut config = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\n[discord]\napi_base = \"{}\"\nchannel_budget = \"off\"\n",
        sink.base()
    );
    for (number, name) in (1..).zip(LANES) {
        config.push_str(&format!(
            "[destinations.{name}]\nwebhook_url = \"https://discord.com/api/webhooks/{number}/token\"\n"
        ));
    }
    config.push_str(TABLES);
    for (path, text) in
        [("config.toml", config.as_str()), ("providers/desk.toml", PROVIDER), ("templates/desk.toml", TEMPLATE)]
    {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
}
