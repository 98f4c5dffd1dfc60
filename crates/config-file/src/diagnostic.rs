//! What is wrong in a file a person wrote: where, what, and what would be right. Mistakes are gathered, so
//! that all are told at once.

use std::fmt;

use hookbell_model::event::Globs;
use hookbell_model::suggest::suggestion;

/// One thing that is wrong, or risky, in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: DiagnosticSeverity,
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
    pub snippet: Option<Snippet>,
}

/// A line of a file with a mark under a part of it. Holds nothing that may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    pub text: String,
    /// Where the mark begins, in characters from 0.
    pub mark: usize,
    /// How wide the mark is, in characters.
    pub width: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiagnosticSeverity {
    /// The program must not start with this.
    Error,
    /// Legal, but the user should know.
    Warning,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            DiagnosticSeverity::Error => "error",
            DiagnosticSeverity::Warning => "warning",
        };
        write!(f, "{severity}: {}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        if !self.key.is_empty() {
            write!(f, ": `{}`", self.key)?;
        }
        write!(f, ": {}", self.what)?;
        if let Some(snippet) = &self.snippet {
            snippet.write(self.line, f)?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

impl Snippet {
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
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    pub fn add(&mut self, diagnostic: Diagnostic) {
        // A key read by two rooms must not be told twice.
        if !self.0.contains(&diagnostic) {
            self.0.push(diagnostic);
        }
    }

    /// A mistake about a whole file.
    pub fn file(&mut self, severity: DiagnosticSeverity, file: &str, what: impl Into<String>, hint: Option<String>) {
        self.add(Diagnostic {
            severity,
            file: file.to_owned(),
            line: 0,
            column: 0,
            key: String::new(),
            what: what.into(),
            hint,
            width: 0,
            snippet: None,
        });
    }

    /// Puts them in the order in which a person goes through the files: by file, then by line.
    pub fn sort(&mut self) {
        self.0.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    }

    pub fn errors(&self) -> usize {
        self.0.iter().filter(|diagnostic| diagnostic.severity == DiagnosticSeverity::Error).count()
    }

    pub fn warnings(&self) -> usize {
        self.0.len() - self.errors()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, diagnostic) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{diagnostic}")?;
        }
        Ok(())
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
