//! Text with holes, such as `{ts}.{body}`, cut into its pieces. What may stand in a hole is for the reader to say.

/// A literal or what stood between braces.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(String),
    Hole(String),
}

/// Cuts the text at its braces; `{{` and `}}` stand for the braces themselves.
///
/// # Errors
/// When a brace is left open or closed.
pub(super) fn cut(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
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
                    pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                }
                let mut hole = String::new();
                loop {
                    match chars.next() {
                        Some('}') => break,
                        Some('{') | None => return Err("a `{` without its `}`".to_owned()),
                        Some(c) => hole.push(c),
                    }
                }
                pieces.push(Piece::Hole(hole));
            }
            '}' => return Err("a `}` without its `{`; write `}}` for the character itself".to_owned()),
            c => literal.push(c),
        }
    }
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_at_its_braces() {
        let literal = |text: &str| Piece::Literal(text.to_owned());
        let hole = |text: &str| Piece::Hole(text.to_owned());
        assert_eq!(cut("v0:{ts}:{body}"), Ok(vec![literal("v0:"), hole("ts"), literal(":"), hole("body")]));
        assert_eq!(cut("a{{b}}"), Ok(vec![literal("a{b}")]));
        assert_eq!(cut(""), Ok(vec![]));
        for wrong in ["{", "{a", "a}", "{a{b}}"] {
            assert!(cut(wrong).is_err(), "{wrong}");
        }
    }
}
