//! Validates request bodies as Discord does: messages, embeds, components, interaction callbacks and commands.

pub(crate) mod callback;
pub(crate) mod command;
pub(crate) mod component;
pub(crate) mod embed;
pub(crate) mod message;
pub(crate) mod validator;
