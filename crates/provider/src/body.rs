//! `[body]` of a provider file: in which formats bodies come, how one request is split into events, and what
//! is made unreadable before anything of it is kept or shown.

use std::borrow::Cow;
use std::collections::BTreeMap;

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::scheme::one_of;
use super::{Unreadable, header};
use hookbell_config_file::Table;
use hookbell_config_file::{Code, Diagnostics};

/// More events in one request than any sender sends.
pub const MOST_EVENTS: usize = 10_000;
/// What stands where something was redacted.
pub(super) const REDACTED: &str = "***";

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Format {
    kinds: Vec<Kind>,
    /// The field of a form that holds the JSON; none = the fields themselves are the payload.
    field: Option<String>,
    split: Option<Path>,
    redact: Vec<Path>,
    /// In bytes.
    pub(super) max: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Json,
    Form,
    /// One JSON text a line.
    Ndjson,
}

/// A JSON pointer in pieces; `*` stands for every element.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Path(Vec<String>);

impl Default for Format {
    fn default() -> Self {
        Self { kinds: vec![Kind::Json], field: None, split: None, redact: Vec::new(), max: None }
    }
}

impl Kind {
    pub(super) fn shown(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Form => "a form (`a=1&b=2`)",
            Self::Ndjson => "one JSON text a line",
        }
    }
}

impl Format {
    pub(super) fn read(table: Option<Table<'_>>, diagnostics: &mut Diagnostics) -> Self {
        let mut format = Self::default();
        let Some(mut table) = table else { return format };
        let words = [("json", Kind::Json), ("form", Kind::Form), ("ndjson", Kind::Ndjson)];
        let kinds = table.read_list("format", diagnostics, |word| one_of(word, &words));
        if !kinds.is_empty() {
            format.kinds = kinds;
        }
        format.field = table.get("field", diagnostics);
        if format.field.is_some() && !format.kinds.contains(&Kind::Form) {
            diagnostics.add(table.error("field", Code::CONFLICTING_KEYS, "`field` belongs to `format = \"form\"`"));
        }
        format.split = table.read("split", diagnostics, Path::parse);
        format.redact = table.read_list("redact", diagnostics, Path::parse);
        format.max = table.read("max", diagnostics, parse_size);
        table.finish(diagnostics);
        format
    }

    /// How a body with these headers is read; `None` where it says that it is something else.
    pub(super) fn kind(&self, headers: &HeaderMap) -> Option<Kind> {
        let said = content_type(headers);
        let plain = |kind: &&Kind| **kind != Kind::Form;
        if said == "application/x-www-form-urlencoded" {
            return self.kinds.contains(&Kind::Form).then_some(Kind::Form);
        }
        // Senders that say nothing, or call their JSON plain text, exist; the parser will judge.
        if said.is_empty() || said == "text/plain" {
            return self.kinds.first().copied();
        }
        let lines = said.ends_with("ndjson") || said.contains("json-lines") || said.contains("jsonl");
        match (lines, said.ends_with("json")) {
            (true, _) if self.kinds.contains(&Kind::Ndjson) => Some(Kind::Ndjson),
            (_, true) => self.kinds.iter().find(plain).copied(),
            _ => None,
        }
    }

    /// What its content types are called, for people.
    pub(super) fn expected(&self) -> &'static str {
        match self.kinds.as_slice() {
            [Kind::Form] => "expected content type `application/x-www-form-urlencoded`",
            kinds if kinds.contains(&Kind::Form) => {
                "expected content type `application/json` or `application/x-www-form-urlencoded`"
            }
            _ => "expected content type `application/json`",
        }
    }

    /// The pointers of what is made unreadable.
    pub(super) fn redacted(&self) -> Vec<String> {
        self.redact.iter().map(Path::shown).collect()
    }

    /// Formats and split, for people.
    pub(super) fn in_words(&self) -> String {
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.shown()).collect();
        let field =
            self.field.as_ref().map(|field| format!(", its field `{field}` holds the JSON")).unwrap_or_default();
        let split = match self.split.as_ref().map(Path::shown) {
            None => String::new(),
            Some(path) if path.is_empty() => "; one event for every element of the list".to_owned(),
            Some(path) => format!("; one event for every element of `{path}`"),
        };
        format!("{}{field}{split}", kinds.join(" or "))
    }

    /// The whole body as one payload, for what is looked at before anything is split.
    pub(super) fn payload(&self, headers: &HeaderMap, body: &[u8]) -> Option<Value> {
        let text = self.text(self.kind(headers)?, body).ok()?;
        serde_json::from_slice(&text).ok()
    }

    fn text<'b>(&self, kind: Kind, body: &'b [u8]) -> Result<Cow<'b, [u8]>, Unreadable> {
        if kind != Kind::Form {
            return Ok(Cow::Borrowed(without_mark(body)));
        }
        let fields = fields(body);
        let Some(wanted) = &self.field else {
            return Ok(Cow::Owned(object(fields).to_string().into_bytes()));
        };
        let found = fields.into_iter().find(|(name, _)| name == wanted);
        found
            .map(|(_, text)| Cow::Owned(text.into_bytes()))
            .ok_or_else(|| Unreadable(format!("the form has no field `{wanted}`, which would hold the JSON")))
    }

    /// The JSON texts of a body, one an event. Without a split, a form or lines it is the body as it came, but for a
    /// byte order mark.
    pub(super) fn texts<'b>(&self, headers: &HeaderMap, body: &'b [u8]) -> Result<Vec<Cow<'b, [u8]>>, Unreadable> {
        let kind = self.kind(headers).unwrap_or(Kind::Json);
        let whole = if kind == Kind::Ndjson {
            let lines =
                without_mark(body).split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
            lines.take(MOST_EVENTS + 1).map(Cow::Borrowed).collect()
        } else {
            vec![self.text(kind, body)?]
        };
        let Some(split) = &self.split else { return bounded(whole) };
        let mut texts = Vec::new();
        for text in whole {
            match text {
                Cow::Borrowed(text) => split.each(text, &mut |raw| texts.push(Cow::Borrowed(raw.as_bytes())))?,
                Cow::Owned(text) => {
                    split.each(&text, &mut |raw| texts.push(Cow::Owned(raw.as_bytes().to_vec())))?;
                }
            }
        }
        bounded(texts)
    }

    /// What a sample's body is called where that is not JSON.
    pub(super) fn content_type(&self) -> Option<&'static str> {
        match self.kinds.first() {
            Some(Kind::Form) => Some("application/x-www-form-urlencoded"),
            Some(Kind::Ndjson) => Some("application/x-ndjson"),
            _ => None,
        }
    }

    /// The JSON in a body as one text: of a form its fields or the field that holds it.
    pub(super) fn json_text(&self, headers: &HeaderMap, body: &str) -> Option<String> {
        let text = self.text(self.kind(headers)?, body.as_bytes()).ok()?;
        String::from_utf8(text.into_owned()).ok()
    }

    /// The opposite of [`Format::json_text`].
    pub(super) fn back(&self, headers: &HeaderMap, text: &str, old: &str) -> String {
        match (self.kind(headers), serde_json::from_str(text)) {
            (Some(Kind::Form), Ok(payload)) => self.as_form(&payload, old.as_bytes()),
            _ => text.to_owned(),
        }
    }

    /// The payload written back as the form it came as.
    pub(super) fn as_form(&self, payload: &Value, old: &[u8]) -> String {
        if let Some(wanted) = &self.field {
            let mut old = fields(old);
            for (_, value) in old.iter_mut().filter(|(name, _)| name == wanted) {
                *value = payload.to_string();
            }
            return form(old);
        }
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let mut fields = Vec::new();
        for (name, value) in payload.as_object().into_iter().flatten() {
            match value {
                Value::Array(list) => fields.extend(list.iter().map(|value| (name.clone(), text(value)))),
                value => fields.push((name.clone(), text(value))),
            }
        }
        form(fields)
    }

    /// Makes what must not be kept unreadable; tells whether anything was.
    pub(super) fn redact(&self, payload: &mut Value) -> bool {
        let mut changed = false;
        for path in &self.redact {
            path.replace(payload, &mut changed);
        }
        changed
    }
}

/// Without the byte order mark that some editors and .NET programs put first; JSON has none.
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

fn bounded<T>(texts: Vec<T>) -> Result<Vec<T>, Unreadable> {
    if texts.len() > MOST_EVENTS {
        return Err(Unreadable(format!("more than {MOST_EVENTS} events in one request; none was taken")));
    }
    Ok(texts)
}

pub(super) fn content_type(headers: &HeaderMap) -> String {
    let said = headers.get(CONTENT_TYPE).and_then(header::utf8).unwrap_or_default();
    said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

pub(super) fn says_form(headers: &HeaderMap) -> bool {
    content_type(headers) == "application/x-www-form-urlencoded"
}

/// The fields of a form in their order.
pub(super) fn fields(body: &[u8]) -> Vec<(String, String)> {
    let pairs = url::form_urlencoded::parse(body);
    pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// The fields as a body.
pub(super) fn form(fields: Vec<(String, String)>) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The fields as one object; a name that stands several times has a list.
fn object(fields: Vec<(String, String)>) -> Value {
    let mut map = Map::new();
    for (name, value) in fields {
        match map.get_mut(&name) {
            None => drop(map.insert(name, Value::String(value))),
            Some(Value::Array(list)) => list.push(Value::String(value)),
            Some(one) => *one = Value::Array(vec![one.take(), Value::String(value)]),
        }
    }
    Value::Object(map)
}

impl Path {
    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self(Vec::new()));
        }
        let Some(rest) = text.strip_prefix('/') else {
            return Err("expected a JSON pointer such as `/events`; `\"\"` is the body itself".to_owned());
        };
        Ok(Self(rest.split('/').map(|piece| piece.replace("~1", "/").replace("~0", "~")).collect()))
    }

    /// The elements of the array it leads to, each with its own bytes.
    fn each<'b>(&self, text: &'b [u8], take: &mut dyn FnMut(&'b str)) -> Result<(), Unreadable> {
        let raw: &RawValue = serde_json::from_slice(text).map_err(|error| super::reading::not_json(&error))?;
        self.walk(raw, &self.0, take)
    }

    fn walk<'b>(&self, raw: &'b RawValue, rest: &[String], take: &mut dyn FnMut(&'b str)) -> Result<(), Unreadable> {
        let missing = || Unreadable(format!("the body has no list at `{}`", self.shown()));
        let list = |raw: &'b RawValue| serde_json::from_str::<Vec<&'b RawValue>>(raw.get()).map_err(|_| missing());
        match rest {
            // A sender that puts a single event where a list is usual means a list of one.
            [] if self.0.is_empty() && raw.get().starts_with('{') => take(raw.get()),
            [] => list(raw)?.into_iter().for_each(|raw| take(raw.get())),
            [all, rest @ ..] if all == "*" => {
                for raw in list(raw)? {
                    self.walk(raw, rest, take)?;
                }
            }
            [key, rest @ ..] => {
                let inner = match serde_json::from_str::<BTreeMap<Cow<'b, str>, &'b RawValue>>(raw.get()) {
                    Ok(object) => object.get(key.as_str()).copied(),
                    Err(_) => key.parse().ok().and_then(|at: usize| list(raw).ok()?.get(at).copied()),
                };
                self.walk(inner.ok_or_else(missing)?, rest, take)?;
            }
        }
        Ok(())
    }

    fn replace(&self, payload: &mut Value, changed: &mut bool) {
        let Some((last, before)) = self.0.split_last() else { return };
        let mut places = vec![payload];
        for piece in before {
            places = places.into_iter().flat_map(|place| children(place, piece)).collect();
        }
        for place in places.into_iter().flat_map(|place| children(place, last)) {
            *place = Value::String(REDACTED.to_owned());
            *changed = true;
        }
    }

    fn shown(&self) -> String {
        self.0.iter().map(|piece| format!("/{piece}")).collect()
    }
}

fn children<'p>(value: &'p mut Value, piece: &str) -> Vec<&'p mut Value> {
    match (value, piece) {
        (Value::Array(list), "*") => list.iter_mut().collect(),
        (Value::Object(map), "*") => map.values_mut().collect(),
        (Value::Array(list), at) => at.parse().ok().and_then(|at: usize| list.get_mut(at)).into_iter().collect(),
        (Value::Object(map), key) => map.get_mut(key).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Reads a size as people write it: `"1 MiB"`, `"512 KiB"`, `"64 kB"`, `"1000000"`.
///
/// # Errors
/// Says what would be right.
pub fn parse_size(text: &str) -> Result<usize, String> {
    let wrong = || "expected a size from 1 KiB to 64 MiB, such as `1 MiB`".to_owned();
    let digits = text.trim().bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.trim().split_at(digits);
    let factor = match unit.trim() {
        "" | "B" => 1,
        "kB" | "KB" => 1000,
        "KiB" => 1 << 10,
        "MB" => 1_000_000,
        "MiB" => 1 << 20,
        _ => return Err(wrong()),
    };
    let size = number.parse::<usize>().ok().and_then(|number| number.checked_mul(factor)).ok_or_else(wrong)?;
    if (1 << 10..=64 << 20).contains(&size) { Ok(size) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_within_reason() {
        assert_eq!(parse_size("1 MiB"), Ok(1 << 20));
        assert_eq!(parse_size("64kB"), Ok(64_000));
        for wrong in ["", "big", "1 GiB", "0", "999999999999 MiB", "1.5 MiB"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}
