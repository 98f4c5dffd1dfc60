//! The schemes that a provider file can name. A new one is a module here, one in `check`, one in `sign`, and a variant
//! of the enums in their parents.

mod fields;
mod jws;
mod signed;
mod token;

pub(crate) use self::jws::JwsScheme;
pub(crate) use self::signed::{ContentInput, GrammarError, SignedContent, SignedScheme, SignedTime, TimeSource};
pub(crate) use self::token::TokenScheme;
use crate::request::{FieldCondition, HeaderKey, ValueSource};
use hookbell_config_file::Table;
use hookbell_config_file::{Code, Diagnostics};
use hookbell_model::suggest::suggestion;

/// How a request proves who sent it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scheme {
    Signed(SignedScheme),
    Token(TokenScheme),
    Jws(JwsScheme),
}

impl Scheme {
    /// Reads one `[verify]` table.
    pub(super) fn read(mut table: Table<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let word: String = table.require("scheme", diagnostics)?;
        let scheme = match word.as_str() {
            "signed" => SignedScheme::read(&mut table, diagnostics).map(Self::Signed),
            "token" => TokenScheme::read(&mut table, diagnostics).map(Self::Token),
            "jws" => JwsScheme::read(&mut table, diagnostics).map(Self::Jws),
            _ => {
                let help = suggestion(&word, ["signed", "token", "jws", "none"]);
                let what = "expected `signed`, `token`, `jws` or, without other keys, `none`";
                diagnostics.add(table.error("scheme", Code::INVALID_VALUE, what).maybe_help(help));
                return None;
            }
        };
        table.finish(diagnostics);
        scheme
    }

    /// In a few words, for listings.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Signed(signed) => signed.algorithm.name(),
            Self::Token(_) => "token",
            Self::Jws(jws) => jws.name(),
        }
    }

    /// Where the signature or token is.
    pub(crate) fn source(&self) -> &ValueSource {
        match self {
            Self::Signed(signed) => &signed.source,
            Self::Token(token) => &token.source,
            Self::Jws(jws) => &jws.source,
        }
    }

    pub(crate) fn settings(&self) -> impl Iterator<Item = &str> {
        let claims = if let Self::Jws(jws) = self { Some(jws) } else { None };
        let claims = claims.into_iter().flat_map(JwsScheme::settings);
        let when = if let Self::Signed(signed) = self { Some(&signed.when) } else { None };
        let claims = claims.chain(when.into_iter().flat_map(FieldCondition::settings));
        self.content().into_iter().flat_map(SignedContent::settings).chain(claims)
    }

    pub(super) fn needs_url(&self) -> bool {
        self.content().is_some_and(SignedContent::needs_url)
    }

    pub(super) fn signed_headers(&self) -> impl Iterator<Item = &HeaderKey> {
        self.content().into_iter().flat_map(SignedContent::headers).chain(self.time_header())
    }

    pub(super) fn time_header(&self) -> Option<&HeaderKey> {
        let Self::Signed(signed) = self else { return None };
        signed.time.as_ref()?.header()
    }

    pub(super) fn token_pointer(&self) -> Option<String> {
        if let Self::Token(token) = self { token.source.body_pointer() } else { None }
    }

    /// The query that the URL needs, where a token is taken from it.
    pub(crate) fn token_query(&self) -> Option<String> {
        match self {
            Self::Token(TokenScheme { source: ValueSource::Query(name), .. }) => Some(format!("{name}=SECRET")),
            _ => None,
        }
    }

    /// Whether its keys are in the file.
    pub(crate) fn is_pinned(&self) -> bool {
        matches!(self, Self::Jws(jws) if !jws.roots.is_empty())
    }

    /// For people.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Signed(signed) => signed.describe(),
            Self::Token(token) => token.describe(),
            Self::Jws(jws) => jws.describe(),
        }
    }

    /// Which secret to copy, for people.
    pub(crate) fn describe_secret(&self) -> &'static str {
        match self {
            Self::Signed(signed) => signed.algorithm.describe_secret(signed.key_format),
            Self::Token(token) if token.basic => "user name and password, as `user:password`",
            Self::Token(_) => "the token that the sender sends along",
            Self::Jws(jws) => jws.describe_secret(),
        }
    }

    fn content(&self) -> Option<&SignedContent> {
        if let Self::Signed(signed) = self { Some(&signed.content) } else { None }
    }
}
