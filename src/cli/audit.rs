//! `hookbell audit`: who changed what, when and from where.

use std::path::Path;
use std::process::ExitCode;

use super::out::out;
use super::table::{columns, printable};
use super::usage::Mistakes;
use crate::config::{Config, Environment};
use crate::report::audit::AuditView;
use crate::store::{Scope, Store};

/// Show who muted, replayed, paused or purged what, when and from where
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell audit\n  hookbell audit --count 100 --json\n\nEach change that somebody makes, in Discord or on the command line, has an entry that is written together with the change. Entries are kept for a year, whatever `[store] keep` says. Works beside a running server."
)]
pub(super) struct Args {
    /// How many entries, the newest
    #[arg(long, default_value_t = 20)]
    count: usize,
    /// Only entries before this one, by its number
    #[arg(long, value_name = "NUMBER")]
    before: Option<i64>,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let config = Config::load_store(path, &Environment::beside(path));
    let store = Store::attach(&config.map_err(Mistakes)?).await?;
    let entries = store.audit(Scope::Everything, args.before, args.count).await?;
    let views: Vec<AuditView> = entries.into_iter().map(AuditView::from).collect();
    if args.json {
        out!("{}", serde_json::to_string_pretty(&views)?);
    } else if views.is_empty() {
        eprintln!("nobody has changed anything yet");
    } else {
        let header = ["NUMBER", "AT", "WHO", "FROM", "WHAT"].map(str::to_owned);
        let rows: Vec<_> = std::iter::once(header).chain(views.iter().map(row)).collect();
        out!("{}", columns(&rows).trim_end());
    }
    Ok(ExitCode::SUCCESS)
}

fn row(view: &AuditView) -> [String; 5] {
    [
        view.id.to_string(),
        view.at.to_rfc3339(),
        printable(&view.who),
        view.from.clone().unwrap_or_else(|| "-".to_owned()),
        printable(&view.what),
    ]
}
