//! The `resolved` objects of an interaction: what the ids in it stand for.

use serde_json::{Map, Value, json};

use crate::channel_object;
use crate::member::{Member, person_object, unknown_user};
use crate::state::DiscordState;

/// The types of options and selects whose values are ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    User,
    Channel,
    Role,
    Mentionable,
}

impl Kind {
    /// Of an option's type.
    fn of_option(kind: Option<i64>) -> Option<Self> {
        Some(match kind? {
            6 => Self::User,
            7 => Self::Channel,
            8 => Self::Role,
            9 => Self::Mentionable,
            _ => return None,
        })
    }

    /// Of a select's type.
    pub(super) fn of_select(kind: i64) -> Option<Self> {
        Some(match kind {
            5 => Self::User,
            6 => Self::Role,
            7 => Self::Mentionable,
            8 => Self::Channel,
            _ => return None,
        })
    }
}

/// What is resolved, by kind and id.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    users: Map<String, Value>,
    members: Map<String, Value>,
    roles: Map<String, Value>,
    channels: Map<String, Value>,
}

impl Resolved {
    /// The objects of the ids in a command's options.
    pub(super) fn of_options(state: &DiscordState, member: &Member, channel: &str, data: &Value) -> Self {
        let mut resolved = Self::default();
        let mut open = vec![data];
        while let Some(level) = open.pop() {
            for option in level["options"].as_array().into_iter().flatten() {
                if let (Some(kind), Some(id)) = (Kind::of_option(option["type"].as_i64()), option["value"].as_str()) {
                    resolved.add(state, (member, channel), kind, id);
                }
                open.push(option);
            }
        }
        resolved
    }

    /// Adds the object of an id. One that is not known is left out, but a user, of whom the id is enough.
    pub(super) fn add(&mut self, state: &DiscordState, (member, here): (&Member, &str), kind: Kind, id: &str) {
        let role = || state.directory.role(id);
        match kind {
            Kind::Channel => {
                let permissions = state.permissions_in(&member.id, id).unwrap_or(member.permissions);
                if let Some(channel) = channel_object::partial(state, id, permissions) {
                    self.channels.insert(id.to_owned(), channel);
                }
            }
            Kind::Role | Kind::Mentionable if role().is_some() => {
                if let Some(role) = role() {
                    self.roles.insert(id.to_owned(), role_object(&role.id, &role.name, role.permissions));
                }
            }
            Kind::Role => {}
            Kind::User | Kind::Mentionable => {
                let person = state.directory.person(id);
                let user = person.map_or_else(|| unknown_user(id), |person| person_object(id, &person.name));
                self.users.insert(id.to_owned(), user);
                if let Some(member) = state.member(id, here) {
                    self.members.insert(id.to_owned(), member.partial());
                }
            }
        }
    }

    /// As Discord writes it: only what there is. `None` when there is nothing.
    pub(super) fn to_json(&self) -> Option<Value> {
        let parts =
            [("users", &self.users), ("members", &self.members), ("roles", &self.roles), ("channels", &self.channels)];
        let filled = parts.into_iter().filter(|(_, map)| !map.is_empty());
        let filled: Map<String, Value> = filled.map(|(key, map)| (key.to_owned(), json!(map))).collect();
        (!filled.is_empty()).then_some(Value::Object(filled))
    }
}

fn role_object(id: &str, name: &str, permissions: u64) -> Value {
    json!({
        "id": id, "name": name, "permissions": permissions.to_string(), "position": 1, "color": 0, "hoist": false,
        "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null }, "managed": false,
        "mentionable": false, "icon": null, "unicode_emoji": null, "flags": 0,
    })
}
