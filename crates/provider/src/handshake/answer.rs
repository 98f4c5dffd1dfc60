//! Texts of an answer that repeat values of the request.

use std::borrow::Cow;

use super::error::{HandshakeError, MAX_ECHO};
use crate::key::{Key, KeyFormat, SignatureAlgorithm, SignatureEncoding};
use crate::pattern::{self, PatternError, PatternPart};
use crate::request::{ValueScope, ValueSource, ValueSourceError};
use hookbell_model::secret::Secret;

/// A text with values of the request in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct AnswerText(Vec<AnswerPart>);

#[derive(Debug, Clone, PartialEq)]
enum AnswerPart {
    Literal(String),
    Echo(ValueSource),
    /// The HMAC-SHA256 of a value, keyed with the source's first secret.
    Hmac(SignatureEncoding, ValueSource),
}

/// Why a text is not a valid answer template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum AnswerError {
    #[error(transparent)]
    Pattern(#[from] PatternError),
    #[error(transparent)]
    Source(#[from] ValueSourceError),
}

impl AnswerText {
    /// # Errors
    /// When a placeholder names no value of a request.
    pub(super) fn parse(text: &str) -> Result<Self, AnswerError> {
        pattern::parse(text)?.into_iter().map(AnswerPart::parse).collect::<Result<_, _>>().map(Self)
    }

    /// # Errors
    /// When a value cannot be repeated, or there is no secret for its HMAC.
    pub(super) fn write(&self, scope: &ValueScope<'_>, secret: Option<&Secret>) -> Result<String, HandshakeError> {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                AnswerPart::Literal(literal) => text.push_str(literal),
                AnswerPart::Echo(source) => text.push_str(&echo(source, scope)?),
                AnswerPart::Hmac(encoding, source) => {
                    let value = echo(source, scope)?;
                    let key = secret
                        .and_then(|secret| Key::new(SignatureAlgorithm::HMAC_SHA256, KeyFormat::Utf8, secret).ok());
                    let signature = key.and_then(|key| key.sign(&[value.as_bytes()]));
                    text.push_str(&signature.ok_or(HandshakeError::UnusableValue)?.encode(*encoding));
                }
            }
        }
        Ok(text)
    }
}

impl AnswerPart {
    fn parse(part: PatternPart) -> Result<Self, AnswerError> {
        let placeholder = match part {
            PatternPart::Literal(text) => return Ok(Self::Literal(text)),
            PatternPart::Placeholder(placeholder) => placeholder,
        };
        Ok(match placeholder.split_once(':') {
            Some(("hmac-hex", text)) => Self::Hmac(SignatureEncoding::Hex, ValueSource::parse(text)?),
            Some(("hmac-base64", text)) => Self::Hmac(SignatureEncoding::Base64, ValueSource::parse(text)?),
            _ => Self::Echo(ValueSource::parse(&placeholder)?),
        })
    }
}

/// A value that may be repeated: one short line.
pub(super) fn echo<'v>(source: &ValueSource, scope: &ValueScope<'v>) -> Result<Cow<'v, str>, HandshakeError> {
    let found = source.find(scope).filter(|text| text.len() <= MAX_ECHO && !text.chars().any(char::is_control));
    found.ok_or(HandshakeError::UnusableValue)
}
