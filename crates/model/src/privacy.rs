//! Masks private data: e-mail addresses, internet addresses, card numbers and tokens, found in any text; and knows which
//! links and texts of a customer are shown. Everything is masked unless the route says otherwise.

mod address;
mod card;
mod email;
pub mod hidden;
mod masked_range;
pub mod secret_field;
mod token;

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

pub use self::masked_range::COVER;
use self::masked_range::MaskedRange;
use crate::event::{Event, Facts};
use crate::suggest::suggestion;

crate::string_enum! {
    /// One kind of private text.
    MaskKind {
        Email = "email",
        Ip = "ip",
        Card = "card",
        Token = "token",
        /// Links that open a customer's document for whoever has them. Not found in texts: templates say which they are.
        Document = "document",
        /// What a customer wrote in their own words: notes, answers, messages. Templates say which texts they are.
        Note = "note",
    }
}

/// The kinds that are masked: all of them, unless a route says otherwise. May be empty: a staff channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "Vec<MaskKind>", from = "Vec<MaskKind>")]
pub struct Masks(u8);

impl Masks {
    /// Reads words such as `["email", "ip"]`.
    ///
    /// # Errors
    /// The first word that is no kind.
    pub fn parse<S: AsRef<str>>(kinds: impl IntoIterator<Item = S>) -> Result<Self, UnknownMaskKind> {
        let mut masks = Self::default();
        for kind in kinds {
            let kind = kind.as_ref();
            masks = masks.with(kind.parse().map_err(|_| UnknownMaskKind { written: kind.to_owned() })?);
        }
        Ok(masks)
    }

    /// Every kind.
    pub fn all() -> Self {
        MaskKind::ALL.iter().copied().collect()
    }

    #[must_use]
    pub fn with(self, kind: MaskKind) -> Self {
        Self(self.0 | 1 << kind as u8)
    }

    /// Every kind of either.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn holds(self, kind: MaskKind) -> bool {
        self.0 & 1 << kind as u8 != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The kinds, in their usual order.
    pub fn kinds(self) -> impl Iterator<Item = MaskKind> {
        MaskKind::ALL.iter().copied().filter(move |kind| self.holds(*kind))
    }

    /// The text with everything of these kinds masked. Takes time in proportion to the text's length; a text
    /// without any is not copied.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let possible = Self(self.0 & Self::possible_in(text).0);
        if possible.is_empty() {
            return Cow::Borrowed(text);
        }
        let seen = hidden::without(text);
        let mut found: Vec<MaskedRange> = possible.kinds().flat_map(|kind| kind.find(&seen)).collect();
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        found.sort_by_key(|found| (found.at.start, std::cmp::Reverse(found.at.end)));
        Cow::Owned(cover(&seen, &found))
    }

    /// Masks every text in the value, including keys of maps and long numbers.
    pub fn mask_json(self, value: &mut Json) {
        match value {
            Json::String(text) => {
                if let Cow::Owned(masked) = self.text(text) {
                    *text = masked;
                }
            }
            Json::Array(items) => items.iter_mut().for_each(|item| self.mask_json(item)),
            Json::Object(map) => {
                map.values_mut().for_each(|value| self.mask_json(value));
                if map.keys().any(|key| matches!(self.text(key), Cow::Owned(_))) {
                    let masked = std::mem::take(map).into_iter();
                    *map = masked.map(|(key, value)| (self.text(&key).into_owned(), value)).collect();
                }
            }
            // A card's number may come as a number: of 13 digits at least.
            Json::Number(number) if number.as_f64().is_none_or(|number| number.abs() >= 1e12) => {
                if let Cow::Owned(masked) = self.text(&number.to_string()) {
                    *value = Json::String(masked);
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }

    /// The kinds that a text may hold by its characters alone. Most texts of a payload hold none, and each search costs
    /// more than this.
    fn possible_in(text: &str) -> Self {
        let (mut digits, mut dots, mut colons, mut at, mut other) = (0, 0, 0, false, false);
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' => digits += 1,
                b'.' => dots += 1,
                b':' => colons += 1,
                b'@' => at = true,
                _ => other |= !byte.is_ascii(),
            }
        }
        let possible = [
            (MaskKind::Email, at || other),
            (MaskKind::Ip, digits > 0 && (dots >= 3 || colons >= 2)),
            (MaskKind::Card, digits >= card::SHORTEST),
            (MaskKind::Token, text.len() > token::BEHIND || (at && colons > 0)),
        ];
        possible.into_iter().filter(|(_, possible)| *possible).map(|(kind, _)| kind).collect()
    }

    /// The event with its facts, type and reference masked.
    #[must_use]
    pub fn event(&self, event: &Event) -> Event {
        let text = |text: &String| self.text(text).into_owned();
        let facts = &event.facts;
        Event {
            reference: text(&event.reference),
            event_type: text(&event.event_type),
            facts: Facts {
                actor: facts.actor.as_ref().map(text),
                author: facts.author.as_ref().map(text),
                branch: facts.branch.as_ref().map(text),
                labels: facts.labels.iter().map(text).collect(),
                subject: facts.subject.as_ref().map(text),
                url: facts.url.as_ref().map(text),
                amount_text: facts.amount_text.as_ref().map(text),
                currency: facts.currency.as_ref().map(text),
                ..facts.clone()
            },
            ..event.clone()
        }
    }
}

/// A word that is no [`MaskKind`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownMaskKind {
    pub written: String,
}

impl fmt::Display for UnknownMaskKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suggestion = suggestion(&self.written, MaskKind::ALL.iter().map(|kind| kind.as_str())).unwrap_or_default();
        write!(f, "`{}` cannot be masked, {suggestion}", self.written)
    }
}

impl std::error::Error for UnknownMaskKind {}

impl MaskKind {
    fn find(self, text: &str) -> Vec<MaskedRange> {
        match self {
            Self::Email => email::find(text),
            Self::Ip => address::find(text),
            Self::Card => card::find(text),
            Self::Token => token::find(text),
            Self::Document | Self::Note => Vec::new(),
        }
    }
}

/// The text with each found range replaced; where two overlap, nothing of either is shown.
fn cover(text: &str, found: &[MaskedRange]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for found in found {
        if found.at.start < done {
            if found.at.end > done {
                done = found.at.end;
                out.push_str(COVER);
            }
            continue;
        }
        out.push_str(text.get(done..found.at.start).unwrap_or_default());
        out.push_str(&found.shown);
        done = found.at.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

impl FromIterator<MaskKind> for Masks {
    fn from_iter<I: IntoIterator<Item = MaskKind>>(kinds: I) -> Self {
        kinds.into_iter().fold(Self::default(), Self::with)
    }
}

impl From<Vec<MaskKind>> for Masks {
    fn from(kinds: Vec<MaskKind>) -> Self {
        kinds.into_iter().collect()
    }
}

impl From<Masks> for Vec<MaskKind> {
    fn from(masks: Masks) -> Self {
        masks.kinds().collect()
    }
}

#[cfg(test)]
mod tests;
