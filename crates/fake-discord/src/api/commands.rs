//! Application commands: list, replace all, add, change and delete.

use serde_json::{Map, Value, json};

use super::context::RequestContext;
use crate::check::command;
use crate::check::validator::{FieldPath, Validator};
use crate::commands::without_localizations;
use crate::limits;
use crate::response::{self, ApiBody, ApiResponse, ApiResult};

/// Answers a request to `/applications/{id}/…/commands/…`. `scope`: the server; `None` for the global commands.
pub(crate) fn handle(cx: &mut RequestContext<'_>, scope: Option<&str>, rest: &[&str]) -> ApiResult {
    if let Some(guild) = scope
        && !cx.state.directory.has_application(guild)
    {
        return Err(ApiResponse::error(403, 50_001, "Missing Access"));
    }
    match (cx.request.method.as_str(), rest) {
        ("GET", []) => Ok(ApiResponse::json(listed(cx, scope))),
        ("PUT", []) => replace_all(cx, scope),
        ("POST", []) => add(cx, scope),
        ("GET", [id]) => Ok(ApiResponse::json(cx.state.commands.find(scope, id)?)),
        ("PATCH", [id]) => change(cx, scope, id),
        ("DELETE", [id]) => {
            cx.state.commands.find(scope, id)?;
            let mut left = cx.state.commands.of(scope);
            left.retain(|command| command["id"] != *id);
            store(cx, scope, left);
            Ok(ApiResponse::no_content())
        }
        _ => Err(response::not_found()),
    }
}

fn replace_all(cx: &mut RequestContext<'_>, scope: Option<&str>) -> ApiResult {
    let (sent, _) = cx.request.value()?;
    let mut validator = Validator::default();
    let wrapped = Map::from_iter([("commands".to_owned(), sent)]);
    let list = validator.list(&FieldPath::root(), &wrapped, "commands", limits::COMMANDS_PUT).to_vec();
    let mut names: Vec<(Value, Value)> = Vec::new();
    for (index, sent) in list.iter().enumerate() {
        let path = FieldPath::root().at(index);
        let Some(object) = validator.object(&path, sent) else { continue };
        command::check(&mut validator, &path, object, scope.is_none());
        let name = (sent["name"].clone(), sent.get("type").cloned().unwrap_or(json!(1)));
        if names.contains(&name) {
            let message = "Application command names must be unique";
            validator.error(&path, "APPLICATION_COMMANDS_DUPLICATE_NAME", message);
        }
        names.push(name);
    }
    validator.result()?;
    check_numbers(&list)?;
    cx.state.commands.count_creates(scope, &list)?;
    let commands: Vec<Value> = list.iter().map(|sent| registered(cx, scope, sent)).collect();
    store(cx, scope, commands.clone());
    Ok(ApiResponse::json(Value::Array(commands)).ignoring(validator.ignored))
}

/// Adds one command, or overwrites the one of the same name.
fn add(cx: &mut RequestContext<'_>, scope: Option<&str>) -> ApiResult {
    let sent = Value::Object(cx.request.object()?.json);
    let ignored = check_one(&sent, scope.is_none())?;
    let mut all = cx.state.commands.of(scope);
    let is_same = |old: &Value| old["name"] == sent["name"] && old["type"] == *sent.get("type").unwrap_or(&json!(1));
    if !all.iter().any(is_same) {
        check_numbers(&[all.as_slice(), std::slice::from_ref(&sent)].concat())?;
    }
    cx.state.commands.count_creates(scope, std::slice::from_ref(&sent))?;
    let command = registered(cx, scope, &sent);
    let before = all.len();
    all.retain(|other| other["id"] != command["id"]);
    let status = if all.len() < before { http::StatusCode::OK } else { http::StatusCode::CREATED };
    all.push(command.clone());
    store(cx, scope, all);
    Ok(ApiResponse::new(status, ApiBody::Json(command)).ignoring(ignored))
}

fn change(cx: &mut RequestContext<'_>, scope: Option<&str>, id: &str) -> ApiResult {
    let mut command = cx.state.commands.find(scope, id)?;
    for (key, value) in cx.request.object()?.json {
        command[key] = value;
    }
    // These fields are set by Discord; clients do not send them.
    let mut sendable = command.as_object().cloned().unwrap_or_default();
    sendable.retain(|key, _| !["application_id", "version", "guild_id"].contains(&key.as_str()));
    let ignored = check_one(&Value::Object(sendable), scope.is_none())?;
    command["version"] = json!(cx.state.ids.next());
    let mut all = cx.state.commands.of(scope);
    for other in all.iter_mut().filter(|other| other["id"] == id) {
        *other = command.clone();
    }
    store(cx, scope, all);
    Ok(ApiResponse::json(command).ignoring(ignored))
}

/// Without localizations, unless they are asked for.
fn listed(cx: &RequestContext<'_>, scope: Option<&str>) -> Value {
    let all = Value::Array(cx.state.commands.of(scope));
    if cx.request.flag("with_localizations") { all } else { without_localizations(&all) }
}

/// # Errors
/// When there would be too many commands of one type.
fn check_numbers(commands: &[Value]) -> Result<(), ApiResponse> {
    for (kind, most) in [(1, limits::COMMANDS), (2, limits::MENU_COMMANDS), (3, limits::MENU_COMMANDS)] {
        let count = commands.iter().filter(|command| command["type"].as_i64().unwrap_or(1) == kind).count();
        if count > most {
            let message = format!("Maximum number of application commands reached ({most})");
            return Err(ApiResponse::error(400, 30_032, &message));
        }
    }
    Ok(())
}

fn check_one(command: &Value, global: bool) -> Result<Vec<String>, ApiResponse> {
    let mut validator = Validator::default();
    if let Some(object) = validator.object(&FieldPath::root(), command) {
        command::check(&mut validator, &FieldPath::root(), object, global);
    }
    validator.result().map(|()| validator.ignored)
}

fn registered(cx: &mut RequestContext<'_>, scope: Option<&str>, sent: &Value) -> Value {
    let application = cx.discord.identity.application_id.as_str();
    cx.state.commands.registered(&mut cx.state.ids, application, (scope, sent))
}

fn store(cx: &mut RequestContext<'_>, scope: Option<&str>, commands: Vec<Value>) {
    cx.state.commands.set(scope, commands);
    cx.discord.publish(json!({ "type": "commands" }));
}
