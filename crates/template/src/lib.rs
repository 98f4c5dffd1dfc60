//! Message templates: the expression language, rendering an event into a message, and fitting it into Discord's limits.

pub mod codes;
pub mod discord_markdown;
pub mod expression;
pub mod fit;
pub mod render;

#[cfg(test)]
mod fixture;
