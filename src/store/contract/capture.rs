//! Captured secrets and the windows that they come through.

use super::super::{Capture, Result, Store};
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

impl Store {
    /// What is captured for this source.
    pub async fn capture(&self, source: &str) -> Result<Capture> {
        call!(self.capture(source)).await
    }

    /// Keeps a secret and closes the window that it came through, in one transaction; false when none is open
    /// any more. Of several that come at once, one is kept.
    pub async fn keep_captured(&self, source: &str, secret: Secret, now: Timestamp) -> Result<bool> {
        call!(self.keep_captured(source, secret, now)).await
    }

    /// Opens a window in place of the one before. Allowed beside the server that serves the database.
    pub async fn open_window(&self, source: &str, now: Timestamp, until: Timestamp) -> Result<()> {
        call!(self.open_window(source, now, until)).await
    }

    /// Closes the window that was opened then, if nothing came. Allowed beside the server.
    pub async fn close_window(&self, source: &str, opened: Timestamp) -> Result<()> {
        call!(self.close_window(source, opened)).await
    }

    /// Removes what was captured for a source, also from the disk; returns the number of secrets. Allowed beside
    /// the server.
    pub async fn forget_captured(&self, source: &str) -> Result<usize> {
        call!(self.forget_captured(source)).await
    }
}
