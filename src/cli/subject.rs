//! Which event a message is tried on: one that came in, a provider's sample, or a file.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context;

use super::{Usage, events};
use crate::config::Config;
use crate::delivery::Plan;
use crate::event::{Event, EventId, Raw};
use crate::locale::Locale;
use crate::mistake::suggestion;
use crate::provider::{Provider, Sample};
use crate::store::Store;
use crate::timestamp::Timestamp;

/// What to try on. Nothing named = the sample that fits best.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Options {
    /// An event that came in: its id, or so much of its beginning that no other event begins like it
    #[arg(long, value_name = "ID", conflicts_with_all = ["sample", "payload"])]
    event: Option<String>,
    /// A sample of the message's provider, by its name or event type
    #[arg(long, value_name = "NAME", conflicts_with = "payload")]
    sample: Option<String>,
    /// A file with a payload as the provider would send it
    #[arg(long, value_name = "FILE")]
    payload: Option<PathBuf>,
}

/// The event to try a message on.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) event: Event,
    pub(super) raw: Raw,
    /// In words: `event k3f9x2mq`, `sample invoice.paid`, the file's name.
    pub(super) title: String,
}

/// The event for this message (its full name, such as `stripe.payment`).
///
/// # Errors
/// As usage, where there is no such message, sample or event, or where the file cannot be read as an event.
pub(super) async fn choose(config: &Config, message: &str, options: &Options) -> anyhow::Result<Subject> {
    if !config.templates.has(message) {
        let names = config.templates.names();
        let hint = suggestion(message, names.iter().map(String::as_str));
        let hint = hint.map(|hint| format!("\n  hint: {hint}")).unwrap_or_default();
        return Err(Usage(format!("there is no message `{message}`{hint}")).into());
    }
    if let Some(wanted) = &options.event {
        let details = events::find(&Store::open_read_only(&config.store).await?, wanted).await?;
        let title = format!("event {}", details.event.id);
        return Ok(Subject { event: details.event, raw: details.raw, title });
    }
    let (source, provider) = sender(config, message)?;
    match (&options.sample, &options.payload) {
        (Some(wanted), _) => {
            let found = provider.sample(wanted).ok_or_else(|| no_sample(provider, wanted))?;
            subject(source, provider, found, format!("sample {}", found.name))
        }
        (None, Some(path)) => {
            let sample = from_file(config, source, provider, message, path)?;
            subject(source, provider, &sample, path.display().to_string())
        }
        (None, None) => {
            let hint = "`--event ID` or `--payload FILE` names something to try it on";
            let none = || Usage(format!("provider `{}` has no sample\n  hint: {hint}", provider.name));
            let found = fitting(config, source, provider, message).ok_or_else(none)?;
            subject(source, provider, found, format!("sample {}", found.name))
        }
    }
}

/// The message's provider as the first source has it that uses it, else as its file says.
fn sender<'c>(config: &'c Config, message: &'c str) -> anyhow::Result<(&'c str, &'c Provider)> {
    let name = message.rsplit_once('.').map_or(message, |(provider, _)| provider);
    if let Some(source) = config.sources.iter().find(|source| source.provider.name == name) {
        return Ok((&source.name, &source.provider));
    }
    let known = config.providers.get(name).ok_or_else(|| Usage(format!("there is no provider `{name}`")))?;
    Ok((name, known))
}

fn no_sample(provider: &Provider, wanted: &str) -> Usage {
    let names = provider.samples.iter().map(|sample| sample.name.as_str());
    let hint = suggestion(wanted, names).map(|hint| format!("\n  hint: {hint}")).unwrap_or_default();
    Usage(format!("provider `{}` has no sample `{wanted}`{hint}", provider.name))
}

/// The first sample that would become this message by itself, else the first of all.
fn fitting<'p>(config: &Config, source: &str, provider: &'p Provider, message: &str) -> Option<&'p Sample> {
    let fits = |sample: &&Sample| {
        subject(source, provider, sample, String::new()).is_ok_and(|subject| {
            let rendered = config.templates.render(&subject.event, &subject.raw, &Plan::default(), Locale::default());
            rendered.template == message
        })
    };
    provider.samples.iter().find(fits).or(provider.samples.first())
}

/// The file as a body. Its headers are those of the sample that fits: some providers tell the event type there.
fn from_file(config: &Config, source: &str, provider: &Provider, message: &str, path: &Path) -> anyhow::Result<Sample> {
    let body = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let body = String::from_utf8(body).context("the payload is not UTF-8")?;
    Ok(match fitting(config, source, provider, message) {
        Some(sample) => Sample { body, ..sample.clone() },
        None => provider.payload(body),
    })
}

fn subject(source: &str, provider: &Provider, sample: &Sample, title: String) -> anyhow::Result<Subject> {
    let wrong = || Usage(format!("{title} cannot be read as an event of provider `{}`", provider.name));
    let reading = provider.reading(sample).ok_or_else(wrong)?;
    let now = Timestamp::from(SystemTime::now());
    let event = Event {
        id: EventId::UNSET,
        source: source.to_owned(),
        provider: provider.name.clone(),
        reference: reading.reference,
        kind: reading.kind,
        topic: reading.topic,
        facts: reading.facts,
        time: reading.time.unwrap_or(now),
        received: now,
    };
    let headers = provider.kept_headers(&sample.header_map());
    Ok(Subject { event, raw: Raw { headers, body: sample.body.clone().into_bytes() }, title })
}
