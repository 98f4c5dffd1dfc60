//! Two texts as a unified line diff.

use similar::{ChangeTag, TextDiff};

use super::lines::MessageLine;

/// Lines of context around a change.
const CONTEXT: usize = 1;

/// Each line with `-`, `+` or a blank before it; a line `…` where unchanged ones are left out.
pub(super) fn unified(before: &[MessageLine], after: &[MessageLine]) -> Vec<String> {
    let old: Vec<&str> = before.iter().map(|line| line.text.as_str()).collect();
    let new: Vec<&str> = after.iter().map(|line| line.text.as_str()).collect();
    let diff = TextDiff::from_slices(&old, &new);
    let mut lines = Vec::new();
    for (at, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if at > 0 {
            lines.push("…".to_owned());
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            lines.push(format!("{sign}{}", change.value()));
        }
    }
    lines
}
