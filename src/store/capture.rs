//! Secrets that senders bring with their first request, and the windows of time in which one may.

use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

/// What is captured for one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capture {
    /// The last window that was opened, unless it was closed without a secret.
    pub window: Option<CaptureWindow>,
    /// What was captured so far, newest first.
    pub secrets: Vec<Secret>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaptureWindow {
    pub opened: Timestamp,
    pub until: Timestamp,
    /// When the secret came; nothing more is taken from then on.
    pub captured: Option<Timestamp>,
}

impl CaptureWindow {
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.captured.is_none() && self.opened <= now && now < self.until
    }
}
