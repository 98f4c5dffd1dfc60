//! Embeds: every limit of its own, and 6000 over all of a message.

use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Form, Path};
use crate::numbers as n;

const WEB: &[&str] = &["http", "https"];
const MEDIA: &[&str] = &["http", "https", "attachment"];

/// Checks the `embeds` of a body; answers how many there are.
pub(crate) fn check_all(form: &mut Form, body: &Map<String, Value>) -> usize {
    let path = Path::root().at("embeds");
    let embeds = form.list(&Path::root(), body, "embeds", n::EMBEDS);
    let mut total = 0;
    for (index, embed) in embeds.iter().enumerate() {
        let path = path.at(index);
        if let Some(embed) = form.object(&path, embed) {
            total += check(form, &path, embed);
        }
    }
    if total > n::EMBED_TOTAL {
        let message = format!("Embed size exceeds maximum size of {}", n::EMBED_TOTAL);
        form.fault(&path, "MAX_EMBED_SIZE_EXCEEDED", message);
    }
    embeds.len()
}

/// Checks one embed; answers its share of the 6000.
fn check(form: &mut Form, path: &Path, embed: &Map<String, Value>) -> usize {
    form.known(
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
    let title = form.text(path, embed, "title", n::TITLE).unwrap_or_default();
    let description = form.text(path, embed, "description", n::DESCRIPTION).unwrap_or_default();
    form.url(path, embed, "url", (n::EMBED_URL, WEB));
    form.integer(path, embed, "color", (0, n::COLOR));
    timestamp(form, path, embed);
    let footer = labelled(form, path, embed, ("footer", "text", n::FOOTER_TEXT));
    let author = labelled(form, path, embed, ("author", "name", n::AUTHOR_NAME));
    let pictures = ["image", "thumbnail"].map(|key| picture(form, path, embed, key));
    let (fields, field_text) = fields(form, path, embed);
    let bare = title.is_empty() && description.is_empty() && footer.is_empty() && author.is_empty();
    if bare && fields == 0 && pictures == [false, false] {
        form.required(&path.at("description"));
    }
    let texts = [title, description, footer, author];
    texts.iter().map(|text| text.chars().count()).sum::<usize>() + field_text
}

fn timestamp(form: &mut Form, path: &Path, embed: &Map<String, Value>) {
    let Some(text) = form.text(path, embed, "timestamp", 64).filter(|text| !text.is_empty()) else { return };
    if OffsetDateTime::parse(&text, &Rfc3339).is_err() {
        let message = format!("Could not parse {text}. Should be ISO8601.");
        form.fault(&path.at("timestamp"), "DATE_TIME_TYPE_PARSE", message);
    }
}

/// A footer or an author: one text that must be there, and addresses.
fn labelled(form: &mut Form, path: &Path, embed: &Map<String, Value>, what: (&str, &str, usize)) -> String {
    let (key, label, most) = what;
    let Some(part) = form.inner(path, embed, key) else { return String::new() };
    let path = path.at(key);
    let more: &[&str] = if key == "author" { &["name", "url"] } else { &["text"] };
    form.known(&path, part, &[more, &["icon_url", "proxy_icon_url"]].concat());
    form.url(&path, part, "url", (n::EMBED_URL, WEB));
    form.url(&path, part, "icon_url", (n::EMBED_URL, MEDIA));
    form.needed(&path, part, label, most)
}

fn picture(form: &mut Form, path: &Path, embed: &Map<String, Value>, key: &str) -> bool {
    let Some(part) = form.inner(path, embed, key) else { return false };
    let path = path.at(key);
    form.known(&path, part, &["url", "proxy_url", "height", "width"]);
    form.url(&path, part, "url", (n::EMBED_URL, MEDIA)).is_some()
}

/// The number of fields, and their share of the 6000.
fn fields(form: &mut Form, path: &Path, embed: &Map<String, Value>) -> (usize, usize) {
    let fields = form.list(path, embed, "fields", n::FIELDS);
    let path = path.at("fields");
    let mut total = 0;
    for (index, field) in fields.iter().enumerate() {
        let path = path.at(index);
        let Some(field) = form.object(&path, field) else { continue };
        form.known(&path, field, &["name", "value", "inline"]);
        total += form.needed(&path, field, "name", n::FIELD_NAME).chars().count();
        total += form.needed(&path, field, "value", n::FIELD_VALUE).chars().count();
        form.boolean(&path, field, "inline");
    }
    (fields.len(), total)
}
