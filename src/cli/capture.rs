//! `hookbell capture`: waits, once and for a while, for a sender that brings its secret in its first request. The
//! window is in the store, where the running server reads it.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::load::{load, source};
use super::usage::{Mistakes, Usage, count};
use super::waiting_span::waiting_span;
use super::{out::out, signals};
use crate::config::{Config, Environment};
use crate::intake::Source;
use crate::store::{self, Store};
use hookbell_model::timestamp::{Timestamp, format_duration};

/// How often the store is read.
const POLL: Duration = Duration::from_millis(200);
/// Each may cost a hash of every body; senders with more webhooks than this get a source of their own for some.
const MOST_SECRETS: usize = 16;

/// Wait for a sender that brings its secret by itself
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell capture asana\n\nOpens a window in which the running server takes one first request that brings a secret, and reports what happened. Set the webhook up at the sender while it waits. Exit code 0 when a secret was captured."
)]
pub(super) struct Args {
    /// The source that waits for its secret
    source: String,
    /// How long to wait, at most an hour
    #[arg(long = "for", value_name = "SPAN", default_value = "10m", value_parser = waiting_span)]
    span: Duration,
    /// Print what was captured so far instead, newest first, a secret a line
    #[arg(long, conflicts_with_all = ["span", "forget"])]
    show: bool,
    /// Forget what was captured so far instead
    #[arg(long, conflicts_with = "span")]
    forget: bool,
}

/// How the waiting ended.
#[derive(Debug, Clone, Copy)]
enum CaptureEnd {
    Captured,
    Nothing,
    Stopped,
    /// Another `hookbell capture` opened a new window.
    Replaced,
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let name = args.source.as_str();
    if args.show || args.forget {
        // A source that has left the config may have left its secrets here.
        let store = Config::load_store(path, &Environment::beside(path));
        let store = store.map_err(Mistakes)?;
        return if args.show { show(name, &store).await } else { forget(name, &store).await };
    }
    let config = load(path)?;
    let source = source(&config, name)?;
    check(source)?;
    let stopped = signals::shutdown()?;
    let store = Store::attach(&config.store).await?;
    let known = store.capture(name).await?.secrets.len();
    if known >= MOST_SECRETS {
        let what = format!("`{name}` has {known} captured secrets already, and more are not kept");
        return Err(Usage(format!("{what}\n  help: `hookbell capture {name} --forget` makes room")).into());
    }
    let opened = Timestamp::now();
    store.open_window(name, opened, opened.after(args.span)).await?;
    let url = source.public_url().unwrap_or_else(|| format!("https://YOUR.HOST/hooks/{name}"));
    eprintln!(
        "waiting {} for the first request to {url}: set the webhook up at the sender now",
        format_duration(args.span)
    );
    let waited = wait(&store, name, opened, args.span, stopped).await;
    // Closed before the last check, and also when the store can no longer be read.
    store.close_window(name, opened).await?;
    let end = check_window(&store, name, opened).await?.unwrap_or(waited?);
    Ok(report(name, end, args.span, &url))
}

/// Only where a request can bring the secret.
fn check(source: &Source) -> Result<(), Usage> {
    if source.can_capture() {
        return Ok(());
    }
    let what = format!("{} sends no secret by itself", source.provider.title);
    let hint = format!("`hookbell providers show {}` shows which secret to put into the config", source.provider.name);
    Err(Usage(format!("{what}\n  help: {hint}")))
}

async fn wait(
    store: &Store,
    name: &str,
    opened: Timestamp,
    span: Duration,
    stopped: CancellationToken,
) -> anyhow::Result<CaptureEnd> {
    let over = tokio::time::sleep(span);
    tokio::pin!(over);
    loop {
        if let Some(end) = check_window(store, name, opened).await? {
            return Ok(end);
        }
        tokio::select! {
            () = &mut over => return Ok(CaptureEnd::Nothing),
            () = stopped.cancelled() => return Ok(CaptureEnd::Stopped),
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

/// What became of the window that was opened then.
async fn check_window(store: &Store, name: &str, opened: Timestamp) -> store::Result<Option<CaptureEnd>> {
    Ok(match store.capture(name).await?.window {
        Some(window) if window.opened != opened => Some(CaptureEnd::Replaced),
        Some(window) if window.captured.is_some() => Some(CaptureEnd::Captured),
        _ => None,
    })
}

fn report(name: &str, end: CaptureEnd, span: Duration, url: &str) -> ExitCode {
    match end {
        CaptureEnd::Captured => {
            out!("captured: the secret of `{name}` is kept in the database and counts from now on");
            eprintln!("help: `hookbell capture {name} --show` prints it, for the sender or for the config");
            return ExitCode::SUCCESS;
        }
        CaptureEnd::Nothing => {
            out!("nothing came in {}; the window is closed", format_duration(span));
            eprintln!("help: `hookbell serve` must be running with this config, and the sender reach it at {url}");
        }
        CaptureEnd::Stopped => out!("stopped; the window is closed"),
        CaptureEnd::Replaced => out!("another `hookbell capture {name}` has taken over"),
    }
    ExitCode::from(1)
}

/// Prints secrets, and only on request: the sender may want one back, or the operator may move it into the config.
async fn show(name: &str, store: &store::Config) -> anyhow::Result<ExitCode> {
    let secrets = Store::attach(store).await?.capture(name).await?.secrets;
    for secret in &secrets {
        out!("{}", secret.expose());
    }
    if secrets.is_empty() {
        eprintln!("nothing was captured for `{name}`");
        return Ok(ExitCode::from(1));
    }
    Ok(ExitCode::SUCCESS)
}

async fn forget(name: &str, store: &store::Config) -> anyhow::Result<ExitCode> {
    let forgotten = Store::attach(store).await?.forget_captured(name).await?;
    out!("{} of `{name}` forgotten", count(forgotten, "secret"));
    Ok(ExitCode::SUCCESS)
}
