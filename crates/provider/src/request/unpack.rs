//! What is packed inside a body (`unpack` in `[body]`): JSON in a string, JSON in base64, and signed tokens. Each is put in
//! its own place, so that pointers go on into it.

use std::borrow::Cow;
use std::convert::Infallible;

use base64::Engine as _;
use serde_json::{Map, Value};

use super::surrogates;
use crate::key::{BASE64, BASE64URL};
use crate::keyword;
use hookbell_config_file::{Code, Diagnostics};
use hookbell_config_file::{Table, TomlKind};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    /// A string of JSON.
    Json,
    /// A string of JSON in base64.
    Base64,
    /// A signed token (JWS), whose payload is JSON.
    Token,
}

/// Of lists and objects in each other; `serde_json` reads 127.
const MAX_DEPTH: usize = 120;

const KEYWORDS: [(&str, Packing); 3] =
    [("json", Packing::Json), ("base64", Packing::Base64), ("token", Packing::Token)];

/// Gives the claims of a token, by its pointer and its text.
type ReadToken<'r, E> = dyn FnMut(&str, &str) -> Result<Option<Value>, E> + 'r;

/// The packed places of a body, outer ones first.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Unpack(Vec<(String, Packing)>);

impl Unpack {
    pub(super) fn read(table: Option<Table<'_>>, diagnostics: &mut Diagnostics) -> Self {
        let Some(table) = table else { return Self::default() };
        let mut places = Vec::new();
        for entry in table.all() {
            let packing = match &entry.node.value {
                TomlKind::String(word) => keyword::parse(word, &KEYWORDS).map_err(|error| error.to_string()),
                other => Err(format!("expected `json`, `base64` or `token`, found {}", other.kind())),
            };
            match packing {
                Ok(packing) if entry.key.starts_with('/') => places.push((entry.key.clone(), packing)),
                Ok(_) => {
                    let what = "expected a JSON pointer such as `/message/data`";
                    diagnostics.add(table.error(&entry.key, Code::INVALID_VALUE, what));
                }
                Err(what) => diagnostics.add(table.error(&entry.key, Code::INVALID_VALUE, what)),
            }
        }
        places.sort_by(|(one, _), (other, _)| one.cmp(other));
        let spec = Self(places);
        if let Some(outer) = spec.token()
            && let Some(beside) = spec.tokens().find(|pointer| !is_within(pointer, outer))
        {
            let what = format!("a token beside the one at `{outer}`: further ones are within it");
            diagnostics.add(table.error(beside, Code::CONFLICTING_KEYS, what));
        }
        spec
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The pointer of the token that holds the event.
    pub(crate) fn token(&self) -> Option<&str> {
        self.tokens().next()
    }

    /// The pointers of all tokens, outer ones first.
    pub(crate) fn tokens(&self) -> impl DoubleEndedIterator<Item = &str> {
        let tokens = self.0.iter().filter(|(_, packing)| *packing == Packing::Token);
        tokens.map(|(pointer, _)| pointer.as_str())
    }

    /// Puts what is packed in its place. What does not decode stays as it is. Nothing is left beside the token that holds
    /// the event: it is not signed. `read` gives the claims of a token; one without stays as it is.
    ///
    /// # Errors
    /// With the first of `read`.
    pub(crate) fn unpack<E>(&self, payload: &mut Value, read: &mut ReadToken<'_, E>) -> Result<(), E> {
        for (pointer, packing) in &self.0 {
            let outer = *packing == Packing::Token && self.token() == Some(pointer);
            let Some(place) = payload.pointer_mut(pointer) else { continue };
            let unpacked = match (&*place, packing) {
                (Value::String(text), Packing::Json) => parse(Cow::Borrowed(text.as_bytes())),
                (Value::String(text), Packing::Base64) => BASE64.decode(text).ok().and_then(|text| parse(text.into())),
                (Value::String(text), Packing::Token) => read(pointer, text)?,
                (Value::Object(_), Packing::Token) if outer => Some(place.take()),
                _ => None,
            };
            match unpacked {
                Some(unpacked) if outer => *payload = alone(pointer, unpacked),
                Some(unpacked) => *place = unpacked,
                None => {}
            }
        }
        Ok(())
    }

    /// The JSON text with everything unpacked, tokens by what they say. Only for what was verified or came with a file.
    pub(super) fn unpacked<'b>(&self, text: Cow<'b, [u8]>) -> Cow<'b, [u8]> {
        match surrogates::parse(text) {
            Ok((mut payload, text)) => {
                let before = payload.clone();
                let Ok(()) = self.unpack::<Infallible>(&mut payload, &mut |_, token| Ok(claims(token)));
                // What is packed may be so deep that nobody would read it again.
                let same = payload == before || depth(&payload) > MAX_DEPTH;
                if same { text } else { Cow::Owned(payload.to_string().into_bytes()) }
            }
            Err((_, text)) => text,
        }
    }

    /// The opposite of unpacking, but for tokens, which are signed: for samples, whose texts are unpacked.
    pub(crate) fn pack(&self, payload: &mut Value) {
        for (pointer, packing) in self.0.iter().rev() {
            let Some(place) = payload.pointer_mut(pointer).filter(|place| place.is_object() || place.is_array()) else {
                continue;
            };
            match packing {
                Packing::Json => *place = Value::String(place.to_string()),
                Packing::Base64 => *place = Value::String(BASE64.encode(place.to_string())),
                Packing::Token => {}
            }
        }
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(depth).max().unwrap_or_default(),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

/// An object or a list; other JSON stays the text that it is.
fn parse(text: Cow<'_, [u8]>) -> Option<Value> {
    let (value, _) = surrogates::parse(text).ok()?;
    (value.is_object() || value.is_array()).then_some(value)
}

/// What a token says, whoever signed it.
fn claims(token: &str) -> Option<Value> {
    let mut parts = token.split('.');
    let (_, claims) = (parts.next()?, parts.next()?);
    parse(BASE64URL.decode(claims).ok()?.into()).filter(Value::is_object)
}

fn is_within(pointer: &str, outer: &str) -> bool {
    pointer == outer || pointer.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
}

/// An object in which nothing but this is at the pointer.
fn alone(pointer: &str, value: Value) -> Value {
    pointer.rsplit('/').filter(|key| !key.is_empty()).fold(value, |inner, key| {
        let mut object = Map::new();
        object.insert(key.replace("~1", "/").replace("~0", "~"), inner);
        Value::Object(object)
    })
}
