//! Forum posts: one title is one post, and a message that the channel refuses is sent in another form.

use std::collections::BTreeSet;

use hookbell_fake_discord::{
    ChannelKind, ChannelSpec, FaultKind, ForumSettings, RecordedRequest, StoredMessage, ThreadState,
};

use super::*;
use crate::judge;

const FORUM: &str = "5555";
const TEXT: &str = "2222";

/// A stand-in with a forum and a text channel.
async fn discord(tag_required: bool) -> StandIn {
    let mut forum = ChannelSpec::forum("1111", FORUM, "topics", &[("71", "Bug"), ("72", "Urgent")]);
    if let ChannelKind::Forum(ForumSettings { tag_required: required, .. }) = &mut forum.kind {
        *required = tag_required;
    }
    let options = StandInOptions {
        channels: vec![forum, ChannelSpec::text("1111", TEXT, "alerts")],
        webhooks: vec![WebhookSpec::new("6", "topics", FORUM), WebhookSpec::new("3", "alerts", TEXT)],
        limits: RateLimits::NONE,
        ..StandInOptions::default()
    };
    StandIn::start(options).await.expect("binds")
}

fn tags(text: &str) -> Tags {
    let mut diagnostics = Diagnostics::default();
    let document = Document::parse("config.toml", text, &mut diagnostics);
    let tags = Tags::read(&document.root(), &mut diagnostics);
    assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
    tags
}

fn to(discord: &StandIn, hook: &str, query: &str, named: &str) -> Vec<Destination> {
    let url = format!("{}{query}", discord.webhook_url(hook).expect("there"));
    let webhook = Webhook::parse(&url).expect("a webhook");
    vec![Destination {
        name: "sales".to_owned(),
        webhook,
        locale: Locale::default(),
        tags: tags(named),
        threads: ThreadMode::PerEvent,
        fallback: None,
        feed: None,
        own: None,
    }]
}

const TAGS: &str = "bug = \"71\"\nurgent = \"72\"";

impl CourierTest {
    async fn at(discord: &StandIn, hook: &str, named: &str) -> Self {
        let mut courier = Self::new().await;
        courier.start_at(&discord.base(), to(discord, hook, "", named), Config::default());
        courier
    }

    /// Stops and restarts on the same database.
    async fn restart(&mut self, discord: &StandIn) {
        self.stop().await;
        self.store.close().await;
        self.store = open(&self.dir).await;
        self.start_at(&discord.base(), to(discord, "topics", "", TAGS), Config::default());
    }

    async fn topic(&mut self, body: Value) -> Delivery {
        let id = self.accept("topic.new", &body).await;
        self.delivered(id).await
    }

    async fn order(&mut self, n: u32) -> Delivery {
        let id = self.orders([n]).await[0];
        self.delivered(id).await
    }
}

/// The posts of the forum by title, each with its messages.
fn posts(discord: &StandIn) -> Vec<(String, Vec<String>)> {
    let threads = discord.channels().into_iter().filter(|channel| channel.kind == ChannelKind::ThreadOf(FORUM.into()));
    let said = |message: &StoredMessage| message.object["embeds"][0]["title"].as_str().unwrap_or("?").to_owned();
    threads.map(|thread| (thread.name, discord.messages(&thread.channel).iter().map(said).collect())).collect()
}

fn post(title: &str, messages: &[&str]) -> (String, Vec<String>) {
    (title.to_owned(), messages.iter().map(|&text| text.to_owned()).collect())
}

/// What was posted and edited, each with its status.
fn sends(discord: &StandIn) -> Vec<(String, Option<u16>)> {
    requests(discord).into_iter().map(|request| (request.method, request.status)).collect()
}

fn requests(discord: &StandIn) -> Vec<RecordedRequest> {
    discord.requests().into_iter().filter(|request| request.method != "GET").collect()
}

fn thread_of(discord: &StandIn, title: &str) -> String {
    let found = discord.channels().into_iter().find(|channel| channel.name == title);
    found.expect("such a post").channel
}

fn sent(method: &str, status: u16) -> (String, Option<u16>) {
    (method.to_owned(), Some(status))
}

#[tokio::test]
async fn one_title_is_one_post_also_after_a_restart() {
    let discord = discord(false).await;
    let mut courier = CourierTest::at(&discord, "topics", TAGS).await;
    let begun = courier.topic(json!({ "topic": "A", "n": 1, "tag": "BUG" })).await;
    assert!(
        begun.reason_text().starts_with("posted as a new forum post (template shop.topic"),
        "{}",
        begun.reason_text()
    );
    courier.topic(json!({ "topic": "B", "n": 2 })).await;
    courier.restart(&discord).await;
    let joined = courier.topic(json!({ "topic": " A ", "n": 3, "tag": "bug" })).await;
    assert!(
        joined.reason_text().starts_with("posted into a forum post (template shop.topic"),
        "{}",
        joined.reason_text()
    );
    assert_eq!(posts(&discord), [post("A", &["topic 1", "topic 3"]), post("B", &["topic 2"])]);
    let requests = requests(&discord);
    assert_eq!(requests[0].body.as_ref().map(|body| &body["applied_tags"]), Some(&json!(["71"])));
    for request in &requests {
        let body = request.body.as_ref().expect("a body");
        judge::post(body).unwrap_or_else(|why| panic!("{why}\n{body}"));
        assert_eq!((request.status, request.ignored.len()), (Some(200), 0));
    }
    assert!(requests[2].query.contains(&format!("thread_id={}", thread_of(&discord, "A"))), "{}", requests[2].query);
}

#[tokio::test]
async fn an_edit_finds_its_message_in_the_post() {
    let discord = discord(false).await;
    let mut courier = CourierTest::at(&discord, "topics", "").await;
    courier.topic(json!({ "topic": "A", "n": 1, "key": "k" })).await;
    courier.topic(json!({ "topic": "A", "n": 2 })).await;
    courier.restart(&discord).await;
    // Another title does not move an existing message.
    courier.topic(json!({ "topic": "B", "n": 3, "key": "k" })).await;
    courier.topic(json!({ "topic": "B", "n": 4 })).await;
    assert_eq!(posts(&discord), [post("A", &["topic 3", "topic 2"]), post("B", &["topic 4"])]);
    assert_eq!(sends(&discord), [sent("POST", 200), sent("POST", 200), sent("PATCH", 200), sent("POST", 200)]);
}

#[tokio::test]
async fn an_edit_in_an_archived_post_is_posted_anew_and_opens_it() {
    let discord = discord(false).await;
    let mut courier = CourierTest::at(&discord, "topics", "").await;
    courier.topic(json!({ "topic": "A", "n": 1, "key": "k" })).await;
    assert!(discord.set_thread_state(&thread_of(&discord, "A"), ThreadState::Archived));
    let anew = courier.topic(json!({ "topic": "A", "n": 2, "key": "k" })).await;
    assert!(anew.reason_text().starts_with("posted anew"), "{}", anew.reason_text());
    courier.topic(json!({ "topic": "A", "n": 3, "key": "k" })).await;
    assert_eq!(posts(&discord), [post("A", &["topic 1", "topic 3"])]);
}

#[tokio::test]
async fn a_channel_that_is_no_forum_costs_one_request_more() {
    let discord = discord(false).await;
    let mut courier = CourierTest::at(&discord, "alerts", "").await;
    let first = courier.topic(json!({ "topic": "A", "n": 1, "key": "k" })).await;
    assert!(
        first.reason_text().contains("thread: left out, the webhook's channel is no forum"),
        "{}",
        first.reason_text()
    );
    courier.topic(json!({ "topic": "A", "n": 2 })).await;
    courier.topic(json!({ "topic": "A", "n": 3, "key": "k" })).await;
    let expected = [sent("POST", 400), sent("POST", 200), sent("POST", 200), sent("PATCH", 200)];
    assert_eq!(sends(&discord), expected);
    assert_eq!(discord.messages(TEXT).len(), 2);
}

#[tokio::test]
async fn a_forum_gets_a_title_also_where_the_template_gives_none() {
    let discord = discord(false).await;
    let mut courier = CourierTest::at(&discord, "topics", "").await;
    let first = courier.order(1).await;
    assert!(first.reason_text().contains("thread: made of the message"), "{}", first.reason_text());
    courier.order(2).await;
    courier.order(1).await;
    assert_eq!(posts(&discord), [post("order 1", &["order 1", "order 1"]), post("order 2", &["order 2"])]);
    for request in requests(&discord) {
        judge::post(request.body.as_ref().expect("a body")).expect("as Discord wants it");
    }
    assert_eq!(sends(&discord), [sent("POST", 400), sent("POST", 200), sent("POST", 200), sent("POST", 200)]);
}

#[tokio::test]
async fn a_forum_post_that_is_gone_or_locked_is_replaced_by_a_new_one() {
    let discord = discord(false).await;
    let mut courier = CourierTest::at(&discord, "topics", TAGS).await;
    courier.topic(json!({ "topic": "A", "n": 1, "key": "k" })).await;
    discord.delete_channel(&thread_of(&discord, "A"));
    let anew = courier.topic(json!({ "topic": "A", "n": 2, "tag": "bug" })).await;
    assert!(anew.reason_text().contains("a new post was begun"), "{}", anew.reason_text());
    // The message of the first one is gone with it.
    courier.topic(json!({ "topic": "A", "n": 3, "key": "k" })).await;
    assert_eq!(posts(&discord), [post("A", &["topic 2", "topic 3"])]);
    discord.set_thread_state(&thread_of(&discord, "A"), ThreadState::Locked);
    courier.topic(json!({ "topic": "A", "n": 4 })).await;
    courier.topic(json!({ "topic": "A", "n": 5 })).await;
    assert_eq!(posts(&discord), [post("A", &["topic 2", "topic 3"]), post("A", &["topic 4", "topic 5"])]);
    assert_eq!(courier.store.lanes().await.expect("readable")[0].parked, None);
}

#[tokio::test]
async fn unknown_tags_are_left_out_and_noted() {
    let discord = discord(false).await;
    let mut courier = CourierTest::at(&discord, "topics", "bug = \"71\"\nold = \"79\"").await;
    let unnamed = courier.topic(json!({ "topic": "A", "n": 1, "tag": "colour" })).await;
    assert!(unnamed.reason_text().contains("tags: `colour` left out"), "{}", unnamed.reason_text());
    let gone = courier.topic(json!({ "topic": "B", "n": 2, "tag": "old" })).await;
    assert!(gone.reason_text().contains("tags: left out, the forum does not have them"), "{}", gone.reason_text());
    assert_eq!(sends(&discord), [sent("POST", 200), sent("POST", 404), sent("POST", 200)]);
    assert_eq!(posts(&discord), [post("A", &["topic 1"]), post("B", &["topic 2"])]);
}

#[tokio::test]
async fn a_forum_that_requires_a_tag_gets_the_first_of_the_destination() {
    let discord = discord(true).await;
    let mut courier = CourierTest::at(&discord, "topics", "urgent = \"72\"\nbug = \"71\"").await;
    courier.topic(json!({ "topic": "A", "n": 1, "tag": "bug" })).await;
    let helped = courier.topic(json!({ "topic": "B", "n": 2 })).await;
    assert!(helped.reason_text().contains("tags: `urgent` was taken"), "{}", helped.reason_text());
    let bearing: BTreeSet<_> = discord.channels().into_iter().flat_map(|channel| channel.tags).collect();
    assert_eq!(bearing, ["71", "72"].map(str::to_owned).into());
}

#[tokio::test]
async fn without_any_tag_the_delivery_is_dead_and_says_what_to_do() {
    let discord = discord(true).await;
    let mut courier = CourierTest::at(&discord, "topics", "").await;
    let id = courier.accept("topic.new", &json!({ "topic": "A", "n": 1 })).await;
    let dead = courier.until(id, "dead", |delivery| delivery.status == Status::Dead).await;
    assert!(dead.reason_text().contains("give the destination `tags = { NAME = \"ID\" }`"), "{}", dead.reason_text());
    assert_eq!((sends(&discord), courier.outcomes(id).await), (vec![sent("POST", 400)], vec!["refused".to_owned()]));
}

#[tokio::test]
async fn a_url_that_names_a_thread_overrides_the_template() {
    let discord = discord(false).await;
    let mut courier = CourierTest::at(&discord, "topics", "").await;
    courier.topic(json!({ "topic": "A", "n": 1 })).await;
    courier.stop().await;
    let query = format!("?thread_id={}", thread_of(&discord, "A"));
    courier.start_at(&discord.base(), to(&discord, "topics", &query, ""), Config::default());
    let in_thread = courier.topic(json!({ "topic": "B", "n": 2 })).await;
    assert!(
        in_thread.reason_text().contains("thread: ignored, the webhook's URL names one"),
        "{}",
        in_thread.reason_text()
    );
    assert_eq!(posts(&discord), [post("A", &["topic 1", "topic 2"])]);
}

#[tokio::test]
async fn a_lost_answer_may_begin_a_post_twice_and_the_second_is_kept() {
    let discord = discord(false).await;
    discord.inject(FaultKind::LostResponse.on_all().only(Method::POST).times(1));
    let mut courier = CourierTest::at(&discord, "topics", "").await;
    let first = courier.topic(json!({ "topic": "A", "n": 1 })).await;
    assert!(first.possible_repeat, "{}", first.reason_text());
    courier.topic(json!({ "topic": "A", "n": 2 })).await;
    assert_eq!(posts(&discord), [post("A", &["topic 1"]), post("A", &["topic 1", "topic 2"])]);
}

#[tokio::test]
async fn a_plain_message_goes_into_the_post_as_well() {
    let sink = Sink::start().await;
    sink.script([error(400, 50_035)]);
    let mut courier = CourierTest::with(&sink).await;
    courier.topic(json!({ "topic": "A", "n": 1 })).await;
    let sends = sink.sends();
    assert_eq!((titles(&sends)[1].as_str(), &sends[1].body["thread_name"]), ("?", &json!("A")));
}

#[tokio::test]
async fn contradicting_refusals_of_a_channel_end_the_delivery() {
    let sink = Sink::start().await;
    sink.script([error(400, 220_003), error(400, 220_001), error(400, 220_003)]);
    let mut courier = CourierTest::with(&sink).await;
    let id = courier.accept("topic.new", &json!({ "topic": "A", "n": 1 })).await;
    let dead = courier.until(id, "dead", |delivery| delivery.status == Status::Dead).await;
    assert!(dead.reason_text().contains("neither with a thread nor without"), "{}", dead.reason_text());
    assert_eq!(sink.sends().len(), 3);
}
