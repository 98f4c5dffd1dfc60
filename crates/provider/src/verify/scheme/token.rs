//! `scheme = "token"`: the secret itself, sent along.

use super::fields::{read_header, read_source};
use crate::keyword;
use crate::request::{HeaderKey, ValueSource};
use hookbell_config_file::Table;
use hookbell_config_file::{Code, Diagnostics};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TokenScheme {
    pub(crate) source: ValueSource,
    /// Compared without regard to case.
    pub(crate) prefix: String,
    /// The value is base64 of `user:password`; the secret is `user:password` itself.
    pub(crate) basic: bool,
}

impl TokenScheme {
    pub(super) fn read(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let auth = table.read("auth", diagnostics, |word| keyword::parse(word, &[("bearer", false), ("basic", true)]));
        if let Some(basic) = auth {
            return Self::read_authorization(table, basic, diagnostics);
        }
        let source = read_source(table, &["header", "json", "form", "query"], diagnostics);
        let prefix = table.get("prefix", diagnostics).unwrap_or_default();
        Some(Self { source: source?, prefix, basic: false })
    }

    /// With `auth`: in the header `Authorization` unless another is named.
    fn read_authorization(table: &mut Table<'_>, basic: bool, diagnostics: &mut Diagnostics) -> Option<Self> {
        let excluded = ["json", "form", "query", "prefix"];
        if let Some(key) = excluded.into_iter().find(|key| table.has(key)) {
            diagnostics.add(table.error(key, Code::CONFLICTING_KEYS, "`auth` is in a header and sets its own prefix"));
        }
        table.tick(&excluded);
        let header = if table.has("header") {
            read_header(table, "header", diagnostics)?
        } else {
            HeaderKey::parse("Authorization").ok()?
        };
        let prefix = if basic { "Basic " } else { "Bearer " };
        Some(Self { source: ValueSource::Header(header), prefix: prefix.to_owned(), basic })
    }

    pub(super) fn describe(&self) -> String {
        if self.basic {
            return format!("user name and password in {}", self.source.describe());
        }
        let prefix = self.prefix.trim();
        let prefix = if prefix.is_empty() { String::new() } else { format!(", after `{prefix}`") };
        format!("the secret itself in {}{prefix}", self.source.describe())
    }
}
