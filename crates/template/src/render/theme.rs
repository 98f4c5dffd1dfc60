//! A colour and an emoji by severity, from `[theme]` tables.

use hookbell_config_file::Diagnostics;
use hookbell_config_file::{Code, Table, TomlKind, TomlValue};
use hookbell_model::event::Severity;

/// Characters of an emoji; a custom one of Discord's is some 50.
const EMOJI: usize = 80;

/// Colours and emoji by severity; what is not set is hookbell's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Theme([SeverityStyle; 5]);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct SeverityStyle {
    color: Option<u32>,
    /// Empty = none.
    emoji: Option<String>,
}

impl Theme {
    /// Reads a `[theme]` table: `[theme.success]` with `color` and `emoji`, and so on.
    pub fn read(mut table: Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let mut theme = Self::default();
        for (severity, style) in Severity::ALL.iter().zip(&mut theme.0) {
            let Some(mut table) = table.table(severity.as_str(), diagnostics) else { continue };
            style.color = read_color(&mut table, diagnostics);
            style.emoji = table.read("emoji", diagnostics, read_emoji);
            table.finish(diagnostics);
        }
        table.finish(diagnostics);
        theme
    }

    /// This one overlaid on `base`.
    #[must_use]
    pub(super) fn over(&self, base: &Self) -> Self {
        let mut merged = base.clone();
        for (ours, theirs) in self.0.iter().zip(&mut merged.0) {
            theirs.color = ours.color.or(theirs.color);
            if ours.emoji.is_some() {
                theirs.emoji.clone_from(&ours.emoji);
            }
        }
        merged
    }

    fn style(&self, severity: Severity) -> Option<&SeverityStyle> {
        Severity::ALL.iter().zip(&self.0).find(|(known, _)| **known == severity).map(|(_, style)| style)
    }

    pub(super) fn color(&self, severity: Severity) -> u32 {
        self.style(severity).and_then(|style| style.color).unwrap_or_else(|| color(severity))
    }

    /// The emoji before the title. Unless a theme says otherwise only `critical` has one: not everybody can distinguish
    /// colours.
    pub(super) fn emoji(&self, severity: Severity) -> &str {
        let usual = if severity == Severity::Critical { "🚨" } else { "" };
        self.style(severity).and_then(|style| style.emoji.as_deref()).unwrap_or(usual)
    }
}

/// A colour as text or as a number.
fn read_color(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<u32> {
    let node = table.node("color")?;
    let color = color_of(node);
    if color.is_none() {
        diagnostics.add(table.error("color", Code::INVALID_VALUE, WRONG_COLOR));
    }
    color
}

pub(super) const WRONG_COLOR: &str = "expected a colour such as `#5865F2`";

fn color_of(node: &TomlValue) -> Option<u32> {
    match &node.value {
        TomlKind::String(text) => parse_color(text),
        TomlKind::Integer(number) => u32::try_from(*number).ok().filter(|color| *color <= 0xFF_FF_FF),
        _ => None,
    }
}

/// The text is too long for an emoji, or cannot be shown.
#[derive(Debug, thiserror::Error)]
#[error("expected an emoji such as `🔥`, or nothing for none")]
struct ParseEmojiError;

fn read_emoji(text: &str) -> Result<String, ParseEmojiError> {
    let text = text.trim();
    let fits = text.chars().count() <= EMOJI && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err(ParseEmojiError) }
}

/// The bar's colour unless a theme says otherwise: distinct from the other severities' and from Discord's dark and light
/// background.
pub fn color(severity: Severity) -> u32 {
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
    use hookbell_config_file::Document;

    #[test]
    fn a_theme_over_a_theme_keeps_what_it_does_not_say() {
        let read = |text: &str| {
            let mut diagnostics = Diagnostics::default();
            let document = Document::parse("theme.toml", text, &mut diagnostics);
            let theme = Theme::read(document.root(), &mut diagnostics);
            (theme, diagnostics)
        };
        let (base, _) = read("[success]\ncolor = 5\nemoji = '🎉'\n[error]\ncolor = '#010203'\n");
        let (own, _) = read("[success]\nemoji = ''\n");
        let theme = own.over(&base);
        assert_eq!((theme.color(Severity::Success), theme.emoji(Severity::Success)), (5, ""));
        assert_eq!((theme.color(Severity::Error), theme.emoji(Severity::Critical)), (0x01_02_03, "🚨"));
        let (_, diagnostics) = read("[sucess]\n[error]\ncolor = 'red'\nemoji = \"a\\nb\"\n");
        assert_eq!(diagnostics.errors(), 3, "{diagnostics}");
    }

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
