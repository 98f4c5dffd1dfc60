//! A hookbell whose channels have a day behind them, and everything that one can ask about it.

use hookbell_fake_discord::permission::{MANAGE_GUILD, MANAGE_MESSAGES};
use hookbell_fake_discord::{
    Answer, ChannelClient, ChannelSpec, InteractionResponse, Person, RateLimits, ServerSpec, StandIn, StandInOptions,
    StoredMessage, WebhookSpec,
};
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::{Clock, Timestamp};
use hookbell_provider::{Sample, Signer};

use crate::support::{PATIENCE, RunningApp, SECRET, client, fetch, read_config};

const MINUTE: i64 = 60_000;
pub(super) const SALES: &str = "2222";
pub(super) const ON_CALL: &str = "2223";
const BOARD: &str = "2224";

pub(super) struct Stage {
    pub(super) discord: StandIn,
    app: RunningApp,
    clock: Clock,
    /// Of the failed payment.
    event: String,
    _folder: tempfile::TempDir,
}

/// An answer of a command, and how it is called.
pub(super) struct Scene {
    /// As a person calls it in English.
    pub(super) command: &'static str,
    /// The file in `docs/bot/`, without its ending.
    pub(super) file: &'static str,
    pub(super) channel: &'static str,
    pub(super) answer: Answer,
}

impl Stage {
    /// The person who asks has this language.
    pub(super) async fn start(locale: &str) -> Self {
        let channel = |id: &str, name: &str| ChannelSpec::text("1111", id, name);
        let options = StandInOptions {
            limits: RateLimits::NONE,
            servers: vec![ServerSpec::new("1111", "Ada's Workshop").role(
                "71",
                "on call",
                MANAGE_MESSAGES | MANAGE_GUILD,
            )],
            people: vec![Person::new("601", "Ada").member_of("1111", &["71"]).reads(locale)],
            channels: vec![channel(SALES, "sales"), channel(ON_CALL, "on-call"), channel(BOARD, "board")],
            webhooks: [("3331", "sales", SALES), ("3332", "on-call", ON_CALL), ("3333", "board", BOARD)]
                .map(|(id, name, channel)| WebhookSpec::new(id, name, channel))
                .into(),
            ..StandInOptions::default()
        };
        let discord = StandIn::start(options).await.expect("a stand-in");
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Clock::default();
        let mut config = read_config(&config_text(&discord), folder.path());
        config.intake.clock = clock.clone();
        let app = RunningApp::with(config).await;
        assert!(discord.wait_for_bot(PATIENCE).await, "the bot connects");
        let registered = |discord: &StandIn| (!discord.commands(SALES).is_empty()).then_some(());
        discord.wait_for(PATIENCE, registered).await.expect("commands");
        let mut stage = Self { discord, app, clock, event: String::new(), _folder: folder };
        stage.live_through_a_day().await;
        stage
    }

    async fn live_through_a_day(&mut self) {
        for (provider, sample, minutes_ago) in [
            ("stripe", "checkout.session.completed", 6 * 1440),
            ("stripe", "invoice.paid", 5 * 1440),
            ("stripe", "checkout.session.completed", 4 * 1440),
            ("stripe", "checkout.session.completed", 3 * 1440),
            ("stripe", "checkout.session.completed", 2 * 1440),
            ("stripe", "customer.subscription.created", 26 * 60),
            ("stripe", "checkout.session.completed", 9 * 60),
            ("stripe", "charge.refunded", 7 * 60),
            ("stripe", "charge.dispute.created", 6 * 60),
            ("stripe", "invoice.paid", 95),
            ("stripe", "invoice.payment_failed", 0),
            ("github", "workflow_run.completed", 80),
            ("alertmanager", "firing", 0),
        ] {
            let event = self.send(provider, sample, minutes_ago).await;
            if sample == "invoice.payment_failed" {
                self.event = event;
            }
            self.app.drained().await;
        }
        // A webhook that somebody has deleted.
        self.discord.delete_webhook("board");
        self.send("generic", "signup", 30).await;
    }

    /// A sample that came in so long ago. Returns its id.
    async fn send(&self, provider: &str, sample: &str, minutes_ago: i64) -> String {
        self.clock.set_offset(-minutes_ago * MINUTE);
        let now = Timestamp(Timestamp::now().0 - minutes_ago * MINUTE);
        let providers = hookbell::embedded::providers();
        let provider = providers.get(provider).expect("shipped");
        let found = provider.samples.iter().find(|one| one.name == sample).expect("a sample");
        let verifier = provider.verifier(&[Secret::new(SECRET)]).expect("a secret");
        let live = Sample { body: found.body.replace("\"livemode\": false", "\"livemode\": true"), ..found.clone() };
        let sent = Signer::new(&verifier).outgoing(&provider.renewed(&live, now), None, now);
        let answer = fetch(client().post(self.app.url(&provider.name)).headers(sent.headers).body(sent.body)).await;
        assert_eq!(answer.status, 200, "{sample}: {answer:?}");
        answer.event().to_owned()
    }

    fn in_channel(&self, channel: &str) -> ChannelClient<'_> {
        self.discord.person("601").in_channel(channel)
    }

    async fn ask(&self, command: &str, channel: &str, options: &[(&str, &str)]) -> Answer {
        let answer = self.in_channel(channel).command(command, options).await;
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Every command once, in an order in which each has something to say.
    pub(super) async fn scenes(&self) -> Vec<Scene> {
        let mut scenes = Vec::new();
        let mut add = |command, file, channel, answer| scenes.push(Scene { command, file, channel, answer });
        let id: &str = &self.event;
        add("events recent", "events-recent", SALES, self.ask("events recent", SALES, &[]).await);
        add("events search", "events-search", SALES, self.ask("events search", SALES, &[("text", "print")]).await);
        add("events show", "events-show", SALES, self.ask("events show", SALES, &[("id", id)]).await);
        add("events explain", "events-explain", SALES, self.ask("events explain", SALES, &[("id", id)]).await);
        add("events today", "events-today", SALES, self.ask("events today", SALES, &[]).await);
        let stats = [("window", "7d"), ("by", "type"), ("compare", "true")];
        add("events stats", "events-stats", SALES, self.ask("events stats", SALES, &stats).await);
        let watched = self.ask("events watch", SALES, &[("text", "print")]).await;
        add("events watch", "events-watch", SALES, watched);
        let messages = self.in_channel(ON_CALL).messages();
        let alert: &StoredMessage = messages.last().expect("an alert");
        let explained = self.in_channel(ON_CALL).apps_menu(alert, "Explain this alert").await.expect("answered");
        add("Explain this alert", "explain-this-alert", ON_CALL, explained);

        self.act_on_an_alert(&mut add).await;
        self.arrange_feeds(&mut add).await;
        let everywhere = [("everywhere", "true")];
        add("alerts status", "alerts-status", ON_CALL, self.ask("alerts status", ON_CALL, &everywhere).await);
        let mute =
            [("for", "4h"), ("reason", "Database is being moved"), ("source", "alertmanager"), ("severity", "warning")];
        add("alerts mute", "alerts-mute", ON_CALL, self.ask("alerts mute", ON_CALL, &mute).await);
        let mute = [("for", "30m"), ("reason", "Load test"), ("source", "github")];
        self.ask("alerts mute", ON_CALL, &mute).await;
        add("alerts muted", "alerts-muted", ON_CALL, self.ask("alerts muted", ON_CALL, &[]).await);
        let ended = self.ask("alerts unmute", ON_CALL, &[("mute", "1")]).await;
        add("alerts unmute", "alerts-unmute", ON_CALL, ended);
        add("alerts audit", "alerts-audit", ON_CALL, self.ask("alerts audit", ON_CALL, &[]).await);
        scenes
    }

    /// What people do about the alert that fires.
    async fn act_on_an_alert(&self, add: &mut impl FnMut(&'static str, &'static str, &'static str, Answer)) {
        add("alerts open", "alerts-open", ON_CALL, self.ask("alerts open", ON_CALL, &[]).await);
        let suggested = self.in_channel(ON_CALL).suggest("alerts ack", &[("alert", "")]).await.expect("suggestions");
        let InteractionResponse::Choices(choices) = suggested.response else { panic!("{suggested:?}") };
        let key = choices[0]["value"].as_str().expect("an alert");
        let alert = ("alert", key);
        add("alerts ack", "alerts-ack", ON_CALL, self.ask("alerts ack", ON_CALL, &[alert]).await);
        let note = ("note", "The disk is being replaced");
        add("alerts note", "alerts-note", ON_CALL, self.ask("alerts note", ON_CALL, &[alert, note]).await);
        add("alerts unack", "alerts-unack", ON_CALL, self.ask("alerts unack", ON_CALL, &[alert]).await);
        let assigned = self.ask("alerts assign", ON_CALL, &[alert, ("person", "601")]).await;
        add("alerts assign", "alerts-assign", ON_CALL, assigned);
        add("alerts resolve", "alerts-resolve", ON_CALL, self.ask("alerts resolve", ON_CALL, &[alert]).await);
        let replay = self.ask("alerts replay", SALES, &[("id", &self.event)]).await;
        add("alerts replay", "alerts-replay", SALES, replay);
        let suggested = self.in_channel(SALES).suggest("alerts test", &[("route", "")]).await.expect("suggestions");
        let InteractionResponse::Choices(choices) = suggested.response else { panic!("{suggested:?}") };
        let route = choices[0]["value"].as_str().expect("a route");
        add("alerts test", "alerts-test", SALES, self.ask("alerts test", SALES, &[("route", route)]).await);
    }

    /// A channel that gets failed payments, with a message of its own.
    async fn arrange_feeds(&self, add: &mut impl FnMut(&'static str, &'static str, &'static str, Answer)) {
        let feed = [("source", "stripe"), ("type", "invoice.*"), ("severity", "error")];
        add("feeds subscribe", "feeds-subscribe", SALES, self.ask("feeds subscribe", SALES, &feed).await);
        add("feeds list", "feeds-list", SALES, self.ask("feeds list", SALES, &[]).await);
        let one = ("feed", "1");
        add("feeds edit", "feeds-edit", SALES, self.ask("feeds edit", SALES, &[one, ("severity", "warning")]).await);
        let opened = self.ask("feeds template", SALES, &[one]).await;
        let text = "title = \"Not paid: {{ message.title }}\"\ncolor = \"#ED4245\"\n";
        let tried = self.in_channel(SALES).submit(&opened, &[("text", text)]).await.expect("a preview");
        add("feeds template", "feeds-template", SALES, tried);
        add("feeds export", "feeds-export", SALES, self.ask("feeds export", SALES, &[]).await);
        add("feeds unsubscribe", "feeds-unsubscribe", SALES, self.ask("feeds unsubscribe", SALES, &[one]).await);
    }

    pub(super) async fn stop(self) {
        self.app.stop().await;
        self.discord.stop().await;
    }
}

fn config_text(discord: &StandIn) -> String {
    let url = |name: &str| discord.webhook_url(name).expect("a webhook");
    let destinations: String = ["sales", "on-call", "board"]
        .map(|name| format!("[destinations.{name}]\nwebhook_url = \"{}\"\n", url(name)))
        .concat();
    let sources: String = ["stripe", "github", "alertmanager", "generic"]
        .map(|name| format!("[sources.{name}]\nprovider = \"{name}\"\nsecret = \"{SECRET}\"\nsubscribe = [\"1111\"]\n"))
        .concat();
    let routes: String =
        [("stripe", "sales"), ("github", "on-call"), ("alertmanager", "on-call"), ("generic", "board")]
            .map(|(source, to)| format!("[[routes]]\nsource = \"{source}\"\nto = \"{to}\"\n"))
            .concat();
    format!(
        "[server]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\n[discord]\napi_base = \"{}\"\n\
         bot_token = \"{}\"\nguilds = [\"1111\"]\n{destinations}{sources}{routes}",
        discord.base(),
        discord.bot_token()
    )
}
