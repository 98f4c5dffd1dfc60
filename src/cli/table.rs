//! Text for a terminal: aligned columns, and values from outside made safe to print.

use anstyle::Style;

use super::color::painted;

/// Without control characters, which could move the cursor or change the terminal's state.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// At most `width` characters, so that one long value does not push all other columns off the screen.
pub(super) fn shorten(text: &str, width: usize) -> String {
    if text.chars().nth(width).is_none() {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// Rows as aligned columns, two spaces apart, nothing after the last one.
pub(super) fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    painted_columns(rows, &[])
}

/// As [`columns`], each cell in the style at its place; where there is none it is plain.
pub(super) fn painted_columns<const N: usize>(rows: &[[String; N]], styles: &[[Style; N]]) -> String {
    let width =
        |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        let styles = styles.get(at).copied().unwrap_or([Style::new(); N]);
        let cell = |((cell, width), style): ((&String, usize), Style)| {
            let padding = " ".repeat(width.saturating_sub(cell.chars().count()));
            format!("{}{padding}", painted(style, cell))
        };
        let cells: Vec<String> = row.iter().zip(widths).zip(styles).map(cell).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// A size for people: `512 bytes`, `4.2 MB`.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} bytes");
    }
    let (mut shown, mut units) = (bytes as f64 / 1000.0, UNITS.iter());
    let mut unit = units.next();
    while shown >= 999.95
        && let Some(next) = units.next()
    {
        (shown, unit) = (shown / 1000.0, Some(next));
    }
    format!("{shown:.1} {}", unit.copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_leaves_the_table_readable() {
        assert_eq!(shorten("customer.subscription.deleted", 48), "customer.subscription.deleted");
        let short = shorten(&"é".repeat(200), 48);
        assert_eq!((short.chars().count(), short.ends_with('…')), (48, true));
    }
}
