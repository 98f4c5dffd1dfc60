//! A message that was made for a feed in Discord. Its texts may say what the message says that the event gets anyway, and
//! the event's own facts: nothing else of the payload, because whoever writes it shall not read more than the channel does.
//! What it does not name stays as in that message.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use hookbell_config_file::{Code, Diagnostics, Document};
use hookbell_model::delivery::Plan;
use hookbell_model::event::{Event, Raw};
use hookbell_model::live::LiveContext;
use hookbell_model::locale::Locale;
use hookbell_model::message::{Embed, Message};
use hookbell_template::discord_markdown::plain_text;
use hookbell_template::render::{Config, Fallback, Rendered, Templates, severity_color};

/// Before what was written: a file with one message.
const PREFIX: &str = "provider = \"feed\"\n[vars]\nmessage = \"payload\"\n[[message]]\nname = \"own\"\n";
const NAME: &str = "feed.own";
/// What a mistake is in.
const FILE: &str = "template";
/// What it may say; else it could ping, join others' messages, or post as somebody.
const KEYS: [&str; 17] = [
    "content",
    "title",
    "url",
    "description",
    "author",
    "author_url",
    "author_icon",
    "thumbnail",
    "image",
    "footer",
    "footer_icon",
    "timestamp",
    "color",
    "severity",
    "field",
    "button",
    "name",
];

/// A checked message of a feed's own.
#[derive(Debug, Clone)]
pub struct OwnMessage {
    templates: Templates,
    keys: BTreeSet<String>,
}

impl OwnMessage {
    /// Reads the keys of a message, as below `[[message]]` of a template file. All mistakes are reported, each with its line.
    pub fn parse(text: &str) -> (Option<Self>, Diagnostics) {
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse(FILE, &format!("{PREFIX}{text}"), &mut diagnostics);
        let parsed = diagnostics.0.len();
        let keys = keys(&document, &mut diagnostics);
        let refused: BTreeSet<usize> = diagnostics.0.iter().skip(parsed).map(|one| one.location.line).collect();
        // What is refused is not looked at again, and hides no other mistake.
        let document = if refused.is_empty() { document } else { without_lines(document.name(), text, &refused) };
        let config = Config { only: Some(BTreeSet::new()), ..Config::default() };
        let templates = Templates::with_own(&[], std::slice::from_ref(&document), &config, &mut diagnostics);
        diagnostics.sort();
        let before = PREFIX.lines().count();
        for diagnostic in &mut diagnostics.0 {
            diagnostic.location.line = diagnostic.location.line.saturating_sub(before);
        }
        let is_valid = diagnostics.errors() == 0 && templates.has(NAME);
        (is_valid.then_some(Self { templates, keys }), diagnostics)
    }

    /// The message with what this one says instead. Where this one fails as a whole, it stays as it is.
    pub(super) fn over(&self, base: Rendered, event: &Event, plan: &Plan, locale: Locale) -> Rendered {
        let raw = Raw { body: parts(&base.message).to_string().into_bytes(), ..Raw::default() };
        let plan = Plan { template: Some(NAME.to_owned()), ..plan.clone() };
        let own = self.templates.render_live(event, &raw, &plan, locale, &LiveContext::default());
        let mut rendered = base;
        rendered.notes.extend(own.notes);
        if matches!(own.fallback, Some(Fallback::Generic | Fallback::Plain)) {
            rendered.fallback = own.fallback;
            return rendered;
        }
        if self.says("severity") {
            rendered.severity = own.severity;
        }
        self.overlay(&mut rendered, own.message);
        rendered
    }

    fn overlay(&self, rendered: &mut Rendered, own: Message) {
        let Message { content, embeds, buttons, .. } = own;
        let message = &mut rendered.message;
        let own = embeds.into_iter().next().unwrap_or_default();
        if self.says("content") {
            message.content = content;
        }
        if self.says("button") {
            message.buttons = buttons;
        }
        let of_embed = self.keys.iter().any(|key| !matches!(key.as_str(), "content" | "button" | "name"));
        if message.embeds.is_empty() && of_embed {
            message.embeds.push(Embed { color: Some(severity_color(rendered.severity)), ..Embed::default() });
        }
        let Some(embed) = message.embeds.first_mut() else { return };
        let texts = [
            ("title", &mut embed.title, own.title),
            ("url", &mut embed.url, own.url),
            ("description", &mut embed.description, own.description),
            ("author", &mut embed.author.name, own.author.name),
            ("author_url", &mut embed.author.url, own.author.url),
            ("author_icon", &mut embed.author.icon_url, own.author.icon_url),
            ("thumbnail", &mut embed.thumbnail, own.thumbnail),
            ("image", &mut embed.image, own.image),
            ("footer", &mut embed.footer.text, own.footer.text),
            ("footer_icon", &mut embed.footer.icon_url, own.footer.icon_url),
            ("timestamp", &mut embed.timestamp, own.timestamp),
        ];
        for (key, text, new) in texts {
            if self.keys.contains(key) {
                *text = new;
            }
        }
        if self.says("field") {
            embed.fields = own.fields;
        }
        if self.says("color") || self.says("severity") {
            embed.color = own.color;
        }
    }

    fn says(&self, key: &str) -> bool {
        self.keys.contains(key)
    }
}

fn without_lines(name: &str, text: &str, refused: &BTreeSet<usize>) -> Document {
    let text = format!("{PREFIX}{text}");
    let lines = text.lines().enumerate().map(|(at, line)| if refused.contains(&(at + 1)) { "" } else { line });
    Document::parse(name, &lines.collect::<Vec<_>>().join("\n"), &mut Diagnostics::default())
}

/// The keys that the message names. Others than those of one message, and such that it may not have, are mistakes.
fn keys(document: &Document, diagnostics: &mut Diagnostics) -> BTreeSet<String> {
    let mut root = document.root();
    for entry in root.all().iter().filter(|entry| !matches!(entry.key.as_str(), "provider" | "vars" | "message")) {
        let what = "a feed's template is one message: there is no such table in it";
        diagnostics.add(root.error(&entry.key, Code::UNKNOWN_KEY, what).help("`[[message.field]]`"));
    }
    let tables = root.tables("message", &mut Diagnostics::default());
    if let Some(second) = tables.get(1) {
        diagnostics.add(second.error("", Code::UNKNOWN_KEY, "a feed's template is one message"));
    }
    let Some(message) = tables.first() else { return BTreeSet::new() };
    let mut keys: BTreeSet<String> = BTreeSet::new();
    for entry in message.all() {
        if !KEYS.contains(&entry.key.as_str()) {
            let what = format!("`{}` is not for a feed's template", entry.key);
            let known = KEYS.iter().filter(|key| **key != "name").map(|key| format!("`{key}`"));
            let help = format!("known here: {}", known.collect::<Vec<_>>().join(", "));
            diagnostics.add(message.error(&entry.key, Code::UNKNOWN_KEY, what).help(help));
        }
        keys.insert(entry.key.clone());
    }
    keys
}

/// What a message says, without marks, for the texts of another one.
fn parts(message: &Message) -> Value {
    let Message { content, embeds, .. } = message;
    let embed = embeds.first().cloned().unwrap_or_default();
    let fields: serde_json::Map<String, Value> =
        embed.fields.iter().map(|field| (plain_text(&field.name), Value::String(plain_text(&field.value)))).collect();
    json!({
        "content": plain_text(content), "title": plain_text(&embed.title), "url": embed.url,
        "description": plain_text(&embed.description), "author": embed.author.name, "footer": embed.footer.text,
        "fields": fields,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::{ComposeInputs, MessageTarget, Tags, compose};
    use hookbell_model::event::{EventId, Facts, Severity, Topic};
    use hookbell_model::timestamp::Timestamp;

    fn event() -> Event {
        Event {
            id: EventId(1),
            source: "shop".into(),
            provider: "generic".into(),
            reference: "r1".into(),
            event_type: "order.placed".into(),
            topic: Topic::Payment,
            facts: Facts {
                subject: Some("Mug".into()),
                amount: Some(1900),
                currency: Some("EUR".into()),
                severity: Some(Severity::Success),
                ..Facts::default()
            },
            time: Timestamp(0),
            received: Timestamp(0),
        }
    }

    fn made(own: &str) -> Rendered {
        let (own, diagnostics) = OwnMessage::parse(own);
        let own = own.unwrap_or_else(|| panic!("{diagnostics}"));
        let body = r#"{"phone":"+49 30 1234567","note":"ring twice","subject":"Mug"}"#;
        let raw = Raw { body: body.into(), ..Raw::default() };
        let mut diagnostics = Diagnostics::default();
        let config = Config { only: Some(BTreeSet::from(["generic".to_owned()])), ..Config::default() };
        let templates = Templates::with_own(crate::embedded::template_files(), &[], &config, &mut diagnostics);
        let tags = Tags::default();
        let target = MessageTarget { own: Some(&own), ..MessageTarget::new(Locale::default(), &tags) };
        compose(&templates, &ComposeInputs::one(&event(), &raw, &Plan::default()), &target, &LiveContext::default())
    }

    #[test]
    fn it_says_what_the_message_says_and_the_rest_stays() {
        let own = made("title = \"🛒 {{ message.content }}\"\nfooter = \"{{ event.topic }}\"\ncolor = \"#112233\"\n");
        let embed = &own.message.embeds[0];
        assert!(embed.title.starts_with("🛒 €19.00"), "{embed:?}");
        assert_eq!((embed.footer.text.as_str(), embed.color), ("payment", Some(0x0011_2233)));
        assert!(own.message.content.contains("19.00"), "{:?}", own.message);
    }

    #[test]
    fn nothing_of_the_payload_can_be_read_with_it() {
        let text = "title = \"x {{ payload.phone }}{{ payload.note }}{{ payload }}{{ headers }}\"\n\
                    description = \"{{ payload.items() | list }} {{ message.phone }}\"\n";
        let (own, _) = OwnMessage::parse(text);
        let Some(_) = own else { return };
        let printed = format!("{:?}", made(text).message);
        assert!(!printed.contains("1234567") && !printed.contains("ring twice"), "{printed}");
    }

    #[test]
    fn all_mistakes_are_told_with_their_lines_and_what_could_harm_is_one() {
        let text = "title = \"{{ message.title \"\nmention = \"everyone\"\nraw = {}\n[[message]]\nname = \"two\"\n\
                    [text.de]\na = \"b\"\n";
        let (own, diagnostics) = OwnMessage::parse(text);
        assert!(own.is_none());
        let lines: BTreeSet<usize> = diagnostics.0.iter().map(|one| one.location.line).collect();
        assert!([1, 2, 3, 4].iter().all(|line| lines.contains(line)), "{diagnostics}");
        for key in
            ["extends = \"stripe.payment\"", "key = \"a\"", "username = \"Admin\"", "on = [\"x\"]", "thread = \"t\""]
        {
            assert!(OwnMessage::parse(key).0.is_none(), "{key}");
        }
        assert!(OwnMessage::parse("not toml").0.is_none());
    }
}
