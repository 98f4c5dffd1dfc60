//! Reloads the config while the program runs: all of it is read and checked again, and the services get it only if it
//! has no mistake. Otherwise the last valid config stays in use, and the mistakes are reported.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::feeds::Routed;
use super::metrics::Metrics;
use crate::bot;
use crate::codes;
use crate::config::{Config, Environment, FileWatcher};
use crate::courier;
use crate::intake::{Intake, Source};
use crate::report::troubles::Troubles;
use crate::scheduler::alerts;
use crate::scheduler::silence::ExpectedSource;
use crate::store::Keep;
use crate::web::ConfigStatus;
use hookbell_config_file::{Diagnostic, DiagnosticSeverity, Diagnostics};
use hookbell_model::own_event::Trouble;
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

/// Mistakes that are logged at most; `hookbell check` prints them all.
const MOST_LOGGED: usize = 50;

/// What triggers a reload.
#[derive(Debug)]
pub(super) struct ReloadTriggers {
    pub(super) watcher: FileWatcher,
    /// Notified by the operator, whether or not a file has changed.
    pub(super) hang_up: Arc<Notify>,
}

/// The parts of the running services that a reload replaces, and the values that it cannot replace.
#[derive(Debug)]
pub(super) struct Reloadable {
    pub(super) intake: Arc<Intake>,
    pub(super) routed: Arc<Routed>,
    pub(super) token: watch::Sender<Option<Secret>>,
    pub(super) keep: watch::Sender<Keep>,
    pub(super) config_status: watch::Sender<ConfigStatus>,
    pub(super) restart_only: RestartOnly,
    pub(super) metrics: Metrics,
    pub(super) alerts: watch::Sender<Option<Arc<alerts::Config>>>,
    pub(super) expected: watch::Sender<Arc<Vec<ExpectedSource>>>,
    pub(super) bot: watch::Sender<Option<Arc<bot::Settings>>>,
    pub(super) troubles: Troubles,
}

/// The values that only a restart can change, by key: sockets, the database, connections, the log. They may be secret.
#[derive(Debug)]
pub(super) struct RestartOnly([(&'static str, Secret); 12]);

impl ReloadTriggers {
    /// Reads the files whenever they have changed or on a signal, until `shutdown` is cancelled.
    pub(super) async fn run(mut self, services: &Reloadable, shutdown: CancellationToken) {
        loop {
            tokio::select! {
                () = self.watcher.changed() => {}
                () = self.hang_up.notified() => self.watcher.catch_up().await,
                () = shutdown.cancelled() => return,
            }
            services.reload(self.watcher.path()).await;
        }
    }
}

impl Reloadable {
    async fn reload(&self, path: &Path) {
        let file = path.to_owned();
        // On a blocking thread: ten thousand templates take a while.
        let loaded = tokio::task::spawn_blocking(move || Config::load(&file, &Environment::beside(&file))).await;
        let (config, diagnostics) = loaded.unwrap_or_else(|_| {
            let mut diagnostics = Diagnostics::default();
            let what = "the config could not be checked (a bug); the log has more";
            diagnostics.add(Diagnostic::file_error(&path.display().to_string(), codes::INTERNAL, what));
            (None, diagnostics)
        });
        self.metrics.reloaded(config.is_some());
        match config {
            Some(config) => self.take(config, &diagnostics).await,
            None => self.refuse(diagnostics),
        }
    }

    /// The courier gets its settings first: what the intake accepts by the new rules finds its lanes and templates.
    async fn take(&self, config: Config, diagnostics: &Diagnostics) {
        let (sources, destinations) = (config.sources.len(), config.destinations.len());
        let expected = expected_sources(&config);
        let needs_restart = self.restart_only.changed_keys(&config);
        self.bot.send_replace(config.bot_settings().map(Arc::new));
        // An operator who opens the admin listener to others must not find it without its token before the restart.
        if !needs_restart.contains(&"server.admin_listen") {
            self.token.send_replace(config.web.token);
        }
        self.keep.send_replace(config.store.keep);
        self.expected.send_replace(Arc::new(expected));
        self.alerts.send_replace(config.alerts.map(Arc::new));
        let Config { templates, destinations: all, courier: config_of_courier, .. } = config;
        let settings = courier::CourierSettings { templates, destinations: all, config: config_of_courier };
        self.routed.replace(config.sources, config.rules, settings);
        tracing::info!(sources, destinations, "the changed config is in use");
        log(diagnostics);
        if !needs_restart.is_empty() {
            let keys = needs_restart.join(", ");
            tracing::warn!("needs a restart: {keys}; everything else is in use");
        }
        self.config_status.send_replace(ConfigStatus {
            since: Timestamp::now(),
            diagnostics: Diagnostics::default(),
            needs_restart,
        });
        if let Err(error) = self.intake.warn_of_waiting().await {
            tracing::warn!(%error, "cannot read whether a source still waits for its secret");
        }
    }

    fn refuse(&self, diagnostics: Diagnostics) {
        let count = diagnostics.errors();
        tracing::error!(errors = count, "the changed config is not taken: the last good one stays in use");
        log(&diagnostics);
        let mut errors = diagnostics.0.iter().filter(|one| one.severity == DiagnosticSeverity::Error);
        let first = errors.next().map(|first| format!("{}: {}", first.location, first.message)).unwrap_or_default();
        self.troubles.add(Trouble::ReloadRefused { errors: count as u64, first });
        self.config_status.send_modify(|status| {
            if status.diagnostics.errors() == 0 {
                status.since = Timestamp::now();
            }
            status.diagnostics = diagnostics;
        });
    }
}

impl RestartOnly {
    pub(super) fn of(config: &Config) -> Self {
        let limits = &config.intake.limits;
        let format = if config.log.json { "json" } else { "text" };
        let texts = [
            ("server.listen", config.intake.listen.to_string()),
            ("server.admin_listen", config.web.listen.to_string()),
            ("server.trusted_proxies", format!("{:?}", limits.trusted_proxies)),
            ("server.client_address_header", limits.client_address_header.to_string()),
            ("server.max_connections", limits.max_connections.to_string()),
            ("server.max_connections_per_address", limits.max_connections_per_address.to_string()),
            ("server.min_body_rate", limits.min_body_rate.to_string()),
            ("server.body_memory_per_address", limits.body_memory_per_address.to_string()),
            ("store.url", config.store.url.to_string()),
            ("discord.api_base", config.api_base.clone()),
            ("log.format", format.to_owned()),
            ("log.level", config.log.filter.clone()),
        ];
        Self(texts.map(|(key, text)| (key, Secret::new(text))))
    }

    /// The keys whose values differ in this config.
    fn changed_keys(&self, config: &Config) -> Vec<&'static str> {
        let changed = Self::of(config);
        let pairs = self.0.iter().zip(&changed.0);
        pairs.filter(|(now, then)| now.1 != then.1).map(|(now, _)| now.0).collect()
    }
}

/// The sources of which events are expected.
pub(super) fn expected_sources(config: &Config) -> Vec<ExpectedSource> {
    let expected = |source: &Source| Some(ExpectedSource { name: source.name.clone(), expectation: source.expect? });
    config.sources.iter().filter_map(expected).collect()
}

fn log(diagnostics: &Diagnostics) {
    for diagnostic in diagnostics.0.iter().take(MOST_LOGGED) {
        let Diagnostic { severity, code, location, message, help, snippet: _ } = diagnostic;
        let (code, key) = (code.as_str(), &location.key);
        match severity {
            DiagnosticSeverity::Error => tracing::error!(code, %location, key, help, "{message}"),
            DiagnosticSeverity::Warning => tracing::warn!(code, %location, key, help, "{message}"),
        }
    }
    let more = diagnostics.0.len().saturating_sub(MOST_LOGGED);
    if more > 0 {
        tracing::warn!(more, "`hookbell check` prints the others");
    }
}
