//! `hookbell confirm`: opens the link that a sender asks to be opened once, such as the first message of an Amazon SNS subscription. The
//! server itself opens no link that a request brings.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use reqwest::redirect::Policy;
use serde::Serialize;

use super::load::load;
use super::out::out;
use super::stored_event::find;
use super::usage::Usage;
use crate::store::Store;

const TIMEOUT: Duration = Duration::from_secs(15);

/// Open the link with which a sender wants its subscription to be confirmed
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell confirm k3f9 --open\n\nThe event is the one that asks for it, as `hookbell events list` shows it. Its link must lead to a host that the provider's file names; without `--open` it is printed and not opened. Exit code 0 when it is printed or was answered with success, 1 when it was not, 2 for wrong usage or config."
)]
pub(super) struct Args {
    /// The event's id, or so much of its beginning that no other event begins like it
    id: String,
    /// Open the link
    #[arg(long)]
    open: bool,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

/// The result, for programs.
#[derive(Debug, Serialize)]
struct ConfirmView<'a> {
    event: String,
    source: &'a str,
    link: &'a str,
    /// The status of the answer; none where the link was not opened.
    status: Option<u16>,
    confirmed: bool,
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let config = load(path)?;
    let store = Store::attach(&config.store).await?;
    let details = find(&store, &args.id).await?;
    let event = &details.event;
    let provider = config.providers.get(&event.provider);
    let provider = provider.ok_or_else(|| Usage(format!("there is no provider `{}` any more", event.provider)))?;
    let payload = serde_json::from_slice(&details.raw.body).unwrap_or_default();
    let link = provider
        .confirmation(&event.event_type, &payload)
        .map_err(|error| Usage(format!("event `{}` cannot be confirmed: {error}", event.id)))?;
    let status = if args.open { Some(open(link.as_str()).await?) } else { None };
    let confirmed = status.is_some_and(|status| status.is_success());
    let view = ConfirmView {
        event: event.id.to_string(),
        source: &event.source,
        link: link.as_str(),
        status: status.map(|status| status.as_u16()),
        confirmed,
    };
    if args.json {
        out!("{}", serde_json::to_string_pretty(&view)?);
    } else {
        match status {
            None => {
                out!("{link}");
                eprintln!("help: `hookbell confirm {} --open` opens it", event.id);
            }
            Some(status) if confirmed => out!("confirmed: the sender of `{}` answered {status}", event.source),
            Some(status) => {
                eprintln!("error: the sender of `{}` answered {status}; nothing is confirmed", event.source)
            }
        }
    }
    Ok(ExitCode::from(u8::from(status.is_some() && !confirmed)))
}

/// The status of the answer to one request; a redirect is not followed.
async fn open(link: &str) -> anyhow::Result<reqwest::StatusCode> {
    let client = reqwest::Client::builder().redirect(Policy::none()).timeout(TIMEOUT).no_proxy().build()?;
    let answer = client.get(link).send().await.map_err(reqwest::Error::without_url);
    Ok(answer.context("the link cannot be opened")?.status())
}
