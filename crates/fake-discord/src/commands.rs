//! The registered commands: global ones and each server's, with the ids and versions that Discord gives them.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::response::ApiResponse;
use crate::snowflake::Snowflakes;

/// The commands by server; `None` holds the global ones.
#[derive(Debug, Default)]
pub(crate) struct CommandRegistry(HashMap<Option<String>, Vec<Value>>);

impl CommandRegistry {
    /// What a person in this server can type: its own commands, then the global ones.
    pub(crate) fn in_guild(&self, guild: &str) -> Vec<Value> {
        let own = self.0.get(&Some(guild.to_owned())).into_iter().flatten();
        own.chain(self.0.get(&None).into_iter().flatten()).cloned().collect()
    }

    /// The commands of one server, or the global ones.
    pub(crate) fn of(&self, scope: Option<&str>) -> Vec<Value> {
        self.0.get(&scope.map(str::to_owned)).cloned().unwrap_or_default()
    }

    /// # Errors
    /// Discord's response to an id that is not there.
    pub(crate) fn find(&self, scope: Option<&str>, id: &str) -> Result<Value, ApiResponse> {
        let found = self.of(scope).into_iter().find(|command| command["id"] == id);
        found.ok_or_else(|| ApiResponse::error(404, 10_063, "Unknown application command"))
    }

    /// Replaces the commands of one server, or the global ones.
    pub(crate) fn set(&mut self, scope: Option<&str>, commands: Vec<Value>) {
        self.0.insert(scope.map(str::to_owned), commands);
    }

    /// A command as Discord keeps it. One of the same name and type keeps its id, and its version when nothing changed.
    pub(crate) fn registered(
        &self,
        ids: &mut Snowflakes,
        application: &str,
        (scope, sent): (Option<&str>, &Value),
    ) -> Value {
        let mut command = normalized(application, scope, sent);
        let same = |old: &Value| old["name"] == command["name"] && old["type"] == command["type"];
        let old = self.of(scope).into_iter().find(same);
        command["id"] = old.as_ref().map_or_else(|| json!(ids.next()), |old| old["id"].clone());
        command["version"] = old.as_ref().map_or(Value::Null, |old| old["version"].clone());
        if old.as_ref() != Some(&command) {
            command["version"] = json!(ids.next());
        }
        command
    }
}

/// A command with Discord's defaults, without id and version.
fn normalized(application: &str, scope: Option<&str>, sent: &Value) -> Value {
    let kind = sent.get("type").filter(|kind| !kind.is_null()).cloned().unwrap_or(json!(1));
    let mut command = json!({
        "application_id": application, "type": kind, "name": sent["name"],
        "description": sent["description"].as_str().unwrap_or_default(), "default_member_permissions": null,
        "nsfw": sent["nsfw"].as_bool().unwrap_or(false), "integration_types": [0],
    });
    for key in
        ["name_localizations", "description_localizations", "options", "contexts", "integration_types", "dm_permission"]
    {
        if let Some(value) = sent.get(key).filter(|value| !value.is_null()) {
            command[key] = value.clone();
        }
    }
    match &sent["default_member_permissions"] {
        Value::Null => {}
        Value::String(bits) => command["default_member_permissions"] = json!(bits),
        bits => command["default_member_permissions"] = json!(bits.to_string()),
    }
    if let Some(guild) = scope {
        command["guild_id"] = json!(guild);
    }
    command
}
