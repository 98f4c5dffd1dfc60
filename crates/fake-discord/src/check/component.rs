//! Components: rows of buttons and selects, and the layout of Components V2.

use serde_json::{Map, Value};

use super::validator::{FieldPath, Validator};
use crate::limits;
use crate::response::ApiResponse;
use crate::snowflake::is_snowflake;

/// Who sends the components.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ComponentSender {
    /// A webhook that no application owns: nothing interactive.
    Webhook,
    Application,
}

/// The custom ids of a message or form, each of which must be there once.
#[derive(Debug, Default)]
pub(super) struct CustomIds(Vec<String>);

impl CustomIds {
    /// Checks the custom id of a component, and remembers it.
    pub(super) fn take(&mut self, validator: &mut Validator, path: &FieldPath, component: &Map<String, Value>) {
        match validator.between(path, component, "custom_id", (1, limits::CUSTOM_ID)) {
            None => validator.required(&path.at("custom_id")),
            Some(id) if self.0.contains(&id) => {
                let message = "Component custom id cannot be duplicated";
                validator.error(&path.at("custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message);
            }
            Some(id) => self.0.push(id),
        }
    }
}

/// What is counted over all components of a message.
struct ComponentTotals {
    sender: ComponentSender,
    v2: bool,
    count: usize,
    custom_ids: CustomIds,
    text: usize,
    bytes: usize,
}

/// Checks the `components` of a body and returns how many there are at its top level.
///
/// # Errors
/// The 500 that Discord answers to Components V2 texts of too many bytes.
pub(crate) fn check_all(
    validator: &mut Validator,
    body: &Map<String, Value>,
    sender: ComponentSender,
    v2: bool,
) -> Result<usize, ApiResponse> {
    let most = if v2 { limits::COMPONENTS } else { limits::ROWS };
    let list = validator.list(&FieldPath::root(), body, "components", most);
    let mut totals = ComponentTotals { sender, v2, count: 0, custom_ids: CustomIds::default(), text: 0, bytes: 0 };
    let path = FieldPath::root().at("components");
    for (index, component) in list.iter().enumerate() {
        check(validator, &path.at(index), component, &mut totals, if v2 { V2_TOP } else { &[1] });
    }
    if v2 && totals.count > limits::COMPONENTS {
        validator.error(&path, "BASE_TYPE_MAX_LENGTH", format!("Must be {} or fewer in length.", limits::COMPONENTS));
    }
    if totals.text > limits::TEXT_DISPLAY {
        let message = format!("The total text of all components cannot exceed {} characters", limits::TEXT_DISPLAY);
        validator.error(&path, "COMPONENT_MAX_TOTAL_TEXT", message);
    }
    if validator.is_clean() && totals.bytes > limits::TEXT_DISPLAY_BYTES {
        return Err(ApiResponse::error(500, 0, "500: Internal Server Error"));
    }
    Ok(list.len())
}

const V2_TOP: &[i64] = &[1, 9, 10, 12, 13, 14, 17];
const V2_IN_CONTAINER: &[i64] = &[1, 9, 10, 12, 13, 14];
const SELECTS: std::ops::RangeInclusive<i64> = 5..=8;

fn check(validator: &mut Validator, path: &FieldPath, value: &Value, totals: &mut ComponentTotals, allowed: &[i64]) {
    let Some(component) = validator.object(path, value) else { return };
    totals.count += 1;
    let Some(kind) = validator.integer(path, component, "type", (1, 64)) else {
        return validator.required(&path.at("type"));
    };
    if !allowed.contains(&kind) {
        let message = format!("Value of field \"type\" must be one of {allowed:?}.");
        return validator.error(&path.at("type"), "BASE_TYPE_CHOICES", message);
    }
    match kind {
        1 => row(validator, path, component, totals),
        2 => button(validator, path, component, totals),
        3 => string_select(validator, path, component, totals),
        5..=8 => select(validator, path, component, totals),
        9 => section(validator, path, component, totals),
        10 => text_display(validator, path, component, totals),
        11 => media(validator, path, component, "media"),
        12 => gallery(validator, path, component),
        17 => container(validator, path, component, totals),
        _ => {}
    }
}

fn row(validator: &mut Validator, path: &FieldPath, row: &Map<String, Value>, totals: &mut ComponentTotals) {
    validator.known(path, row, &["type", "id", "components"]);
    let parts = validator.list(path, row, "components", limits::BUTTONS);
    let path = path.at("components");
    if parts.is_empty() {
        return validator.error(
            &path,
            "BASE_TYPE_BAD_LENGTH",
            format!("Must be between 1 and {} in length.", limits::BUTTONS),
        );
    }
    for (index, part) in parts.iter().enumerate() {
        check(validator, &path.at(index), part, totals, &[2, 3, 5, 6, 7, 8]);
    }
    let selects = parts.iter().filter(|part| is_select(part)).count();
    if selects > 1 || (selects == 1 && parts.len() > 1) {
        validator.error(&path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width");
    }
}

fn is_select(component: &Value) -> bool {
    component["type"].as_i64().is_some_and(|kind| kind == 3 || SELECTS.contains(&kind))
}

fn button(validator: &mut Validator, path: &FieldPath, button: &Map<String, Value>, totals: &mut ComponentTotals) {
    validator.known(path, button, &["type", "id", "style", "label", "emoji", "custom_id", "sku_id", "url", "disabled"]);
    validator.boolean(path, button, "disabled");
    emoji(validator, path, button);
    let label = validator.text(path, button, "label", limits::BUTTON_LABEL).unwrap_or_default();
    if label.is_empty() && button.get("emoji").is_none_or(Value::is_null) {
        validator.error(path, "BUTTON_COMPONENT_REQUIRES_LABEL_OR_EMOJI", "A button requires a label or an emoji");
    }
    match validator.integer(path, button, "style", (1, 6)) {
        None => validator.required(&path.at("style")),
        Some(5) => link(validator, path, button),
        Some(_) if totals.sender == ComponentSender::Webhook => interactive(validator, path),
        Some(_) => {
            if button.get("url").is_some_and(|url| !url.is_null()) {
                let message = "A custom id and url cannot both be specified";
                validator.error(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message);
            }
            totals.custom_ids.take(validator, path, button);
        }
    }
}

fn link(validator: &mut Validator, path: &FieldPath, button: &Map<String, Value>) {
    if validator.url(path, button, "url", (limits::BUTTON_URL, &["http", "https", "discord"])).is_none() {
        validator.required(&path.at("url"));
    }
    if button.get("custom_id").is_some_and(|id| !id.is_null()) {
        let message = "A custom id and url cannot both be specified";
        validator.error(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message);
    }
}

fn interactive(validator: &mut Validator, path: &FieldPath) {
    let message = "Webhooks that are not owned by an application cannot send interactive components";
    validator.error(path, "COMPONENT_INTERACTIVE_NOT_ALLOWED", message);
}

fn select(validator: &mut Validator, path: &FieldPath, component: &Map<String, Value>, totals: &mut ComponentTotals) {
    if totals.sender == ComponentSender::Webhook {
        return interactive(validator, path);
    }
    validator.boolean(path, component, "disabled");
    check_bounds(validator, path, component, &mut totals.custom_ids);
}

fn string_select(
    validator: &mut Validator,
    path: &FieldPath,
    component: &Map<String, Value>,
    totals: &mut ComponentTotals,
) {
    if totals.sender == ComponentSender::Webhook {
        return interactive(validator, path);
    }
    validator.boolean(path, component, "disabled");
    check_select_menu(validator, path, component, &mut totals.custom_ids);
}

/// Checks what all selects have. Returns how many values may be chosen.
fn check_bounds(
    validator: &mut Validator,
    path: &FieldPath,
    component: &Map<String, Value>,
    ids: &mut CustomIds,
) -> (i64, i64) {
    ids.take(validator, path, component);
    validator.text(path, component, "placeholder", limits::PLACEHOLDER);
    let least = validator.integer(path, component, "min_values", (0, 25)).unwrap_or(1);
    let most = validator.integer(path, component, "max_values", (1, 25)).unwrap_or(1);
    if least > most {
        let message = "The minimum must not be larger than the maximum";
        validator.error(&path.at("min_values"), "SELECT_COMPONENT_MIN_VALUES_TOO_LARGE", message);
    }
    (least, most)
}

/// Checks a string select.
pub(super) fn check_select_menu(
    validator: &mut Validator,
    path: &FieldPath,
    component: &Map<String, Value>,
    ids: &mut CustomIds,
) {
    let (least, most) = check_bounds(validator, path, component, ids);
    let options = validator.list(path, component, "options", usize::MAX);
    let count = i64::try_from(options.len()).unwrap_or(i64::MAX);
    if !(1..=limits::SELECT_OPTIONS).contains(&options.len()) {
        let message = format!("Must be between 1 and {} in length.", limits::SELECT_OPTIONS);
        validator.error(&path.at("options"), "BASE_TYPE_BAD_LENGTH", message);
    } else if least > count || most > count {
        let message = "More values must be chosen than there are options";
        validator.error(path, "SELECT_COMPONENT_MAX_VALUES_TOO_LARGE", message);
    }
    let mut values = Vec::new();
    for (index, option) in options.iter().enumerate() {
        let path = path.at("options").at(index);
        let Some(option) = validator.object(&path, option) else { continue };
        validator.known(&path, option, &["label", "value", "description", "emoji", "default"]);
        validator.needed(&path, option, "label", limits::SELECT_TEXT);
        let value = validator.needed(&path, option, "value", limits::SELECT_TEXT);
        if values.contains(&value) {
            let message = "The specified option value is already used";
            validator.error(&path.at("value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message);
        }
        values.push(value);
        validator.text(&path, option, "description", limits::SELECT_TEXT);
        emoji(validator, &path, option);
    }
    let defaults = options.iter().filter(|option| option["default"] == true).count();
    if i64::try_from(defaults).unwrap_or(i64::MAX) > most {
        let message = "More options are chosen by default than may be";
        validator.error(&path.at("options"), "SELECT_COMPONENT_TOO_MANY_DEFAULTS", message);
    }
}

/// An emoji is one of a server's, by its id, or a character.
fn emoji(validator: &mut Validator, path: &FieldPath, component: &Map<String, Value>) {
    let Some(emoji) = validator.inner(path, component, "emoji") else { return };
    let by_id = emoji.get("id").is_some_and(is_snowflake);
    let name = emoji.get("name").and_then(Value::as_str).unwrap_or_default();
    if !by_id && (name.is_empty() || name.chars().any(|c| c.is_ascii_alphabetic() || c.is_whitespace())) {
        validator.error(&path.at("emoji").at("name"), "COMPONENT_INVALID_EMOJI", "Invalid emoji");
    }
}

fn section(validator: &mut Validator, path: &FieldPath, section: &Map<String, Value>, totals: &mut ComponentTotals) {
    let texts = validator.list(path, section, "components", limits::SECTION_TEXTS);
    if texts.is_empty() {
        validator.required(&path.at("components"));
    }
    for (index, text) in texts.iter().enumerate() {
        check(validator, &path.at("components").at(index), text, totals, &[10]);
    }
    match section.get("accessory") {
        None => validator.required(&path.at("accessory")),
        Some(accessory) => check(validator, &path.at("accessory"), accessory, totals, &[2, 11]),
    }
}

fn text_display(
    validator: &mut Validator,
    path: &FieldPath,
    component: &Map<String, Value>,
    totals: &mut ComponentTotals,
) {
    let text = validator.needed(path, component, "content", limits::TEXT_DISPLAY);
    totals.text += text.chars().count();
    totals.bytes += text.len() + 12;
}

fn media(validator: &mut Validator, path: &FieldPath, component: &Map<String, Value>, key: &str) {
    validator.text(path, component, "description", limits::MEDIA_DESCRIPTION);
    match validator.inner(path, component, key) {
        None => validator.required(&path.at(key)),
        Some(media) => {
            let schemes = (limits::EMBED_URL, &["http", "https", "attachment"][..]);
            if validator.url(&path.at(key), media, "url", schemes).is_none() {
                validator.required(&path.at(key).at("url"));
            }
        }
    }
}

fn gallery(validator: &mut Validator, path: &FieldPath, component: &Map<String, Value>) {
    let items = validator.list(path, component, "items", limits::GALLERY_ITEMS);
    if items.is_empty() {
        validator.required(&path.at("items"));
    }
    for (index, item) in items.iter().enumerate() {
        let path = path.at("items").at(index);
        if let Some(item) = validator.object(&path, item) {
            media(validator, &path, item, "media");
        }
    }
}

fn container(
    validator: &mut Validator,
    path: &FieldPath,
    container: &Map<String, Value>,
    totals: &mut ComponentTotals,
) {
    debug_assert!(totals.v2, "only Components V2 reach here");
    validator.integer(path, container, "accent_color", (0, limits::COLOR));
    for (index, part) in validator.list(path, container, "components", limits::COMPONENTS).iter().enumerate() {
        check(validator, &path.at("components").at(index), part, totals, V2_IN_CONTAINER);
    }
}
