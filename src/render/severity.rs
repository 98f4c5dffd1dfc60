//! How much a message matters, to the eye.

use crate::event::Severity;

/// Put before a critical title: colour alone does not reach everybody.
pub(super) const CRITICAL: &str = "🚨";

/// The bar's colour: told from its neighbours and from Discord's dark and light background.
pub(super) fn color(severity: Severity) -> u32 {
    match severity {
        Severity::Info => 0x58_65_F2,
        Severity::Success => 0x2D_A0_5A,
        Severity::Warning => 0xD9_87_0A,
        Severity::Error => 0xED_42_45,
        Severity::Critical => 0xB5_12_2F,
    }
}

/// Reads `#5865F2`, `0x5865F2` or a plain number.
pub(super) fn parse_color(text: &str) -> Option<u32> {
    let text = text.trim();
    let hex = text.strip_prefix('#').or_else(|| text.strip_prefix("0x"));
    let color = match hex {
        Some(digits) if digits.len() == 6 && !digits.starts_with('+') => u32::from_str_radix(digits, 16).ok()?,
        Some(_) => return None,
        None => text.parse().ok()?,
    };
    (color <= 0xFF_FF_FF).then_some(color)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(color: u32) -> f64 {
        let part = |shift: u32| {
            let c = f64::from((color >> shift) & 0xFF) / 255.0;
            if c <= 0.03928 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
    }

    #[test]
    fn every_colour_stands_out_on_dark_and_light() {
        let contrast = |a: f64, b: f64| (a.max(b) + 0.05) / (a.min(b) + 0.05);
        for severity in Severity::ALL {
            let own = luminance(color(*severity));
            for background in [0x2B_2D_31, 0x31_33_38, 0xFF_FF_FF, 0xF2_F3_F5] {
                let ratio = contrast(own, luminance(background));
                assert!(ratio > 1.7, "{severity} on {background:06x}: {ratio:.2}");
            }
        }
    }

    #[test]
    fn colours_are_read_strictly() {
        assert_eq!(parse_color(" #5865f2"), Some(0x58_65_F2));
        assert_eq!(parse_color("16777215"), Some(0xFF_FF_FF));
        for wrong in ["", "red", "#fff", "#+12345", "16777216", "-1"] {
            assert_eq!(parse_color(wrong), None, "{wrong}");
        }
    }
}
