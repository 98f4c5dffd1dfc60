//! Reads multipart bodies, which carry files: the JSON in `payload_json`, and the files beside it.

use serde_json::{Map, Value, json};

use crate::limits;
use crate::message::UploadedFile;
use crate::response::{self, ApiResponse};

/// The JSON of a multipart body, and its files.
///
/// # Errors
/// Discord's responses to a form that cannot be read and to files that are too large.
pub(crate) fn read(content_type: &str, body: &[u8]) -> Result<(Value, Vec<UploadedFile>), ApiResponse> {
    let boundary = content_type.split(';').find_map(|part| part.trim().strip_prefix("boundary="));
    let boundary = boundary.map(|text| format!("--{}", text.trim_matches('"'))).ok_or_else(response::not_json)?;
    let mut json = Value::Object(Map::new());
    let mut files = Vec::new();
    for part in split(body, boundary.as_bytes()).into_iter().skip(1) {
        let Some(at) = find(part, b"\r\n\r\n") else { continue };
        let (head, rest) = part.split_at(at);
        let content = rest.get(4..).unwrap_or_default();
        let content = content.strip_suffix(b"\r\n").unwrap_or(content);
        let head = String::from_utf8_lossy(head).into_owned();
        let quoted = |key: &str| head.split(key).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        let name = quoted(" name=\"");
        match name {
            "payload_json" => json = serde_json::from_slice(content).map_err(|_| response::not_json())?,
            _ if head.contains("filename=") => {
                let number = name.strip_prefix("files[").and_then(|rest| rest.strip_suffix(']'));
                let (id, filename) = (number.unwrap_or_default().to_owned(), quoted("filename=\"").to_owned());
                files.push(UploadedFile { id, filename, bytes: content.to_vec() });
            }
            name => json[name] = json!(String::from_utf8_lossy(content)),
        }
    }
    if files.len() > limits::ATTACHMENTS {
        return Err(ApiResponse::error(400, 30_015, "Maximum number of attachments in a message reached (10)"));
    }
    Ok((json, files))
}

fn split<'b>(mut body: &'b [u8], boundary: &[u8]) -> Vec<&'b [u8]> {
    let mut parts = Vec::new();
    while let Some(at) = find(body, boundary) {
        let (part, rest) = body.split_at(at);
        parts.push(part);
        body = rest.get(boundary.len()..).unwrap_or_default();
    }
    parts
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
