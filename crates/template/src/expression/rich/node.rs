//! The nodes that a text with marks is read into.

use std::borrow::Cow;

use hookbell_model::timestamp::Timestamp;

/// What a text is made of.
#[derive(Debug)]
pub(super) enum RichNode<'t> {
    Text(String),
    Code(Cow<'t, str>),
    Fence {
        code: Cow<'t, str>,
        language: String,
    },
    Link {
        label: Vec<Self>,
        url: String,
    },
    Moment {
        at: Timestamp,
        style: &'static str,
    },
    /// Between two of Discord's marks.
    Emphasis(&'static str, Vec<Self>),
    Break,
    Quote,
    /// The beginning of a list's item: its depth, and its number where it has one.
    Item(usize, Option<u64>),
}
