//! Checks signatures over a request.

use std::borrow::Cow;

use serde_json::Value;

use super::super::rejection::Rejection;
use super::super::scheme::{ContentInput, SignedScheme, SignedTime};
use super::super::trace::{Trace, secret_label};
use super::candidates::{self, Candidate};
use crate::key::{Key, KeyError, Signature};
use crate::request::{HeaderKey, RequestView, ValueScope, header_text};
use hookbell_model::locale::format_number;
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

/// More elements with a signature each than any sender sends in one request.
const MAX_ELEMENTS: usize = 1000;
/// How many received signatures a trace shows.
const MAX_SHOWN: usize = 8;

#[derive(Debug, Clone)]
pub(crate) struct ReadySigned {
    pub(crate) scheme: SignedScheme,
    pub(crate) keys: Vec<Key>,
}

impl ReadySigned {
    pub(super) fn new(scheme: &SignedScheme) -> Self {
        Self { scheme: scheme.clone(), keys: Vec::new() }
    }

    pub(super) fn add_secret(&mut self, secret: &Secret, private_key: Option<&Secret>) -> Result<(), KeyError> {
        let key = Key::new(self.scheme.algorithm, self.scheme.key_format, secret)?;
        self.keys.push(key.with_private(private_key));
        Ok(())
    }

    /// Whether any value of the header has a signature of its grammar.
    pub(super) fn is_written(&self, view: &RequestView<'_>, key: &HeaderKey) -> bool {
        let mut values = view.request.headers.get_all(&key.name).iter().filter_map(header_text);
        let pair = self.scheme.time_pair();
        values.any(|value| !self.scheme.grammar.parse(value.trim(), pair).signatures.is_empty())
    }

    /// The position of the key that matches; of several elements that of the last.
    pub(super) fn check(
        &self,
        view: &RequestView<'_>,
        now: Timestamp,
        trace: &mut Trace<'_>,
    ) -> Result<usize, Rejection> {
        let Some(pointer) = &self.scheme.each else { return self.check_scope(ValueScope::of(view), now, trace) };
        let Some(elements) = elements(view, pointer) else {
            trace.fail(|| format!("found no list at `{pointer}`, or one that is empty or too long"));
            return Err(Rejection::Missing);
        };
        let check = |_, element| self.check_scope(ValueScope { view, element: Some(element) }, now, trace);
        elements.iter().try_fold(0, check)
    }

    fn check_scope(&self, scope: ValueScope<'_>, now: Timestamp, trace: &mut Trace<'_>) -> Result<usize, Rejection> {
        let request = &scope.view.request;
        let candidates = candidates::find(&self.scheme, &scope, trace)?;
        let mut rejection = Rejection::Mismatch;
        for candidate in &candidates {
            let Some(at) = candidate.time_of(&self.scheme, trace) else {
                rejection = Rejection::Malformed;
                continue;
            };
            let mut matching = None;
            for (url, lower_case) in self.spellings(request.url) {
                let time = candidate.time.as_deref();
                let input = ContentInput { scope, time, url: url.as_deref(), body: request.body, lower_case };
                let content = self.content(input, trace)?;
                matching = self.matching(&content, candidate, trace);
                if matching.is_some() {
                    break;
                }
            }
            let Some(key) = matching else {
                self.hint_at_line_break(scope, candidate, trace);
                continue;
            };
            // The clock is compared last: a wrong signature is never reported as stale.
            match (&self.scheme.time, at) {
                (Some(time), Some(at)) if !is_within(time, at, now, trace) => rejection = Rejection::Stale,
                _ => return Ok(key),
            }
        }
        Err(rejection)
    }

    fn content<'v>(&'v self, input: ContentInput<'v>, trace: &mut Trace<'_>) -> Result<Vec<Cow<'v, [u8]>>, Rejection> {
        let content = self.scheme.content.bytes(input).map_err(|part| {
            trace.fail(|| format!("{} is signed, but it is missing, repeated or unreadable", part.describe()));
            Rejection::Malformed
        })?;
        trace.pass(|| {
            let total: usize = content.iter().map(|part| part.len()).sum();
            format!("the signed content is `{}`, {} bytes", self.scheme.content.text, format_number(total))
        });
        Ok(content)
    }

    /// The position of the first key that a signature was made with.
    fn matching(&self, content: &[Cow<'_, [u8]>], candidate: &Candidate<'_>, trace: &mut Trace<'_>) -> Option<usize> {
        for (at, key) in self.keys.iter().enumerate() {
            let (matches, computed) = key.check(content, &candidate.signatures);
            trace.step(matches, || {
                let received: Vec<String> =
                    candidate.signatures.iter().take(MAX_SHOWN).map(Signature::short_hex).collect();
                let verdict = if matches { "matches" } else { "no match" };
                let label = secret_label(at, self.keys.len());
                let computed =
                    computed.map(|computed| format!("computed {}…, ", computed.short_hex())).unwrap_or_default();
                format!("{label}: {verdict} ({computed}received {}…)", received.join("…, "))
            });
            if matches {
                return Some(at);
            }
        }
        None
    }

    /// The spellings of the URL that count as the same: with and without the port that its scheme implies, and whether
    /// values of its query are in lower case.
    fn spellings<'v>(&self, url: Option<&'v str>) -> Vec<(Option<Cow<'v, str>>, bool)> {
        let mut urls = vec![(url.map(Cow::Borrowed), false)];
        if self.scheme.content.form_dedup {
            urls.extend(url.and_then(with_other_port).map(|url| (Some(Cow::Owned(url)), false)));
        }
        if self.scheme.content.has_any_case() {
            let lower: Vec<_> = urls.iter().map(|(url, _)| (url.clone(), true)).collect();
            urls.extend(lower);
        }
        urls
    }

    /// Only while tracing: a body saved with an editor often ends in a line break that was not sent.
    fn hint_at_line_break(&self, scope: ValueScope<'_>, candidate: &Candidate<'_>, trace: &mut Trace<'_>) {
        let request = &scope.view.request;
        let Some(body) = request.body.strip_suffix(b"\n").filter(|_| trace.is_on()) else { return };
        let shorter = [body.strip_suffix(b"\r").unwrap_or(body), body];
        let matches = shorter.into_iter().any(|body| {
            let (time, url) = (candidate.time.as_deref(), request.url);
            let input = ContentInput { scope, time, url, body, lower_case: false };
            let content = self.scheme.content.bytes(input).unwrap_or_default();
            self.matching(&content, candidate, &mut Trace::off()).is_some()
        });
        if matches {
            trace.fail(|| "it would match without the line break at the end of the body".to_owned());
        }
    }
}

fn elements<'v>(view: &'v RequestView<'v>, pointer: &str) -> Option<&'v [Value]> {
    let elements = view.json()?.pointer(pointer)?.as_array()?;
    (1..=MAX_ELEMENTS).contains(&elements.len()).then_some(elements)
}

/// Whether the signed time is near enough to now, before or after. Counted in whole seconds, as the senders do.
pub(super) fn is_within(time: &SignedTime, at: Timestamp, now: Timestamp, trace: &mut Trace<'_>) -> bool {
    let Some(tolerance) = time.tolerance.map(|tolerance| tolerance.as_secs()) else { return true };
    let away = now.0.abs_diff(at.0) / 1000;
    trace.step(away <= tolerance, || {
        let side = if at > now { "in the future" } else { "old" };
        format!("the time {} is {} s {side}, the tolerance {tolerance} s", at.to_rfc3339(), format_number(away))
    });
    away <= tolerance
}

/// The URL with the port that its scheme implies added, or removed where it is written.
fn with_other_port(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    match host.strip_suffix(port) {
        Some(host) => Some(format!("{scheme}://{host}{path}")),
        None if host.contains(':') => None,
        None => Some(format!("{scheme}://{host}{port}{path}")),
    }
}
