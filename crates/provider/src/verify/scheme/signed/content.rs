//! The signed bytes: the parts that `content` names, and what a request has for each of them.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::content_part::{ContentError, ContentPart};
use super::time::TimeSource;
use crate::pattern;
use crate::request::{HeaderKey, ValueScope};
use hookbell_config_file::{Code, Diagnostics};
use hookbell_config_file::{Table, TomlKind};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SignedContent {
    pub(super) parts: Vec<ContentPart>,
    /// Of a list how many of the parts each of its texts has; empty where `content` is one text.
    texts: Vec<usize>,
    /// As the file spells it, for people.
    pub(crate) text: String,
    /// Of form fields that repeat the same value one is signed, and the URL counts with and without its default port.
    pub(crate) form_dedup: bool,
    /// A body that is not a form is signed by its SHA-256 in the query of the URL, `bodySHA256`.
    query_body_sha256: bool,
}

/// A request, with the spellings of the URL and its query and the body that are tried.
#[derive(Clone, Copy)]
pub(crate) struct ContentInput<'v> {
    pub(crate) scope: ValueScope<'v>,
    pub(crate) time: Option<&'v str>,
    pub(crate) url: Option<&'v str>,
    pub(crate) body: &'v [u8],
    /// Whether values of the query that may be in either case are taken in lower case.
    pub(crate) lower_case: bool,
}

impl SignedContent {
    /// Reads `content` and its settings, and checks that the time is signed where there is one.
    pub(super) fn read(
        table: &mut Table<'_>,
        time: Option<&TimeSource>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let form_dedup = table.get("form_dedup", diagnostics).unwrap_or_default();
        let query_body_sha256 = table.get("query_body_sha256", diagnostics).unwrap_or_default();
        let (list, texts) = read_texts(table, diagnostics);
        let mut parts = Vec::new();
        let mut lengths = Vec::new();
        for text in &texts {
            match parse_parts(text) {
                Ok(all) => {
                    lengths.push(all.len());
                    parts.extend(all);
                }
                Err(error) => {
                    diagnostics.add(table.error("content", Code::INVALID_VALUE, error.to_string()));
                    return None;
                }
            }
        }
        let text = texts.concat().replace('\n', "\\n");
        let texts = if list { lengths } else { Vec::new() };
        check_time(table, &parts, time, diagnostics);
        for (key, set, needs) in [
            ("form_dedup", form_dedup, ContentPart::FormSorted),
            ("query_body_sha256", query_body_sha256, ContentPart::Url),
        ] {
            if set && !parts.contains(&needs) {
                diagnostics.add(table.error(
                    key,
                    Code::CONFLICTING_KEYS,
                    format!("`{key}` needs {} in `content`", needs.describe()),
                ));
            }
        }
        Some(Self { parts, texts, text, form_dedup, query_body_sha256 })
    }

    /// The names of the settings that are signed.
    pub(crate) fn settings(&self) -> impl Iterator<Item = &str> {
        self.parts
            .iter()
            .filter_map(|part| if let ContentPart::Setting(name) = part { Some(name.as_str()) } else { None })
    }

    /// The headers that are signed.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &HeaderKey> {
        self.parts.iter().filter_map(|part| if let ContentPart::Header(key) = part { Some(key) } else { None })
    }

    /// Whether there is a value of the query that may be signed in lower case.
    pub(crate) fn has_any_case(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, ContentPart::Query { any_case: true, .. }))
    }

    /// The names of the values in the URL's query that are signed.
    pub(crate) fn queries(&self) -> impl Iterator<Item = &str> {
        self.parts
            .iter()
            .filter_map(|part| if let ContentPart::Query { name, .. } = part { Some(name.as_str()) } else { None })
    }

    pub(crate) fn needs_url(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, ContentPart::Url | ContentPart::UrlDecoded))
    }

    /// The signed bytes, in parts.
    ///
    /// # Errors
    /// With the part that the request lacks, repeats or has in another form.
    pub(crate) fn bytes<'v>(&'v self, input: ContentInput<'v>) -> Result<Vec<Cow<'v, [u8]>>, &'v ContentPart> {
        let mut parts = Vec::with_capacity(self.parts.len());
        for part in self.parts_of(input) {
            parts.push(self.part_bytes(part, input).ok_or(part)?);
        }
        Ok(parts)
    }

    /// The parts that this request has: of a list a text drops whole in which something is absent.
    fn parts_of<'v>(&'v self, input: ContentInput<'v>) -> Vec<&'v ContentPart> {
        if self.texts.is_empty() {
            return self.parts.iter().collect();
        }
        let mut rest = self.parts.as_slice();
        let mut all = Vec::with_capacity(rest.len());
        for length in &self.texts {
            let (text, after) = rest.split_at_checked(*length).unwrap_or((rest, &[]));
            rest = after;
            if !text.iter().any(|part| is_absent(part, input)) {
                all.extend(text);
            }
        }
        all
    }

    fn part_bytes<'v>(&'v self, part: &'v ContentPart, input: ContentInput<'v>) -> Option<Cow<'v, [u8]>> {
        let ContentInput { scope, time, url, body, .. } = input;
        let view = scope.view;
        Some(match part {
            ContentPart::Body => Cow::Borrowed(body),
            ContentPart::BodySha256Hex => owned(hex::encode(Sha256::digest(body))),
            ContentPart::BodyCrc32Dec => owned(crc32fast::hash(body).to_string()),
            ContentPart::Literal(text) => Cow::Borrowed(text.as_bytes()),
            ContentPart::Method => Cow::Borrowed(view.request.method.as_bytes()),
            ContentPart::Time => Cow::Borrowed(time?.as_bytes()),
            ContentPart::Url => Cow::Borrowed(url?.as_bytes()),
            ContentPart::UrlDecoded => owned(decode_some(url?)),
            ContentPart::Header(key) => Cow::Borrowed(view.header(key)?.as_bytes()),
            ContentPart::Json(pointer) => bytes(scope.text_or_empty(pointer)?),
            ContentPart::Form(name) => Cow::Borrowed(view.field(name)?.unwrap_or_default().as_bytes()),
            ContentPart::FormSorted => self.sorted_form(input)?,
            ContentPart::Query { name, any_case } => match view.query(name)? {
                value if *any_case && input.lower_case => owned(value.to_lowercase()),
                value => bytes(value),
            },
            ContentPart::Setting(name) => Cow::Borrowed(view.settings.get(name)?.expose().as_bytes()),
        })
    }

    /// A body that is not a form must be covered by its hash in the signed URL.
    fn sorted_form<'v>(&self, input: ContentInput<'v>) -> Option<Cow<'v, [u8]>> {
        if self.query_body_sha256
            && let Some(hash) = input.url.and_then(body_hash)
        {
            let right = hex::encode(Sha256::digest(input.body));
            return right.eq_ignore_ascii_case(&hash).then_some(Cow::Borrowed(b"".as_slice()));
        }
        let mut fields = input.scope.view.form()?.to_vec();
        fields.sort();
        if self.form_dedup {
            fields.dedup();
        }
        Some(owned(fields.into_iter().flat_map(|(name, value)| [name, value]).collect()))
    }
}

/// Whether a request has nothing at this place. What is there in a wrong form is not absent, but refused.
fn is_absent(part: &ContentPart, input: ContentInput<'_>) -> bool {
    let view = input.scope.view;
    match part {
        ContentPart::Header(key) => !view.request.headers.contains_key(&key.name),
        ContentPart::Json(pointer) => {
            input.scope.root().is_some_and(|root| root.pointer(pointer).is_none_or(Value::is_null))
        }
        ContentPart::Form(name) => view.field(name) == Some(None),
        ContentPart::Query { name, .. } => !view.has_query(name),
        _ => false,
    }
}

/// `content`: one text, or a list of them, and whether it is one.
fn read_texts(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> (bool, Vec<String>) {
    if matches!(table.node("content").map(|node| &node.value), Some(TomlKind::Array(_))) {
        return (true, table.get("content", diagnostics).unwrap_or_default());
    }
    (false, vec![table.get("content", diagnostics).unwrap_or_else(|| "{body}".to_owned())])
}

fn parse_parts(text: &str) -> Result<Vec<ContentPart>, ContentError> {
    pattern::parse(text)?.into_iter().map(ContentPart::parse).collect()
}

/// A time that is not signed proves nothing, and a signed time must be found.
fn check_time(table: &Table<'_>, parts: &[ContentPart], time: Option<&TimeSource>, diagnostics: &mut Diagnostics) {
    let whole = parts.contains(&ContentPart::Body);
    let signed = match time {
        None => {
            if parts.contains(&ContentPart::Time) && !table.has("timestamp") {
                let help = "`timestamp = { header = \"…\" }` or `{ kv = \"t\" }`";
                diagnostics.add(
                    table
                        .error("content", Code::INVALID_VALUE, "`{ts}` is signed, but no `timestamp` says where it is")
                        .help(help),
                );
            }
            return;
        }
        Some(TimeSource::Json(pointer)) => whole || parts.contains(&ContentPart::Json(pointer.clone())),
        Some(TimeSource::Header(key)) => parts.contains(&ContentPart::Header(key.clone())),
        Some(TimeSource::Pair(_) | TimeSource::Item) => false,
    };
    if !signed && !parts.contains(&ContentPart::Time) {
        let what = "the timestamp is not signed: `{ts}` is missing in `content`, so it proves nothing";
        diagnostics.add(table.error("timestamp", Code::INVALID_VALUE, what));
    }
}

/// `bodySHA256` of the URL's query.
fn body_hash(url: &str) -> Option<String> {
    let query = url.split_once('?')?.1;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == "bodySHA256").map(|(_, hash)| hash.into_owned())
}

/// Only the escapes that HubSpot decodes, see [`ContentPart::UrlDecoded`].
fn decode_some(url: &str) -> String {
    let mut text = String::with_capacity(url.len());
    let mut rest = url;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        let code: String = after.chars().take(2).collect();
        match code.to_ascii_uppercase().as_str() {
            "3A" | "2F" | "3F" | "40" | "21" | "24" | "27" | "28" | "29" | "2A" | "2C" | "3B" => {
                text.push_str(&percent_decode_str(&format!("%{code}")).decode_utf8_lossy());
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                text.push('%');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

fn owned<'v>(text: String) -> Cow<'v, [u8]> {
    Cow::Owned(text.into_bytes())
}

fn bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => owned(text),
    }
}
