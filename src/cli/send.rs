//! `hookbell send`: signs a sample as the provider would, with the source's own secret, posts it to the
//! running server and tells where the message went.

mod burst;
mod trail;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use serde_json::Value;

use self::burst::Pace;
use super::{Usage, load, out::out, source};
use crate::intake::Source;
use crate::store::{self, Store};
use hookbell_model::event::EventId;
use hookbell_model::suggest::suggestion;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Sample, Signer, Verifier};

/// Send a signed sample event to the running server
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell send stripe --event invoice.paid\n  hookbell send stripe --count 100 --rate 10/s\n\nThe server must be running with the same config. Each sample is sent with a fresh id. Exit code 0 when everything was delivered."
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
    #[arg(long, value_name = "SPAN", default_value = "10s", value_parser = hookbell_model::timestamp::parse_duration)]
    wait: Duration,
    /// Send so many, each as a new event, and tell the sums
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000), conflicts_with = "payload")]
    count: Option<u32>,
    /// How fast, e.g. 10/s or 100/m; left out = one after the other
    #[arg(long, value_parser = Pace::parse, requires = "count")]
    rate: Option<Pace>,
}

/// What the server said to one request.
struct Heard {
    status: u16,
    answer: Value,
}

/// A source of the config and where its server is.
struct Sender<'a> {
    source: &'a Source,
    /// With what was captured, where the source has no secret in the config.
    verifier: Arc<Verifier>,
    url: String,
    client: reqwest::Client,
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let config = load(path)?;
    let source = source(&config, &args.source)?;
    let chosen = chosen(&args, source)?;
    let base = args.url.as_deref().map_or_else(|| format!("http://{}", reachable(config.intake.listen)), str::to_owned);
    let sender = Sender::of(source, &base, &config.store).await?;
    if let Some(count) = args.count {
        return burst::run(&sender, &chosen, count, args.rate.as_ref(), &config.store, args.wait).await;
    }
    let now = Timestamp::now();
    let sample = if args.payload.is_some() { chosen } else { source.provider.renewed(&chosen, now) };
    let (heard, reference) = sender.post(&sample, now).await?;
    out!("{} {}", heard.status, heard.answer);
    let trail = trail::Trail::open(&config.store, &source.name, now).await;
    match heard.word() {
        _ if !heard.is_success() => Ok(ExitCode::from(1)),
        Some("ignored") => {
            out!("ignored: the provider's file leaves such events out");
            Ok(ExitCode::from(1))
        }
        _ => trail?.tell(heard.event(), &reference, args.wait).await,
    }
}

/// What is to be sent: a file as it is, or one of the samples; with the headers that were asked for.
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

/// A server that listens everywhere is asked on loopback.
fn reachable(listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() { SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), listen.port()) } else { listen }
}

impl<'a> Sender<'a> {
    async fn of(source: &'a Source, base: &str, store: &store::Config) -> anyhow::Result<Self> {
        let captured = match source.can_capture() {
            true => source.captured(&Store::attach(store).await?).await?.secrets,
            false => Vec::new(),
        };
        let verifier = source.verifier_with_captured(&captured);
        if verifier.is_waiting() {
            let what = format!(
                "no secret is known for `{0}` yet\n  help: `hookbell capture {0}` takes the sender's",
                source.name
            );
            return Err(Usage(what).into());
        }
        if !Signer::new(&verifier).can_sign() {
            let what = "only the provider can sign for this source: the config has its public key alone";
            let hint = "a test source with a key pair of your own has the private one as `conf.private_key`";
            return Err(Usage(format!("{what}\n  help: {hint}")).into());
        }
        let url = format!("{}/hooks/{}", base.trim_end_matches('/'), source.name);
        let client = reqwest::Client::builder().timeout(Duration::from_secs(15)).no_proxy().build()?;
        Ok(Self { source, verifier, url, client })
    }

    /// Signs and posts; also tells under which reference the server knows the event.
    async fn post(&self, sample: &Sample, now: Timestamp) -> anyhow::Result<(Heard, String)> {
        let source = self.source;
        let sent = Signer::new(&self.verifier).outgoing(sample, source.public_url().as_deref(), now);
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = sent.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let signed = Sample { name: String::new(), headers, body: sent.body.clone() };
        let reference = source.provider.reading(&signed).map(|reading| reading.reference).unwrap_or_default();
        let separator = if sent.query.is_empty() { "" } else { "?" };
        let url = format!("{}{separator}{}", self.url, sent.query);
        let response = self.client.post(url).headers(sent.headers).body(sent.body).send().await;
        let response = response.map_err(reqwest::Error::without_url);
        let response = response.with_context(|| format!("cannot reach {}; is `hookbell serve` running?", self.url))?;
        let status = response.status().as_u16();
        let text = response.text().await.map_err(reqwest::Error::without_url)?;
        Ok((Heard { status, answer: serde_json::from_str(&text).unwrap_or(Value::String(text)) }, reference))
    }
}

impl Heard {
    fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The answer in a word, where it is hookbell's own and not the provider's.
    fn word(&self) -> Option<&str> {
        ["status", "error"].iter().find_map(|key| self.answer.get(key)?.as_str())
    }

    fn event(&self) -> Option<EventId> {
        self.answer.get("event")?.as_str()?.parse().ok()
    }
}
