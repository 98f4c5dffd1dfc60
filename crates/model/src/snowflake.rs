//! Discord's ids.

/// Whether this is an id as Discord writes them: a number of 64 bits without leading zeros.
pub fn is_snowflake(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0') && text.parse::<u64>().is_ok()
}
