//! `hookbell serve`: the bridge itself.

use std::path::Path;
use std::process::ExitCode;

use super::load::load;
use super::{log, signals};
use crate::app::{App, InheritedListeners};
use crate::config::{Config, FileWatcher, WatchIntervals};
use crate::intake::Source;
use crate::rules::RouteSummary;

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
    let entrances = entrances(&config);
    let app = App::build_with(config, listeners).await?.watching(watcher, hang_up);
    tracing::info!(public = %app.public_address()?, admin = %app.admin_address()?, sources, destinations, "hookbell is ready");
    for Entrance { source, provider, url, to } in entrances {
        tracing::info!(source, provider, url, to, "accepts webhooks");
    }
    app.run(shutdown).await;
    tracing::info!("hookbell has stopped");
    Ok(ExitCode::SUCCESS)
}

/// Where one sender posts to, and where its events may go.
#[derive(Debug)]
struct Entrance {
    source: String,
    provider: String,
    url: String,
    to: String,
}

fn entrances(config: &Config) -> Vec<Entrance> {
    let entrance = |source: &Source| {
        let takes = |route: &RouteSummary<'_>| route.sources.is_none_or(|names| names.contains(&source.name));
        let mut to: Vec<&str> =
            config.rules.summaries().filter(takes).flat_map(|route| route.to).map(String::as_str).collect();
        to.sort_unstable();
        to.dedup();
        Entrance {
            source: source.name.clone(),
            provider: source.provider.name.clone(),
            url: source
                .public_url()
                .unwrap_or_else(|| format!("http://{}/hooks/{}", config.intake.listen, source.name)),
            to: if to.is_empty() { "nowhere: no route takes it".to_owned() } else { to.join(", ") },
        }
    };
    config.sources.iter().map(entrance).collect()
}
