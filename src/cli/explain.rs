//! `hookbell explain`: why an event became what it became, or what a payload that has not come would become. The answer is
//! [`Explanation`]; `text` prints it.

mod text;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::fixture::{Fixture, FixtureRequest};
use super::out::out;
use super::pipeline;
use super::stored_event::find;
use super::usage::{Mistakes, Usage, count};
use crate::config::{Config, Environment};
use crate::report::explanation::{Explanation, ExplanationInputs};
use crate::report::lane::LaneView;
use crate::store::{EventDetails, LaneState, Store};
use hookbell_model::receipt::Receipt;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::Request;

/// Explain what became of an event, or what would become of a payload
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell explain k3f9\n  hookbell explain --dry stripe --payload paid.json\n\nFor each route why it takes the event or not, what became of each delivery, and what would have to change for it to be posted. Routes, templates and mutes are those of now. With --dry nothing is stored or sent; the payload need not be signed. Private data is masked as for the readers of the event's messages."
)]
pub(super) struct Args {
    /// The event's id, or so much of its beginning that no other event begins like it
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// The source that the payload would come to
    #[arg(long, value_name = "SOURCE", conflicts_with = "id")]
    dry: Option<String>,
    /// A file with the payload; `-` reads stdin, left out = the provider's first sample
    #[arg(long, value_name = "FILE", requires = "dry")]
    payload: Option<PathBuf>,
    /// A sample of the source's provider instead
    #[arg(long, value_name = "NAME", requires = "dry", conflicts_with = "payload")]
    sample: Option<String>,
    /// A header of the payload's request, e.g. `X-GitHub-Event: push`; may be repeated
    #[arg(long = "header", value_name = "NAME: VALUE", requires = "payload")]
    headers: Vec<String>,
    #[command(flatten)]
    output: OutputArgs,
}

/// Explain one event: its routes, its deliveries, and what would have to change
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell events explain k3f9\n\nRoutes, templates and mutes are those of now. `hookbell explain --dry` explains a payload that has not come."
)]
pub(super) struct EventArgs {
    /// The event's id, or so much of its beginning that no other event begins like it
    id: String,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Clone, Copy, clap::Args)]
struct OutputArgs {
    /// Show private data as it came
    #[arg(long)]
    unmasked: bool,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let (id, output) = (args.id.clone(), args.output);
    match (id, &args.dry) {
        (Some(id), _) => {
            let config = Config::load_store(path, &Environment::beside(path));
            let store = Store::attach(&config.map_err(Mistakes)?).await?;
            event(&EventArgs { id, output }, path, &store).await?;
        }
        (None, Some(source)) => dry(source, &args, path).await?,
        (None, None) => return Err(Usage("give the id of an event, or `--dry SOURCE`".to_owned()).into()),
    }
    Ok(ExitCode::SUCCESS)
}

/// Explains an event of the store.
pub(super) async fn event(args: &EventArgs, path: &Path, store: &Store) -> anyhow::Result<()> {
    let details = find(store, &args.id).await?;
    let (config, diagnostics) = Config::load_relaxed(path, &Environment::beside(path), None);
    if config.is_none() {
        let mistakes = count(diagnostics.errors(), "mistake");
        eprintln!("{} has {mistakes}, so its routes are not explained; `hookbell check` lists them", path.display());
    }
    print(&of(details, config.as_ref(), store, args.output.unmasked).await?, args.output)
}

/// The explanation of an event as text, masked.
pub(super) async fn text_of(details: EventDetails, config: Option<&Config>, store: &Store) -> anyhow::Result<String> {
    as_text(&of(details, config, store, false).await?)
}

/// The explanation of an event by the store and a config.
async fn of(
    details: EventDetails,
    config: Option<&Config>,
    store: &Store,
    unmasked: bool,
) -> anyhow::Result<Explanation> {
    let now = Timestamp::now();
    let mutes = store.active_mutes(now).await?;
    let today = |config: &Config| pipeline::plan(config, &details.event, &details.raw, &mutes, now);
    let today = config.map(today).unwrap_or_default();
    let lanes = store.lanes().await?;
    let guild = |lane: &LaneState| Some((lane.destination.clone(), lane.channel.as_ref()?.guild.clone()?));
    let guilds = lanes.iter().filter_map(guild).collect();
    let lanes = lanes.into_iter().map(|lane| LaneView::new(lane, now)).collect();
    let rules = config.map(|config| &config.rules);
    let inputs = ExplanationInputs { rules, today, guilds, lanes, unmasked, visible: None };
    Ok(Explanation::of(details, inputs))
}

/// Explains a payload that has not come.
async fn dry(source: &str, args: &Args, path: &Path) -> anyhow::Result<()> {
    let (config, diagnostics) = Config::load_relaxed(path, &Environment::beside(path), None);
    let config = config.ok_or(Mistakes(diagnostics))?;
    let headers: Vec<String> = args.headers.iter().map(|header| with_colon(header)).collect();
    let request = FixtureRequest {
        source: Some(source),
        payload: args.payload.as_deref(),
        sample: args.sample.as_deref(),
        headers: &headers,
        ..FixtureRequest::default()
    };
    let fixture = Fixture::find(request, &config.templates_config(), path).await?;
    fixture.notes.iter().for_each(|note| eprintln!("note: {note}"));
    let now = Timestamp::now();
    // Before the first start there is none.
    let mutes = match Store::attach(&config.store).await {
        Ok(store) => store.active_mutes(now).await?,
        Err(_) => Vec::new(),
    };
    let today = pipeline::plan(&config, &fixture.event, &fixture.raw, &mutes, now);
    let (receipt, refusal) = check(&config, source, &headers, &fixture.raw.body, now);
    let (rules, unmasked) = (Some(&config.rules), args.output.unmasked);
    let inputs = ExplanationInputs { rules, today, unmasked, ..ExplanationInputs::default() };
    print(&Explanation::of_dry(&fixture.event, &fixture.raw, receipt, refusal, inputs), args.output)
}

/// What the source's check says of the request: how it would come in, or why it would be refused.
fn check(
    config: &Config,
    source: &str,
    headers: &[String],
    body: &[u8],
    now: Timestamp,
) -> (Option<Receipt>, Option<String>) {
    let Some(source) = config.sources.iter().find(|known| known.name == source) else {
        return (None, Some("the config has no such source, or its secret is not at hand".to_owned()));
    };
    let mut map = HeaderMap::new();
    for (name, value) in headers.iter().filter_map(|header| header.split_once(':')) {
        if let (Ok(name), Ok(value)) = (name.trim().parse::<HeaderName>(), HeaderValue::from_str(value.trim())) {
            map.append(name, value);
        }
    }
    let url = source.public_url();
    let request = Request { method: "POST", url: url.as_deref(), headers: &map, body };
    match source.verifier.verify(request, now) {
        Ok(verified) => (Some(source.verifier.receipt(verified)), None),
        Err(rejection) => (None, Some(rejection.to_string())),
    }
}

/// `Name=value` as `Name: value`; a header's name holds neither.
fn with_colon(header: &str) -> String {
    match header.find([':', '=']).map(|at| header.split_at(at)) {
        Some((name, rest)) if rest.starts_with('=') => format!("{name}: {}", rest.trim_start_matches('=')),
        _ => header.to_owned(),
    }
}

fn print(explanation: &Explanation, output: OutputArgs) -> anyhow::Result<()> {
    if output.json {
        out!("{}", serde_json::to_string_pretty(explanation)?);
    } else {
        out!("{}", as_text(explanation)?);
    }
    Ok(())
}

fn as_text(explanation: &Explanation) -> anyhow::Result<String> {
    let mut text = String::new();
    text::write(&mut text, explanation)?;
    Ok(text.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_may_be_given_with_an_equals_sign() {
        assert_eq!(with_colon("X-GitHub-Event=push"), "X-GitHub-Event: push");
        assert_eq!(with_colon("X-Sig: a=b"), "X-Sig: a=b");
        assert_eq!(with_colon("X-Sig=sha256=ab:cd"), "X-Sig: sha256=ab:cd");
    }
}
