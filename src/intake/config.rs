//! The intake's part of the config: where it listens, what it takes, and the `[sources.*]` tables.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::rate::Rate;
use crate::document::Table;
use crate::mistake::{Mistakes, suggestion};
use crate::provider::{Provider, Providers, Verifier};
use crate::secret::Secret;

/// The intake's keys of `[server]`, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// `listen`: the public address. Default `0.0.0.0:8080`.
    pub listen: SocketAddr,
    /// `max_body`, in bytes: 1 KiB to 64 MiB. Default 1 MiB.
    pub max_body: usize,
    /// How long the head of a request may take, and how long an idle connection is kept. Not a key.
    pub head_timeout: Duration,
    /// How long a whole body may take: a sender that drips bytes is cut off then. Not a key.
    pub body_timeout: Duration,
}

/// One `[sources.NAME]` table, checked.
#[derive(Debug)]
pub struct Source {
    /// Up to 64 of `a-z A-Z 0-9 - _`: it stands in the URL `/hooks/NAME`.
    pub name: String,
    pub provider: Arc<Provider>,
    pub verifier: Verifier,
    pub(super) rate: Rate,
}

impl Config {
    /// Reads `listen` and `max_body`; other keys of `[server]` belong to others.
    pub fn read(server: Option<&mut Table<'_>>, mistakes: &mut Mistakes) -> Self {
        let mut config = Self {
            listen: SocketAddr::from(([0, 0, 0, 0], 8080)),
            max_body: 1 << 20,
            head_timeout: Duration::from_secs(15),
            body_timeout: Duration::from_secs(20),
        };
        let Some(server) = server else { return config };
        let address = |text: &str| text.parse().map_err(|_| "expected an address such as `0.0.0.0:8080`".to_owned());
        if let Some(listen) = server.read("listen", mistakes, address) {
            config.listen = listen;
        }
        if let Some(size) = server.read("max_body", mistakes, parse_size) {
            config.max_body = size;
        }
        config
    }
}

impl Source {
    /// Reads one source; `None` where a mistake makes it useless.
    pub fn read(name: &str, mut table: Table<'_>, providers: &Providers, mistakes: &mut Mistakes) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if name.is_empty() || name.len() > 64 || !name.bytes().all(plain) {
            table.mistake(
                "",
                "a source's name stands in its URL: expected up to 64 of `a-z A-Z 0-9 - _`",
                None,
                mistakes,
            );
        }
        let rate = table.read("rate", mistakes, Rate::parse).unwrap_or_default();
        let mut secrets: Vec<String> = table.get("secrets", mistakes).unwrap_or_default();
        secrets.extend(table.get::<String>("secret", mistakes));
        let secrets: Vec<Secret> = secrets.into_iter().map(Secret::new).collect();

        let wanted: Option<String> = table.require("provider", mistakes);
        let known = wanted.as_deref().and_then(|wanted| providers.get(wanted));
        if let (Some(wanted), None) = (&wanted, known) {
            let hint = suggestion(wanted, providers.iter().map(|provider| provider.name.as_str()));
            table.mistake("provider", format!("there is no provider `{wanted}`"), hint, mistakes);
        }
        // Read the overrides even so: their mistakes are to be told in the same go.
        let any = known.or_else(|| providers.get("generic"))?;
        let provider = any.with_overrides(&mut table, mistakes);
        let source =
            known.and(provider).and_then(|provider| Self::checked(name, provider, &secrets, rate, &table, mistakes));
        table.finish(mistakes);
        source
    }

    fn checked(
        name: &str,
        provider: Provider,
        secrets: &[Secret],
        rate: Rate,
        table: &Table<'_>,
        mistakes: &mut Mistakes,
    ) -> Option<Self> {
        if provider.is_unverified() {
            if !table.has("verify") {
                let what = format!("{} proves nothing about who sent a request", provider.title);
                let hint = Some("say `verify = \"none\"` to take its requests all the same".to_owned());
                table.mistake("", what, hint, mistakes);
                return None;
            }
            let what = "requests are taken unchecked: whoever knows the URL can send events";
            table.warning("verify", what, Some("choose a source name that nobody can guess".to_owned()), mistakes);
        }
        match provider.verifier(secrets) {
            Ok(verifier) => Some(Self { name: name.to_owned(), provider: Arc::new(provider), verifier, rate }),
            Err(what) => {
                let key = if table.has("secrets") { "secrets" } else { "secret" };
                table.mistake(key, what, None, mistakes);
                None
            }
        }
    }
}

/// Reads a size as people write it: `"1 MiB"`, `"512 KiB"`, `"64 kB"`, `"1000000"`.
fn parse_size(text: &str) -> Result<usize, String> {
    let wrong = || "expected a size from 1 KiB to 64 MiB, such as `1 MiB`".to_owned();
    let digits = text.trim().bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.trim().split_at(digits);
    let factor = match unit.trim() {
        "" | "B" => 1,
        "kB" | "KB" => 1000,
        "KiB" => 1 << 10,
        "MB" => 1_000_000,
        "MiB" => 1 << 20,
        _ => return Err(wrong()),
    };
    let size = number.parse::<usize>().ok().and_then(|number| number.checked_mul(factor)).ok_or_else(wrong)?;
    if (1 << 10..=64 << 20).contains(&size) { Ok(size) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_within_reason() {
        assert_eq!(parse_size("1 MiB"), Ok(1 << 20));
        assert_eq!(parse_size("64kB"), Ok(64_000));
        for wrong in ["", "big", "1 GiB", "0", "999999999999 MiB", "1.5 MiB"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}
