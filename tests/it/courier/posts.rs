//! Forum posts per key: each thing has one, what belongs to it joins, and its end archives it.

use hookbell_fake_discord::permission::{MANAGE_THREADS, SEND_MESSAGES_IN_THREADS, VIEW_CHANNEL};
use hookbell_fake_discord::{BotAccess, ChannelKind, ChannelSpec, FaultKind, ThreadState};

use super::*;

const GUILD: &str = "1111";
const FORUM: &str = "5555";
const TEXT: &str = "2222";
const MAY_ARCHIVE: u64 = VIEW_CHANNEL | SEND_MESSAGES_IN_THREADS | MANAGE_THREADS;

/// A courier with a forum and a text channel, each with a destination of its own.
struct PostsTest {
    discord: StandIn,
    courier: CourierTest,
    destinations: Vec<Destination>,
}

/// The bot of a [`PostsTest`].
enum Bot {
    None,
    With(u64),
}

impl PostsTest {
    async fn start(bot: Bot) -> Self {
        let channels = vec![ChannelSpec::forum(GUILD, FORUM, "things", &[]), ChannelSpec::text(GUILD, TEXT, "alerts")];
        let webhooks = vec![WebhookSpec::new("6", "things", FORUM), WebhookSpec::new("3", "alerts", TEXT)];
        let options = StandInOptions { channels, webhooks, limits: RateLimits::NONE, ..StandInOptions::default() };
        let discord = StandIn::start(options).await.expect("binds");
        let mut courier = CourierTest::new().await;
        if let Bot::With(permissions) = bot {
            discord.set_bot(GUILD, BotAccess::Member { permissions });
            courier.bot = Some(Secret::new(discord.bot_token().to_owned()));
        }
        let to = |name: &str, hook: &str, threads| Destination {
            name: name.to_owned(),
            webhook: Webhook::parse(&discord.webhook_url(hook).expect("there")).expect("a webhook"),
            locale: Locale::default(),
            tags: Tags::default(),
            threads,
            fallback: None,
            feed: None,
            own: None,
        };
        let per_key = ThreadMode::PerKey;
        let destinations = vec![
            to("sales", "things", per_key),
            to("each", "things", ThreadMode::PerEvent),
            to("text", "alerts", per_key),
        ];
        let mut test = Self { discord, courier, destinations };
        test.run();
        test
    }

    fn run(&mut self) {
        self.courier.start_at(&self.discord.base(), self.destinations.clone(), Config::default());
    }

    async fn restart(&mut self) {
        self.courier.stop().await;
        self.courier.store.close().await;
        self.courier.store = open(&self.courier.dir).await;
        self.run();
    }

    async fn send(&mut self, kind: &str, body: Value) -> Delivery {
        self.send_to("sales", kind, body).await
    }

    async fn send_to(&mut self, destination: &str, kind: &str, body: Value) -> Delivery {
        let id = self.courier.accept_for(destination, kind, &body).await;
        self.courier.until(id, "over", |delivery| delivery.status.is_final()).await
    }

    /// The event of an issue.
    async fn issue(&mut self, n: u32, state: &str) -> Delivery {
        self.send("issue.event", json!({ "id": 7, "n": n, "state": state })).await
    }

    async fn comment(&mut self, n: u32) -> Delivery {
        self.send("comment.new", json!({ "id": 7, "n": n })).await
    }

    /// The posts of the forum by title, each with its messages; oldest first.
    fn posts(&self) -> Vec<(String, Vec<String>)> {
        let posts = self.discord.channels().into_iter();
        let posts = posts.filter(|channel| channel.kind == ChannelKind::ThreadOf(FORUM.into()));
        posts.map(|post| (post.name, self.said(&post.channel))).collect()
    }

    fn said(&self, channel: &str) -> Vec<String> {
        let first = |object: &Value| {
            let embed = &object["embeds"][0];
            let text = embed["title"].as_str().or(embed["description"].as_str()).unwrap_or("?");
            text.lines().next().unwrap_or_default().to_owned()
        };
        self.discord.messages(channel).iter().map(|message| first(&message.object)).collect()
    }

    /// The thread of the last post.
    fn thread(&self) -> String {
        let mut posts = self.discord.channels().into_iter();
        let last = posts.rfind(|channel| channel.kind == ChannelKind::ThreadOf(FORUM.into()));
        last.expect("a post").channel
    }

    async fn until_state(&self, thread: &str, state: ThreadState) {
        eventually("the post is as wanted", async || {
            let now = self.discord.thread_state(thread);
            if now == Some(state) { Ok(()) } else { Err(now) }
        })
        .await;
    }

    /// What was asked of Discord beside look-ups, as `METHOD status`.
    fn requests(&self) -> Vec<String> {
        let all = self.discord.requests().into_iter().filter(|request| request.method != "GET");
        let line = |path: &str| if path.contains("/webhooks/") { "message" } else { "thread" };
        all.map(|one| format!("{} {} {}", one.method, line(&one.path), one.status.unwrap_or_default())).collect()
    }
}

fn post(title: &str, messages: &[&str]) -> (String, Vec<String>) {
    (title.to_owned(), messages.iter().map(|&text| text.to_owned()).collect())
}

#[tokio::test]
async fn each_thing_is_a_post_what_belongs_to_it_joins_and_its_state_stays_in_the_first_message() {
    let mut test = PostsTest::start(Bot::None).await;
    let opened = test.issue(1, "open").await;
    assert!(opened.reason_text().starts_with("posted as a new forum post"), "{}", opened.reason_text());
    let comment = test.comment(2).await;
    assert!(comment.reason_text().starts_with("posted into a forum post"), "{}", comment.reason_text());
    test.restart().await;
    test.comment(3).await;
    test.issue(4, "labelled").await;
    // Another thing, and what is no thing's.
    test.send("issue.event", json!({ "id": 8, "n": 5, "state": "open" })).await;
    test.send("order.paid", json!({ "n": 6 })).await;
    test.send("order.paid", json!({ "n": 6 })).await;
    let expected = [
        post("issue 7: open 1", &["issue 7: labelled 4", "comment 2", "comment 3"]),
        post("issue 8: open 5", &["issue 8: open 5"]),
        post("order 6", &["order 6", "order 6"]),
    ];
    assert_eq!(test.posts(), expected);
    assert!(test.requests().iter().all(|request| request.ends_with("message 200")), "{:?}", test.requests());
}

#[tokio::test]
async fn what_is_posted_anew_joins_the_post_of_its_thing() {
    let mut test = PostsTest::start(Bot::None).await;
    test.issue(1, "open").await;
    let again = test.send("issue.event", json!({ "id": 7, "n": 2, "state": "open", "ring": ["again"] })).await;
    assert!(again.reason_text().starts_with("posted anew because again joined"), "{}", again.reason_text());
    eventually("the reply leads to the first one, which shows the thing", async || {
        let messages = test.discord.messages(&test.thread());
        let titles: Vec<_> = messages.iter().map(|message| message.object["embeds"][0]["title"].clone()).collect();
        if titles == [json!("issue 7: open 2"), Value::Null] { Ok(()) } else { Err(titles) }
    })
    .await;
}

#[tokio::test]
async fn a_thing_that_is_over_is_archived_opened_for_an_edit_and_by_a_message() {
    let mut test = PostsTest::start(Bot::With(MAY_ARCHIVE)).await;
    test.issue(1, "open").await;
    test.comment(2).await;
    let thread = test.thread();
    assert_eq!(test.discord.thread_state(&thread), Some(ThreadState::Open));
    let closed = test.issue(3, "closed").await;
    assert!(!closed.reason_text().contains("archived"), "{}", closed.reason_text());
    test.until_state(&thread, ThreadState::Archived).await;
    test.restart().await;
    // An edit is refused there, so it is opened, and archived again.
    let before = test.requests().len();
    let edited = test.issue(4, "closed").await;
    assert!(edited.reason_text().starts_with("edited"), "{}", edited.reason_text());
    test.until_state(&thread, ThreadState::Archived).await;
    let expected = ["PATCH message 400", "PATCH thread 200", "PATCH message 200", "PATCH thread 200"];
    assert_eq!(test.requests()[before..], expected);
    // A message opens it by itself.
    test.comment(5).await;
    test.until_state(&thread, ThreadState::Archived).await;
    test.send("issue.event", json!({ "id": 7, "n": 6, "state": "open", "ring": ["open again"] })).await;
    test.comment(7).await;
    assert_eq!(test.discord.thread_state(&thread), Some(ThreadState::Open));
    eventually("the first one leads to the last", async || {
        let posts = test.posts();
        let all = ["issue 7: open 6", "comment 2", "comment 5", "issue 7: open 6", "comment 7"];
        if posts == [post("issue 7: open 1", &all)] { Ok(()) } else { Err(posts) }
    })
    .await;
}

#[tokio::test]
async fn what_comes_after_the_end_of_a_thing_goes_into_its_post() {
    let mut test = PostsTest::start(Bot::With(MAY_ARCHIVE)).await;
    for (n, state) in [(1, "open"), (2, "closed"), (3, "open")] {
        test.send("incident.event", json!({ "id": 7, "n": n, "state": state })).await;
        let state = if state == "open" { ThreadState::Open } else { ThreadState::Archived };
        test.until_state(&test.thread(), state).await;
    }
    assert_eq!(test.posts(), [post("incident 7: open 1", &["incident 7: closed 2", "incident 7: open 3"])]);
}

#[tokio::test]
async fn without_a_bot_the_post_stays_open_and_the_delivery_says_so_once() {
    let mut test = PostsTest::start(Bot::None).await;
    test.issue(1, "open").await;
    let closed = test.issue(2, "closed").await;
    let why = "the post was not archived: there is no bot";
    assert!(closed.reason_text().contains(why), "{}", closed.reason_text());
    let more = test.issue(3, "closed").await;
    assert!(!more.reason_text().contains(why), "{}", more.reason_text());
    assert_eq!(test.requests(), ["POST message 200", "PATCH message 200", "PATCH message 200"]);
}

#[tokio::test]
async fn a_bot_without_the_permission_is_asked_once_and_stands_in_no_delivery_s_way() {
    let mut test = PostsTest::start(Bot::With(VIEW_CHANNEL)).await;
    test.issue(1, "open").await;
    let closed = test.issue(2, "closed").await;
    let attempts = eventually("the attempt is kept", async || {
        let details = test.courier.store.details(closed.event).await.expect("readable").expect("there");
        let all = details.deliveries.into_iter().flat_map(|(_, attempts)| attempts);
        let said: Vec<String> = all.map(|attempt| attempt.detail).collect();
        if said.len() == 2 { Ok(said) } else { Err(said) }
    })
    .await;
    assert!(attempts[1].contains("the bot needs the permissions View Channel and Manage Threads"), "{attempts:?}");
    test.comment(3).await;
    test.send("issue.event", json!({ "id": 8, "n": 4, "state": "open" })).await;
    let second = test.send("issue.event", json!({ "id": 8, "n": 5, "state": "closed" })).await;
    assert!(second.reason_text().contains("Manage Threads"), "{}", second.reason_text());
    let refused = test.requests().into_iter().filter(|request| request == "PATCH thread 403").count();
    assert_eq!((refused, test.posts().len()), (1, 2));
    let lanes = test.courier.store.lanes().await.expect("readable");
    assert!(lanes.iter().all(|lane| lane.parked.is_none()));
}

#[tokio::test]
async fn an_archive_that_fails_is_tried_again_and_a_limit_is_waited_for() {
    let mut test = PostsTest::start(Bot::With(MAY_ARCHIVE)).await;
    for (n, fault) in [(2, FaultKind::Status(503)), (3, FaultKind::RateLimited(Duration::from_millis(20)))] {
        test.discord.inject(fault.on_channels().only(Method::PATCH).times(1));
        test.send("issue.event", json!({ "id": n, "n": n, "state": "closed" })).await;
        test.until_state(&test.thread(), ThreadState::Archived).await;
    }
    let asked = test.requests().into_iter().filter(|request| request.starts_with("PATCH thread"));
    let expected = ["PATCH thread 503", "PATCH thread 200", "PATCH thread 429", "PATCH thread 200"];
    assert_eq!(asked.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_text_channel_gets_its_messages_as_ever_and_the_first_says_why() {
    let mut test = PostsTest::start(Bot::None).await;
    let first = test.send_to("text", "issue.event", json!({ "id": 7, "n": 1, "state": "open" })).await;
    let why = "thread: `per_key` has no effect, the webhook's channel is no forum";
    assert!(first.reason_text().contains(why), "{}", first.reason_text());
    let comment = test.send_to("text", "comment.new", json!({ "id": 7, "n": 2 })).await;
    assert!(comment.reason_text().starts_with("posted (template"), "{}", comment.reason_text());
    let closed = test.send_to("text", "issue.event", json!({ "id": 7, "n": 3, "state": "closed" })).await;
    assert!(!closed.reason_text().contains("archived"), "{}", closed.reason_text());
    assert_eq!(test.said(TEXT), ["issue 7: closed 3", "comment 2"]);
    let expected = ["POST message 400", "POST message 200", "POST message 200", "PATCH message 200"];
    assert_eq!(test.requests(), expected);
}

#[tokio::test]
async fn the_posts_of_one_destination_are_not_those_of_another() {
    let mut test = PostsTest::start(Bot::None).await;
    for destination in ["sales", "each"] {
        test.send_to(destination, "issue.event", json!({ "id": 7, "n": 1, "state": "open" })).await;
        test.send_to(destination, "comment.new", json!({ "id": 7, "n": 2 })).await;
    }
    let expected = [
        post("issue 7: open 1", &["issue 7: open 1", "comment 2"]),
        post("issue 7: open 1", &["issue 7: open 1"]),
        post("comment 2", &["comment 2"]),
    ];
    assert_eq!(test.posts(), expected);
}

#[tokio::test]
async fn a_deleted_or_locked_post_is_replaced_by_one_of_the_same_title() {
    let mut test = PostsTest::start(Bot::With(MAY_ARCHIVE)).await;
    test.issue(1, "open").await;
    test.discord.delete_channel(&test.thread());
    let anew = test.comment(2).await;
    assert!(anew.reason_text().contains("a new post was begun"), "{}", anew.reason_text());
    test.issue(3, "open").await;
    assert_eq!(test.posts(), [post("issue 7: open 1", &["comment 2", "issue 7: open 3"])]);
    let locked = test.thread();
    test.discord.set_thread_state(&locked, ThreadState::Locked);
    test.issue(4, "open").await;
    test.comment(5).await;
    let posts = test.posts();
    assert_eq!(posts[1..], [post("issue 7: open 4", &["issue 7: open 4", "comment 5"])]);
    assert_eq!(test.discord.thread_state(&locked), Some(ThreadState::Locked), "what a moderator locked stays so");
}

#[tokio::test]
async fn a_first_message_that_somebody_deleted_is_posted_anew_in_its_post() {
    let mut test = PostsTest::start(Bot::None).await;
    test.issue(1, "open").await;
    test.comment(2).await;
    let thread = test.thread();
    assert!(test.discord.delete_message(&thread, &thread));
    test.issue(3, "open").await;
    test.issue(4, "open").await;
    assert_eq!(test.posts(), [post("issue 7: open 1", &["comment 2", "issue 7: open 4"])]);
}

#[tokio::test]
async fn a_lost_answer_may_begin_a_post_twice_and_the_second_is_kept() {
    let mut test = PostsTest::start(Bot::None).await;
    test.discord.inject(FaultKind::LostResponse.on_all().only(Method::POST).times(1));
    let first = test.issue(1, "open").await;
    assert!(first.possible_repeat, "{}", first.reason_text());
    test.comment(2).await;
    let expected =
        [post("issue 7: open 1", &["issue 7: open 1"]), post("issue 7: open 1", &["issue 7: open 1", "comment 2"])];
    assert_eq!(test.posts(), expected);
}

#[tokio::test]
async fn a_lane_that_is_behind_opens_each_post_once_and_closes_what_is_over() {
    let mut test = PostsTest::start(Bot::With(MAY_ARCHIVE)).await;
    test.courier.stop().await;
    let mut last = None;
    for (kind, body) in [
        ("comment.new", json!({ "id": 7, "n": 1 })),
        ("issue.event", json!({ "id": 7, "n": 2, "state": "open" })),
        ("issue.event", json!({ "id": 8, "n": 3, "state": "open" })),
        ("issue.event", json!({ "id": 7, "n": 4, "state": "closed" })),
        ("comment.new", json!({ "id": 8, "n": 5 })),
    ] {
        last = Some(test.courier.accept(kind, &body).await);
    }
    test.run();
    let last = last.expect("some");
    test.courier.until(last, "over", |delivery| delivery.status.is_final()).await;
    let posts = test.posts();
    let expected = [
        post("comment 1", &["comment 1", "issue 7: closed 4"]),
        post("issue 8: open 3", &["issue 8: open 3", "comment 5"]),
    ];
    assert_eq!(posts, expected);
    let closed = test.discord.channels().into_iter().find(|channel| channel.name == "comment 1").expect("there");
    test.until_state(&closed.channel, ThreadState::Archived).await;
}
