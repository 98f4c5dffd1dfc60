//! An answer that a provider's file defines.

use http::header::{HeaderName, HeaderValue};

use crate::keyword;
use hookbell_config_file::Table;
use hookbell_config_file::{Code, Diagnostics};

/// The answer to a handshake, or to an event that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// From 200 to 299.
    pub status: u16,
    /// `text/plain` or `application/json`; an empty body has one too.
    pub content_type: &'static str,
    pub body: String,
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl Reply {
    /// Reads `[reply]`: the answer to an event that was accepted.
    pub(crate) fn read(table: Option<Table<'_>>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut table = table?;
        let status = read_status(&mut table, diagnostics);
        let body: Option<String> = table.get("body", diagnostics);
        let types = [("text/plain", "text/plain"), ("application/json", "application/json")];
        let content_type = table.read("type", diagnostics, |word| keyword::parse(word, &types));
        if status == 204 && body.as_ref().is_some_and(|body| !body.is_empty()) {
            diagnostics.add(table.error("body", Code::INVALID_VALUE, "an answer of 204 has no body"));
        }
        table.finish(diagnostics);
        Some(Self {
            status,
            content_type: content_type.unwrap_or("text/plain"),
            body: body.unwrap_or_default(),
            headers: Vec::new(),
        })
    }
}

/// Reads `status`. A file may only define answers of acceptance, never of a refusal.
pub(super) fn read_status(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> u16 {
    let status: u64 = table.get("status", diagnostics).unwrap_or(200);
    if !(200..=299).contains(&status) {
        diagnostics.add(table.error("status", Code::INVALID_VALUE, "expected a status from 200 to 299"));
    }
    u16::try_from(status).unwrap_or(200)
}
