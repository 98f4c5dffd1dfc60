//! `[body]` of a provider file: in which formats bodies come, how one request is split into events, and what is
//! redacted before anything is kept or shown.

use std::borrow::Cow;

use http::HeaderMap;
use serde_json::Value;

use super::body_error::{BodyError, MAX_EVENTS};
use super::body_format::BodyFormat;
use super::form;
use super::json_path::JsonPath;
use super::size::parse_size;
use super::surrogates;
use super::unpack::Unpack;
use crate::keyword;
use hookbell_config_file::Table;
use hookbell_config_file::{Code, Diagnostics};

/// What replaces a redacted value.
pub(crate) const REDACTED: &str = "***";

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BodySpec {
    /// Never empty.
    formats: Vec<BodyFormat>,
    /// The field of a form that holds the JSON; without one the fields themselves are the payload.
    field: Option<String>,
    /// What is packed inside it, which only an event's reader opens.
    pub(crate) unpack: Unpack,
    split: Option<JsonPath>,
    redact: Vec<JsonPath>,
    /// In bytes.
    pub(crate) max_size: Option<usize>,
}

impl Default for BodySpec {
    fn default() -> Self {
        Self {
            formats: vec![BodyFormat::Json],
            field: None,
            unpack: Unpack::default(),
            split: None,
            redact: Vec::new(),
            max_size: None,
        }
    }
}

impl BodySpec {
    pub(crate) fn read(table: Option<Table<'_>>, diagnostics: &mut Diagnostics) -> Self {
        let mut spec = Self::default();
        let Some(mut table) = table else { return spec };
        let formats = table.read_list("format", diagnostics, |word| keyword::parse(word, &BodyFormat::KEYWORDS));
        if !formats.is_empty() {
            spec.formats = formats;
        }
        spec.field = table.get("field", diagnostics);
        if spec.field.is_some() && !spec.formats.contains(&BodyFormat::Form) {
            diagnostics.add(table.error("field", Code::CONFLICTING_KEYS, "`field` belongs to `format = \"form\"`"));
        }
        spec.unpack = Unpack::read(table.table("unpack", diagnostics), diagnostics);
        spec.split = table.read("split", diagnostics, JsonPath::parse);
        spec.redact = table.read_list("redact", diagnostics, JsonPath::parse);
        spec.max_size = table.read("max", diagnostics, parse_size);
        table.finish(diagnostics);
        spec
    }

    /// The format of a body with these headers; `None` where they announce one that the file does not name.
    pub(crate) fn format_of(&self, headers: &HeaderMap) -> Option<BodyFormat> {
        BodyFormat::of(headers, &self.formats)
    }

    /// The content types that it accepts, for people.
    pub(crate) fn expected(&self) -> &'static str {
        match self.formats.as_slice() {
            [BodyFormat::Form] => "expected content type `application/x-www-form-urlencoded`",
            formats if formats.contains(&BodyFormat::Form) => {
                "expected content type `application/json` or `application/x-www-form-urlencoded`"
            }
            _ => "expected content type `application/json`",
        }
    }

    /// The content type of a sample, where it is not JSON.
    pub(crate) fn sample_content_type(&self) -> Option<&'static str> {
        self.formats.first().and_then(|format| format.content_type())
    }

    /// The pointers of what is redacted.
    pub(crate) fn redacted(&self) -> Vec<String> {
        self.redact.iter().map(JsonPath::to_string).collect()
    }

    /// Formats and split, for people.
    pub(crate) fn describe(&self) -> String {
        let formats: Vec<&str> = self.formats.iter().map(|format| format.describe()).collect();
        let field =
            self.field.as_ref().map(|field| format!(", its field `{field}` holds the JSON")).unwrap_or_default();
        let split = match &self.split {
            None => String::new(),
            Some(path) if path.is_root() => "; one event for every element of the list".to_owned(),
            Some(path) => format!("; one event for every element of `{path}`"),
        };
        format!("{}{field}{split}", formats.join(" or "))
    }

    /// The whole body as one payload, not split.
    pub(crate) fn payload(&self, headers: &HeaderMap, body: &[u8]) -> Option<Value> {
        let text = self.json(self.format_of(headers)?, body).ok()?;
        surrogates::parse(text).ok().map(|(payload, _)| payload)
    }

    /// The JSON in a body as one text; of a form its fields, or the field that holds it.
    pub(crate) fn json_text(&self, headers: &HeaderMap, body: &str) -> Option<String> {
        let text = self.json(self.format_of(headers)?, body.as_bytes()).ok()?;
        String::from_utf8(text.into_owned()).ok()
    }

    /// The body with another JSON text in it; the opposite of [`BodySpec::json_text`].
    pub(crate) fn with_json_text(&self, headers: &HeaderMap, text: &str, body: &str) -> String {
        match (self.format_of(headers), serde_json::from_str(text)) {
            (Some(format), Ok(payload)) if self.as_written(format, body.as_bytes()) == BodyFormat::Form => {
                self.to_form(&payload, body.as_bytes())
            }
            _ => text.to_owned(),
        }
    }

    /// The payload written back into the form that it came in.
    pub(crate) fn to_form(&self, payload: &Value, body: &[u8]) -> String {
        let Some(field) = &self.field else { return form::write_form(form::from_object(payload)) };
        let mut fields = form::parse_form(body);
        for (_, value) in fields.iter_mut().filter(|(name, _)| name == field) {
            *value = payload.to_string();
        }
        form::write_form(fields)
    }

    /// The JSON texts of a body, one for each event. Without a split, a form or lines it is the body as it came,
    /// without a byte order mark.
    ///
    /// # Errors
    /// When the body has no JSON where the file says, or more than [`MAX_EVENTS`] events.
    pub(crate) fn event_texts<'b>(&self, headers: &HeaderMap, body: &'b [u8]) -> Result<Vec<Cow<'b, [u8]>>, BodyError> {
        let format = self.format_of(headers).unwrap_or(BodyFormat::Json);
        let whole = if format == BodyFormat::Ndjson { lines(body) } else { vec![self.json(format, body)?] };
        let whole = match self.unpack.is_empty() {
            true => whole,
            false => whole.into_iter().map(|text| self.unpack.unpacked(text)).collect(),
        };
        let Some(split) = &self.split else { return within_limit(whole) };
        let mut texts = Vec::new();
        for text in whole {
            // Of an object with a lone surrogate in a key no element could be found.
            match surrogates::replaced(&text).map_or(text, Cow::Owned) {
                Cow::Borrowed(text) => split.for_each(text, &mut |raw| texts.push(Cow::Borrowed(raw.as_bytes())))?,
                Cow::Owned(text) => {
                    split.for_each(&text, &mut |raw| texts.push(Cow::Owned(raw.as_bytes().to_vec())))?;
                }
            }
        }
        within_limit(texts)
    }

    /// The format that the body is written in. Where a file names both JSON and a form with a field for it, senders mix up
    /// which they announce: `curl -d` calls everything a form.
    fn as_written(&self, announced: BodyFormat, body: &[u8]) -> BodyFormat {
        let both = [BodyFormat::Json, BodyFormat::Form].iter().all(|format| self.formats.contains(format));
        let Some(field) = self.field.as_ref().filter(|_| both) else { return announced };
        let text = without_byte_order_mark(body).trim_ascii_start();
        if text.starts_with(b"{") || text.starts_with(b"[") {
            return BodyFormat::Json;
        }
        let is_field = text.strip_prefix(field.as_bytes()).is_some_and(|rest| rest.starts_with(b"="));
        if is_field { BodyFormat::Form } else { announced }
    }

    /// Redacts what the file names; returns whether anything was redacted.
    pub(crate) fn redact(&self, payload: &mut Value) -> bool {
        self.redact.iter().fold(false, |redacted, path| path.replace(payload, REDACTED) | redacted)
    }

    fn json<'b>(&self, format: BodyFormat, body: &'b [u8]) -> Result<Cow<'b, [u8]>, BodyError> {
        if self.as_written(format, body) != BodyFormat::Form {
            return Ok(Cow::Borrowed(without_byte_order_mark(body)));
        }
        let fields = form::parse_form(body);
        let Some(wanted) = &self.field else {
            return Ok(Cow::Owned(form::to_object(fields).to_string().into_bytes()));
        };
        let found = fields.into_iter().find(|(name, _)| name == wanted);
        found.map(|(_, text)| Cow::Owned(text.into_bytes())).ok_or_else(|| BodyError::MissingField(wanted.clone()))
    }
}

/// The lines that are not empty; one more than is allowed suffices to refuse them.
fn lines(body: &[u8]) -> Vec<Cow<'_, [u8]>> {
    let lines = without_byte_order_mark(body).split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.filter(|line| !line.is_empty()).take(MAX_EVENTS + 1).map(Cow::Borrowed).collect()
}

/// Some editors and .NET programs put one first; JSON has none.
fn without_byte_order_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

fn within_limit<T>(texts: Vec<T>) -> Result<Vec<T>, BodyError> {
    if texts.len() > MAX_EVENTS { Err(BodyError::TooManyEvents) } else { Ok(texts) }
}
