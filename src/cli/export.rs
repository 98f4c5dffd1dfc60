//! `hookbell export`: events as JSON lines, a page at a time, so that it takes as much memory for many as for few.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;

use super::event_filter::FilterArgs;
use super::export_line::{ExportHeader, ExportLine};
use super::new_file::NewFile;
use super::usage::{Usage, count};
use super::{out, signals};
use crate::config::{Config, Environment};
use crate::store::{EventFilter, Store};
use hookbell_model::event::EventId;
use hookbell_model::timestamp::{Timestamp, parse_duration};

/// Events in one query.
const PAGE: usize = 500;

/// Write events with their bodies and deliveries as JSON lines
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell export --source stripe --since 30d events.jsonl\n\nThe first line names the format, each other line is an event: its facts, its request as it came, and what became of its deliveries. Private data is in it as it came. `hookbell import` reads it into another database."
)]
pub(super) struct Args {
    /// Where to write; left out = stdout
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    filter: FilterArgs,
    /// Only events that came in within this span up to now, e.g. 24h or 7d
    #[arg(long, value_name = "SPAN", value_parser = parse_duration)]
    since: Option<Duration>,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let config = Config::load_store(path, &Environment::beside(path));
    let store = Store::attach(&config.map_err(|diagnostics| Usage(diagnostics.to_string()))?).await?;
    let since = args.since.map(|span| Timestamp::now().before(span));
    let filter = EventFilter { since, ..args.filter.filter() };
    let stop = signals::shutdown()?;
    let export = async {
        match &args.file {
            None => write(&store, filter, |line| Ok(out::try_line(format_args!("{line}")))).await,
            Some(file) => {
                let mut new = NewFile::begin(file, args.force)?;
                let mut content = std::io::BufWriter::new(new.content.as_file_mut());
                let written = write(&store, filter, |line| {
                    writeln!(content, "{line}")
                        .map(|()| true)
                        .with_context(|| format!("cannot write `{}`", file.display()))
                });
                let written = written.await?;
                content.flush().with_context(|| format!("cannot write `{}`", file.display()))?;
                drop(content);
                new.finish()?;
                eprintln!("{}: {}", file.display(), count(written, "event"));
                Ok(written)
            }
        }
    };
    tokio::select! {
        written = export => written.map(|_| ExitCode::SUCCESS),
        () = stop.cancelled() => Ok(ExitCode::from(1)),
    }
}

/// In the order of acceptance; ends early when `print` returns false. Returns how many events there were.
async fn write(
    store: &Store,
    filter: EventFilter,
    mut print: impl FnMut(&str) -> anyhow::Result<bool>,
) -> anyhow::Result<usize> {
    let (mut written, mut last) = (0, EventId(0));
    if !print(&serde_json::to_string(&ExportHeader::new())?)? {
        return Ok(written);
    }
    loop {
        let page = store.events_after(filter.clone(), last, PAGE).await?;
        let Some(end) = page.last() else { return Ok(written) };
        last = *end;
        for id in page {
            // Removed meanwhile.
            let Some(details) = store.details(id).await? else { continue };
            if !print(&serde_json::to_string(&ExportLine::from(details))?)? {
                return Ok(written);
            }
            written += 1;
        }
    }
}
