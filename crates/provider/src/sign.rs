//! The sender's side: what a provider would put on a request. Used to send samples, never to check them.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::body::{self, Kind};
use super::header::Header;
use super::key::KeyForm;
use super::public::new_pair;
use super::received::Candidate;
use super::scheme::{Check, ClockSource, Grammar, Place, Signed, Unit};
use super::signature::{Encoding, Signature};
use super::steps::Teller;
use super::verify::Armed;
use super::view::{Spot, View};
use super::{Provider, Request, Sample, Settings, Verifier};
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

/// A request as its sender would send it.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The sample's own and the proof's.
    pub headers: HeaderMap,
    /// The sample's, with the proof in it where that is its place.
    pub body: String,
    /// To be put behind the URL, after `?` or `&`; empty in most schemes.
    pub query: String,
}

impl Verifier {
    /// The headers a sender adds to this request, signed with the first secret, in the scheme's first
    /// alternative. Headers that the scheme signs and that are missing in `request` (such as `webhook-id`) are
    /// made up and returned too. None where nothing is checked, the proof stands elsewhere, or the private key
    /// is not known.
    pub fn sign(&self, request: Request<'_>, now: Timestamp) -> Vec<(String, String)> {
        let mut added = Vec::new();
        match self.checks.first() {
            Some(Armed::Signed(signed, _)) => {
                let mut headers = request.headers.clone();
                let time = signed.made_up(&mut headers, now, &mut added);
                let request = Request { headers: &headers, ..request };
                if let (Place::Header(header), Some(text)) = (&signed.place, self.signature(request, None, &time)) {
                    added.push((header.shown.clone(), text));
                } else {
                    added.clear();
                }
            }
            Some(Armed::Token(token, _, secret)) => {
                if let Place::Header(header) = &token.place {
                    let text = if token.basic {
                        Signature(secret.expose().as_bytes().to_vec()).encode(Encoding::Base64)
                    } else {
                        secret.expose().to_owned()
                    };
                    added.push((header.shown.clone(), format!("{}{text}", token.prefix)));
                }
            }
            Some(Armed::Jws(jws, keys)) => {
                let text = keys.first().and_then(|key| jws.write(key, request.body, now));
                if let (Place::Header(header), Some(text)) = (&jws.place, text) {
                    added.push((header.shown.clone(), text));
                }
            }
            None => {}
        }
        added
    }

    /// Whether requests can be signed with what is known; a public key alone cannot, nor can who awaits a secret.
    pub fn can_sign(&self) -> bool {
        match self.checks.first() {
            Some(Armed::Signed(_, keys)) => keys.first().is_some_and(|key| key.sign(&[b""]).is_some()),
            Some(Armed::Token(..) | Armed::Jws(..)) => true,
            None => self.open,
        }
    }

    /// The sample as the provider would send it now to this public URL.
    pub fn outgoing(&self, sample: &Sample, url: Option<&str>, now: Timestamp) -> Outgoing {
        let mut sent = Outgoing { headers: sample.header_map(), body: sample.body.clone(), query: String::new() };
        match self.checks.first() {
            Some(Armed::Signed(signed, _)) if !matches!(signed.place, Place::Header(_)) => {
                let time = signed.made_up(&mut sent.headers, now, &mut Vec::new());
                self.sign_inside(signed, &mut sent, url, &time);
            }
            Some(Armed::Token(token, _, secret)) if !matches!(token.place, Place::Header(_)) => {
                let text = format!("{}{}", token.prefix, secret.expose());
                match &token.place {
                    Place::Query(name) => {
                        sent.query =
                            url::form_urlencoded::Serializer::new(String::new()).append_pair(name, &text).finish();
                    }
                    place => self.put(place, None, &text, &mut sent),
                }
            }
            _ => {
                // A body that is signed by its time inside is made a body of now.
                if let Some(Armed::Signed(signed, _)) = self.checks.first()
                    && let Some(clock) = &signed.timestamp
                    && let ClockSource::Json(pointer) = &clock.source
                {
                    self.put(&Place::Json(pointer.clone()), None, &clock.unit.write(now), &mut sent);
                }
                let body = sent.body.clone();
                let request = Request { method: "POST", url, headers: &sent.headers, body: body.as_bytes() };
                for (name, value) in self.sign(request, now) {
                    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                        sent.headers.insert(name, value);
                    }
                }
            }
        }
        sent
    }

    /// All headers of a sample as the provider would send it now: its own and the signature's. Enough where the
    /// proof stands in a header; see [`Verifier::outgoing`].
    pub fn signed_headers(&self, sample: &Sample, now: Timestamp) -> HeaderMap {
        let mut headers = sample.header_map();
        let request = Request { method: "POST", url: None, headers: &headers, body: sample.body.as_bytes() };
        for (name, value) in self.sign(request, now) {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                headers.insert(name, value);
            }
        }
        headers
    }

    /// Signs a body in itself: the whole, or each of its elements.
    fn sign_inside(&self, signed: &Signed, sent: &mut Outgoing, url: Option<&str>, time: &Option<String>) {
        let payload = self.format.payload(&sent.headers, sent.body.as_bytes());
        let elements = signed.each.as_ref().and_then(|pointer| payload.as_ref()?.pointer(pointer)?.as_array());
        let count = elements.map_or(1, Vec::len);
        for at in 0..count {
            let prefix = signed.each.as_ref().map(|pointer| format!("{pointer}/{at}"));
            if let (Some(ClockSource::Json(pointer)), Some(time)) =
                (signed.timestamp.as_ref().map(|clock| &clock.source), time)
            {
                self.put(&Place::Json(pointer.clone()), prefix.as_deref(), time, sent);
            }
            let body = sent.body.clone();
            let request = Request { method: "POST", url, headers: &sent.headers, body: body.as_bytes() };
            if let Some(text) = self.signature(request, prefix.as_deref(), time) {
                self.put(&signed.place, prefix.as_deref(), &text, sent);
            }
        }
    }

    /// The signature as its place spells it.
    fn signature(&self, request: Request<'_>, element: Option<&str>, time: &Option<String>) -> Option<String> {
        let Some(Armed::Signed(signed, keys)) = self.checks.first() else { return None };
        let view = View::new(request, &self.format, &self.settings);
        let element = element.and_then(|pointer| view.json()?.pointer(pointer));
        let spot = Spot { view: &view, element };
        let candidate = Candidate { time: time.as_deref().map(Into::into), signatures: Vec::new() };
        let parts = signed.bytes(&spot, &candidate, request.url, request.body, &mut Teller(None)).ok()?;
        Some(signed.write(&keys.first()?.sign(&parts)?, time.as_deref()))
    }

    /// Puts a text into the body.
    pub(super) fn put(&self, place: &Place, prefix: Option<&str>, text: &str, sent: &mut Outgoing) {
        match place {
            Place::Json(pointer) => {
                let pointer = format!("{}{pointer}", prefix.unwrap_or_default());
                if self.format.kind(&sent.headers) == Some(Kind::Form) {
                    let Some(mut payload) = self.format.payload(&sent.headers, sent.body.as_bytes()) else { return };
                    insert(&mut payload, &pointer, text);
                    sent.body = self.format.as_form(&payload, sent.body.as_bytes());
                } else if let Ok(mut payload) = serde_json::from_str(&sent.body) {
                    insert(&mut payload, &pointer, text);
                    sent.body = payload.to_string();
                }
            }
            Place::Form(name) => {
                let mut fields = body::fields(sent.body.as_bytes());
                fields.retain(|(field, _)| field != name);
                fields.push((name.clone(), text.to_owned()));
                sent.body = body::form(fields);
            }
            Place::Header(_) | Place::Query(_) => {}
        }
    }
}

impl Provider {
    /// A secret and settings with which its samples can be signed and verified, for tests. None of them is one in
    /// earnest.
    pub fn trial(&self) -> (Vec<Secret>, Settings) {
        let mut settings: BTreeMap<String, Secret> =
            self.settings().into_iter().map(|name| (name.to_owned(), Secret::new("demo-setting"))).collect();
        let secret = match self.scheme.0.first() {
            Some(Check::Signed(signed)) => match new_pair(signed.kind, signed.key) {
                Some((public, private)) => {
                    settings.insert("private_key".to_owned(), private);
                    public
                }
                None => signed.key.demo(),
            },
            Some(Check::Jws(jws)) => jws.key.demo(),
            Some(Check::Token(token)) if token.basic => Secret::new("demo:secret"),
            _ => KeyForm::Utf8.demo(),
        };
        (vec![secret], Settings(settings))
    }
}

impl KeyForm {
    /// A secret of this form that is none in earnest.
    fn demo(self) -> Secret {
        Secret::new(match self {
            Self::Hex => "64656d6f2d736563726574",
            Self::Base64 => "ZGVtby1zZWNyZXQ=",
            Self::Whsec => "whsec_ZGVtby1zZWNyZXQtb2YtaG9va2JlbGw=",
            _ => "demo-secret",
        })
    }
}

/// Sets the value at a pointer whose parents exist. A number stays a number.
fn insert(payload: &mut Value, pointer: &str, text: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else { return };
    let Some(parent) = payload.pointer_mut(parent) else { return };
    let key = key.replace("~1", "/").replace("~0", "~");
    let place = match parent {
        Value::Object(map) => map.entry(key).or_insert(Value::Null),
        Value::Array(list) => match key.parse().ok().and_then(|at: usize| list.get_mut(at)) {
            Some(place) => place,
            None => return,
        },
        _ => return,
    };
    *place = match text.parse::<i64>() {
        Ok(number) if place.is_number() => number.into(),
        _ => Value::String(text.to_owned()),
    };
}

impl Unit {
    fn write(self, now: Timestamp) -> String {
        match self {
            Self::Seconds => now.secs().to_string(),
            Self::Millis => now.0.to_string(),
            Self::Rfc3339 => now.to_rfc3339(),
        }
    }
}

impl Signed {
    /// Makes up the signed headers that are missing, and returns the time as text.
    fn made_up(&self, headers: &mut HeaderMap, now: Timestamp, added: &mut Vec<(String, String)>) -> Option<String> {
        let clock = self.timestamp.as_ref();
        if let Some(ClockSource::Header(header)) = clock.map(|clock| &clock.source)
            && let Some(clock) = clock
        {
            make_up(header, headers, added, || clock.unit.write(now));
        }
        for part in &self.content {
            if let super::content::Part::Header(header) = part {
                make_up(header, headers, added, || format!("msg_{}", random_hex()));
            }
        }
        let clock = clock?;
        match &clock.source {
            ClockSource::Header(header) => header.single(headers).map(str::to_owned),
            ClockSource::Pair(_) | ClockSource::Json(_) => Some(clock.unit.write(now)),
        }
    }

    /// The signature as its place spells it.
    fn write(&self, signature: &Signature, time: Option<&str>) -> String {
        let signature = signature.encode(self.encoding);
        match &self.grammar {
            Grammar::Plain { prefix, .. } => format!("{prefix}{signature}"),
            Grammar::List { tag } => format!("{tag},{signature}"),
            Grammar::Pairs { sep, sig_key } => match (self.timestamp.as_ref().map(|clock| &clock.source), time) {
                (Some(ClockSource::Pair(key)), Some(time)) => format!("{key}={time}{sep}{sig_key}={signature}"),
                _ => format!("{sig_key}={signature}"),
            },
        }
    }
}

/// The header's text as the request has it, or else a new one, which is added.
fn make_up(header: &Header, headers: &mut HeaderMap, added: &mut Vec<(String, String)>, make: impl FnOnce() -> String) {
    if headers.contains_key(&header.name) {
        return;
    }
    let text = make();
    if let Ok(value) = HeaderValue::try_from(text.as_str()) {
        headers.insert(header.name.clone(), value);
        added.push((header.shown.clone(), text));
    }
}

/// Twenty-four hex digits, new each time. An id, not a secret.
pub(super) fn random_hex() -> String {
    format!("{:016x}{:08x}", fastrand::u64(..), fastrand::u32(..))
}
