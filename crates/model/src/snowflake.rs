//! Discord's ids.

use crate::timestamp::Timestamp;

/// Whether this is an id as Discord writes them: a number of 64 bits without leading zeros.
pub fn is_snowflake(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0') && text.parse::<u64>().is_ok()
}

/// The smallest id of that moment or later.
pub fn snowflake_at(at: Timestamp) -> u64 {
    /// The first moment of 2015.
    const EPOCH: i64 = 1_420_070_400_000;
    u64::try_from(at.0.saturating_sub(EPOCH)).unwrap_or(0) << 22
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snowflake_has_its_moment_in_its_upper_bits() {
        // Discord's own example.
        assert_eq!(snowflake_at(Timestamp(1_462_015_105_796)), 175_928_847_299_117_063 >> 22 << 22);
        assert_eq!(snowflake_at(Timestamp(0)), 0);
    }

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
