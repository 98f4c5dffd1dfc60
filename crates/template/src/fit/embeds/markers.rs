//! The lines that count embeds and fields that were left out.

use hookbell_model::locale::format_number;
use hookbell_model::message::Field;

pub(super) fn more_embeds(lost: usize) -> String {
    format!("… and {} more {}", format_number(lost), if lost == 1 { "embed" } else { "embeds" })
}

pub(super) fn more_fields(lost: usize) -> Field {
    let value = format!("and {} more {}", format_number(lost), if lost == 1 { "field" } else { "fields" });
    Field { name: "…".to_owned(), value, ..Field::default() }
}
