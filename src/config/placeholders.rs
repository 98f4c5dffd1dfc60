//! Values that stand for another one: `$VAR` and its like where `${VAR}` is meant, and samples that nobody replaced.

use std::fmt;
use std::ops::Range;

use crate::codes;
use hookbell_config_file::{Diagnostics, SourceSpan, Table, TomlKind, TomlValue};

/// A value that is no value yet.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Placeholder {
    /// A variable as a shell, a batch file or a template writes it.
    Variable { name: String },
    /// `<your webhook url>`, `changeme`, `xxx`.
    Sample,
}

/// Keys whose value is the user's own, so that a sample there is always a mistake.
const OWN: [&str; 6] = ["webhook_url", "secret", "secrets", "bot_token", "admin_token", "client_secret"];
/// What manuals write in the place of a secret.
const SAMPLES: [&str; 12] = [
    "changeme",
    "change-me",
    "change_me",
    "todo",
    "tbd",
    "placeholder",
    "replace-me",
    "replaceme",
    "replace_me",
    "insert-here",
    "fixme",
    "...",
];

/// Reports the placeholders in a config; the spans of those that are no value at all.
pub(super) fn check(root: &Table<'_>, diagnostics: &mut Diagnostics) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for entry in root.all() {
        walk(&entry.node, &entry.key, &root.span("").below(&entry.node.span, &entry.key), &mut found);
    }
    let mut reported = Vec::new();
    for (placeholder, span) in found {
        let help = help(&placeholder, &span.location().key);
        let message = placeholder.to_string();
        // A sample that is long enough is a secret, though everybody's.
        let is_url = span.location().key.ends_with("webhook_url");
        if matches!(placeholder, Placeholder::Sample) && !is_url {
            diagnostics.add(span.warning(codes::PLACEHOLDER_VALUE, message).help(help));
        } else {
            diagnostics.add(span.error(codes::PLACEHOLDER_VALUE, message).help(help));
            reported.push(span.bytes());
        }
    }
    reported
}

fn walk<'d>(node: &TomlValue, key: &str, span: &SourceSpan<'d>, found: &mut Vec<(Placeholder, SourceSpan<'d>)>) {
    match &node.value {
        TomlKind::String(text) if !span.is_unfilled() => {
            found.extend(Placeholder::of(text, OWN.contains(&key)).map(|placeholder| (placeholder, span.clone())));
        }
        TomlKind::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                walk(item, key, &span.below(&item.span, &at.to_string()), found);
            }
        }
        // Payloads and headers of examples are what a sender writes.
        TomlKind::Table(_) if matches!(key, "payload" | "headers") => {}
        TomlKind::Table(entries) => {
            for entry in entries {
                walk(&entry.node, &entry.key, &span.below(&entry.node.span, &entry.key), found);
            }
        }
        _ => {}
    }
}

impl Placeholder {
    fn of(text: &str, own: bool) -> Option<Self> {
        let text = text.trim();
        let between = |open: &str, close: &str| text.strip_prefix(open)?.strip_suffix(close);
        let whole = text.strip_prefix('$').or_else(|| between("%", "%")).or_else(|| between("{{", "}}"));
        let whole = whole.or_else(|| between("$(", ")")).or_else(|| between("{", "}")).map(str::trim);
        if let Some(name) = whole.filter(|name| is_variable(name)) {
            return Some(Self::Variable { name: name.to_owned() });
        }
        if let Some(name) = part(text) {
            return Some(Self::Variable { name: name.to_owned() });
        }
        (own && is_sample(text)).then_some(Self::Sample)
    }
}

/// The first `$NAME` in a URL.
fn part(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    let name =
        |part: &'_ str| part.len() - part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
    let mut parts = rest.split('$').skip(1).filter_map(|part| part.get(..name(part)));
    parts.find(|name| is_variable(name))
}

/// As variables are named: capitals, digits and `_`.
fn is_variable(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    name.len() >= 3 && name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_') && name.chars().all(is_part)
}

fn is_sample(text: &str) -> bool {
    let small = text.to_lowercase();
    let filler = |c: char| matches!(c, 'x' | '*' | '.' | '…' | '-' | '?');
    let angled = text.starts_with('<') && text.ends_with('>');
    let yours = small.starts_with("your-") || small.starts_with("your_") || small.starts_with("your ");
    let filled = text.chars().count() >= 3 && small.chars().all(filler);
    angled || yours || filled || SAMPLES.contains(&small.as_str())
}

/// How the value is written so that it comes from the environment.
fn help(placeholder: &Placeholder, key: &str) -> String {
    match placeholder {
        Placeholder::Variable { name } => format!("`${{{name}}}` takes the environment variable `{name}`"),
        Placeholder::Sample => {
            let mut parts = key.split(['.', '[']).filter(|part| !part.is_empty() && !part.ends_with(']')).skip(1);
            let (name, last) = (parts.next().unwrap_or("hookbell"), parts.last().unwrap_or_default());
            let name = [name, last].join("_").trim_matches('_').to_uppercase().replace(['-', ' '], "_");
            format!("write the real one; `${{{name}}}` takes it from the environment variable `{name}`")
        }
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable { .. } => f.write_str("this is taken as it is written: a variable is written `${NAME}`"),
            Self::Sample => f.write_str("this is a placeholder that nobody has replaced"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_other_languages_and_samples_are_told_from_values() {
        let name = |text: &str| match Placeholder::of(text, true) {
            Some(Placeholder::Variable { name, .. }) => Some(name),
            _ => None,
        };
        for text in ["$SALES_URL", "%SALES_URL%", "{{SALES_URL}}", "{{ SALES_URL }}", "https://a.example/$SALES_URL/x"]
        {
            assert_eq!(name(text).as_deref(), Some("SALES_URL"), "{text}");
        }
        for text in ["<your webhook url>", "xxx", "changeme", "CHANGEME", "your-secret", "***"] {
            assert_eq!(Placeholder::of(text, true), Some(Placeholder::Sample), "{text}");
            assert_eq!(Placeholder::of(text, false), None, "{text}");
        }
        for text in ["s3cr3t", "pa$$word", "a$B1c", "{{ payload.id }}", "https://a.example/x", "50%", "x", "s"] {
            assert_eq!(Placeholder::of(text, true), None, "{text}");
        }
    }
}
