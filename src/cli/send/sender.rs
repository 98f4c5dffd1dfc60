//! Signs samples as the provider would and posts them to the running server.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use serde_json::Value;

use crate::cli::usage::Usage;
use crate::intake::Source;
use crate::store::{self, Store};
use hookbell_model::event::EventId;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Outgoing, Sample, Signer, Verifier};

/// The server's response to one request.
pub(super) struct WebhookResponse {
    pub(super) status: u16,
    /// JSON, or the text as a string.
    pub(super) body: Value,
}

/// A request as its sender would send it, and where.
pub(super) struct SignedRequest {
    url: String,
    pub(super) host: String,
    /// Path and query.
    pub(super) target: String,
    pub(super) sent: Outgoing,
}

/// A source of the config and where its server is.
pub(super) struct SampleSender<'a> {
    pub(super) source: &'a Source,
    /// With what was captured, where the source has no secret in the config.
    verifier: Arc<Verifier>,
    url: String,
    client: reqwest::Client,
}

impl<'a> SampleSender<'a> {
    /// # Errors
    /// As usage, where no secret is known or only the provider can sign.
    pub(super) async fn new(source: &'a Source, base: &str, store: &store::Config) -> anyhow::Result<Self> {
        let captured = match source.can_capture() {
            true => source.captured(&Store::attach(store).await?).await?.secrets,
            false => Vec::new(),
        };
        let verifier = source.verifier_with_captured(&captured);
        if verifier.is_waiting() {
            let what = format!(
                "no secret is known for `{0}` yet\n  help: `hookbell capture {0}` takes the sender's",
                source.name
            );
            return Err(Usage(what).into());
        }
        if !Signer::new(&verifier).can_sign() {
            let what = "only the provider can sign for this source: the config has its public key alone";
            let hint = "a test source with a key pair of your own has the private one as `conf.private_key`";
            return Err(Usage(format!("{what}\n  help: {hint}")).into());
        }
        let url = format!("{}/hooks/{}", base.trim_end_matches('/'), source.name);
        let client = reqwest::Client::builder().timeout(Duration::from_secs(15)).no_proxy().build()?;
        Ok(Self { source, verifier, url, client })
    }

    /// The request that would be posted, signed.
    pub(super) fn outgoing(&self, sample: &Sample, now: Timestamp) -> SignedRequest {
        let sent = Signer::new(&self.verifier).outgoing(sample, self.source.public_url().as_deref(), now);
        let separator = if sent.query.is_empty() { "" } else { "?" };
        let url = format!("{}{separator}{}", self.url, sent.query);
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        let (host, target) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, target) = (host.to_owned(), format!("/{target}"));
        SignedRequest { url, host, target, sent }
    }

    /// Signs and posts; also returns the reference under which the server keeps the event.
    pub(super) async fn post(&self, sample: &Sample, now: Timestamp) -> anyhow::Result<(WebhookResponse, String)> {
        let source = self.source;
        let SignedRequest { url, sent, .. } = self.outgoing(sample, now);
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = sent.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let signed = Sample { name: String::new(), headers, body: sent.body.clone() };
        let reference = source.provider.reading(&signed).map(|reading| reading.reference).unwrap_or_default();
        let response = self.client.post(url).headers(sent.headers).body(sent.body).send().await;
        let response = response.map_err(reqwest::Error::without_url);
        let response = response.with_context(|| format!("cannot reach {}; is `hookbell serve` running?", self.url))?;
        let status = response.status().as_u16();
        let text = response.text().await.map_err(reqwest::Error::without_url)?;
        Ok((WebhookResponse { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }, reference))
    }
}

impl WebhookResponse {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body's `status` or `error`, where the body is hookbell's own and not the provider's.
    pub(super) fn word(&self) -> Option<&str> {
        ["status", "error"].iter().find_map(|key| self.body.get(key)?.as_str())
    }

    pub(super) fn event(&self) -> Option<EventId> {
        self.body.get("event")?.as_str()?.parse().ok()
    }
}
