//! `hookbell import`: takes the events of an export into the database, as history. The whole file is read and checked before
//! anything is written, a line at a time.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use serde_json::json;

use super::author::author;
use super::export_line::{ExportHeader, ExportLine, FORMAT, NAME};
use super::out::out;
use super::usage::{Usage, count};
use crate::config::{Config, Environment};
use crate::store::{EventDetails, ImportSummary, Store};
use hookbell_model::timestamp::Timestamp;

/// Events in one transaction: a server's own writes wait for it.
const STEP: usize = 100;
/// Mistakes that are printed.
const MOST: usize = 100;

/// Take the events of an export into the database, as history; delivers nothing
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell import events.jsonl --dry-run\n\nEvents keep their time and, where it is free, their id. What is there already is left alone, so that importing twice adds nothing. Nothing is delivered: what was still on its way when it was exported becomes muted. With a mistake in any line nothing is written, and each is reported."
)]
pub(super) struct Args {
    /// The export
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Check the file and count what would be added, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let config = Config::load_store(path, &Environment::beside(path));
    let store = Store::attach(&config.map_err(|diagnostics| Usage(diagnostics.to_string()))?).await?;
    let store = store.on_behalf_of(author());
    if !is_sound(&args.file)? {
        return Ok(ExitCode::from(1));
    }
    let mut summary = ImportSummary::default();
    let mut step = Vec::with_capacity(STEP);
    for line in lines(&args.file)?.skip(1) {
        let line = line.with_context(|| format!("cannot read `{}`", args.file.display()))?;
        step.push(event(&line).map_err(|error| anyhow::anyhow!("the file was changed meanwhile: {error}"))?);
        if step.len() == STEP {
            summary = summary + store.import(std::mem::take(&mut step), args.dry_run, Timestamp::now()).await?;
        }
    }
    summary = summary + store.import(step, args.dry_run, Timestamp::now()).await?;
    print(&summary, args.dry_run, args.json);
    Ok(ExitCode::SUCCESS)
}

fn lines(file: &Path) -> anyhow::Result<impl Iterator<Item = std::io::Result<String>>> {
    let opened = File::open(file).map_err(|error| Usage(format!("cannot read `{}`: {error}", file.display())))?;
    Ok(BufReader::new(opened).lines())
}

/// Reports every mistake by its line.
fn is_sound(file: &Path) -> anyhow::Result<bool> {
    let mut mistakes = 0_usize;
    let mut report = |number: usize, what: &str| {
        mistakes += 1;
        if mistakes <= MOST {
            eprintln!("{}:{number}: {what}", file.display());
        }
    };
    let mut is_empty = true;
    for (number, line) in (1..).zip(lines(file)?) {
        let is_header = std::mem::replace(&mut is_empty, false);
        let checked = match line {
            Err(error) => Err(error.to_string()),
            Ok(line) if is_header => header(&line),
            Ok(line) => event(&line).map(drop),
        };
        if let Err(what) = checked {
            report(number, &what);
            // Of another format each line would be a mistake.
            if is_header {
                break;
            }
        }
    }
    if is_empty {
        report(1, "the file is empty; expected what `hookbell export` writes");
    }
    if mistakes > 0 {
        eprintln!("{}; nothing was imported", count(mistakes, "mistake"));
    }
    Ok(mistakes == 0)
}

fn header(line: &str) -> Result<(), String> {
    match serde_json::from_str::<ExportHeader>(line) {
        Ok(ExportHeader { format, version, .. }) if format == NAME && version <= FORMAT => Ok(()),
        Ok(ExportHeader { format, version, hookbell }) if format == NAME => {
            Err(format!("version {version} of the format, of hookbell {hookbell}; this one reads up to {FORMAT}"))
        }
        _ => Err("expected the first line that `hookbell export` writes".to_owned()),
    }
}

fn event(line: &str) -> Result<EventDetails, String> {
    let line: ExportLine = serde_json::from_str(line).map_err(|error| error.to_string())?;
    line.try_into().map_err(|error: super::export_line::ExportLineError| error.to_string())
}

fn print(summary: &ImportSummary, is_dry_run: bool, is_json: bool) {
    let ImportSummary { added, renumbered, known, muted } = *summary;
    if is_json {
        let json =
            json!({ "dry_run": is_dry_run, "added": added, "new_ids": renumbered, "known": known, "muted": muted });
        return out!("{json:#}");
    }
    let would = if is_dry_run { "would import" } else { "imported" };
    let mut text = format!("{would} {}", count(added, "event"));
    if renumbered > 0 {
        text.push_str(&format!(", {renumbered} with a new id"));
    }
    if known > 0 {
        text.push_str(&format!("; {known} were there already"));
    }
    if muted > 0 {
        text.push_str(&format!("; {muted} deliveries that were on their way are muted"));
    }
    out!("{text}");
}
