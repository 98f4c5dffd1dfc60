//! `scheme = "jws"`: a signed token (JWS, JWT) beside the body, or one that holds the event. The file names the algorithm,
//! whatever the token does.

use super::fields::{read_keyword, read_source};
use super::signed::SignedTime;
use crate::codes;
use crate::key::{HashFunction, KeyFormat, Mark, Root, SignatureAlgorithm};
use crate::keyword;
use crate::request::{FieldCondition, ValueSource};
use hookbell_config_file::{Code, Diagnostics};
use hookbell_config_file::{Table, TomlKind};

/// A token whose claims are about the request, or are the event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JwsScheme {
    /// A header, or a JSON pointer.
    pub(crate) source: ValueSource,
    /// Compared without regard to case.
    pub(crate) prefix: String,
    pub(crate) prefix_optional: bool,
    pub(crate) algorithm: SignatureAlgorithm,
    pub(crate) key_format: KeyFormat,
    /// The roots that the file pins; used where the source has none of its own.
    pub(crate) roots: Vec<Root>,
    /// What the certificates of a chain must have, from the leaf up.
    pub(crate) marks: Vec<Mark>,
    /// The required value of `iss`.
    pub(crate) issuer: Option<String>,
    /// Any of them must hold of the claims, if there are any.
    pub(crate) claims: Vec<FieldCondition>,
    /// When the token was signed.
    pub(crate) time: Option<SignedTime>,
    /// The claim that holds the SHA-256 of the body in hex. Without one a token in a header proves only who sent it, and
    /// must have an expiry.
    pub(crate) body_claim: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Hmac,
    Rsa,
    Ecdsa,
}

impl JwsScheme {
    pub(super) fn read(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let source = read_source(table, &["header", "json"], diagnostics);
        let inside = matches!(source, Some(ValueSource::Json(_)));
        let body_claim = table.get("body_claim", diagnostics);
        check_coverage(table, inside, body_claim.is_some(), diagnostics);
        let (algorithm, key_format) = read_key(table, diagnostics);
        let time = SignedTime::read(table, None, diagnostics);
        if time.as_ref().is_some_and(|time| time.pointer().is_none() || !inside) {
            let what = "the time is in the token that holds the event: `timestamp = { json = \"/…\" }`";
            diagnostics.add(table.error("timestamp", Code::INVALID_VALUE, what));
        }
        let prefix: String = table.get("prefix", diagnostics).unwrap_or_default();
        if inside && !prefix.is_empty() {
            diagnostics.add(table.error("prefix", Code::CONFLICTING_KEYS, "`prefix` belongs to a token in a header"));
        }
        Some(Self {
            source: source?,
            prefix,
            prefix_optional: table.get("prefix_optional", diagnostics).unwrap_or_default(),
            algorithm,
            key_format,
            roots: read_roots(table, key_format, diagnostics),
            marks: table.read_list("marks", diagnostics, Mark::parse),
            issuer: table.get("issuer", diagnostics),
            claims: read_claims(table, diagnostics),
            time,
            body_claim,
        })
    }

    /// The name of the algorithm in a token's header.
    pub(crate) fn alg(&self) -> &'static str {
        match self.algorithm {
            SignatureAlgorithm::Rsa(_) | SignatureAlgorithm::RsaX509(_) => "RS256",
            SignatureAlgorithm::EcdsaP256 | SignatureAlgorithm::EcdsaP256Fixed => "ES256",
            _ => "HS256",
        }
    }

    /// Whether the token holds the event.
    pub(crate) fn is_inside(&self) -> bool {
        matches!(self.source, ValueSource::Json(_))
    }

    /// In a few words, for listings.
    pub(super) fn name(&self) -> &'static str {
        match self.alg() {
            "RS256" => "JWS (RS256)",
            "ES256" => "JWS (ES256)",
            _ => "JWS (HS256)",
        }
    }

    pub(super) fn settings(&self) -> impl Iterator<Item = &str> {
        self.claims.iter().flat_map(FieldCondition::settings)
    }

    pub(super) fn describe(&self) -> String {
        let issuer = self.issuer.as_ref().map(|issuer| format!(" of `{issuer}`")).unwrap_or_default();
        let with = match self.algorithm {
            SignatureAlgorithm::HMAC_SHA256 => "HMAC-SHA256".to_owned(),
            _ => self.alg().to_owned(),
        };
        let chain = if self.key_format == KeyFormat::X5c { ", with its certificates" } else { "" };
        let body = match &self.body_claim {
            Some(name) => format!(", whose `{name}` is the SHA-256 of the body"),
            None if self.is_inside() => ", which holds the event".to_owned(),
            None => ", which says who sent the request and not what".to_owned(),
        };
        let claims: Vec<String> = self.claims.iter().map(FieldCondition::describe).collect();
        let claims = if claims.is_empty() { String::new() } else { format!("; {}", claims.join(" or ")) };
        format!("a token{issuer} signed with {with}{chain} in {}{body}{claims}", self.source.describe())
    }

    pub(super) fn describe_secret(&self) -> &'static str {
        match self.key_format {
            KeyFormat::Jwks => "the sender's set of public keys (JWKS), as JSON",
            KeyFormat::X5c => "the root certificate of the sender, in PEM",
            format if self.algorithm.is_public_key() => self.algorithm.describe_secret(format),
            _ => "the secret that the sender signs its tokens with",
        }
    }
}

/// A token beside the body must cover it, or the file says explicitly that it does not.
fn check_coverage(table: &mut Table<'_>, inside: bool, claim: bool, diagnostics: &mut Diagnostics) {
    let none = table.read("covers", diagnostics, |word| keyword::parse(word, &[("none", true), ("body", false)]));
    match (inside, claim, none) {
        (true, true, _) => {
            diagnostics.add(table.error("body_claim", Code::CONFLICTING_KEYS, "this token holds the event itself"));
        }
        (true, false, Some(true)) => {
            diagnostics.add(table.error("covers", Code::CONFLICTING_KEYS, "this token holds the event itself"));
        }
        (false, false, None | Some(false)) => {
            let help = "`covers = \"none\"` says that this is intended";
            let what = "the token does not cover the body: `body_claim` is missing";
            diagnostics.add(table.error("", codes::UNSIGNED_BODY, what).help(help));
        }
        (false, true, Some(true)) => {
            diagnostics.add(table.error("covers", Code::CONFLICTING_KEYS, "the body is in the token's claims here"))
        }
        _ => {}
    }
}

/// `kind` and `key`: the algorithm, and what the secret is.
fn read_key(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> (SignatureAlgorithm, KeyFormat) {
    let kinds = [("hmac", Kind::Hmac), ("rsa", Kind::Rsa), ("ecdsa", Kind::Ecdsa)];
    let kind = read_keyword(table, "kind", &kinds, diagnostics);
    let (algorithm, formats): (_, &[_]) = match kind {
        Kind::Hmac => (SignatureAlgorithm::HMAC_SHA256, SignatureAlgorithm::HMAC_SHA256.key_formats()),
        Kind::Rsa => (
            SignatureAlgorithm::Rsa(HashFunction::Sha256),
            &[("spki-base64", KeyFormat::SpkiBase64), ("x509-pem", KeyFormat::X509Pem), ("jwks", KeyFormat::Jwks)],
        ),
        Kind::Ecdsa => (
            SignatureAlgorithm::EcdsaP256Fixed,
            &[("spki-base64", KeyFormat::SpkiBase64), ("jwks", KeyFormat::Jwks), ("x5c", KeyFormat::X5c)],
        ),
    };
    let named = table.read("key", diagnostics, |word| keyword::parse(word, formats));
    let format = named.unwrap_or(formats.first().map_or(KeyFormat::Utf8, |(_, format)| *format));
    match (kind, format) {
        (Kind::Rsa, KeyFormat::X509Pem) => (SignatureAlgorithm::RsaX509(HashFunction::Sha256), format),
        _ => (algorithm, format),
    }
}

fn read_roots(table: &mut Table<'_>, format: KeyFormat, diagnostics: &mut Diagnostics) -> Vec<Root> {
    let roots = table.read_list("roots", diagnostics, |pem| Root::parse(pem).map_err(|error| format!("this {error}")));
    for key in ["roots", "marks"] {
        if format != KeyFormat::X5c && table.has(key) {
            diagnostics.add(table.error(key, Code::CONFLICTING_KEYS, format!("`{key}` belongs to `key = \"x5c\"`")));
        }
    }
    roots
}

/// `claims`: a table, or several of which one must hold.
fn read_claims(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Vec<FieldCondition> {
    let tables = match table.node("claims").map(|node| &node.value) {
        Some(TomlKind::Array(_)) => table.tables("claims", diagnostics),
        _ => table.table("claims", diagnostics).into_iter().collect(),
    };
    let mut all = Vec::new();
    for one in tables {
        let condition = FieldCondition::read(&one, diagnostics);
        if condition.is_empty() {
            diagnostics.add(one.error("", Code::INVALID_VALUE, "expected claims: `{ \"/aud\" = \"conf:audience\" }`"));
        }
        all.push(condition);
    }
    all
}
