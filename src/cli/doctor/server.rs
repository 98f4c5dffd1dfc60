//! Asks the server that runs, by its admin listener, whether it uses the files as they are.

use std::time::Duration;

use serde::Deserialize;

use super::finding::ConfigInUse;
use crate::cli::admin::{AdminAnswer, AdminClient};
use crate::web;
use hookbell_model::listen_address::on_this_machine;

const TIMEOUT: Duration = Duration::from_secs(5);

/// What is read of `/healthz`.
#[derive(Deserialize)]
struct Healthz {
    config: HealthzConfig,
}

#[derive(Deserialize)]
struct HealthzConfig {
    state: String,
    since: String,
    diagnostics: Vec<HealthzDiagnostic>,
    needs_restart: Vec<String>,
}

#[derive(Deserialize)]
struct HealthzDiagnostic {
    severity: String,
}

pub(super) async fn config_in_use(config: &web::Config) -> ConfigInUse {
    // The system has chosen its port.
    if config.listen.port() == 0 {
        return ConfigInUse::AnyPort;
    }
    let address = on_this_machine(config.listen).to_string();
    let Ok(server) = AdminClient::new(config, TIMEOUT) else { return ConfigInUse::Unreachable { address } };
    let Ok(AdminAnswer { status, body }) = server.get("/healthz").await else {
        return ConfigInUse::Unreachable { address };
    };
    if !(200..300).contains(&status) {
        return ConfigInUse::Refused { status };
    }
    match serde_json::from_str::<Healthz>(&body) {
        Ok(Healthz { config }) => read(config),
        Err(_) => ConfigInUse::Unreachable { address },
    }
}

fn read(HealthzConfig { state, since, diagnostics, needs_restart }: HealthzConfig) -> ConfigInUse {
    if state == "stale" {
        let mistakes = diagnostics.iter().filter(|diagnostic| diagnostic.severity == "error").count();
        ConfigInUse::Stale { mistakes, since }
    } else if needs_restart.is_empty() {
        ConfigInUse::Current
    } else {
        ConfigInUse::NeedsRestart { keys: needs_restart }
    }
}

/// The host of a URL, for people.
pub(super) fn host(url: &str) -> String {
    let parsed = url::Url::parse(url).ok();
    parsed.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| url.to_owned())
}
