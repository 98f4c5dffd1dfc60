//! The signatures of a request, each with its time, before anything is checked.

use std::borrow::Cow;

use super::super::rejection::Rejection;
use super::super::scheme::{GrammarError, SignedScheme, TimeSource};
use super::super::trace::Trace;
use crate::key::Signature;
use crate::request::{ValueScope, ValueSource, header_text};
use hookbell_model::timestamp::Timestamp;

/// More values of one signature header than any sender sends; each may cost a hash of the whole body.
pub(super) const MAX_VALUES: usize = 8;

/// Signatures that were received together with one time.
pub(crate) struct Candidate<'a> {
    pub(crate) time: Option<Cow<'a, str>>,
    pub(crate) signatures: Vec<Signature>,
}

/// Reads every value of the signature's place. Signatures with the same time are one candidate.
pub(super) fn find<'v>(
    scheme: &SignedScheme,
    scope: &ValueScope<'v>,
    trace: &mut Trace<'_>,
) -> Result<Vec<Candidate<'v>>, Rejection> {
    let mut candidates: Vec<Candidate<'v>> = Vec::new();
    match &scheme.source {
        ValueSource::Header(key) => {
            let name = &key.spelling;
            trace.pass(|| format!("found header `{name}`"));
            for (at, value) in scope.view.request.headers.get_all(&key.name).iter().enumerate() {
                if at == MAX_VALUES {
                    trace.fail(|| format!("`{name}` occurs more than {MAX_VALUES} times"));
                    return Err(Rejection::Malformed);
                }
                match header_text(value) {
                    Some(value) => add(scheme, value.trim(), scope, &mut candidates, trace),
                    None => trace.fail(|| format!("`{name}` is not UTF-8")),
                }
            }
        }
        source => {
            let Some(value) = source.find(scope) else {
                trace.fail(|| format!("found no {}", source.describe()));
                return Err(Rejection::Missing);
            };
            trace.pass(|| format!("found {}", source.describe()));
            add(scheme, value.trim(), scope, &mut candidates, trace);
        }
    }
    candidates.retain(|candidate| !candidate.signatures.is_empty());
    let count: usize = candidates.iter().map(|candidate| candidate.signatures.len()).sum();
    trace.step(count > 0, || {
        let plural = if count == 1 { "" } else { "s" };
        format!("read {count} signature{plural}{}", scheme.grammar.describe())
    });
    if candidates.is_empty() { Err(Rejection::Malformed) } else { Ok(candidates) }
}

fn add<'v>(
    scheme: &SignedScheme,
    value: &str,
    scope: &ValueScope<'v>,
    candidates: &mut Vec<Candidate<'v>>,
    trace: &mut Trace<'_>,
) {
    let parsed = scheme.grammar.parse(value, scheme.time_pair());
    match parsed.error {
        Some(GrammarError::MissingPrefix(prefix)) => {
            trace.fail(|| format!("the value does not begin with `{prefix}`"));
        }
        Some(GrammarError::RepeatedTime) => trace.fail(|| "the time occurs more than once".to_owned()),
        None => {}
    }
    let time = match scheme.time.as_ref().map(|time| &time.source) {
        Some(TimeSource::Header(key)) => scope.view.header(key).map(Cow::Borrowed),
        Some(TimeSource::Pair(_) | TimeSource::Item) => parsed.time.map(|pair| Cow::Owned(pair.to_owned())),
        Some(TimeSource::Json(pointer)) => scope.text(pointer),
        None => None,
    };
    let length = scheme.algorithm.signature_length();
    let mut signatures = Vec::with_capacity(parsed.signatures.len());
    for text in parsed.signatures {
        match Signature::decode(text, scheme.encoding, length) {
            Some(signature) => signatures.push(signature),
            None => trace.fail(|| {
                let of = length.map(|length| format!(" of {length} bytes")).unwrap_or_default();
                format!("a signature cannot be read as {}{of}", scheme.encoding.name())
            }),
        }
    }
    match candidates.iter_mut().find(|known| known.time == time) {
        Some(known) => known.signatures.extend(signatures),
        None => candidates.push(Candidate { time, signatures }),
    }
}

impl Candidate<'_> {
    /// Its time: `None` where one is required and cannot be read, `Some(None)` where none is required.
    pub(super) fn time_of(&self, scheme: &SignedScheme, trace: &mut Trace<'_>) -> Option<Option<Timestamp>> {
        let Some(time) = &scheme.time else { return Some(None) };
        let Some(text) = self.time.as_deref() else {
            trace.fail(|| format!("found no time in {}", time.source.describe()));
            return None;
        };
        let at = time.unit.parse_strict(text);
        if at.is_none() {
            trace.fail(|| format!("the time in {} is not {}", time.source.describe(), time.unit.describe()));
        }
        at.map(Some)
    }
}
