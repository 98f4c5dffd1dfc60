//! Reads files once more in which mistakes are found only after loading, so that the diagnostic has a location.

use std::collections::HashMap;
use std::sync::Arc;

use hookbell_config_file::Diagnostics;
use hookbell_config_file::{Document, Location, SourceSpan};

/// By name, as they are needed.
#[derive(Default)]
pub(super) struct Files(HashMap<Arc<str>, Option<Document>>);

impl Files {
    /// A template file, the user's own or a shipped one.
    pub(super) fn document(&mut self, name: &Arc<str>) -> Option<&Document> {
        let read = || {
            let text = std::fs::read_to_string(&**name)
                .ok()
                .or_else(|| crate::embedded::template_text(name).map(str::to_owned))?;
            // Its mistakes are already reported.
            Some(Document::parse(name, &text, &mut Diagnostics::default()))
        };
        self.0.entry(Arc::clone(name)).or_insert_with(read).as_ref()
    }

    pub(super) fn span(&mut self, location: &Location) -> Option<SourceSpan<'_>> {
        self.document(&location.file).map(|document| document.span(location))
    }
}
