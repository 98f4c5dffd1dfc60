//! The intake's part of the config: where it listens, what it takes, and the `[sources.*]` tables.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::capture::Capturing;
use super::rate::Rate;
use crate::codes;
use hookbell_config_file::Diagnostics;
use hookbell_config_file::{Code, Table, TomlKind};
use hookbell_model::secret::Secret;
use hookbell_model::suggest::suggestion;
use hookbell_provider::{ProofStatus, Provider, Providers, Settings, Verifier, parse_size};

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
    /// Whether the config says so: then it is the limit for every provider.
    pub max_body_named: bool,
    /// `public_url`: scheme, host and perhaps a path under which the senders see this server, no slash at the
    /// end. Some sign it.
    pub public_url: Option<String>,
}

/// One `[sources.NAME]` table, checked.
#[derive(Debug)]
pub struct Source {
    /// Up to 64 of `a-z A-Z 0-9 - _`: it stands in the URL `/hooks/NAME`.
    pub name: String,
    pub provider: Arc<Provider>,
    /// With the config's secrets alone; see [`Source::armed`].
    pub verifier: Arc<Verifier>,
    /// Where the sender brings its secret by itself.
    pub(super) capturing: Option<Capturing>,
    /// In bytes.
    pub(super) max_body: usize,
    /// Where senders see the server, if the config says.
    pub(super) public_url: Option<String>,
    pub(super) rate: Rate,
}

/// What a source's own table gives to its provider.
struct Given<'a> {
    secrets: &'a [Secret],
    settings: &'a Settings,
    rate: Rate,
    config: &'a Config,
}

/// `[sources.NAME.conf]`: texts by name.
fn read_settings(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Settings {
    let mut settings = Settings::default();
    let Some(conf) = table.table("conf", diagnostics) else { return settings };
    for entry in conf.all() {
        match &entry.node.value {
            TomlKind::String(text) => drop(settings.0.insert(entry.key.clone(), Secret::new(text))),
            other => diagnostics.add(conf.error(
                &entry.key,
                Code::WRONG_TYPE,
                format!("expected a string, found {}", other.kind()),
            )),
        }
    }
    settings
}

impl Config {
    /// Reads `listen` and `max_body`; other keys of `[server]` belong to others.
    pub fn read(server: Option<&mut Table<'_>>, diagnostics: &mut Diagnostics) -> Self {
        let mut config = Self {
            listen: SocketAddr::from(([0, 0, 0, 0], 8080)),
            max_body: 1 << 20,
            head_timeout: Duration::from_secs(15),
            body_timeout: Duration::from_secs(20),
            max_body_named: false,
            public_url: None,
        };
        let Some(server) = server else { return config };
        let address = |text: &str| text.parse().map_err(|_| "expected an address such as `0.0.0.0:8080`".to_owned());
        if let Some(listen) = server.read("listen", diagnostics, address) {
            config.listen = listen;
        }
        if let Some(size) = server.read("max_body", diagnostics, parse_size) {
            config.max_body = size;
            config.max_body_named = true;
        }
        config.public_url = server.read("public_url", diagnostics, parse_public_url);
        config
    }
}

fn parse_public_url(text: &str) -> Result<String, String> {
    let wrong = || "expected the address that senders use, such as `https://hooks.example.com`".to_owned();
    let url = url::Url::parse(text.trim()).map_err(|_| wrong())?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.query().is_none()
        && url.fragment().is_none();
    // Kept as it is written: where a port or a capital stands, it is signed so.
    if plain { Ok(text.trim().trim_end_matches('/').to_owned()) } else { Err(wrong()) }
}

impl Source {
    /// Reads one source; `None` where a mistake makes it useless.
    pub fn read(
        name: &str,
        mut table: Table<'_>,
        providers: &Providers,
        config: &Config,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if name.is_empty() || name.len() > 64 || !name.bytes().all(plain) {
            diagnostics.add(table.error(
                "",
                Code::INVALID_VALUE,
                "a source's name stands in its URL: expected up to 64 of `a-z A-Z 0-9 - _`",
            ));
        }
        let rate = table.read("rate", diagnostics, Rate::parse).unwrap_or_default();
        let mut secrets: Vec<String> = table.get("secrets", diagnostics).unwrap_or_default();
        secrets.extend(table.get::<String>("secret", diagnostics));
        let secrets: Vec<Secret> = secrets.into_iter().map(Secret::new).collect();

        let settings = read_settings(&mut table, diagnostics);
        let wanted: Option<String> = table.require("provider", diagnostics);
        let known = wanted.as_deref().and_then(|wanted| providers.get(wanted));
        if let (Some(wanted), None) = (&wanted, known) {
            let help = suggestion(wanted, providers.names());
            diagnostics.add(
                table
                    .error("provider", Code::UNKNOWN_REFERENCE, format!("there is no provider `{wanted}`"))
                    .maybe_help(help),
            );
        }
        // Read the overrides even so: their mistakes are to be told in the same go.
        let any = known.or_else(|| providers.get("generic"))?;
        let provider = any.with_overrides(&mut table, diagnostics);
        let given = Given { secrets: &secrets, settings: &settings, rate, config };
        let source = known.and(provider).and_then(|provider| Self::checked(name, provider, given, &table, diagnostics));
        table.finish(diagnostics);
        source
    }

    fn checked(
        name: &str,
        provider: Provider,
        given: Given<'_>,
        table: &Table<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        if provider.is_unchecked() {
            if !table.has("verify") {
                let what = format!("{} proves nothing about who sent a request", provider.title);
                diagnostics.add(
                    table
                        .error("", codes::UNVERIFIED_SOURCE, what)
                        .help("say `verify = \"none\"` to take its requests all the same"),
                );
                return None;
            }
            let what = "requests are taken unchecked: whoever knows the URL can send events";
            diagnostics.add(
                table
                    .warning("verify", codes::UNVERIFIED_SOURCE, what)
                    .help("choose a source name that nobody can guess"),
            );
        }
        if provider.proof_status() == ProofStatus::Unverified && !table.has("verify") {
            let what = format!(
                "how {} proves its requests is from hearsay or in dispute, so its file may be wrong",
                provider.title
            );
            let help = "should its requests be refused, `hookbell verify` tells why";
            diagnostics.add(table.warning("provider", codes::UNPROVED_PROVIDER, what).help(help));
        }
        if provider.needs_url() && given.config.public_url.is_none() {
            let what = format!("{} signs the URL it sends to, and nobody told it", provider.title);
            diagnostics.add(
                table
                    .error("provider", Code::MISSING_KEY, what)
                    .help("`public_url = \"https://hooks.example.com\"` in `[server]`"),
            );
        }
        let asked = provider.settings();
        for name in given.settings.0.keys() {
            // A certificate stands for the secret; a private key serves `send`.
            if !asked.contains(name.as_str()) && !matches!(name.as_str(), "certificate" | "private_key") {
                let help = suggestion(name, asked.iter().copied().chain(["certificate", "private_key"]));
                diagnostics.add(
                    table
                        .error(
                            "conf",
                            Code::UNKNOWN_KEY,
                            format!("`{name}` is nothing that {} asks for", provider.title),
                        )
                        .maybe_help(help),
                );
            }
        }
        let max_body = match provider.max_body() {
            Some(of_provider) if given.config.max_body_named => of_provider.min(given.config.max_body),
            Some(of_provider) => of_provider,
            None => given.config.max_body,
        };
        match provider.verifier_with(given.secrets, given.settings) {
            Ok(verifier) => {
                let verifier = Arc::new(verifier);
                let capturing = || Capturing::new(given.secrets, given.settings, &verifier);
                Some(Self {
                    name: name.to_owned(),
                    capturing: provider.can_capture().then(capturing),
                    provider: Arc::new(provider),
                    verifier,
                    max_body,
                    public_url: given.config.public_url.clone(),
                    rate: given.rate,
                })
            }
            Err(error) => {
                let key = if table.has("secrets") { "secrets" } else { "secret" };
                diagnostics.add(table.error(key, Code::INVALID_VALUE, error.to_string()));
                None
            }
        }
    }
}
