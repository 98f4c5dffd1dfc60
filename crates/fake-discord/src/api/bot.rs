//! The endpoints for a bot's own user and for the gateway, and the check of the bot's token.

use serde_json::{Value, json};

use super::request::ApiRequest;
use crate::discord::Discord;
use crate::member::user_object;
use crate::response::{ApiResponse, unauthorized};

/// # Errors
/// 401 when the request does not carry the bot's token.
pub(crate) fn authorize(discord: &Discord, request: &ApiRequest) -> Result<(), ApiResponse> {
    let sent = request.header(http::header::AUTHORIZATION).unwrap_or_default();
    if sent == format!("Bot {}", discord.identity.bot_token) { Ok(()) } else { Err(unauthorized()) }
}

pub(crate) fn gateway(discord: &Discord) -> Value {
    let limit = json!({ "total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1 });
    json!({ "url": discord.gateway_url(), "shards": 1, "session_start_limit": limit })
}

/// `endpoint`: where interactions are posted.
pub(crate) fn application(discord: &Discord, endpoint: Option<&str>) -> Value {
    let owner = user_object("100000000000000001", "owner", false);
    json!({
        "id": discord.identity.application_id, "name": discord.identity.application_name, "icon": null,
        "description": "", "summary": "", "type": null, "verify_key": discord.keys.public(), "flags": 0, "flags_new": "0",
        "redirect_uris": [], "interactions_endpoint_url": endpoint, "role_connections_verification_url": null,
        "owner": owner, "team": null, "approximate_guild_count": 1, "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0, "explicit_content_filter": 0, "eligible_oauth2_scopes": [],
        "bot_public": false, "bot_require_code_grant": false, "rpc_origins": [], "bot": discord.current_user(),
    })
}
