//! `hookbell backup`: a verified copy of the database, also while a server uses it. The copy takes its name only when it is whole.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use super::new_file::NewFile;
use super::out::out;
use super::signals;
use super::table::size;
use super::usage::Usage;
use crate::config::{Config, Environment};
use crate::store::{BackupSummary, Store};

/// Copy the database to a file, also while hookbell serves it
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell backup /backup/hookbell-$(date +%F).db\n\nThe copy holds everything that was answered before it began. It is checked before it gets its name, and is as private as the database: it can be read by its owner alone. To restore, stop hookbell and put the copy in the place of the database, see docs/operating.md."
)]
pub(super) struct Args {
    /// Where to write the copy
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let config = Config::load_store(path, &Environment::beside(path));
    let config = config.map_err(|diagnostics| Usage(diagnostics.to_string()))?;
    let file = &args.file;
    if Store::is_at(&config, file) {
        return Err(Usage(format!("`{}` is the database itself; name another file", file.display())).into());
    }
    let copy = NewFile::begin(file, args.force)?;
    let summary = Store::back_up(&config, copy.content.path(), signals::shutdown()?).await?;
    copy.finish()?;
    print(&summary, file, args.json);
    Ok(ExitCode::SUCCESS)
}

fn print(summary: &BackupSummary, file: &Path, is_json: bool) {
    let BackupSummary { bytes, events, deliveries, schema } = *summary;
    if is_json {
        let file = file.display().to_string();
        let json =
            json!({ "file": file, "bytes": bytes, "events": events, "deliveries": deliveries, "schema": schema });
        out!("{json:#}");
    } else {
        let words = |number: u64, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
        let (events, deliveries) = (words(events, "event", "events"), words(deliveries, "delivery", "deliveries"));
        out!("{}: {}, {events}, {deliveries}; checked", file.display(), size(bytes));
    }
}
