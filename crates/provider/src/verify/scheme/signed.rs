//! `scheme = "signed"`: a signature over the request.

mod content;
mod content_part;
mod grammar;
mod time;

pub(crate) use self::content::{ContentInput, SignedContent};
use self::content_part::ContentPart;
use self::grammar::Grammar;
pub(crate) use self::grammar::GrammarError;
pub(crate) use self::time::{SignedTime, TimeSource};
use super::fields::{pointer, read_key_format, read_keyword, read_source};
use crate::codes;
use crate::key::{HashFunction, KeyFormat, SignatureAlgorithm, SignatureEncoding};
use crate::keyword;
use crate::request::{FieldCondition, ValueSource};
use hookbell_config_file::Table;
use hookbell_config_file::{Code, Diagnostics};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SignedScheme {
    pub(crate) source: ValueSource,
    /// What a request says that this signature is for: of several alternatives with the same place the right one.
    pub(crate) when: FieldCondition,
    /// The check is made for every element of this array, and what is read from JSON is read from the element.
    pub(crate) each: Option<String>,
    pub(crate) grammar: Grammar,
    pub(crate) algorithm: SignatureAlgorithm,
    pub(crate) encoding: SignatureEncoding,
    pub(crate) key_format: KeyFormat,
    pub(crate) content: SignedContent,
    pub(crate) time: Option<SignedTime>,
}

impl SignedScheme {
    pub(super) fn read(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let source = read_source(table, &["header", "json", "form"], diagnostics);
        let when = table.table("when", diagnostics).map(|when| FieldCondition::read(&when, diagnostics));
        let each = table.read("each", diagnostics, pointer);
        let algorithm = read_algorithm(table, diagnostics);
        let encodings = [
            ("hex", SignatureEncoding::Hex),
            ("base64", SignatureEncoding::Base64),
            ("base64url", SignatureEncoding::Base64Url),
        ];
        let encoding = read_keyword(table, "encoding", &encodings, diagnostics);
        let key_format = read_key_format(table, algorithm, diagnostics);
        let grammar = Grammar::read(table, diagnostics);
        let time = SignedTime::read(table, grammar.as_ref(), diagnostics);
        let items = matches!(grammar, Some(Grammar::Items { .. }));
        if items && time.as_ref().is_none_or(|time| time.source != TimeSource::Item) {
            let what = "the first item is the time: `timestamp = { item = 1 }`";
            diagnostics.add(table.error("grammar", Code::CONFLICTING_KEYS, what));
        }
        let content = SignedContent::read(table, time.as_ref().map(|time| &time.source), diagnostics);
        if let Some(content) = &content {
            check_coverage(table, content, source.as_ref(), each.is_some(), time.is_some(), diagnostics);
        }
        Some(Self {
            source: source?,
            when: when.unwrap_or_default(),
            each,
            grammar: grammar?,
            algorithm,
            encoding,
            key_format,
            content: content?,
            time,
        })
    }

    /// The key of the pair beside the signature that holds the time.
    pub(crate) fn time_pair(&self) -> Option<&str> {
        match &self.time.as_ref()?.source {
            TimeSource::Pair(key) => Some(key),
            TimeSource::Header(_) | TimeSource::Item | TimeSource::Json(_) => None,
        }
    }

    pub(super) fn describe(&self) -> String {
        let each = self.each.as_ref().map(|at| format!(" in every element of `{at}`")).unwrap_or_default();
        let time = self.time.as_ref().map(|time| format!("; {}", time.describe())).unwrap_or_default();
        let when = self.when.describe();
        let when = if when.is_empty() { String::new() } else { format!("; for requests with {when}") };
        format!(
            "{}, {} in {}{}{each}, over `{}`{time}{when}",
            self.algorithm.name(),
            self.encoding.name(),
            self.source.describe(),
            self.grammar.describe(),
            self.content.text,
        )
    }
}

fn read_algorithm(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> SignatureAlgorithm {
    let kinds = [
        ("hmac", SignatureAlgorithm::HMAC_SHA256),
        ("ed25519", SignatureAlgorithm::Ed25519),
        ("ecdsa", SignatureAlgorithm::EcdsaP256),
        ("rsa", SignatureAlgorithm::Rsa(HashFunction::Sha256)),
        ("rsa-x509", SignatureAlgorithm::RsaX509(HashFunction::Sha256)),
    ];
    let algorithm = read_keyword(table, "kind", &kinds, diagnostics);
    let hashes = [
        ("sha256", HashFunction::Sha256),
        ("sha1", HashFunction::Sha1),
        ("sha512", HashFunction::Sha512),
        ("md5", HashFunction::Md5),
    ];
    let named = table.has("algorithm");
    let hash = read_keyword(table, "algorithm", &hashes, diagnostics);
    match algorithm {
        SignatureAlgorithm::Hmac(_) => return SignatureAlgorithm::Hmac(hash),
        SignatureAlgorithm::Rsa(_) if hash != HashFunction::Md5 => return SignatureAlgorithm::Rsa(hash),
        SignatureAlgorithm::RsaX509(_) if hash != HashFunction::Md5 => return SignatureAlgorithm::RsaX509(hash),
        SignatureAlgorithm::Rsa(_) | SignatureAlgorithm::RsaX509(_) => {
            diagnostics.add(table.error("algorithm", Code::INVALID_VALUE, "RSA is with `sha256`, `sha1` or `sha512`"));
        }
        _ if named => {
            let what = "`algorithm` belongs to `kind = \"hmac\"` and to RSA";
            diagnostics.add(table.error("algorithm", Code::CONFLICTING_KEYS, what));
        }
        _ => {}
    }
    algorithm
}

/// What of the body is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coverage {
    Body,
    Part,
    None,
}

/// The signed bytes must be the body, or the file says explicitly that they are only a part of it.
fn check_coverage(
    table: &mut Table<'_>,
    content: &SignedContent,
    source: Option<&ValueSource>,
    each: bool,
    timed: bool,
    diagnostics: &mut Diagnostics,
) {
    let words = [("body", Coverage::Body), ("part", Coverage::Part), ("none", Coverage::None)];
    let said = table.read("covers", diagnostics, |word| keyword::parse(word, &words)).unwrap_or(Coverage::Body);
    let whole = content.parts.iter().any(ContentPart::covers_body);
    let fields = content.parts.iter().any(|part| matches!(part, ContentPart::Json(_) | ContentPart::Form(_)));
    let is = match (whole, fields) {
        (true, _) => Coverage::Body,
        (false, true) => Coverage::Part,
        (false, false) => Coverage::None,
    };
    match (said, is) {
        (said, is) if said == is => {}
        (_, Coverage::Body) => {
            diagnostics.add(table.error("covers", Code::CONFLICTING_KEYS, "the whole body is signed here"));
        }
        (_, Coverage::Part) => {
            let what = "only some fields of the body are signed, others can be changed";
            let help = "`covers = \"part\"` says that this is intended";
            diagnostics.add(table.error("content", codes::UNSIGNED_BODY, what).help(help));
        }
        (_, Coverage::None) => {
            let help = "`covers = \"none\"` says that this is intended: it proves only who sent the request";
            let what = "the body is not signed: `{body}` is missing";
            diagnostics.add(table.error("content", codes::UNSIGNED_BODY, what).help(help));
        }
    }
    // Else a request that was seen once would serve for any body, for ever.
    if said == Coverage::None && !timed {
        let what = "what does not sign the body must sign the time: `timestamp` is missing";
        diagnostics.add(table.error("covers", codes::UNSIGNED_BODY, what));
    }
    let inside = matches!(source, Some(ValueSource::Json(_) | ValueSource::Form(_)));
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
