//! `[verify]`, read and checked: words, and combinations that cannot work.

use std::time::Duration;

use super::super::content::{self, Part};
use super::super::header::Header;
use super::super::jws::Jws;
use super::super::key::{Algorithm, KeyForm, Kind};
use super::super::signature::Encoding;
use super::{Check, Clock, ClockSource, Grammar, Place, Scheme, Signed, Token, Unit};
use hookbell_config_file::Mistakes;
use hookbell_config_file::{Table, Value};
use hookbell_model::suggest::suggestion;

const TOLERANCE: u64 = 300;
const LONGEST_TOLERANCE: u64 = 7 * 86_400;

impl Scheme {
    /// Reads `verify`: a table, a list of tables (alternatives), or `"none"`.
    pub(in super::super) fn read(table: &mut Table<'_>, mistakes: &mut Mistakes) -> Option<Self> {
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
}

fn says_none(table: &mut Table<'_>) -> bool {
    matches!(table.node("scheme").map(|node| &node.value), Some(Value::String(word)) if word == "none")
}

fn alternative(mut table: Table<'_>, mistakes: &mut Mistakes) -> Option<Check> {
    let word: String = table.require("scheme", mistakes)?;
    let check = match word.as_str() {
        "signed" => read_signed(&mut table, mistakes).map(Check::Signed),
        "token" => read_token(&mut table, mistakes).map(Check::Token),
        "jws" => read_jws(&mut table, mistakes).map(Check::Jws),
        _ => {
            let hint = suggestion(&word, ["signed", "token", "jws", "none"]);
            table.mistake("scheme", "expected `signed`, `token`, `jws` or, standing alone, `none`", hint, mistakes);
            return None;
        }
    };
    table.finish(mistakes);
    check
}

fn read_token(table: &mut Table<'_>, mistakes: &mut Mistakes) -> Option<Token> {
    let auth = table.read("auth", mistakes, |word| one_of(word, &[("bearer", false), ("basic", true)]));
    if let Some(basic) = auth {
        if let Some(key) = ["json", "form", "query", "prefix"].into_iter().find(|key| table.has(key)) {
            table.mistake(key, "`auth` stands in a header and brings its own prefix", None, mistakes);
        }
        table.tick(&["json", "form", "query", "prefix"]);
        let header = if table.has("header") { read_header(table, "header", mistakes)? } else { authorization()? };
        let prefix = if basic { "Basic " } else { "Bearer " };
        return Some(Token { place: Place::Header(header), prefix: prefix.to_owned(), basic });
    }
    let place = read_place(table, &["header", "json", "form", "query"], mistakes);
    let prefix = table.get("prefix", mistakes).unwrap_or_default();
    Some(Token { place: place?, prefix, basic: false })
}

fn read_jws(table: &mut Table<'_>, mistakes: &mut Mistakes) -> Option<Jws> {
    let place = read_place(table, &["header"], mistakes);
    let body_claim = table.get("body_claim", mistakes);
    let none = table.read("covers", mistakes, |word| one_of(word, &[("none", true), ("body", false)]));
    match (&body_claim, none.unwrap_or_default()) {
        (None, false) => {
            let hint = Some("`covers = \"none\"` says that you know".to_owned());
            table.mistake("", "the token says nothing of the body: `body_claim` is missing", hint, mistakes);
        }
        (Some(_), true) => table.mistake("covers", "the body is in the token's claims here", None, mistakes),
        _ => {}
    }
    Some(Jws {
        place: place?,
        prefix: table.get("prefix", mistakes).unwrap_or_default(),
        prefix_optional: table.get("prefix_optional", mistakes).unwrap_or_default(),
        key: read_key(table, Kind::Hmac(Algorithm::Sha256), mistakes),
        issuer: table.get("issuer", mistakes),
        body_claim,
    })
}

fn authorization() -> Option<Header> {
    Header::parse("Authorization").ok()
}

/// The one place that is named.
fn read_place(table: &mut Table<'_>, keys: &[&'static str], mistakes: &mut Mistakes) -> Option<Place> {
    let named: Vec<&'static str> = keys.iter().copied().filter(|key| table.has(key)).collect();
    let place = match named.as_slice() {
        ["header"] => read_header(table, "header", mistakes).map(Place::Header),
        ["json"] => table.read("json", mistakes, pointer).map(Place::Json),
        ["form"] => table.get("form", mistakes).map(Place::Form),
        ["query"] => table.get("query", mistakes).map(Place::Query),
        [] => {
            let all: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
            let hint = Some(format!("where the proof stands: one of {}", all.join(", ")));
            table.mistake("", "missing key `header`", hint, mistakes);
            None
        }
        several => {
            let second = several.get(1).copied().unwrap_or_default();
            table.mistake(second, "the proof stands in one place: a second one is too many", None, mistakes);
            None
        }
    };
    table.tick(keys);
    place
}

fn pointer(text: &str) -> Result<String, String> {
    if text.starts_with('/') {
        Ok(text.to_owned())
    } else {
        Err("expected a JSON pointer such as `/data/id`".to_owned())
    }
}

fn read_signed(table: &mut Table<'_>, mistakes: &mut Mistakes) -> Option<Signed> {
    let place = read_place(table, &["header", "json", "form"], mistakes);
    let each = table.read("each", mistakes, pointer);
    let kind = read_kind(table, mistakes);
    let encodings = [("hex", Encoding::Hex), ("base64", Encoding::Base64), ("base64url", Encoding::Base64Url)];
    let encoding = word(table, "encoding", &encodings, mistakes);
    let key = read_key(table, kind, mistakes);
    let grammar = read_grammar(table, mistakes);
    let timestamp = read_clock(table, grammar.as_ref(), mistakes);
    let form_dedup = table.get("form_dedup", mistakes).unwrap_or_default();
    let query_body_sha256 = table.get("query_body_sha256", mistakes).unwrap_or_default();
    let content_text = table.get::<String>("content", mistakes).unwrap_or_else(|| "{body}".to_owned());
    let content = content::read(table, &content_text, timestamp.as_ref(), mistakes);
    if let Some(content) = &content {
        check_body_is_signed(table, content, &place, each.is_some(), mistakes);
        for (key, set, needs) in
            [("form_dedup", form_dedup, Part::FormSorted), ("query_body_sha256", query_body_sha256, Part::Url)]
        {
            if set && !content.contains(&needs) {
                let what = format!("`{key}` needs {} in `content`", needs.shown());
                table.mistake(key, what, None, mistakes);
            }
        }
    }
    Some(Signed {
        place: place?,
        each,
        grammar: grammar?,
        kind,
        encoding,
        key,
        content: content?,
        content_text,
        timestamp,
        form_dedup,
        query_body_sha256,
    })
}

/// What is signed must be the body, or the file says plainly that it is only a part.
fn check_body_is_signed(
    table: &mut Table<'_>,
    content: &[Part],
    place: &Option<Place>,
    each: bool,
    mistakes: &mut Mistakes,
) {
    let part = table.read("covers", mistakes, |word| one_of(word, &[("part", true), ("body", false)]));
    let whole = content.iter().any(Part::covers_the_body);
    let fields = content.iter().any(|part| matches!(part, Part::Json(_) | Part::Form(_)));
    match (whole, part.unwrap_or_default()) {
        (true, true) => table.mistake("covers", "the whole body is signed here", None, mistakes),
        (false, false) if fields => {
            let hint = Some("`covers = \"part\"` says that you know".to_owned());
            table.mistake("content", "only some fields of the body are signed, others can be changed", hint, mistakes);
        }
        (false, true) if fields => {}
        (false, _) => table.mistake("content", "the body is not signed: `{body}` is missing", None, mistakes),
        (true, false) => {}
    }
    let inside = matches!(place, Some(Place::Json(_) | Place::Form(_)));
    if whole && inside {
        table.mistake("content", "a signature inside the body cannot be over the whole body", None, mistakes);
    }
    if each && !inside {
        table.mistake("each", "`each` needs a signature in every element: `json = \"/…\"`", None, mistakes);
    }
}

fn read_kind(table: &mut Table<'_>, mistakes: &mut Mistakes) -> Kind {
    let kinds = [
        ("hmac", Kind::Hmac(Algorithm::Sha256)),
        ("ed25519", Kind::Ed25519),
        ("ecdsa", Kind::Ecdsa),
        ("rsa-x509", Kind::RsaX509),
    ];
    let kind = word(table, "kind", &kinds, mistakes);
    let algorithms = [
        ("sha256", Algorithm::Sha256),
        ("sha1", Algorithm::Sha1),
        ("sha512", Algorithm::Sha512),
        ("md5", Algorithm::Md5),
    ];
    let named = table.has("algorithm");
    let algorithm = word(table, "algorithm", &algorithms, mistakes);
    if kind.is_public() {
        if named {
            table.mistake("algorithm", "`algorithm` belongs to `kind = \"hmac\"`", None, mistakes);
        }
        return kind;
    }
    Kind::Hmac(algorithm)
}

fn read_key(table: &mut Table<'_>, kind: Kind, mistakes: &mut Mistakes) -> KeyForm {
    let forms = kind.forms();
    let form = table.read("key", mistakes, |text| one_of(text, forms));
    form.unwrap_or(forms.first().map_or(KeyForm::Utf8, |(_, form)| *form))
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

pub(in super::super) fn one_of<T: Copy>(text: &str, words: &[(&str, T)]) -> Result<T, String> {
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
    let tolerance = read_tolerance(table, mistakes);
    let Some(mut inner) = table.table("timestamp", mistakes) else {
        if table.has("tolerance") && !table.has("timestamp") {
            let hint = Some("say where the time stands: `timestamp = { header = \"…\" }`".to_owned());
            table.mistake("tolerance", "a tolerance without a `timestamp`", hint, mistakes);
        }
        return None;
    };
    let units = [("s", Unit::Seconds), ("ms", Unit::Millis), ("rfc3339", Unit::Rfc3339)];
    let unit = word(&mut inner, "unit", &units, mistakes);
    let named: Vec<&str> = ["header", "kv", "json"].into_iter().filter(|key| inner.has(key)).collect();
    let source = match named.as_slice() {
        ["header"] => read_header(&mut inner, "header", mistakes).map(ClockSource::Header),
        ["json"] => inner.read("json", mistakes, pointer).map(ClockSource::Json),
        ["kv"] => {
            if grammar.is_some_and(|grammar| !matches!(grammar, Grammar::Pairs { .. })) {
                inner.mistake("kv", "`kv` needs `grammar = \"kv\"`", None, mistakes);
            }
            inner.get("kv", mistakes).map(ClockSource::Pair)
        }
        _ => {
            inner.mistake("", "expected `header`, `kv` or `json`, one of them", None, mistakes);
            None
        }
    };
    inner.tick(&["header", "kv", "json"]);
    inner.finish(mistakes);
    Some(Clock { source: source?, unit, tolerance })
}

/// Seconds, or `"none"`.
fn read_tolerance(table: &mut Table<'_>, mistakes: &mut Mistakes) -> Option<Duration> {
    if let Some(Value::String(word)) = table.node("tolerance").map(|node| &node.value) {
        if word != "none" {
            table.mistake("tolerance", "expected seconds, or `none`: however old", None, mistakes);
        }
        return None;
    }
    let tolerance = table.get("tolerance", mistakes).unwrap_or(TOLERANCE);
    if !(1..=LONGEST_TOLERANCE).contains(&tolerance) {
        let what = format!("expected seconds from 1 to {LONGEST_TOLERANCE}");
        table.mistake("tolerance", what, None, mistakes);
    }
    Some(Duration::from_secs(tolerance))
}
