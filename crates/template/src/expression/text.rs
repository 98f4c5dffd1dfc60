//! Texts with `{{ … }}` in them: compiled once, rendered for a scope, bounded in work and size.

use std::io::{self, Write};
use std::sync::Arc;

use minijinja::Environment;

use super::arguments;
use super::budget::Work;
use super::comparisons;
use super::engine::{ENGINE, evaluation_error, is_global, without_panic};
use super::error::{ErrorKind, ExpressionError};
use super::escape::EscapeContext;
use super::limits;
use super::names;
use super::rewrite::{self, SpanMap};
use super::scope::Scope;
use super::surroundings::url_context;
use super::syntax::{Segment, Syntax};
use super::url::check_url;

/// Bytes kept of one text; the longest that Discord takes is 4096 characters. The rest is only counted.
const KEPT: usize = 16 * 1024;

/// Many texts, compiled together. Filled while files are read, then shared.
#[derive(Debug, Clone)]
pub struct Texts {
    engine: Environment<'static>,
    count: usize,
}

/// One text of a [`Texts`]; means nothing to another.
#[derive(Debug, Clone)]
pub struct Text(Arc<TextKind>);

#[derive(Debug)]
enum TextKind {
    /// No expression in it.
    Fixed(String),
    JinjaText(JinjaText),
}

#[derive(Debug)]
struct JinjaText {
    /// In the engine.
    name: String,
    source: String,
    map: SpanMap,
    /// What it looks up in its scope.
    paths: Vec<String>,
    names: Vec<String>,
    least: usize,
}

/// The result of rendering a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RenderedText {
    pub text: String,
    /// Paths that were printed but are missing in the data.
    pub missing: Vec<String>,
    /// Values that were printed and show nothing, the missing ones included.
    pub blank: usize,
    /// Characters beyond the bound, which were not kept.
    pub cut: usize,
}

impl Default for Texts {
    fn default() -> Self {
        Self { engine: ENGINE.clone(), count: 0 }
    }
}

impl Texts {
    /// Compiles a text for a context. `names` are known beside the scope's own.
    ///
    /// # Errors
    /// Says what is wrong in it: length and depth, syntax, unknown filters, tests and names, arguments that can never
    /// work, a URL that could never be posted.
    pub fn add(&mut self, source: &str, context: EscapeContext, names: &[&str]) -> Result<Text, ExpressionError> {
        self.add_in("", source, context, names)
    }

    /// As [`Texts::add`], for a text in a language; empty = its file does not say.
    ///
    /// # Errors
    /// As [`Texts::add`], and where a word has not the forms that the language has.
    pub fn add_in(
        &mut self,
        language: &str,
        source: &str,
        context: EscapeContext,
        names: &[&str],
    ) -> Result<Text, ExpressionError> {
        let is_url = matches!(context, EscapeContext::Url | EscapeContext::Href);
        if !["{{", "{%", "{#"].iter().any(|tag| source.contains(tag)) {
            if is_url && !source.trim().is_empty() {
                check_url(source).map_err(|why| ExpressionError::new(ErrorKind::Url(why), 0..source.len()))?;
            }
            return Ok(Text(Arc::new(TextKind::Fixed(source.to_owned()))));
        }
        let syntax = Syntax::template(source).map_err(|error| error.with_help(|text| Syntax::template(text).err()))?;
        let segments = syntax.segments();
        let context = if is_url { context_of_url(&segments)? } else { context };
        names::check_words(&syntax)?;
        arguments::check(&syntax, language)?;
        comparisons::check(&syntax)?;
        let references = names::references(&syntax);
        names::check_names(&references, names)?;
        let rewritten = rewrite::template(&syntax, context)?;
        let name = format!("{}.{}", self.count, context.name());
        limits::check_compiled(&rewritten.text, false).map_err(|error| rewritten.at_original(error))?;
        // The text itself was parsed: only the depth can still be wrong.
        self.engine
            .add_template_owned(name.clone(), rewritten.text.into_owned())
            .map_err(|_| ExpressionError::new(ErrorKind::TooDeep, 0..source.len()))?;
        self.count += 1;
        Ok(Text(Arc::new(TextKind::JinjaText(JinjaText {
            name,
            source: source.to_owned(),
            map: rewritten.map,
            paths: references.into_iter().map(|reference| reference.path).collect(),
            names: syntax.names(),
            least: least(&segments),
        }))))
    }

    /// # Errors
    /// When the text cannot be evaluated on this scope (wrong types, too much work, too much time).
    pub fn render(&self, text: &Text, scope: &Scope) -> Result<RenderedText, ExpressionError> {
        let text = match &*text.0 {
            TextKind::Fixed(text) => return Ok(RenderedText { text: text.clone(), ..RenderedText::default() }),
            TextKind::JinjaText(text) => text,
        };
        let failed = |error: minijinja::Error| evaluation_error(&error, &text.source, &text.map);
        let template = self.engine.get_template(&text.name).map_err(failed)?;
        let mut kept = BoundedText::default();
        let missing = without_panic(|| {
            let captured = template.render_captured_to(scope.value(), &mut kept)?;
            Ok(captured.state().get_extension::<Work>().map_or((0, 0), |work| (work.missing, work.blank)))
        });
        let (missing, blank) = missing.map_err(failed)?;
        let missing = if missing == 0 { Vec::new() } else { missing_paths(&text.paths, scope) };
        Ok(RenderedText { text: kept.text, missing, blank, cut: kept.cut })
    }
}

impl Text {
    /// The text itself, where it holds no expression.
    pub fn fixed(&self) -> Option<&str> {
        if let TextKind::Fixed(text) = &*self.0 { Some(text) } else { None }
    }

    /// Every name that it may look up in its scope; an over-approximation.
    pub fn names(&self) -> Vec<String> {
        if let TextKind::JinjaText(text) = &*self.0 { text.names.clone() } else { Vec::new() }
    }

    /// The characters that it has whatever the data is: those of its own words, where no `{% … %}` can leave them out.
    pub fn least(&self) -> usize {
        match &*self.0 {
            TextKind::Fixed(text) => text.trim().chars().count(),
            TextKind::JinjaText(text) => text.least,
        }
    }
}

fn least(segments: &[Segment<'_>]) -> usize {
    if segments.iter().any(|segment| matches!(segment, Segment::Statement(_))) {
        return 0;
    }
    let literal = |segment: &Segment<'_>| {
        if let Segment::Literal(text) = segment { text.trim().chars().count() } else { 0 }
    };
    segments.iter().map(literal).sum()
}

/// The engine counts what was printed though missing, but not what it was: the paths of the text that lead nowhere.
fn missing_paths(paths: &[String], scope: &Scope) -> Vec<String> {
    let is_value = |path: &&String| !is_global(path);
    let nowhere = paths.iter().filter(is_value).filter(|path| scope.lookup(path).is_undefined());
    let nowhere: Vec<String> = nowhere.cloned().collect();
    if nowhere.is_empty() { vec!["a value".to_owned()] } else { nowhere }
}

/// The escape context of a URL's values, by the literal text before the first one.
fn context_of_url(segments: &[Segment<'_>]) -> Result<EscapeContext, ExpressionError> {
    let (mut beginning, mut place) = (String::new(), 0..0);
    for segment in segments {
        match segment {
            Segment::Literal(text) => beginning.push_str(text),
            Segment::Print(span) => {
                place = span.clone();
                break;
            }
            Segment::Statement(_) => {}
        }
    }
    url_context(&beginning).map_err(|kind| ExpressionError::new(kind, place))
}

/// Keeps the beginning of what is written and counts the rest, so that no template can fill the memory.
#[derive(Default)]
struct BoundedText {
    text: String,
    cut: usize,
}

impl Write for BoundedText {
    /// The engine writes whole characters.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
        if self.cut == 0 && self.text.len() + text.len() <= KEPT {
            self.text.push_str(text);
        } else {
            for c in text.chars() {
                if self.cut == 0 && self.text.len() + c.len_utf8() <= KEPT {
                    self.text.push(c);
                } else {
                    self.cut += 1;
                }
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
