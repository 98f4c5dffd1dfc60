//! Where a text is, and what marks that it was cut.

use hookbell_model::message::FitMode;

/// Whether Discord renders Markdown where the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fit) enum TextSyntax {
    Markdown,
    Plain,
}

/// How a text that was cut ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fit) enum CutEnding {
    /// With a count of what is missing, if it fits.
    Counted(FitMode),
    /// With `…`, in a title or a name.
    Ellipsis,
}
