//! What a signature header says: its signatures, the time that belongs to them, and the bytes they were made
//! over. Whether any of it is true is for `verify` to say.

use std::borrow::Cow;

use super::scheme::{ClockSource, Grammar, Place, Signed, Unit};
use super::signature::Signature;
use super::steps::Teller;
use super::view::Spot;
use super::{Rejection, header};
use hookbell_model::timestamp::Timestamp;

/// More values of one signature header than any sender sends; each may cost a hash of the whole body.
pub(super) const MOST_VALUES: usize = 8;

/// Signatures that were received together with one time.
pub(super) struct Candidate<'a> {
    pub(super) time: Option<Cow<'a, str>>,
    pub(super) signatures: Vec<Signature>,
}

impl Signed {
    /// Reads every value of the signature's place. Signatures that share their time stand in one candidate.
    pub(super) fn candidates<'v>(
        &self,
        spot: &Spot<'v>,
        teller: &mut Teller<'_>,
    ) -> Result<Vec<Candidate<'v>>, Rejection> {
        let mut candidates: Vec<Candidate<'v>> = Vec::new();
        match &self.place {
            Place::Header(header) => {
                let name = &header.shown;
                teller.tell(true, || format!("found header `{name}`"));
                for (at, value) in spot.view.request.headers.get_all(&header.name).iter().enumerate() {
                    if at == MOST_VALUES {
                        teller.tell(false, || format!("`{name}` stands more than {MOST_VALUES} times"));
                        return Err(Rejection::Malformed);
                    }
                    match header::utf8(value) {
                        Some(value) => self.add_candidate(value.trim(), spot, &mut candidates, teller),
                        None => teller.tell(false, || format!("`{name}` is not UTF-8")),
                    }
                }
            }
            place => {
                let Some(value) = place.find(spot) else {
                    teller.tell(false, || format!("found no {}", place.shown()));
                    return Err(Rejection::Missing);
                };
                teller.tell(true, || format!("found {}", place.shown()));
                self.add_candidate(value.trim(), spot, &mut candidates, teller);
            }
        }
        candidates.retain(|candidate| !candidate.signatures.is_empty());
        let read: usize = candidates.iter().map(|candidate| candidate.signatures.len()).sum();
        teller.tell(read > 0, || {
            let plural = if read == 1 { "" } else { "s" };
            format!("read {read} signature{plural}{}", self.grammar.shown())
        });
        if candidates.is_empty() { Err(Rejection::Malformed) } else { Ok(candidates) }
    }

    fn add_candidate<'v>(
        &self,
        value: &str,
        spot: &Spot<'v>,
        candidates: &mut Vec<Candidate<'v>>,
        teller: &mut Teller<'_>,
    ) {
        let (texts, pair) = self.texts(value, teller);
        let time = match self.timestamp.as_ref().map(|clock| &clock.source) {
            Some(ClockSource::Header(header)) => spot.view.header(header).map(Cow::Borrowed),
            Some(ClockSource::Pair(_)) => pair.map(|pair| Cow::Owned(pair.to_owned())),
            Some(ClockSource::Json(pointer)) => spot.present(pointer),
            None => None,
        };
        let length = self.kind.length();
        let mut signatures = Vec::with_capacity(texts.len());
        for text in texts {
            match Signature::decode(text, self.encoding, length) {
                Some(signature) => signatures.push(signature),
                None => teller.tell(false, || {
                    let of = length.map(|length| format!(" of {length} bytes")).unwrap_or_default();
                    format!("a signature cannot be read as {}{of}", self.encoding.shown())
                }),
            }
        }
        match candidates.iter_mut().find(|known| known.time == time) {
            Some(known) => known.signatures.extend(signatures),
            None => candidates.push(Candidate { time, signatures }),
        }
    }

    /// The signatures as they are written, and the time where it is a pair beside them.
    fn texts<'a>(&self, value: &'a str, teller: &mut Teller<'_>) -> (Vec<&'a str>, Option<&'a str>) {
        match &self.grammar {
            Grammar::Plain { prefix, optional } => match value.strip_prefix(prefix.as_str()) {
                Some(text) => (vec![text], None),
                None if *optional => (vec![value], None),
                None => {
                    teller.tell(false, || format!("the value does not begin with `{prefix}`"));
                    (Vec::new(), None)
                }
            },
            Grammar::Pairs { sep, sig_key } => {
                let pairs = value.split(sep.as_str()).filter_map(|pair| pair.split_once('='));
                let pairs: Vec<(&str, &str)> = pairs.map(|(key, text)| (key.trim(), text.trim())).collect();
                let of = |wanted: &str| pairs.iter().filter(|(key, _)| *key == wanted).map(|(_, text)| *text).collect();
                let times: Vec<&str> = match self.timestamp.as_ref().map(|clock| &clock.source) {
                    Some(ClockSource::Pair(key)) => of(key),
                    _ => Vec::new(),
                };
                if times.len() > 1 {
                    teller.tell(false, || "the time stands more than once".to_owned());
                }
                let time = if let [time] = times.as_slice() { Some(*time) } else { None };
                (of(sig_key), time)
            }
            Grammar::List { tag } => {
                let items = value.split_ascii_whitespace().filter_map(|item| item.split_once(','));
                (items.filter(|(found, _)| found == tag).map(|(_, text)| text).collect(), None)
            }
        }
    }

    /// The candidate's time: `None` when one is needed and cannot be read, `Some(None)` when none is needed.
    pub(super) fn moment(&self, candidate: &Candidate<'_>, teller: &mut Teller<'_>) -> Option<Option<Timestamp>> {
        let Some(clock) = &self.timestamp else { return Some(None) };
        let Some(text) = candidate.time.as_deref() else {
            teller.tell(false, || format!("found no time in {}", clock.source.shown()));
            return None;
        };
        let at = clock.unit.read(text);
        if at.is_none() {
            teller.tell(false, || format!("the time in {} is not {}", clock.source.shown(), clock.unit.shown()));
        }
        at.map(Some)
    }
}

impl Place {
    /// The only value that stands there.
    pub(super) fn find<'v>(&self, spot: &Spot<'v>) -> Option<Cow<'v, str>> {
        match self {
            Self::Header(header) => spot.view.header(header).map(Cow::Borrowed),
            Self::Json(pointer) => spot.present(pointer),
            Self::Form(name) => spot.view.field(name)?.map(Cow::Borrowed),
            Self::Query(name) => spot.view.query(name),
        }
    }
}

impl Unit {
    /// Digits only (no sign, no space, no fraction), or strict RFC 3339.
    fn read(self, text: &str) -> Option<Timestamp> {
        if self == Self::Rfc3339 {
            return Timestamp::parse_rfc3339(text);
        }
        if !(1..=15).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number: i64 = text.parse().ok()?;
        Some(if self == Self::Seconds { Timestamp::from_secs(number) } else { Timestamp(number) })
    }
}
