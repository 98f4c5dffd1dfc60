//! A value with a rendering for each context: inline code, a link, a moment. Where it is joined, compared or measured it
//! is its plain text, so that no markup appears where none renders.

use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Object, ObjectRepr};

use super::escape::EscapeContext;

/// The renderings of one value.
#[derive(Debug, Clone, Default)]
pub(super) struct Marked {
    /// Ready for contexts that render markdown.
    pub(super) markdown: String,
    /// Ready for a line, where that is different.
    pub(super) line: Option<String>,
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

    /// The markdown for a context that renders it.
    pub(super) fn markdown_in(&self, context: EscapeContext) -> &str {
        if context == EscapeContext::Block { &self.markdown } else { self.line.as_ref().unwrap_or(&self.markdown) }
    }

    pub(super) fn size(&self) -> usize {
        self.markdown.len() + self.plain.len() + self.line.as_ref().map_or(0, String::len)
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
