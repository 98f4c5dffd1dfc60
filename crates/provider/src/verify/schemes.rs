//! `verify` of a provider file: one scheme or several alternatives, or none.

use std::collections::BTreeSet;

use http::HeaderName;

use super::scheme::Scheme;
use crate::request::{BodySpec, HeaderKey, ValueSource};
use hookbell_config_file::{Code, Diagnostics};
use hookbell_config_file::{Table, TomlKind};

/// The alternatives, of which the first whose signature or token a request carries is the one that is checked. None at
/// all means that nothing is checked.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Schemes(pub(crate) Vec<Scheme>);

impl Schemes {
    /// Reads `verify`: a table, a list of tables, or `"none"`.
    pub(crate) fn read(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let before = diagnostics.errors();
        let schemes = match &table.node("verify")?.value {
            TomlKind::String(word) if word == "none" => Vec::new(),
            TomlKind::Boolean(_) | TomlKind::String(_) => {
                let help = "leave it out for the provider's own check; a token is `verify = { scheme = \"token\", header = \"Authorization\" }`; `\"none\"` accepts every request unchecked";
                diagnostics.add(table.error("verify", Code::INVALID_VALUE, "expected a table or `none`").help(help));
                return None;
            }
            TomlKind::Array(_) => {
                let tables = table.tables("verify", diagnostics);
                if tables.is_empty() {
                    diagnostics.add(table.error("verify", Code::INVALID_VALUE, "the list has no alternative"));
                }
                tables.into_iter().filter_map(|table| Scheme::read(table, diagnostics)).collect()
            }
            _ => {
                let mut one = table.table("verify", diagnostics)?;
                if is_none(&mut one) {
                    one.finish(diagnostics);
                    Vec::new()
                } else {
                    vec![Scheme::read(one, diagnostics)?]
                }
            }
        };
        (diagnostics.errors() == before).then_some(Self(schemes))
    }

    /// Reports a token that holds the event and is not checked, or is checked and not read.
    pub(crate) fn check_unpacked(&self, body: &BodySpec, table: &Table<'_>, diagnostics: &mut Diagnostics) {
        let token = body.unpack.token();
        for scheme in &self.0 {
            let checked = match scheme {
                Scheme::Jws(jws) if jws.is_inside() => jws.source.body_pointer(),
                _ => None,
            };
            match (token, checked) {
                (Some(token), checked) if checked.as_deref() != Some(token) => {
                    let what = format!("the event is in the token at `{token}`, which is not what is checked here");
                    let help = format!("`scheme = \"jws\"` with `json = \"{token}\"`");
                    diagnostics.add(table.error("verify", Code::CONFLICTING_KEYS, what).help(help));
                }
                (None, Some(checked)) => {
                    let what = format!("the token at `{checked}` is checked and not read");
                    let help = format!("`unpack = {{ \"{checked}\" = \"token\" }}` in `[body]`");
                    diagnostics.add(table.error("verify", Code::CONFLICTING_KEYS, what).help(help));
                }
                _ => {}
            }
        }
    }

    /// Whether every request is accepted unchecked.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In a few words, for listings.
    pub(crate) fn summary(&self) -> String {
        let Some(first) = self.0.first() else { return "none".to_owned() };
        let mut sources: Vec<String> = self.0.iter().map(|scheme| scheme.source().name()).collect();
        sources.dedup();
        format!("{}, {}", first.name(), sources.join(" or "))
    }

    /// The names of the values that a source's own table must give.
    pub(crate) fn settings(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(Scheme::settings)
    }

    /// Whether the public URL is needed to check a request.
    pub(crate) fn needs_url(&self) -> bool {
        self.0.iter().any(Scheme::needs_url)
    }

    /// The headers that carry a signature or token.
    pub(crate) fn proof_headers(&self) -> impl Iterator<Item = &HeaderName> {
        self.0.iter().filter_map(|scheme| match scheme.source() {
            ValueSource::Header(key) => Some(&key.name),
            _ => None,
        })
    }

    /// The headers that are signed, the time's included.
    pub(crate) fn signed_headers(&self) -> impl Iterator<Item = &HeaderKey> {
        self.0.iter().flat_map(Scheme::signed_headers)
    }

    /// The headers in which signed times are sent.
    pub(crate) fn time_headers(&self) -> impl Iterator<Item = &HeaderKey> {
        self.0.iter().filter_map(Scheme::time_header)
    }

    /// The pointers of tokens in the body.
    pub(crate) fn token_pointers(&self) -> impl Iterator<Item = String> {
        self.0.iter().filter_map(Scheme::token_pointer)
    }

    /// The headers that only the alternatives not used would have signed: they are unsigned here.
    pub(crate) fn untrusted_headers(&self, used: usize) -> Vec<&HeaderName> {
        let signed = |at: usize| self.0.get(at).into_iter().flat_map(Scheme::signed_headers).map(|key| &key.name);
        let trusted: BTreeSet<&str> = signed(used).map(HeaderName::as_str).collect();
        let others = (0..self.0.len()).filter(|at| *at != used).flat_map(signed);
        others.filter(|name| !trusted.contains(name.as_str())).collect()
    }
}

/// Whether a table says `scheme = "none"`.
fn is_none(table: &mut Table<'_>) -> bool {
    matches!(table.node("scheme").map(|node| &node.value), Some(TomlKind::String(word)) if word == "none")
}
