//! `[sources.NAME]`: one configured sender.

use std::sync::Arc;

use super::captured_secrets::CapturedSecrets;
use super::config::Config;
use super::rate_limit::SourceRate;
use crate::codes;
use crate::store::{self, Capture, Store};
use hookbell_config_file::{Code, Diagnostics};
use hookbell_config_file::{Table, TomlKind};
use hookbell_model::expectation::Expectation;
use hookbell_model::own_event::OWN;
use hookbell_model::secret::Secret;
use hookbell_model::snowflake::is_snowflake;
use hookbell_model::suggest::suggestion;
use hookbell_provider::{ProofStatus, Provider, Providers, Settings, Verifier, VerifierError};

/// In bytes; of a source's name.
const MAX_NAME: usize = 64;

/// One `[sources.NAME]` table, checked.
#[derive(Debug)]
pub struct Source {
    /// Up to 64 of `a-z A-Z 0-9 - _`: it is part of the URL `/hooks/NAME`.
    pub name: String,
    pub provider: Arc<Provider>,
    /// With the config's secrets alone; see [`Source::verifier_with_captured`].
    pub verifier: Arc<Verifier>,
    /// Where the sender brings its secret by itself.
    captured: Option<CapturedSecrets>,
    /// In bytes.
    pub(super) max_body: usize,
    /// The server's address as senders see it, if the config has it.
    public_url: Option<String>,
    pub(super) rate: SourceRate,
    /// How often it is expected to send something.
    pub expect: Option<Expectation>,
    /// Ids of the servers whose people may subscribe their channels to it. Default none.
    pub subscribe: Vec<String>,
}

/// The parts of a source's table that its provider uses.
struct SourceKeys<'a> {
    secrets: &'a [Secret],
    settings: &'a Settings,
    rate: SourceRate,
    expect: Option<Expectation>,
    subscribe: Vec<String>,
    config: &'a Config,
}

impl Source {
    /// Reads one source; `None` where it cannot be used.
    pub fn read(
        name: &str,
        mut table: Table<'_>,
        providers: &Providers,
        config: &Config,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        check_name(name, &table, diagnostics);
        let rate = table.read("rate", diagnostics, str::parse).map(SourceRate::new).unwrap_or_default();
        let expect = table.read("expect", diagnostics, str::parse);
        let subscribe = table.read_list("subscribe", diagnostics, read_guild);
        let mut secrets: Vec<String> = table.get("secrets", diagnostics).unwrap_or_default();
        secrets.extend(table.get::<String>("secret", diagnostics));
        let secrets: Vec<Secret> = secrets.into_iter().map(Secret::new).collect();
        let settings = read_settings(&mut table, diagnostics);
        let provider_name: Option<String> = table.require("provider", diagnostics);
        let provider = provider_name.as_deref().and_then(|name| providers.get(name));
        if let (Some(name), None) = (&provider_name, provider) {
            let help = providers.suggestion(name);
            let what = format!("there is no provider `{name}`");
            diagnostics.add(table.error("provider", Code::UNKNOWN_REFERENCE, what).maybe_help(help));
        }
        // The overrides are read in any case, so that their mistakes are reported in the same run.
        let any = provider.or_else(|| providers.get("generic"))?;
        let overridden = any.with_overrides(&mut table, diagnostics);
        let keys = SourceKeys { secrets: &secrets, settings: &settings, rate, expect, subscribe, config };
        let source =
            provider.and(overridden).and_then(|provider| Self::checked(name, provider, keys, &table, diagnostics));
        table.finish(diagnostics);
        source
    }

    fn checked(
        name: &str,
        provider: Provider,
        keys: SourceKeys<'_>,
        table: &Table<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        if !check_verification(&provider, table, diagnostics) {
            return None;
        }
        if provider.needs_url() && keys.config.public_url.is_none() {
            let what = format!("{} signs the URL it sends to, and the config does not say it", provider.title);
            let help = "`public_url = \"https://hooks.example.com\"` in `[server]`";
            diagnostics.add(table.error("provider", Code::MISSING_KEY, what).help(help));
        }
        check_settings(&provider, keys.settings, table, diagnostics);
        let max_body = match provider.max_body() {
            Some(max) if keys.config.max_body_named => max.min(keys.config.max_body),
            Some(max) => max,
            None => keys.config.max_body,
        };
        let verifier = match provider.verifier_with(keys.secrets, keys.settings) {
            Ok(verifier) => Arc::new(verifier),
            Err(error) => {
                let key = if table.has("secrets") { "secrets" } else { "secret" };
                diagnostics.add(table.error(key, Code::INVALID_VALUE, error.to_string()));
                return None;
            }
        };
        let captured = || CapturedSecrets::new(keys.secrets, keys.settings, &verifier);
        Some(Self {
            name: name.to_owned(),
            captured: provider.can_capture().then(captured),
            provider: Arc::new(provider),
            verifier,
            max_body,
            public_url: keys.config.public_url.clone(),
            rate: keys.rate,
            expect: keys.expect,
            subscribe: keys.subscribe,
        })
    }

    /// Whether a source may have this name, which is a part of its URL.
    pub fn is_name(name: &str) -> bool {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        !name.is_empty() && name.len() <= MAX_NAME && name.bytes().all(allowed)
    }

    /// The URL to enter at the provider, where the config says how senders see this server.
    pub fn public_url(&self) -> Option<String> {
        self.public_url.as_ref().map(|base| format!("{base}/hooks/{}", self.name))
    }

    /// The URL that the sender used, which a proxy in front of this server may have changed. Without a `public_url`
    /// only path and query are known, which is enough for a token in the query.
    pub(super) fn request_url(&self, uri: &http::Uri) -> Option<String> {
        let path = uri.path_and_query().map_or(uri.path(), |path| path.as_str());
        match &self.public_url {
            Some(base) => Some(format!("{base}{path}")),
            None if uri.query().is_some() => Some(path.to_owned()),
            None => None,
        }
    }

    /// Whether its sender brings a secret by itself, see [`Provider::can_capture`].
    pub fn can_capture(&self) -> bool {
        self.captured.is_some()
    }

    /// The verifier with the config's secrets and these.
    pub fn verifier_with_captured(&self, secrets: &[Secret]) -> Arc<Verifier> {
        let verifier = self.captured.as_ref().and_then(|captured| captured.verifier(&self.provider, secrets).ok());
        verifier.unwrap_or_else(|| Arc::clone(&self.verifier))
    }

    /// # Errors
    /// When a captured secret does not fit the provider.
    pub(super) fn check_captured(&self, secret: &Secret) -> Result<(), VerifierError> {
        self.captured.as_ref().map_or(Ok(()), |captured| captured.check(&self.provider, secret))
    }

    /// What was captured for it; nothing for a source whose secret is in the config alone.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn captured(&self, store: &Store) -> store::Result<Capture> {
        if self.can_capture() { store.capture(&self.name).await } else { Ok(Capture::default()) }
    }
}

/// The text is no server's id.
#[derive(Debug, thiserror::Error)]
#[error("expected a server's id, which is digits only, such as `\"112233445566778899\"`")]
struct ParseGuildError;

fn read_guild(text: &str) -> Result<String, ParseGuildError> {
    if is_snowflake(text) { Ok(text.to_owned()) } else { Err(ParseGuildError) }
}

fn check_name(name: &str, table: &Table<'_>, diagnostics: &mut Diagnostics) {
    if !Source::is_name(name) {
        let what = "a source's name is part of its URL: expected up to 64 of `a-z A-Z 0-9 - _`";
        diagnostics.add(table.error("", Code::INVALID_VALUE, what));
    }
    if name == OWN {
        let what = format!("`{OWN}` is the source of hookbell's own events, such as digests");
        diagnostics.add(table.error("", Code::INVALID_VALUE, what).help("give the source another name"));
    }
}

/// `[sources.NAME.conf]`: texts by name.
fn read_settings(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Settings {
    let mut settings = Settings::default();
    let Some(conf) = table.table("conf", diagnostics) else { return settings };
    for entry in conf.all() {
        match &entry.node.value {
            TomlKind::String(text) => drop(settings.0.insert(entry.key.clone(), Secret::new(text))),
            other => {
                let what = format!("expected a string, found {}", other.kind());
                diagnostics.add(conf.error(&entry.key, Code::WRONG_TYPE, what));
            }
        }
    }
    settings
}

/// Warns where nothing is checked or the file is unconfirmed; false where an unchecked source is not marked as such.
fn check_verification(provider: &Provider, table: &Table<'_>, diagnostics: &mut Diagnostics) -> bool {
    let overridden = table.has("verify");
    if provider.is_unchecked() && !overridden {
        let what = format!("{} proves nothing about who sent a request", provider.title);
        let help = "set `verify = \"none\"` to accept its requests anyway";
        diagnostics.add(table.error("", codes::UNVERIFIED_SOURCE, what).help(help));
        return false;
    }
    if provider.is_unchecked() {
        let what = "requests are accepted unchecked: anyone who has the URL can send events";
        let help = match table.has("secret") || table.has("secrets") {
            true => "leave `verify = \"none\"` out, so that the source's secret is checked",
            false => "choose a source name that is hard to guess",
        };
        diagnostics.add(table.warning("verify", codes::UNVERIFIED_SOURCE, what).help(help));
    }
    if provider.proof_status() == ProofStatus::Unverified && !overridden {
        let what =
            format!("the signature scheme of {} is unconfirmed or disputed, so its file may be wrong", provider.title);
        let help = "if its requests are refused, `hookbell verify` shows why";
        diagnostics.add(table.warning("provider", codes::UNPROVED_PROVIDER, what).help(help));
    }
    true
}

/// Reports settings that the provider does not use. A certificate can replace the secret; a private key is for `send`.
fn check_settings(provider: &Provider, settings: &Settings, table: &Table<'_>, diagnostics: &mut Diagnostics) {
    let used = provider.settings();
    let general = ["certificate", "private_key"];
    for name in settings.0.keys().filter(|name| !used.contains(name.as_str()) && !general.contains(&name.as_str())) {
        let help = suggestion(name, used.iter().copied().chain(general));
        let what = format!("{} does not use `{name}`", provider.title);
        diagnostics.add(table.error("conf", Code::UNKNOWN_KEY, what).maybe_help(help));
    }
}
