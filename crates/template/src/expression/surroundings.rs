//! The markdown of a template around a value: back quotes or the target of a link, where backslashes would be shown
//! and would escape nothing.

use super::error::{ErrorKind, ExpressionError};
use super::escape::EscapeContext;
use super::syntax::Segment;

/// For each segment the hidden filter that its value needs.
///
/// # Errors
/// When that depends on what happens at an `{% if %}`, or when a link's target leaves the host to the data.
pub(super) fn surroundings(segments: &[Segment<'_>]) -> Result<Vec<Option<&'static str>>, ExpressionError> {
    let mut needed = vec![None; segments.len()];
    let mut around = Surrounding::Text;
    for (at, segment) in segments.iter().enumerate() {
        match segment {
            Segment::Literal(text) => {
                around = around.after(text, segments.get(at + 1..).unwrap_or_default())?;
            }
            Segment::Statement(span) if around != Surrounding::Text => {
                return Err(ExpressionError::new(around.split(), span.clone()));
            }
            Segment::Print(span) => {
                let filter = around.filter().map_err(|kind| ExpressionError::new(kind, span.clone()))?;
                if let Some(needs) = needed.get_mut(at) {
                    *needs = filter;
                }
                if let Surrounding::Target(beginning) = &mut around {
                    beginning.push('x');
                }
            }
            Segment::Statement(_) => {}
        }
    }
    Ok(needed)
}

#[derive(Debug, Clone, PartialEq)]
enum Surrounding {
    Text,
    /// Between so many back quotes.
    Code(usize),
    /// In a link's target, which begins so.
    Target(String),
}

impl Surrounding {
    fn filter(&self) -> Result<Option<&'static str>, ErrorKind> {
        Ok(match self {
            Self::Text => None,
            Self::Code(1 | 2) => Some("builtin_in_code"),
            Self::Code(_) => Some("builtin_in_block"),
            Self::Target(beginning) if beginning.is_empty() => Some("builtin_in_href"),
            Self::Target(beginning) => {
                if beginning.contains("://") {
                    url_context(beginning)?;
                }
                Some("builtin_in_target")
            }
        })
    }

    fn split(&self) -> ErrorKind {
        if matches!(self, Self::Code(_)) { ErrorKind::StatementInCode } else { ErrorKind::StatementInTarget }
    }

    /// What is around that which follows a literal text.
    fn after(self, text: &str, later: &[Segment<'_>]) -> Result<Self, ExpressionError> {
        let mut around = self;
        let mut rest = text;
        loop {
            match &mut around {
                Self::Text => {
                    let code = rest.find('`');
                    let link = rest.find("](");
                    match (code, link) {
                        (None, None) => return Ok(Self::Text),
                        (Some(code), link) if link.is_none_or(|link| code < link) => {
                            let ticks = rest.get(code..).unwrap_or_default();
                            let count = ticks.len() - ticks.trim_start_matches('`').len();
                            rest = ticks.get(count..).unwrap_or_default();
                            if closes(rest, later, count)? {
                                around = Self::Code(count);
                            }
                        }
                        (_, Some(link)) => {
                            rest = rest.get(link + 2..).unwrap_or_default();
                            around = Self::Target(String::new());
                        }
                        (Some(_), None) => return Ok(Self::Text),
                    }
                }
                Self::Code(count) => match run(rest, *count) {
                    Some(end) => {
                        rest = rest.get(end..).unwrap_or_default();
                        around = Self::Text;
                    }
                    None => return Ok(around),
                },
                Self::Target(beginning) => match rest.find(|c: char| c == ')' || c.is_whitespace()) {
                    Some(end) => {
                        rest = rest.get(end..).unwrap_or_default();
                        rest = rest.get(rest.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
                        around = Self::Text;
                    }
                    None => {
                        beginning.push_str(rest);
                        return Ok(around);
                    }
                },
            }
        }
    }
}

/// Where a run of exactly so many back quotes ends.
fn run(text: &str, count: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find('`')).map(|found| at + found) {
        let ticks = text.get(start..).unwrap_or_default();
        let length = ticks.len() - ticks.trim_start_matches('`').len();
        at = start + length;
        if length == count {
            return Some(at);
        }
    }
    None
}

/// Whether the code is closed by literal text, whichever branches are taken.
fn closes(text: &str, later: &[Segment<'_>], count: usize) -> Result<bool, ExpressionError> {
    if run(text, count).is_some() {
        return Ok(true);
    }
    let (mut values, mut chosen) = (false, None);
    for segment in later {
        match segment {
            Segment::Literal(text) if run(text, count).is_some() => {
                return match chosen {
                    Some(span) if values => Err(ExpressionError::new(ErrorKind::StatementInCode, span)),
                    chosen => Ok(chosen.is_none()),
                };
            }
            Segment::Print(_) => values = true,
            Segment::Statement(span) => chosen = chosen.or_else(|| Some(span.clone())),
            Segment::Literal(_) => {}
        }
    }
    Ok(false)
}

/// How values are escaped in a URL that begins with these words of the template: the first may be a whole URL where
/// there are none, each is encoded behind them otherwise.
///
/// # Errors
/// When the beginning leaves the scheme or the end of the host to the data.
pub(super) fn url_context(beginning: &str) -> Result<EscapeContext, ErrorKind> {
    let beginning = beginning.trim_start();
    if beginning.is_empty() {
        return Ok(EscapeContext::Href);
    }
    let lower = beginning.to_ascii_lowercase();
    let Some(rest) = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")) else {
        return Err(ErrorKind::Url("only http and https are allowed"));
    };
    if !rest.is_empty() && !rest.contains(['/', '?', '#']) {
        return Err(ErrorKind::HostFromData);
    }
    Ok(EscapeContext::Url)
}
