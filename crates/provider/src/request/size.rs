//! Sizes of bodies, as text.

/// The text is no size, or one that no body may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseSizeError {
    #[error("expected a size from 1 KiB to 64 MiB, such as `1 MiB`")]
    Malformed,
    #[error("expected a size from 1 KiB to 64 MiB, such as `1 MiB`; did you mean `{number} {unit}`?")]
    Worded { number: usize, unit: &'static str },
}

/// Reads a size such as `"1 MiB"`, `"512 KiB"`, `"64 kB"` or `"1000000"`, in bytes.
///
/// # Errors
/// When the text is not a size from 1 KiB to 64 MiB.
pub fn parse_size(text: &str) -> Result<usize, ParseSizeError> {
    let digits = text.trim().bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.trim().split_at(digits);
    let factor = match unit.trim() {
        "" | "B" => 1,
        "kB" | "KB" => 1000,
        "KiB" => 1 << 10,
        "MB" => 1_000_000,
        "MiB" => 1 << 20,
        word => return Err(worded(number, word).unwrap_or(ParseSizeError::Malformed)),
    };
    let size =
        number.parse::<usize>().ok().and_then(|number| number.checked_mul(factor)).ok_or(ParseSizeError::Malformed)?;
    if (1 << 10..=64 << 20).contains(&size) { Ok(size) } else { Err(ParseSizeError::Malformed) }
}

/// The size that was meant by a unit in words or small letters.
fn worded(number: &str, word: &str) -> Option<ParseSizeError> {
    let unit = match word.to_lowercase().as_str() {
        "k" | "kb" | "kilobyte" | "kilobytes" => "kB",
        "kib" | "kibibytes" => "KiB",
        "m" | "mb" | "mbyte" | "mbytes" | "megabyte" | "megabytes" => "MB",
        "mib" | "mebibytes" => "MiB",
        _ => return None,
    };
    Some(ParseSizeError::Worded { number: number.parse().ok()?, unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_within_their_bounds() {
        assert_eq!(parse_size("1 MiB"), Ok(1 << 20));
        assert_eq!(parse_size("64kB"), Ok(64_000));
        for wrong in ["", "big", "1 GiB", "0", "999999999999 MiB", "1.5 MiB"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}
