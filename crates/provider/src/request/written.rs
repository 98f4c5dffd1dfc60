//! A number of the JSON as it is written there: parsed it may have lost digits.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The text at a pointer, where a number is there.
pub(crate) fn written_number<'t>(json: &'t [u8], pointer: &str) -> Option<&'t str> {
    let mut raw: &'t RawValue = serde_json::from_slice(json).ok()?;
    for key in pointer.split('/').skip(1) {
        let key = key.replace("~1", "/").replace("~0", "~");
        raw = match serde_json::from_str::<BTreeMap<Cow<'t, str>, &'t RawValue>>(raw.get()) {
            Ok(object) => object.get(key.as_str()).copied()?,
            Err(_) => {
                let at: usize = key.parse().ok()?;
                serde_json::from_str::<Vec<&'t RawValue>>(raw.get()).ok()?.get(at).copied()?
            }
        };
    }
    let text = raw.get().trim();
    text.starts_with(|c: char| c == '-' || c.is_ascii_digit()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_of_a_number_is_found() {
        let json =
            br#" {"a": {"b/c": [1, {"d": 12345678901234567890.120}]}, "t": "1.50", "e": -1E2, "a2": 1, "a2": 2.0} "#;
        for (pointer, text) in [
            ("/a/b~1c/1/d", Some("12345678901234567890.120")),
            ("/a/b~1c/0", Some("1")),
            ("/e", Some("-1E2")),
            ("/a2", Some("2.0")),
            ("/t", None),
            ("/a", None),
            ("/a/x", None),
            ("/a/b~1c/9", None),
        ] {
            assert_eq!(written_number(json, pointer), text, "{pointer}");
        }
        assert_eq!(written_number(b"7.10", ""), Some("7.10"));
    }
}
