//! What the program that runs a stand-in adds to its page: buttons of its own, and why a message is there.

use tokio::sync::oneshot;

/// A button on the page whose effect is the program's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostButton {
    /// What [`HostRequest::Pressed`] calls it.
    pub name: String,
    pub label: String,
    /// What happens when it is pressed, in a sentence.
    pub about: String,
}

/// What a person on the page asks of the program.
#[derive(Debug)]
pub enum HostRequest {
    /// A [`HostButton`] was pressed.
    Pressed(String),
    /// A fault was switched off, or all were: what could not be posted may be tried again.
    Mended,
    /// Why this message is in the channel, as text.
    Explain { message: String, answer: oneshot::Sender<String> },
}
