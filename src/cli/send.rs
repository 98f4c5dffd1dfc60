//! `hookbell send`: signs a sample as the provider would, with the source's own secret, posts it to the
//! running server and tells where the message went.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use serde_json::Value;

use super::{Usage, load, out::out};
use crate::config::Config;
use crate::delivery::{Delivery, Status};
use crate::event::EventId;
use crate::intake::Source;
use crate::mistake::suggestion;
use crate::provider::Sample;
use crate::store::Store;
use crate::timestamp::Timestamp;

/// Send a signed sample event to the running server
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell send stripe --event invoice.paid\n\nThe server must be running with the same config. Each sample is sent with a fresh id."
)]
pub(super) struct Args {
    /// The source to send as
    source: String,
    /// Which of the provider's samples; left out = its first, a wrong one tells them all
    #[arg(long, value_name = "TYPE", conflicts_with = "payload")]
    event: Option<String>,
    /// Send this file's bytes instead of a sample
    #[arg(long, value_name = "FILE")]
    payload: Option<PathBuf>,
    /// A header to send besides, e.g. `X-GitHub-Event: push`; may be repeated
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// Where the server is, e.g. https://your.host; left out = the config's `listen`
    #[arg(long)]
    url: Option<String>,
    /// How long to wait for the message to be delivered
    #[arg(long, value_name = "SPAN", default_value = "10s", value_parser = crate::timestamp::parse_span)]
    wait: Duration,
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let config = load(path)?;
    let source = config.sources.iter().find(|source| source.name == args.source).ok_or_else(|| {
        let hint =
            suggestion(&args.source, config.sources.iter().map(|source| source.name.as_str())).unwrap_or_default();
        Usage(format!("the config has no source `{}`; {hint}", args.source))
    })?;
    let sample = sample(&args, source)?;
    let url = match &args.url {
        Some(url) => format!("{}/hooks/{}", url.trim_end_matches('/'), source.name),
        None => format!("http://{}/hooks/{}", reachable(config.intake.listen), source.name),
    };
    let (status, answer) = post(source, &sample, &url).await?;
    out!("{status} {answer}");
    let event = answer.get("event").and_then(Value::as_str).and_then(|id| id.parse::<EventId>().ok());
    match event {
        Some(event) if status == 200 => follow(&config, event, args.wait).await,
        _ => Ok(ExitCode::from(1)),
    }
}

/// The request to send: a file as it is, or a sample under a new id.
fn sample(args: &Args, source: &Source) -> anyhow::Result<Sample> {
    let provider = &source.provider;
    let mut sample = match (&args.payload, &args.event) {
        (Some(path), _) => {
            let body = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            Sample {
                name: "payload".to_owned(),
                headers: Vec::new(),
                body: String::from_utf8(body).context("the payload is not UTF-8")?,
            }
        }
        (None, wanted) => {
            let found =
                provider.samples.iter().find(|sample| wanted.as_ref().is_none_or(|wanted| sample.name == *wanted));
            let sample = found.ok_or_else(|| {
                let hint = suggestion(
                    wanted.as_deref().unwrap_or_default(),
                    provider.samples.iter().map(|sample| sample.name.as_str()),
                );
                Usage(format!("provider `{}` has no such sample; {}", provider.name, hint.unwrap_or_default()))
            })?;
            provider.fresh(sample, SystemTime::now().into())
        }
    };
    for header in &args.headers {
        let (name, value) = header
            .split_once(':')
            .ok_or_else(|| Usage(format!("--header: expected `Name: value`, found `{header}`")))?;
        sample.headers.push((name.trim().to_owned(), value.trim().to_owned()));
    }
    Ok(sample)
}

/// A server that listens everywhere is asked on loopback.
fn reachable(listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() { SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), listen.port()) } else { listen }
}

pub(super) async fn post(source: &Source, sample: &Sample, url: &str) -> anyhow::Result<(u16, Value)> {
    let now: Timestamp = SystemTime::now().into();
    if !source.verifier.can_sign() {
        let what = "only the provider can sign for this source: the config has its public key alone";
        let hint = "a test source with a key pair of your own has the private one as `conf.private_key`";
        return Err(Usage(format!("{what}\n  hint: {hint}")).into());
    }
    let sent = source.verifier.outgoing(sample, source.public_url().as_deref(), now);
    let separator = if sent.query.is_empty() { "" } else { "?" };
    let client = reqwest::Client::builder().timeout(Duration::from_secs(15)).no_proxy().build()?;
    let request = client.post(format!("{url}{separator}{}", sent.query)).headers(sent.headers).body(sent.body);
    let response = request.send().await.map_err(reqwest::Error::without_url);
    let response = response.with_context(|| format!("cannot reach {url}; is `hookbell serve` running?"))?;
    let status = response.status().as_u16();
    let text = response.text().await?;
    Ok((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
}

/// Looks into the store until every delivery of the event has come to an end.
async fn follow(config: &Config, event: EventId, wait: Duration) -> anyhow::Result<ExitCode> {
    let store = Store::open_read_only(&config.store).await?;
    let until = tokio::time::Instant::now() + wait;
    loop {
        let details = store.details(event).await?.context("the event is not in this config's store")?;
        let pending = details.deliveries.iter().filter(|(delivery, _)| delivery.status == Status::Pending).count();
        if pending > 0 && tokio::time::Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        }
        if details.deliveries.is_empty() {
            out!("unrouted: no route takes this event");
        }
        for (delivery, _) in &details.deliveries {
            let place =
                delivery.message.as_ref().map(|message| format!(" (message {})", message.id)).unwrap_or_default();
            out!("{} → {}: {}{place}", delivery.status, delivery.destination, delivery.reason);
        }
        let arrived = |delivery: &Delivery| !matches!(delivery.status, Status::Pending | Status::Dead);
        let fine = !details.deliveries.is_empty() && details.deliveries.iter().all(|(delivery, _)| arrived(delivery));
        return Ok(if fine { ExitCode::SUCCESS } else { ExitCode::from(1) });
    }
}
