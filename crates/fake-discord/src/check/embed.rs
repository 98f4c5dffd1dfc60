//! Embeds: every limit of its own, and 6000 over all of a message.

use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::validator::{FieldPath, Validator};
use crate::limits;

const WEB: &[&str] = &["http", "https"];
const MEDIA: &[&str] = &["http", "https", "attachment"];

/// Checks the `embeds` of a body and returns how many there are.
pub(crate) fn check_all(validator: &mut Validator, body: &Map<String, Value>) -> usize {
    let path = FieldPath::root().at("embeds");
    let embeds = validator.list(&FieldPath::root(), body, "embeds", limits::EMBEDS);
    let mut total = 0;
    for (index, embed) in embeds.iter().enumerate() {
        let path = path.at(index);
        if let Some(embed) = validator.object(&path, embed) {
            total += check(validator, &path, embed);
        }
    }
    if total > limits::EMBED_TOTAL {
        let message = format!("Embed size exceeds maximum size of {}", limits::EMBED_TOTAL);
        validator.error(&path, "MAX_EMBED_SIZE_EXCEEDED", message);
    }
    embeds.len()
}

/// Checks one embed and returns its share of the 6000.
fn check(validator: &mut Validator, path: &FieldPath, embed: &Map<String, Value>) -> usize {
    validator.known(
        path,
        embed,
        &[
            "title",
            "type",
            "description",
            "url",
            "timestamp",
            "color",
            "footer",
            "image",
            "thumbnail",
            "author",
            "fields",
            "provider",
            "video",
        ],
    );
    let title = validator.text(path, embed, "title", limits::TITLE).unwrap_or_default();
    let description = validator.text(path, embed, "description", limits::DESCRIPTION).unwrap_or_default();
    validator.url(path, embed, "url", (limits::EMBED_URL, WEB));
    validator.integer(path, embed, "color", (0, limits::COLOR));
    timestamp(validator, path, embed);
    let footer = labelled(validator, path, embed, ("footer", "text", limits::FOOTER_TEXT));
    let author = labelled(validator, path, embed, ("author", "name", limits::AUTHOR_NAME));
    let pictures = ["image", "thumbnail"].map(|key| picture(validator, path, embed, key));
    let (fields, field_text) = fields(validator, path, embed);
    let bare = title.is_empty() && description.is_empty() && footer.is_empty() && author.is_empty();
    if bare && fields == 0 && pictures == [false, false] {
        validator.required(&path.at("description"));
    }
    let texts = [title, description, footer, author];
    texts.iter().map(|text| text.chars().count()).sum::<usize>() + field_text
}

fn timestamp(validator: &mut Validator, path: &FieldPath, embed: &Map<String, Value>) {
    let Some(text) = validator.text(path, embed, "timestamp", 64).filter(|text| !text.is_empty()) else { return };
    if OffsetDateTime::parse(&text, &Rfc3339).is_err() {
        let message = format!("Could not parse {text}. Should be ISO8601.");
        validator.error(&path.at("timestamp"), "DATE_TIME_TYPE_PARSE", message);
    }
}

/// A footer or an author: one text that must be there, and addresses.
fn labelled(
    validator: &mut Validator,
    path: &FieldPath,
    embed: &Map<String, Value>,
    what: (&str, &str, usize),
) -> String {
    let (key, label, most) = what;
    let Some(part) = validator.inner(path, embed, key) else { return String::new() };
    let path = path.at(key);
    let more: &[&str] = if key == "author" { &["name", "url"] } else { &["text"] };
    validator.known(&path, part, &[more, &["icon_url", "proxy_icon_url"]].concat());
    validator.url(&path, part, "url", (limits::EMBED_URL, WEB));
    validator.url(&path, part, "icon_url", (limits::EMBED_URL, MEDIA));
    validator.needed(&path, part, label, most)
}

fn picture(validator: &mut Validator, path: &FieldPath, embed: &Map<String, Value>, key: &str) -> bool {
    let Some(part) = validator.inner(path, embed, key) else { return false };
    let path = path.at(key);
    validator.known(&path, part, &["url", "proxy_url", "height", "width"]);
    validator.url(&path, part, "url", (limits::EMBED_URL, MEDIA)).is_some()
}

/// The number of fields, and their share of the 6000.
fn fields(validator: &mut Validator, path: &FieldPath, embed: &Map<String, Value>) -> (usize, usize) {
    let fields = validator.list(path, embed, "fields", limits::FIELDS);
    let path = path.at("fields");
    let mut total = 0;
    for (index, field) in fields.iter().enumerate() {
        let path = path.at(index);
        let Some(field) = validator.object(&path, field) else { continue };
        validator.known(&path, field, &["name", "value", "inline"]);
        total += validator.needed(&path, field, "name", limits::FIELD_NAME).chars().count();
        total += validator.needed(&path, field, "value", limits::FIELD_VALUE).chars().count();
        validator.boolean(&path, field, "inline");
    }
    (fields.len(), total)
}
