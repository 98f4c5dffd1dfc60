//! The keys of `[server]` that limit connections, memory for bodies, and the time they take.

use std::net::IpAddr;
use std::time::Duration;

use http::HeaderName;

use super::network::Network;
use hookbell_config_file::Diagnostics;
use hookbell_config_file::Table;
use hookbell_provider::parse_size;

/// What connections and bodies may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// `max_connections`, 16 to 65536. Default 768: a process may often open 1024 files, and the rest is for its own.
    pub max_connections: usize,
    /// `max_connections_per_address`, at least 1. Default 256. Not for trusted proxies.
    pub max_connections_per_address: usize,
    /// `trusted_proxies`: whose `client_address_header` is used. Default: loopback.
    pub trusted_proxies: Vec<Network>,
    /// `client_address_header`. Default `X-Forwarded-For`.
    pub client_address_header: HeaderName,
    /// `min_body_rate`, in bytes a second: a body that comes slower is cut off after `body_grace`. Default 16 KiB.
    pub min_body_rate: usize,
    /// `body_memory_per_address`, in bytes: of what the bodies of one address hold beyond their first
    /// 32 KiB each. Default 16 MiB. One body is taken in any case.
    pub body_memory_per_address: usize,
    /// In bytes; the same for all addresses together. Not a key. 64 MiB.
    pub body_memory: usize,
    /// How long a body may take however slow it is. Not a key. 10 s.
    pub body_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let loopback = ["127.0.0.0/8", "::1"].into_iter().filter_map(|network| network.parse().ok());
        Self {
            max_connections: 768,
            max_connections_per_address: 256,
            trusted_proxies: loopback.collect(),
            client_address_header: HeaderName::from_static("x-forwarded-for"),
            min_body_rate: 16 << 10,
            body_memory_per_address: 16 << 20,
            body_memory: 64 << 20,
            body_grace: Duration::from_secs(10),
        }
    }
}

impl Limits {
    pub(super) fn read(server: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let usual = Self::default();
        let trusted = server.read_list("trusted_proxies", diagnostics, str::parse);
        let max_connections = read_count(server, "max_connections", 16, diagnostics);
        let max_connections_per_address = read_count(server, "max_connections_per_address", 1, diagnostics);
        let header =
            |text: &str| text.parse().map_err(|_| "expected the name of a header, such as `X-Real-IP`".to_owned());
        Self {
            max_connections: max_connections.unwrap_or(usual.max_connections),
            max_connections_per_address: max_connections_per_address.unwrap_or(usual.max_connections_per_address),
            trusted_proxies: if server.has("trusted_proxies") { trusted } else { usual.trusted_proxies },
            client_address_header: server
                .read("client_address_header", diagnostics, header)
                .unwrap_or(usual.client_address_header),
            min_body_rate: server.read("min_body_rate", diagnostics, read_byte_rate).unwrap_or(usual.min_body_rate),
            body_memory_per_address: server
                .read("body_memory_per_address", diagnostics, parse_size)
                .unwrap_or(usual.body_memory_per_address),
            ..usual
        }
    }

    pub(super) fn is_trusted(&self, proxy: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(proxy))
    }
}

fn read_count(server: &mut Table<'_>, key: &'static str, least: u64, diagnostics: &mut Diagnostics) -> Option<usize> {
    const MOST: u64 = 65_536;
    let count: u64 = server.get(key, diagnostics)?;
    if !(least..=MOST).contains(&count) {
        let what = format!("expected a number from {least} to {MOST}");
        diagnostics.add(server.error(key, hookbell_config_file::Code::INVALID_VALUE, what));
    }
    usize::try_from(count).ok()
}

/// The text is no rate in bytes.
#[derive(Debug, thiserror::Error)]
#[error("expected a size from 1 KiB to 64 MiB a second, such as `16 KiB/s`")]
struct ParseByteRateError;

/// `"16 KiB/s"`.
fn read_byte_rate(text: &str) -> Result<usize, ParseByteRateError> {
    let size = text.trim().strip_suffix("/s").ok_or(ParseByteRateError)?;
    parse_size(size).map_err(|_| ParseByteRateError)
}
