//! Writes signatures over a request: in a header, or inside the body.

use http::{HeaderMap, HeaderValue};

use super::outgoing::Outgoing;
use super::renew::{random_digits, random_hex};
use crate::request::{BodySpec, HeaderKey, Request, RequestView, ValueScope, ValueSource, parse_form, write_form};
use crate::verify::{ContentInput, ReadySigned, SignedScheme, TimeSource, Verifier};
use hookbell_model::timestamp::Timestamp;

/// Adds the signed headers that are missing to `headers`; returns those, and the time as text.
pub(super) fn generate_headers(
    scheme: &SignedScheme,
    headers: &mut HeaderMap,
    now: Timestamp,
) -> (Vec<(String, String)>, Option<String>) {
    let mut added = Vec::new();
    if let Some(time) = &scheme.time
        && let Some(key) = time.header()
    {
        add_missing(key, headers, &mut added, || time.unit.write(now));
    }
    for key in scheme.content.headers() {
        add_missing(key, headers, &mut added, || format!("msg_{}", random_hex()));
    }
    let time = scheme.time.as_ref().and_then(|time| match &time.source {
        TimeSource::Header(key) => key.only_value(headers).map(str::to_owned),
        TimeSource::Pair(_) | TimeSource::Item | TimeSource::Json(_) => Some(time.unit.write(now)),
    });
    (added, time)
}

/// Adds the signed values that the URL's query lacks.
pub(super) fn generate_query(scheme: &SignedScheme, sent: &mut Outgoing, url: Option<&str>) {
    let query = url.and_then(|url| url.split_once('?')).map(|(_, query)| query).unwrap_or_default();
    let given = parse_form(query.as_bytes());
    let missing = scheme.content.queries().filter(|name| !given.iter().any(|(given, _)| given == name));
    let missing: Vec<(String, String)> = missing.map(|name| (name.to_owned(), random_digits())).collect();
    if !missing.is_empty() {
        sent.query = write_form(missing);
    }
}

/// The signature over a request, or over the element of its body at the pointer, written as its place spells it.
pub(super) fn signature(
    verifier: &Verifier,
    ready: &ReadySigned,
    request: Request<'_>,
    element: Option<&str>,
    time: Option<&str>,
) -> Option<String> {
    let view = RequestView::new(request, &verifier.body, &verifier.settings);
    let element = element.and_then(|pointer| view.json()?.pointer(pointer));
    let scope = ValueScope { view: &view, element };
    let input = ContentInput { scope, time, url: request.url, body: request.body, lower_case: false };
    let content = ready.scheme.content.bytes(input).ok()?;
    let signature = ready.keys.first()?.sign(&content)?.encode(ready.scheme.encoding);
    Some(ready.scheme.grammar.write(&signature, ready.scheme.time_pair(), time))
}

/// Signs a body within itself: the whole, or each of its elements.
pub(super) fn sign_inside(
    verifier: &Verifier,
    ready: &ReadySigned,
    sent: &mut Outgoing,
    url: Option<&str>,
    now: Timestamp,
) {
    let scheme = &ready.scheme;
    let (_, time) = generate_headers(scheme, &mut sent.headers, now);
    generate_query(scheme, sent, url);
    let url = sent.url(url);
    let payload = verifier.body.payload(&sent.headers, sent.body.as_bytes());
    let elements = scheme.each.as_ref().and_then(|pointer| payload.as_ref()?.pointer(pointer)?.as_array());
    let prefixes: Vec<Option<String>> = match (&scheme.each, elements) {
        (Some(pointer), Some(elements)) => (0..elements.len()).map(|at| Some(format!("{pointer}/{at}"))).collect(),
        (Some(pointer), None) => vec![Some(format!("{pointer}/0"))],
        (None, _) => vec![None],
    };
    for element in prefixes {
        let prefix = element.as_deref().unwrap_or_default();
        put_time(scheme, sent, prefix, now, &verifier.body);
        let signature =
            signature(verifier, ready, sent.as_request(url.as_deref()), element.as_deref(), time.as_deref());
        if let Some(signature) = signature {
            sent.put(&scheme.source, prefix, &signature, &verifier.body);
        }
    }
}

/// Sets the signed time where it is in the body, below the pointer `prefix`.
pub(super) fn put_time(scheme: &SignedScheme, sent: &mut Outgoing, prefix: &str, now: Timestamp, body: &BodySpec) {
    if let Some(time) = &scheme.time
        && let TimeSource::Json(pointer) = &time.source
    {
        sent.put(&ValueSource::Json(pointer.clone()), prefix, &time.unit.write(now), body);
    }
}

fn add_missing(
    key: &HeaderKey,
    headers: &mut HeaderMap,
    added: &mut Vec<(String, String)>,
    generate: impl FnOnce() -> String,
) {
    if headers.contains_key(&key.name) {
        return;
    }
    let text = generate();
    if let Ok(value) = HeaderValue::try_from(text.as_str()) {
        headers.insert(key.name.clone(), value);
        added.push((key.spelling.clone(), text));
    }
}
