//! A hookbell between its sources and a stand-in for Discord, with a folder of its own.

use std::ops::Deref;
use std::path::Path;

use hookbell::config::{Config, Environment};
use hookbell_config_file::Diagnostics;
use hookbell_fake_discord::{ChannelSpec, RateLimits, StandIn, StandInOptions, WebhookSpec};
use hookbell_model::timestamp::Clock;
use tempfile::TempDir;

use super::app::RunningApp;

/// The secret of every source of [`config_text`].
pub(crate) const SECRET: &str = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXQ";

/// A running app with the stand-in that it posts to and the folder of its config and database.
pub(crate) struct TestBridge {
    pub(crate) discord: StandIn,
    pub(crate) folder: TempDir,
    /// The clock by which the intake dates requests.
    pub(crate) clock: Clock,
    app: RunningApp,
}

/// What differs from the config of [`config_text`].
#[derive(Default)]
pub(crate) struct TestBridgeBuilder {
    server: String,
    sources: Option<String>,
    route: String,
    more: String,
    bot: bool,
    is_bot_owned: bool,
    forum: bool,
    files: Vec<(String, String)>,
}

impl TestBridge {
    /// A bridge with the config of [`config_text`].
    pub(crate) async fn start() -> Self {
        Self::builder().start().await
    }

    pub(crate) fn builder() -> TestBridgeBuilder {
        TestBridgeBuilder::default()
    }

    /// Ends the app as SIGTERM would and starts another on the same files, with the same clock.
    pub(crate) async fn restart(self) -> Self {
        let Self { discord, folder, clock, app } = self;
        app.stop().await;
        let text = std::fs::read_to_string(folder.path().join("config.toml")).expect("a config");
        let app = start_with(&text, folder.path(), &clock).await;
        Self { discord, folder, clock, app }
    }

    /// Ends the app as SIGTERM would; the stand-in stays.
    pub(crate) async fn stop(self) -> StandIn {
        self.app.stop().await;
        self.discord
    }
}

impl Deref for TestBridge {
    type Target = RunningApp;

    fn deref(&self) -> &RunningApp {
        &self.app
    }
}

impl TestBridgeBuilder {
    /// Lines for the table `[server]`.
    pub(crate) fn server(mut self, lines: &str) -> Self {
        self.server.push_str(lines);
        self
    }

    /// The tables of the sources, instead of those of [`config_text`].
    pub(crate) fn sources(mut self, tables: &str) -> Self {
        self.sources = Some(tables.to_owned());
        self
    }

    /// Lines for the route.
    pub(crate) fn route(mut self, lines: &str) -> Self {
        self.route.push_str(lines);
        self
    }

    /// Tables for the end of the config.
    pub(crate) fn config(mut self, tables: &str) -> Self {
        self.more.push_str(tables);
        self
    }

    /// With a bot in the stand-in's servers.
    pub(crate) fn bot(mut self) -> Self {
        self.bot = true;
        self
    }

    /// With a bot that has made the webhook, so that its messages may have buttons.
    pub(crate) fn bot_webhook(self) -> Self {
        Self { is_bot_owned: true, ..self.bot() }
    }

    /// With a forum `5555` beside the channel, where each thing is a post; the route leads to both.
    pub(crate) fn forum(self) -> Self {
        Self { forum: true, ..self }
    }

    /// A file beside the config, such as `providers/own.toml`.
    pub(crate) fn file(mut self, path: &str, text: &str) -> Self {
        self.files.push((path.to_owned(), text.to_owned()));
        self
    }

    pub(crate) async fn start(self) -> TestBridge {
        let mut options = StandInOptions { limits: RateLimits::NONE, ..StandInOptions::default() };
        options.channels.push(ChannelSpec::text("9999", "8888", "elsewhere"));
        if self.is_bot_owned {
            let application = Some(options.application_id.clone());
            options.webhooks.iter_mut().for_each(|webhook| webhook.application.clone_from(&application));
        }
        if self.forum {
            options.channels.push(ChannelSpec::forum("1111", "5555", "things", &[]));
            options.webhooks.push(WebhookSpec::new("5556", "things", "5555"));
        }
        let discord = StandIn::start(options).await.expect("a free port");
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in &self.files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        let server = format!("[server]\n{}\n", self.server);
        let mut text = config_text(&discord, &self.more).replacen("[server]\n", &server, 1);
        if self.bot {
            let bot = format!("[discord]\nbot_token = \"{}\"\n", discord.bot_token());
            text = text.replacen("[discord]\n", &bot, 1);
        }
        if self.forum {
            let url = discord.webhook_url("things").expect("the webhook");
            let forum = format!("[destinations.forum]\nwebhook_url = \"{url}\"\nthread = \"per_key\"\n\n[sources.");
            text = text.replacen("[sources.", &forum, 1);
            text = text.replacen("to = \"alerts\"", "to = [\"alerts\", \"forum\"]", 1);
        }
        if let Some(sources) = &self.sources {
            let (from, to) = (text.find("[sources.").expect("sources"), text.find("[[routes]]").expect("routes"));
            text.replace_range(from..to, sources);
        }
        let text = text.replacen("[[routes]]\n", &format!("[[routes]]\n{}", self.route), 1);
        std::fs::write(folder.path().join("config.toml"), &text).expect("a config");
        let clock = Clock::default();
        let app = start_with(&text, folder.path(), &clock).await;
        TestBridge { discord, folder, clock, app }
    }
}

async fn start_with(text: &str, folder: &Path, clock: &Clock) -> RunningApp {
    let mut config = read_config(text, folder);
    config.intake.clock = clock.clone();
    RunningApp::with(config).await
}

/// A stand-in without rate limits: one channel `2222` with the webhook `alerts`.
pub(crate) async fn stand_in() -> StandIn {
    let options = StandInOptions { limits: RateLimits::NONE, ..StandInOptions::default() };
    StandIn::start(options).await.expect("a free port")
}

/// A config with one source for each of seven shipped providers (all with [`SECRET`]), one destination `alerts` and one
/// route to it. `more` is added at the end.
pub(crate) fn config_text(standin: &StandIn, more: &str) -> String {
    let sources: String = ["github", "stripe", "gitlab", "shopify", "slack", "standard-webhooks", "generic"]
        .iter()
        .map(|name| format!("[sources.{name}]\nprovider = \"{name}\"\nsecret = \"{SECRET}\"\n\n"))
        .collect();
    format!(
        "[server]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\n\n[discord]\napi_base = \"{}\"\n\n[destinations.alerts]\nwebhook_url = \"{}\"\n\n{sources}[[routes]]\nsource = \"*\"\nto = \"alerts\"\n\n{more}",
        standin.base(),
        standin.webhook_url("alerts").expect("the webhook")
    )
}

/// The config of a user, with the public listener at this address and the stand-in for Discord.
pub(crate) fn on_loopback(config: &str, listen: &str, standin: &StandIn) -> String {
    let server = format!("[server]\nlisten = \"{listen}\"\nadmin_listen = \"127.0.0.1:0\"\n");
    let discord = format!("[discord]\napi_base = \"{}\"\n", standin.base());
    match config.contains("[discord]\n") {
        true => format!("{server}{}", config.replacen("[discord]\n", &discord, 1)),
        false => format!("{server}{discord}{config}"),
    }
}

/// Reads a config that must be free of mistakes.
pub(crate) fn read_config(text: &str, folder: &Path) -> Config {
    let mut diagnostics = Diagnostics::default();
    let config = Config::read("config.toml", text, folder, &Environment::of(|_| None), &mut diagnostics);
    assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
    config.expect("a config")
}
