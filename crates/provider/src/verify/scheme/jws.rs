//! `scheme = "jws"`: a signed token (JWS, JWT) beside the body. The algorithm is always HS256, whatever the token names.

use super::fields::{read_key_format, read_source};
use crate::codes;
use crate::key::{KeyFormat, SignatureAlgorithm};
use crate::keyword;
use crate::request::ValueSource;
use hookbell_config_file::Table;
use hookbell_config_file::{Code, Diagnostics};

/// A token whose claims are about the request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JwsScheme {
    /// Always a header.
    pub(crate) source: ValueSource,
    /// Compared without regard to case.
    pub(crate) prefix: String,
    pub(crate) prefix_optional: bool,
    pub(crate) key_format: KeyFormat,
    /// The required value of `iss`.
    pub(crate) issuer: Option<String>,
    /// The claim that holds the SHA-256 of the body in hex. Without one the token proves only who sent it, and must have
    /// an expiry.
    pub(crate) body_claim: Option<String>,
}

impl JwsScheme {
    pub(crate) const ALGORITHM: SignatureAlgorithm = SignatureAlgorithm::HMAC_SHA256;

    pub(super) fn read(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let source = read_source(table, &["header"], diagnostics);
        let body_claim = table.get("body_claim", diagnostics);
        let none = table.read("covers", diagnostics, |word| keyword::parse(word, &[("none", true), ("body", false)]));
        match (&body_claim, none.unwrap_or_default()) {
            (None, false) => {
                let help = "`covers = \"none\"` says that this is intended";
                diagnostics.add(
                    table
                        .error("", codes::UNSIGNED_BODY, "the token does not cover the body: `body_claim` is missing")
                        .help(help),
                );
            }
            (Some(_), true) => {
                diagnostics.add(table.error("covers", Code::CONFLICTING_KEYS, "the body is in the token's claims here"))
            }
            _ => {}
        }
        Some(Self {
            source: source?,
            prefix: table.get("prefix", diagnostics).unwrap_or_default(),
            prefix_optional: table.get("prefix_optional", diagnostics).unwrap_or_default(),
            key_format: read_key_format(table, Self::ALGORITHM, diagnostics),
            issuer: table.get("issuer", diagnostics),
            body_claim,
        })
    }

    pub(super) fn describe(&self) -> String {
        let issuer = self.issuer.as_ref().map(|issuer| format!(" of `{issuer}`")).unwrap_or_default();
        let body = match &self.body_claim {
            Some(name) => format!(", whose `{name}` is the SHA-256 of the body"),
            None => ", which says who sent the request and not what".to_owned(),
        };
        format!("a token{issuer} signed with HMAC-SHA256 in {}{body}", self.source.describe())
    }
}
