//! Values that must never be printed: secrets and webhook URLs. Their `Debug` and `Display` show `***`.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use url::Url;

use crate::snowflake::is_snowflake;

/// A secret text. Cannot be printed by accident; [`Secret::expose`] is the only way to the text.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Review every caller.
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Compares in a time that does not depend on how much of `other` is right.
    pub fn matches(&self, other: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(other).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A Discord webhook: its id, its token and the thread it posts to. Host and version of the pasted URL
/// are dropped on purpose: requests always go to `{api_base}/api/v10/webhooks/…`.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    id: String,
    token: Secret,
    thread: Option<String>,
}

/// Why a text is no webhook URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseWebhookError {
    #[error("expected a webhook URL as Discord shows it: `https://discord.com/api/webhooks/ID/TOKEN`")]
    Url,
    #[error("expected digits after `thread_id=`")]
    Thread,
}

impl Webhook {
    /// Reads a URL as copied from Discord's channel settings, with or without version, any host.
    ///
    /// # Errors
    /// Never repeats the text, which is a secret.
    pub fn parse(text: &str) -> Result<Self, ParseWebhookError> {
        let wrong = ParseWebhookError::Url;
        let url = Url::parse(text.trim()).map_err(|_| wrong)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong);
        }
        let parts: Vec<&str> = url.path_segments().ok_or(wrong)?.filter(|part| !part.is_empty()).collect();
        let at = parts.iter().position(|part| *part == "webhooks").ok_or(wrong)?;
        let [id, token] = parts.get(at + 1..).unwrap_or_default() else { return Err(wrong) };
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        if !is_snowflake(id) || !token.bytes().all(plain) {
            return Err(wrong);
        }
        let thread = url.query_pairs().find(|(key, _)| key == "thread_id").map(|(_, value)| value.into_owned());
        if thread.as_deref().is_some_and(|id| !is_snowflake(id)) {
            return Err(ParseWebhookError::Thread);
        }
        Ok(Self { id: (*id).to_owned(), token: Secret::new(*token), thread })
    }

    /// Of its parts; `None` where the ids are none.
    pub fn new(id: &str, token: Secret, thread: Option<String>) -> Option<Self> {
        let is_valid = is_snowflake(id) && !token.is_empty() && thread.as_deref().is_none_or(is_snowflake);
        is_valid.then(|| Self { id: id.to_owned(), token, thread })
    }

    /// The webhook's id (a snowflake); not a secret.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// The thread to post into, where the URL named one.
    pub fn thread(&self) -> Option<&str> {
        self.thread.as_deref()
    }

    /// Sixteen hex digits that change when id or token change: a parked lane detects by it that its URL was
    /// replaced, without the store ever holding the token.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.id.as_bytes());
        hash.update([0]);
        hash.update(self.token.expose().as_bytes());
        hex::encode(hash.finalize().get(..8).unwrap_or_default())
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "webhook {}/***", self.id)
    }
}

impl fmt::Display for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "webhook {}/***", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_print() {
        let hook = Webhook::parse("https://discord.com/api/webhooks/123/tok-EN_1?thread_id=9").expect("valid");
        for text in [format!("{hook}"), format!("{hook:?}"), format!("{:?}", Secret::new("tok-EN_1"))] {
            assert!(!text.contains("tok-EN_1"), "{text}");
        }
        assert_eq!((hook.id(), hook.thread()), ("123", Some("9")));
    }

    #[test]
    fn any_host_and_version_is_read() {
        for text in ["http://127.0.0.1:9/api/webhooks/1/t", "https://canary.discord.com/api/v10/webhooks/1/t"] {
            assert_eq!(Webhook::parse(text).expect(text).id(), "1");
        }
        for text in [
            "",
            "x",
            "https://discord.com/api/webhooks/1",
            "https://discord.com/api/webhooks/a/t",
            "ftp://d/api/webhooks/1/t",
            "https://discord.com/api/webhooks/1/t/slack",
        ] {
            let error = Webhook::parse(text).expect_err(text).to_string();
            assert!(error.contains("expected"), "{error}");
        }
    }
}
