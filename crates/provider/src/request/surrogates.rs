//! Lone surrogates in JSON texts: `"\ud83d"` is legal JSON and what cutting a text in the middle of an emoji leaves (in
//! JavaScript and Java), but no Unicode text, so `serde_json` refuses the whole body.

use std::borrow::Cow;

use serde_json::Value;

/// As many bytes as the escape that it replaces, so that positions in error messages stay right.
const REPLACEMENT: &[u8; 6] = b"\\ufffd";

/// A value with the text it was parsed from.
type Parsed<'t> = (Value, Cow<'t, [u8]>);
/// Why a text is not JSON, with that text.
type Refused<'t> = (serde_json::Error, Cow<'t, [u8]>);

/// Parses a JSON text; lone surrogates become U+FFFD. With the text as it was parsed, which is the given one unless it
/// had some. A text without them costs nothing more than parsing it.
///
/// # Errors
/// When it is not JSON, for the first reason.
pub(crate) fn parse(text: Cow<'_, [u8]>) -> Result<Parsed<'_>, Refused<'_>> {
    match serde_json::from_slice(&text) {
        Ok(value) => Ok((value, text)),
        Err(error) => match replaced(&text).map(|replaced| (serde_json::from_slice(&replaced), replaced)) {
            Some((Ok(value), replaced)) => Ok((value, Cow::Owned(replaced))),
            Some((Err(error), _)) => Err((error, text)),
            None => Err((error, text)),
        },
    }
}

/// The JSON text with U+FFFD in place of lone surrogates; `None` where it has none.
pub(crate) fn replaced(text: &[u8]) -> Option<Vec<u8>> {
    let mut replaced: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(distance) = text.get(at..)?.iter().position(|byte| *byte == b'\\') {
        at += distance;
        at += match (escaped_unit(text, at), escaped_unit(text, at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                let text = replaced.get_or_insert_with(|| text.to_vec());
                if let Some(escape) = text.get_mut(at..at + 6) {
                    escape.copy_from_slice(REPLACEMENT);
                }
                6
            }
            // Whatever is escaped, a backslash too, is no beginning of another escape.
            _ => 2,
        };
    }
    replaced
}

/// The code unit of an escape `\uXXXX` that begins here.
fn escaped_unit(text: &[u8], at: usize) -> Option<u16> {
    let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits
        .iter()
        .try_fold(0, |unit: u16, digit| Some(unit << 4 | u16::try_from(char::from(*digit).to_digit(16)?).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Value> {
        parse(Cow::Borrowed(text.as_bytes())).ok().map(|(value, _)| value)
    }

    #[test]
    fn lone_surrogates_become_the_replacement_character() {
        for (text, expected) in [
            (r#""\ud83d""#, "\u{fffd}"),
            (r#""a\uD83Db""#, "a\u{fffd}b"),
            (r#""\ude00""#, "\u{fffd}"),
            (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
            (r#""\ud83d\ude00\ude00""#, "😀\u{fffd}"),
            (r#""\ud83d\\ude00""#, "\u{fffd}\\ude00"),
            (r#""\\ud83d \ud83d\n""#, "\\ud83d \u{fffd}\n"),
        ] {
            assert_eq!(read(text), Some(Value::String(expected.to_owned())), "{text}");
        }
        assert_eq!(read(r#"{"\ud83d":1}"#), Some(serde_json::json!({ "\u{fffd}": 1 })));
    }

    #[test]
    fn what_is_not_json_stays_so_and_other_texts_are_not_copied() {
        for text in [r#""\ud83d"#, r#""\ud8""#, r#""\ud83d\x""#, r#"\ud83d"#, "", "\\", "\"\\", r#""\uzzzz""#] {
            assert_eq!(read(text), None, "{text}");
        }
        for text in [r#""\ud83d\ude00""#, r#""\\ud83d""#, "[1]", r#""é""#] {
            assert_eq!(replaced(text.as_bytes()), None, "{text}");
            assert!(matches!(parse(Cow::Borrowed(text.as_bytes())), Ok((_, Cow::Borrowed(_)))), "{text}");
        }
    }
}
