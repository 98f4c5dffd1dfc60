//! Requests the gateway's address from Discord before serenity is started: serenity itself would fall back to the
//! real gateway when the request fails, and would spend one of the day's starts on a token that is refused.

use std::time::Duration;

use http::Method;
use serde_json::Value;

use crate::bot::session_end::SessionEnd;
use crate::discord::Client;
use crate::discord::api::{ApiError, ApiRequest};

/// Below this many starts left today, wait for the new day.
const SPARE_STARTS: u64 = 20;
/// Where Discord does not say when the new day begins.
const DEFAULT_RESET: Duration = Duration::from_secs(3600);
const TIMEOUT: Duration = Duration::from_secs(5);

/// The gateway's address. `/gateway/bot` also shows whether the token is right and how many starts are left; a
/// stand-in that lacks it gets a request for `/gateway`.
pub(super) async fn url(client: &Client) -> Result<String, SessionEnd> {
    let get = |path| async move {
        let request = ApiRequest { as_bot: true, ..ApiRequest::new(Method::GET, path, TIMEOUT) };
        client.request(request).await
    };
    let answer = match get(&["gateway", "bot"]).await {
        Err(error) if error.status() == Some(404) => get(&["gateway"]).await,
        answer => answer,
    };
    read(&answer.map_err(end_of)?)
}

fn end_of(error: ApiError) -> SessionEnd {
    match error.status() {
        Some(401) => SessionEnd::TokenRefused,
        Some(403 | 429) => SessionEnd::Refused(error),
        _ => SessionEnd::AddressUnknown(error),
    }
}

fn read(answer: &Value) -> Result<String, SessionEnd> {
    let url = answer["url"].as_str().unwrap_or_default();
    if !(url.starts_with("wss://") || url.starts_with("ws://")) {
        return Err(SessionEnd::AddressMissing);
    }
    if answer["shards"].as_u64().is_some_and(|shards| shards > 1) {
        return Err(SessionEnd::TooManyServers);
    }
    let limit = &answer["session_start_limit"];
    if limit["remaining"].as_u64().is_some_and(|left| left < SPARE_STARTS) {
        let reset_after = limit["reset_after"].as_u64().map_or(DEFAULT_RESET, Duration::from_millis);
        return Err(SessionEnd::NoStartsLeft { reset_after });
    }
    Ok(url.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::bot::session_end::Restart;

    #[test]
    fn the_address_comes_from_the_answer_alone() {
        assert_eq!(read(&json!({ "url": "ws://127.0.0.1:9" })).expect("an address"), "ws://127.0.0.1:9");
        let good = json!({ "url": "wss://g", "shards": 1, "session_start_limit": { "remaining": 1000 } });
        assert_eq!(read(&good).expect("an address"), "wss://g");
        for wrong in [json!({}), json!({ "url": 3 }), json!({ "url": "https://g" }), json!([])] {
            assert_eq!(read(&wrong), Err(SessionEnd::AddressMissing), "{wrong}");
        }
    }

    #[test]
    fn a_bot_with_few_starts_left_waits_for_the_new_day() {
        let limit = json!({ "total": 1000, "remaining": 3, "reset_after": 7_200_000 });
        let end = read(&json!({ "url": "wss://g", "session_start_limit": limit })).expect_err("no starts");
        assert_eq!(end.restart(), Restart::After(Duration::from_secs(7200)));
    }

    #[test]
    fn a_bot_in_too_many_servers_is_not_started_again_soon() {
        let end = read(&json!({ "url": "wss://g", "shards": 2 })).expect_err("too big");
        assert_eq!((end.restart(), end), (Restart::Slow, SessionEnd::TooManyServers));
    }
}
