//! The one who types a command or presses a button, as interactions show them.

use serde_json::{Value, json};

use crate::permission::{ADMINISTRATOR, ALL};

/// A person in a server, with the permissions that an interaction says. Where the stand-in knows a person of this id, what
/// it knows counts for other channels than the one of the interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: String,
    pub name: String,
    /// Permission bits in the channel.
    pub permissions: u64,
    /// The ids of the roles.
    pub roles: Vec<String>,
    pub locale: String,
}

impl Default for Member {
    /// `you`, an administrator.
    fn default() -> Self {
        let (id, name) = ("5555".to_owned(), "you".to_owned());
        Self { id, name, permissions: ALL, roles: Vec::new(), locale: "en-US".to_owned() }
    }
}

impl Member {
    /// Discord's user object.
    pub(crate) fn user(&self) -> Value {
        person_object(&self.id, &self.name)
    }

    /// Discord's member object.
    pub(crate) fn object(&self) -> Value {
        let mut member = self.partial();
        member["user"] = self.user();
        member["deaf"] = json!(false);
        member["mute"] = json!(false);
        member
    }

    /// The member object without `user`, `deaf` and `mute`, as in `resolved`.
    pub(crate) fn partial(&self) -> Value {
        json!({
            "nick": null, "avatar": null, "banner": null, "roles": self.roles,
            "joined_at": "2026-01-01T00:00:00.000000+00:00", "premium_since": null, "flags": 0, "pending": false,
            "permissions": self.permissions.to_string(), "communication_disabled_until": null,
            "unusual_dm_activity_until": null,
        })
    }

    /// Whether the member has the permissions that a command requires.
    pub(crate) fn may_use(&self, command: &Value) -> bool {
        let Some(needed) = command["default_member_permissions"].as_str() else { return true };
        let needed: u64 = needed.parse().unwrap_or(0);
        self.permissions & ADMINISTRATOR != 0 || (needed != 0 && self.permissions & needed == needed)
    }
}

/// A user object.
pub(crate) fn user_object(id: &str, name: &str, bot: bool) -> Value {
    json!({
        "id": id, "username": name, "avatar": null, "discriminator": if bot { "0000" } else { "0" },
        "public_flags": 0, "flags": 0, "bot": bot, "global_name": null, "primary_guild": null,
    })
}

/// The user object of a person.
pub(crate) fn person_object(id: &str, name: &str) -> Value {
    let mut user = user_object(id, name, false);
    user["global_name"] = json!(name);
    user
}

/// The user object of a user of whom only the id is known.
pub(crate) fn unknown_user(id: &str) -> Value {
    user_object(id, &format!("user{id}"), false)
}
