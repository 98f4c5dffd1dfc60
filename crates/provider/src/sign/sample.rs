//! `[[sample]]`: requests as the provider would send them, without their signatures.

use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde::de::IgnoredAny;

use crate::request::{BodyFormat, BodySpec};
use hookbell_config_file::{Code, Diagnostics};
use hookbell_config_file::{Table, TomlKind};

/// A request as the provider would send it, for tests, `demo` and `send`.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Unique within the provider; the event type where that is unique.
    pub name: String,
    /// Headers besides the signature, e.g. `X-GitHub-Event`.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Sample {
    /// Reads all `[[sample]]`: each with a `name`, `headers` and a `body`.
    pub(crate) fn read_all(spec: &BodySpec, root: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Vec<Self> {
        let mut samples: Vec<Self> = Vec::new();
        for mut table in root.tables("sample", diagnostics) {
            let name: String = table.require("name", diagnostics).unwrap_or_default();
            if samples.iter().any(|other| other.name == name) {
                diagnostics.add(table.error(
                    "name",
                    Code::DUPLICATE_NAME,
                    format!("there is a sample `{name}` already"),
                ));
            }
            let headers = read_headers(&mut table, diagnostics);
            let body: String = table.require("body", diagnostics).unwrap_or_default();
            let sample = Self { name, headers, body }.into_sent(spec);
            if table.has("body") && !sample.is_readable(spec) {
                let format = spec.format_of(&sample.header_map()).map_or("JSON", BodyFormat::describe);
                let what = format!("expected {format}, in a literal string (`'''`)");
                diagnostics.add(table.error("body", Code::INVALID_VALUE, what));
            }
            table.finish(diagnostics);
            samples.push(sample);
        }
        samples
    }

    /// With the content type of the provider's first format, if the sample has none and the format is not JSON, and with the
    /// line breaks of that format.
    pub(crate) fn into_sent(mut self, spec: &BodySpec) -> Self {
        if self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            return self;
        }
        self.body = spec.sample_body(self.body);
        if let Some(content_type) = spec.sample_content_type(&self.body) {
            self.headers.push(("Content-Type".to_owned(), content_type));
        }
        self
    }

    /// Its headers as a request carries them, `content-type` included.
    pub fn header_map(&self) -> HeaderMap {
        let mut map = HeaderMap::new();
        map.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str()))
            {
                map.insert(name, value);
            }
        }
        map
    }

    fn is_readable(&self, spec: &BodySpec) -> bool {
        let headers = self.header_map();
        let is_json = |text: &[u8]| serde_json::from_slice::<IgnoredAny>(text).is_ok();
        let texts = spec.event_texts(&headers, self.body.as_bytes());
        spec.format_of(&headers).is_some() && texts.is_ok_and(|texts| texts.iter().all(|text| is_json(text)))
    }
}

fn read_headers(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Vec<(String, String)> {
    let Some(inner) = table.table("headers", diagnostics) else { return Vec::new() };
    let mut headers = Vec::new();
    for entry in inner.all() {
        match &entry.node.value {
            TomlKind::String(value)
                if HeaderName::try_from(entry.key.as_str()).is_ok()
                    && HeaderValue::try_from(value.as_str()).is_ok() =>
            {
                headers.push((entry.key.clone(), value.clone()));
            }
            _ => diagnostics.add(inner.error(&entry.key, Code::INVALID_VALUE, "expected a header's name and value")),
        }
    }
    headers
}
