//! Requests to Discord's API through serenity's client: JSON in, JSON out, errors as values.

use std::time::Duration;

use serde_json::Value;
use serenity::http::{Http, HttpBuilder, LightMethod, Request, Route};

use super::config::Config;
use super::discord_error::DiscordError;

/// The client for everything but the gateway. serenity's rate limiter is off: with it serenity ignores the base URL.
///
/// # Errors
/// When TLS cannot be set up.
pub(super) fn client(config: &Config) -> reqwest::Result<Http> {
    let client = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(2))
        .timeout(Duration::from_secs(5))
        .pool_idle_timeout(Duration::from_secs(30))
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let builder = HttpBuilder::new(config.token.expose()).client(client);
    Ok(builder.proxy(&config.api_base).ratelimiter_disabled(true).build())
}

/// A `GET` whose answer is read as plain JSON: what is not needed may be missing or new.
pub(super) async fn get(http: &Http, route: Route<'_>) -> Result<Value, DiscordError> {
    let fetch = async {
        let bytes = http.request(Request::new(route, LightMethod::Get)).await?.bytes().await?;
        Ok(serde_json::from_slice(&bytes)?)
    };
    fetch.await.map_err(|error: serenity::Error| DiscordError::from(&error))
}

/// A request with a body. The body of the answer is not read.
pub(super) async fn send(http: &Http, route: Route<'_>, method: LightMethod, body: &Value) -> Result<(), DiscordError> {
    let fetch = async {
        let body = serde_json::to_vec(body)?;
        http.request(Request::new(route, method).body(Some(body))).await
    };
    fetch.await.map(drop).map_err(|error: serenity::Error| DiscordError::from(&error))
}
