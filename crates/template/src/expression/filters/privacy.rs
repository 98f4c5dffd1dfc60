//! The filters that mask private data.

use minijinja::{Error, State, Value};
use serde_json::{Map, Value as Json};

use super::args::Args;
use crate::expression::value::text;
use crate::expression::view::View;
use hookbell_model::privacy::secret_field::{is_secret_name, is_secret_text};
use hookbell_model::privacy::{COVER, MaskKind, Masks};

/// `someone@example.com` → `s•••@example.com`; any other text keeps its first and last little. With kinds
/// (`"email"`, `"card"`, …) those are found within the text. Nothing is masked where the route turns masks off.
pub(super) fn mask(state: &mut State<'_, '_>, value: &Value, args: &Args) -> Result<Value, Error> {
    if View::of(state).masks.is_some_and(Masks::is_empty) {
        return Ok(value.clone());
    }
    let whole = text(value);
    let trimmed = whole.trim();
    let kinds = args.list.iter().filter_map(|kind| Masks::parse([text(kind)]).ok());
    let kinds = kinds.fold(Masks::default(), |all, kind| all.kinds().chain(kind.kinds()).collect());
    let found = kinds.text(trimmed);
    Ok(Value::from(if found.contains(COVER) {
        found.into_owned()
    } else {
        addresses(trimmed).or_else(|| email(trimmed)).unwrap_or_else(|| middle(trimmed))
    }))
}

/// The value, which is of the named kind (`"document"`, `"note"`); nothing where the route masks that kind.
pub(super) fn private(state: &mut State<'_, '_>, value: &Value, args: &Args) -> Result<Value, Error> {
    let kind: Option<MaskKind> = args.text(0, "what").and_then(|kind| kind.parse().ok());
    let is_masked = kind.zip(View::of(state).masks).is_some_and(|(kind, masks)| masks.holds(kind));
    Ok(if is_masked { Value::from("") } else { value.clone() })
}

/// The map or list without the fields that look like secrets, at any depth.
pub(super) fn without_secrets(_: &mut State<'_, '_>, value: &Value, _: &Args) -> Result<Value, Error> {
    let mut left_out = 0;
    let json = serde_json::to_value(value).unwrap_or_default();
    Ok(serde_json::from_value(public(json, &mut left_out).unwrap_or_default()).unwrap_or_default())
}

/// How many fields of it look like secrets, at any depth.
pub(super) fn secrets(_: &mut State<'_, '_>, value: &Value, _: &Args) -> Result<Value, Error> {
    let mut left_out = 0;
    public(serde_json::to_value(value).unwrap_or_default(), &mut left_out);
    Ok(Value::from(left_out))
}

/// What is left of a value; none where it is a secret itself.
fn public(value: Json, left_out: &mut usize) -> Option<Json> {
    let kept = match value {
        Json::String(text) if is_secret_text(&text) => None,
        Json::Array(items) => Some(Json::Array(items.into_iter().filter_map(|item| public(item, left_out)).collect())),
        Json::Object(map) => {
            let mut kept = Map::new();
            // `{ "name": "api_key", "value": "…" }`.
            let named = map.get("name").or_else(|| map.get("key")).and_then(Json::as_str).is_some_and(is_secret_name);
            for (name, value) in map {
                let says_something = !matches!(&value, Json::Null | Json::Bool(_)) && value != "";
                if says_something && (is_secret_name(&name) || named && name == "value") {
                    *left_out += 1;
                } else if let Some(value) = public(value, left_out) {
                    kept.insert(name, value);
                }
            }
            return Some(Json::Object(kept));
        }
        other => Some(other),
    };
    *left_out += usize::from(kept.is_none());
    kept
}

/// `Ada Example <ada@example.com>, grace@example.com`: the names stay, each address is covered. None where it is anything
/// else.
fn addresses(text: &str) -> Option<String> {
    if !text.ends_with('>') && !text.contains(">,") {
        return None;
    }
    let one = |part: &str| match part.trim().strip_suffix('>').and_then(|part| part.split_once('<')) {
        Some((name, address)) => {
            let named = Masks::parse(["email"]).map_or_else(|_| String::new(), |masks| masks.text(name).into_owned());
            Some(format!("{named}<{}>", email(address.trim())?))
        }
        None => email(part.trim()),
    };
    Some(text.split(',').map(one).collect::<Option<Vec<_>>>()?.join(", "))
}

fn email(text: &str) -> Option<String> {
    let (name, domain) = text.rsplit_once('@')?;
    let fits = !name.is_empty() && domain.contains('.') && !domain.contains(char::is_whitespace);
    fits.then(|| format!("{}{COVER}@{domain}", name.chars().take(1).collect::<String>()))
}

fn middle(text: &str) -> String {
    let length = text.chars().count();
    let shown = (length / 5).min(4);
    let start: String = text.chars().take(shown).collect();
    let end: String = text.chars().skip(length - shown).collect();
    if length == 0 { String::new() } else { format!("{start}{COVER}{end}") }
}
