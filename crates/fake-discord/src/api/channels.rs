//! The messages of a channel, as a bot reads them.

use serde_json::Value;

use super::context::RequestContext;
use crate::message::StoredMessage;
use crate::response::{ApiResponse, ApiResult, not_found};

/// Answers `GET /channels/{id}/messages`: the newest first; of those `after` a message the oldest, up to `limit`.
pub(crate) fn messages(cx: &RequestContext<'_>, channel: &str) -> ApiResult {
    let number = |key: &str| cx.request.query(key).and_then(|text| text.parse::<u64>().ok());
    let limit = number("limit").map_or(50, |limit| usize::try_from(limit.clamp(1, 100)).unwrap_or(100));
    let (after, before) = (number("after"), number("before").unwrap_or(u64::MAX));
    let id = |message: &StoredMessage| message.id.parse::<u64>().unwrap_or(0);
    let all = &cx.state.channel(channel).ok_or_else(not_found)?.messages;
    let within = all.iter().filter(|message| id(message) > after.unwrap_or(0) && id(message) < before);
    let mut list: Vec<Value> = within.map(|message| message.object.clone()).collect();
    if after.is_some() {
        list.truncate(limit);
    } else {
        list.drain(..list.len().saturating_sub(limit));
    }
    list.reverse();
    Ok(ApiResponse::json(Value::Array(list)))
}
