//! The messages of a channel as text, as a reader sees them.

use hookbell_fake_discord::StoredMessage;
use serde_json::Value;

pub(crate) fn of(messages: &[StoredMessage]) -> String {
    let mut text = String::new();
    for (number, message) in (1..).zip(messages) {
        text.push_str(&format!("\n[{number}] {}\n", string(&message.object["content"])));
        for embed in list(&message.object["embeds"]) {
            card(&mut text, embed);
        }
        buttons(&mut text, &message.object["components"]);
    }
    without_delay(without_ids(text, messages))
}

/// Without what a message says that comes late: a test that sends in the past makes all of them late.
pub(crate) fn without_delay(text: impl Into<String>) -> String {
    const WHY: &str = ": hookbell was not running";
    let mut text = text.into();
    while let Some(end) = text.find(WHY) {
        let Some(begin) = text.get(..end).and_then(|before| before.rfind("delayed ")) else { break };
        let before = text.get(..begin).unwrap_or_default();
        let joint = [" · ", "; ", "\n-# ", "\n  -- "].into_iter().find(|joint| before.ends_with(joint));
        text.replace_range(begin - joint.map_or(0, str::len)..end + WHY.len(), "");
    }
    text
}

/// Whether the message only leads to the newer one of its thing.
pub(crate) fn is_pointer(message: &StoredMessage) -> bool {
    let links = |text: &str| text.contains("https://discord.com/channels/");
    let embeds = list(&message.object["embeds"]);
    links(string(&message.object["content"])) || embeds.iter().any(|embed| links(string(&embed["description"])))
}

fn card(text: &mut String, embed: &Value) {
    let colour = embed["color"].as_u64().map_or("no colour".to_owned(), |colour| format!("#{colour:06x}"));
    text.push_str(&format!("  {colour} {} <{}>\n", string(&embed["title"]), string(&embed["url"])));
    for line in string(&embed["description"]).lines() {
        text.push_str(&format!("  {line}\n"));
    }
    for field in list(&embed["fields"]) {
        text.push_str(&format!(
            "  {}: {}\n",
            string(&field["name"]),
            string(&field["value"]).replace('\n', "\n      ")
        ));
    }
    let footer = string(&embed["footer"]["text"]);
    if !footer.is_empty() {
        text.push_str(&format!("  -- {footer}\n"));
    }
}

fn buttons(text: &mut String, components: &Value) {
    for button in list(components).iter().flat_map(|row| list(&row["components"])) {
        text.push_str(&format!("  [{}]({})\n", string(&button["label"]), string(&button["url"])));
    }
}

/// Ids of messages differ from run to run; their numbers do not.
fn without_ids(mut text: String, messages: &[StoredMessage]) -> String {
    for (number, message) in (1..).zip(messages) {
        text = text.replace(&message.id, &format!("message-{number}"));
    }
    text
}

fn string(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
