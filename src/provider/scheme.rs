//! How a provider's requests prove themselves: `[verify]` of its file, read and checked. The rules that no
//! file can switch off are not here but in the verifier.

use std::time::Duration;

use super::header::Header;
use super::key::{Algorithm, Encoding, KeyForm};
use super::pattern::{self, Piece};
use crate::document::{Table, Value};
use crate::mistake::{Mistakes, suggestion};

/// The alternatives of a scheme; the first whose header a request carries is the one that counts. None at all
/// means that nothing is checked.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Scheme(pub(super) Vec<Check>);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Check {
    Signed(Signed),
    Token(Token),
}

/// A signature over the request.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Signed {
    pub(super) header: Header,
    pub(super) grammar: Grammar,
    pub(super) algorithm: Algorithm,
    pub(super) encoding: Encoding,
    pub(super) key: KeyForm,
    pub(super) content: Vec<Part>,
    /// The content as the file spells it, for people.
    pub(super) content_text: String,
    pub(super) timestamp: Option<Clock>,
}

/// The secret itself, sent along.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) header: Header,
    pub(super) prefix: String,
}

/// How the signature stands in its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Grammar {
    /// The whole value after the prefix.
    Plain { prefix: String, optional: bool },
    /// Pairs `k=v` divided by `sep`; signatures under `sig_key`, which may repeat.
    Pairs { sep: String, sig_key: String },
    /// Items `tag,value` divided by spaces.
    List { tag: String },
}

/// One part of the signed bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Body,
    Time,
    Url,
    Method,
    Header(Header),
    Literal(String),
}

/// Where the signed time stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clock {
    pub(super) source: ClockSource,
    pub(super) unit: Unit,
    /// Either way of now.
    pub(super) tolerance: Duration,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum ClockSource {
    Header(Header),
    /// A pair of the signature header.
    Pair(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    Millis,
    Rfc3339,
}

const TOLERANCE: u64 = 300;
const LONGEST_TOLERANCE: u64 = 7 * 86_400;

impl Scheme {
    /// Reads `verify`: a table, a list of tables (alternatives), or `"none"`.
    pub(super) fn read(table: &mut Table<'_>, mistakes: &mut Mistakes) -> Option<Self> {
        let before = mistakes.errors();
        let checks = match &table.node("verify")?.value {
            Value::String(word) if word == "none" => Vec::new(),
            Value::String(_) => {
                let hint = Some("`verify = \"none\"` lets every request in unchecked".to_owned());
                table.mistake("verify", "expected a table or `none`", hint, mistakes);
                return None;
            }
            Value::Array(_) => {
                let tables = table.tables("verify", mistakes);
                if tables.is_empty() {
                    table.mistake("verify", "no alternative is left in this list", None, mistakes);
                }
                tables.into_iter().filter_map(|table| alternative(table, mistakes)).collect()
            }
            _ => {
                let mut one = table.table("verify", mistakes)?;
                if says_none(&mut one) {
                    one.finish(mistakes);
                    Vec::new()
                } else {
                    vec![alternative(one, mistakes)?]
                }
            }
        };
        (mistakes.errors() == before).then_some(Self(checks))
    }

    /// In a few words, for listings.
    pub(super) fn shown(&self) -> String {
        let Some(first) = self.0.first() else { return "none".to_owned() };
        let what = match first {
            Check::Signed(signed) => signed.algorithm.shown(),
            Check::Token(_) => "token",
        };
        let headers: Vec<&str> = self.0.iter().map(|check| check.header().shown.as_str()).collect();
        format!("{what}, {}", headers.join(" or "))
    }
}

impl Check {
    /// The header that carries the proof.
    pub(super) fn header(&self) -> &Header {
        match self {
            Self::Signed(signed) => &signed.header,
            Self::Token(token) => &token.header,
        }
    }

    /// The headers it signs, the time's included.
    pub(super) fn signed_headers(&self) -> impl Iterator<Item = &Header> {
        let signed = if let Self::Signed(signed) = self { Some(signed) } else { None };
        signed.into_iter().flat_map(|signed| {
            let named = signed.content.iter().filter_map(|part| match part {
                Part::Header(header) => Some(header),
                _ => None,
            });
            named.chain(signed.timestamp.iter().filter_map(|clock| match &clock.source {
                ClockSource::Header(header) => Some(header),
                ClockSource::Pair(_) => None,
            }))
        })
    }
}

fn says_none(table: &mut Table<'_>) -> bool {
    matches!(table.node("scheme").map(|node| &node.value), Some(Value::String(word)) if word == "none")
}

fn alternative(mut table: Table<'_>, mistakes: &mut Mistakes) -> Option<Check> {
    let schemes = [("signed", true), ("token", false)];
    let word: String = table.require("scheme", mistakes)?;
    let check = match one_of(&word, &schemes) {
        Ok(true) => read_signed(&mut table, mistakes).map(Check::Signed),
        Ok(false) => read_token(&mut table, mistakes).map(Check::Token),
        Err(_) => {
            let hint = suggestion(&word, ["signed", "token", "none"]);
            table.mistake("scheme", "expected `signed`, `token` or, standing alone, `none`", hint, mistakes);
            return None;
        }
    };
    table.finish(mistakes);
    check
}

fn read_token(table: &mut Table<'_>, mistakes: &mut Mistakes) -> Option<Token> {
    let header = read_header(table, "header", mistakes);
    let prefix = table.get("prefix", mistakes).unwrap_or_default();
    Some(Token { header: header?, prefix })
}

fn read_signed(table: &mut Table<'_>, mistakes: &mut Mistakes) -> Option<Signed> {
    let header = read_header(table, "header", mistakes);
    let algorithms = [("sha256", Algorithm::Sha256), ("sha1", Algorithm::Sha1), ("sha512", Algorithm::Sha512)];
    let algorithm = word(table, "algorithm", &algorithms, mistakes);
    let encodings = [("hex", Encoding::Hex), ("base64", Encoding::Base64), ("base64url", Encoding::Base64Url)];
    let encoding = word(table, "encoding", &encodings, mistakes);
    let forms =
        [("utf8", KeyForm::Utf8), ("hex", KeyForm::Hex), ("base64", KeyForm::Base64), ("whsec", KeyForm::Whsec)];
    let key = word(table, "key", &forms, mistakes);
    let grammar = read_grammar(table, mistakes);
    let timestamp = read_clock(table, grammar.as_ref(), mistakes);
    let content_text = table.get::<String>("content", mistakes).unwrap_or_else(|| "{body}".to_owned());
    let content = read_content(table, &content_text, timestamp.is_some(), mistakes);
    Some(Signed {
        header: header?,
        grammar: grammar?,
        algorithm,
        encoding,
        key,
        content: content?,
        content_text,
        timestamp,
    })
}

fn read_header(table: &mut Table<'_>, key: &'static str, mistakes: &mut Mistakes) -> Option<Header> {
    let text: String = table.require(key, mistakes)?;
    Header::parse(&text).map_err(|what| table.mistake(key, what, None, mistakes)).ok()
}

/// One of the words under `key`; the first of them where the key is absent, or wrong, which is a mistake.
fn word<T: Copy, const N: usize>(
    table: &mut Table<'_>,
    key: &'static str,
    words: &[(&str, T); N],
    mistakes: &mut Mistakes,
) -> T {
    table.read(key, mistakes, |text| one_of(text, words)).unwrap_or(words[0].1)
}

fn one_of<T: Copy>(text: &str, words: &[(&str, T)]) -> Result<T, String> {
    words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
        let all: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        format!("expected one of {}", all.join(", "))
    })
}

fn read_grammar(table: &mut Table<'_>, mistakes: &mut Mistakes) -> Option<Grammar> {
    let name: String = table.get("grammar", mistakes).unwrap_or_else(|| "plain".to_owned());
    let belongs = |table: &mut Table<'_>, key: &'static str, to: &str, mistakes: &mut Mistakes| {
        if name != to && table.node(key).is_some() {
            let what = format!("`{key}` belongs to `grammar = \"{to}\"`, this one is `{name}`");
            table.mistake(key, what, None, mistakes);
        }
    };
    for (key, to) in
        [("prefix", "plain"), ("prefix_optional", "plain"), ("sep", "kv"), ("sig_key", "kv"), ("tag", "list")]
    {
        belongs(table, key, to, mistakes);
    }
    match name.as_str() {
        "plain" => Some(Grammar::Plain {
            prefix: table.get("prefix", mistakes).unwrap_or_default(),
            optional: table.get("prefix_optional", mistakes).unwrap_or(false),
        }),
        "kv" => {
            let sep: String = table.get("sep", mistakes).unwrap_or_else(|| ",".to_owned());
            if sep.trim().is_empty() {
                table.mistake("sep", "expected what divides the pairs, such as `,` or `;`", None, mistakes);
            }
            Some(Grammar::Pairs { sep, sig_key: table.require("sig_key", mistakes)? })
        }
        "list" => Some(Grammar::List { tag: table.require("tag", mistakes)? }),
        _ => {
            table.mistake("grammar", "expected `plain`, `kv` or `list`", None, mistakes);
            None
        }
    }
}

fn read_clock(table: &mut Table<'_>, grammar: Option<&Grammar>, mistakes: &mut Mistakes) -> Option<Clock> {
    let tolerance: Option<u64> = table.get("tolerance", mistakes);
    let Some(mut inner) = table.table("timestamp", mistakes) else {
        if tolerance.is_some() && !table.has("timestamp") {
            let hint = Some("say where the time stands: `timestamp = { header = \"…\" }`".to_owned());
            table.mistake("tolerance", "a tolerance without a `timestamp`", hint, mistakes);
        }
        return None;
    };
    let tolerance = tolerance.unwrap_or(TOLERANCE);
    if !(1..=LONGEST_TOLERANCE).contains(&tolerance) {
        let what = format!("expected seconds from 1 to {LONGEST_TOLERANCE}");
        table.mistake("tolerance", what, None, mistakes);
    }
    let units = [("s", Unit::Seconds), ("ms", Unit::Millis), ("rfc3339", Unit::Rfc3339)];
    let unit = word(&mut inner, "unit", &units, mistakes);
    let source = match (inner.has("header"), inner.get::<String>("kv", mistakes)) {
        (true, None) => read_header(&mut inner, "header", mistakes).map(ClockSource::Header),
        (false, Some(pair)) => {
            if grammar.is_some_and(|grammar| !matches!(grammar, Grammar::Pairs { .. })) {
                inner.mistake("kv", "`kv` needs `grammar = \"kv\"`", None, mistakes);
            }
            Some(ClockSource::Pair(pair))
        }
        _ => {
            inner.mistake("", "expected `header` or `kv`, one of them", None, mistakes);
            None
        }
    };
    inner.get::<String>("header", mistakes);
    inner.finish(mistakes);
    Some(Clock { source: source?, unit, tolerance: Duration::from_secs(tolerance) })
}

fn read_content(table: &Table<'_>, text: &str, timed: bool, mistakes: &mut Mistakes) -> Option<Vec<Part>> {
    let parts: Result<Vec<Part>, String> = pattern::cut(text).and_then(|pieces| pieces.into_iter().map(part).collect());
    let parts = match parts {
        Ok(parts) => parts,
        Err(what) => {
            table.mistake("content", what, None, mistakes);
            return None;
        }
    };
    if !parts.contains(&Part::Body) {
        table.mistake("content", "the body is not signed: `{body}` is missing", None, mistakes);
    }
    match (parts.contains(&Part::Time), timed) {
        (true, false) if !table.has("timestamp") => {
            let hint = Some("`timestamp = { header = \"…\" }` or `{ kv = \"t\" }`".to_owned());
            table.mistake("content", "`{ts}` is signed, but no `timestamp` says where it stands", hint, mistakes);
        }
        (false, true) => {
            let what = "the timestamp is not signed: `{ts}` is missing in `content`, so it proves nothing";
            table.mistake("timestamp", what, None, mistakes);
        }
        _ => {}
    }
    Some(parts)
}

fn part(piece: Piece) -> Result<Part, String> {
    Ok(match piece {
        Piece::Literal(text) => Part::Literal(text),
        Piece::Hole(name) => match name.as_str() {
            "body" => Part::Body,
            "ts" => Part::Time,
            "url" => Part::Url,
            "method" => Part::Method,
            _ => match name.strip_prefix("header:") {
                Some(name) => Part::Header(Header::parse(name)?),
                None => {
                    return Err(format!(
                        "`{{{name}}}` is unknown: expected `{{body}}`, `{{ts}}`, `{{url}}`, `{{method}}` or \
                         `{{header:NAME}}`"
                    ));
                }
            },
        },
    })
}
