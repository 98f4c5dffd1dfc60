//! What is wrong in a file a person wrote: where, what, and what would be right. Mistakes are gathered, so
//! that all are told at once.

use std::fmt;

use crate::event::Globs;

/// One thing that is wrong, or risky, in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    pub level: Level,
    /// The file as the user named it.
    pub file: String,
    /// From 1; 0 when the mistake has no place of its own (a missing file).
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The key, dotted: `routes[0].to`.
    pub key: String,
    /// What is wrong. Never holds a value that may be a secret.
    pub what: String,
    /// What would be right.
    pub hint: Option<String>,
    /// How much of the line it is about, in characters; 0 where it has no place of its own.
    pub width: usize,
    /// The line it stands in, as it may be shown.
    pub excerpt: Option<Excerpt>,
}

/// A line of a file with a mark under a part of it. Holds nothing that may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    pub text: String,
    /// Where the mark begins, in characters from 0.
    pub mark: usize,
    /// How wide the mark is, in characters.
    pub width: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The program must not start with this.
    Error,
    /// Legal, but the user should know.
    Warning,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Error => "error",
            Level::Warning => "warning",
        };
        write!(f, "{level}: {}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        if !self.key.is_empty() {
            write!(f, ": `{}`", self.key)?;
        }
        write!(f, ": {}", self.what)?;
        if let Some(excerpt) = &self.excerpt {
            excerpt.write(self.line, f)?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

impl Excerpt {
    /// The line with its number, and the mark below it.
    fn write(&self, line: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Letters of some scripts are two columns wide.
        let columns = |from: usize, count: usize| {
            let part: String = self.text.chars().skip(from).take(count).collect();
            textwrap::core::display_width(&part)
        };
        let number = line.to_string();
        let gutter = " ".repeat(number.len());
        let (before, marked) = (" ".repeat(columns(0, self.mark)), "^".repeat(columns(self.mark, self.width).max(1)));
        write!(f, "\n  {number} | {}\n  {gutter} | {before}{marked}", self.text)
    }
}

/// Every mistake found so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

impl Mistakes {
    pub fn add(&mut self, mistake: Mistake) {
        // A key read by two rooms must not be told twice.
        if !self.0.contains(&mistake) {
            self.0.push(mistake);
        }
    }

    /// A mistake about a whole file.
    pub fn file(&mut self, level: Level, file: &str, what: impl Into<String>, hint: Option<String>) {
        self.add(Mistake {
            level,
            file: file.to_owned(),
            line: 0,
            column: 0,
            key: String::new(),
            what: what.into(),
            hint,
            width: 0,
            excerpt: None,
        });
    }

    /// Puts them in the order in which a person goes through the files: by file, then by line.
    pub fn sort(&mut self) {
        self.0.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    }

    pub fn errors(&self) -> usize {
        self.0.iter().filter(|mistake| mistake.level == Level::Error).count()
    }

    pub fn warnings(&self) -> usize {
        self.0.len() - self.errors()
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, mistake) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{mistake}")?;
        }
        Ok(())
    }
}

/// The known word nearest to what was written, when it is near enough to be a slip of the hand.
pub fn did_you_mean<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(&written.to_lowercase(), &word.to_lowercase()), word))
        .filter(|(distance, word)| *distance <= 1 + word.chars().count() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// A hint from the known words: the nearest one, or the whole list while it is short.
pub fn suggestion<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(word) = did_you_mean(written, known.iter().copied()) {
        return Some(format!("did you mean `{word}`?"));
    }
    let shown: Vec<String> = known.iter().take(24).map(|word| format!("`{word}`")).collect();
    let rest = known.len().saturating_sub(shown.len());
    match (shown.is_empty(), rest) {
        (true, _) => None,
        (false, 0) => Some(format!("known here: {}", shown.join(", "))),
        (false, rest) => Some(format!("known here: {} and {rest} more", shown.join(", "))),
    }
}

/// What to say of a glob over event types that fits none of the known ones, which is most likely a slip (`issues` for
/// `issues.*`): the hint, where there is one. None when it fits, or when nothing is known.
pub fn deaf(glob: &str, kinds: &[&str]) -> Option<Option<String>> {
    let fits = |glob: &str| kinds.iter().any(|kind| Globs::new([glob]).matches(kind));
    if kinds.is_empty() || fits(glob) {
        return None;
    }
    let family = format!("{glob}.*");
    let meant = fits(&family).then(|| format!("did you mean `{family}`?"));
    Some(meant.or_else(|| suggestion(glob, kinds.iter().copied())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_strangers_are_not() {
        assert_eq!(did_you_mean("webhok_url", ["webhook_url", "thread"]), Some("webhook_url"));
        assert_eq!(did_you_mean("colour", ["title", "url"]), None);
        assert_eq!(suggestion("zzz", ["title", "url"]).as_deref(), Some("known here: `title`, `url`"));
    }
}
