//! Components: rows of buttons and selects, and the layout kinds of Components V2.

use serde_json::{Map, Value};

use super::{Form, Path};
use crate::answer::Answer;
use crate::numbers as n;

/// Who sends the components.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Maker {
    /// A webhook that no application owns: nothing interactive.
    Webhook,
    Application,
}

/// What is counted over a whole message.
struct Tally {
    maker: Maker,
    v2: bool,
    count: usize,
    custom_ids: Vec<String>,
    text: usize,
    bytes: usize,
}

/// Checks the `components` of a body; answers how many there are at the top.
///
/// # Errors
/// The 500 that Discord gives to Components V2 texts of too many bytes.
pub(crate) fn check_all(form: &mut Form, body: &Map<String, Value>, maker: Maker, v2: bool) -> Result<usize, Answer> {
    let most = if v2 { n::COMPONENTS } else { n::ROWS };
    let list = form.list(&Path::root(), body, "components", most);
    let mut tally = Tally { maker, v2, count: 0, custom_ids: Vec::new(), text: 0, bytes: 0 };
    let path = Path::root().at("components");
    for (index, component) in list.iter().enumerate() {
        check(form, &path.at(index), component, &mut tally, if v2 { V2_TOP } else { &[1] });
    }
    if v2 && tally.count > n::COMPONENTS {
        form.fault(&path, "BASE_TYPE_MAX_LENGTH", format!("Must be {} or fewer in length.", n::COMPONENTS));
    }
    if tally.text > n::TEXT_DISPLAY {
        let message = format!("The total text of all components cannot exceed {} characters", n::TEXT_DISPLAY);
        form.fault(&path, "COMPONENT_MAX_TOTAL_TEXT", message);
    }
    if form.is_clean() && tally.bytes > n::TEXT_DISPLAY_BYTES {
        return Err(Answer::problem(500, 0, "500: Internal Server Error"));
    }
    Ok(list.len())
}

const V2_TOP: &[i64] = &[1, 9, 10, 12, 13, 14, 17];
const V2_IN_CONTAINER: &[i64] = &[1, 9, 10, 12, 13, 14];
const SELECTS: std::ops::RangeInclusive<i64> = 5..=8;

fn check(form: &mut Form, path: &Path, value: &Value, tally: &mut Tally, allowed: &[i64]) {
    let Some(component) = form.object(path, value) else { return };
    tally.count += 1;
    let Some(kind) = form.integer(path, component, "type", (1, 64)) else {
        return form.required(&path.at("type"));
    };
    if !allowed.contains(&kind) {
        let message = format!("Value of field \"type\" must be one of {allowed:?}.");
        return form.fault(&path.at("type"), "BASE_TYPE_CHOICES", message);
    }
    match kind {
        1 => row(form, path, component, tally),
        2 => button(form, path, component, tally),
        3 => string_select(form, path, component, tally),
        5..=8 => select(form, path, component, tally),
        9 => section(form, path, component, tally),
        10 => text_display(form, path, component, tally),
        11 => media(form, path, component, "media"),
        12 => gallery(form, path, component),
        17 => container(form, path, component, tally),
        _ => {}
    }
}

fn row(form: &mut Form, path: &Path, row: &Map<String, Value>, tally: &mut Tally) {
    form.known(path, row, &["type", "id", "components"]);
    let parts = form.list(path, row, "components", n::BUTTONS);
    let path = path.at("components");
    if parts.is_empty() {
        return form.fault(&path, "BASE_TYPE_BAD_LENGTH", format!("Must be between 1 and {} in length.", n::BUTTONS));
    }
    for (index, part) in parts.iter().enumerate() {
        check(form, &path.at(index), part, tally, &[2, 3, 5, 6, 7, 8]);
    }
    let selects = parts.iter().filter(|part| part["type"] == 3 || SELECTS.any_is(&part["type"])).count();
    if selects > 1 || (selects == 1 && parts.len() > 1) {
        form.fault(&path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width");
    }
}

trait AnyIs {
    fn any_is(&self, value: &Value) -> bool;
}

impl AnyIs for std::ops::RangeInclusive<i64> {
    fn any_is(&self, value: &Value) -> bool {
        value.as_i64().is_some_and(|kind| self.contains(&kind))
    }
}

fn button(form: &mut Form, path: &Path, button: &Map<String, Value>, tally: &mut Tally) {
    form.known(path, button, &["type", "id", "style", "label", "emoji", "custom_id", "sku_id", "url", "disabled"]);
    form.boolean(path, button, "disabled");
    let label = form.text(path, button, "label", n::BUTTON_LABEL).unwrap_or_default();
    if label.is_empty() && button.get("emoji").is_none_or(Value::is_null) {
        form.fault(path, "BUTTON_COMPONENT_REQUIRES_LABEL_OR_EMOJI", "A button requires a label or an emoji");
    }
    match form.integer(path, button, "style", (1, 6)) {
        None => form.required(&path.at("style")),
        Some(5) => link(form, path, button),
        Some(_) if tally.maker == Maker::Webhook => interactive(form, path),
        Some(_) => {
            if button.get("url").is_some_and(|url| !url.is_null()) {
                let message = "A custom id and url cannot both be specified";
                form.fault(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message);
            }
            custom_id(form, path, button, tally);
        }
    }
}

fn link(form: &mut Form, path: &Path, button: &Map<String, Value>) {
    if form.url(path, button, "url", (n::BUTTON_URL, &["http", "https", "discord"])).is_none() {
        form.required(&path.at("url"));
    }
    if button.get("custom_id").is_some_and(|id| !id.is_null()) {
        let message = "A custom id and url cannot both be specified";
        form.fault(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message);
    }
}

fn interactive(form: &mut Form, path: &Path) {
    let message = "Webhooks that are not owned by an application cannot send interactive components";
    form.fault(path, "COMPONENT_INTERACTIVE_NOT_ALLOWED", message);
}

fn custom_id(form: &mut Form, path: &Path, component: &Map<String, Value>, tally: &mut Tally) {
    match form.between(path, component, "custom_id", (1, n::CUSTOM_ID)) {
        None => form.required(&path.at("custom_id")),
        Some(id) if tally.custom_ids.contains(&id) => {
            let message = "Component custom id cannot be duplicated";
            form.fault(&path.at("custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message);
        }
        Some(id) => tally.custom_ids.push(id),
    }
}

fn select(form: &mut Form, path: &Path, component: &Map<String, Value>, tally: &mut Tally) {
    if tally.maker == Maker::Webhook {
        return interactive(form, path);
    }
    custom_id(form, path, component, tally);
    form.text(path, component, "placeholder", n::PLACEHOLDER);
    form.integer(path, component, "min_values", (0, 25));
    form.integer(path, component, "max_values", (1, 25));
}

fn string_select(form: &mut Form, path: &Path, component: &Map<String, Value>, tally: &mut Tally) {
    select(form, path, component, tally);
    let options = form.list(path, component, "options", n::SELECT_OPTIONS);
    if options.is_empty() {
        form.required(&path.at("options"));
    }
    for (index, option) in options.iter().enumerate() {
        let path = path.at("options").at(index);
        let Some(option) = form.object(&path, option) else { continue };
        form.needed(&path, option, "label", n::SELECT_TEXT);
        form.needed(&path, option, "value", n::SELECT_TEXT);
        form.text(&path, option, "description", n::SELECT_TEXT);
    }
}

fn section(form: &mut Form, path: &Path, section: &Map<String, Value>, tally: &mut Tally) {
    let texts = form.list(path, section, "components", n::SECTION_TEXTS);
    if texts.is_empty() {
        form.required(&path.at("components"));
    }
    for (index, text) in texts.iter().enumerate() {
        check(form, &path.at("components").at(index), text, tally, &[10]);
    }
    match section.get("accessory") {
        None => form.required(&path.at("accessory")),
        Some(accessory) => check(form, &path.at("accessory"), accessory, tally, &[2, 11]),
    }
}

fn text_display(form: &mut Form, path: &Path, component: &Map<String, Value>, tally: &mut Tally) {
    let text = form.needed(path, component, "content", n::TEXT_DISPLAY);
    tally.text += text.chars().count();
    tally.bytes += text.len() + 12;
}

fn media(form: &mut Form, path: &Path, component: &Map<String, Value>, key: &str) {
    form.text(path, component, "description", n::MEDIA_DESCRIPTION);
    match form.inner(path, component, key) {
        None => form.required(&path.at(key)),
        Some(media) => {
            let schemes = (n::EMBED_URL, &["http", "https", "attachment"][..]);
            if form.url(&path.at(key), media, "url", schemes).is_none() {
                form.required(&path.at(key).at("url"));
            }
        }
    }
}

fn gallery(form: &mut Form, path: &Path, component: &Map<String, Value>) {
    let items = form.list(path, component, "items", n::GALLERY_ITEMS);
    if items.is_empty() {
        form.required(&path.at("items"));
    }
    for (index, item) in items.iter().enumerate() {
        let path = path.at("items").at(index);
        if let Some(item) = form.object(&path, item) {
            media(form, &path, item, "media");
        }
    }
}

fn container(form: &mut Form, path: &Path, container: &Map<String, Value>, tally: &mut Tally) {
    debug_assert!(tally.v2, "only Components V2 reach here");
    form.integer(path, container, "accent_color", (0, n::COLOR));
    for (index, part) in form.list(path, container, "components", n::COMPONENTS).iter().enumerate() {
        check(form, &path.at("components").at(index), part, tally, V2_IN_CONTAINER);
    }
}
