//! The parts of a message, by the ids with which an own file changes or removes them.

use hookbell_template::render::PartSummary;

/// The ids, as comments that may stand in a template file.
pub(super) fn part_list(parts: &[PartSummary]) -> String {
    if parts.is_empty() {
        return "# It has no parts with an id.".to_owned();
    }
    let line = |part: &PartSummary| {
        let embed = part.embed.as_ref().map(|embed| format!(" of embed {embed}")).unwrap_or_default();
        format!("\n#   {:<6} {}{embed}", part.kind.as_str(), part.id)
    };
    let lines: String = parts.iter().map(line).collect();
    format!("# Its parts, by the ids that a message which extends it uses to change or remove them:{lines}")
}
