//! Maps byte ranges of a string's value to byte ranges of its TOML literal.

use std::ops::Range;

/// Where these bytes of the value are in the literal, its quotes included; none where the literal is no string, or is
/// shorter.
pub(super) fn place(literal: &str, bytes: &Range<usize>) -> Option<Range<usize>> {
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| literal.starts_with(quote))?;
    let mut place = quote.len();
    if quote.len() == 3 {
        // A line end right behind the opening is no part of the value.
        let body = literal.get(place..)?;
        place += ["\r\n", "\n"].into_iter().find(|end| body.starts_with(end)).map_or(0, str::len);
    }
    let (mut at, mut start) = (0, None);
    loop {
        if at >= bytes.end {
            return Some(start.unwrap_or(place)..place);
        }
        let rest = literal.get(place..)?;
        let (taken, made) = if rest.starts_with('\\') && quote.starts_with('"') { escape(rest)? } else { plain(rest)? };
        if at >= bytes.start && made > 0 {
            start.get_or_insert(place);
        }
        place += taken;
        at += made;
    }
}

fn plain(rest: &str) -> Option<(usize, usize)> {
    rest.chars().next().map(|c| (c.len_utf8(), c.len_utf8()))
}

/// How many bytes the escape takes that begins here, and how many it makes.
fn escape(rest: &str) -> Option<(usize, usize)> {
    let kind = rest.chars().nth(1)?;
    let digits = match kind {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        // Leaves out the line end, and the blanks of the next line.
        blank if blank.is_whitespace() => {
            return Some((rest.len() - rest.get(1..)?.trim_start().len(), 0));
        }
        _ => return Some((1 + kind.len_utf8(), 1)),
    };
    let code = u32::from_str_radix(rest.get(2..2 + digits)?, 16).ok()?;
    Some((2 + digits, char::from_u32(code)?.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_value_is_found_in_its_literal() {
        for (literal, value, part, written) in [
            ("\"a bad c\"", "a bad c", "bad", "bad"),
            ("'a \\bad c'", "a \\bad c", "\\bad", "\\bad"),
            ("\"\\\"\\n\\u00e9\\U0001F600 bad\"", "\"\né😀 bad", "bad", "bad"),
            ("\"x\\té\"", "x\té", "\té", "\\té"),
            ("\"\"\"\na \\\n   bad\"\"\"", "a bad", "bad", "bad"),
            ("'''\r\nbad'''", "bad", "bad", "bad"),
        ] {
            let read: toml::Table = format!("k = {literal}").parse().expect(literal);
            assert_eq!(read.get("k").and_then(|value| value.as_str()), Some(value));
            let at = value.find(part).expect("a part");
            let place = place(literal, &(at..at + part.len())).expect(literal);
            assert_eq!(literal.get(place), Some(written), "{literal}");
        }
        assert_eq!(place("12", &(0..1)), None);
        assert_eq!(place("\"ab\"", &(5..9)), None);
    }
}
