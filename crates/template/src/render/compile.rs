//! From a raw to a checked message. Every mistake is told at its place.

use std::collections::HashSet;
use std::fmt;

use super::keys::{EMBED_TEXTS, MESSAGE_TEXTS, most};
use super::localized_texts::LocalizedTexts;
use super::raw_body::RawBody;
use super::raw_template::RawTemplate;
use super::template::{Body, ButtonTemplate, Each, EmbedTemplate, FieldTemplate, Line, MessageTemplate, TextTemplate};
use super::theme::{WRONG_COLOR, parse_color};
use crate::codes;
use crate::expression::{Condition, EscapeContext, Expression, Texts, to_rfc3339};
use hookbell_config_file::Diagnostics;
use hookbell_config_file::{Code, SourceSpan, TomlKind, TomlValue};
use hookbell_model::event::Severity;
use hookbell_model::locale::format_number;
use hookbell_model::message::{Fit, FitMode, Shrink};
use hookbell_model::suggest::did_you_mean;

/// Items of a list that are shown, where the file does not say.
const MAX_LINES: u64 = 10;
const MORE: &str = "and {{ rest }} more";

/// What compiling any part of a message needs.
pub(super) struct Compiler<'c, 'd> {
    pub(super) texts: &'c mut Texts,
    /// The names of the vars, and `text` where there are words.
    pub(super) names: Vec<&'c str>,
    /// The names that were met in texts and expressions.
    pub(super) used: &'c mut HashSet<String>,
    pub(super) words: &'c LocalizedTexts<'d>,
    pub(super) language: &'c str,
    pub(super) diagnostics: &'c mut Diagnostics,
}

impl<'d> Compiler<'_, 'd> {
    pub(super) fn look(&mut self, raw: &RawTemplate<'d>) -> MessageTemplate {
        let mut look = MessageTemplate {
            texts: MESSAGE_TEXTS.iter().filter_map(|(key, place)| self.said(raw, key, key, *place)).collect(),
            silent: raw.get("silent", self.diagnostics).unwrap_or(false),
            tags: self.tags(raw),
            embeds: vec![self.embed_itself(raw)],
            ..MessageTemplate::default()
        };
        for embed in raw.parts("embed") {
            look.embeds.extend(self.embed(embed));
        }
        for button in raw.parts("button") {
            look.buttons.extend(self.button(button));
        }
        look.raw = self.raw_body(raw);
        if raw.has("raw") && raw.says_something() {
            self.diagnostics.add(raw.error(
                "raw",
                Code::CONFLICTING_KEYS,
                "`raw` is the whole message: it stands instead of content, embeds and buttons",
            ));
        }
        if !raw.has("raw") && !raw.says_something() {
            self.diagnostics.add(
                raw.span
                    .error(codes::EMPTY_MESSAGE, "this message says nothing")
                    .help("give it a `title`, a `description` or `content`"),
            );
        }
        look
    }

    /// The texts and fields of an embed, without what decides whether it is there.
    fn embed_itself(&mut self, raw: &RawTemplate<'d>) -> EmbedTemplate {
        let texts = EMBED_TEXTS.iter().filter_map(|(key, place)| self.said(raw, key, key, *place)).collect();
        let fields = raw.parts("field").iter().filter_map(|field| self.field(field)).collect();
        EmbedTemplate { texts, fields, fit: self.fit(raw), ..EmbedTemplate::default() }
    }

    fn embed(&mut self, raw: &RawTemplate<'d>) -> Option<EmbedTemplate> {
        self.member(raw);
        let each = if raw.has("each") { Some(self.each(raw, u64::MAX)?) } else { None };
        // With `each`, its `if` is asked for each item.
        let mut inner = self.with_names(if each.is_some() { &["item", "loop"] } else { &[] });
        let condition = inner.condition(raw);
        let embed = inner.embed_itself(raw);
        if !raw.says_something() {
            self.diagnostics.add(raw.span.error(codes::EMPTY_MESSAGE, "this embed says nothing"));
        }
        Some(EmbedTemplate { condition: condition?, each, ..embed })
    }

    fn field(&mut self, raw: &RawTemplate<'d>) -> Option<FieldTemplate> {
        self.member(raw);
        let condition = self.condition(raw);
        self.require(raw, "name");
        let name = self.said(raw, "name", "field.name", EscapeContext::Title);
        let inline = raw.get("inline", self.diagnostics).unwrap_or(false);
        let lines = ["each", "line", "max", "more"].iter().any(|key| raw.has(key));
        let body = match (raw.has("value"), lines) {
            (true, true) => {
                self.diagnostics.add(raw.error(
                    "value",
                    Code::CONFLICTING_KEYS,
                    "a field has either `value` or `each` and `line`",
                ));
                None
            }
            (false, true) => self.lines(raw),
            _ => {
                self.require(raw, "value");
                self.said(raw, "value", "field.value", EscapeContext::Block).map(Body::Value)
            }
        };
        let fit = self.fit(raw);
        Some(FieldTemplate { condition: condition?, name: name?, body: body?, inline, fit })
    }

    fn lines(&mut self, raw: &RawTemplate<'d>) -> Option<Body> {
        self.require(raw, "each");
        let each = self.each(raw, MAX_LINES);
        self.require(raw, "line");
        let line = self.with_names(&["item", "loop"]).said(raw, "line", "field.line", EscapeContext::Line);
        let mut inner = self.with_names(&["rest"]);
        let more = if raw.has("more") {
            inner.said(raw, "more", "field.more", EscapeContext::Line)
        } else {
            let text = inner.texts.add(MORE, EscapeContext::Line, &inner.names).ok();
            let line = |text| Line { condition: None, text };
            text.map(|text| TextTemplate {
                key: "field.more",
                place: EscapeContext::Line,
                lines: vec![line(text)],
                location: raw.span.location(),
            })
        };
        Some(Body::Lines { each: each?, line: line?, more: more? })
    }

    fn button(&mut self, raw: &RawTemplate<'d>) -> Option<ButtonTemplate> {
        self.member(raw);
        let condition = self.condition(raw);
        self.require(raw, "label");
        self.require(raw, "url");
        let label = self.said(raw, "label", "button.label", EscapeContext::Plain);
        let url = self.said(raw, "url", "button.url", EscapeContext::Url);
        Some(ButtonTemplate { condition: condition?, label: label?, url: url? })
    }

    fn raw_body(&mut self, raw: &RawTemplate<'d>) -> Option<RawBody> {
        let (node, span) = raw.node("raw")?;
        let span = span.clone();
        RawBody::compile(node, &span, self)
    }

    /// Names of forum tags.
    fn tags(&mut self, raw: &RawTemplate<'d>) -> Vec<TextTemplate> {
        let Some((node, span)) = raw.node("tags") else { return Vec::new() };
        let TomlKind::Array(items) = &node.value else {
            self.diagnostics.add(
                span.error(Code::WRONG_TYPE, format!("expected a list of tag names, found {}", node.value.kind())),
            );
            return Vec::new();
        };
        let span = span.clone();
        items.iter().filter_map(|item| self.said_of("tags", item, &span, EscapeContext::Plain)).collect()
    }

    fn each(&mut self, raw: &RawTemplate<'d>, most: u64) -> Option<Each> {
        let list = self.expression(raw, "each");
        let max = raw.get::<u64>("max", self.diagnostics).unwrap_or(most);
        if max == 0 {
            self.diagnostics.add(raw.error("max", Code::INVALID_VALUE, "expected a number of at least 1"));
        }
        Some(Each { list: list?, max: usize::try_from(max).unwrap_or(usize::MAX) })
    }

    fn fit(&mut self, raw: &RawTemplate<'d>) -> Fit {
        let mode = raw.get::<String>("fit", self.diagnostics).map(|mode| mode.parse::<FitMode>());
        let shrink = raw.get::<u64>("shrink", self.diagnostics);
        let shrink = shrink.map(|number| Shrink::try_from(i64::try_from(number).unwrap_or(i64::MAX)));
        let min = raw.get::<u64>("min", self.diagnostics);
        let mut report = |key: &str, error: &dyn fmt::Display| {
            self.diagnostics.add(raw.error(key, Code::INVALID_VALUE, error));
        };
        Fit {
            mode: mode.and_then(|mode| mode.map_err(|error| report("fit", &error)).ok()).unwrap_or_default(),
            shrink: shrink.and_then(|shrink| shrink.map_err(|error| report("shrink", &error)).ok()),
            min: min.map(|min| usize::try_from(min).unwrap_or(usize::MAX)),
        }
    }

    /// What only makes sense where lists are merged has been heard there.
    fn member(&mut self, raw: &RawTemplate<'d>) {
        for key in ["after", "before"] {
            if raw.has(key) {
                self.diagnostics.add(raw.error(
                    key,
                    Code::CONFLICTING_KEYS,
                    "means something only in a message that `extends` another",
                ));
            }
        }
        if raw.get::<bool>("remove", self.diagnostics) == Some(true) {
            self.diagnostics.add(raw.error(
                "remove",
                Code::CONFLICTING_KEYS,
                "there is nothing to remove: this message does not extend another",
            ));
        }
        raw.get::<String>("id", self.diagnostics);
    }

    fn require(&mut self, raw: &RawTemplate<'d>, key: &str) {
        if !raw.has(key) {
            self.diagnostics.add(raw.span.missing(key));
        }
    }

    /// The part's `if`; the outer none is a mistake.
    fn condition(&mut self, raw: &RawTemplate<'d>) -> Option<Option<Condition>> {
        let Some((node, span)) = raw.node("if") else { return Some(None) };
        let span = span.clone();
        self.condition_of(node, &span).map(Some)
    }

    fn condition_of(&mut self, node: &TomlValue, span: &SourceSpan<'d>) -> Option<Condition> {
        let TomlKind::String(text) = &node.value else {
            let what = format!("expected an expression in quotes, found {}", node.value.kind());
            self.diagnostics.add(span.error(Code::WRONG_TYPE, what));
            return None;
        };
        let parsed = Condition::parse_with(text, &self.names);
        let condition = parsed
            .map_err(|error| {
                self.diagnostics.add(span.within(&error.span).error(codes::TEMPLATE_SYNTAX, error.to_string()))
            })
            .ok()?;
        self.used.extend(condition.names());
        Some(condition)
    }

    fn expression(&mut self, raw: &RawTemplate<'d>, key: &str) -> Option<Expression> {
        let text: String = raw.get(key, self.diagnostics)?;
        let parsed = Expression::parse(&text, &self.names);
        let expression = parsed
            .map_err(|error| {
                let place = raw.span(key).within(&error.span);
                self.diagnostics.add(place.error(codes::TEMPLATE_SYNTAX, error.to_string()));
            })
            .ok()?;
        self.used.extend(expression.names());
        Some(expression)
    }

    /// A text, or several lines that may each have a condition.
    fn said(
        &mut self,
        raw: &RawTemplate<'d>,
        key: &str,
        name: &'static str,
        place: EscapeContext,
    ) -> Option<TextTemplate> {
        let (node, span) = raw.node(key)?;
        let span = span.clone();
        self.said_of(name, node, &span, place)
    }

    pub(super) fn said_of(
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
            _ => vec![Line { condition: None, text: self.text(key, node, span, place)? }],
        };
        let said = TextTemplate { key, place, lines, location: span.location() };
        self.check_fixed(&said, span);
        self.check_length(key, &said, span);
        Some(said)
    }

    /// `"text"`, or `{ if = "…", text = "…" }`.
    fn line(&mut self, node: &TomlValue, span: &SourceSpan<'d>, place: EscapeContext) -> Option<Line> {
        let TomlKind::Table(entries) = &node.value else {
            return Some(Line { condition: None, text: self.text("line", node, span, place)? });
        };
        let (mut condition, mut text) = (None, None);
        for entry in entries {
            let span = span.below(&entry.node.span, &entry.key);
            match entry.key.as_str() {
                "if" => condition = Some(self.condition_of(&entry.node, &span)?),
                "text" => text = Some(self.text("line", &entry.node, &span, place)?),
                other => self
                    .diagnostics
                    .add(span.error(Code::UNKNOWN_KEY, format!("a line has `text` and `if`, not `{other}`"))),
            }
        }
        if text.is_none() {
            self.diagnostics.add(span.missing("text"));
        }
        Some(Line { condition, text: text? })
    }

    fn text(
        &mut self,
        key: &str,
        node: &TomlValue,
        span: &SourceSpan<'d>,
        place: EscapeContext,
    ) -> Option<crate::expression::Text> {
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
        let filled =
            if self.words.is_empty() { Ok(source.clone()) } else { self.words.fill_in(&source, self.language) };
        let filled = filled
            .map_err(|what| self.diagnostics.add(span.pointed(&what).error(codes::TEMPLATE_SYNTAX, what)))
            .ok()?;
        let added = self.texts.add(&filled, place, &self.names).map_err(|error| {
            // With words filled in, its bytes are not those that are written here.
            let place = match filled.get(error.span.clone()) {
                Some(wrong) if filled != source => span.on(wrong),
                _ => span.within(&error.span),
            };
            self.diagnostics.add(place.error(codes::TEMPLATE_SYNTAX, error.to_string()));
        });
        let text = added.ok()?;
        self.used.extend(text.names());
        Some(text)
    }

    fn with_names<'n>(&'n mut self, more: &[&'n str]) -> Compiler<'n, 'd> {
        let names = self.names.iter().chain(more).copied().collect();
        let Compiler { texts, used, words, language, diagnostics, .. } = self;
        Compiler { texts, names, used, words, language, diagnostics }
    }

    /// What is literal is judged now, what comes from data when it comes.
    fn check_fixed(&mut self, said: &TextTemplate, span: &SourceSpan<'d>) {
        let Some(fixed) = said.fixed().map(str::trim).filter(|fixed| !fixed.is_empty()) else { return };
        let (what, hint) = match said.key {
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

    /// The words that stand in a text whatever the data is must fit. `key` is the text's name in notes.
    pub(super) fn check_length(&mut self, key: &str, said: &TextTemplate, span: &SourceSpan<'d>) {
        let (least, most) = (said.least(), most(key));
        if let Some(most) = most.filter(|most| least > *most) {
            // Told once where all languages share it.
            let worded = span.texts().iter().any(|text| text.contains("text."));
            let language = if worded { format!(" in `[text.{}]`", self.language) } else { String::new() };
            let [least, most] = [least, most].map(format_number);
            let what = format!("{least} characters{language}, but Discord takes {most} here");
            self.diagnostics.add(span.error(codes::OVER_LIMIT, what));
        }
    }
}
