//! `hookbell send`: signs a sample as the provider would, with the source's own secret, posts it to the running server
//! and prints where the message went.

mod burst;
mod sender;
mod tracker;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;

use self::sender::SampleSender;
use self::tracker::DeliveryTracker;
use super::load::{load, source};
use super::{out::out, usage::Usage};
use crate::intake::Source;
use hookbell_model::rate::Rate;
use hookbell_model::suggest::suggestion;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::Sample;

/// Send a signed sample event to the running server
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell send stripe --event invoice.paid\n  hookbell send stripe --count 100 --rate 10/s\n\nThe server must be running with the same config. Each sample is sent with a fresh id. Exit code 0 when everything was delivered."
)]
pub(super) struct Args {
    /// The source to send as
    source: String,
    /// Which of the provider's samples; left out = its first, an unknown one lists them all
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
    #[arg(long, value_name = "SPAN", default_value = "10s", value_parser = hookbell_model::timestamp::parse_duration)]
    wait: Duration,
    /// Send so many, each as a new event, and print the totals
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000), conflicts_with = "payload")]
    count: Option<u32>,
    /// How fast, e.g. 10/s or 100/m; left out = one after the other
    #[arg(long, requires = "count")]
    rate: Option<Rate>,
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let config = load(path)?;
    let source = source(&config, &args.source)?;
    let chosen = chosen(&args, source)?;
    let base = args.url.as_deref().map_or_else(|| format!("http://{}", reachable(config.intake.listen)), str::to_owned);
    let sender = SampleSender::new(source, &base, &config.store).await?;
    if let Some(count) = args.count {
        return burst::run(&sender, &chosen, count, args.rate, &config.store, args.wait).await;
    }
    let now = Timestamp::now();
    let sample = if args.payload.is_some() { chosen } else { source.provider.renewed(&chosen, now) };
    let (response, reference) = sender.post(&sample, now).await?;
    out!("{} {}", response.status, response.body);
    let tracker = DeliveryTracker::open(&config.store, &source.name, now).await;
    match response.word() {
        _ if !response.is_success() => Ok(ExitCode::from(1)),
        Some("ignored") => {
            out!("ignored: the provider's file leaves such events out");
            Ok(ExitCode::from(1))
        }
        _ => tracker?.print_result(response.event(), &reference, args.wait).await,
    }
}

/// What is to be sent: a file as it is, or one of the samples; with the requested headers.
fn chosen(args: &Args, source: &Source) -> anyhow::Result<Sample> {
    let provider = &source.provider;
    let mut sample = if let Some(path) = &args.payload {
        let body = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        provider.sample_of(String::from_utf8(body).context("the payload is not UTF-8")?)
    } else {
        let found = match &args.event {
            Some(wanted) => provider.sample(wanted),
            None => provider.samples.first(),
        };
        let found = found.ok_or_else(|| {
            let names = provider.samples.iter().map(|sample| sample.name.as_str());
            let hint = suggestion(args.event.as_deref().unwrap_or_default(), names).unwrap_or_default();
            Usage(format!("provider `{}` has no such sample; {hint}", provider.name))
        })?;
        found.clone()
    };
    for header in &args.headers {
        let (name, value) = header
            .split_once(':')
            .ok_or_else(|| Usage(format!("--header: expected `Name: value`, found `{header}`")))?;
        sample.headers.push((name.trim().to_owned(), value.trim().to_owned()));
    }
    Ok(sample)
}

/// A server that listens on all addresses is reached on loopback.
fn reachable(listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() { SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), listen.port()) } else { listen }
}
