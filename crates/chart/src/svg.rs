//! The chart as SVG. Every text is escaped; positions are whole pixels or tenths of them.

use crate::chart::{Bar, Chart, HEIGHT, WIDTH};

pub(crate) const FONT: &str = "DejaVu Sans";

/// A ground of its own, so that it is readable on any other.
const GROUND: &str = "#1f232b";
const INK: &str = "#f2f3f5";
const FAINT: &str = "#b5bac1";
const LINE: &str = "#4a505c";
/// Sky blue of the colours that Okabe and Ito chose for all kinds of colour blindness.
const BAR: &str = "#56b4e9";

const TEXT: f64 = 24.0;
const TITLE: f64 = 26.0;
/// Around the bars: for the title, the numbers, and the labels.
const TOP: f64 = 84.0;
const LEFT: f64 = 84.0;
const RIGHT: f64 = 20.0;
const BOTTOM: f64 = 50.0;
/// Width of a label and the space beside it.
const LABEL: f64 = 100.0;
/// Characters of the title.
const LONGEST: usize = 46;

/// The chart as SVG.
pub fn svg(chart: &Chart) -> String {
    let (width, height) = (f64::from(WIDTH), f64::from(HEIGHT));
    let (right, bottom) = (width - RIGHT, height - BOTTOM);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" font-family=\"{FONT}\">\
         <rect width=\"100%\" height=\"100%\" rx=\"12\" fill=\"{GROUND}\"/>"
    );
    text(&mut svg, (20.0, 40.0), ("start", TITLE, INK), &shortened(&chart.title));
    text(&mut svg, (width - RIGHT, 40.0), ("end", TEXT - 4.0, FAINT), &shortened(&chart.zone));
    let top_value = scale(chart.bars.iter().map(|bar| bar.value).max().unwrap_or(0));
    let y = |value: f64| bottom - (bottom - TOP) * value / top_value as f64;
    for step in [0, 1, 2] {
        let value = top_value as f64 * f64::from(step) / 2.0;
        // Half of an odd number is no number of events.
        if step == 1 && top_value % 2 == 1 {
            continue;
        }
        svg.push_str(&format!(
            "<line x1=\"{LEFT}\" y1=\"{0:.1}\" x2=\"{right}\" y2=\"{0:.1}\" stroke=\"{LINE}\" stroke-width=\"2\"/>",
            y(value)
        ));
        text(&mut svg, (LEFT - 12.0, y(value) + 8.0), ("end", TEXT, FAINT), &short(value as u64));
    }
    let slot = (right - LEFT) / chart.bars.len().max(1) as f64;
    let every = (LABEL / slot).ceil().max(1.0) as usize;
    for (at, Bar { label, value }) in chart.bars.iter().enumerate() {
        let (x, gap) = (LEFT + slot * at as f64, (slot * 0.2).min(10.0));
        let y = y(*value as f64);
        if *value > 0 {
            // So that little is not nothing.
            let tall = (bottom - y).max(3.0);
            svg.push_str(&format!(
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{tall:.1}\" rx=\"3\" fill=\"{BAR}\"/>",
                x + gap / 2.0,
                bottom - tall,
                slot - gap
            ));
        }
        if at % every == 0 {
            text(&mut svg, (x + slot / 2.0, bottom + 34.0), ("middle", TEXT - 2.0, FAINT), label);
        }
    }
    if let Some(at) = chart.highest().and_then(|most| chart.bars.iter().position(|bar| bar == most))
        && let Some(most) = chart.bars.get(at).filter(|bar| bar.value > 0)
    {
        let x = (LEFT + slot * (at as f64 + 0.5)).clamp(LEFT + 20.0, right - 30.0);
        text(&mut svg, (x, y(most.value as f64) - 8.0), ("middle", TEXT, INK), &short(most.value));
    }
    svg.push_str("</svg>");
    svg
}

/// The end of the axis: 1, 2 or 5 with zeros, or 3, 4, 6 or 8 where that is nearer.
fn scale(most: u64) -> u64 {
    let mut unit: u64 = 1;
    loop {
        if let Some(end) = [1, 2, 3, 4, 5, 6, 8].into_iter().find_map(|step| {
            let end = unit.checked_mul(step)?;
            (end >= most).then_some(end)
        }) {
            return end.max(1);
        }
        match unit.checked_mul(10) {
            Some(next) => unit = next,
            None => return u64::MAX,
        }
    }
}

/// `1200` as `1.2k`.
fn short(value: u64) -> String {
    let units = [("k", 1_000u64), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000)];
    match units.iter().rev().find(|(_, unit)| value >= *unit) {
        None => value.to_string(),
        Some((name, unit)) => {
            let tenths = (value / (unit / 10)) as f64 / 10.0;
            if tenths >= 100.0 || tenths.fract() == 0.0 {
                format!("{tenths:.0}{name}")
            } else {
                format!("{tenths:.1}{name}")
            }
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

fn text(svg: &mut String, (x, y): (f64, f64), (anchor, size, color): (&str, f64, &str), words: &str) {
    svg.push_str(&format!(
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"{color}\">{}</text>",
        escaped(words)
    ));
}

/// Without the characters that XML does not have.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            control if control.is_control() || matches!(control, '\u{FFFE}' | '\u{FFFF}') => {}
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_at_a_round_number_that_is_not_too_far() {
        for (most, end) in [(0, 1), (1, 1), (7, 8), (9, 10), (11, 20), (21, 30), (99, 100), (4001, 5000)] {
            assert_eq!(scale(most), end, "{most}");
        }
        assert_eq!(scale(u64::MAX), u64::MAX);
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in [(999, "999"), (1000, "1k"), (1250, "1.2k"), (150_000, "150k"), (2_000_000, "2M")] {
            assert_eq!(short(value), text);
        }
    }
}
