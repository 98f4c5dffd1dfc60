//! A recipe that runs: a hookbell on its files, and a stand-in with a channel for each of its webhooks.

use std::ops::Deref;
use std::time::Duration;

use hookbell::config::{Config, Environment};
use hookbell_config_file::Diagnostics;
use hookbell_fake_discord::{ChannelSpec, RateLimits, StandIn, StandInOptions, StoredMessage, WebhookSpec};
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Clock;
use hookbell_provider::{Sample, Signer};
use tempfile::TempDir;

use super::{Recipe, SentRequest, write};
use crate::support::{RunningApp, SECRET, client, eventually, fetch, on_loopback};

/// The server of the recipes that have a bot.
const GUILD: &str = "112233445566778899";

pub(super) struct RunningRecipe {
    pub(super) discord: StandIn,
    /// The clock by which the intake dates requests.
    pub(super) clock: Clock,
    app: RunningApp,
    channels: Vec<String>,
    _folder: TempDir,
}

impl Recipe {
    pub(super) async fn start(&self) -> RunningRecipe {
        self.start_with(|channel, name| ChannelSpec::text(GUILD, channel, name)).await
    }

    /// With channels of another kind than text.
    pub(super) async fn start_with(&self, channel: impl Fn(&str, &str) -> ChannelSpec) -> RunningRecipe {
        let webhooks = self.variables().into_iter().filter_map(|name| name.strip_suffix("_WEBHOOK_URL"));
        let channels: Vec<String> = webhooks.map(str::to_lowercase).collect();
        let mut options = StandInOptions { limits: RateLimits::NONE, ..StandInOptions::default() };
        options.channels = channels.iter().enumerate().map(|(at, name)| channel(&id(at), name)).collect();
        let application = Some(options.application_id.clone());
        let webhook = |(at, name): (usize, &String)| WebhookSpec {
            application: application.clone(),
            ..WebhookSpec::new(&format!("9{}", id(at)), name, &id(at))
        };
        options.webhooks = channels.iter().enumerate().map(webhook).collect();
        let discord = StandIn::start(options).await.expect("a free port");
        let folder = tempfile::tempdir().expect("a folder");
        self.files.iter().for_each(|(path, text)| write(folder.path(), path, text));
        let variable = |name: &str| match name.strip_suffix("_WEBHOOK_URL") {
            Some(channel) => discord.webhook_url(&channel.to_lowercase()),
            None if name == "DISCORD_BOT_TOKEN" => Some(discord.bot_token().to_owned()),
            None => Some(SECRET.to_owned()),
        };
        let mut diagnostics = Diagnostics::default();
        let text = on_loopback(self.config(), "127.0.0.1:0", &discord);
        let config = Config::read("config.toml", &text, folder.path(), &Environment::of(variable), &mut diagnostics);
        assert!(diagnostics.0.is_empty(), "{}: {diagnostics}", self.heading);
        let clock = Clock::default();
        let mut config = config.expect("a config");
        config.intake.clock = clock.clone();
        let app = RunningApp::with(config).await;
        RunningRecipe { discord, clock, app, channels, _folder: folder }
    }
}

fn id(at: usize) -> String {
    format!("{}", 5000 + at)
}

impl Deref for RunningRecipe {
    type Target = RunningApp;

    fn deref(&self) -> &RunningApp {
        &self.app
    }
}

impl RunningRecipe {
    /// Sends to this source, signed as its provider does, and waits until what follows is posted. Returns the event's id.
    pub(super) async fn post(&self, source: &str, request: &SentRequest) -> String {
        let SentRequest { provider, headers, body } = request.clone();
        let providers = hookbell::embedded::providers();
        let provider = providers.get(&provider).expect("a provider");
        let (_, settings) = provider.test_secrets();
        let verifier = provider.verifier_with(&[Secret::new(SECRET)], &settings).expect("a verifier");
        let sample = Sample { name: String::new(), headers, body };
        let sent = Signer::new(&verifier).outgoing(&sample, None, self.clock.now());
        let answer = fetch(client().post(self.url(source)).headers(sent.headers).body(sent.body)).await;
        assert_eq!((answer.status, &answer.body["status"]), (200, &"accepted".into()), "{answer:?}");
        self.drained().await;
        answer.event().to_owned()
    }

    /// The messages of the channel into which the variable `NAME_WEBHOOK_URL` leads.
    pub(super) fn messages(&self, channel: &str) -> Vec<StoredMessage> {
        self.discord.messages(&self.channel(channel))
    }

    /// The first line of each message, with its pings left out.
    pub(super) fn lines(&self, channel: &str) -> Vec<String> {
        let line = |message: &StoredMessage| {
            let words = message.object["content"].as_str().unwrap_or_default().to_owned();
            let pings = message.mentions.roles.iter().map(|role| format!("<@&{role}>"));
            pings.fold(words, |words, ping| words.replace(&ping, "")).trim().to_owned()
        };
        self.messages(channel).iter().map(line).collect()
    }

    /// The roles that each message pings.
    pub(super) fn pinged(&self, channel: &str) -> Vec<Vec<String>> {
        self.messages(channel).into_iter().map(|message| message.mentions.roles).collect()
    }

    pub(super) fn channel(&self, name: &str) -> String {
        id(self.channels.iter().position(|known| known == name).unwrap_or_else(|| panic!("no channel {name}")))
    }

    /// Dates what is sent from now on so long ago, which makes due what waits.
    pub(super) fn back_in_time(&self, by: Duration) {
        self.clock.set_offset(-i64::try_from(by.as_millis()).expect("a span"));
    }

    /// Waits for what a clock posts rather than a request.
    pub(super) async fn wait_for(&self, channel: &str, count: usize) {
        eventually("the messages are posted", async || {
            let lines = self.lines(channel);
            if lines.len() >= count { Ok(()) } else { Err(lines) }
        })
        .await;
    }
}
