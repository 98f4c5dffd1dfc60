//! `hookbell send`: signs a sample as the provider would, with the source's own secret, posts it to the running server
//! and prints where the message went.

mod burst;
mod dry_run;
mod progress;
mod renewal;
mod sender;
mod tracker;

use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;

use self::renewal::Renewal;
use self::sender::SampleSender;
use self::tracker::DeliveryTracker;
use super::load::{load, source};
use super::{fixture::with_values, out::out, usage::Usage};
use crate::config::Config;
use crate::intake::Source;
use hookbell_model::base_url::parse_base_url;
use hookbell_model::event::UNKNOWN_TYPE;
use hookbell_model::listen_address::on_this_machine;
use hookbell_model::rate::Rate;
use hookbell_model::suggest::suggestion;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Assignment, Sample};

/// Send a signed sample event to the running server
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell send stripe --event invoice.paid\n  hookbell send stripe --set data.object.amount=250000 --dry-run\n  hookbell send stripe --count 100 --rate 10/s\n\nThe server must be running with the same config. Each sample is sent as a new event of now, about a new thing. Exit code 0 when everything was delivered."
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
    /// Another value in the payload, e.g. `data.object.amount=250000`; may be repeated
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<Assignment>,
    /// Where the server is, e.g. https://your.host; left out = the config's `listen`
    #[arg(long)]
    url: Option<String>,
    /// How long to wait for the message to be delivered
    #[arg(long, value_name = "SPAN", default_value = "10s", value_parser = hookbell_model::timestamp::parse_duration)]
    wait: Duration,
    /// Send so many, each as a new event, and print the totals
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000), conflicts_with = "payload")]
    count: Option<u32>,
    /// Keep the ids of the thing: a second run then edits the message of the first
    #[arg(long, conflicts_with = "payload")]
    same: bool,
    /// Print the request and the routes that would take it; send nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask before many are sent to Discord
    #[arg(long)]
    yes: bool,
    /// How fast, e.g. 10/s or 100/m; left out = one after the other
    #[arg(long, requires = "count")]
    rate: Option<Rate>,
}

/// More to a real channel are sent only when somebody agrees.
const UNASKED: u32 = 20;

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let config = load(path)?;
    let source = source(&config, &args.source)?;
    let chosen = chosen(&args, source)?;
    let base =
        args.url.as_deref().map_or_else(|| format!("http://{}", on_this_machine(config.intake.listen)), str::to_owned);
    let sender = SampleSender::new(source, &base, &config.store).await?;
    let renewal = match args.payload {
        Some(_) => Renewal::of_file(source, chosen, &args.set),
        None => Renewal::of_sample(source, chosen, (!args.same).then_some(&config.templates), &args.set),
    };
    let now = Timestamp::now();
    let sample = renewal.next(now)?;
    if args.dry_run {
        dry_run::print(&config, &sender, &sample, now);
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(count) = args.count {
        if !args.yes && count > UNASKED && !agreed(&config, source, &sample, count)? {
            eprintln!("nothing was sent");
            return Ok(ExitCode::from(1));
        }
        return burst::run(&sender, &renewal, count, args.rate, &config.store, args.wait).await;
    }
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

/// Whether so many may be sent: nobody is asked where no real channel would get them.
fn agreed(config: &Config, source: &Source, sample: &Sample, count: u32) -> anyhow::Result<bool> {
    let is_discord = parse_base_url(&config.api_base).is_some_and(|base| base.host_str() == Some("discord.com"));
    let events = source.provider.read_sample(&source.name, sample, Timestamp::now());
    let events = events.map(|(events, _)| events).unwrap_or_default();
    let deliveries = events.iter().flat_map(|(event, raw)| config.rules.route(event, raw).deliveries);
    let names: BTreeSet<String> = deliveries.map(|delivery| format!("`{}`", delivery.destination)).collect();
    if !is_discord || names.is_empty() {
        return Ok(true);
    }
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    if !std::io::stdin().is_terminal() {
        let what = format!("{count} events would be posted to {names} on discord.com");
        return Err(Usage(format!("{what}\n  help: add `--yes` if they are to be")).into());
    }
    eprint!("{count} events will be posted to {names} on discord.com. Send them? [y/N] ");
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// What is to be sent: a file as it is, or one of the samples; with the requested headers. Says which headers it took of
/// a sample.
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
    let mut assumed = if args.payload.is_none() { sample.headers.clone() } else { Vec::new() };
    let mut from = sample.name.clone();
    for header in &args.headers {
        let (name, value) = header
            .split_once(':')
            .ok_or_else(|| Usage(format!("--header: expected `Name: value`, found `{header}`")))?;
        assumed.retain(|(assumed, _)| !assumed.eq_ignore_ascii_case(name.trim()));
        sample.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name.trim()));
        sample.headers.push((name.trim().to_owned(), value.trim().to_owned()));
    }
    let reads_no_type = || provider.reading(&sample).is_none_or(|reading| reading.event_type == UNKNOWN_TYPE);
    if args.payload.is_some()
        && args.headers.is_empty()
        && reads_no_type()
        && let Some(first) = provider.samples.iter().find(|sample| !own_headers(&sample.headers).is_empty())
    {
        // Some senders say in a header what the body is.
        assumed = own_headers(&first.headers);
        from.clone_from(&first.name);
        sample.headers.extend(assumed.clone());
    }
    for (name, value) in own_headers(&assumed) {
        eprintln!("with `{name}: {value}`, from the sample `{from}`; `--header` gives another");
    }
    let (_, notes) = with_values(provider, &sample, &args.set)?;
    notes.iter().for_each(|note| eprintln!("note: {note}"));
    Ok(sample)
}

/// Those that say what is sent: not the body's type, nor the sender's program.
fn own_headers(headers: &[(String, String)]) -> Vec<(String, String)> {
    let says = |name: &str| !["content-type", "user-agent"].iter().any(|other| other.eq_ignore_ascii_case(name));
    headers.iter().filter(|(name, _)| says(name)).cloned().collect()
}
