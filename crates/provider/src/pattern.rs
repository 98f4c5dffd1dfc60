//! Text with placeholders, such as `{ts}.{body}`, in its parts. The caller checks what a placeholder names.

/// A literal or what was written between braces.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PatternPart {
    Literal(String),
    Placeholder(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PatternError {
    #[error("a `{{` without its `}}`")]
    Unclosed,
    #[error("a `}}` without its `{{`; write `}}}}` for the character itself")]
    Unopened,
}

/// Splits the text at its braces; `{{` and `}}` are the braces themselves.
///
/// # Errors
/// When a brace has no partner.
pub(crate) fn parse(text: &str) -> Result<Vec<PatternPart>, PatternError> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' | '}' if chars.peek() == Some(&c) => {
                chars.next();
                literal.push(c);
            }
            '{' => {
                if !literal.is_empty() {
                    parts.push(PatternPart::Literal(std::mem::take(&mut literal)));
                }
                parts.push(PatternPart::Placeholder(placeholder(&mut chars)?));
            }
            '}' => return Err(PatternError::Unopened),
            c => literal.push(c),
        }
    }
    if !literal.is_empty() {
        parts.push(PatternPart::Literal(literal));
    }
    Ok(parts)
}

fn placeholder(chars: &mut impl Iterator<Item = char>) -> Result<String, PatternError> {
    let mut name = String::new();
    loop {
        match chars.next() {
            Some('}') => return Ok(name),
            Some('{') | None => return Err(PatternError::Unclosed),
            Some(c) => name.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_split_at_its_braces() {
        let literal = |text: &str| PatternPart::Literal(text.to_owned());
        let placeholder = |text: &str| PatternPart::Placeholder(text.to_owned());
        assert_eq!(
            parse("v0:{ts}:{body}"),
            Ok(vec![literal("v0:"), placeholder("ts"), literal(":"), placeholder("body")])
        );
        assert_eq!(parse("a{{b}}"), Ok(vec![literal("a{b}")]));
        assert_eq!(parse(""), Ok(vec![]));
        for wrong in ["{", "{a", "a}", "{a{b}}"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
