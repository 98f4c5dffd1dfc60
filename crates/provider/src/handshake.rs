//! `[[handshake]]` and `[reply]`: what a provider wants to hear before it sends, and after. Whatever a stranger
//! could put into an answer goes out as plain text or inside JSON, is short, and is never guessed to be more.

use std::borrow::Cow;

use http::header::{HeaderName, HeaderValue};
use serde_json::{Map, Value as Json};

use super::condition::{Condition, Spring};
use super::key::{Algorithm, Key, KeyForm, Kind};
use super::pattern::{self, Piece};
use super::signature::Encoding;
use super::view::{Spot, View};
use super::{Request, Unreadable, Verified, Verifier};
use hookbell_config_file::Diagnostics;
use hookbell_config_file::{Code, Table, TomlKind};
use hookbell_model::secret::Secret;

/// In bytes; what is echoed of a request.
const LONGEST_ECHO: usize = 256;

/// An answer that a provider's file words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    /// `text/plain` or `application/json`; an empty body has one too.
    pub content_type: &'static str,
    pub body: String,
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Handshake {
    method: String,
    when: Condition,
    /// Whether the proof is checked first.
    signed: bool,
    status: u16,
    body: Form,
    headers: Vec<(HeaderName, Vec<Part>)>,
    /// Where the secret stands that this request brings; it is taken only while somebody waits for it.
    pub(super) capture: Option<Spring>,
}

#[derive(Debug, Clone, PartialEq)]
enum Form {
    Text(Vec<Part>),
    Json(Vec<(String, Vec<Part>)>),
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Literal(String),
    Echo(Spring),
    /// The HMAC-SHA256 of what stands there, keyed with the source's first secret.
    Hmac(Encoding, Spring),
}

impl Reply {
    /// `[reply]`: the ordinary answer to an event that was taken.
    pub(super) fn read(table: Option<Table<'_>>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut table = table?;
        let status = read_status(&mut table, diagnostics);
        let body: Option<String> = table.get("body", diagnostics);
        let types = [("text/plain", "text/plain"), ("application/json", "application/json")];
        let content_type = table.read("type", diagnostics, |word| super::scheme::one_of(word, &types));
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

/// Only what says yes: a refusal is not for a file to word.
fn read_status(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> u16 {
    let status: u64 = table.get("status", diagnostics).unwrap_or(200);
    if !(200..=299).contains(&status) {
        diagnostics.add(table.error("status", Code::INVALID_VALUE, "expected a status from 200 to 299"));
    }
    u16::try_from(status).unwrap_or(200)
}

impl Handshake {
    pub(super) fn read(mut table: Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let mut method = "POST".to_owned();
        let mut when = Condition::default();
        match table.table("when", diagnostics) {
            Some(mut inner) => {
                let methods = [("POST", "POST"), ("GET", "GET"), ("HEAD", "HEAD")];
                if let Some(word) = inner.read("method", diagnostics, |word| super::scheme::one_of(word, &methods)) {
                    word.clone_into(&mut method);
                }
                when = Condition::read(&inner, diagnostics);
            }
            None if !table.has("when") => {
                diagnostics.add(table.missing("when").help("which requests are the handshake"));
            }
            None => {}
        }
        let signed = table.get("signed", diagnostics).unwrap_or(true);
        if when.0.is_empty() && method == "POST" && table.has("when") {
            diagnostics.add(table.error("when", Code::INVALID_VALUE, "every event would be taken for the handshake"));
        }
        let capture = table.read("capture", diagnostics, Spring::parse);
        if signed && table.has("capture") {
            diagnostics.add(
                table
                    .error("capture", Code::INVALID_VALUE, "a request that brings the secret cannot be signed with it")
                    .help("`signed = false`"),
            );
        }
        let (body, headers) = (Form::Text(Vec::new()), Vec::new());
        let mut handshake = Self { method, when, signed, status: 200, body, headers, capture };
        if let Some(reply) = table.table("reply", diagnostics) {
            handshake.read_reply(reply, diagnostics);
        }
        table.finish(diagnostics);
        handshake
    }

    fn read_reply(&mut self, mut table: Table<'_>, diagnostics: &mut Diagnostics) {
        self.status = read_status(&mut table, diagnostics);
        if let Some(parts) = table.read("body", diagnostics, parts) {
            self.body = Form::Text(parts);
        }
        if table.has("body") && table.has("json") {
            diagnostics.add(table.error("json", Code::CONFLICTING_KEYS, "`body` or `json`, one of them"));
        }
        if let Some(json) = table.table("json", diagnostics) {
            self.body = Form::Json(read_texts(&json, diagnostics));
        }
        if let Some(headers) = table.table("headers", diagnostics) {
            for (name, parts) in read_texts(&headers, diagnostics) {
                match HeaderName::try_from(&name) {
                    Ok(header) if !FRAMING.contains(&header.as_str()) => self.headers.push((header, parts)),
                    _ => diagnostics.add(headers.error(
                        &name,
                        Code::INVALID_VALUE,
                        "expected the name of a header that may be answered",
                    )),
                }
            }
        }
        table.finish(diagnostics);
    }

    pub(super) fn settings(&self) -> impl Iterator<Item = &str> {
        self.when.settings()
    }

    /// What is answered to what, for people.
    pub(super) fn in_words(&self) -> String {
        let when = self.when.in_words();
        let when = if when.is_empty() { String::new() } else { format!(" with {when}") };
        if let Some(capture) = &self.capture {
            let brings = format!("brings the secret ({})", capture.shown());
            return format!("{}{when} {brings} and is taken once, while `hookbell capture` waits for it", self.method);
        }
        let proof = if self.signed { "after its proof was checked" } else { "before any check" };
        format!("{}{when} is answered {proof}", self.method)
    }

    pub(super) fn reply(&self, spot: &Spot<'_>, secret: Option<&Secret>) -> Result<Reply, Unreadable> {
        let (content_type, body) = match &self.body {
            Form::Text(parts) => ("text/plain", join(parts, spot, secret)?),
            Form::Json(fields) => {
                let mut map = Map::new();
                for (name, parts) in fields {
                    map.insert(name.clone(), Json::String(join(parts, spot, secret)?));
                }
                ("application/json", Json::Object(map).to_string())
            }
        };
        let mut headers = Vec::new();
        for (name, parts) in &self.headers {
            let value = HeaderValue::try_from(join(parts, spot, secret)?);
            headers.push((name.clone(), value.map_err(|_| unfit())?));
        }
        Ok(Reply { status: self.status, content_type, body, headers })
    }
}

/// Headers that are the server's own business.
const FRAMING: [&str; 7] = [
    "content-type",
    "content-length",
    "transfer-encoding",
    "connection",
    "set-cookie",
    "location",
    "x-content-type-options",
];

fn read_texts(table: &Table<'_>, diagnostics: &mut Diagnostics) -> Vec<(String, Vec<Part>)> {
    let mut texts = Vec::new();
    for entry in table.all() {
        let read = match &entry.node.value {
            TomlKind::String(text) => parts(text),
            other => Err(format!("expected a string, found {}", other.kind())),
        };
        match read {
            Ok(parts) => texts.push((entry.key.clone(), parts)),
            Err(what) => diagnostics.add(table.error(&entry.key, Code::INVALID_VALUE, what)),
        }
    }
    texts
}

fn parts(text: &str) -> Result<Vec<Part>, String> {
    let part = |piece| {
        Ok(match piece {
            Piece::Literal(text) => Part::Literal(text),
            Piece::Hole(hole) => match hole.split_once(':') {
                Some(("hmac-hex", place)) => Part::Hmac(Encoding::Hex, Spring::parse(place)?),
                Some(("hmac-base64", place)) => Part::Hmac(Encoding::Base64, Spring::parse(place)?),
                _ => Part::Echo(Spring::parse(&hole)?),
            },
        })
    };
    pattern::cut(text)?.into_iter().map(part).collect()
}

fn join(parts: &[Part], spot: &Spot<'_>, secret: Option<&Secret>) -> Result<String, Unreadable> {
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Literal(literal) => text.push_str(literal),
            Part::Echo(spring) => text.push_str(&echo(spring, spot)?),
            Part::Hmac(encoding, spring) => {
                let value = echo(spring, spot)?;
                let key = secret.and_then(|secret| {
                    Key::new(Kind::Hmac(Algorithm::Sha256), KeyForm::Utf8, secret).ok()?.sign(&[value.as_bytes()])
                });
                text.push_str(&key.ok_or_else(unfit)?.encode(*encoding));
            }
        }
    }
    Ok(text)
}

pub(super) fn echo<'v>(spring: &Spring, spot: &Spot<'v>) -> Result<Cow<'v, str>, Unreadable> {
    let found = spring.find(spot).filter(|text| text.len() <= LONGEST_ECHO && !text.chars().any(char::is_control));
    found.ok_or_else(unfit)
}

fn unfit() -> Unreadable {
    Unreadable(format!("this handshake cannot be answered: its value is missing, or over {LONGEST_ECHO} bytes"))
}

impl Verifier {
    /// Whether a request of this method can be anything at all. Events come by POST.
    pub fn takes(&self, method: &str) -> bool {
        method == "POST" || self.handshakes.iter().any(|handshake| handshake.method == method)
    }

    pub fn has_handshakes(&self) -> bool {
        !self.handshakes.is_empty()
    }

    /// The answer to an unsigned handshake, if this request is one. It is no event.
    ///
    /// # Errors
    /// When it is one and cannot be answered safely.
    pub fn handshake(&self, request: Request<'_>) -> Option<Result<Reply, Unreadable>> {
        self.greet(request, false)
    }

    /// As [`Verifier::handshake`], for those that prove themselves first.
    ///
    /// # Errors
    /// As there.
    pub fn signed_handshake(&self, verified: Verified<'_>) -> Option<Result<Reply, Unreadable>> {
        self.greet(verified.request, true)
    }

    fn greet(&self, request: Request<'_>, signed: bool) -> Option<Result<Reply, Unreadable>> {
        let asks = |one: &&Handshake| one.signed == signed && one.capture.is_none();
        self.meet(request, asks, |handshake, spot| handshake.reply(spot, self.secret.as_ref()))
    }

    /// The first handshake of those that this request is.
    pub(super) fn meet<T>(
        &self,
        request: Request<'_>,
        asks: impl Fn(&&Handshake) -> bool,
        answer: impl FnOnce(&Handshake, &Spot<'_>) -> T,
    ) -> Option<T> {
        let mut of_method = self.handshakes.iter().filter(asks).filter(|one| one.method == request.method).peekable();
        // Else the body would be read for nothing.
        of_method.peek()?;
        let view = View::new(request, &self.format, &self.settings);
        let spot = Spot { view: &view, element: None };
        let handshake = of_method.find(|handshake| handshake.when.holds(&spot))?;
        Some(answer(handshake, &spot))
    }
}
