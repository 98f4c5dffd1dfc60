//! The requests of a recipe's senders: a provider's sample with other values.

use serde_json::Value;

/// A request before it is signed.
#[derive(Debug, Clone)]
pub(super) struct SentRequest {
    pub(super) provider: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

/// Headers that are others with each request.
const IDS: [&str; 5] =
    ["X-GitHub-Delivery", "Idempotency-Key", "X-Shopify-Webhook-Id", "Request-ID", "Twitch-Eventsub-Message-Id"];

/// A sample of the provider, with another id where that is in a header, and to be signed with the time of now.
pub(super) fn sample(provider: &str, name: &str) -> SentRequest {
    let providers = hookbell::embedded::providers();
    let sample = providers.get(provider).expect("a provider").sample(name).expect("a sample").clone();
    let headers = sample.headers.into_iter().filter(|(header, _)| !header.ends_with("-Timestamp"));
    let new_id = |(header, value): (String, String)| {
        let is_id = IDS.contains(&header.as_str());
        (header, if is_id { fastrand::u64(..).to_string() } else { value })
    };
    SentRequest { provider: provider.to_owned(), headers: headers.map(new_id).collect(), body: sample.body }
}

impl SentRequest {
    /// The same with another value at this JSON pointer, which exists.
    pub(super) fn with(mut self, pointer: &str, value: impl Into<Value>) -> Self {
        let mut body: Value = serde_json::from_str(&self.body).expect("JSON");
        *body.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value.into();
        self.body = body.to_string();
        self
    }

    /// The same with every occurrence of a text replaced.
    pub(super) fn replace(mut self, from: &str, to: &str) -> Self {
        assert!(self.body.contains(from), "no {from}");
        self.body = self.body.replace(from, to);
        self
    }
}
