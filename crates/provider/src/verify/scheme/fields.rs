//! Keys that the tables of several schemes share.

use crate::key::{KeyFormat, SignatureAlgorithm};
use crate::keyword;
use crate::request::{HeaderKey, ValueSource};
use hookbell_config_file::Table;
use hookbell_config_file::{Code, Diagnostics};

/// The one place that is named under `keys`, of which `header` is always one.
pub(super) fn read_source(
    table: &mut Table<'_>,
    keys: &[&'static str],
    diagnostics: &mut Diagnostics,
) -> Option<ValueSource> {
    let named: Vec<&'static str> = keys.iter().copied().filter(|key| table.has(key)).collect();
    let source = match named.as_slice() {
        ["header"] => read_header(table, "header", diagnostics).map(ValueSource::Header),
        ["json"] => table.read("json", diagnostics, pointer).map(ValueSource::Json),
        ["form"] => table.get("form", diagnostics).map(ValueSource::Form),
        ["query"] => table.get("query", diagnostics).map(ValueSource::Query),
        [] => {
            let all: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
            let help = format!("where the signature or token is: one of {}", all.join(", "));
            diagnostics.add(table.missing("header").help(help));
            None
        }
        several => {
            let second = several.get(1).copied().unwrap_or_default();
            diagnostics.add(table.error(
                second,
                Code::CONFLICTING_KEYS,
                "the signature or token is in one place: a second one is too many",
            ));
            None
        }
    };
    table.tick(keys);
    source
}

pub(super) fn read_header(
    table: &mut Table<'_>,
    key: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<HeaderKey> {
    let text: String = table.require(key, diagnostics)?;
    HeaderKey::parse(&text)
        .map_err(|error| diagnostics.add(table.error(key, Code::INVALID_VALUE, error.to_string())))
        .ok()
}

pub(super) fn read_key_format(
    table: &mut Table<'_>,
    algorithm: SignatureAlgorithm,
    diagnostics: &mut Diagnostics,
) -> KeyFormat {
    let formats = algorithm.key_formats();
    let named = table.read("key", diagnostics, |word| keyword::parse(word, formats));
    named.unwrap_or(formats.first().map_or(KeyFormat::Utf8, |(_, format)| *format))
}

/// The value of the word under `key`; the first one where the key is absent, or wrong, which is reported.
pub(super) fn read_keyword<T: Copy, const N: usize>(
    table: &mut Table<'_>,
    key: &'static str,
    words: &[(&str, T); N],
    diagnostics: &mut Diagnostics,
) -> T {
    table.read(key, diagnostics, |word| keyword::parse(word, words)).unwrap_or(words[0].1)
}

/// The text is no JSON pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a JSON pointer such as `/data/id`")]
pub(super) struct ParsePointerError;

pub(super) fn pointer(text: &str) -> Result<String, ParsePointerError> {
    if text.starts_with('/') { Ok(text.to_owned()) } else { Err(ParsePointerError) }
}
