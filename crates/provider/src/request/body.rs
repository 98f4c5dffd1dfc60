//! `[body]` of a provider file: in which formats bodies come, how one request is split into events, and what is
//! redacted before anything is kept or shown.

use std::borrow::Cow;

use http::HeaderMap;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::body_error::{BodyError, MAX_EVENTS};
use super::body_format::BodyFormat;
use super::form;
use super::json_path::JsonPath;
use super::multipart::{self, Part};
use super::size::parse_size;
use super::surrogates;
use super::unpack::Unpack;
use super::xml;
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
    /// Where the lists of events are; without any a body is one event.
    split: Vec<JsonPath>,
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
            split: Vec::new(),
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
        let has_fields = [BodyFormat::Form, BodyFormat::Multipart].iter().any(|format| spec.formats.contains(format));
        if spec.field.is_some() && !has_fields {
            let what = "`field` belongs to `format = \"form\"` and `\"multipart\"`";
            diagnostics.add(table.error("field", Code::CONFLICTING_KEYS, what));
        }
        spec.unpack = Unpack::read(table.table("unpack", diagnostics), diagnostics);
        spec.split = table.read_list("split", diagnostics, JsonPath::parse);
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
            [BodyFormat::Multipart] => "expected content type `multipart/form-data`",
            [BodyFormat::Xml] => "expected content type `application/xml`, or another one of XML",
            formats if formats.contains(&BodyFormat::Multipart) && formats.contains(&BodyFormat::Form) => {
                "expected content type `multipart/form-data` or `application/x-www-form-urlencoded`"
            }
            formats if formats.contains(&BodyFormat::Form) => {
                "expected content type `application/json` or `application/x-www-form-urlencoded`"
            }
            _ => "expected content type `application/json`",
        }
    }

    /// The content type of a sample, where it is not JSON.
    pub(crate) fn sample_content_type(&self, body: &str) -> Option<String> {
        match self.formats.first()? {
            BodyFormat::Multipart => multipart::content_type_of(body),
            format => format.content_type().map(str::to_owned),
        }
    }

    /// The body of a sample as it is sent: a provider's file has the line breaks of a text.
    pub(crate) fn sample_body(&self, body: String) -> String {
        if self.formats.first() != Some(&BodyFormat::Multipart) {
            return body;
        }
        body.trim_start().replace("\r\n", "\n").replace('\n', "\r\n")
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
        let split: Vec<String> = self.split.iter().map(|path| format!("`{path}`")).collect();
        let split = match self.split.as_slice() {
            [] => String::new(),
            [path] if path.is_root() => "; one event for every element of the list".to_owned(),
            _ => format!("; one event for every element of {}", split.join(" and ")),
        };
        format!("{}{field}{split}", formats.join(" or "))
    }

    /// The whole body as one payload, not split.
    pub(crate) fn payload(&self, headers: &HeaderMap, body: &[u8]) -> Option<Value> {
        let text = self.json(headers, self.format_of(headers)?, body).ok()?;
        surrogates::parse(text).ok().map(|(payload, _)| payload)
    }

    /// The JSON in a body as one text; of a form its fields, or the field that holds it, and of XML what stands for it.
    pub(crate) fn json_text(&self, headers: &HeaderMap, body: &str) -> Option<String> {
        let text = self.json(headers, self.format_of(headers)?, body.as_bytes()).ok()?;
        String::from_utf8(text.into_owned()).ok()
    }

    /// The body with another JSON text in it; the opposite of [`BodySpec::json_text`].
    pub(crate) fn with_json_text(&self, headers: &HeaderMap, text: &str, body: &str) -> String {
        let format = self.format_of(headers).map(|format| self.as_written(format, body.as_bytes()));
        match (format, serde_json::from_str(text)) {
            (Some(BodyFormat::Form), Ok(payload)) => self.to_form(&payload, body.as_bytes()),
            (Some(BodyFormat::Multipart), Ok(payload)) => self.to_multipart(&payload, headers, body),
            _ => text.to_owned(),
        }
    }

    /// The form with one field set.
    pub(crate) fn with_field(&self, headers: &HeaderMap, name: &str, text: &str, body: &str) -> String {
        if self.format_of(headers) != Some(BodyFormat::Multipart) {
            let mut fields = form::parse_form(body.as_bytes());
            fields.retain(|(field, _)| field != name);
            fields.push((name.to_owned(), text.to_owned()));
            return form::write_form(fields);
        }
        let Ok(mut parts) = multipart::parse(headers, body.as_bytes()) else { return body.to_owned() };
        parts.retain(|part| part.name != name);
        parts.push(Part::text(name, text));
        multipart::write(headers, &parts)
    }

    /// Another body that says the same: what makes an event another one that is identified by its bytes.
    pub(crate) fn with_mark(&self, headers: &HeaderMap, mark: u32, body: &str) -> String {
        let hex = format!("{mark:08x}");
        match (self.format_of(headers), &self.field) {
            (Some(BodyFormat::Xml), _) => xml::with_attribute(body, "sample", &hex),
            (Some(BodyFormat::Multipart), None) => self.with_field(headers, "sample", &hex, body),
            (Some(BodyFormat::Multipart), Some(field)) => {
                let Ok(mut parts) = multipart::parse(headers, body.as_bytes()) else { return body.to_owned() };
                for part in parts.iter_mut().filter(|part| part.name == *field) {
                    part.content.to_mut().extend_from_slice(white_space(mark).as_bytes());
                }
                multipart::write(headers, &parts)
            }
            _ if serde_json::from_str::<IgnoredAny>(body).is_ok() => format!("{body}{}", white_space(mark)),
            _ => format!("{body}&sample={hex}"),
        }
    }

    /// The payload written back into the form that it came in.
    fn to_form(&self, payload: &Value, body: &[u8]) -> String {
        let Some(field) = &self.field else { return form::write_form(form::from_object(payload)) };
        let mut fields = form::parse_form(body);
        for (_, value) in fields.iter_mut().filter(|(name, _)| name == field) {
            *value = payload.to_string();
        }
        form::write_form(fields)
    }

    /// As [`BodySpec::to_form`]; files stay as they are.
    fn to_multipart(&self, payload: &Value, headers: &HeaderMap, body: &str) -> String {
        let Ok(mut parts) = multipart::parse(headers, body.as_bytes()) else { return body.to_owned() };
        if let Some(field) = &self.field {
            for part in parts.iter_mut().filter(|part| part.name == *field) {
                part.content = payload.to_string().into_bytes().into();
            }
        } else {
            parts.retain(Part::is_file);
            let fields = form::from_object(payload);
            let texts = fields.iter().filter(|(name, _)| !parts.iter().any(|part| part.name == *name));
            let texts: Vec<_> = texts.map(|(name, text)| Part::text(name, text)).collect();
            parts.extend(texts);
        }
        multipart::write(headers, &parts)
    }

    /// The JSON texts of a body, one for each event. Without a split, a form or lines it is the body as it came,
    /// without a byte order mark.
    ///
    /// # Errors
    /// When the body has no JSON where the file says, or more than [`MAX_EVENTS`] events.
    pub(crate) fn event_texts<'b>(&self, headers: &HeaderMap, body: &'b [u8]) -> Result<Vec<Cow<'b, [u8]>>, BodyError> {
        let format = self.format_of(headers).unwrap_or(BodyFormat::Json);
        let whole = if format == BodyFormat::Ndjson { lines(body) } else { vec![self.json(headers, format, body)?] };
        let whole = match self.unpack.is_empty() {
            true => whole,
            false => whole.into_iter().map(|text| self.unpack.unpacked(text)).collect(),
        };
        if self.split.is_empty() {
            return within_limit(whole);
        }
        let lone = format == BodyFormat::Xml;
        let mut texts = Vec::new();
        for text in whole {
            // Of an object with a lone surrogate in a key no element could be found.
            match surrogates::replaced(&text).map_or(text, Cow::Owned) {
                Cow::Borrowed(text) => {
                    texts.extend(self.elements(text, lone)?.into_iter().map(|raw| Cow::Borrowed(raw.as_bytes())));
                }
                Cow::Owned(text) => {
                    texts
                        .extend(self.elements(&text, lone)?.into_iter().map(|raw| Cow::Owned(raw.as_bytes().to_vec())));
                }
            }
        }
        within_limit(texts)
    }

    /// The elements of all lists; of several lists some may be absent.
    fn elements<'t>(&self, text: &'t [u8], lone: bool) -> Result<Vec<&'t str>, BodyError> {
        let mut all = Vec::new();
        let mut missing = None;
        for path in &self.split {
            let mut found = Vec::new();
            match path.for_each(text, lone, &mut |raw| found.push(raw)) {
                Ok(()) => all.append(&mut found),
                Err(error @ BodyError::MissingList(_)) => missing = missing.or(Some(error)),
                Err(error) => return Err(error),
            }
        }
        match missing {
            Some(error) if all.is_empty() => Err(error),
            _ => Ok(all),
        }
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

    fn json<'b>(&self, headers: &HeaderMap, format: BodyFormat, body: &'b [u8]) -> Result<Cow<'b, [u8]>, BodyError> {
        let owned = |value: &Value| Cow::Owned(value.to_string().into_bytes());
        match (self.as_written(format, body), &self.field) {
            (BodyFormat::Json | BodyFormat::Ndjson, _) => Ok(Cow::Borrowed(without_byte_order_mark(body))),
            (BodyFormat::Xml, _) => xml::to_value(without_byte_order_mark(body)).map(|value| owned(&value)),
            (BodyFormat::Form, None) => Ok(owned(&form::to_object(form::parse_form(body)))),
            (BodyFormat::Form, Some(wanted)) => {
                let found = form::parse_form(body).into_iter().find(|(name, _)| name == wanted);
                found
                    .map(|(_, text)| Cow::Owned(text.into_bytes()))
                    .ok_or_else(|| BodyError::MissingField(wanted.clone()))
            }
            (BodyFormat::Multipart, None) => {
                multipart::parse(headers, body).map(|parts| owned(&multipart::to_object(&parts)))
            }
            (BodyFormat::Multipart, Some(wanted)) => {
                let mut found = multipart::parse(headers, body)?.into_iter().filter(|part| part.name == *wanted);
                let first = found.next().ok_or_else(|| BodyError::MissingField(wanted.clone()))?;
                if found.next().is_some() { Err(BodyError::RepeatedField(wanted.clone())) } else { Ok(first.content) }
            }
        }
    }
}

/// Thirty-two blanks, which are insignificant in JSON.
fn white_space(bits: u32) -> String {
    (0..32).map(|bit| if bits >> bit & 1 == 0 { ' ' } else { '\n' }).collect()
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
