//! Looks into the channel for a message whose answer was lost, where the bot may read it: what is there is not sent
//! again.

use std::time::Duration;

use serde_json::Value;
use tracing::debug;

use super::batch::Batch;
use super::lookup;
use super::rate_limiter::RequestKind;
use super::request::SendRequest;
use super::settings::Destination;
use super::shared::Courier;
use super::stop::Stop;
use crate::discord::{Outcome, Response};
use crate::store;
use hookbell_model::delivery::MessageRef;
use hookbell_model::snowflake::snowflake_at;

/// Answers that are read of one channel: in a busy one the message may be further behind.
const PAGES: usize = 4;
/// How far Discord's clock may be behind.
const SKEW: Duration = Duration::from_secs(60);
const LONGEST_PERMIT_WAIT: Duration = Duration::from_secs(10);

/// What a search has found.
#[derive(Debug)]
pub(super) enum Search {
    /// The message is there; `twice`: more than once.
    Found {
        message: MessageRef,
        twice: bool,
    },
    NotThere,
    /// There is no bot, or it cannot read the channel, or what it shows.
    Unreadable,
    /// A limit, or no answer.
    Unanswered(Response),
}

/// Searches the messages that this webhook has posted since the delivery was made and since the last one that is
/// recorded for its lane: each of those has a delivery of its own.
pub(super) async fn search(
    courier: &Courier,
    destination: &Destination,
    batch: &Batch,
    request: &SendRequest,
    stop: &Stop,
) -> store::Result<Search> {
    let Some((sent, thread)) = request.searchable() else { return Ok(Search::Unreadable) };
    let channel = match thread.or(destination.webhook.thread()) {
        Some(thread) => thread.to_owned(),
        None => match lookup::look_up(courier, destination, stop).await {
            Some(Ok(info)) => info.channel,
            Some(Err(response)) => return Ok(Search::Unanswered(response)),
            None => return Ok(Search::Unreadable),
        },
    };
    // What is urgent overtakes the rest, so its messages say nothing about those.
    let last = courier.store.last_message(&destination.name, batch.is_urgent()).await?;
    let mut after = last.unwrap_or(0).max(snowflake_at(batch.first().created.before(SKEW)));
    let mut found: Vec<MessageRef> = Vec::new();
    for _ in 0..PAGES {
        let webhook = &destination.webhook;
        let Some(permit) = courier.pacer.permit(RequestKind::LookUp, true, webhook, LONGEST_PERMIT_WAIT, stop).await
        else {
            return Ok(Search::Unreadable);
        };
        let page = match courier.client.messages(&channel, after).await {
            Ok(page) => page,
            Err(response) => {
                courier.pacer.note(&permit, &response);
                return Ok(if is_closed(&response) { Search::Unreadable } else { Search::Unanswered(response) });
            }
        };
        let Some(newest) = page.iter().filter_map(number).max() else { break };
        let Some(same) = same_messages(&page, webhook.id(), &sent) else {
            debug!(destination = destination.name, "the bot sees no content: it lacks the message content intent");
            return Ok(Search::Unreadable);
        };
        found.extend(same.into_iter().map(|id| MessageRef { id: id.to_string(), channel: channel.clone() }));
        after = newest;
    }
    found.sort_by_key(|message| (message.id.len(), message.id.clone()));
    let twice = found.len() > 1;
    Ok(found.into_iter().next().map_or(Search::NotThere, |message| Search::Found { message, twice }))
}

impl SendRequest {
    /// The texts to search for, and the thread that the message goes into. None where a search would not find it: an edit,
    /// a message without a text, and one that begins a thread.
    fn searchable(&self) -> Option<(Vec<String>, Option<&str>)> {
        let (body, target) = self.new_message()?;
        let begins_thread = target.title.is_some() && target.thread.is_none();
        let texts = texts(body);
        (!begins_thread && !texts.is_empty()).then_some((texts, target.thread.as_deref()))
    }
}

/// The numbers of this webhook's messages that have these texts. None where the bot does not see what a message says.
fn same_messages(page: &[Value], webhook: &str, sent: &[String]) -> Option<Vec<u64>> {
    let own: Vec<&Value> = page.iter().filter(|message| message["webhook_id"] == webhook).collect();
    if own.iter().any(|message| texts(message).is_empty()) {
        return None;
    }
    Some(own.into_iter().filter(|message| texts(message) == sent).filter_map(number).collect())
}

fn is_closed(response: &Response) -> bool {
    matches!(response.status, Some(401 | 403 | 404)) && !matches!(response.outcome, Outcome::Banned { .. })
}

fn number(message: &Value) -> Option<u64> {
    message["id"].as_str()?.parse().ok()
}

/// Every text of a message in its order, as far as Discord keeps it: it trims white space and strips characters. Embeds
/// that it makes of links by itself are not ours.
fn texts(message: &Value) -> Vec<String> {
    let mut found = Vec::new();
    add(&message["content"], &mut found);
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let is_ours = |embed: &Value| embed["type"].as_str().is_none_or(|kind| kind == "rich");
    for embed in list(&message["embeds"]).iter().filter(|embed| is_ours(embed)) {
        for text in [&embed["author"]["name"], &embed["title"], &embed["description"]] {
            add(text, &mut found);
        }
        for field in &list(&embed["fields"]) {
            add(&field["name"], &mut found);
            add(&field["value"], &mut found);
        }
        add(&embed["footer"]["text"], &mut found);
    }
    gather(&message["components"], &["content", "label"], &mut found);
    gather(&message["poll"], &["text"], &mut found);
    found
}

/// The texts under these keys, however deep.
fn gather(value: &Value, keys: &[&str], found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, keys, found)),
        Value::Object(entries) => {
            for (key, value) in entries {
                if keys.contains(&key.as_str()) {
                    add(value, found);
                } else {
                    gather(value, keys, found);
                }
            }
        }
        _ => {}
    }
}

fn add(text: &Value, found: &mut Vec<String>) {
    let kept = |c: &char| c.is_alphanumeric() || c.is_ascii_graphic();
    let text: String = text.as_str().unwrap_or_default().chars().filter(kept).collect();
    if !text.is_empty() {
        found.push(text);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_is_recognised_although_discord_has_changed_it() {
        let sent = json!({
            "content": " Order 7\u{202e} paid \n", "allowed_mentions": { "parse": [] },
            "embeds": [{ "title": "Order  7 ", "description": "€ 1.00", "fields": [{ "name": "who", "value": "Zoë" }] }],
            "components": [{ "type": 1, "components": [{ "type": 2, "label": "Open", "style": 5, "url": "https://a.b" }] }],
        });
        let shown = json!({
            "id": "5", "content": "Order 7 paid", "mentions": [], "flags": 0,
            "embeds": [
                { "type": "rich", "title": "Order 7", "description": "€ 1.00", "content_scan_version": 0,
                  "fields": [{ "name": "who", "value": "Zoë", "inline": false }] },
                { "type": "link", "title": "A page" },
            ],
            "components": [{ "type": 1, "id": 1, "components": [
                { "type": 2, "id": 2, "label": "Open", "style": 5, "url": "https://a.b/" }] }],
        });
        assert_eq!(texts(&sent), texts(&shown));
        for (path, other) in [("/embeds/0/description", "€ 100"), ("/content", "Order 8 paid")] {
            let mut changed = shown.clone();
            *changed.pointer_mut(path).expect("a text") = other.into();
            assert_ne!(texts(&sent), texts(&changed), "{path}");
        }
        assert!(texts(&json!({ "id": "5", "content": "", "embeds": [], "components": [] })).is_empty());
    }

    #[test]
    fn only_messages_of_the_webhook_count_and_hidden_ones_say_nothing() {
        let message = |id: u64, webhook: &str, content: &str| json!({ "id": id.to_string(), "webhook_id": webhook, "content": content, "embeds": [], "components": [] });
        let sent = ["Order7".to_owned()];
        let page = [message(5, "33", "Order 7"), message(6, "44", "Order 7"), message(7, "33", "Order 8")];
        assert_eq!(same_messages(&page, "33", &sent), Some(vec![5]));
        assert_eq!(same_messages(&page, "55", &sent), Some(vec![]));
        // Without the message content intent Discord leaves out what others say.
        assert_eq!(same_messages(&[message(5, "33", "")], "33", &sent), None);
        assert_eq!(same_messages(&[message(5, "44", "")], "33", &sent), Some(vec![]));
    }
}
