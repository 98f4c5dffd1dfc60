//! `POST /oauth2/token`: the code of a consent is exchanged for a webhook. [D topics/oauth2 "Authorization Code Grant", "Webhooks"]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{StatusCode, header};
use serde_json::{Value, json};

use super::context::RequestContext;
use super::webhook_object;
use crate::limits;
use crate::response::{ApiBody, ApiResponse, ApiResult};
use crate::spec::WebhookSpec;

/// # Errors
/// As Discord answers what RFC 6749 forbids: another content type, another client, a code that is unknown or was used.
pub(super) fn token(cx: &mut RequestContext<'_>) -> ApiResult {
    let content_type = cx.request.header(header::CONTENT_TYPE).unwrap_or_default();
    if content_type.split(';').next().unwrap_or_default().trim() != "application/x-www-form-urlencoded" {
        return Err(error(400, "invalid_request", Some("The content type must be application/x-www-form-urlencoded.")));
    }
    let (body, _) = cx.request.value()?;
    let field = |key: &str| body[key].as_str().unwrap_or_default();
    let known = (cx.discord.identity.application_id.as_str(), cx.discord.identity.client_secret.as_str());
    let basic = basic_credentials(cx);
    let sent = match &basic {
        Some((id, secret)) => (id.as_str(), secret.as_str()),
        None => (field("client_id"), field("client_secret")),
    };
    if sent != known {
        return Err(error(401, "invalid_client", None));
    }
    if field("grant_type") != "authorization_code" {
        let named = if body["grant_type"].is_null() { "None" } else { field("grant_type") };
        let text = format!("Grant type {named} is not supported");
        return Err(error(400, "unsupported_grant_type", Some(&text)));
    }
    let consent = cx.state.consents.take(field("code"));
    let consent = consent.ok_or_else(|| error(400, "invalid_grant", Some("Invalid \"code\" in request.")))?;
    if field("redirect_uri") != consent.redirect {
        return Err(error(400, "invalid_request", Some("Invalid \"redirect_uri\" in request.")));
    }
    let webhook = new_webhook(cx, &consent.channel)?;
    let token = || std::iter::repeat_with(fastrand::alphanumeric).take(30).collect::<String>();
    Ok(ApiResponse::json(json!({
        "token_type": "Bearer", "access_token": token(), "expires_in": 604_800, "refresh_token": token(),
        "scope": "webhook.incoming", "webhook": webhook,
    })))
}

fn new_webhook(cx: &mut RequestContext<'_>, channel: &str) -> Result<Value, ApiResponse> {
    if cx.state.webhooks.iter().filter(|webhook| webhook.channel == channel).count() >= limits::WEBHOOKS {
        return Err(ApiResponse::error(400, 30_007, "Maximum number of webhooks reached (15)"));
    }
    let application = cx.discord.identity.application_id.clone();
    let name = cx.discord.identity.application_name.clone();
    let webhook =
        WebhookSpec { application: Some(application), ..WebhookSpec::new(&cx.state.ids.next(), &name, channel) };
    let mut object = webhook_object::of(cx.state, &webhook);
    object["url"] = json!(format!("http://{}/api/webhooks/{}/{}", cx.discord.address, webhook.id, webhook.token));
    cx.state.webhooks.push(webhook);
    webhook_object::updated(cx.discord, cx.state, channel);
    Ok(object)
}

fn basic_credentials(cx: &RequestContext<'_>) -> Option<(String, String)> {
    let sent = cx.request.header(header::AUTHORIZATION)?;
    let decoded = String::from_utf8(STANDARD.decode(sent.strip_prefix("Basic ")?).ok()?).ok()?;
    decoded.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

/// The errors of OAuth2 have another form than those of the API.
fn error(status: u16, error: &str, description: Option<&str>) -> ApiResponse {
    let mut body = json!({ "error": error });
    if let Some(description) = description {
        body["error_description"] = json!(description);
    }
    ApiResponse::new(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), ApiBody::Json(body))
}
