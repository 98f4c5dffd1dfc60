//! Discord's ids.

/// Whether this is an id as Discord writes them: a number of 64 bits without leading zeros.
pub fn is_snowflake(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0') && text.parse::<u64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snowflake_is_a_number_of_64_bits_without_leading_zeros() {
        for right in ["1", "112233445566778899", "18446744073709551615"] {
            assert!(is_snowflake(right), "{right}");
        }
        for wrong in ["", "0", "01", "+1", "1 ", "18446744073709551616", "1234567890123456789012", "١٢", "a"] {
            assert!(!is_snowflake(wrong), "{wrong}");
        }
    }
}
