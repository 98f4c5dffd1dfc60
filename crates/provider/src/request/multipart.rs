//! Bodies of `multipart/form-data`, as strict as RFC 7578 lets them be: what two readers could read differently is refused.
//! The text fields are kept; of a file only its name, type and size.

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value, json};

use super::body_error::BodyError;
use super::header::header_text;

/// More than any form sends.
const MAX_PARTS: usize = 1000;
/// Of one part's headers, in bytes.
const MAX_HEAD: usize = 8192;
/// As RFC 2046 says.
const MAX_BOUNDARY: usize = 70;

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part<'b> {
    pub(super) name: String,
    /// Of a file.
    file_name: Option<String>,
    content_type: Option<String>,
    pub(super) content: std::borrow::Cow<'b, [u8]>,
}

impl Part<'_> {
    /// A field of text.
    pub(super) fn text(name: &str, text: &str) -> Self {
        let content = text.as_bytes().to_vec().into();
        Self { name: name.to_owned(), file_name: None, content_type: None, content }
    }

    pub(super) fn is_file(&self) -> bool {
        self.file_name.is_some()
    }

    /// What is kept of it: its text, or what describes the file.
    fn value(&self) -> Value {
        match &self.file_name {
            Some(name) => json!({ "filename": name, "type": self.content_type, "size": self.content.len() }),
            None => Value::String(self.text_lossy()),
        }
    }

    /// With U+FFFD for what is not UTF-8, as in other forms.
    fn text_lossy(&self) -> String {
        String::from_utf8_lossy(&self.content).into_owned()
    }
}

/// The parts of a body, in their order.
///
/// # Errors
/// When the headers have no boundary, or the body is not divided by it throughout.
pub(super) fn parse<'b>(headers: &HeaderMap, body: &'b [u8]) -> Result<Vec<Part<'b>>, BodyError> {
    let boundary = boundary(headers).ok_or(BodyError::NoBoundary)?;
    if body.is_empty() {
        return Err(BodyError::Empty);
    }
    let delimiter = format!("\r\n--{boundary}");
    // The first delimiter has no line break before it, where there is no text before it.
    let start = delimiter.trim_start().as_bytes();
    let mut rest = body.strip_prefix(b"\r\n").unwrap_or(body).strip_prefix(start).ok_or(BodyError::InvalidMultipart)?;
    let mut parts = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix(b"--") {
            // What follows the end is to be ignored, but nobody sends it.
            let is_blank = after.iter().all(u8::is_ascii_whitespace);
            return if is_blank { Ok(parts) } else { Err(BodyError::InvalidMultipart) };
        }
        let padding = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let part = rest.get(padding..).unwrap_or_default();
        let part = part.strip_prefix(b"\r\n").ok_or(BodyError::InvalidMultipart)?;
        if parts.len() == MAX_PARTS {
            return Err(BodyError::TooManyParts);
        }
        let (head, content) = head(part)?;
        let end = find(content, delimiter.as_bytes()).ok_or(BodyError::TruncatedMultipart)?;
        let (content, after) = content.split_at(end);
        parts.push(read_part(head, content)?);
        rest = after.get(delimiter.len()..).unwrap_or_default();
    }
}

/// The fields as one JSON object; a repeated name has a list of its values.
pub(super) fn to_object(parts: &[Part<'_>]) -> Value {
    let mut map = Map::new();
    for part in parts {
        let value = part.value();
        match map.get_mut(&part.name) {
            None => drop(map.insert(part.name.clone(), value)),
            Some(Value::Array(list)) => list.push(value),
            Some(one) => *one = Value::Array(vec![one.take(), value]),
        }
    }
    Value::Object(map)
}

/// The fields that are no files; none where the body cannot be read.
pub(super) fn text_fields(headers: &HeaderMap, body: &[u8]) -> Option<Vec<(String, String)>> {
    let parts = parse(headers, body).ok()?;
    let texts = parts.iter().filter(|part| !part.is_file());
    Some(texts.map(|part| (part.name.clone(), part.text_lossy())).collect())
}

/// The opposite of [`parse`], for samples.
pub(super) fn write(headers: &HeaderMap, parts: &[Part<'_>]) -> String {
    let boundary = boundary(headers).unwrap_or_default();
    let mut text = String::new();
    for part in parts {
        text.push_str(&format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", part.name));
        if let Some(name) = &part.file_name {
            text.push_str(&format!("; filename=\"{name}\""));
        }
        if let Some(kind) = &part.content_type {
            text.push_str(&format!("\r\nContent-Type: {kind}"));
        }
        text.push_str(&format!("\r\n\r\n{}\r\n", String::from_utf8_lossy(&part.content)));
    }
    format!("{text}--{boundary}--\r\n")
}

/// The content type of a sample, which begins with its boundary.
pub(super) fn content_type_of(body: &str) -> Option<String> {
    let boundary = body.lines().next()?.strip_prefix("--")?.trim_end();
    is_boundary(boundary).then(|| format!("multipart/form-data; boundary=\"{boundary}\""))
}

/// The parameter of the content type; none where it is absent, repeated or no boundary.
fn boundary(headers: &HeaderMap) -> Option<String> {
    let text = header_text(headers.get(CONTENT_TYPE)?)?;
    let (_, parameters) = text.split_once(';')?;
    let mut named = read_parameters(parameters)?.into_iter().filter(|(name, _)| name == "boundary");
    let (_, boundary) = named.next()?;
    (named.next().is_none() && is_boundary(&boundary)).then_some(boundary)
}

fn is_boundary(text: &str) -> bool {
    let is_character = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    (1..=MAX_BOUNDARY).contains(&text.len()) && text.bytes().all(is_character) && !text.ends_with(' ')
}

/// Headers and content of a part that begins here.
fn head(part: &[u8]) -> Result<(&[u8], &[u8]), BodyError> {
    let near = part.get(..MAX_HEAD.min(part.len())).unwrap_or_default();
    let Some(end) = find(near, b"\r\n\r\n") else {
        let error = if near.len() < MAX_HEAD { BodyError::TruncatedMultipart } else { BodyError::InvalidMultipart };
        return Err(error);
    };
    // The line break before the content belongs to a delimiter, where the content is empty.
    let (head, content) = part.split_at(end);
    Ok((head, content.get(2..).unwrap_or_default()))
}

fn read_part<'b>(head: &[u8], content: &'b [u8]) -> Result<Part<'b>, BodyError> {
    let invalid = || BodyError::InvalidMultipart;
    let head = std::str::from_utf8(head).map_err(|_| invalid())?;
    let mut disposition = None;
    let mut content_type = None;
    for line in head.split("\r\n") {
        let (name, value) = line.split_once(':').ok_or_else(invalid)?;
        let is_known = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_known || line.chars().any(|c| c.is_control() && c != '\t') {
            return Err(invalid());
        }
        let place = match name.to_ascii_lowercase().as_str() {
            "content-disposition" => &mut disposition,
            "content-type" => &mut content_type,
            // An encoded text would be kept as it is not meant.
            "content-transfer-encoding" => match value.trim().to_ascii_lowercase().as_str() {
                "7bit" | "8bit" | "binary" => continue,
                _ => return Err(invalid()),
            },
            _ => continue,
        };
        if place.replace(value.trim()).is_some() {
            return Err(invalid());
        }
    }
    let (kind, parameters) = disposition.and_then(|value| value.split_once(';')).ok_or_else(invalid)?;
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return Err(invalid());
    }
    let (mut name, mut file_name) = (None, None);
    for (key, value) in read_parameters(parameters).ok_or_else(invalid)? {
        let place = match key.as_str() {
            "name" => &mut name,
            "filename" => &mut file_name,
            // Says the file's name once more.
            "filename*" => continue,
            _ => return Err(invalid()),
        };
        if place.replace(value).is_some() {
            return Err(invalid());
        }
    }
    // The line break after the headers is no content.
    let content = content.strip_prefix(b"\r\n").unwrap_or_default().into();
    Ok(Part { name: name.ok_or_else(invalid)?, file_name, content_type: content_type.map(str::to_owned), content })
}

/// Parameters `name=value; other="value"`, names in lower case; none where they cannot be read.
fn read_parameters(text: &str) -> Option<Vec<(String, String)>> {
    let mut parameters = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => read_quoted(quoted)?,
            None => {
                let end = after.find(';').unwrap_or(after.len());
                let (value, after) = after.split_at(end);
                let value = value.trim_end();
                if value.is_empty() || value.contains(['"', ' ', '\t']) {
                    return None;
                }
                (value.to_owned(), after)
            }
        };
        let after = after.trim_start();
        parameters.push((name.trim().to_ascii_lowercase(), value));
        rest = match after.strip_prefix(';') {
            Some(after) => after.trim_start(),
            None if after.is_empty() => after,
            None => return None,
        };
    }
    Some(parameters)
}

/// What stands before the closing quote, and what follows it.
fn read_quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, text.get(at + 1..)?)),
            // Browsers of old sent paths of Windows without escaping them.
            '\\' if text.get(at + 1..).is_some_and(|next| next.starts_with(['"', '\\'])) => {
                value.push(chars.next()?.1);
            }
            c => value.push(c),
        }
    }
    None
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut at = 0;
    while let Some(distance) = text.get(at..)?.iter().position(|byte| *byte == first) {
        at += distance;
        if text.get(at..)?.starts_with(wanted) {
            return Some(at);
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(content_type: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, content_type.parse().expect("a value"));
        headers
    }

    fn read(body: &str) -> Result<Value, BodyError> {
        parse(&headers("multipart/form-data; boundary=b"), body.as_bytes()).map(|parts| to_object(&parts))
    }

    const HEAD: &str = "Content-Disposition: form-data; name=";

    #[test]
    fn fields_are_texts_and_files_are_only_named() {
        let body = format!(
            "--b\r\n{HEAD}\"a\"\r\n\r\nx\r\ny --b\r\n--b \r\n{HEAD}empty\r\n\r\n\r\n--b\r\n{HEAD}\"f\"; filename=\"a \\\"b\\\".jpg\"\r\n\
             Content-Type: image/jpeg\r\n\r\n\u{1}\u{2}\r\n--b\r\ncontent-disposition:form-data;name=\"a\"\r\n\r\nz\r\n--b--\r\n"
        );
        let expected = json!({ "a": ["x\r\ny --b", "z"], "empty": "", "f": { "filename": "a \"b\".jpg", "type": "image/jpeg", "size": 2 } });
        assert_eq!(read(&body), Ok(expected));
        assert_eq!(read("--b--"), Ok(json!({})));
        let parts = parse(&headers("multipart/form-data; boundary=b"), body.as_bytes()).expect("read");
        let kind = headers("multipart/form-data; boundary=b");
        let written = write(&kind, &parts.iter().filter(|part| !part.is_file()).cloned().collect::<Vec<_>>());
        let again = parse(&kind, written.as_bytes()).map(|parts| to_object(&parts));
        assert_eq!(again, Ok(json!({ "a": ["x\r\ny --b", "z"], "empty": "" })));
    }

    #[test]
    fn a_boundary_is_read_as_it_is_written() {
        let body = format!("--a b=c\r\n{HEAD}\"a\"\r\n\r\nx\r\n--a b=c--");
        let read = |kind: &str| parse(&headers(kind), body.as_bytes()).map(|parts| parts.len());
        assert_eq!(read("multipart/form-data; boundary=\"a b=c\""), Ok(1));
        assert_eq!(read("Multipart/Form-Data; charset=utf-8; BOUNDARY=\"a b=c\""), Ok(1));
        for kind in [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\"\"",
            "multipart/form-data; boundary=\"a b=c",
            "multipart/form-data; boundary=a b=c",
            "multipart/form-data; boundary",
            "multipart/form-data; boundary=\"a b=c\"; boundary=x",
            "multipart/form-data; boundary=\"a b=c \"",
            "multipart/form-data; boundary=a{b",
            "multipart/form-data; x=\"a b=c\"",
        ] {
            assert_eq!(read(kind), Err(BodyError::NoBoundary), "{kind}");
        }
        assert_eq!(read(&format!("multipart/form-data; boundary={}", "x".repeat(71))), Err(BodyError::NoBoundary));
        assert_eq!(read("multipart/form-data; boundary=other"), Err(BodyError::InvalidMultipart));
        assert_eq!(content_type_of("--a b=c\r\n").as_deref(), Some("multipart/form-data; boundary=\"a b=c\""));
        assert_eq!(content_type_of("{}"), None);
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        let part = |head: &str| format!("--b\r\n{head}\r\n\r\nx\r\n--b--\r\n");
        for body in [
            "x".to_owned(),
            "{}".to_owned(),
            "preamble\r\n--b--".to_owned(),
            "--bb--".to_owned(),
            "--b".to_owned(),
            "--bx\r\n".to_owned(),
            "--b\n".to_owned(),
            "--b--x".to_owned(),
            part(""),
            part("X-Other: 1"),
            part("Content-Disposition: form-data"),
            part("Content-Disposition: attachment; name=\"a\""),
            part("Content-Disposition: form-data; filename=\"a\""),
            part(&format!("{HEAD}\"a\"; name=\"b\"")),
            part(&format!("{HEAD}\"a\r\n{HEAD}\"b\"")),
            part(&format!("{HEAD}\"a\"\r\n{HEAD}\"b\"")),
            part(&format!("{HEAD}\"a\"\r\n x: folded")),
            part(&format!("{HEAD}\"a\"\nX: 1")),
            part(&format!("{HEAD}\"a\"; other=\"b\"")),
            part(&format!("{HEAD}\"a")),
            part(&format!("{HEAD}\"a\" b")),
            part(&format!("{HEAD}\"a\"\r\nContent-Transfer-Encoding: base64")),
            part(&format!("{HEAD}\"a\"\r\nno colon")),
            part(&format!("X: {}\r\n{HEAD}\"a\"", "x".repeat(9000))),
            format!("--b\r\n{HEAD}\"a\"\r\n\r\nx\r\n--bc\r\n{HEAD}\"b\"\r\n\r\ny\r\n--b--"),
        ] {
            assert_eq!(read(&body), Err(BodyError::InvalidMultipart), "{body}");
        }
        for body in [
            format!("--b\r\n{HEAD}\"a\"\r\n\r\nx\r\n"),
            format!("--b\r\n{HEAD}\"a\"\r\n\r\nx--b--"),
            format!("--b\r\n{HEAD}\"a\"\r\n"),
            format!("--b\r\n{HEAD}\"a\"\r\n\r\nx\n--b--"),
        ] {
            assert_eq!(read(&body), Err(BodyError::TruncatedMultipart), "{body}");
        }
        assert_eq!(read(""), Err(BodyError::Empty));
        let bytes = [format!("--b\r\n{HEAD}\"a\"\r\n\r\n").as_bytes(), b"\xff", b"\r\n--b--"].concat();
        let parts = parse(&headers("multipart/form-data; boundary=b"), &bytes).expect("parts");
        assert_eq!(to_object(&parts), json!({ "a": "\u{fffd}" }), "not UTF-8");
        let many = format!("--b\r\n{HEAD}\"a\"\r\n\r\nx\r\n").repeat(MAX_PARTS + 1) + "--b--";
        assert_eq!(read(&many), Err(BodyError::TooManyParts));
    }
}
