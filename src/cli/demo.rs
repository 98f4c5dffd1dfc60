//! `hookbell demo`: the complete program without a Discord account: a stand-in for Discord, a temporary database, the
//! app between them, and a slow stream of signed sample events over HTTP.

mod scene;
mod stream;
mod why;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::sync::mpsc;

use self::scene::Scene;
use super::{log, out::out, signals, usage::Mistakes};
use crate::app::App;
use crate::config::{Config, Environment};
use crate::store::Store;
use hookbell_config_file::Diagnostics;
use hookbell_fake_discord::{
    ChannelSpec, HostRequest, Person, ServerSpec, StandIn, StandInOptions, WebhookSpec, permission,
};
use hookbell_model::timestamp::Timestamp;

/// Try everything without a Discord account: a stand-in for Discord, sample events, the bot
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell demo\n\nEverything stays on this machine; Ctrl-C ends it and leaves nothing behind."
)]
pub(super) struct Args {
    /// The port of the page; default: any free one
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// The port that takes webhooks; default: any free one
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    intake_port: u16,
}

const GUILD: &str = "1111";
const OTHER_GUILD: &str = "1112";
/// A role of those who may act on alerts, and say what goes where.
const OPERATORS: &str = "6601";
/// Each channel with its destination's name.
const CHANNELS: [(&str, &str, &str, &str); 6] = [
    (GUILD, "2201", "3301", "sales"),
    (GUILD, "2202", "3302", "code"),
    (GUILD, "2203", "3303", "community"),
    (GUILD, "2204", "3304", "alerts"),
    (GUILD, "2205", "3305", "digest"),
    (OTHER_GUILD, "2206", "3306", "newcomers"),
];

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    log::start("warn", false);
    let shutdown = signals::shutdown()?;
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let standin = StandIn::start(stage(args.port)).await.context("the page cannot be served")?;
    let mut config = config(&standin, args.intake_port, folder.path())?;
    // So that what the page mends works again while one looks.
    config.courier.first_revival = Duration::from_secs(3);
    let samples = stream::Samples::of(&config);
    let explained_by = self::config(&standin, args.intake_port, folder.path())?;
    let app = App::build(config).await?;
    let intake = app.public_address()?;
    let requests = standin.host_requests();
    tokio::spawn(answer(requests, explained_by, app.store(), intake));
    out!("{}", greeting(&standin.base(), intake));
    let stopping = shutdown.clone();
    tokio::spawn(async move {
        tokio::select! { () = stream::run(samples, intake) => {}, () = stopping.cancelled() => {} }
    });
    app.run(shutdown).await;
    standin.stop().await;
    out!("\nThe demo has ended and left nothing behind.");
    Ok(ExitCode::SUCCESS)
}

/// The server that the stand-in shows.
fn stage(port: u16) -> StandInOptions {
    StandInOptions {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        server: "Ada's Workshop".to_owned(),
        servers: vec![
            ServerSpec::new(GUILD, "Ada's Workshop").role(
                OPERATORS,
                "on call",
                permission::MANAGE_MESSAGES | permission::MANAGE_GUILD,
            ),
            ServerSpec::new(OTHER_GUILD, "Grace's Observatory"),
        ],
        // One may act on alerts in her server, the other may only look, in his language.
        people: vec![
            Person::new("5551", "Ada").member_of(GUILD, &[OPERATORS]).member_of(OTHER_GUILD, &[]),
            Person::new("5552", "Ben").member_of(GUILD, &[]).member_of(OTHER_GUILD, &[]).reads("de"),
        ],
        channels: CHANNELS
            .iter()
            .map(|(guild, channel, _, name)| ChannelSpec::text(guild, channel, name))
            // Nothing comes there until somebody subscribes it.
            .chain([ChannelSpec::text(GUILD, "2207", "lounge")])
            .collect(),
        webhooks: CHANNELS.iter().map(|(_, channel, webhook, name)| webhook_spec(channel, webhook, name)).collect(),
        buttons: Scene::buttons(),
        ..StandInOptions::default()
    }
}

/// The alerts' webhook is one that the bot has made, the others are as if made by hand.
fn webhook_spec(channel: &str, webhook: &str, name: &str) -> WebhookSpec {
    let application = (name == "alerts").then(|| StandInOptions::default().application_id);
    WebhookSpec { application, ..WebhookSpec::new(webhook, name, channel) }
}

/// Does what the page asks for, until the stand-in is gone.
async fn answer(mut requests: mpsc::Receiver<HostRequest>, config: Config, store: Store, intake: SocketAddr) {
    let config = Arc::new(config);
    while let Some(request) = requests.recv().await {
        let (config, store) = (Arc::clone(&config), store.clone());
        match request {
            HostRequest::Pressed(button) => {
                if let Some(scene) = Scene::of(&button) {
                    tokio::spawn(scene.play(intake));
                }
            }
            HostRequest::Mended => {
                // The lanes would find out by themselves, after a pause that grows with the fault's age.
                tokio::spawn(async move {
                    for (_, _, _, destination) in CHANNELS {
                        if let Err(error) = store.retry_lane(destination, Timestamp::now()).await {
                            tracing::warn!(%error, "a lane could not be told to try again");
                        }
                    }
                });
            }
            HostRequest::Explain { message, answer } => {
                tokio::spawn(async move {
                    let explained = why::explain_message(&config, &store, &message).await;
                    let text = explained.unwrap_or_else(|error| format!("It cannot be explained now: {error:#}"));
                    // The page may be closed by now.
                    drop(answer.send(text));
                });
            }
        }
    }
}

/// A complete config, read as `serve` reads one, so that the demo runs the same code.
fn config(standin: &StandIn, port: u16, folder: &Path) -> anyhow::Result<Config> {
    let webhook = |name: &str| standin.webhook_url(name).unwrap_or_default();
    let variables = move |name: &str| match name {
        "PORT" => Some(port.to_string()),
        "DISCORD" => Some(standin.base()),
        "BOT_TOKEN" => Some(standin.bot_token().to_owned()),
        "SECRET" => Some(stream::SECRET.to_owned()),
        "SALES" => Some(webhook("sales")),
        "CODE" => Some(webhook("code")),
        "COMMUNITY" => Some(webhook("community")),
        "ALERTS" => Some(webhook("alerts")),
        "DIGEST" => Some(webhook("digest")),
        "NEWCOMERS" => Some(webhook("newcomers")),
        _ => None,
    };
    let mut diagnostics = Diagnostics::default();
    let text = include_str!("demo/config.toml");
    let config = Config::read("demo config", text, folder, &Environment::of(variables), &mut diagnostics);
    config.filter(|_| diagnostics.errors() == 0).ok_or_else(|| Mistakes(diagnostics).into())
}

fn greeting(page: &str, intake: SocketAddr) -> String {
    format!(
        "hookbell demo: a look-alike of Discord, sample events, the real bridge between them.

  Open the page          {page}/
  Ask the bot there      /events recent, /alerts status; as Ada, who may act, or as Ben, who may look
  Press there            40 sales at once: what has to wait for Discord's limit goes together
                         A storm of alerts: many become one message
  Take an alert          Ack below the one in #alerts, as Ada; /alerts open lists what nobody has
  Why is it there?       Explain, beside each message, is what `hookbell explain` prints
  Subscribe #lounge      /feeds subscribe source:shop there, as Ada
  Look into #digest      the payments of each minute in one message

  Send an event of your own:

    curl -H 'Authorization: Bearer {secret}' -H 'Content-Type: application/json' \\
      -d '{{\"type\":\"signup\",\"id\":\"'$(date +%s%N)'\",\"name\":\"Grace\",\"email\":\"grace@example.com\",\"plan\":\"Team\"}}' \\
      http://{intake}/hooks/shop

Ctrl-C ends it.",
        secret = stream::SECRET
    )
}
