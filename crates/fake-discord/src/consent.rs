//! Consents to a webhook that wait to be exchanged: what a code stands for. [D topics/oauth2 "Webhooks"]

use std::time::{Duration, Instant};

/// How long a code can be exchanged. [RFC 6749, 4.1.2]
const VALID: Duration = Duration::from_secs(600);
const KEPT: usize = 100;

/// What somebody consented to.
#[derive(Debug, Clone)]
pub(crate) struct Consent {
    pub(crate) code: String,
    /// The redirect of the link; the exchange must name the same.
    pub(crate) redirect: String,
    pub(crate) channel: String,
    at: Instant,
}

/// Consents that were not exchanged yet.
#[derive(Debug, Default)]
pub(crate) struct Consents(Vec<Consent>);

impl Consents {
    /// Keeps a consent and returns its code.
    pub(crate) fn add(&mut self, redirect: &str, channel: &str) -> String {
        let code: String = std::iter::repeat_with(fastrand::alphanumeric).take(30).collect();
        let (redirect, channel) = (redirect.to_owned(), channel.to_owned());
        self.0.push(Consent { code: code.clone(), redirect, channel, at: Instant::now() });
        let surplus = self.0.len().saturating_sub(KEPT);
        self.0.drain(..surplus);
        code
    }

    /// Takes the consent of a code out: it counts once, and for a while.
    pub(crate) fn take(&mut self, code: &str) -> Option<Consent> {
        let at = self.0.iter().position(|consent| consent.code == code)?;
        Some(self.0.remove(at)).filter(|consent| consent.at.elapsed() < VALID)
    }
}
