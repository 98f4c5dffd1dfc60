//! A place in a document that is remembered, for mistakes that are found after the reading.

use std::ops::Range;
use std::sync::Arc;

use super::Document;
use crate::mistake::{Level, Mistakes};

/// Where something stands in a document that is still at hand.
#[derive(Debug, Clone)]
pub struct Spot<'d> {
    pub(super) document: &'d Document,
    pub(super) span: Range<usize>,
    pub(super) path: String,
}

/// Where something stood, kept beyond the document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Site {
    /// The file as the user named it.
    pub file: Arc<str>,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The key, dotted: `message[0].title`.
    pub key: String,
}

impl<'d> Spot<'d> {
    /// The same place, said more closely: a key or an index below it.
    #[must_use]
    pub fn below(&self, span: &Range<usize>, key: &str) -> Self {
        Self { document: self.document, span: span.clone(), path: super::join(&self.path, key) }
    }

    pub fn mistake(&self, what: impl Into<String>, hint: Option<String>, mistakes: &mut Mistakes) {
        self.document.at(&self.span, &self.path, what.into(), hint, Level::Error, mistakes);
    }

    pub fn warning(&self, what: impl Into<String>, hint: Option<String>, mistakes: &mut Mistakes) {
        self.document.at(&self.span, &self.path, what.into(), hint, Level::Warning, mistakes);
    }

    pub fn document(&self) -> &'d Document {
        self.document
    }

    pub fn site(&self) -> Site {
        let (line, column) = self.document.place(self.span.start);
        Site { file: Arc::clone(&self.document.name), line, column, key: self.path.clone() }
    }
}
