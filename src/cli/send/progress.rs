//! How far a burst is, drawn on a terminal alone.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on stderr; nothing where that is no terminal.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn new(number: u32) -> Self {
        let bar = ProgressBar::new(number.into());
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} sent, {eta} left") {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub(super) fn set(&self, sent: u32) {
        self.0.set_position(sent.into());
    }

    /// Takes the bar away, so that the totals are what is left.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
