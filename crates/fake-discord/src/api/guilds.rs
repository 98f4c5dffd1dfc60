//! Servers, and direct messages with people, as the bot reaches them.

use serde_json::{Value, json};

use super::access;
use super::context::RequestContext;
use crate::channel_object;
use crate::check::validator::{FieldPath, Validator};
use crate::people::{BotAccess, ServerSpec};
use crate::response::{ApiResponse, ApiResult};
use crate::snowflake::is_snowflake;

/// `GET /guilds/{id}`
pub(super) fn guild(cx: &RequestContext<'_>, id: &str) -> ApiResult {
    let server = member_server(cx, id)?;
    let mut object = channel_object::guild(server);
    if cx.request.flag("with_counts") {
        object["approximate_member_count"] = json!(cx.state.directory.people.len() + 1);
        object["approximate_presence_count"] = json!(1);
    }
    Ok(ApiResponse::json(object))
}

/// `GET /guilds/{id}/channels`, without threads.
pub(super) fn channels(cx: &RequestContext<'_>, id: &str) -> ApiResult {
    let server = member_server(cx, id)?;
    let whole = channel_object::guild_create(cx.state, server);
    Ok(ApiResponse::json(whole["channels"].clone()))
}

/// `GET /guilds/{id}/members/{user}`: one whom nobody knows is a member without roles, as in interactions.
pub(super) fn member(cx: &RequestContext<'_>, id: &str, user: &str) -> ApiResult {
    let server = member_server(cx, id)?;
    let (name, roles) = match cx.state.directory.person(user) {
        Some(person) => (person.name.as_str(), person.servers.get(&server.id).ok_or_else(unknown_member)?.clone()),
        None if user == crate::member::Member::default().id => ("you", Vec::new()),
        None => return Err(unknown_member()),
    };
    Ok(ApiResponse::json(json!({
        "user": crate::member::person_object(user, name), "nick": null, "avatar": null, "roles": roles,
        "joined_at": "2026-01-01T00:00:00.000000+00:00", "premium_since": null, "deaf": false, "mute": false, "flags": 0,
        "pending": false, "communication_disabled_until": null,
    })))
}

/// `GET /users/@me/guilds`
pub(super) fn own(cx: &RequestContext<'_>) -> ApiResult {
    let entry = |server: &ServerSpec| {
        let BotAccess::Member { permissions } = server.bot else { return None };
        Some(json!({
            "id": server.id, "name": server.name, "icon": null, "banner": null, "owner": false,
            "permissions": (server.everyone | permissions).to_string(), "features": [],
        }))
    };
    let list: Vec<Value> = cx.state.directory.servers.iter().filter_map(entry).collect();
    Ok(ApiResponse::json(Value::Array(list)))
}

/// `POST /users/@me/channels`: opens the direct messages with a person, who may refuse what is sent there.
pub(super) fn direct_channel(cx: &mut RequestContext<'_>) -> ApiResult {
    let body = cx.request.object()?.json;
    let mut validator = Validator::default();
    let recipient = body.get("recipient_id").cloned().unwrap_or_default();
    if !is_snowflake(&recipient) {
        validator.required(&FieldPath::root().at("recipient_id"));
    }
    validator.result()?;
    let person = recipient.as_str().map_or_else(|| recipient.to_string(), str::to_owned);
    if cx.state.directory.person(&person).is_none() && person != crate::member::Member::default().id {
        return Err(ApiResponse::error(400, 50_033, "Invalid Recipient(s)"));
    }
    let channel = cx.state.direct_channel(&person);
    Ok(ApiResponse::json(channel_object::full(cx.state, &channel).unwrap_or_default()))
}

fn member_server<'c>(cx: &'c RequestContext<'_>, id: &str) -> Result<&'c ServerSpec, ApiResponse> {
    let server = cx.state.directory.server(id).filter(|server| matches!(server.bot, BotAccess::Member { .. }));
    // Discord does not tell a server that is not there from one that the bot is not in.
    server
        .ok_or_else(|| if cx.state.directory.server(id).is_some() { access::missing_access() } else { unknown_guild() })
}

fn unknown_member() -> ApiResponse {
    ApiResponse::error(404, 10_007, "Unknown Member")
}

fn unknown_guild() -> ApiResponse {
    ApiResponse::error(404, 10_004, "Unknown Guild")
}
