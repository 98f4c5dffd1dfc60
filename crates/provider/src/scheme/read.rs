//! `[verify]`, read and checked: words, and combinations that cannot work.

use std::time::Duration;

use super::super::content::{self, Part};
use super::super::header::Header;
use super::super::jws::Jws;
use super::super::key::{Algorithm, KeyForm, Kind};
use super::super::signature::Encoding;
use super::{Check, Clock, ClockSource, Grammar, Place, Scheme, Signed, Token, Unit};
use crate::codes;
use hookbell_config_file::Diagnostics;
use hookbell_config_file::{Code, Table, TomlKind};
use hookbell_model::suggest::suggestion;

const TOLERANCE: u64 = 300;
const LONGEST_TOLERANCE: u64 = 7 * 86_400;

impl Scheme {
    /// Reads `verify`: a table, a list of tables (alternatives), or `"none"`.
    pub(in super::super) fn read(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let before = diagnostics.errors();
        let checks = match &table.node("verify")?.value {
            TomlKind::String(word) if word == "none" => Vec::new(),
            TomlKind::String(_) => {
                diagnostics.add(
                    table
                        .error("verify", Code::INVALID_VALUE, "expected a table or `none`")
                        .help("`verify = \"none\"` lets every request in unchecked"),
                );
                return None;
            }
            TomlKind::Array(_) => {
                let tables = table.tables("verify", diagnostics);
                if tables.is_empty() {
                    diagnostics.add(table.error("verify", Code::INVALID_VALUE, "no alternative is left in this list"));
                }
                tables.into_iter().filter_map(|table| alternative(table, diagnostics)).collect()
            }
            _ => {
                let mut one = table.table("verify", diagnostics)?;
                if says_none(&mut one) {
                    one.finish(diagnostics);
                    Vec::new()
                } else {
                    vec![alternative(one, diagnostics)?]
                }
            }
        };
        (diagnostics.errors() == before).then_some(Self(checks))
    }
}

fn says_none(table: &mut Table<'_>) -> bool {
    matches!(table.node("scheme").map(|node| &node.value), Some(TomlKind::String(word)) if word == "none")
}

fn alternative(mut table: Table<'_>, diagnostics: &mut Diagnostics) -> Option<Check> {
    let word: String = table.require("scheme", diagnostics)?;
    let check = match word.as_str() {
        "signed" => read_signed(&mut table, diagnostics).map(Check::Signed),
        "token" => read_token(&mut table, diagnostics).map(Check::Token),
        "jws" => read_jws(&mut table, diagnostics).map(Check::Jws),
        _ => {
            let help = suggestion(&word, ["signed", "token", "jws", "none"]);
            diagnostics.add(
                table
                    .error(
                        "scheme",
                        Code::INVALID_VALUE,
                        "expected `signed`, `token`, `jws` or, standing alone, `none`",
                    )
                    .maybe_help(help),
            );
            return None;
        }
    };
    table.finish(diagnostics);
    check
}

fn read_token(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Token> {
    let auth = table.read("auth", diagnostics, |word| one_of(word, &[("bearer", false), ("basic", true)]));
    if let Some(basic) = auth {
        if let Some(key) = ["json", "form", "query", "prefix"].into_iter().find(|key| table.has(key)) {
            diagnostics.add(table.error(
                key,
                Code::CONFLICTING_KEYS,
                "`auth` stands in a header and brings its own prefix",
            ));
        }
        table.tick(&["json", "form", "query", "prefix"]);
        let header = if table.has("header") { read_header(table, "header", diagnostics)? } else { authorization()? };
        let prefix = if basic { "Basic " } else { "Bearer " };
        return Some(Token { place: Place::Header(header), prefix: prefix.to_owned(), basic });
    }
    let place = read_place(table, &["header", "json", "form", "query"], diagnostics);
    let prefix = table.get("prefix", diagnostics).unwrap_or_default();
    Some(Token { place: place?, prefix, basic: false })
}

fn read_jws(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Jws> {
    let place = read_place(table, &["header"], diagnostics);
    let body_claim = table.get("body_claim", diagnostics);
    let none = table.read("covers", diagnostics, |word| one_of(word, &[("none", true), ("body", false)]));
    match (&body_claim, none.unwrap_or_default()) {
        (None, false) => {
            diagnostics.add(
                table
                    .error("", codes::UNSIGNED_BODY, "the token says nothing of the body: `body_claim` is missing")
                    .help("`covers = \"none\"` says that you know"),
            );
        }
        (Some(_), true) => {
            diagnostics.add(table.error("covers", Code::CONFLICTING_KEYS, "the body is in the token's claims here"))
        }
        _ => {}
    }
    Some(Jws {
        place: place?,
        prefix: table.get("prefix", diagnostics).unwrap_or_default(),
        prefix_optional: table.get("prefix_optional", diagnostics).unwrap_or_default(),
        key: read_key(table, Kind::Hmac(Algorithm::Sha256), diagnostics),
        issuer: table.get("issuer", diagnostics),
        body_claim,
    })
}

fn authorization() -> Option<Header> {
    Header::parse("Authorization").ok()
}

/// The one place that is named.
fn read_place(table: &mut Table<'_>, keys: &[&'static str], diagnostics: &mut Diagnostics) -> Option<Place> {
    let named: Vec<&'static str> = keys.iter().copied().filter(|key| table.has(key)).collect();
    let place = match named.as_slice() {
        ["header"] => read_header(table, "header", diagnostics).map(Place::Header),
        ["json"] => table.read("json", diagnostics, pointer).map(Place::Json),
        ["form"] => table.get("form", diagnostics).map(Place::Form),
        ["query"] => table.get("query", diagnostics).map(Place::Query),
        [] => {
            let all: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
            let help = Some(format!("where the proof stands: one of {}", all.join(", ")));
            diagnostics.add(table.missing("header").maybe_help(help));
            None
        }
        several => {
            let second = several.get(1).copied().unwrap_or_default();
            diagnostics.add(table.error(
                second,
                Code::CONFLICTING_KEYS,
                "the proof stands in one place: a second one is too many",
            ));
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

fn read_signed(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Signed> {
    let place = read_place(table, &["header", "json", "form"], diagnostics);
    let each = table.read("each", diagnostics, pointer);
    let kind = read_kind(table, diagnostics);
    let encodings = [("hex", Encoding::Hex), ("base64", Encoding::Base64), ("base64url", Encoding::Base64Url)];
    let encoding = word(table, "encoding", &encodings, diagnostics);
    let key = read_key(table, kind, diagnostics);
    let grammar = read_grammar(table, diagnostics);
    let timestamp = read_clock(table, grammar.as_ref(), diagnostics);
    let form_dedup = table.get("form_dedup", diagnostics).unwrap_or_default();
    let query_body_sha256 = table.get("query_body_sha256", diagnostics).unwrap_or_default();
    let content_text = table.get::<String>("content", diagnostics).unwrap_or_else(|| "{body}".to_owned());
    let content = content::read(table, &content_text, timestamp.as_ref(), diagnostics);
    if let Some(content) = &content {
        check_body_is_signed(table, content, &place, each.is_some(), diagnostics);
        for (key, set, needs) in
            [("form_dedup", form_dedup, Part::FormSorted), ("query_body_sha256", query_body_sha256, Part::Url)]
        {
            if set && !content.contains(&needs) {
                let what = format!("`{key}` needs {} in `content`", needs.shown());
                diagnostics.add(table.error(key, Code::INVALID_VALUE, what));
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
    diagnostics: &mut Diagnostics,
) {
    let part = table.read("covers", diagnostics, |word| one_of(word, &[("part", true), ("body", false)]));
    let whole = content.iter().any(Part::covers_the_body);
    let fields = content.iter().any(|part| matches!(part, Part::Json(_) | Part::Form(_)));
    match (whole, part.unwrap_or_default()) {
        (true, true) => diagnostics.add(table.error("covers", Code::CONFLICTING_KEYS, "the whole body is signed here")),
        (false, false) if fields => {
            diagnostics.add(
                table
                    .error(
                        "content",
                        codes::UNSIGNED_BODY,
                        "only some fields of the body are signed, others can be changed",
                    )
                    .help("`covers = \"part\"` says that you know"),
            );
        }
        (false, true) if fields => {}
        (false, _) => {
            diagnostics.add(table.error("content", codes::UNSIGNED_BODY, "the body is not signed: `{body}` is missing"))
        }
        (true, false) => {}
    }
    let inside = matches!(place, Some(Place::Json(_) | Place::Form(_)));
    if whole && inside {
        diagnostics.add(table.error(
            "content",
            Code::INVALID_VALUE,
            "a signature inside the body cannot be over the whole body",
        ));
    }
    if each && !inside {
        diagnostics.add(table.error(
            "each",
            Code::CONFLICTING_KEYS,
            "`each` needs a signature in every element: `json = \"/…\"`",
        ));
    }
}

fn read_kind(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Kind {
    let kinds = [
        ("hmac", Kind::Hmac(Algorithm::Sha256)),
        ("ed25519", Kind::Ed25519),
        ("ecdsa", Kind::Ecdsa),
        ("rsa-x509", Kind::RsaX509),
    ];
    let kind = word(table, "kind", &kinds, diagnostics);
    let algorithms = [
        ("sha256", Algorithm::Sha256),
        ("sha1", Algorithm::Sha1),
        ("sha512", Algorithm::Sha512),
        ("md5", Algorithm::Md5),
    ];
    let named = table.has("algorithm");
    let algorithm = word(table, "algorithm", &algorithms, diagnostics);
    if kind.is_public() {
        if named {
            diagnostics.add(table.error(
                "algorithm",
                Code::CONFLICTING_KEYS,
                "`algorithm` belongs to `kind = \"hmac\"`",
            ));
        }
        return kind;
    }
    Kind::Hmac(algorithm)
}

fn read_key(table: &mut Table<'_>, kind: Kind, diagnostics: &mut Diagnostics) -> KeyForm {
    let forms = kind.forms();
    let form = table.read("key", diagnostics, |text| one_of(text, forms));
    form.unwrap_or(forms.first().map_or(KeyForm::Utf8, |(_, form)| *form))
}

fn read_header(table: &mut Table<'_>, key: &'static str, diagnostics: &mut Diagnostics) -> Option<Header> {
    let text: String = table.require(key, diagnostics)?;
    Header::parse(&text).map_err(|what| diagnostics.add(table.error(key, Code::INVALID_VALUE, what))).ok()
}

/// One of the words under `key`; the first of them where the key is absent, or wrong, which is a mistake.
fn word<T: Copy, const N: usize>(
    table: &mut Table<'_>,
    key: &'static str,
    words: &[(&str, T); N],
    diagnostics: &mut Diagnostics,
) -> T {
    table.read(key, diagnostics, |text| one_of(text, words)).unwrap_or(words[0].1)
}

pub(in super::super) fn one_of<T: Copy>(text: &str, words: &[(&str, T)]) -> Result<T, String> {
    words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
        let all: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        format!("expected one of {}", all.join(", "))
    })
}

fn read_grammar(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Grammar> {
    let name: String = table.get("grammar", diagnostics).unwrap_or_else(|| "plain".to_owned());
    let belongs = |table: &mut Table<'_>, key: &'static str, to: &str, diagnostics: &mut Diagnostics| {
        if name != to && table.node(key).is_some() {
            let what = format!("`{key}` belongs to `grammar = \"{to}\"`, this one is `{name}`");
            diagnostics.add(table.error(key, Code::INVALID_VALUE, what));
        }
    };
    for (key, to) in
        [("prefix", "plain"), ("prefix_optional", "plain"), ("sep", "kv"), ("sig_key", "kv"), ("tag", "list")]
    {
        belongs(table, key, to, diagnostics);
    }
    match name.as_str() {
        "plain" => Some(Grammar::Plain {
            prefix: table.get("prefix", diagnostics).unwrap_or_default(),
            optional: table.get("prefix_optional", diagnostics).unwrap_or(false),
        }),
        "kv" => {
            let sep: String = table.get("sep", diagnostics).unwrap_or_else(|| ",".to_owned());
            if sep.trim().is_empty() {
                diagnostics.add(table.error(
                    "sep",
                    Code::INVALID_VALUE,
                    "expected what divides the pairs, such as `,` or `;`",
                ));
            }
            Some(Grammar::Pairs { sep, sig_key: table.require("sig_key", diagnostics)? })
        }
        "list" => Some(Grammar::List { tag: table.require("tag", diagnostics)? }),
        _ => {
            diagnostics.add(table.error("grammar", Code::INVALID_VALUE, "expected `plain`, `kv` or `list`"));
            None
        }
    }
}

fn read_clock(table: &mut Table<'_>, grammar: Option<&Grammar>, diagnostics: &mut Diagnostics) -> Option<Clock> {
    let tolerance = read_tolerance(table, diagnostics);
    let Some(mut inner) = table.table("timestamp", diagnostics) else {
        if table.has("tolerance") && !table.has("timestamp") {
            diagnostics.add(
                table
                    .error("tolerance", Code::CONFLICTING_KEYS, "a tolerance without a `timestamp`")
                    .help("say where the time stands: `timestamp = { header = \"…\" }`"),
            );
        }
        return None;
    };
    let units = [("s", Unit::Seconds), ("ms", Unit::Millis), ("rfc3339", Unit::Rfc3339)];
    let unit = word(&mut inner, "unit", &units, diagnostics);
    let named: Vec<&str> = ["header", "kv", "json"].into_iter().filter(|key| inner.has(key)).collect();
    let source = match named.as_slice() {
        ["header"] => read_header(&mut inner, "header", diagnostics).map(ClockSource::Header),
        ["json"] => inner.read("json", diagnostics, pointer).map(ClockSource::Json),
        ["kv"] => {
            if grammar.is_some_and(|grammar| !matches!(grammar, Grammar::Pairs { .. })) {
                diagnostics.add(inner.error("kv", Code::CONFLICTING_KEYS, "`kv` needs `grammar = \"kv\"`"));
            }
            inner.get("kv", diagnostics).map(ClockSource::Pair)
        }
        _ => {
            diagnostics.add(inner.error("", Code::CONFLICTING_KEYS, "expected `header`, `kv` or `json`, one of them"));
            None
        }
    };
    inner.tick(&["header", "kv", "json"]);
    inner.finish(diagnostics);
    Some(Clock { source: source?, unit, tolerance })
}

/// Seconds, or `"none"`.
fn read_tolerance(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Duration> {
    if let Some(TomlKind::String(word)) = table.node("tolerance").map(|node| &node.value) {
        if word != "none" {
            diagnostics.add(table.error("tolerance", Code::INVALID_VALUE, "expected seconds, or `none`: however old"));
        }
        return None;
    }
    let tolerance = table.get("tolerance", diagnostics).unwrap_or(TOLERANCE);
    if !(1..=LONGEST_TOLERANCE).contains(&tolerance) {
        let what = format!("expected seconds from 1 to {LONGEST_TOLERANCE}");
        diagnostics.add(table.error("tolerance", Code::INVALID_VALUE, what));
    }
    Some(Duration::from_secs(tolerance))
}
