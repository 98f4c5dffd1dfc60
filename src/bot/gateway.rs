//! Asks Discord for the gateway's address before serenity is started: serenity itself would fall back to the
//! real gateway when the question fails, and would spend one of the day's starts on a token that is refused.

use std::time::Duration;

use serde_json::Value;
use serenity::http::{Http, HttpBuilder, LightMethod, Request, Route};

use super::Config;
use super::life::End;
use super::words::{status, words};

/// Below this many starts left today, wait for the new day.
const SPARE_STARTS: u64 = 20;
/// After an answer that counts against this address.
const REFUSED: Duration = Duration::from_secs(600);

/// The client for everything but the gateway. The limiter has to be off: with it serenity ignores the base.
pub(super) fn http(config: &Config) -> Result<Http, End> {
    let client = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(2))
        .timeout(Duration::from_secs(5))
        .pool_idle_timeout(Duration::from_secs(30))
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|_| End::failed("TLS cannot be set up"))?;
    let builder = HttpBuilder::new(config.token.expose()).client(client);
    Ok(builder.proxy(&config.api_base).ratelimiter_disabled(true).build())
}

/// The gateway's address. `/gateway/bot` also tells whether the token is right and how many starts are left;
/// a look-alike that lacks it is asked for `/gateway`.
pub(super) async fn ask(http: &Http) -> Result<String, End> {
    let answer = match get(http, Route::GatewayBot).await {
        Err(error) if status(&error) == Some(404) => get(http, Route::Gateway).await,
        answer => answer,
    };
    read(&answer.map_err(|error| refused(&error))?)
}

/// A `GET` whose answer is read as plain JSON: what is not needed may be missing or new.
pub(super) async fn get(http: &Http, route: Route<'_>) -> serenity::Result<Value> {
    let bytes = http.request(Request::new(route, LightMethod::Get)).await?.bytes().await?;
    Ok(serde_json::from_slice(&bytes)?)
}

fn refused(error: &serenity::Error) -> End {
    match status(error) {
        Some(401) => End::fatal("Discord refuses the bot token (401); check `bot_token`"),
        Some(403 | 429) => End { hold: Some(REFUSED), ..End::failed(words(error)) },
        _ => End::failed(format!("the gateway's address is not known: {}", words(error))),
    }
}

fn read(answer: &Value) -> Result<String, End> {
    let url = answer["url"].as_str().unwrap_or_default();
    if !(url.starts_with("wss://") || url.starts_with("ws://")) {
        return Err(End::failed("the gateway's address is not known: Discord's answer holds none"));
    }
    if answer["shards"].as_u64().is_some_and(|shards| shards > 1) {
        return Err(End::fatal(
            "this bot is in too many servers for one connection; use a bot of its own for hookbell",
        ));
    }
    let limit = &answer["session_start_limit"];
    if limit["remaining"].as_u64().is_some_and(|left| left < SPARE_STARTS) {
        let hold = Duration::from_millis(limit["reset_after"].as_u64().unwrap_or(3_600_000));
        let end = End::failed("the bot was started too often today; Discord allows no more starts for now");
        return Err(End { hold: Some(hold.max(REFUSED)), ..end });
    }
    Ok(url.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_address_is_taken_from_the_answer_alone() {
        assert_eq!(read(&json!({ "url": "ws://127.0.0.1:9" })).expect("an address"), "ws://127.0.0.1:9");
        let good = json!({ "url": "wss://g", "shards": 1, "session_start_limit": { "remaining": 1000 } });
        assert_eq!(read(&good).expect("an address"), "wss://g");
        for wrong in [json!({}), json!({ "url": 3 }), json!({ "url": "https://g" }), json!([])] {
            assert!(read(&wrong).expect_err("no address").why.contains("holds none"));
        }
    }

    #[test]
    fn a_bot_that_may_hardly_start_any_more_waits_for_the_new_day() {
        let limit = json!({ "total": 1000, "remaining": 3, "reset_after": 7_200_000 });
        let end = read(&json!({ "url": "wss://g", "session_start_limit": limit })).expect_err("held");
        assert_eq!(end.hold, Some(Duration::from_secs(7200)));
        assert!(read(&json!({ "url": "wss://g", "shards": 2 })).expect_err("too big").fatal);
    }
}
