//! Discord's appearance: the style sheet and the scripts that draw a message. The demo's page and `hookbell preview`
//! share them, so that both draw a message alike.

/// Colours for dark and light, and the parts of a message.
pub const CSS: &str = include_str!("assets/message.css");
/// `markdown(text, names)`: Discord's Markdown as DOM nodes.
pub const MARKDOWN: &str = include_str!("assets/markdown.js");
/// `drawMessage(message, previous, actions, names)`: a message object as DOM nodes; needs [`MARKDOWN`] before it.
pub const MESSAGE: &str = include_str!("assets/message.js");
