//! Where a value stands in the template's own markdown: between back quotes or in the target of a link, where
//! backslashes would be seen and would protect nothing.

use super::segments::Segment;
use super::text::url_place;

/// For each segment the filter that its value needs.
///
/// # Errors
/// When that depends on what happens at an `{% if %}`, or when a link's target leaves the host to the data.
pub(super) fn surroundings(segments: &[Segment<'_>]) -> Result<Vec<Option<&'static str>>, String> {
    let mut needed = vec![None; segments.len()];
    let mut place = Surrounding::Text;
    for (at, segment) in segments.iter().enumerate() {
        match segment {
            Segment::Literal(text) => place = place.after(text, segments.get(at + 1..).unwrap_or_default())?,
            Segment::Statement(..) if place != Surrounding::Text => return Err(place.split()),
            Segment::Print(..) => {
                if let (Some(needs), filter) = (needed.get_mut(at), place.filter()?) {
                    *needs = filter;
                }
                if let Surrounding::Target(beginning) = &mut place {
                    beginning.push('x');
                }
            }
            Segment::Statement(..) | Segment::Other(_) => {}
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
    fn filter(&self) -> Result<Option<&'static str>, String> {
        Ok(match self {
            Self::Text => None,
            Self::Code(1 | 2) => Some("builtin_in_code"),
            Self::Code(_) => Some("builtin_in_block"),
            Self::Target(beginning) if beginning.is_empty() => Some("builtin_in_href"),
            Self::Target(beginning) => {
                if beginning.contains("://") {
                    url_place(&format!("{beginning}{{{{"))?;
                }
                Some("builtin_in_target")
            }
        })
    }

    fn split(&self) -> String {
        match self {
            Self::Code(_) => "a `{% … %}` between back quotes: write `{{ value | code }}` instead".to_owned(),
            _ => "a `{% … %}` in the target of a link: write `{{ label | link(url) }}` instead".to_owned(),
        }
    }

    /// Where what follows a literal text stands.
    fn after(self, text: &str, later: &[Segment<'_>]) -> Result<Self, String> {
        let mut place = self;
        let mut rest = text;
        loop {
            match &mut place {
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
                                place = Self::Code(count);
                            }
                        }
                        (_, Some(link)) => {
                            rest = rest.get(link + 2..).unwrap_or_default();
                            place = Self::Target(String::new());
                        }
                        (Some(_), None) => return Ok(Self::Text),
                    }
                }
                Self::Code(count) => match run(rest, *count) {
                    Some(end) => {
                        rest = rest.get(end..).unwrap_or_default();
                        place = Self::Text;
                    }
                    None => return Ok(place),
                },
                Self::Target(beginning) => match rest.find(|c: char| c == ')' || c.is_whitespace()) {
                    Some(end) => {
                        rest = rest.get(end + 1..).unwrap_or_default();
                        place = Self::Text;
                    }
                    None => {
                        beginning.push_str(rest);
                        return Ok(place);
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

/// Whether the code ends in the template's own words, whatever is chosen between.
fn closes(text: &str, later: &[Segment<'_>], count: usize) -> Result<bool, String> {
    if run(text, count).is_some() {
        return Ok(true);
    }
    let (mut values, mut chosen) = (false, false);
    for segment in later {
        match segment {
            Segment::Literal(text) if run(text, count).is_some() => {
                return if chosen && values { Err(Surrounding::Code(count).split()) } else { Ok(!chosen) };
            }
            Segment::Print(..) => values = true,
            Segment::Statement(..) => chosen = true,
            Segment::Literal(_) | Segment::Other(_) => {}
        }
    }
    Ok(false)
}
