//! The text of one key of a template, as it is kept once checked.

use crate::expression::{Condition, EscapeContext, Text};
use hookbell_config_file::Location;

/// The text of a key: one, or lines that each may have a condition.
#[derive(Debug)]
pub(super) struct TextTemplate {
    /// As notes name it: `title`, `field.value`.
    pub(super) key: &'static str,
    pub(super) place: EscapeContext,
    pub(super) lines: Vec<TextLine>,
    pub(super) location: Location,
}

/// One line of a text.
#[derive(Debug)]
pub(super) struct TextLine {
    pub(super) condition: Option<Condition>,
    pub(super) text: Text,
    /// Whether words of a `[text.…]` table are in it, so that another language has another text.
    pub(super) localized: bool,
}

impl TextTemplate {
    /// The text itself, where it holds no expression.
    pub(super) fn fixed(&self) -> Option<&str> {
        match self.lines.as_slice() {
            [TextLine { condition: None, text, .. }] => text.fixed(),
            _ => None,
        }
    }

    /// The characters that it has whatever the data is: lines with a condition may be left out.
    pub(super) fn least(&self) -> usize {
        let sure = || self.lines.iter().filter(|line| line.condition.is_none()).map(|line| line.text.least());
        sure().sum::<usize>() + sure().count().saturating_sub(1)
    }
}
