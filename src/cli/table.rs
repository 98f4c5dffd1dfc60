//! Text for a terminal: aligned columns, and values from outside made safe to print.

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
    let width =
        |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
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
