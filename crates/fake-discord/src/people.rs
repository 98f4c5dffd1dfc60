//! Servers, their roles, the people in them, and what channels allow and deny.

use std::collections::BTreeMap;

use crate::permission;

/// A server (a guild).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSpec {
    pub id: String,
    pub name: String,
    /// The preferred locale: `guild_locale` of interactions.
    pub locale: String,
    /// The id of the person who may do everything.
    pub owner: Option<String>,
    /// The permissions of `@everyone`, the role that has the server's id.
    pub everyone: u64,
    pub roles: Vec<RoleSpec>,
    pub bot: BotAccess,
}

/// A role of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleSpec {
    pub id: String,
    pub name: String,
    /// Permission bits in the whole server.
    pub permissions: u64,
}

/// How the application was added to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BotAccess {
    /// With the scope `bot`: a member with these permissions in the whole server.
    Member { permissions: u64 },
    /// With `applications.commands` alone: it has commands there, and is no member.
    CommandsOnly,
    /// Not at all.
    Absent,
}

/// A person, and the servers that the person is a member of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub locale: String,
    /// By the server's id, the ids of the person's roles there.
    pub servers: BTreeMap<String, Vec<String>>,
    /// Refuses direct messages of the bot: 50007.
    pub closed_to_messages: bool,
}

/// What a channel allows and denies to one role or person, over what holds in the server. The id of the server means
/// `@everyone`. The ids of roles, people and servers are distinct, as at Discord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overwrite {
    pub target: String,
    pub allow: u64,
    pub deny: u64,
}

impl ServerSpec {
    /// A server with Discord's default permissions in which the bot may do everything.
    pub fn new(id: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            locale: "en-US".to_owned(),
            owner: None,
            everyone: permission::EVERYONE,
            roles: Vec::new(),
            bot: BotAccess::Member { permissions: permission::ALL },
        }
    }

    /// With a role more.
    #[must_use]
    pub fn role(mut self, id: &str, name: &str, permissions: u64) -> Self {
        self.roles.push(RoleSpec { id: id.to_owned(), name: name.to_owned(), permissions });
        self
    }

    /// With another access of the bot.
    #[must_use]
    pub fn bot(self, bot: BotAccess) -> Self {
        Self { bot, ..self }
    }
}

impl Person {
    /// A person in no server, who reads English.
    pub fn new(id: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            locale: "en-US".to_owned(),
            servers: BTreeMap::new(),
            closed_to_messages: false,
        }
    }

    /// As a member of a server with these roles.
    #[must_use]
    pub fn member_of(mut self, server: &str, roles: &[&str]) -> Self {
        self.servers.insert(server.to_owned(), roles.iter().map(|role| (*role).to_owned()).collect());
        self
    }

    /// With Discord's client in another language: `de`, `ja`, `en-US`.
    #[must_use]
    pub fn reads(self, locale: &str) -> Self {
        Self { locale: locale.to_owned(), ..self }
    }
}

impl Overwrite {
    pub fn allow(target: &str, bits: u64) -> Self {
        Self { target: target.to_owned(), allow: bits, deny: 0 }
    }

    pub fn deny(target: &str, bits: u64) -> Self {
        Self { target: target.to_owned(), allow: 0, deny: bits }
    }
}
