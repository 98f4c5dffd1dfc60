//! A hookbell with a bot, whose sources are open to one of two servers.

use std::sync::Arc;
use std::time::Duration;

use hookbell::app::App;
use hookbell::config::{Config, Environment, FileWatcher, WatchIntervals};
use hookbell_fake_discord::{Answer, ChannelClient, ChannelSpec, Member, RateLimits, StandIn, StandInOptions};
use tempfile::TempDir;
use tokio::sync::Notify;

use crate::support::{HttpResponse, RunningApp, SECRET, eventually};

/// Of the server to which sources are open; without a webhook.
pub(super) const CHANNEL: &str = "5555";
pub(super) const THREAD: &str = "6666";
pub(super) const FORUM: &str = "7777";
/// Of a server that the config does not name in any source.
pub(super) const OTHER_CHANNEL: &str = "8888";
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct FeedBridge {
    pub(super) discord: StandIn,
    pub(super) app: RunningApp,
    pub(super) folder: TempDir,
    /// Makes the app read its config again.
    hang_up: Arc<Notify>,
}

impl FeedBridge {
    pub(super) async fn start() -> Self {
        let channels = vec![
            ChannelSpec::text("1111", "2222", "alerts"),
            ChannelSpec::text("1111", CHANNEL, "payments"),
            ChannelSpec::thread("1111", CHANNEL, THREAD, "invoices"),
            ChannelSpec::forum("1111", FORUM, "posts", &[]),
            ChannelSpec::text("9999", OTHER_CHANNEL, "theirs"),
        ];
        let options = StandInOptions { limits: RateLimits::NONE, channels, ..StandInOptions::default() };
        let discord = StandIn::start(options).await.expect("a free port");
        let folder = tempfile::tempdir().expect("a folder");
        let source = |name: &str, more: &str| {
            format!("[sources.{name}]\nprovider = \"{name}\"\nsecret = \"{SECRET}\"\n{more}\n")
        };
        let open = "subscribe = [\"1111\"]\n";
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\n[discord]\napi_base = \"{}\"\n\
             bot_token = \"{}\"\nguilds = [\"1111\", \"9999\"]\n[destinations.alerts]\nwebhook_url = \"{}\"\n{}{}{}\
             [[routes]]\nsource = [\"github\"]\nmask = [\"token\"]\nto = \"alerts\"\n",
            discord.base(),
            discord.bot_token(),
            discord.webhook_url("alerts").expect("the webhook"),
            source("github", open),
            source("stripe", open),
            source("gitlab", ""),
        );
        std::fs::write(folder.path().join("config.toml"), &text).expect("a config");
        let bridge = Self::run(discord, folder).await;
        bridge.registered().await;
        bridge
    }

    async fn run(discord: StandIn, folder: TempDir) -> Self {
        let (path, hang_up) = (folder.path().join("config.toml"), Arc::default());
        let (config, diagnostics) = Config::load(&path, &Environment::beside(&path));
        let app = App::build(config.unwrap_or_else(|| panic!("{diagnostics}"))).await.expect("an app");
        let watcher = FileWatcher::new(&path, WatchIntervals::default());
        let app = RunningApp::run(app.watching(watcher, Arc::clone(&hang_up)));
        Self { discord, app, folder, hang_up }
    }

    /// Changes the config while it runs.
    pub(super) fn reload_with(&self, change: impl FnOnce(&str) -> String) {
        let path = self.folder.path().join("config.toml");
        let text = change(&std::fs::read_to_string(&path).expect("a config"));
        std::fs::write(path, text).expect("a config");
        self.hang_up.notify_one();
    }

    async fn registered(&self) {
        for channel in [CHANNEL, OTHER_CHANNEL] {
            let there = |standin: &StandIn| (!standin.commands(channel).is_empty()).then_some(());
            self.discord.wait_for(PATIENCE, there).await.expect("commands");
        }
        assert!(self.discord.wait_for_bot(PATIENCE).await, "a bot");
    }

    pub(super) async fn restart(self) -> Self {
        self.restart_with(str::to_owned).await
    }

    /// Ends it as SIGTERM would and starts another on the changed config.
    pub(super) async fn restart_with(self, change: impl FnOnce(&str) -> String) -> Self {
        let Self { discord, app, folder, .. } = self;
        app.stop().await;
        let path = folder.path().join("config.toml");
        let text = change(&std::fs::read_to_string(&path).expect("a config"));
        std::fs::write(path, &text).expect("a config");
        let bridge = Self::run(discord, folder).await;
        bridge.registered().await;
        bridge
    }

    /// Ends it, changes Discord, and starts another.
    pub(super) async fn restart_after(self, change: impl FnOnce(&StandIn)) -> Self {
        let Self { discord, app, folder, .. } = self;
        app.stop().await;
        change(&discord);
        Self::run(discord, folder).await
    }

    pub(super) async fn stop(self) {
        self.app.stop().await;
        self.discord.stop().await;
    }

    pub(super) fn here(&self, channel: &str) -> ChannelClient<'_> {
        self.discord.member(&Member::default()).in_channel(channel)
    }

    pub(super) async fn typed(&self, channel: &str, command: &str, options: &[(&str, &str)]) -> Answer {
        self.here(channel).command(command, options).await.unwrap_or_else(|error| panic!("{command}: {error:?}"))
    }

    pub(super) async fn suggested(&self, channel: &str, command: &str, option: &str) -> Vec<String> {
        let typed = format!("/{command} {option}:");
        match self.discord.autocomplete(&Member::default(), channel, &typed).await {
            Ok(hookbell_fake_discord::InteractionResponse::Choices(choices)) => {
                choices.iter().map(|choice| choice["value"].as_str().expect("a text").to_owned()).collect()
            }
            other => panic!("{typed}: {other:?}"),
        }
    }

    /// Waits until a feed has its lane, and takes events.
    pub(super) async fn taken_up(&self, feed: &str) {
        eventually(feed, async || self.has_lane(feed).await).await;
    }

    /// Waits until a feed takes no more events.
    pub(super) async fn gone(&self, feed: &str) {
        eventually(feed, async || !self.has_lane(feed).await).await;
    }

    /// Waits until it is known where a destination posts.
    pub(super) async fn placed(&self, destination: &str) {
        eventually(destination, async || {
            let lanes = self.app.store.lanes().await.expect("asked");
            lanes.iter().any(|lane| lane.destination == destination && lane.channel.is_some())
        })
        .await;
    }

    async fn has_lane(&self, feed: &str) -> bool {
        self.app.store.lanes().await.expect("asked").iter().any(|lane| lane.destination == feed)
    }

    /// Sends events until so many messages are in the channel: a change is taken up within a second.
    pub(super) async fn eventually_posts(&self, prefix: &str, count: usize) {
        let mut sent = 0;
        eventually("a message", async || {
            sent += 1;
            self.send_invoice(&format!("{prefix}_{sent}")).await;
            self.discord.messages(CHANNEL).len() >= count
        })
        .await;
    }

    /// An invoice of $49 was paid.
    pub(super) async fn send_invoice(&self, id: &str) {
        self.sent_invoice(id).await;
    }

    /// As [`FeedBridge::send_invoice`]; what the sender is answered.
    pub(super) async fn sent_invoice(&self, id: &str) -> HttpResponse {
        let body = format!(
            r#"{{"id":"{id}","object":"event","type":"invoice.paid","created":1700000000,"livemode":true,"data":{{"object":{{"id":"in_{id}","object":"invoice","amount_paid":4900,"currency":"usd","number":"N-{id}","customer_name":"Ada","status":"paid"}}}}}}"#
        );
        let answer = self.app.send("stripe", &[], &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer
    }

    /// Of all webhooks.
    pub(super) fn tokens(&self) -> Vec<String> {
        self.discord.webhooks().into_iter().map(|webhook| webhook.token).collect()
    }
}
