//! `hookbell samples list` and `show`: the requests that senders make, as each provider's file has them.

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::out::out;
use super::table::{columns, shorten};
use super::usage::Usage;
use crate::config::{Environment, TemplatesConfig};
use hookbell_model::suggest::suggestion;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Provider, Sample};

/// Show the sample requests of the providers
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hookbell samples show stripe.invoice.paid")]
pub(super) struct Args {
    #[command(subcommand)]
    command: SamplesCommand,
}

#[derive(Debug, clap::Subcommand)]
enum SamplesCommand {
    /// List the samples: the event type of each, and the message that takes it
    #[command(after_help = "Example:\n  hookbell samples list stripe")]
    List {
        /// Only those of this provider, or of a source's
        provider: Option<String>,
        /// Print JSON for programs
        #[arg(long)]
        json: bool,
    },
    /// Show a sample's body, and on stderr its headers
    #[command(after_help = "Example:\n  hookbell samples show stripe.invoice.paid > paid.json")]
    Show {
        /// A provider, a dot and a sample; the provider alone means its first
        #[arg(value_name = "PROVIDER[.SAMPLE]")]
        name: String,
        /// Print body and headers as JSON for programs
        #[arg(long)]
        json: bool,
    },
}

/// A sample and what is read of it.
struct ListedSample<'l> {
    provider: &'l Provider,
    sample: &'l Sample,
    event_type: String,
    /// None where the generic card is made of it.
    message: Option<String>,
    /// As templates see it.
    payload: Value,
}

pub(super) fn run(args: &Args, path: &Path) -> anyhow::Result<ExitCode> {
    // Mistakes are for `check`: what is shipped is shown all the same.
    let (config, _) = TemplatesConfig::load(path, &Environment::beside(path));
    match &args.command {
        SamplesCommand::List { provider, json } => list(&config, provider.as_deref(), *json)?,
        SamplesCommand::Show { name, json } => show(&config, name, *json)?,
    }
    Ok(ExitCode::SUCCESS)
}

impl<'l> ListedSample<'l> {
    fn read(provider: &'l Provider, sample: &'l Sample, config: &TemplatesConfig) -> Self {
        let read = provider.read_sample(&provider.name, sample, Timestamp::now());
        let first = read.ok().and_then(|(events, _)| events.into_iter().next());
        let (event_type, message, payload) = match first {
            Some((event, raw)) => {
                let message = config.templates.matching(&event, &raw).into_iter().next();
                (event.event_type, message, serde_json::from_slice(&raw.body).unwrap_or_default())
            }
            None => (String::new(), None, Value::Null),
        };
        Self { provider, sample, event_type, message, payload }
    }

    fn name(&self) -> String {
        format!("{}.{}", self.provider.name, self.sample.name)
    }

    fn as_json(&self) -> Value {
        json!({
            "name": self.name(), "provider": self.provider.name, "sample": self.sample.name, "type": self.event_type,
            "message": self.message,
        })
    }
}

fn list(config: &TemplatesConfig, name: Option<&str>, json: bool) -> Result<(), Usage> {
    let named = name.map(|name| provider(config, name)).transpose()?;
    let providers = config.providers.iter().filter(|provider| named.is_none_or(|named| named.name == provider.name));
    let samples = providers.flat_map(|provider| provider.samples.iter().map(move |sample| (provider, sample)));
    let listed: Vec<_> = samples.map(|(provider, sample)| ListedSample::read(provider, sample, config)).collect();
    if json {
        out!("{:#}", Value::from(listed.iter().map(ListedSample::as_json).collect::<Vec<_>>()));
        return Ok(());
    }
    let row = |listed: &ListedSample<'_>| {
        let message = listed.message.clone().unwrap_or_else(|| "the generic card".to_owned());
        [listed.name(), shorten(&listed.event_type, 48), message]
    };
    let head = ["NAME", "TYPE", "MESSAGE"].map(str::to_owned);
    out!("{}", columns(&std::iter::once(head).chain(listed.iter().map(row)).collect::<Vec<_>>()).trim_end());
    Ok(())
}

fn show(config: &TemplatesConfig, name: &str, json: bool) -> Result<(), Usage> {
    let (provider_name, sample) = name.split_once('.').map_or((name, None), |(name, sample)| (name, Some(sample)));
    let provider = provider(config, provider_name)?;
    let found = match sample {
        Some(sample) => provider.sample(sample),
        None => provider.samples.first(),
    };
    let sample = found.ok_or_else(|| {
        let names = provider.samples.iter().map(|sample| sample.name.as_str());
        let hint = suggestion(sample.unwrap_or_default(), names).unwrap_or_else(|| "it has none at all".to_owned());
        Usage(format!("provider `{}` has no sample `{}`\n  help: {hint}", provider.name, sample.unwrap_or_default()))
    })?;
    let listed = ListedSample::read(provider, sample, config);
    let body: Result<Value, _> = serde_json::from_str(&sample.body);
    if json {
        let mut printed = listed.as_json();
        let headers = sample.headers.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
        printed["headers"] = headers.collect::<serde_json::Map<_, _>>().into();
        printed["body"] = body.unwrap_or_else(|_| Value::from(sample.body.as_str()));
        printed["payload"] = listed.payload;
        out!("{printed:#}");
        return Ok(());
    }
    for (name, value) in &sample.headers {
        eprintln!("{name}: {value}");
    }
    match body {
        Ok(body) => out!("{body:#}"),
        Err(_) => {
            out!("{}", sample.body.trim_end());
            eprintln!("note: this body is no JSON; --json also prints the payload that templates see");
        }
    }
    Ok(())
}

/// The provider of this name, or that of the source.
fn provider<'l>(config: &'l TemplatesConfig, name: &str) -> Result<&'l Provider, Usage> {
    // As its file has it: the samples do not follow what a source overrides.
    let found = config.sender(name).and_then(|(_, provider)| config.providers.get(&provider.name));
    found.ok_or_else(|| {
        let hint = config.providers.suggestion(name).map(|hint| format!("\n  help: {hint}")).unwrap_or_default();
        Usage(format!("there is no provider or source `{name}`{hint}"))
    })
}
