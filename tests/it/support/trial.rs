//! A shipped provider with generated keys, as a source of its own.

use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Outgoing, Provider, Sample, Settings, Signer, Verifier};
use serde_json::Value;

use super::app::RunningApp;
use super::http::{HttpResponse, client, fetch};

/// What a config's `public_url` must be, as some signatures cover it.
pub(crate) const PUBLIC_URL: &str = "https://hooks.example.com";

/// A provider with generated keys.
pub(crate) struct Trial {
    pub(crate) provider: Provider,
    pub(crate) secrets: Vec<Secret>,
    pub(crate) settings: Settings,
    pub(crate) verifier: Verifier,
}

impl Trial {
    pub(crate) fn of(provider: &Provider) -> Self {
        let (secrets, settings) = provider.test_secrets();
        let verifier = provider.verifier_with(&secrets, &settings).expect(&provider.name);
        Self { provider: provider.clone(), secrets, settings, verifier }
    }

    /// Its source's tables in the config.
    pub(crate) fn source(&self) -> String {
        let name = &self.provider.name;
        // A JSON string is a TOML string too.
        let quoted = |secret: &Secret| Value::from(secret.expose()).to_string();
        let secrets: Vec<String> = self.secrets.iter().map(quoted).collect();
        let mut text = format!("[sources.{name}]\nprovider = \"{name}\"\nsecrets = [{}]\n", secrets.join(", "));
        if self.provider.is_unchecked() {
            text.push_str("verify = \"none\"\n");
        }
        text.push_str(&format!("[sources.{name}.conf]\n"));
        text.extend(self.settings.0.iter().map(|(key, value)| format!("{key} = {}\n", quoted(value))));
        text
    }

    /// Signed as the sender would sign it for the public URL, whatever query it has.
    pub(crate) fn outgoing(&self, sample: &Sample, query: &str) -> Outgoing {
        self.outgoing_at(sample, query, Timestamp::now())
    }

    /// Signed at another time than now.
    pub(crate) fn outgoing_at(&self, sample: &Sample, query: &str, at: Timestamp) -> Outgoing {
        let url = format!("{PUBLIC_URL}/hooks/{}{query}", self.provider.name);
        Signer::new(&self.verifier).outgoing(sample, Some(&url), at)
    }

    pub(crate) async fn send(&self, bridge: &RunningApp, method: &str, query: &str, sent: &Outgoing) -> HttpResponse {
        let separator = if sent.query.is_empty() { "" } else { ["?", "&"][usize::from(!query.is_empty())] };
        let url = format!("{}{query}{separator}{}", bridge.url(&self.provider.name), sent.query);
        let request = client().request(method.parse().expect("a method"), url).headers(sent.headers.clone());
        fetch(if method == "POST" { request.body(sent.body.clone()) } else { request }).await
    }
}
