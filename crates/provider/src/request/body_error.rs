//! Why a body cannot be read.

/// More events in one request than any sender sends.
pub const MAX_EVENTS: usize = 10_000;

/// A body is not in the provider's format. The text is safe to answer with: it repeats nothing of the body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    #[error("the body is empty, expected JSON")]
    Empty,
    #[error("the body is a form, expected JSON: choose `application/json` where the webhook is set up")]
    UnexpectedForm,
    #[error("the body ends in the middle of its JSON")]
    Truncated,
    /// Beyond a float of 64 bits, which ends near 1.8e308.
    #[error("the body has a number that is too large (line {line}, column {column})")]
    NumberTooLarge { line: usize, column: usize },
    #[error("the body is not JSON (line {line}, column {column})")]
    InvalidJson { line: usize, column: usize },
    #[error("the form has no field `{0}`, which would hold the JSON")]
    MissingField(String),
    #[error("the form has the field `{0}` more than once, which would hold the JSON")]
    RepeatedField(String),
    #[error("the content type names no boundary, or one that cannot be read")]
    NoBoundary,
    #[error("the body is not divided into parts as `multipart/form-data` is")]
    InvalidMultipart,
    #[error("the body ends before its last part does")]
    TruncatedMultipart,
    #[error("the body is not well-formed XML (line {line})")]
    InvalidXml { line: usize },
    #[error("the body ends in the middle of its XML")]
    TruncatedXml,
    #[error("the XML has a document type, which is not read")]
    DocumentType,
    #[error("the XML says that it is in another encoding than UTF-8")]
    Encoding,
    #[error("the body is nested too deeply")]
    TooDeep,
    #[error("the body has too many parts")]
    TooManyParts,
    /// With its JSON pointer.
    #[error("the body has no list at `{0}`")]
    MissingList(String),
    #[error("more than {MAX_EVENTS} events in one request; none was taken")]
    TooManyEvents,
    #[error("the body holds no event")]
    NoEvent,
}

impl BodyError {
    pub(crate) fn from_json(text: &[u8], error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        match () {
            () if text.is_empty() => Self::Empty,
            () if error.is_eof() => Self::Truncated,
            () if overflows(text, line, column) => Self::NumberTooLarge { line, column },
            () => Self::InvalidJson { line, column },
        }
    }
}

/// Whether a number that is too large ends at this position, which `serde_json` reports as any other syntax error.
fn overflows(text: &[u8], line: usize, column: usize) -> bool {
    let line = text.split(|byte| *byte == b'\n').nth(line.saturating_sub(1));
    let read = line.and_then(|line| line.get(..column)).unwrap_or_default();
    let start = read.iter().rposition(|byte| !b"+-.0123456789eE".contains(byte)).map_or(0, |at| at + 1);
    let number = read.get(start..).and_then(|number| std::str::from_utf8(number).ok());
    number.is_some_and(|number| number.parse::<f64>().is_ok_and(f64::is_infinite))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> BodyError {
        let error = serde_json::from_str::<serde_json::Value>(text).expect_err(text);
        BodyError::from_json(text.as_bytes(), &error)
    }

    #[test]
    fn numbers_that_are_too_large_are_distinguished_from_broken_json() {
        let long = "9".repeat(400);
        for text in ["1e999", "[1,\n -1e999]", "{\"n\":1E+999}", &long, "[123e99999999999]"] {
            assert!(matches!(error(text), BodyError::NumberTooLarge { .. }), "{text}: {:?}", error(text));
        }
        for text in ["[1e]", "[1 999]", "\"\\ud800\"", "[1e5 x]", "tell-tale", &"[".repeat(200)] {
            assert!(matches!(error(text), BodyError::InvalidJson { .. } | BodyError::Truncated), "{text}");
        }
        assert_eq!((error(""), error("{\"a\":")), (BodyError::Empty, BodyError::Truncated));
    }
}
