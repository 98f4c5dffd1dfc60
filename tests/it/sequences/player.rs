//! Sends a sequence of requests to a whole hookbell.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use hookbell::report::statistics::{CurrencySum, currency_sums};
use hookbell::store::{Period, Scope, StatisticsFilter};
use hookbell_fake_discord::{ChannelKind, ChannelSpec, StandIn, StoredMessage, ThreadState};
use hookbell_model::delivery::Status;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::Sample;
use serde::Deserialize;
use serde_json::Value;

use crate::support::{PUBLIC_URL, TestBridge, TestBridgeBuilder, Trial, channel_text};

/// A request of a sequence.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Request {
    source: String,
    body: Value,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

/// A hookbell with a source for each provider of a sequence, and a channel.
pub(super) struct Player {
    bridge: TestBridge,
    trials: BTreeMap<String, Trial>,
    restarts: bool,
    repeats: bool,
}

/// What happened to each event, and what the channel shows in the end.
pub(super) struct Played {
    outcomes: String,
    messages: Vec<StoredMessage>,
    /// When each event was received, in seconds.
    received: Vec<i64>,
    /// The money of all events, and of those that are seen in the server.
    pub(super) money: [String; 2],
    /// The posts of the forum, where there is one.
    pub(super) posts: Vec<Post>,
}

/// A post of the forum.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Post {
    pub(super) title: String,
    pub(super) is_archived: bool,
    /// What each of its messages says first.
    pub(super) messages: Vec<String>,
}

/// Between two requests: longer than the time within which equal bytes are a repetition.
const PAUSE_MS: i64 = 300_000;
const DAY_MS: i64 = 86_400_000;

impl Player {
    pub(super) async fn start(requests: &[Request]) -> Self {
        Self::of(requests, TestBridge::builder()).await
    }

    /// With a forum where each thing is a post, and a bot that archives it.
    pub(super) async fn in_forum(requests: &[Request]) -> Self {
        Self::of(requests, TestBridge::builder().forum().bot()).await
    }

    async fn of(requests: &[Request], builder: TestBridgeBuilder) -> Self {
        let providers = hookbell::embedded::providers();
        let names: BTreeSet<&str> = requests.iter().map(|request| request.source.as_str()).collect();
        let trial = |name: &&str| ((*name).to_owned(), Trial::of(providers.get(name).expect("a provider")));
        let trials: BTreeMap<String, Trial> = names.iter().map(trial).collect();
        let sources: String = trials.values().map(Trial::source).collect();
        let server = format!("public_url = \"{PUBLIC_URL}\"\n");
        let bridge = builder.server(&server).sources(&sources).start().await;
        Self { bridge, trials, restarts: false, repeats: false }
    }

    /// With a restart before every third request.
    pub(super) fn restarting(self) -> Self {
        Self { restarts: true, ..self }
    }

    /// With each request sent twice.
    pub(super) fn repeating(self) -> Self {
        Self { repeats: true, ..self }
    }

    pub(super) async fn play(mut self, requests: &[Request]) -> Played {
        let mut events = Vec::new();
        // At noon of yesterday: what is accepted in the future has to wait, and some messages are of a day or an hour.
        let now = Timestamp::now().0;
        let begin = now - now % DAY_MS - DAY_MS / 2;
        for (at, request) in (0i64..).zip(requests) {
            if self.restarts && at % 3 == 1 {
                self.bridge = self.bridge.restart().await;
            }
            let offset = begin + at * PAUSE_MS - Timestamp::now().0;
            self.bridge.clock.set_offset(offset);
            let trial = &self.trials[&request.source];
            let sample = trial.provider.samples.first().map_or("", |sample| sample.body.trim_start());
            // XML and forms in parts are written as in a provider's file.
            let own_format = sample.starts_with(['<', '-']);
            let is_form = !sample.is_empty() && !own_format && !sample.starts_with(['{', '[']);
            let body = match &request.body {
                Value::String(text) => text.clone(),
                Value::Object(fields) if is_form => form(fields),
                json => json.to_string(),
            };
            let mut headers: Vec<(String, String)> = request.headers.clone().into_iter().collect();
            if is_form && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                headers.push(("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
            }
            let sample = match own_format {
                true => trial.provider.sample_of(body),
                false => Sample { name: String::new(), headers, body },
            };
            let sent = trial.outgoing_at(&sample, "", Timestamp(Timestamp::now().0 + offset));
            for _ in 0..=usize::from(self.repeats) {
                let response = trial.send(&self.bridge, "POST", "", &sent).await;
                assert!((200..300).contains(&response.status), "{}: {response:?}", request.source);
                if response.body["status"] == "accepted" {
                    events.extend(response.body["event"].as_str().map(str::to_owned));
                }
                self.bridge.drained().await;
            }
        }
        self.bridge.followed_up().await;
        let (mut outcomes, mut received) = (String::new(), Vec::new());
        for id in &events {
            let details = self.bridge.details(id).await;
            let event = &details.event;
            received.push(event.received.secs());
            let outcome = details.deliveries.first().map_or("unrouted".to_owned(), |(delivery, _)| {
                let reason = channel_text::without_delay(delivery.reason_text());
                if delivery.status == Status::Delivered { reason } else { format!("{}: {reason}", delivery.status) }
            });
            outcomes.push_str(&format!("{}  {outcome}\n", event.event_type));
        }
        let messages = self.bridge.discord.messages("2222");
        let posts = posts(&self.bridge.discord);
        let money =
            [money(&self.bridge, Scope::Everything).await, money(&self.bridge, Scope::Guild("1111".into())).await];
        self.bridge.stop().await;
        Played { outcomes, messages, received, money, posts }
    }
}

fn posts(discord: &StandIn) -> Vec<Post> {
    let first = |message: &StoredMessage| {
        let (content, embed) = (&message.object["content"], &message.object["embeds"][0]);
        let texts = [content, &embed["description"], &embed["title"]].into_iter().filter_map(Value::as_str);
        let text = if channel_text::is_pointer(message) { embed["description"].as_str() } else { None };
        let line = text.or(texts.into_iter().find(|text| !text.is_empty())).unwrap_or_default().lines().next();
        let mark = if channel_text::is_pointer(message) { "→ " } else { "" };
        format!("{mark}{}", line.unwrap_or_default())
    };
    let threads = discord.channels().into_iter().filter(|one| one.kind == ChannelKind::ThreadOf("5555".into()));
    let post = |thread: ChannelSpec| Post {
        title: thread.name,
        is_archived: discord.thread_state(&thread.channel) == Some(ThreadState::Archived),
        messages: discord.messages(&thread.channel).iter().map(first).collect(),
    };
    threads.map(post).collect()
}

/// A line for each currency: what is left, and of what.
async fn money(bridge: &TestBridge, scope: Scope) -> String {
    let ever = Period { from: Timestamp(0), until: Timestamp::now().after(Duration::from_secs(30 * 86_400)) };
    let found = bridge.store.statistics(scope, StatisticsFilter::default(), vec![ever]).await.expect("a store");
    let sums = found.iter().flat_map(currency_sums);
    let line = |sum: CurrencySum| {
        let CurrencySum { currency, sales, refunds, disputes, .. } = &sum;
        let parts = [sales, refunds, disputes].map(|sum| format!("{} ({})", sum.amount, sum.count));
        format!("{currency} {}: {}\n", sum.net(), parts.join(", "))
    };
    sums.map(line).collect()
}

/// The fields as a form's body.
fn form(fields: &serde_json::Map<String, Value>) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields.iter().map(|(name, value)| (name, text(value))))
        .finish()
}

impl Played {
    pub(super) fn text(&self) -> String {
        let text = format!("{}\n{} messages\n{}", self.outcomes, self.messages.len(), channel_text::of(&self.messages));
        self.without_times(text)
    }

    /// The last card of each thing, without those that lead to a newer one; in no order.
    pub(super) fn cards(&self) -> Vec<String> {
        let cards = self.messages.iter().filter(|message| !channel_text::is_pointer(message));
        let mut cards: Vec<String> =
            cards.map(|card| self.without_times(channel_text::of(std::slice::from_ref(card)))).collect();
        cards.sort();
        cards
    }

    fn without_times(&self, mut text: String) -> String {
        for (number, at) in (1..).zip(&self.received) {
            text = text.replace(&at.to_string(), &format!("received-{number}"));
        }
        text
    }
}
