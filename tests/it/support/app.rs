//! A whole hookbell inside the test's process: built from a config as `serve` builds it, on free ports.

use std::net::SocketAddr;
use std::path::Path;

use hookbell::app::App;
use hookbell::config::Config;
use hookbell::store::{EventDetails, Store};
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Sample, Signer};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::bridge::{SECRET, read_config};
use super::http::{HttpResponse, client, fetch};
use super::wait::eventually;

pub(crate) struct RunningApp {
    pub(crate) public: SocketAddr,
    pub(crate) admin: SocketAddr,
    pub(crate) store: Store,
    stop: CancellationToken,
    running: JoinHandle<()>,
}

impl RunningApp {
    /// Starts on a config's text; paths in it are relative to `folder`.
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

    /// Posts a body to the source named as its provider, signed as the provider would.
    pub(crate) async fn send(&self, provider: &str, headers: &[(&str, &str)], body: &str) -> HttpResponse {
        self.post(&self.url(provider), provider, headers, body).await
    }

    /// Posts a body signed with [`SECRET`] as the provider would.
    pub(crate) async fn post(&self, url: &str, provider: &str, headers: &[(&str, &str)], body: &str) -> HttpResponse {
        fetch(Self::request(url, provider, headers, body)).await
    }

    /// The request that [`RunningApp::post`] sends.
    pub(crate) fn request(url: &str, provider: &str, headers: &[(&str, &str)], body: &str) -> reqwest::RequestBuilder {
        let owned = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let sample = Sample { name: String::new(), headers: owned, body: body.to_owned() };
        let providers = hookbell::embedded::providers();
        let verifier =
            providers.get(provider).expect("a provider").verifier(&[Secret::new(SECRET)]).expect("a verifier");
        let headers = Signer::new(&verifier).signed_headers(&sample, Timestamp::now());
        client().post(url).headers(headers).body(sample.body)
    }

    /// Requests a path of the admin listener: status and body.
    pub(crate) async fn ask(&self, path: &str) -> (u16, String) {
        let answer = client().get(format!("http://{}{path}", self.admin)).send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("text"))
    }

    pub(crate) async fn details(&self, id: &str) -> EventDetails {
        self.store.details(id.parse().expect("an id")).await.expect("a store").expect("an event")
    }

    /// Waits until no delivery of any lane is waiting.
    pub(crate) async fn drained(&self) {
        eventually("every lane is empty", async || {
            let lanes = self.store.lanes().await.expect("a store");
            if lanes.iter().all(|lane| lane.depth == 0) { Ok(()) } else { Err(lanes) }
        })
        .await;
    }

    /// Waits until every earlier message of a thing leads to the one that shows it, and posts of things that are over are
    /// archived.
    pub(crate) async fn followed_up(&self) {
        eventually("earlier messages are edited", async || {
            for destination in ["alerts", "forum"] {
                let open = self.store.follow_up(destination, Timestamp(i64::MAX)).await.expect("a store");
                let post = self.store.thread_to_archive(destination, Timestamp(i64::MAX)).await.expect("a store");
                if open.is_some() || post.is_some() {
                    return Err((open, post));
                }
            }
            Ok(())
        })
        .await;
    }

    /// Ends it as SIGTERM would.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.running.await.expect("no panic");
    }
}
