//! Compiles texts and expressions, and checks what is literal in them.

use std::collections::HashSet;

use super::keys::most;
use super::literal_text::ineffective;
use super::localized_texts::{FilledText, LocalizedTexts};
use super::raw_template::RawTemplate;
use super::text_template::{TextLine, TextTemplate};
use super::theme::{WRONG_COLOR, parse_color};
use crate::codes;
use crate::expression::{Condition, EscapeContext, Expression, Texts, literals, to_rfc3339};
use hookbell_config_file::Diagnostics;
use hookbell_config_file::{Code, SourceSpan, TomlKind, TomlValue};
use hookbell_model::event::Severity;
use hookbell_model::locale::format_number;
use hookbell_model::suggest::did_you_mean;

/// Compiles the texts and expressions of one message in one language.
pub(super) struct TextCompiler<'c, 'd> {
    pub(super) texts: &'c mut Texts,
    /// The names of the vars, and `text` where there are words.
    pub(super) names: Vec<&'c str>,
    /// The names that were met in texts and expressions.
    pub(super) used: &'c mut HashSet<String>,
    pub(super) words: &'c LocalizedTexts<'d>,
    pub(super) language: &'c str,
    pub(super) diagnostics: &'c mut Diagnostics,
}

impl<'d> TextCompiler<'_, 'd> {
    pub(super) fn condition_of(&mut self, node: &TomlValue, span: &SourceSpan<'d>) -> Option<Condition> {
        let TomlKind::String(text) = &node.value else {
            let what = format!("expected an expression in quotes, found {}", node.value.kind());
            self.diagnostics.add(span.error(Code::WRONG_TYPE, what));
            return None;
        };
        let parsed = Condition::parse_with(text, &self.names);
        let condition = parsed
            .map_err(|error| {
                let wrong = span.within(&error.span).error(codes::TEMPLATE_SYNTAX, error.to_string());
                self.diagnostics.add(wrong.maybe_help(error.help()))
            })
            .ok()?;
        self.used.extend(condition.names());
        Some(condition)
    }

    pub(super) fn expression(&mut self, raw: &RawTemplate<'d>, key: &str) -> Option<Expression> {
        let text: String = raw.get(key, self.diagnostics)?;
        let parsed = Expression::parse(&text, &self.names);
        let expression = parsed
            .map_err(|error| {
                let place = raw.span(key).within(&error.span);
                self.diagnostics.add(place.error(codes::TEMPLATE_SYNTAX, error.to_string()).maybe_help(error.help()));
            })
            .ok()?;
        self.used.extend(expression.names());
        Some(expression)
    }

    /// A text, or several lines that may each have a condition.
    pub(super) fn text(
        &mut self,
        raw: &RawTemplate<'d>,
        key: &str,
        name: &'static str,
        place: EscapeContext,
    ) -> Option<TextTemplate> {
        let (node, span) = raw.node(key)?;
        let span = span.clone();
        self.text_of(name, node, &span, place)
    }

    pub(super) fn text_of(
        &mut self,
        key: &'static str,
        node: &TomlValue,
        span: &SourceSpan<'d>,
        place: EscapeContext,
    ) -> Option<TextTemplate> {
        let lines = match &node.value {
            TomlKind::Array(items) if key != "color" => {
                let line =
                    |(at, item): (usize, &TomlValue)| self.line(item, &span.below(&item.span, &at.to_string()), place);
                items.iter().enumerate().map(line).collect::<Option<Vec<_>>>()?
            }
            TomlKind::Table(_) => vec![self.line(node, span, place)?],
            _ => vec![self.compile(key, node, span, place)?],
        };
        let text = TextTemplate { key, place, lines, location: span.location() };
        self.check_fixed(&text, span);
        self.check_length(key, &text, span);
        Some(text)
    }

    /// `"text"`, or `{ if = "…", text = "…" }`.
    fn line(&mut self, node: &TomlValue, span: &SourceSpan<'d>, place: EscapeContext) -> Option<TextLine> {
        let TomlKind::Table(entries) = &node.value else {
            return self.compile("line", node, span, place);
        };
        let (mut condition, mut line) = (None, None);
        for entry in entries {
            let span = span.below(&entry.node.span, &entry.key);
            match entry.key.as_str() {
                "if" => condition = Some(self.condition_of(&entry.node, &span)?),
                "text" => line = Some(self.compile("line", &entry.node, &span, place)?),
                other => self
                    .diagnostics
                    .add(span.error(Code::UNKNOWN_KEY, format!("a line has `text` and `if`, not `{other}`"))),
            }
        }
        if line.is_none() {
            self.diagnostics.add(span.missing("text"));
        }
        line.map(|line| TextLine { condition, ..line })
    }

    fn compile(
        &mut self,
        key: &str,
        node: &TomlValue,
        span: &SourceSpan<'d>,
        place: EscapeContext,
    ) -> Option<TextLine> {
        let source = match &node.value {
            TomlKind::String(text) => text.clone(),
            // A colour may be written as a number.
            TomlKind::Integer(number) if key == "color" => number.to_string(),
            other => {
                self.diagnostics
                    .add(span.error(Code::WRONG_TYPE, format!("expected a string, found {}", other.kind())));
                return None;
            }
        };
        let words = self.words;
        let filled =
            if words.is_empty() { Ok(FilledText::plain(&source)) } else { words.fill_in(&source, self.language) };
        let filled = filled
            .map_err(|unknown| {
                self.diagnostics.add(span.within(&unknown.span).error(codes::TEMPLATE_SYNTAX, unknown));
            })
            .ok()?;
        let language = words.language_of(&source, self.language);
        let added = self.texts.add_in(language, &filled.text, place, &self.names).map_err(|error| {
            let place = filled.locate(&error.span, span);
            self.diagnostics.add(place.error(codes::TEMPLATE_SYNTAX, error.to_string()).maybe_help(error.help()));
        });
        let text = added.ok()?;
        if !matches!(place, EscapeContext::Url | EscapeContext::Href) {
            for (at, literal) in literals(&filled.text) {
                for (what, bytes) in ineffective(literal) {
                    let place = filled.locate(&(at + bytes.start..at + bytes.end), span);
                    self.diagnostics.add(place.warning(what.code(), &what).help(what.help()));
                }
            }
        }
        self.used.extend(text.names());
        Some(TextLine { condition: None, text, localized: filled.has_words() })
    }

    pub(super) fn with_names<'n>(&'n mut self, more: &[&'n str]) -> TextCompiler<'n, 'd> {
        let names = self.names.iter().chain(more).copied().collect();
        let TextCompiler { texts, used, words, language, diagnostics, .. } = self;
        TextCompiler { texts, names, used, words, language, diagnostics }
    }

    /// Literal values are checked now, those from data when they come.
    fn check_fixed(&mut self, text: &TextTemplate, span: &SourceSpan<'d>) {
        let Some(fixed) = text.fixed().map(str::trim).filter(|fixed| !fixed.is_empty()) else { return };
        let (what, hint) = match text.key {
            "severity" => match fixed.parse::<Severity>() {
                Ok(_) => return,
                Err(error) => (error.to_string(), did_you_mean(fixed, Severity::ALL.iter().map(|word| word.as_str()))),
            },
            "color" if parse_color(fixed).is_none() => (WRONG_COLOR.to_owned(), None),
            "timestamp" if to_rfc3339(fixed).is_none() => {
                ("expected a moment, such as `{{ event.time }}`".to_owned(), None)
            }
            _ => return,
        };
        self.diagnostics
            .add(span.error(Code::INVALID_VALUE, what).maybe_help(hint.map(|word| format!("did you mean `{word}`?"))));
    }

    /// The literal characters of a text must fit, whatever the data is. `key` is the text's name in notes.
    pub(super) fn check_length(&mut self, key: &str, text: &TextTemplate, span: &SourceSpan<'d>) {
        let (least, most) = (text.least(), most(key));
        if let Some(most) = most.filter(|most| least > *most) {
            // Without the language, the diagnostics of all languages are equal, so one is reported.
            let localized = text.lines.iter().any(|line| line.localized);
            let language = if localized { format!(" in `[text.{}]`", self.language) } else { String::new() };
            let [least, most] = [least, most].map(format_number);
            let what = format!("{least} characters{language}, but Discord takes {most} here");
            self.diagnostics.add(span.error(codes::OVER_LIMIT, what));
        }
    }
}
