//! `hookbell check`: every mistake in config, providers and templates at once. Binds and sends nothing.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::{count, out::out};
use crate::config::{Config, Environment};
use crate::delivery::Plan;
use crate::document::Site;
use crate::event::{Event, EventId, Raw};
use crate::mistake::{Level, Mistake, Mistakes};
use crate::store::{Capture, Store};
use crate::timestamp::Timestamp;

/// Check config, providers and templates, and tell every mistake at once
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell check --config /etc/hookbell/config.toml\n\nTemplates are tried on the providers' samples: a value missing there is a mistake. Exit code 0 when nothing is wrong, 2 when something is. Warnings do not count."
)]
pub(super) struct Args {
    /// Print a JSON list for programs
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: &Args, path: &Path) -> anyhow::Result<ExitCode> {
    let (config, mut mistakes) = Config::load(path, &Environment::process());
    if let Some(config) = &config {
        try_samples(config, &mut mistakes);
        warn_of_waiting(config, path, &mut mistakes).await;
    }
    let config = config.filter(|_| mistakes.errors() == 0);
    if args.json {
        let list: Vec<_> = mistakes.0.iter().map(tell).collect();
        out!("{:#}", json!({ "ok": config.is_some(), "mistakes": list }));
    } else {
        out!("{}", summary(config.as_ref(), &mistakes));
    }
    Ok(if config.is_some() { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

/// Renders the samples of every provider in use: what a template misses there it will most likely miss live.
fn try_samples(config: &Config, mistakes: &mut Mistakes) {
    for source in &config.sources {
        for sample in &source.provider.samples {
            let Some(reading) = source.provider.reading(sample) else { continue };
            let event = Event {
                id: EventId::UNSET,
                source: source.name.clone(),
                provider: source.provider.name.clone(),
                reference: reading.reference,
                kind: reading.kind,
                topic: reading.topic,
                facts: reading.facts,
                time: reading.time.unwrap_or_default(),
                received: Timestamp::default(),
            };
            let headers = source.provider.kept_headers(&sample.header_map());
            let raw = Raw { headers, body: sample.body.clone().into_bytes() };
            for judged in config.templates.judge(&event, &raw, &Plan::default()) {
                let (sample, provider) = (&sample.name, &source.provider.name);
                let what = format!("with the sample `{sample}` of provider `{provider}`: {}", judged.what);
                let hint = "`| default(\"…\")` or a `when` takes care of what may be missing";
                let Site { file, line, column, key } = judged.site;
                let hint = Some(hint.to_owned());
                mistakes.add(Mistake {
                    level: Level::Error,
                    file: file.to_string(),
                    line,
                    column,
                    key,
                    what,
                    hint,
                    width: 0,
                    excerpt: None,
                });
            }
        }
    }
}

/// Sources whose secret is neither in the config nor captured: they refuse whatever comes.
async fn warn_of_waiting(config: &Config, path: &Path, mistakes: &mut Mistakes) {
    for source in config.sources.iter().filter(|source| source.can_capture()) {
        // Before the first start there is no database, and nothing in it.
        let captured = match Store::open_read_only(&config.store).await {
            Ok(store) => source.captured(&store).await.unwrap_or_default(),
            Err(_) => Capture::default(),
        };
        if source.armed(&captured.secrets).is_waiting() {
            let what = format!("source `{}` has no secret yet, so it refuses every request", source.name);
            let hint = format!("`hookbell capture {}` takes the one that its sender brings", source.name);
            mistakes.file(Level::Warning, &path.display().to_string(), what, Some(hint));
        }
    }
}

fn tell(mistake: &Mistake) -> serde_json::Value {
    json!({
        "level": if mistake.level == Level::Error { "error" } else { "warning" },
        "file": mistake.file, "line": mistake.line, "column": mistake.column,
        "key": mistake.key, "what": mistake.what, "hint": mistake.hint,
    })
}

fn summary(config: Option<&Config>, mistakes: &Mistakes) -> String {
    let warnings = match mistakes.warnings() {
        0 => String::new(),
        number => format!(", {}", count(number, "warning")),
    };
    let verdict = match config {
        Some(config) => format!(
            "fine: {}, {}{warnings}",
            count(config.sources.len(), "source"),
            count(config.destinations.len(), "destination")
        ),
        None => format!("{}{warnings}", count(mistakes.errors(), "mistake")),
    };
    if mistakes.0.is_empty() { verdict } else { format!("{mistakes}\n\n{verdict}") }
}
