//! A value that already knows how it looks in each place: inline code, a link, a moment. Where it is
//! joined, compared or measured it is its plain text, so that no mark-up leaks where none renders.

use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Object, ObjectRepr};

/// The looks of one value.
#[derive(Debug, Clone, Default)]
pub(super) struct Marked {
    /// Ready for places that render markdown.
    pub(super) markdown: String,
    /// The bare text, unescaped.
    pub(super) plain: String,
    /// Ready for the inside of a URL; none = the plain text, encoded.
    pub(super) url: Option<String>,
    /// Whether titles render the markdown too; else they show the plain text.
    pub(super) in_titles: bool,
}

impl Marked {
    pub(super) fn of(value: &Value) -> Option<&Self> {
        value.downcast_object_ref()
    }
}

impl Object for Marked {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn is_true(self: &Arc<Self>) -> bool {
        !self.plain.is_empty()
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.plain)
    }
}
