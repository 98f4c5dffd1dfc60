//! Evaluates single texts, conditions and lists for one event. What fails is left out and noted; the rest goes out.

use minijinja::Value;
use minijinja::value::ValueKind;

use super::each::Each;
use super::note::TextNote;
use super::text_template::{TextLine, TextTemplate};
use crate::expression::url::check_url;
use crate::expression::{Condition, EscapeContext, ExpressionError, Scope, Texts};
use hookbell_model::note::{Clause, Note};

/// Evaluates texts and collects the notes about them.
pub(super) struct TextEvaluator<'t> {
    texts: &'t Texts,
    /// About the texts so far.
    pub(super) notes: Vec<TextNote>,
}

impl<'t> TextEvaluator<'t> {
    pub(super) fn new(texts: &'t Texts) -> Self {
        Self { texts, notes: Vec::new() }
    }

    /// Adds a note about a text, once.
    pub(super) fn note(&mut self, template: &TextTemplate, note: Note) {
        if !self.notes.iter().any(|known| known.note == note) {
            self.notes.push(TextNote { location: template.location.clone(), note });
        }
    }

    fn failed(&mut self, template: &TextTemplate, clause: Clause, error: &ExpressionError) {
        self.note(template, Note::TextFailed { key: template.key.to_owned(), clause, error: error.to_string() });
    }

    /// The text, escaped for its context; empty where it fails, its `if` does not hold or it may not be posted.
    pub(super) fn text(&mut self, template: &TextTemplate, scope: &Scope) -> String {
        let text = match template.lines.as_slice() {
            [line] => self.line(template, line, scope).unwrap_or_default(),
            lines => {
                let lines: Vec<String> = lines.iter().filter_map(|line| self.line(template, line, scope)).collect();
                lines.join("\n")
            }
        };
        let text = if text.trim().len() == text.len() { text } else { text.trim().to_owned() };
        if text.is_empty() || !matches!(template.place, EscapeContext::Url | EscapeContext::Href) {
            return text;
        }
        check_url(&text).unwrap_or_else(|problem| {
            self.note(template, Note::UrlUnusable { key: template.key.to_owned(), problem: problem.to_owned() });
            String::new()
        })
    }

    /// One of its lines; none where its `if` does not hold, it failed, or it is only data that is empty.
    fn line(&mut self, template: &TextTemplate, line: &TextLine, scope: &Scope) -> Option<String> {
        if !self.holds(template, line.condition.as_ref(), scope) {
            return None;
        }
        let output = match self.texts.render(&line.text, scope) {
            Ok(output) => output,
            Err(error) => {
                self.failed(template, Clause::Text, &error);
                return None;
            }
        };
        for path in output.missing {
            self.note(template, Note::MissingValue { path, key: template.key.to_owned() });
        }
        if output.cut > 0 {
            self.note(template, Note::TextTooLong { key: template.key.to_owned(), cut: output.cut });
        }
        // A blank line in the template is intended.
        (!output.text.trim().is_empty() || line.text.fixed().is_some()).then_some(output.text)
    }

    /// A name of a thing; none where it fails, or where one of its values is blank and it needs all of them.
    pub(super) fn key(&mut self, template: &TextTemplate, needs_all: bool, scope: &Scope) -> Option<String> {
        if !needs_all {
            return Some(self.text(template, scope));
        }
        let [TextLine { condition, text, .. }] = template.lines.as_slice() else { return None };
        if !self.holds(template, condition.as_ref(), scope) {
            return None;
        }
        let output =
            self.texts.render(text, scope).map_err(|error| self.failed(template, Clause::Text, &error)).ok()?;
        (output.blank == 0).then_some(output.text)
    }

    /// Whether an `if` holds; one that fails leaves its part out.
    pub(super) fn holds(&mut self, template: &TextTemplate, condition: Option<&Condition>, scope: &Scope) -> bool {
        condition.is_none_or(|condition| {
            condition.holds(scope).unwrap_or_else(|error| {
                self.failed(template, Clause::If, &error);
                false
            })
        })
    }

    /// A value from data; one that cannot be parsed is noted and ignored.
    pub(super) fn parse<T>(
        &mut self,
        template: &TextTemplate,
        value: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let found = parse(value);
        if found.is_none() {
            self.note(template, Note::ValueIgnored { key: template.key.to_owned() });
        }
        found
    }

    /// The items of a list; what is no list, such as a missing one, has none.
    pub(super) fn items(&mut self, template: &TextTemplate, each: &Each, scope: &Scope) -> Vec<Value> {
        let items = each.list.value(scope).unwrap_or_else(|error| {
            self.failed(template, Clause::Each, &error);
            Value::UNDEFINED
        });
        if !matches!(items.kind(), ValueKind::Seq | ValueKind::Iterable) {
            return Vec::new();
        }
        items.try_iter().map(Iterator::collect).unwrap_or_default()
    }
}
