//! serenity's HTTP client, which its gateway client cannot be without.

use std::time::Duration;

use serenity::http::{Http, HttpBuilder};

use crate::bot::config::Config;

/// A client that sends nothing while the gateway's address is known. serenity's rate limiter is off: with it serenity
/// ignores the base URL.
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
