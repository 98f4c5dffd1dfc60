//! The intake's keys of `[server]`: where it listens, and what it accepts.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use super::limits::Limits;
use hookbell_config_file::Diagnostics;
use hookbell_config_file::Table;
use hookbell_model::base_url::parse_base_url;
use hookbell_model::timestamp::Clock;
use hookbell_provider::parse_size;

/// The intake's keys of `[server]`, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// `listen`: the public address. Default `0.0.0.0:8080`.
    pub listen: SocketAddr,
    /// `max_body`, in bytes: 1 KiB to 64 MiB. Default 1 MiB.
    pub max_body: usize,
    /// How long the head of a request may take, and how long an idle connection is kept. Not a key.
    pub head_timeout: Duration,
    /// How long a whole body may take, however fast it comes. Not a key.
    pub body_timeout: Duration,
    /// Whether the config sets `max_body`: then it is the limit for every provider.
    pub max_body_named: bool,
    /// `public_url`: scheme, host and perhaps a path under which the senders see this server, without a slash at the
    /// end. Some sign it.
    pub public_url: Option<String>,
    pub limits: Limits,
    /// The clock. Not a key.
    pub clock: Clock,
}

impl Config {
    /// Reads `listen`, `max_body`, `public_url` and the keys of [`Limits`]; other keys of `[server]` are the caller's.
    pub fn read(server: Option<&mut Table<'_>>, diagnostics: &mut Diagnostics) -> Self {
        let mut config = Self {
            listen: SocketAddr::from(([0, 0, 0, 0], 8080)),
            max_body: 1 << 20,
            head_timeout: Duration::from_secs(15),
            body_timeout: Duration::from_secs(60),
            max_body_named: false,
            public_url: None,
            limits: Limits::default(),
            clock: Clock::default(),
        };
        let Some(server) = server else { return config };
        let address = |text: &str| text.parse().map_err(|_| ParseListenError { meant: meant_address(text) });
        if let Some(listen) = server.read("listen", diagnostics, address) {
            config.listen = listen;
        }
        if let Some(size) = server.read("max_body", diagnostics, parse_size) {
            config.max_body = size;
            config.max_body_named = true;
        }
        config.limits = Limits::read(server, diagnostics);
        config.public_url = server.read("public_url", diagnostics, parse_public_url);
        config
    }
}

/// The text is no address to listen on.
#[derive(Debug)]
struct ParseListenError {
    meant: Option<String>,
}

impl fmt::Display for ParseListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected an address such as `0.0.0.0:8080`")?;
        self.meant.as_ref().map_or(Ok(()), |meant| write!(f, "; did you mean `{meant}`?"))
    }
}

/// The address that was meant by a port alone, by `localhost`, or by a host without a port.
fn meant_address(text: &str) -> Option<String> {
    let text = text.trim();
    let port = text.trim_start_matches([':', '*']);
    let meant = match text.split_once("localhost") {
        Some(("", port)) => format!("127.0.0.1{port}"),
        _ if port.parse::<u16>().is_ok() => format!("0.0.0.0:{port}"),
        _ => format!("{text}:8080"),
    };
    meant.parse::<SocketAddr>().ok().map(|_| meant)
}

/// The text is no address that senders could use.
#[derive(Debug, thiserror::Error)]
#[error("expected the address that senders use, such as `https://hooks.example.com`")]
struct ParsePublicUrlError;

fn parse_public_url(text: &str) -> Result<String, ParsePublicUrlError> {
    // Kept as it is written: a sender signs the URL with its port and its capitals.
    parse_base_url(text).map(|_| text.trim().trim_end_matches('/').to_owned()).ok_or(ParsePublicUrlError)
}
