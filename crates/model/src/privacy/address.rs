//! Internet addresses of both versions; the network's beginning is shown.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::masked_range::{COVER, MaskedRange};

pub(super) fn find(text: &str) -> Vec<MaskedRange> {
    let fits = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':');
    let mut found = Vec::new();
    let (mut at, mut before) = (0, ' ');
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = rest.find(|c: char| !fits(c)).unwrap_or(rest.len());
        let run = rest.get(..length).unwrap_or_default();
        let next = rest.get(length..).and_then(|rest| rest.chars().next());
        let apart = |c: char| !c.is_alphanumeric() && c != '_';
        if apart(before) && next.is_none_or(apart) {
            found.extend(
                read(run).map(|(skipped, size, shown)| MaskedRange { at: at + skipped..at + skipped + size, shown }),
            );
        }
        // What does not fit is skipped, up to where the next run begins.
        let other = rest.get(length..).unwrap_or_default();
        let gap = other.find(fits).unwrap_or(other.len());
        before = other.get(..gap).and_then(|gap| gap.chars().next_back()).unwrap_or(' ');
        at += length + gap;
    }
    found
}

/// Where in the run the address begins, its length, and what is shown of it.
fn read(run: &str) -> Option<(usize, usize, String)> {
    // `from: 10.0.0.1.` and `10.0.0.1:8080`.
    let trimmed = run.trim_end_matches(['.', ':']);
    let trimmed = if run.ends_with("::") && !trimmed.contains("::") { run } else { trimmed };
    let start = if trimmed.starts_with("::") { trimmed } else { trimmed.trim_start_matches(['.', ':']) };
    let skipped = trimmed.len() - start.len();
    if let Ok(address) = start.parse::<Ipv6Addr>() {
        let digits = start.bytes().any(|b| b.is_ascii_digit());
        let [first, second, ..] = address.segments();
        return digits.then(|| (skipped, start.len(), format!("{first:x}:{second:x}:{COVER}")));
    }
    let (host, port) = start.split_once(':').unwrap_or((start, ""));
    let [a, b, _, _] = host.parse::<Ipv4Addr>().ok()?.octets();
    port.bytes().all(|b| b.is_ascii_digit()).then(|| (skipped, host.len(), format!("{a}.{b}.{COVER}.{COVER}")))
}
