//! Requests as the provider would send them, without their signatures: for tests, `demo` and `send`.

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use serde::de::IgnoredAny;

use super::body::{Format, Kind};
use super::header::Header;
use super::scheme::Check;
use super::sign::random_hex;
use super::{Contents, Provider, Reading, Request, Sample, Unreadable};
use hookbell_config_file::Diagnostics;
use hookbell_config_file::{Code, Table, TomlKind};
use hookbell_model::timestamp::Timestamp;

impl Sample {
    /// Reads `[[sample]]`: each with a `name`, `headers` and a JSON `body`.
    pub(super) fn read_all(format: &Format, root: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Vec<Self> {
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
            let sample = Self { name, headers, body }.with_content_type(format);
            let map = sample.header_map();
            let kind = format.kind(&map);
            let json = |text: &[u8]| serde_json::from_slice::<IgnoredAny>(text).is_ok();
            let texts = format.texts(&map, sample.body.as_bytes());
            if table.has("body") && (kind.is_none() || !texts.is_ok_and(|texts| texts.iter().all(|text| json(text)))) {
                let what = format!("expected {}, in a literal string (`'''`)", kind.map_or("JSON", Kind::shown));
                diagnostics.add(table.error("body", Code::INVALID_VALUE, what));
            }
            table.finish(diagnostics);
            samples.push(sample);
        }
        samples
    }

    /// A provider of forms alone sends its samples as forms.
    fn with_content_type(mut self, format: &Format) -> Self {
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            && let Some(said) = format.content_type()
        {
            self.headers.push(("Content-Type".to_owned(), said.to_owned()));
        }
        self
    }

    /// Its headers as a request carries them, `content-type` included.
    pub fn header_map(&self) -> HeaderMap {
        let mut map = HeaderMap::new();
        map.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str()))
            {
                map.insert(name, value);
            }
        }
        map
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

impl Provider {
    /// A request of this body alone, of the format that its file names first.
    pub fn payload(&self, body: String) -> Sample {
        Sample { name: "payload".to_owned(), headers: Vec::new(), body }.with_content_type(&self.format)
    }

    /// What a sample says, read without any check: it came with the file, not from outside.
    pub fn reading(&self, sample: &Sample) -> Option<Reading> {
        self.read_request(&sample.header_map(), sample.body.as_bytes(), &[]).ok()
    }

    /// Every event of a sample or of a file of the user's own, read as a request is but without any check. Only
    /// for what is shown to the one who brought it; nothing that came from outside may be read so.
    ///
    /// # Errors
    /// When the body is not in the provider's format, or holds too many.
    pub fn contents<'a>(&self, sample: &'a Sample, headers: &'a HeaderMap) -> Result<Contents<'a>, Unreadable> {
        let request = Request { method: "POST", url: None, headers, body: sample.body.as_bytes() };
        self.read_all(request, &[])
    }

    /// The sample of that name, or else the first of that event type.
    pub fn sample(&self, wanted: &str) -> Option<&Sample> {
        let named = self.samples.iter().find(|sample| sample.name == wanted);
        let typed = |sample: &&Sample| self.reading(sample).is_some_and(|reading| reading.event_type == wanted);
        named.or_else(|| self.samples.iter().find(typed))
    }

    /// The sample as a new event: with another id, and happening now. So it can be sent again and again
    /// without being taken for a repetition.
    pub fn fresh(&self, sample: &Sample, now: Timestamp) -> Sample {
        let mut fresh = sample.clone();
        // Left out, the signed time is made up anew when the sample is signed.
        let clocks: Vec<&str> =
            self.scheme.0.iter().filter_map(Check::clock_header).map(|header| header.shown.as_str()).collect();
        fresh.headers.retain(|(name, _)| !clocks.iter().any(|clock| clock.eq_ignore_ascii_case(name)));
        let as_before = fresh.headers.clone();
        change(&mut fresh.headers, self.places.id.headers(), renewed);
        let has_id = fresh.headers != as_before;
        change(&mut fresh.headers, self.places.time.headers(), |old| moment_like(old, now));
        let headers = sample.header_map();
        let Some(text) = self.format.json_text(&headers, &sample.body) else { return fresh };
        let texts = self.format.texts(&headers, sample.body.as_bytes()).unwrap_or_default();
        let mut renewed = text.clone();
        let mut has_id = has_id;
        for payload in texts.iter().filter_map(|text| serde_json::from_slice::<serde_json::Value>(text).ok()) {
            has_id |= self.renew(&payload, &mut renewed, now);
        }
        if renewed != text {
            fresh.body = self.format.back(&headers, &renewed, &sample.body);
        }
        if !has_id {
            fresh.body.push_str(&other_bytes(&fresh.body));
        }
        fresh
    }

    /// Replaces id and time of one event in the text that it stands in; tells whether it has an id there.
    fn renew(&self, payload: &serde_json::Value, text: &mut String, now: Timestamp) -> bool {
        let mut has_id = false;
        for pointer in self.places.id.pointers() {
            match payload.pointer(pointer) {
                Some(serde_json::Value::String(id)) if !id.is_empty() => {
                    *text = text.replace(&format!("\"{id}\""), &format!("\"{}\"", renewed(id)));
                }
                Some(serde_json::Value::Number(id)) if id.is_u64() => {
                    let id = id.to_string();
                    *text = with_number(text, &id, &renewed_number(&id));
                }
                _ => continue,
            }
            has_id = true;
        }
        for pointer in self.places.time.pointers() {
            match payload.pointer(pointer) {
                Some(serde_json::Value::String(old)) => {
                    *text = text.replace(&format!("\"{old}\""), &format!("\"{}\"", moment_like(old, now)));
                }
                Some(serde_json::Value::Number(old)) => {
                    let old = old.to_string();
                    *text = with_number(text, &old, &moment_like(&old, now));
                }
                _ => {}
            }
        }
        has_id
    }
}

/// Changes the values of these headers.
fn change<'a>(headers: &mut [(String, String)], which: impl Iterator<Item = &'a Header>, how: impl Fn(&str) -> String) {
    let which: Vec<&str> = which.map(|header| header.shown.as_str()).collect();
    for (_, value) in headers.iter_mut().filter(|(name, _)| which.iter().any(|one| one.eq_ignore_ascii_case(name))) {
        *value = how(value);
    }
}

/// Now, spelled as the old time: a number of seconds or milliseconds, or RFC 3339, without a zone where it has none.
fn moment_like(old: &str, now: Timestamp) -> String {
    if old.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        let whole = old.split('.').next().unwrap_or_default();
        return if whole.len() > 11 { now.0 } else { now.secs() }.to_string();
    }
    let text = now.to_rfc3339();
    let clock = old.split(['T', ' ']).nth(1).unwrap_or("Z");
    let has_zone = clock.contains(['Z', '+', '-']) || old.contains(' ');
    if has_zone { text } else { text.trim_end_matches('Z').to_owned() }
}

/// The JSON text with a number changed wherever it is a value by itself: not inside text, nor inside another number.
fn with_number(text: &str, old: &str, new: &str) -> String {
    let mut pieces = text.split(old);
    let mut changed = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let alone = changed.trim_end().ends_with([':', '[', ',']) && piece.trim_start().starts_with([',', '}', ']']);
        changed.push_str(if alone { new } else { old });
        changed.push_str(piece);
    }
    changed
}

/// Another number of as many digits.
fn renewed_number(id: &str) -> String {
    id.char_indices().map(|(at, _)| fastrand::digit(10).max(if at == 0 { '1' } else { '0' })).collect()
}

/// What makes a body without an id another one: such an event is known by its bytes. White space says nothing
/// in JSON; a form takes one more field.
fn other_bytes(body: &str) -> String {
    let bits = fastrand::u32(..);
    match serde_json::from_str::<IgnoredAny>(body) {
        Ok(_) => (0..32).map(|bit| if bits >> bit & 1 == 0 { ' ' } else { '\n' }).collect(),
        Err(_) => format!("&sample={bits:08x}"),
    }
}

/// Another id of the same length and look: letters and digits after the last `_` change, or all hex digits
/// where there is none.
fn renewed(id: &str) -> String {
    let start = id.rfind('_').map_or(0, |at| at + 1);
    let mut digits = random_hex().repeat(id.len() / 24 + 1).into_bytes().into_iter();
    let renew = |(at, c): (usize, char)| {
        if at >= start && c.is_ascii_alphanumeric() { digits.next().map_or(c, char::from) } else { c }
    };
    id.char_indices().map(renew).collect()
}
