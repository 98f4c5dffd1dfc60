//! Asks the server that runs, by its admin listener, whether it uses the files as they are.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde::Deserialize;

use super::finding::ConfigInUse;
use crate::web;

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
    let Some(address) = address(config.listen) else { return ConfigInUse::AnyPort };
    let unreachable = || ConfigInUse::Unreachable { address: address.to_string() };
    let Ok(client) = reqwest::Client::builder().timeout(TIMEOUT).no_proxy().build() else { return unreachable() };
    let mut request = client.get(format!("http://{address}/healthz"));
    if let Some(token) = &config.token {
        request = request.bearer_auth(token.expose());
    }
    let Ok(answer) = request.send().await else { return unreachable() };
    let status = answer.status();
    if !status.is_success() {
        return ConfigInUse::Refused { status: status.as_u16() };
    }
    let text = answer.text().await.unwrap_or_default();
    match serde_json::from_str::<Healthz>(&text) {
        Ok(Healthz { config }) => read(config),
        Err(_) => unreachable(),
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

/// Where a listener can be reached from this machine; none where the system chose its port.
fn address(listen: SocketAddr) -> Option<SocketAddr> {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(std::net::Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    (listen.port() != 0).then_some(SocketAddr::new(ip, listen.port()))
}

/// The host of a URL, for people.
pub(super) fn host(url: &str) -> String {
    let parsed = url::Url::parse(url).ok();
    parsed.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| url.to_owned())
}
