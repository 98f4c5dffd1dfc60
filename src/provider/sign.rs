//! The sender's side: what a provider would put on a request. Used to send samples, never to check them.

use http::HeaderMap;

use super::header::Header;
use super::key::Signature;
use super::scheme::{ClockSource, Grammar, Part, Signed, Unit};
use super::verify::Armed;
use super::{Request, Verifier};
use crate::timestamp::Timestamp;

impl Verifier {
    /// The headers a sender adds to this request, signed with the first secret, in the scheme's first
    /// alternative. Headers that the scheme signs and that are missing in `request` (such as `webhook-id`) are
    /// made up and returned too. A scheme without a check adds none.
    pub fn sign(&self, request: Request<'_>, now: Timestamp) -> Vec<(String, String)> {
        match self.checks.first() {
            Some(Armed::Signed(signed, keys)) => {
                let mut added = Vec::new();
                let Some(key) = keys.first() else { return added };
                let time = signed.time_text(request.headers, now, &mut added);
                let texts: Vec<String> = signed
                    .content
                    .iter()
                    .map(|part| match part {
                        Part::Literal(text) => text.clone(),
                        Part::Time => time.clone().unwrap_or_default(),
                        Part::Url => request.url.unwrap_or_default().to_owned(),
                        Part::Method => request.method.to_owned(),
                        Part::Header(header) => {
                            header_text(header, request.headers, &mut added, || format!("msg_{}", random_hex()))
                        }
                        Part::Body => String::new(),
                    })
                    .collect();
                let whole = signed.content.iter().zip(&texts);
                let parts: Vec<&[u8]> = whole
                    .map(|(part, text)| if *part == Part::Body { request.body } else { text.as_bytes() })
                    .collect();
                added.push((signed.header.shown.clone(), signed.write(&key.sign(&parts), time.as_deref())));
                added
            }
            Some(Armed::Token(token, _, secret)) => {
                vec![(token.header.shown.clone(), format!("{}{}", token.prefix, secret.expose()))]
            }
            None => Vec::new(),
        }
    }
}

impl Signed {
    /// The time as text; where it has a header of its own, that header is added.
    fn time_text(&self, headers: &HeaderMap, now: Timestamp, added: &mut Vec<(String, String)>) -> Option<String> {
        let clock = self.timestamp.as_ref()?;
        let text = match clock.unit {
            Unit::Seconds => now.secs().to_string(),
            Unit::Millis => now.0.to_string(),
            Unit::Rfc3339 => now.to_rfc3339(),
        };
        Some(match &clock.source {
            ClockSource::Header(header) => header_text(header, headers, added, || text),
            ClockSource::Pair(_) => text,
        })
    }

    /// The signature as its header spells it.
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

/// The header's text as the request or an earlier part has it, or else a new one, which is added.
fn header_text(
    header: &Header,
    headers: &HeaderMap,
    added: &mut Vec<(String, String)>,
    make: impl FnOnce() -> String,
) -> String {
    let known = added.iter().find(|(name, _)| *name == header.shown).map(|(_, text)| text.as_str());
    if let Some(text) = header.single(headers).or(known) {
        return text.to_owned();
    }
    let text = make();
    added.push((header.shown.clone(), text.clone()));
    text
}

/// Twenty-four hex digits, new each time. An id, not a secret.
pub(super) fn random_hex() -> String {
    format!("{:016x}{:08x}", fastrand::u64(..), fastrand::u32(..))
}
