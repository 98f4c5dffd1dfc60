//! Texts with `{{ … }}` in them: compiled once, rendered for a scope, bounded in work and size.

use std::io::{self, Write};
use std::sync::Arc;

use minijinja::Environment;

use super::arguments;
use super::bounded::Work;
use super::engine::{ENGINE, explain};
use super::escape::{EscapeContext, check_url};
use super::rewrite;
use super::scan;
use super::scope::Scope;
use super::segments::{Segment, segments};

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
pub struct Text(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    /// No expression in it.
    Fixed(String),
    Jinja {
        name: String,
        source: String,
        paths: Vec<String>,
    },
}

/// What a text became.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Output {
    pub text: String,
    /// Paths that were printed but are missing in the data.
    pub missing: Vec<String>,
    /// Characters beyond the bound, which were not kept.
    pub cut: usize,
}

impl Default for Texts {
    fn default() -> Self {
        Self { engine: ENGINE.clone(), count: 0 }
    }
}

impl Texts {
    /// Compiles a text for a place. `names` are known beside the scope's own.
    ///
    /// # Errors
    /// Says what is wrong in it: syntax, unknown filters, tests and names, a URL that could never be posted.
    pub fn add(&mut self, source: &str, place: EscapeContext, names: &[&str]) -> Result<Text, String> {
        if !["{{", "{%", "{#"].iter().any(|tag| source.contains(tag)) {
            if matches!(place, EscapeContext::Url | EscapeContext::Href) && !source.trim().is_empty() {
                check_url(source).map_err(|why| format!("this URL cannot be used: {why}"))?;
            }
            return Ok(Text(Arc::new(Kind::Fixed(source.to_owned()))));
        }
        let place = if matches!(place, EscapeContext::Url | EscapeContext::Href) { url_place(source)? } else { place };
        let name = format!("{}.{}", self.count, place.name());
        let rewritten = rewrite::template(source, place);
        let text = rewritten.as_deref().unwrap_or(source).to_owned();
        if self.engine.add_template_owned(name.clone(), text).is_err() {
            // Told in the words that were written.
            let told = self.engine.add_template_owned(name.clone(), source.to_owned());
            return Err(told
                .err()
                .map_or_else(|| "this text cannot be read".to_owned(), |error| explain(&error, source)));
        }
        rewritten?;
        self.count += 1;
        scan::check_words(&scan::template_words(source))?;
        scan::template_insides(source).into_iter().try_for_each(arguments::check)?;
        let template = self.engine.get_template(&name).map_err(|error| explain(&error, source))?;
        let found = template.undeclared_variables(true);
        scan::check_names(&found, names)?;
        let mut paths: Vec<String> = found.into_iter().collect();
        paths.sort();
        Ok(Text(Arc::new(Kind::Jinja { name, source: source.to_owned(), paths })))
    }

    /// # Errors
    /// When the text cannot be evaluated on this scope (wrong types, too much work).
    pub fn render(&self, text: &Text, scope: &Scope) -> Result<Output, String> {
        let (name, source, paths) = match &*text.0 {
            Kind::Fixed(text) => return Ok(Output { text: text.clone(), ..Output::default() }),
            Kind::Jinja { name, source, paths } => (name, source, paths),
        };
        let template = self.engine.get_template(name).map_err(|error| explain(&error, source))?;
        let mut kept = Kept::default();
        let captured =
            template.render_captured_to(scope.value(), &mut kept).map_err(|error| explain(&error, source))?;
        let missing = captured.state().get_extension::<Work>().map_or(0, |work| work.missing);
        let missing = if missing == 0 { Vec::new() } else { missing_paths(paths, scope) };
        Ok(Output { text: kept.text, missing, cut: kept.cut })
    }
}

impl Text {
    /// The text itself, where it holds no expression.
    pub fn fixed(&self) -> Option<&str> {
        if let Kind::Fixed(text) = &*self.0 { Some(text) } else { None }
    }

    /// Every name that it may ask its scope for; perhaps some that it does not.
    pub fn names(&self) -> Vec<String> {
        match &*self.0 {
            Kind::Fixed(_) => Vec::new(),
            Kind::Jinja { source, .. } => {
                let insides = scan::template_insides(source).into_iter();
                insides.flat_map(scan::names).map(str::to_owned).collect()
            }
        }
    }

    /// The characters that it has whatever the data is: those of its own words, where no `{% … %}` can leave them out.
    pub fn least(&self) -> usize {
        let length = |text: &str| text.trim().chars().count();
        match &*self.0 {
            Kind::Fixed(text) => length(text),
            Kind::Jinja { source, .. } => {
                let segments = segments(source);
                if segments.iter().any(|segment| matches!(segment, Segment::Statement(..))) {
                    return 0;
                }
                let literal =
                    |segment: &Segment<'_>| if let Segment::Literal(text) = segment { length(text) } else { 0 };
                segments.iter().map(literal).sum()
            }
        }
    }
}

/// The engine tells that something missing was printed, not what: the paths of the text that lead nowhere.
fn missing_paths(paths: &[String], scope: &Scope) -> Vec<String> {
    let nowhere: Vec<String> = paths.iter().filter(|path| scope.lookup(path).is_undefined()).cloned().collect();
    if nowhere.is_empty() { vec!["a value".to_owned()] } else { nowhere }
}

/// How values are taken in a URL: whole at its beginning, encoded after a beginning that the template holds.
///
/// # Errors
/// When the beginning leaves the scheme or the end of the host to the data.
pub(super) fn url_place(source: &str) -> Result<EscapeContext, String> {
    let (before, _) = source.split_once("{{").unwrap_or((source, ""));
    let beginning = without_tags(before);
    let beginning = beginning.trim_start();
    if beginning.is_empty() {
        return Ok(EscapeContext::Href);
    }
    let lower = beginning.to_ascii_lowercase();
    let Some(rest) = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")) else {
        return Err("this URL cannot be used: only http and https are allowed".to_owned());
    };
    if !rest.is_empty() && !rest.contains(['/', '?', '#']) {
        return Err("a value right behind the host could change the host: write a `/` before it".to_owned());
    }
    Ok(EscapeContext::Url)
}

/// The literal text, `{% … %}` and `{# … #}` left out.
fn without_tags(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('{') {
        out.push_str(before);
        let end = if tag.starts_with('#') { "#}" } else { "%}" };
        rest = tag.split_once(end).map_or("", |(_, rest)| rest);
    }
    out + rest
}

/// Keeps the beginning of what is written and counts the rest, so that no template can fill the memory.
#[derive(Default)]
struct Kept {
    text: String,
    cut: usize,
}

impl Write for Kept {
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
