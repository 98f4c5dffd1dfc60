//! The registered commands: global ones and each server's, with the ids and versions that Discord gives them.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::Instant;

use crate::limits;
use crate::response::ApiResponse;
use crate::snowflake::Snowflakes;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// The context of the bot's own direct messages.
const BOT_DM: i64 = 1;
/// The languages of Discord's client. [D reference "Locales"]
pub(crate) const LOCALES: [&str; 32] = [
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR",
    "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko",
];

/// The commands by server; `None` holds the global ones.
#[derive(Debug, Default)]
pub(crate) struct CommandRegistry {
    commands: HashMap<Option<String>, Vec<Value>>,
    /// When a command was created that was not there before, by server.
    creates: HashMap<Option<String>, Vec<Instant>>,
}

impl CommandRegistry {
    /// What a person in this server can type: its own commands, then the global ones.
    pub(crate) fn in_guild(&self, guild: &str) -> Vec<Value> {
        let own = self.commands.get(&Some(guild.to_owned())).into_iter().flatten();
        let global = self.commands.get(&None).into_iter().flatten().filter(|command| is_in(command, 0));
        own.chain(global).cloned().collect()
    }

    /// What a person can type in the bot's direct messages: the global ones that are meant for it.
    pub(crate) fn in_direct_messages(&self) -> Vec<Value> {
        let global = self.commands.get(&None).into_iter().flatten();
        global.filter(|command| is_in(command, BOT_DM) && command["dm_permission"] != false).cloned().collect()
    }

    /// The commands of one server, or the global ones.
    pub(crate) fn of(&self, scope: Option<&str>) -> Vec<Value> {
        self.commands.get(&scope.map(str::to_owned)).cloned().unwrap_or_default()
    }

    /// # Errors
    /// Discord's response to an id that is not there.
    pub(crate) fn find(&self, scope: Option<&str>, id: &str) -> Result<Value, ApiResponse> {
        let found = self.of(scope).into_iter().find(|command| command["id"] == id);
        found.ok_or_else(|| ApiResponse::error(404, 10_063, "Unknown application command"))
    }

    /// Replaces the commands of one server, or the global ones.
    pub(crate) fn set(&mut self, scope: Option<&str>, commands: Vec<Value>) {
        self.commands.insert(scope.map(str::to_owned), commands);
    }

    /// Counts the commands among these that are not there yet.
    ///
    /// # Errors
    /// Discord's response when there were too many new ones within a day. An overwritten one does not count.
    pub(crate) fn count_creates(&mut self, scope: Option<&str>, sent: &[Value]) -> Result<(), ApiResponse> {
        let known = self.of(scope);
        let kind = |command: &Value| command["type"].as_i64().unwrap_or(1);
        let is_new = |sent: &&Value| !known.iter().any(|old| old["name"] == sent["name"] && kind(old) == kind(sent));
        let new = sent.iter().filter(is_new).count();
        let now = Instant::now();
        let creates = self.creates.entry(scope.map(str::to_owned)).or_default();
        creates.retain(|at| now.duration_since(*at) < DAY);
        if creates.len() + new > limits::COMMAND_CREATES {
            let message = "Max number of daily application command creates has been reached (200)";
            return Err(ApiResponse::error(400, 30_034, message));
        }
        creates.extend(std::iter::repeat_n(now, new));
        Ok(())
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

/// Whether a global command may be used in a context; without `contexts` in all.
fn is_in(command: &Value, context: i64) -> bool {
    command["contexts"].as_array().is_none_or(|contexts| contexts.iter().any(|one| one.as_i64() == Some(context)))
}

/// A list of commands as GET shows it: without the localizations of names, descriptions and choices.
pub(crate) fn without_localizations(commands: &Value) -> Value {
    let kept = |(key, _): &(&String, &Value)| !key.ends_with("_localizations");
    match commands {
        Value::Array(list) => list.iter().map(without_localizations).collect(),
        Value::Object(fields) => {
            let fields = fields.iter().filter(kept);
            Value::Object(fields.map(|(key, value)| (key.clone(), without_localizations(value))).collect())
        }
        other => other.clone(),
    }
}

/// Options and choices with `null` where they have no localizations.
fn with_nulls(options: &Value) -> Value {
    let Some(list) = options.as_array() else { return options.clone() };
    let completed = |option: &Value| {
        let mut option: Map<String, Value> = option.as_object().cloned().unwrap_or_default();
        let is_choice = !option.contains_key("description");
        option.entry("name_localizations").or_insert(Value::Null);
        if !is_choice {
            option.entry("description_localizations").or_insert(Value::Null);
        }
        for key in ["options", "choices"] {
            if let Some(inner) = option.get_mut(key) {
                *inner = with_nulls(inner);
            }
        }
        Value::Object(option)
    };
    list.iter().map(completed).collect()
}

/// A command with Discord's defaults, without id and version.
fn normalized(application: &str, scope: Option<&str>, sent: &Value) -> Value {
    let kind = sent.get("type").filter(|kind| !kind.is_null()).cloned().unwrap_or(json!(1));
    let mut command = json!({
        "application_id": application, "type": kind, "name": sent["name"],
        "description": sent["description"].as_str().unwrap_or_default(), "default_member_permissions": null,
        "nsfw": sent["nsfw"].as_bool().unwrap_or(false), "name_localizations": null, "description_localizations": null,
    });
    if scope.is_none() {
        command["contexts"] = Value::Null;
        command["integration_types"] = json!([0]);
    }
    for key in ["name_localizations", "description_localizations", "contexts", "integration_types", "dm_permission"] {
        if let Some(value) = sent.get(key).filter(|value| !value.is_null()) {
            command[key] = value.clone();
        }
    }
    if let Some(options) = sent.get("options").filter(|options| options.as_array().is_some_and(|list| !list.is_empty()))
    {
        command["options"] = with_nulls(options);
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
