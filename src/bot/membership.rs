//! What somebody may do in a channel now, asked of Discord where no interaction says it: for notes that are sent by
//! themselves. Only what the bot can see can be asked.

use std::time::Duration;

use http::Method;
use serde_json::Value;

use super::gate::{Access, Capability};
use super::permissions::Permissions;
use crate::discord::Client;
use crate::discord::api::{ApiError, ApiRequest};

const TIMEOUT: Duration = Duration::from_secs(10);

/// Whether a person holds a capability in a channel, or without one in the server; false for one who is no member.
///
/// # Errors
/// When Discord does not say.
pub(super) async fn holds(
    client: &Client,
    access: &Access,
    user: &str,
    (guild, channel): (&str, Option<&str>),
    needed: Capability,
) -> Result<bool, ApiError> {
    let member = match get(client, &["guilds", guild, "members", user]).await {
        Ok(member) => member,
        Err(error) if error.status() == Some(404) => return Ok(false),
        Err(error) => return Err(error),
    };
    let server = get(client, &["guilds", guild]).await?;
    let overwrites = match channel {
        Some(channel) => get(client, &["channels", channel]).await?["permission_overwrites"].clone(),
        None => Value::Null,
    };
    let roles: Vec<String> =
        member["roles"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    let permissions = permissions(user, guild, &roles, &server, &overwrites);
    Ok(access.holds(guild, user, &roles, permissions, needed))
}

async fn get(client: &Client, path: &[&str]) -> Result<Value, ApiError> {
    client.request(ApiRequest { as_bot: true, ..ApiRequest::new(Method::GET, path, TIMEOUT) }).await
}

/// As Discord documents it: of the server, then what the channel says of everybody, of all roles together, of the person.
fn permissions(user: &str, guild: &str, roles: &[String], server: &Value, overwrites: &Value) -> Permissions {
    if server["owner_id"] == user {
        return Permissions::ALL;
    }
    let bits = |value: &Value| Permissions::read(value).unwrap_or_default();
    let is_held = |id: &Value| id == guild || roles.iter().any(|role| id == role.as_str());
    let held = server["roles"].as_array().into_iter().flatten().filter(|role| is_held(&role["id"]));
    let base = held.fold(Permissions::default(), |all, role| all.and(bits(&role["permissions"])));
    if base.is_administrator() {
        return Permissions::ALL;
    }
    let all: Vec<&Value> = overwrites.as_array().into_iter().flatten().collect();
    let together = |of: &dyn Fn(&Value) -> bool| {
        let some = all.iter().filter(|one| of(&one["id"]));
        some.fold((Permissions::default(), Permissions::default()), |(allow, deny), one| {
            (allow.and(bits(&one["allow"])), deny.and(bits(&one["deny"])))
        })
    };
    let steps = [together(&|id| id == guild), together(&|id| id != guild && is_held(id)), together(&|id| id == user)];
    steps.into_iter().fold(base, |held, (allow, deny)| held.without(deny).and(allow))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::bot::permissions::Permission;

    #[test]
    fn a_channel_that_denies_everybody_is_seen_by_those_whom_it_allows() {
        let server = json!({ "owner_id": "1", "roles": [
            { "id": "1111", "permissions": "1024" }, { "id": "71", "permissions": "8192" }, { "id": "72", "permissions": "8" },
        ] });
        let overwrites = json!([
            { "id": "1111", "allow": "0", "deny": "1024" }, { "id": "71", "allow": "1024", "deny": "0" },
            { "id": "6", "allow": "1024", "deny": "0" }, { "id": "7", "allow": "0", "deny": "1024" },
        ]);
        let sees = |user: &str, roles: &[&str]| {
            let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
            permissions(user, "1111", &roles, &server, &overwrites).holds(Permission::ViewChannel)
        };
        assert!(!sees("5", &[]) && sees("5", &["71"]) && sees("5", &["72"]), "an administrator sees all");
        assert!(sees("1", &[]), "and so does the owner");
        assert!(sees("6", &[]) && !sees("7", &["71"]), "what is said of the person comes last");
        assert!(permissions("5", "1111", &[], &server, &Value::Null).holds(Permission::ViewChannel));
    }
}
