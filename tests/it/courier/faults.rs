//! Random faults against lanes with events of every sort: what holds of each script of them. Time cannot be paused here: the
//! lanes wait by the system's clock and speak over real sockets. So the waits are short, and the scripts run side by side.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Mutex;
use std::time::Instant;

use fastrand::Rng;
use hookbell_model::delivery::{Mention, Reason};
use tokio::task::LocalSet;

use super::*;

const SCRIPTS: u64 = 24;
const EVENTS: usize = 40;
/// What the sink allows to a channel and tells nobody.
const BUDGET: Rate = Rate { count: 6, span: Duration::from_secs(1) };

/// An event of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    /// A message with pings, which goes first.
    Urgent,
    /// About the thing with this number.
    Thing(usize),
    /// Its message is refused; the plain one is not.
    Bad,
    /// Its messages are all refused.
    Worst,
}

impl Kind {
    fn random(rng: &mut Rng) -> Self {
        match rng.u32(..20) {
            0..9 => Self::Plain,
            9..11 => Self::Urgent,
            11..18 => Self::Thing(rng.usize(..3)),
            18 => Self::Bad,
            _ => Self::Worst,
        }
    }

    fn event_type(self) -> &'static str {
        match self {
            Self::Plain | Self::Urgent => "order.paid",
            Self::Thing(_) => "keyed.change",
            Self::Bad => "order.bad",
            Self::Worst => "order.worst",
        }
    }
}

/// The channel behind the sink: what it shows, and what went wrong on the way.
struct Channel {
    rng: Rng,
    kinds: Vec<Kind>,
    messages: BTreeMap<u64, Vec<usize>>,
    /// The events that were shown, in order; a repetition again.
    shown: Vec<usize>,
    /// Posts whose answers were lost, and the events in them.
    lost: Vec<Vec<usize>>,
    /// Answers to requests with this event that were no success.
    failures: HashMap<usize, u32>,
    posts: Vec<Instant>,
    /// Until when no requests may come, by what was answered: none of this method, or none at all.
    closed: Vec<(Option<Method>, Instant)>,
    mistakes: Vec<String>,
}

impl Channel {
    fn answer(&mut self, request: &ReceivedRequest) -> Reply {
        let applies = |method: &Option<Method>| method.as_ref().is_none_or(|method| *method == request.method);
        if self.closed.iter().any(|(method, until)| applies(method) && request.at < *until) {
            self.mistakes.push(format!("a request within a wait: {request:?}"));
        }
        let events = self.events_of(&request.body);
        let is_post = request.method == Method::POST;
        let edited = request.path.rsplit('/').next().and_then(|id| id.parse::<u64>().ok()).filter(|_| !is_post);
        let refusal = self.refusal(&request.body, &events);
        let was_lost = self.lost.iter().flatten().any(|lost| events.contains(lost));
        let reply = match self.rng.u32(..100) {
            0..6 => reply(503, "upstream connect error"),
            6..9 => error(500, 0),
            9..15 => {
                self.closed.push((None, request.at + Duration::from_millis(100)));
                limited(0.1)
            }
            15..19 if edited.is_some_and(|id| self.messages.remove(&id).is_some()) => error(404, 10_008),
            // A second lost answer in a row would be followed by a wait of a minute.
            19..26 if is_post && !was_lost && !events.is_empty() && refusal.is_none() => {
                self.lost.push(events.clone());
                self.show(None, &events, request.at);
                Reply::Close
            }
            _ if refusal.is_some() => refusal.unwrap_or(Reply::Close),
            _ if edited.is_some_and(|id| !self.messages.contains_key(&id)) => error(404, 10_008),
            _ => return self.success(request, edited, &events),
        };
        for event in events {
            *self.failures.entry(event).or_default() += 1;
        }
        reply
    }

    fn success(&mut self, request: &ReceivedRequest, edited: Option<u64>, events: &[usize]) -> Reply {
        let id = self.show(edited, events, request.at);
        let (left, reset) = match self.rng.u32(..3) {
            0 => {
                self.closed.push((Some(request.method.clone()), request.at + Duration::from_millis(200)));
                ("0", "0.2")
            }
            _ => ("4", "1"),
        };
        reply(200, json!({ "id": id.to_string(), "channel_id": "77" }))
            .with("x-ratelimit-bucket", request.method.as_str())
            .with("x-ratelimit-limit", "5")
            .with("x-ratelimit-remaining", left)
            .with("x-ratelimit-reset-after", reset)
    }

    fn show(&mut self, edited: Option<u64>, events: &[usize], at: Instant) -> u64 {
        // An edit of a message of several shows the others again.
        let before = edited.and_then(|id| self.messages.get(&id)).cloned().unwrap_or_default();
        self.shown.extend(events.iter().filter(|event| !before.contains(event)));
        let id = edited.unwrap_or_else(|| {
            self.posts.push(at);
            5000 + self.posts.len() as u64
        });
        self.messages.insert(id, events.to_vec());
        id
    }

    /// Why Discord would refuse it: of several, if any is bad.
    fn refusal(&self, body: &Value, events: &[usize]) -> Option<Reply> {
        let text = body["content"].as_str().unwrap_or_default();
        let is_bad = events.iter().any(|event| matches!(self.kinds[*event], Kind::Bad | Kind::Worst));
        let has_embeds = body["embeds"].as_array().is_some_and(|embeds| !embeds.is_empty());
        ((is_bad && has_embeds) || text.contains("order.worst")).then(|| error(400, 50_035))
    }

    /// The numbers in the titles of the embeds. The plain message of a refused one has none.
    fn events_of(&self, body: &Value) -> Vec<usize> {
        let titles = body["embeds"].as_array().into_iter().flatten().filter_map(|embed| embed["title"].as_str());
        titles.filter_map(|title| title.rsplit(' ').next()?.parse().ok()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_order_budget_and_every_event_are_kept() {
    let seed = fastrand::u64(..);
    eprintln!("seed {seed}");
    let scripts = LocalSet::new();
    let all: Vec<_> = (0..SCRIPTS).map(|number| scripts.spawn_local(script(seed.wrapping_add(number)))).collect();
    scripts
        .run_until(async {
            for script in all {
                script.await.expect("the script holds");
            }
        })
        .await;
}

async fn script(seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let kinds: Vec<Kind> = (0..EVENTS).map(|_| Kind::random(&mut rng)).collect();
    let channel = Arc::new(Mutex::new(Channel {
        rng: rng.fork(),
        kinds: kinds.clone(),
        messages: BTreeMap::new(),
        shown: Vec::new(),
        lost: Vec::new(),
        failures: HashMap::new(),
        posts: Vec::new(),
        closed: Vec::new(),
        mistakes: Vec::new(),
    }));
    let sink = Sink::start().await;
    let decide = Arc::clone(&channel);
    sink.decide(move |request| Some(decide.lock().expect("no panic").answer(request)));
    let mut courier = CourierTest::new().await;
    let config = Config { channel_budget: Some(BUDGET), ..Config::default() };
    courier.start_with(&sink.base(), &[("sales", webhook("1"))], config);
    let mut ids = Vec::new();
    for (number, kind) in kinds.iter().enumerate() {
        let body = match kind {
            Kind::Thing(thing) => json!({ "n": number, "key": format!("thing{thing}") }),
            _ => json!({ "n": number }),
        };
        let mut plan = Plan::default();
        if *kind == Kind::Urgent {
            plan.mention = vec![Mention::Role("222".to_owned())];
        }
        ids.push(courier.accept_with("sales", kind.event_type(), &body, plan).await);
        if rng.u32(..12) == 0 {
            // The lane catches up.
            courier.until(ids[number], "over", is_over).await;
        }
    }
    let mut deliveries = Vec::new();
    for id in &ids {
        deliveries.push(courier.until(*id, "over", is_over).await);
    }
    courier.stop().await;
    let channel = channel.lock().expect("no panic");
    let verdict = Verdict { seed, channel: &channel, deliveries: &deliveries };
    verdict.waits_and_budget();
    verdict.every_event_is_there_and_has_a_reason();
    verdict.order();
    verdict.repetitions_are_marked();
    verdict.things_show_their_newest_event();
}

fn is_over(delivery: &Delivery) -> bool {
    !matches!(delivery.status, Status::Pending | Status::Collecting)
}

/// What is judged when a script is over.
struct Verdict<'v> {
    seed: u64,
    channel: &'v Channel,
    deliveries: &'v [Delivery],
}

impl Verdict<'_> {
    fn kinds(&self) -> impl Iterator<Item = (usize, Kind, &Delivery)> {
        self.channel.kinds.iter().zip(self.deliveries).enumerate().map(|(number, (kind, of))| (number, *kind, of))
    }

    fn times(&self, event: usize) -> usize {
        self.channel.shown.iter().filter(|shown| **shown == event).count()
    }

    fn waits_and_budget(&self) {
        let Self { seed, channel, .. } = self;
        assert!(channel.mistakes.is_empty(), "seed {seed}: {:#?}", channel.mistakes);
        let span = BUDGET.count as usize;
        for posts in channel.posts.windows(span + 1) {
            let took = posts[span] - posts[0];
            assert!(took >= BUDGET.span, "seed {seed}: {} posts in {took:?}", span + 1);
        }
    }

    fn every_event_is_there_and_has_a_reason(&self) {
        let Self { seed, channel, .. } = self;
        for (number, kind, delivery) in self.kinds() {
            let expected = match kind {
                Kind::Worst => delivery.status == Status::Dead,
                Kind::Thing(_) => matches!(delivery.status, Status::Delivered | Status::Merged),
                Kind::Plain | Kind::Urgent | Kind::Bad => delivery.status == Status::Delivered,
            };
            assert!(expected, "seed {seed}: {number} {kind:?} {delivery:?}");
            let fits = match (delivery.status, &delivery.reason) {
                (Status::Delivered, Some(Reason::Posted(posted))) => posted.refused.is_some() == (kind == Kind::Bad),
                (Status::Merged, Some(Reason::Collapsed { .. } | Reason::Older { .. })) => true,
                (Status::Dead, Some(Reason::RefusedPlain { .. })) => true,
                _ => false,
            };
            assert!(fits, "seed {seed}: {number} {kind:?} {delivery:?}");
            if matches!(kind, Kind::Plain | Kind::Urgent) {
                assert!(self.times(number) > 0, "seed {seed}: {number} is not in the channel");
            }
            // One for each failure and one that succeeds; the plain message names no event, and may fail too.
            let failures = channel.failures.get(&number).copied().unwrap_or_default();
            let allowed = match kind {
                Kind::Bad | Kind::Worst => u32::MAX,
                // A collapsed event shares the attempts of the one that is shown.
                Kind::Thing(_) => 1 + channel.failures.values().sum::<u32>(),
                Kind::Plain | Kind::Urgent => 1 + failures,
            };
            assert!(delivery.attempts <= allowed, "seed {seed}: {number} {kind:?}: {delivery:?}, {failures} failures");
        }
    }

    /// What waits in one queue is shown in its order; what is urgent has a queue of its own.
    fn order(&self) {
        for wanted in [Kind::Plain, Kind::Urgent] {
            let mut seen = BTreeSet::new();
            let first: Vec<usize> = self.channel.shown.iter().copied().filter(|event| seen.insert(*event)).collect();
            let first: Vec<usize> = first.into_iter().filter(|event| self.channel.kinds[*event] == wanted).collect();
            assert!(first.is_sorted(), "seed {}: {wanted:?} {first:?}", self.seed);
        }
    }

    fn repetitions_are_marked(&self) {
        let Self { seed, channel, .. } = self;
        for (number, kind, delivery) in self.kinds() {
            if !matches!(kind, Kind::Plain | Kind::Urgent) {
                continue;
            }
            let lost = channel.lost.iter().filter(|events| events.contains(&number)).count();
            assert_eq!(self.times(number), 1 + lost, "seed {seed}: {number} {delivery:?}");
            assert_eq!(delivery.possible_repeat, lost > 0, "seed {seed}: {number} {delivery:?}");
        }
    }

    fn things_show_their_newest_event(&self) {
        let Self { seed, channel, .. } = self;
        for thing in 0..3 {
            let of_thing = |event: &usize| channel.kinds[*event] == Kind::Thing(thing);
            let Some(newest) = (0..EVENTS).filter(of_thing).max() else { continue };
            let shown = channel.messages.values().flatten().filter(|event| of_thing(event)).max();
            // A message that was deleted is posted anew by the next event only.
            if let Some(shown) = shown {
                assert_eq!(*shown, newest, "seed {seed}: thing {thing} in {:?}", channel.messages);
            }
            let course: Vec<usize> = channel.shown.iter().copied().filter(of_thing).collect();
            assert!(course.is_sorted(), "seed {seed}: thing {thing}: {course:?}");
        }
    }
}
