//! The help for a value of another type: the literal as it should be written, where it may be shown.

use std::ops::Range;

use super::from_toml::Remedy;
use super::snippet;
use super::source::Document;

/// The help for the value at these bytes.
pub(super) fn help(document: &Document, remedy: Remedy, span: &Range<usize>) -> Option<String> {
    let literal = document.text.get(span.clone())?;
    let shown = snippet::may_show(document, span) && literal.len() <= 80 && !literal.contains('\n');
    Some(match (remedy, shown) {
        (Remedy::Quote, true) => format!("write it in quotes: `\"{literal}\"`"),
        (Remedy::Quote, false) => "write it in quotes: `\"…\"`".to_owned(),
        (Remedy::Unquote, true) => format!("write it without quotes: `{}`", literal.trim_matches(['"', '\''])),
        (Remedy::Unquote, false) => "write it without quotes".to_owned(),
        (Remedy::Unit, true) => {
            format!(
                "write it with a unit and in quotes: `\"{literal}s\"`, `\"{literal}m\"`, `\"{literal}h\"` or `\"{literal}d\"`"
            )
        }
        (Remedy::Unit, false) => "write it with a unit and in quotes, as `\"30s\"`".to_owned(),
    })
}
