//! Makes text from outside harmless in Discord's markdown: it cannot format, link, ping or break a line.

/// Puts a backslash before every character that means something to Discord's markdown.
///
/// Characters that only mean something at the beginning of a line (`#`, `-`, `+`, `1.`) are escaped there
/// alone, so that ordinary words and type names stay readable.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut at_start = true;
    let mut only_digits = true;
    for (at, letter) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        let special = match letter {
            '\\' | '*' | '_' | '~' | '|' | '`' | '[' | ']' | '(' | ')' | '<' | '>' | '@' => true,
            ':' => !rest.starts_with(": "),
            '#' | '-' | '+' => at_start,
            '.' => only_digits && !at_start,
            _ => false,
        };
        if special {
            escaped.push('\\');
        }
        escaped.push(letter);
        if letter == '\n' {
            (at_start, only_digits) = (true, true);
        } else if !letter.is_whitespace() {
            at_start = false;
            only_digits &= letter.is_ascii_digit();
        }
    }
    escaped
}

/// As a code span: shown letter by letter, on one line. Backslashes do not help in there, so backticks are
/// replaced.
pub fn code(text: &str) -> String {
    let text = one_line(text).replace('`', "'");
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

/// Every run of white space and control characters as one blank.
pub fn one_line(text: &str) -> String {
    let split = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    split.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// At most `max` characters, the last of them `…` where something was cut.
pub fn cut(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(max.saturating_sub(1)).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_formats_links_or_pings() {
        for (text, expected) in [
            ("@everyone <@&1>", r"\@everyone \<\@&1\>"),
            ("[x](http://evil)", r"\[x\]\(http\://evil\)"),
            ("# big\n- list\n1. one\n-# small", "\\# big\n\\- list\n1\\. one\n\\-# small"),
            ("> quote", r"\> quote"),
            ("**b** `c` ~~s~~ ||spoiler||", r"\*\*b\*\* \`c\` \~\~s\~\~ \|\|spoiler\|\|"),
            ("<t:0:R> :smile:", r"\<t\:0\:R\> \:smile\:"),
            ("invoice.paid is plain-spoken #1: yes", "invoice.paid is plain-spoken #1: yes"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn code_cannot_be_left() {
        assert_eq!(code("a`b``\n c"), "`a'b'' c`");
        assert_eq!(code(" "), "");
        assert_eq!(cut("äöüß", 3), "äö…");
    }
}
