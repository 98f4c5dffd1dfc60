//! Validates request bodies as Discord does: messages, embeds, components, forms, interaction callbacks and commands.

pub(crate) mod callback;
pub(crate) mod command;
pub(crate) mod component;
pub(crate) mod embed;
pub(crate) mod message;
mod modal;
pub(crate) mod name;
mod option;
pub(crate) mod validator;
mod wording;
