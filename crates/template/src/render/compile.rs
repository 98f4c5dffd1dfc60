//! Compiles a raw message into its template: the parts. Every mistake is reported at its location.

use std::fmt;
use std::time::Duration;

use super::compile_body::compile_body;
use super::compile_text::TextCompiler;
use super::each::Each;
use super::keys::{EMBED_TEXTS, MESSAGE_TEXTS};
use super::live::{KeyTemplate, LiveTemplate, Located};
use super::raw_body::RawBody;
use super::raw_template::{RawTemplate, TableKind};
use super::template::{ButtonTemplate, EmbedTemplate, FieldContent, FieldTemplate, MessageTemplate};
use super::text_template::{TextLine, TextTemplate};
use crate::codes;
use crate::expression::{Condition, EscapeContext};
use hookbell_config_file::{Code, FromToml, SourceSpan, TomlKind, TomlValue, ValueError};
use hookbell_model::message::{Fit, FitMode, Shrink};

/// Items of a list that are shown, where the file does not say.
const MAX_LINES: u64 = 10;
const MORE: &str = "and {{ rest }} more";

pub(super) fn message<'d>(compiler: &mut TextCompiler<'_, 'd>, raw: &RawTemplate<'d>) -> MessageTemplate {
    let mut message = MessageTemplate {
        texts: MESSAGE_TEXTS.iter().filter_map(|(key, place)| compiler.text(raw, key, key, *place)).collect(),
        live: live(compiler, raw),
        silent: raw.get("silent", compiler.diagnostics).unwrap_or(false),
        tags: tags(compiler, raw),
        embeds: vec![embed_itself(compiler, raw)],
        ..MessageTemplate::default()
    };
    for part in raw.parts("embed") {
        message.embeds.extend(embed(compiler, part));
    }
    for part in raw.parts("button") {
        message.buttons.extend(button(compiler, part));
    }
    message.raw = raw_body(compiler, raw);
    if raw.has("raw") && raw.says_something() {
        compiler.diagnostics.add(raw.error(
            "raw",
            Code::CONFLICTING_KEYS,
            "`raw` is the whole message: it replaces content, embeds and buttons",
        ));
    }
    if raw.kind == TableKind::Message && !raw.has("raw") && !raw.says_something() {
        compiler.diagnostics.add(
            raw.span
                .error(codes::EMPTY_MESSAGE, "this message says nothing")
                .help("give it a `title`, a `description` or `content`"),
        );
    }
    message
}

/// What makes the message live.
fn live<'d>(compiler: &mut TextCompiler<'_, 'd>, raw: &RawTemplate<'d>) -> LiveTemplate {
    for key in ["remember", "notify", "closed", "hold", "remind"] {
        if raw.has(key) && !raw.has("key") {
            compiler.diagnostics.add(raw.error(key, Code::CONFLICTING_KEYS, "means something only with a `key`"));
        }
    }
    let location = |key| raw.span(key).location();
    let notify = compiler.expression(raw, "notify");
    let mut located = |key| {
        let condition = raw.node(key).and_then(|(node, span)| compiler.condition_of(node, &span.clone()));
        condition.map(|expression| Located { expression, location: location(key) })
    };
    let (closed, routine, archived) = (located("closed"), located("routine"), located("archived"));
    let (hold, remind) = (waiting_time(compiler, raw, "hold"), waiting_time(compiler, raw, "remind"));
    // What the keys alone name.
    let others = std::mem::take(compiler.used);
    let keys = names(compiler, raw, "key");
    let key_names = compiler.used.clone();
    compiler.used.extend(others);
    let thread_keys = names(compiler, raw, "thread_key");
    let thread_title = compiler.text(raw, "thread_title", "thread_title", EscapeContext::Plain);
    LiveTemplate {
        keys,
        key_names,
        thread_keys,
        thread_title,
        archived,
        notify: notify.map(|expression| Located { expression, location: location("notify") }),
        closed,
        routine,
        hold,
        remind,
    }
}

fn waiting_time<'d>(compiler: &mut TextCompiler<'_, 'd>, raw: &RawTemplate<'d>, key: &'static str) -> Option<Duration> {
    let (node, span) = raw.node(key)?;
    let read = Duration::from_toml(node);
    let wrong = |error: ValueError| compiler.diagnostics.add(span.at(error.span).error(error.code, error.message));
    read.map_err(wrong).ok().filter(|span| !span.is_zero())
}

/// One name, or a list of them.
fn names<'d>(compiler: &mut TextCompiler<'_, 'd>, raw: &RawTemplate<'d>, name: &'static str) -> Vec<KeyTemplate> {
    let Some((node, span)) = raw.node(name) else { return Vec::new() };
    let span = span.clone();
    let mut key = |node: &TomlValue, span: &SourceSpan<'d>, needs_all| {
        let text = compiler.text_of(name, node, span, EscapeContext::Bare)?;
        Some(KeyTemplate { text, needs_all })
    };
    match &node.value {
        TomlKind::Array(items) => {
            let item = |(at, item): (usize, &TomlValue)| key(item, &span.below(&item.span, &at.to_string()), true);
            items.iter().enumerate().filter_map(item).collect()
        }
        _ => key(node, &span, false).into_iter().collect(),
    }
}

/// The texts and fields of an embed, without what decides whether it is there.
fn embed_itself<'d>(compiler: &mut TextCompiler<'_, 'd>, raw: &RawTemplate<'d>) -> EmbedTemplate {
    let texts = EMBED_TEXTS.iter().filter_map(|(key, place)| compiler.text(raw, key, key, *place)).collect();
    let fields = raw.parts("field").iter().filter_map(|part| field(compiler, part)).collect();
    EmbedTemplate { texts, fields, fit: fit(compiler, raw), ..EmbedTemplate::default() }
}

fn embed<'d>(compiler: &mut TextCompiler<'_, 'd>, raw: &RawTemplate<'d>) -> Option<EmbedTemplate> {
    member(compiler, raw);
    let each = if raw.has("each") { Some(each(compiler, raw, u64::MAX)?) } else { None };
    // With `each`, its `if` is evaluated for each item.
    let mut inner = compiler.with_names(if each.is_some() { &["item", "loop"] } else { &[] });
    let condition = condition(&mut inner, raw);
    let embed = embed_itself(&mut inner, raw);
    if !raw.says_something() {
        compiler.diagnostics.add(raw.span.error(codes::EMPTY_MESSAGE, "this embed says nothing"));
    }
    Some(EmbedTemplate { condition: condition?, each, ..embed })
}

fn field<'d>(compiler: &mut TextCompiler<'_, 'd>, raw: &RawTemplate<'d>) -> Option<FieldTemplate> {
    member(compiler, raw);
    let is_lines = ["line", "more"].iter().any(|key| raw.has(key)) || (raw.has("each") && !raw.has("value"));
    let each = if raw.has("each") && !is_lines { Some(each(compiler, raw, u64::MAX)?) } else { None };
    if raw.has("max") && !raw.has("each") && !is_lines {
        require(compiler, raw, "each");
    }
    // With `each` and `value` there is a field for each item.
    let mut inner = compiler.with_names(if each.is_some() { &["item", "loop"] } else { &[] });
    let condition = condition(&mut inner, raw);
    require(&mut inner, raw, "name");
    let name = inner.text(raw, "name", "field.name", EscapeContext::Title);
    let inline = raw.get("inline", inner.diagnostics).unwrap_or(false);
    let content = match (raw.has("value"), is_lines) {
        (true, true) => {
            inner.diagnostics.add(raw.error(
                "value",
                Code::CONFLICTING_KEYS,
                "a field has either `value` or `each` and `line`",
            ));
            None
        }
        (false, true) => lines(&mut inner, raw),
        _ => {
            require(&mut inner, raw, "value");
            inner.text(raw, "value", "field.value", EscapeContext::Block).map(FieldContent::Value)
        }
    };
    let fit = fit(&mut inner, raw);
    Some(FieldTemplate { each, condition: condition?, name: name?, content: content?, inline, fit })
}

fn lines<'d>(compiler: &mut TextCompiler<'_, 'd>, raw: &RawTemplate<'d>) -> Option<FieldContent> {
    require(compiler, raw, "each");
    let each = each(compiler, raw, MAX_LINES);
    require(compiler, raw, "line");
    let line = compiler.with_names(&["item", "loop"]).text(raw, "line", "field.line", EscapeContext::Line);
    let mut inner = compiler.with_names(&["rest"]);
    let more = if raw.has("more") {
        inner.text(raw, "more", "field.more", EscapeContext::Line)
    } else {
        let text = inner.texts.add(MORE, EscapeContext::Line, &inner.names).ok();
        let line = |text| TextLine { condition: None, text, localized: false };
        text.map(|text| TextTemplate {
            key: "field.more",
            place: EscapeContext::Line,
            lines: vec![line(text)],
            location: raw.span.location(),
        })
    };
    Some(FieldContent::Lines { each: each?, line: line?, more: more? })
}

fn button<'d>(compiler: &mut TextCompiler<'_, 'd>, raw: &RawTemplate<'d>) -> Option<ButtonTemplate> {
    member(compiler, raw);
    let condition = condition(compiler, raw);
    require(compiler, raw, "label");
    require(compiler, raw, "url");
    let label = compiler.text(raw, "label", "button.label", EscapeContext::Plain);
    let url = compiler.text(raw, "url", "button.url", EscapeContext::Url);
    Some(ButtonTemplate { condition: condition?, label: label?, url: url? })
}

fn raw_body<'d>(compiler: &mut TextCompiler<'_, 'd>, raw: &RawTemplate<'d>) -> Option<RawBody> {
    let (node, span) = raw.node("raw")?;
    let span = span.clone();
    compile_body(node, &span, compiler)
}

/// Names of forum tags.
fn tags<'d>(compiler: &mut TextCompiler<'_, 'd>, raw: &RawTemplate<'d>) -> Vec<TextTemplate> {
    let Some((node, span)) = raw.node("tags") else { return Vec::new() };
    let TomlKind::Array(items) = &node.value else {
        compiler
            .diagnostics
            .add(span.error(Code::WRONG_TYPE, format!("expected a list of tag names, found {}", node.value.kind())));
        return Vec::new();
    };
    let span = span.clone();
    items.iter().filter_map(|item| compiler.text_of("tags", item, &span, EscapeContext::Plain)).collect()
}

fn each<'d>(compiler: &mut TextCompiler<'_, 'd>, raw: &RawTemplate<'d>, most: u64) -> Option<Each> {
    let list = compiler.expression(raw, "each");
    let max = raw.get::<u64>("max", compiler.diagnostics).unwrap_or(most);
    if max == 0 {
        compiler.diagnostics.add(raw.error("max", Code::INVALID_VALUE, "expected a number of at least 1"));
    }
    Some(Each { list: list?, max: usize::try_from(max).unwrap_or(usize::MAX) })
}

fn fit<'d>(compiler: &mut TextCompiler<'_, 'd>, raw: &RawTemplate<'d>) -> Fit {
    let mode = raw.get::<String>("fit", compiler.diagnostics).map(|mode| mode.parse::<FitMode>());
    let shrink = raw.get::<u64>("shrink", compiler.diagnostics);
    let shrink = shrink.map(|number| Shrink::try_from(i64::try_from(number).unwrap_or(i64::MAX)));
    let min = raw.get::<u64>("min", compiler.diagnostics);
    let mut report = |key: &str, error: &dyn fmt::Display| {
        compiler.diagnostics.add(raw.error(key, Code::INVALID_VALUE, error));
    };
    Fit {
        mode: mode.and_then(|mode| mode.map_err(|error| report("fit", &error)).ok()).unwrap_or_default(),
        shrink: shrink.and_then(|shrink| shrink.map_err(|error| report("shrink", &error)).ok()),
        min: min.map(|min| usize::try_from(min).unwrap_or(usize::MAX)),
    }
}

/// What only means something where lists are merged was read there.
fn member<'d>(compiler: &mut TextCompiler<'_, 'd>, raw: &RawTemplate<'d>) {
    for key in ["after", "before"] {
        if raw.has(key) {
            compiler.diagnostics.add(raw.error(
                key,
                Code::CONFLICTING_KEYS,
                "means something only in a message that `extends` another",
            ));
        }
    }
    if raw.get::<bool>("remove", compiler.diagnostics) == Some(true) {
        compiler.diagnostics.add(raw.error(
            "remove",
            Code::CONFLICTING_KEYS,
            "there is nothing to remove: this message does not extend another",
        ));
    }
    raw.get::<String>("id", compiler.diagnostics);
}

fn require<'d>(compiler: &mut TextCompiler<'_, 'd>, raw: &RawTemplate<'d>, key: &str) {
    if !raw.has(key) {
        compiler.diagnostics.add(raw.span.missing(key));
    }
}

/// The part's `if`; the outer none is an error.
fn condition<'d>(compiler: &mut TextCompiler<'_, 'd>, raw: &RawTemplate<'d>) -> Option<Option<Condition>> {
    let Some((node, span)) = raw.node("if") else { return Some(None) };
    let span = span.clone();
    compiler.condition_of(node, &span).map(Some)
}
