//! What is wrong in a file a person wrote: where, what, and what would be right. Mistakes are gathered, so
//! that all are told at once.

use std::fmt;

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
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

/// Every mistake found so far, in the order of discovery.
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
        });
    }

    /// Puts them in the order in which a person goes through the files.
    pub fn sort(&mut self) {
        let mut files: Vec<String> = Vec::new();
        for mistake in &self.0 {
            if !files.contains(&mistake.file) {
                files.push(mistake.file.clone());
            }
        }
        let place = |mistake: &Mistake| files.iter().position(|file| *file == mistake.file);
        self.0.sort_by_key(|mistake| (place(mistake), mistake.line, mistake.column));
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
