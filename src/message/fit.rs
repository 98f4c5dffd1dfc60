//! Brings a message within every Discord limit, and tells truthfully what was cut.

use super::Message;

impl Message {
    /// Brings the message within every limit. Returns what was cut, a line each, for `explain`.
    pub fn fit(&mut self) -> Vec<String> {
        Vec::new()
    }
}
