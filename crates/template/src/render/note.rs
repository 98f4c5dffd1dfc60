//! Notes about the texts of a template, each with its location.

use hookbell_config_file::Location;
use hookbell_model::note::Note;

/// A note about one text of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TextNote {
    /// Of the text.
    pub(super) location: Location,
    pub(super) note: Note,
}
