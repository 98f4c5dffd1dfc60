//! Registered commands: global ones and each server's, with ids and versions as Discord gives them out.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::answer::{self, Answer, Payload};
use super::api::Handled;
use super::call::Call;
use super::check::{Form, Path, command};
use super::numbers as n;
use super::shared::Shared;
use super::state::State;

/// The commands by server; `None` holds the global ones.
#[derive(Debug, Default)]
pub(crate) struct Commands(HashMap<Option<String>, Vec<Value>>);

impl Commands {
    /// What a person in this server can type: its own commands, then the global ones.
    pub(crate) fn in_guild(&self, guild: &str) -> Vec<Value> {
        let own = self.0.get(&Some(guild.to_owned())).into_iter().flatten();
        own.chain(self.0.get(&None).into_iter().flatten()).cloned().collect()
    }

    pub(crate) fn of(&self, scope: Option<&str>) -> Vec<Value> {
        self.0.get(&scope.map(str::to_owned)).cloned().unwrap_or_default()
    }

    fn find(&self, scope: Option<&str>, id: &str) -> Result<Value, Answer> {
        let found = self.of(scope).into_iter().find(|command| command["id"] == id);
        found.ok_or_else(|| Answer::problem(404, 10_063, "Unknown application command"))
    }
}

/// Answers a request to `/applications/{id}/…/commands/…`.
pub(crate) fn handle(shared: &Shared, state: &mut State, call: &Call, to: (Option<&str>, &[&str])) -> Handled {
    let (scope, rest) = to;
    if let Some(guild) = scope
        && !state.channels.iter().any(|channel| channel.spec.guild == guild)
    {
        return Err(Answer::problem(403, 50_001, "Missing Access"));
    }
    match (call.method.as_str(), rest) {
        ("GET", []) => Ok((Answer::json(Value::Array(state.commands.of(scope))), Vec::new())),
        ("PUT", []) => put(shared, state, call, scope),
        ("POST", []) => post(shared, state, call, scope),
        ("GET", [id]) => Ok((Answer::json(state.commands.find(scope, id)?), Vec::new())),
        ("PATCH", [id]) => patch(shared, state, call, (scope, id)),
        ("DELETE", [id]) => {
            state.commands.find(scope, id)?;
            let mut left = state.commands.of(scope);
            left.retain(|command| command["id"] != *id);
            keep(shared, state, scope, left);
            Ok((Answer::no_content(), Vec::new()))
        }
        _ => Err(answer::not_found()),
    }
}

/// Replaces all commands of a scope.
fn put(shared: &Shared, state: &mut State, call: &Call, scope: Option<&str>) -> Handled {
    let (value, _) = call.value()?;
    let mut form = Form::default();
    let given = Map::from_iter([("commands".to_owned(), value)]);
    let list = form.list(&Path::root(), &given, "commands", n::COMMANDS_PUT).to_vec();
    let mut seen: Vec<(Value, Value)> = Vec::new();
    for (index, given) in list.iter().enumerate() {
        let path = Path::root().at(index);
        let Some(object) = form.object(&path, given) else { continue };
        command::check(&mut form, &path, object);
        let key = (given["name"].clone(), given.get("type").cloned().unwrap_or(json!(1)));
        if seen.contains(&key) {
            let message = "Application command names must be unique";
            form.fault(&path, "APPLICATION_COMMANDS_DUPLICATE_NAME", message);
        }
        seen.push(key);
    }
    form.verdict()?;
    if seen.iter().filter(|(_, kind)| *kind == 1).count() > n::COMMANDS {
        return Err(Answer::problem(400, 30_032, "Maximum number of application commands reached (100)"));
    }
    let kept: Vec<Value> = list.iter().map(|given| register(shared, state, scope, given)).collect();
    keep(shared, state, scope, kept.clone());
    Ok((Answer::json(Value::Array(kept)), form.ignored))
}

/// Adds one command, or overwrites the one of the same name.
fn post(shared: &Shared, state: &mut State, call: &Call, scope: Option<&str>) -> Handled {
    let sent = Value::Object(call.sent()?.json);
    let ignored = judge(&sent)?;
    let command = register(shared, state, scope, &sent);
    let mut all = state.commands.of(scope);
    let before = all.len();
    all.retain(|other| other["id"] != command["id"]);
    let status = if all.len() < before { http::StatusCode::OK } else { http::StatusCode::CREATED };
    all.push(command.clone());
    keep(shared, state, scope, all);
    Ok((Answer::new(status, Payload::Json(command)), ignored))
}

fn patch(shared: &Shared, state: &mut State, call: &Call, what: (Option<&str>, &str)) -> Handled {
    let (scope, id) = what;
    let mut command = state.commands.find(scope, id)?;
    for (key, value) in call.sent()?.json {
        command[key] = value;
    }
    let fields = ["application_id", "version", "guild_id"];
    let mut bare = command.as_object().cloned().unwrap_or_default();
    bare.retain(|key, _| !fields.contains(&key.as_str()));
    let ignored = judge(&Value::Object(bare))?;
    command["version"] = json!(state.snowflake());
    let mut all = state.commands.of(scope);
    for other in all.iter_mut().filter(|other| other["id"] == id) {
        *other = command.clone();
    }
    keep(shared, state, scope, all);
    Ok((Answer::json(command), ignored))
}

fn judge(command: &Value) -> Result<Vec<String>, Answer> {
    let mut form = Form::default();
    if let Some(object) = form.object(&Path::root(), command) {
        command::check(&mut form, &Path::root(), object);
    }
    form.verdict().map(|()| form.ignored)
}

fn keep(shared: &Shared, state: &mut State, scope: Option<&str>, commands: Vec<Value>) {
    state.commands.0.insert(scope.map(str::to_owned), commands);
    shared.tell(json!({ "type": "commands" }));
}

/// The command as Discord keeps it. One of the same name and type keeps its id, and its version when nothing
/// changed.
fn register(shared: &Shared, state: &mut State, scope: Option<&str>, given: &Value) -> Value {
    let kind = given.get("type").filter(|kind| !kind.is_null()).cloned().unwrap_or(json!(1));
    let same = |old: &Value| old["name"] == given["name"] && old["type"] == kind;
    let old = state.commands.of(scope).into_iter().find(same);
    let mut command = json!({
        "application_id": shared.about.application_id, "type": kind, "name": given["name"],
        "description": given["description"].as_str().unwrap_or_default(), "default_member_permissions": null,
        "nsfw": given["nsfw"].as_bool().unwrap_or(false), "integration_types": [0],
    });
    for key in
        ["name_localizations", "description_localizations", "options", "contexts", "integration_types", "dm_permission"]
    {
        if let Some(value) = given.get(key).filter(|value| !value.is_null()) {
            command[key] = value.clone();
        }
    }
    match &given["default_member_permissions"] {
        Value::Null => {}
        Value::String(bits) => command["default_member_permissions"] = json!(bits),
        bits => command["default_member_permissions"] = json!(bits.to_string()),
    }
    if let Some(guild) = scope {
        command["guild_id"] = json!(guild);
    }
    command["id"] = old.as_ref().map_or_else(|| json!(state.snowflake()), |old| old["id"].clone());
    command["version"] = old.as_ref().map_or(Value::Null, |old| old["version"].clone());
    if old.as_ref() != Some(&command) {
        command["version"] = json!(state.snowflake());
    }
    command
}
