//! Brings a message within every Discord limit, and notes what was cut.

mod cut;
mod embeds;
mod forum;
mod link;
mod message;
mod name;
mod poll;
mod tidy;

pub use self::forum::{derived_title, name_tags, post_title};
pub use self::message::fit_message;

#[cfg(test)]
mod tests;
