//! The signed bytes: the parts that a file names in `content`, and what a request has for each of them.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};

use super::Rejection;
use super::header::Header;
use super::pattern::{self, Piece};
use super::received::Candidate;
use super::scheme::{Clock, ClockSource, Signed};
use super::steps::Teller;
use super::view::Spot;
use hookbell_config_file::Table;
use hookbell_config_file::{Code, Diagnostics};
use hookbell_model::locale::format_number;

/// One part of the signed bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Body,
    BodySha256Hex,
    BodyCrc32Dec,
    Time,
    Url,
    /// The URL with `%3A %2F %3F %40 %21 %24 %27 %28 %29 %2A %2C %3B` decoded, as HubSpot signs it.
    UrlDecoded,
    Method,
    /// All fields of the form, sorted by name, names and values joined.
    FormSorted,
    Header(Header),
    /// A JSON pointer; absent and null are empty.
    Json(String),
    /// A form's field; absent is empty.
    Form(String),
    /// A value of the source's own table `conf`.
    Setting(String),
    Literal(String),
}

/// Reads the content, and checks that the time is signed where there is one.
pub(super) fn read(
    table: &Table<'_>,
    text: &str,
    clock: Option<&Clock>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Part>> {
    let parts: Result<Vec<Part>, String> = pattern::cut(text).and_then(|pieces| pieces.into_iter().map(part).collect());
    let parts = match parts {
        Ok(parts) => parts,
        Err(what) => {
            diagnostics.add(table.error("content", Code::INVALID_VALUE, what));
            return None;
        }
    };
    let whole = parts.contains(&Part::Body);
    let signed = match clock.map(|clock| &clock.source) {
        None => {
            if parts.contains(&Part::Time) && !table.has("timestamp") {
                diagnostics.add(
                    table
                        .error(
                            "content",
                            Code::INVALID_VALUE,
                            "`{ts}` is signed, but no `timestamp` says where it stands",
                        )
                        .help("`timestamp = { header = \"…\" }` or `{ kv = \"t\" }`"),
                );
            }
            return Some(parts);
        }
        Some(ClockSource::Json(pointer)) => whole || parts.contains(&Part::Json(pointer.clone())),
        Some(ClockSource::Header(header)) => parts.contains(&Part::Header(header.clone())),
        Some(ClockSource::Pair(_)) => false,
    };
    if !signed && !parts.contains(&Part::Time) {
        let what = "the timestamp is not signed: `{ts}` is missing in `content`, so it proves nothing";
        diagnostics.add(table.error("timestamp", Code::INVALID_VALUE, what));
    }
    Some(parts)
}

fn part(piece: Piece) -> Result<Part, String> {
    let name = match piece {
        Piece::Literal(text) => return Ok(Part::Literal(text)),
        Piece::Hole(name) => name,
    };
    Ok(match (name.as_str(), name.split_once(':')) {
        ("body", _) => Part::Body,
        ("body.sha256hex", _) => Part::BodySha256Hex,
        ("body.crc32dec", _) => Part::BodyCrc32Dec,
        ("ts", _) => Part::Time,
        ("url", _) => Part::Url,
        ("url.decoded", _) => Part::UrlDecoded,
        ("method", _) => Part::Method,
        ("form.sorted", _) => Part::FormSorted,
        (_, Some(("header", name))) => Part::Header(Header::parse(name)?),
        (_, Some(("json", pointer))) if pointer.starts_with('/') => Part::Json(pointer.to_owned()),
        (_, Some(("form", name))) if !name.is_empty() => Part::Form(name.to_owned()),
        (_, Some(("conf", name))) if !name.is_empty() => Part::Setting(name.to_owned()),
        _ => {
            return Err(format!(
                "`{{{name}}}` is unknown: expected `{{body}}`, `{{body.sha256hex}}`, `{{body.crc32dec}}`, `{{ts}}`, \
                 `{{url}}`, `{{url.decoded}}`, `{{method}}`, `{{form.sorted}}`, `{{header:NAME}}`, \
                 `{{json:/POINTER}}`, `{{form:NAME}}` or `{{conf:NAME}}`"
            ));
        }
    })
}

impl Part {
    /// Whether no byte of the body can be changed when this is signed.
    pub(super) fn covers_the_body(&self) -> bool {
        matches!(self, Self::Body | Self::BodySha256Hex | Self::BodyCrc32Dec | Self::FormSorted)
    }
}

impl Signed {
    /// The signed bytes, in parts.
    pub(super) fn bytes<'v>(
        &'v self,
        spot: &Spot<'v>,
        candidate: &'v Candidate<'_>,
        url: Option<&'v str>,
        body: &'v [u8],
        teller: &mut Teller<'_>,
    ) -> Result<Vec<Cow<'v, [u8]>>, Rejection> {
        let mut parts = Vec::with_capacity(self.content.len());
        for part in &self.content {
            let Some(bytes) = self.part_bytes(part, spot, candidate, url, body) else {
                teller.tell(false, || format!("{} is signed, but it is missing, doubled or unreadable", part.shown()));
                return Err(Rejection::Malformed);
            };
            parts.push(bytes);
        }
        teller.tell(true, || {
            let total: usize = parts.iter().map(|part| part.len()).sum();
            format!("the signed content is `{}`, {} bytes", self.content_text, format_number(total))
        });
        Ok(parts)
    }

    fn part_bytes<'v>(
        &'v self,
        part: &'v Part,
        spot: &Spot<'v>,
        candidate: &'v Candidate<'_>,
        url: Option<&'v str>,
        body: &'v [u8],
    ) -> Option<Cow<'v, [u8]>> {
        let view = spot.view;
        Some(match part {
            Part::Body => Cow::Borrowed(body),
            Part::BodySha256Hex => owned(hex::encode(Sha256::digest(body))),
            Part::BodyCrc32Dec => owned(crc32fast::hash(body).to_string()),
            Part::Literal(text) => Cow::Borrowed(text.as_bytes()),
            Part::Method => Cow::Borrowed(view.request.method.as_bytes()),
            Part::Time => Cow::Borrowed(candidate.time.as_deref()?.as_bytes()),
            Part::Url => Cow::Borrowed(url?.as_bytes()),
            Part::UrlDecoded => owned(decoded(url?)),
            Part::Header(header) => Cow::Borrowed(header.single(view.request.headers)?.as_bytes()),
            Part::Json(pointer) => bytes(spot.text(pointer)?),
            Part::Form(name) => Cow::Borrowed(view.field(name)?.unwrap_or_default().as_bytes()),
            Part::FormSorted => self.sorted_form(spot, url, body)?,
            Part::Setting(name) => Cow::Borrowed(view.settings.get(name)?.expose().as_bytes()),
        })
    }

    /// A body that is no form is covered by its hash in the signed URL, or not at all, which is a "no".
    fn sorted_form<'v>(&self, spot: &Spot<'v>, url: Option<&str>, body: &[u8]) -> Option<Cow<'v, [u8]>> {
        if self.query_body_sha256
            && let Some(hash) = url.and_then(body_hash)
        {
            let right = hex::encode(Sha256::digest(body));
            return right.eq_ignore_ascii_case(&hash).then_some(Cow::Borrowed(b"".as_slice()));
        }
        let mut fields = spot.view.form()?.to_vec();
        fields.sort();
        if self.form_dedup {
            fields.dedup();
        }
        let mut text = String::new();
        for (name, value) in fields {
            text.push_str(&name);
            text.push_str(&value);
        }
        Some(owned(text))
    }
}

/// `bodySHA256` of the URL's query.
fn body_hash(url: &str) -> Option<String> {
    let query = url.split_once('?')?.1;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == "bodySHA256").map(|(_, hash)| hash.into_owned())
}

fn decoded(url: &str) -> String {
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
