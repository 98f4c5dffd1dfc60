//! The demo's traffic: every sample of its sources, signed and posted one by one, for as long as it runs.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::config::Config;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Provider, Sample, Signer, Verifier};

/// The secret of every source of the demo, good for loopback only.
pub(super) const SECRET: &str = "demo-secret";
/// The source of the alert that one can take.
const ALERTMANAGER: &str = "alertmanager";
/// The source that only a button sends to.
pub(super) const MONITOR: &str = "monitor";
/// The first few come quickly, so that the page is not empty.
const FIRST: usize = 8;
const QUICK: Duration = Duration::from_millis(350);
const GENTLE: Duration = Duration::from_secs(5);

/// What is sent, in turn over the sources.
pub(super) struct Samples(Vec<(String, Arc<Provider>, Arc<Verifier>, Sample)>);

impl Samples {
    /// Of every source but the monitor, whose storm is a button's.
    pub(super) fn of(config: &Config) -> Self {
        let sources = || config.sources.iter().filter(|source| source.name != MONITOR);
        let longest = sources().map(|source| source.provider.samples.len()).max().unwrap_or(0);
        let turn = |at: usize| {
            sources().filter_map(move |source| {
                // Its alert stays open, so that somebody can take it.
                let is_sent = |sample: &&Sample| source.name != ALERTMANAGER || sample.name == "firing";
                let sample = source.provider.samples.iter().filter(is_sent).nth(at)?.clone();
                Some((source.name.clone(), Arc::clone(&source.provider), Arc::clone(&source.verifier), sample))
            })
        };
        Self((0..longest).flat_map(turn).collect())
    }
}

/// Posts until it is dropped.
pub(super) async fn run(samples: Samples, intake: SocketAddr) {
    let Ok(client) = reqwest::Client::builder().no_proxy().build() else { return };
    for (at, (source, provider, verifier, sample)) in samples.0.iter().cycle().enumerate() {
        let now = Timestamp::now();
        let sample = provider.renewed(sample, now);
        let sent = Signer::new(verifier).outgoing(&sample, None, now);
        let url = format!("http://{intake}/hooks/{source}");
        if let Err(error) = client.post(url).headers(sent.headers).body(sent.body).send().await {
            tracing::warn!(error = %error.without_url(), "a sample could not be sent");
        }
        tokio::time::sleep(if at < FIRST { QUICK } else { GENTLE }).await;
    }
}
