//! Messages of the bot to one person.

use std::time::Duration;

use http::Method;
use serde_json::json;

use super::answer::Reply;
use crate::discord::Client;
use crate::discord::api::{ApiError, ApiRequest};

const TIMEOUT: Duration = Duration::from_secs(10);

/// The channel of the direct messages with a person.
///
/// # Errors
/// When Discord opens none.
pub(super) async fn channel(client: &Client, user: &str) -> Result<String, ApiError> {
    let body = json!({ "recipient_id": user });
    let path = ["users", "@me", "channels"];
    let open = ApiRequest { as_bot: true, body: Some(&body), ..ApiRequest::new(Method::POST, &path, TIMEOUT) };
    let answer = client.request(open).await?;
    answer["id"].as_str().map(str::to_owned).ok_or(ApiError::Unreadable)
}

/// Sends a message to a person; one with the same `nonce` as a recent one is sent once.
///
/// # Errors
/// When Discord does not take it.
pub(super) async fn send(client: &Client, user: &str, reply: &Reply, nonce: &str) -> Result<(), ApiError> {
    let channel = channel(client, user).await?;
    let mut body = reply.new_body(false);
    body["nonce"] = json!(nonce);
    body["enforce_nonce"] = json!(true);
    let path = ["channels", &channel, "messages"];
    let send = ApiRequest { as_bot: true, body: Some(&body), ..ApiRequest::new(Method::POST, &path, TIMEOUT) };
    client.request(send).await.map(drop)
}
