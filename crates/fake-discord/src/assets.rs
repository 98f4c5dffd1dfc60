//! How Discord looks: the style sheet and the scripts that draw a message. The demo's page and `preview` share
//! them, so that both show the same.

/// Colours for dark and light, and everything a message is made of.
pub const CSS: &str = include_str!("message.css");
/// `markdown(text, say)`: Discord's markdown as DOM nodes.
pub const MARKDOWN: &str = include_str!("markdown.js");
/// `drawMessage(message, previous, act, say)`: a message object as DOM nodes; needs [`MARKDOWN`] before it.
pub const MESSAGE: &str = include_str!("message.js");
