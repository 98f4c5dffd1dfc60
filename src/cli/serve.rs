//! `hookbell serve`: the bridge itself.

use std::path::Path;
use std::process::ExitCode;

use super::load::load;
use super::{log, signals};
use crate::app::{App, InheritedListeners};
use crate::config::{FileWatcher, WatchIntervals};

/// Take webhooks and deliver them until stopped
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell serve --config /etc/hookbell/config.toml\n\nChanged templates, providers and config are reloaded while it runs, unless they have mistakes; SIGHUP makes it reload at once. SIGTERM or Ctrl-C stops it: requests in flight are finished, the rest stays in the store."
)]
pub(super) struct Args {}

pub(super) async fn run(_: Args, path: &Path, listeners: InheritedListeners) -> anyhow::Result<ExitCode> {
    // Before the files are read, so that no change is missed.
    let watcher = FileWatcher::new(path, WatchIntervals::default());
    let config = load(path)?;
    log::start(&config.log.filter, config.log.json);
    let (shutdown, hang_up) = signals::shutdown_or_reload()?;
    let (sources, destinations) = (config.sources.len(), config.destinations.len());
    if config.bot.is_none() {
        tracing::info!("no `bot_token` in the config: running without the bot");
    }
    let app = App::build_with(config, listeners).await?.watching(watcher, hang_up);
    tracing::info!(public = %app.public_address()?, admin = %app.admin_address()?, sources, destinations, "hookbell is ready");
    app.run(shutdown).await;
    tracing::info!("hookbell has stopped");
    Ok(ExitCode::SUCCESS)
}
