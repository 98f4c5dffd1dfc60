//! Reports hookbell's own troubles to the operator: those of a while together, at most once a minute. To destinations as
//! events of hookbell's own, and by plain HTTP where the config says so.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::notify::{HttpTarget, Notifier};
use crate::report::troubles::Troubles;
use crate::store::Store;
use hookbell_config_file::{Code, Diagnostics, Table};
use hookbell_model::own_event::{Alert, OwnEvent};
use hookbell_model::suggest::suggestion;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::Provider;

/// Troubles that one alert lists.
const MOST_LISTED: usize = 10;

/// The `[alerts]` section, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// `to`: destinations.
    pub to: Vec<String>,
    /// `fallback`: where alerts go by HTTP as well.
    pub http: Option<HttpTarget>,
    /// How long troubles are collected before they are reported together. Not a key.
    pub collect: Duration,
    /// The least time between two alerts. Not a key.
    pub every: Duration,
}

impl Config {
    /// Reads `to` and `fallback`.
    pub fn read(
        mut table: Table<'_>,
        destinations: &[String],
        standard: Option<&Provider>,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let to: Vec<String> = table.get("to", diagnostics).unwrap_or_default();
        for name in to.iter().filter(|name| !destinations.contains(name)) {
            let help = suggestion(name, destinations.iter().map(String::as_str));
            let what = format!("there is no destination `{name}`");
            diagnostics.add(table.error("to", Code::UNKNOWN_REFERENCE, what).maybe_help(help));
        }
        let http = table.table("fallback", diagnostics);
        let http = http.and_then(|table| HttpTarget::read(table, standard, diagnostics));
        if to.is_empty() && !table.has("fallback") && !table.has("to") {
            diagnostics.add(table.missing("to"));
        }
        table.finish(diagnostics);
        Self { to, http, collect: Duration::from_secs(5), every: Duration::from_secs(60) }
    }
}

/// What the reporter works with.
#[derive(Debug, Clone)]
pub struct Setup {
    pub store: Store,
    pub notifier: Notifier,
    pub troubles: Troubles,
    /// None = nobody is told.
    pub config: watch::Receiver<Option<Arc<Config>>>,
}

/// Reports until `shutdown` is cancelled.
pub async fn run(setup: Setup, shutdown: CancellationToken) {
    let reports = async {
        loop {
            setup.troubles.added().await;
            let config = setup.config.borrow().clone();
            let Some(config) = config else {
                drop(setup.troubles.take());
                continue;
            };
            tokio::time::sleep(config.collect).await;
            report(&setup, &config, Timestamp::now()).await;
            tokio::time::sleep(config.every.saturating_sub(config.collect)).await;
        }
    };
    tokio::select! { () = shutdown.cancelled() => {}, () = reports => {} }
}

async fn report(setup: &Setup, config: &Config, now: Timestamp) {
    let troubles = setup.troubles.take();
    if troubles.is_empty() {
        return;
    }
    let alert = Alert::new(troubles.clone(), MOST_LISTED, now);
    let id = format!("alert-{}", alert.id);
    let own_event = OwnEvent::Alert(alert);
    let mut told = false;
    if let Some(target) = &config.http {
        match setup.notifier.send(target, &id, &own_event.to_note(now), now).await {
            Ok(()) => told = true,
            Err(error) => warn!(%error, "an alert could not be sent to its fallback"),
        }
    }
    if !config.to.is_empty() {
        let (event, raw) = own_event.into_event(now);
        match setup.store.accept(event, raw, OwnEvent::deliveries(&config.to)).await {
            Ok(_) => told = true,
            Err(error) => warn!(%error, "an alert could not be stored"),
        }
    }
    if !told {
        setup.troubles.put_back(troubles);
    }
}
