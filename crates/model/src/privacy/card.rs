//! Card numbers: 13 to 19 digits, with blanks or dashes between, in a card company's range and with a valid check
//! digit. The last four are shown, as on a receipt.

use super::masked_range::{COVER, MaskedRange};

pub(super) const SHORTEST: usize = 13;
const LONGEST: usize = 19;

struct Digit {
    at: usize,
    value: u8,
    /// Whether a group of digits begins here, ends here; one that sticks to letters does neither.
    begins: bool,
    ends: bool,
}

pub(super) fn find(text: &str) -> Vec<MaskedRange> {
    let separates = |c: char| matches!(c, ' ' | '-' | '\u{a0}');
    let glued = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut run: Vec<Digit> = Vec::new();
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        if let Some(value) = c.to_digit(10) {
            run.push(Digit { at, value: value as u8, begins: !glued(before), ends: !glued(next) });
        } else if !(run.is_empty() || separates(c) && next.is_ascii_digit() && before.is_ascii_digit()) {
            found.extend(cards(&run));
            run.clear();
        }
        before = c;
    }
    found.extend(cards(&run));
    found
}

/// The cards in a run of digit groups; each begins and ends with a group.
fn cards(run: &[Digit]) -> Vec<MaskedRange> {
    let mut found = Vec::new();
    let mut start = 0;
    while start + SHORTEST <= run.len() {
        let rest = run.get(start..).unwrap_or_default();
        let sizes = (SHORTEST..=LONGEST.min(rest.len())).rev();
        let whole = |size: &usize| rest.get(*size - 1).is_some_and(|digit| digit.ends);
        let begins = rest.first().is_some_and(|digit| digit.begins);
        let card =
            sizes.filter(|_| begins).filter(whole).find_map(|size| rest.get(..size).filter(|card| is_card(card)));
        match card {
            Some(card @ [first, .., a, b, c, d]) => {
                let shown = format!("{COVER} {}{}{}{}", a.value, b.value, c.value, d.value);
                found.push(MaskedRange { at: first.at..d.at + 1, shown });
                start += card.len();
            }
            _ => start += 1,
        }
    }
    found
}

fn is_card(digits: &[Digit]) -> bool {
    let first = |count: usize| digits.iter().take(count).fold(0, |sum: u32, digit| sum * 10 + u32::from(digit.value));
    let given = matches!(
        (first(4), digits.len()),
        (4000..=4999, 13 | 16 | 19)
            | (2221..=2720 | 5100..=5599, 16)
            | (3400..=3499 | 3700..=3799, 15)
            | (3000..=3059 | 3095 | 3600..=3699 | 3800..=3999, 14..=19)
            | (3528..=3589 | 6011 | 6200..=6299 | 6440..=6599 | 8100..=8199, 16..=19)
            | (5000..=5099 | 5600..=6999, 13..=19)
    );
    given && luhn(digits)
}

fn luhn(digits: &[Digit]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let value = u32::from(digit.value) << (at % 2);
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    sum.is_multiple_of(10)
}
