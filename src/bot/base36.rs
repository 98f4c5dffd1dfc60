//! Short texts for numbers and names in custom ids.

use sha2::{Digest, Sha256};

const DIGITS: [char; 36] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm',
    'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
];

/// In base 36: at most 13 characters.
pub(super) fn write(mut number: u64) -> String {
    let mut digits: Vec<char> = Vec::new();
    loop {
        let digit = usize::try_from(number % 36).unwrap_or_default();
        digits.extend(DIGITS.get(digit));
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

/// None where the text is no number in base 36.
pub(super) fn read(text: &str) -> Option<u64> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
    is_plain.then(|| u64::from_str_radix(text, 36).ok())?
}

/// What stands for a name: at most seven characters that are the same in every version of hookbell.
pub(super) fn hash(name: &str) -> String {
    let hash = Sha256::digest(name.as_bytes());
    write(hash.iter().take(4).fold(0, |sum, byte| (sum << 8) | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_were_written_and_names_have_seven_characters_at_most() {
        for number in [0, 1, 35, 36, 1_123_456_789_012_345_678, u64::MAX] {
            assert_eq!(read(&write(number)), Some(number));
            assert!(write(number).len() <= 13);
        }
        for wrong in ["", "-1", "+1", "A", "zzzzzzzzzzzzzz", " 1"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert!(hash("invoice.paid").len() <= 7 && hash("a") != hash("b"));
    }
}
