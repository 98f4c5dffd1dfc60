//! `hookbell doctor`: whether everything that hookbell needs is as it should be: the store and its disk, the clock, the lanes, the
//! server, the config in use, the certificate. Changes nothing.

mod certificate;
mod clock;
mod finding;
mod server;
mod text;
mod validity;

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use self::finding::{Finding, Level};
use super::color::painted;
use super::out::out;
use super::usage::{Usage, count};
use crate::config::{Config, Environment};
use crate::report::lane::LaneView;
use crate::store::{self, Served, Store};
use hookbell_model::timestamp::Timestamp;

/// Of the column of the levels.
const WIDTH: usize = 9;

/// Check the database, disk, clock, lanes, certificate and the running server
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell doctor\n\nEach check ends as ok, warning, error or skipped, with what it means and what to do. Exit code 1 when there is an error. Changes nothing; works beside a running server or without one."
)]
pub(super) struct Args {
    /// Compare every row of the database with every index: reads all of it
    #[arg(long)]
    full: bool,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let environment = Environment::beside(path);
    let (config, diagnostics) = Config::load(path, &environment);
    let store = match &config {
        Some(config) => config.store.clone(),
        None => Config::load_store(path, &environment).map_err(|diagnostics| Usage(diagnostics.to_string()))?,
    };
    let now = Timestamp::now();
    let mut findings = vec![Finding::Config { mistakes: diagnostics.errors(), warnings: diagnostics.warnings() }];
    findings.extend(of_store(&store, args.full, now).await);
    let served = Store::served(&store);
    findings.push(Finding::Server { process: served.into() });
    if let Some(config) = &config {
        if served != Served::No {
            findings.push(Finding::ConfigInUse { state: server::config_in_use(&config.web).await });
        }
        findings.push(Finding::Clock { state: clock::compare(&config.api_base).await });
        findings.push(Finding::Certificate { state: certificate::look(config.intake.public_url.as_deref()).await });
    }
    print(&findings, args.json);
    let has_error = findings.iter().any(|finding| finding.level() == Level::Error);
    Ok(if has_error { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

async fn of_store(config: &store::Config, is_full: bool, now: Timestamp) -> Vec<Finding> {
    let inspection = match Store::inspect(config, is_full, now).await {
        Ok(inspection) => inspection,
        Err(error) => return vec![Finding::Store { error: error.into() }],
    };
    let mut findings = Finding::of_inspection(&inspection, is_full);
    // Lanes are read with the schema of today.
    if let Ok(store) = Store::attach(config).await {
        let lanes = store.lanes().await.unwrap_or_default();
        let views: Vec<LaneView> = lanes.into_iter().map(|lane| LaneView::new(lane, now)).collect();
        findings.extend(Finding::of_lanes(views));
    }
    findings
        .extend(inspection.dead_last_day.into_iter().map(|(destination, count)| Finding::Dead { destination, count }));
    findings
}

fn print(findings: &[Finding], is_json: bool) {
    let number = |level: Level| findings.iter().filter(|finding| finding.level() == level).count();
    let (errors, warnings) = (number(Level::Error), number(Level::Warning));
    if is_json {
        let list: Vec<Value> = findings.iter().map(Finding::to_json).collect();
        out!("{:#}", json!({ "ok": errors == 0, "errors": errors, "warnings": warnings, "checks": list }));
        return;
    }
    for finding in findings {
        let level = finding.level();
        let padding = " ".repeat(WIDTH.saturating_sub(level.as_str().len()));
        out!("{}{padding}{}", painted(level.style(), level.as_str()), finding.message());
        if let Some(advice) = finding.advice() {
            out!("{:WIDTH$}{advice}", "");
        }
    }
    let summary = match (errors, warnings) {
        (0, 0) => "all is well".to_owned(),
        _ => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    };
    out!("\n{summary}");
}
