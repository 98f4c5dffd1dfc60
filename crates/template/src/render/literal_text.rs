//! What a template's own words hold that looks as if it did something, and is printed as it is: pings, and the placeholders of
//! other languages.

use std::fmt;
use std::ops::Range;

use crate::codes;
use hookbell_config_file::Code;

/// Something in literal text that has no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ineffective<'t> {
    /// `@everyone`, `<@1>`: Discord would ping, hookbell does not let it.
    Ping { written: &'t str, mention: String },
    /// `{event.amount}`, `${payload.id}`: one brace instead of two.
    OneBrace { written: &'t str, path: &'t str },
    /// `%s`
    Percent(&'t str),
}

/// Names by which a path begins.
const ROOTS: [&str; 3] = ["event", "payload", "headers"];

/// All of them in a piece of literal text, with their bytes.
pub(super) fn ineffective(text: &str) -> Vec<(Ineffective<'_>, Range<usize>)> {
    let mut found = Vec::new();
    for (at, c) in text.char_indices() {
        let (before, rest) = text.split_at(at);
        let one = match c {
            '@' if !before.ends_with('<') => everyone(rest, before),
            '<' => id(rest),
            '{' => one_brace(rest),
            '%' => percent(rest, before),
            _ => None,
        };
        found.extend(one.map(|(what, length)| (what, at..at + length)));
    }
    found
}

fn everyone<'t>(rest: &'t str, before: &str) -> Option<(Ineffective<'t>, usize)> {
    let word =
        ["everyone", "here"].into_iter().find(|word| rest.get(1..).is_some_and(|rest| rest.starts_with(word)))?;
    let length = 1 + word.len();
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    // `mail@here.example` is an address.
    let alone = !is_word(before.chars().next_back()) && !is_word(rest.get(length..)?.chars().next());
    alone.then(|| {
        (Ineffective::Ping { written: rest.get(..length).unwrap_or_default(), mention: word.to_owned() }, length)
    })
}

/// `<@1>`, `<@!1>`, `<@&1>`
fn id(rest: &str) -> Option<(Ineffective<'_>, usize)> {
    let end = rest.find('>')?;
    let inner = rest.get(1..end)?.strip_prefix('@')?;
    let (kind, id) = match inner.strip_prefix('&') {
        Some(id) => ("role", id),
        None => ("user", inner.strip_prefix('!').unwrap_or(inner)),
    };
    let is_id = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    let written = rest.get(..=end)?;
    is_id.then(|| (Ineffective::Ping { written, mention: format!("{kind}:{id}") }, written.len()))
}

fn one_brace(rest: &str) -> Option<(Ineffective<'_>, usize)> {
    let end = rest.find('}')?;
    let (written, path) = (rest.get(..=end)?, rest.get(1..end)?.trim());
    let mut parts = path.split('.');
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || "_-[]'\"".contains(c));
    let known = parts.next().is_some_and(|root| ROOTS.contains(&root)) && parts.clone().next().is_some();
    (known && parts.all(plain)).then_some((Ineffective::OneBrace { written, path }, written.len()))
}

fn percent<'t>(rest: &'t str, before: &str) -> Option<(Ineffective<'t>, usize)> {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let written = rest.get(..2).filter(|written| ["%s", "%d"].contains(written))?;
    let alone = !is_word(before.chars().next_back()) && !is_word(rest.get(2..)?.chars().next());
    alone.then_some((Ineffective::Percent(written), 2))
}

impl Ineffective<'_> {
    pub(super) fn code(&self) -> Code {
        match self {
            Self::Ping { .. } => codes::PING_IN_TEXT,
            Self::OneBrace { .. } | Self::Percent(_) => codes::LITERAL_PLACEHOLDER,
        }
    }

    /// What has the effect.
    pub(super) fn help(&self) -> String {
        match self {
            Self::Ping { mention, .. } => format!("`mention = \"{mention}\"` of a route pings"),
            Self::OneBrace { path, .. } => format!("`{{{{ {path} }}}}`"),
            Self::Percent(_) => "`{{ … }}` with a value in it, such as `{{ event.title }}`".to_owned(),
        }
    }
}

impl fmt::Display for Ineffective<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ping { written, .. } => write!(f, "`{written}` in a text pings nobody"),
            Self::OneBrace { written, .. } => write!(f, "`{written}` is printed as it is written"),
            Self::Percent(written) => write!(f, "`{written}` is printed as it is written"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pings_and_placeholders_in_literal_text_are_found_with_what_has_their_effect() {
        for (text, written, help) in [
            ("Hey @everyone!", "@everyone", "`mention = \"everyone\"` of a route pings"),
            ("@here: down", "@here", "`mention = \"here\"` of a route pings"),
            ("ask <@&12> now", "<@&12>", "`mention = \"role:12\"` of a route pings"),
            ("ask <@!12> now", "<@!12>", "`mention = \"user:12\"` of a route pings"),
            ("paid ${event.amount}", "{event.amount}", "`{{ event.amount }}`"),
            ("paid { payload.sum }", "{ payload.sum }", "`{{ payload.sum }}`"),
            ("paid %s by", "%s", "`{{ … }}` with a value in it, such as `{{ event.title }}`"),
        ] {
            let found = ineffective(text);
            let [(what, span)] = found.as_slice() else { panic!("{text}: {found:?}") };
            assert_eq!((text.get(span.clone()), what.help().as_str()), (Some(written), help), "{text}");
        }
        for text in ["mail@here.example", "<:bell:12>", "{}", "{ \"event\": 1 }", "50%security", "100 %", "<#12>"] {
            assert_eq!(ineffective(text), [], "{text}");
        }
    }
}
