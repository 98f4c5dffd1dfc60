//! What a bot asks about itself and the gateway, and the check of its token.

use serde_json::{Value, json};

use super::answer::{Answer, unauthorized};
use super::call::Call;
use super::object;
use super::shared::Shared;

/// # Errors
/// 401 when the request does not carry the bot's token.
pub(crate) fn authorized(shared: &Shared, call: &Call) -> Result<(), Answer> {
    let given = call.header(http::header::AUTHORIZATION).unwrap_or_default();
    if given == format!("Bot {}", shared.about.bot_token) { Ok(()) } else { Err(unauthorized()) }
}

pub(crate) fn gateway(shared: &Shared) -> Value {
    let limit = json!({ "total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1 });
    json!({ "url": shared.gateway_url(), "shards": 1, "session_start_limit": limit })
}

/// The bot as a user. Its id is its application's, as with every bot made in the last years.
pub(crate) fn me(shared: &Shared) -> Value {
    let mut user = object::user(&shared.about.application_id, &shared.about.application_name, true);
    user["mfa_enabled"] = json!(false);
    user["locale"] = json!("en-US");
    user["verified"] = json!(true);
    user["email"] = Value::Null;
    user
}

pub(crate) fn application(shared: &Shared) -> Value {
    let owner = object::user("100000000000000001", "owner", false);
    json!({
        "id": shared.about.application_id, "name": shared.about.application_name, "icon": null, "description": "",
        "summary": "", "type": null, "verify_key": "00".repeat(32), "flags": 0, "flags_new": "0", "redirect_uris": [],
        "interactions_endpoint_url": null, "role_connections_verification_url": null, "owner": owner, "team": null,
        "approximate_guild_count": 1, "approximate_user_install_count": 0, "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0, "eligible_oauth2_scopes": [], "bot_public": false,
        "bot_require_code_grant": false, "rpc_origins": [], "bot": me(shared),
    })
}
