//! `hookbell connect`: makes a destination's webhook by Discord's own consent page, and writes its URL to the file that the config
//! names. Nobody copies a secret, and none is printed.

mod redirect;
mod url_file;

use std::net::Ipv4Addr;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use serde::Serialize;
use tokio::net::TcpListener;

use self::redirect::{Consent, ConsentPage, Redirected};
use self::url_file::UrlFile;
use super::random_secret::random_secret;
use super::usage::Usage;
use super::waiting_span::waiting_span;
use super::{out::out, signals};
use crate::config::{Config, ConnectTarget, Environment};
use crate::discord::Client;
use crate::discord::oauth::{ExchangeError, GrantedWebhook};
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::format_duration;

/// Make a destination's webhook at Discord and keep its URL in the file that the config names
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell connect sales\n\nThe destination's `webhook_url` must be `\"${file:PATH}\"`; the file need not exist. Prints a link of Discord's; whoever may manage webhooks opens it on this machine, chooses a channel and consents. `[discord]` needs `client_id` and `client_secret`, and the developer portal (OAuth2 → Redirects) must list `http://127.0.0.1:8790/`. The URL is never printed. Exit code 0 when it is written, 1 when it is not, 2 for wrong usage or config."
)]
pub(super) struct Args {
    /// The destination that is to get a webhook
    destination: String,
    /// The port of this machine that Discord's page leads back to
    #[arg(long, default_value_t = 8790, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
    /// How long to wait, at most an hour
    #[arg(long = "for", value_name = "SPAN", default_value = "10m", value_parser = waiting_span)]
    span: Duration,
    /// Print JSON for programs; the link goes to stderr then
    #[arg(long)]
    json: bool,
}

/// Why no webhook was connected.
#[derive(Debug, thiserror::Error)]
enum ConnectError {
    #[error("the consent was refused at Discord; nothing was changed")]
    Refused,
    #[error("Discord's page ended with `{0}`; nothing was changed")]
    Page(String),
    #[error("nobody consented in {}; nothing was changed", format_duration(*.0))]
    TimedOut(Duration),
    #[error("stopped; nothing was changed")]
    Stopped,
    #[error("{0}")]
    Exchange(#[from] ExchangeError),
    #[error("the webhook was made, but its URL cannot be written: {0:#}; the channel's settings at Discord show it")]
    File(anyhow::Error),
}

/// The result, for programs. Without the URL.
#[derive(Debug, Serialize)]
struct ConnectView<'a> {
    destination: &'a str,
    connected: bool,
    file: String,
    webhook: Option<&'a str>,
    channel: Option<&'a str>,
    guild: Option<&'a str>,
    error: Option<String>,
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let target = Config::load_connect_target(path, &Environment::beside(path), &args.destination);
    let target = target.map_err(|error| Usage(error.to_string()))?;
    // Before anybody is asked to consent: a URL that cannot be kept is lost.
    let file = UrlFile::prepare(&target.file)
        .with_context(|| format!("{} cannot be written; its folder must exist", target.file.display()))?;
    let client = Client::new(&target.api_base)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, args.port)).await.with_context(|| {
        format!("port {} cannot be taken; `--port` takes another, which the developer portal must list too", args.port)
    })?;
    let result = connect(&args, &target, &client, listener, file).await;
    report(&args, &target, result)
}

async fn connect(
    args: &Args,
    target: &ConnectTarget,
    client: &Client,
    listener: TcpListener,
    file: UrlFile,
) -> anyhow::Result<Result<GrantedWebhook, ConnectError>> {
    let stopped = signals::shutdown()?;
    let redirect = format!("http://127.0.0.1:{}/", args.port);
    // A request that does not bring it is not the answer to this link.
    let state = random_secret()?;
    let link = target.application.consent_url(&target.api_base, &redirect, &state).context("`api_base` is no URL")?;
    let mut page = ConsentPage::open(listener, state);
    eprintln!(
        "open this link on this machine within {}, choose a channel and authorize; the application's redirects must list {redirect}",
        format_duration(args.span)
    );
    if args.json {
        eprintln!("{link}");
    } else {
        out!("{link}");
    }
    let redirected = tokio::select! {
        redirected = page.redirected() => redirected,
        () = tokio::time::sleep(args.span) => return Ok(Err(ConnectError::TimedOut(args.span))),
        () = stopped.cancelled() => return Ok(Err(ConnectError::Stopped)),
    };
    let Some(Redirected { consent, reply }) = redirected else { return Ok(Err(ConnectError::Stopped)) };
    let result = match consent {
        Consent::Refused => Err(ConnectError::Refused),
        Consent::Failed(error) => Err(ConnectError::Page(error)),
        Consent::Given(code) => keep(target, client, &code, &redirect, file).await,
    };
    page.close(reply, result.as_ref().err().map(ToString::to_string)).await;
    Ok(result)
}

/// Exchanges the code and writes the URL.
async fn keep(
    target: &ConnectTarget,
    client: &Client,
    code: &Secret,
    redirect: &str,
    file: UrlFile,
) -> Result<GrantedWebhook, ConnectError> {
    let granted = client.exchange_code(&target.application, code, redirect).await?;
    file.write(&granted.url).map_err(ConnectError::File)?;
    Ok(granted)
}

fn report(
    args: &Args,
    target: &ConnectTarget,
    result: anyhow::Result<Result<GrantedWebhook, ConnectError>>,
) -> anyhow::Result<ExitCode> {
    let (name, file) = (args.destination.as_str(), target.file.display().to_string());
    let result = result?;
    if args.json {
        let granted = result.as_ref().ok();
        let view = ConnectView {
            destination: name,
            connected: granted.is_some(),
            file,
            webhook: granted.map(|granted| granted.id.as_str()),
            channel: granted.and_then(|granted| granted.channel.as_deref()),
            guild: granted.and_then(|granted| granted.guild.as_deref()),
            error: result.as_ref().err().map(ToString::to_string),
        };
        out!("{}", serde_json::to_string_pretty(&view)?);
        return Ok(ExitCode::from(u8::from(result.is_err())));
    }
    let granted = result?;
    let channel = granted.channel.map(|channel| format!(" into channel {channel}")).unwrap_or_default();
    out!("connected: `{name}` posts{channel}; the URL of webhook {} is in {file}", granted.id);
    eprintln!(
        "help: a running `hookbell serve` takes it up by itself; `hookbell try MESSAGE --to {name}` sends a message"
    );
    Ok(ExitCode::SUCCESS)
}
