//! Makes a diagnostic with its source line from a span in a document.

use std::ops::Range;
use std::sync::Arc;

use super::snippet;
use super::source::Document;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, DiagnosticSeverity, Location};

pub(super) fn error(document: &Document, span: &Range<usize>, key: &str, code: Code, message: String) -> Diagnostic {
    diagnostic(document, DiagnosticSeverity::Error, span, key, code, message)
}

pub(super) fn diagnostic(
    document: &Document,
    severity: DiagnosticSeverity,
    span: &Range<usize>,
    key: &str,
    code: Code,
    message: String,
) -> Diagnostic {
    let message = snippet::without_secrets(document, message);
    let snippet = snippet::of(document, span);
    Diagnostic { snippet, ..Diagnostic::new(severity, code, location(document, span, key), message) }
}

pub(super) fn location(document: &Document, span: &Range<usize>, key: &str) -> Location {
    let (line, column) = document.place(span.start);
    let width = snippet::width(document, span);
    Location { file: Arc::clone(&document.name), line, column, key: key.to_owned(), width }
}
