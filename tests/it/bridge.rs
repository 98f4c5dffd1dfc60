//! A whole hookbell inside the test's process: built from config text as `serve` builds it, on free ports,
//! with a database in a temporary folder.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use hookbell::app::App;
use hookbell::config::{Config, Environment};
use hookbell::store::{EventDetails, Store};
use hookbell_config_file::Diagnostics;
use hookbell_fake_discord::StandIn;
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::Sample;
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) const SECRET: &str = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXQ";

pub(crate) struct Bridge {
    pub(crate) public: SocketAddr,
    pub(crate) admin: SocketAddr,
    pub(crate) store: Store,
    stop: CancellationToken,
    running: JoinHandle<()>,
}

/// What a request was answered.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Heard {
    pub(crate) fn event(&self) -> &str {
        self.body["event"].as_str().unwrap_or_else(|| panic!("no event in {self:?}"))
    }
}

/// A config with one source of each shipped provider (all with [`SECRET`]), one destination `alerts` and one
/// route to it. `more` is added at the end.
pub(crate) fn config_text(standin: &StandIn, more: &str) -> String {
    let sources: String = ["github", "stripe", "gitlab", "shopify", "slack", "standard-webhooks", "generic"]
        .iter()
        .map(|name| format!("[sources.{name}]\nprovider = \"{name}\"\nsecret = \"{SECRET}\"\n\n"))
        .collect();
    format!(
        "[server]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\n\n[discord]\napi_base = \"{}\"\n\n[destinations.alerts]\nwebhook_url = \"{}\"\n\n{sources}[[routes]]\nsource = \"*\"\nto = \"alerts\"\n\n{more}",
        standin.base(),
        standin.webhook_url("alerts").expect("the webhook")
    )
}

pub(crate) fn read_config(text: &str, folder: &Path) -> Config {
    let mut diagnostics = Diagnostics::default();
    let config = Config::read("config.toml", text, folder, &Environment::of(|_| None), &mut diagnostics);
    assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
    config.expect("a config")
}

impl Bridge {
    pub(crate) async fn start(text: &str, folder: &Path) -> Self {
        Self::with(read_config(text, folder)).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        Self::run(App::build(config).await.expect("an app"))
    }

    pub(crate) fn run(app: App) -> Self {
        let (public, admin, store) =
            (app.public_address().expect("bound"), app.admin_address().expect("bound"), app.store());
        let stop = CancellationToken::new();
        let running = tokio::spawn(app.run(stop.clone()));
        Self { public, admin, store, stop, running }
    }

    pub(crate) fn url(&self, source: &str) -> String {
        format!("http://{}/hooks/{source}", self.public)
    }

    /// Posts a body signed as the provider would.
    pub(crate) async fn send(&self, provider: &str, headers: &[(&str, &str)], body: &str) -> Heard {
        self.post(&self.url(provider), provider, headers, body).await
    }

    pub(crate) async fn post(&self, url: &str, provider: &str, headers: &[(&str, &str)], body: &str) -> Heard {
        let owned = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let sample = Sample { name: String::new(), headers: owned, body: body.to_owned() };
        let providers = hookbell::embedded::providers();
        let verifier =
            providers.get(provider).expect("a provider").verifier(&[Secret::new(SECRET)]).expect("a verifier");
        let headers = verifier.signed_headers(&sample, Timestamp::now());
        heard(client().post(url).headers(headers).body(sample.body)).await
    }

    /// Asks the admin listener.
    pub(crate) async fn ask(&self, path: &str) -> (u16, String) {
        let answer = client().get(format!("http://{}{path}", self.admin)).send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("text"))
    }

    pub(crate) async fn details(&self, id: &str) -> EventDetails {
        self.store.details(id.parse().expect("an id")).await.expect("a store").expect("an event")
    }

    /// Ends it as SIGTERM would.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.running.await.expect("no panic");
    }
}

pub(crate) fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

pub(crate) async fn heard(request: reqwest::RequestBuilder) -> Heard {
    let answer = request.send().await.expect("an answer");
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let text = answer.text().await.expect("text");
    Heard { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
}

/// A file of real bodies, read in place; `None` (said aloud) where the folder is absent.
pub(crate) fn real_payload(path: &str) -> Option<String> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/payloads").join(path);
    match std::fs::read_to_string(&file) {
        Ok(text) => Some(text),
        Err(_) if std::env::var_os("HOOKBELL_REQUIRE_ALL").is_some() => panic!("{path} is not present"),
        Err(_) => {
            eprintln!("skipped: the real payload {path} is not present");
            None
        }
    }
}
