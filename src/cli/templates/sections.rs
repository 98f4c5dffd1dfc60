//! A template file in its parts, as it is written: each message with its comment.

use std::ops::Range;

use hookbell_config_file::{Diagnostics, Document, Location, TomlKind};

/// A template file's text and where its parts are.
#[derive(Debug)]
pub(super) struct TemplateFile<'t> {
    text: &'t str,
    /// In the order of the file; each ends where the next begins.
    sections: Vec<Range<usize>>,
}

impl<'t> TemplateFile<'t> {
    pub(super) fn read(text: &'t str) -> Self {
        let document = Document::parse("", text, &mut Diagnostics::default());
        let mut starts = Vec::new();
        for entry in document.root().all() {
            starts.push(entry.key_span.start);
            match &entry.node.value {
                TomlKind::Array(items) => starts.extend(items.iter().map(|item| item.span.start)),
                // `[text.en]` and `[text.de]` may be apart.
                TomlKind::Table(inner) => starts.extend(inner.iter().map(|inner| inner.key_span.start)),
                _ => {}
            }
        }
        let mut starts: Vec<usize> = starts.into_iter().map(|at| with_comments(text, at)).collect();
        starts.sort_unstable();
        starts.dedup();
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        let sections = starts.iter().zip(ends).map(|(at, end)| *at..end).collect();
        Self { text, sections }
    }

    /// The `[[message]]` that begins at this line, with the comment above it.
    pub(super) fn message(&self, location: &Location) -> Option<&'t str> {
        let start = self.text.split_inclusive('\n').take(location.line.saturating_sub(1)).map(str::len).sum();
        let span = self.sections.iter().find(|span| span.contains(&start))?;
        Some(self.text.get(span.clone())?.trim_end())
    }
}

/// The beginning of the line of this byte, or of the comment that is directly above it.
fn with_comments(text: &str, at: usize) -> usize {
    let line_start = |at: usize| text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let mut start = line_start(at);
    while start > 0 {
        let above = line_start(start - 1);
        if !text.get(above..start).is_some_and(|line| line.starts_with('#')) {
            break;
        }
        start = above;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_found_with_its_comment_and_its_parts() {
        let text = "# The file.\nprovider = \"x\"\n\n[vars]\na = \"1\" # one\n\n# First.\n[[message]]\nname = \"a\"\ntitle = \"\"\"\n[[message]]\n\"\"\"\n[[message.field]]\nname = \"f\"\nvalue = \"v\"\n\n[[message]]\nname = \"b\"\ntitle = \"t\"\n[text.en]\nw = \"w\"\n";
        let file = TemplateFile::read(text);
        let at = |line: usize| {
            let location = Location { file: "x".into(), line, column: 1, key: String::new(), width: 1 };
            file.message(&location).unwrap_or_default().to_owned()
        };
        assert!(
            at(8).starts_with("# First.\n[[message]]\nname = \"a\"") && at(8).ends_with("value = \"v\""),
            "{}",
            at(8)
        );
        assert_eq!(at(17), "[[message]]\nname = \"b\"\ntitle = \"t\"");
    }
}
