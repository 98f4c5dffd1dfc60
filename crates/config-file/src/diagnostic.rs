//! Mistakes in a file that a user wrote: location, message and help. Diagnostics are collected, so that all are
//! reported in one run.

use std::fmt;
use std::sync::Arc;

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use crate::code::Code;

/// One problem in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Diagnostic {
    pub severity: DiagnosticSeverity,
    pub code: Code,
    pub location: Location,
    /// What is wrong. Never holds a value that may be a secret.
    pub message: String,
    /// The help: what would be right.
    pub help: Option<String>,
    /// The line of the location, as it may be shown.
    pub snippet: Option<Snippet>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiagnosticSeverity {
    /// The program must not start with this.
    Error,
    /// Valid, but probably a mistake or a risk.
    Warning,
}

/// A place in a file, kept without the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Location {
    /// The file as the user named it.
    pub file: Arc<str>,
    /// From 1; 0 for a whole file.
    pub line: usize,
    /// From 1, in characters; 0 for a whole file.
    pub column: usize,
    /// The key, dotted: `routes[0].to`; empty for a whole file.
    pub key: String,
    /// How much of the line it covers, in characters; 0 where that is not known.
    pub width: usize,
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

impl Diagnostic {
    pub fn new(severity: DiagnosticSeverity, code: Code, location: Location, message: impl fmt::Display) -> Self {
        Self { severity, code, location, message: message.to_string(), help: None, snippet: None }
    }

    /// An error about a whole file.
    pub fn file_error(file: &str, code: Code, message: impl fmt::Display) -> Self {
        Self::new(DiagnosticSeverity::Error, code, Location::of_file(file), message)
    }

    /// A warning about a whole file.
    pub fn file_warning(file: &str, code: Code, message: impl fmt::Display) -> Self {
        Self::new(DiagnosticSeverity::Warning, code, Location::of_file(file), message)
    }

    /// With what would be right.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// With what would be right, where that is known.
    pub fn maybe_help(self, help: Option<String>) -> Self {
        Self { help, ..self }
    }

    /// As `check --json` and the admin listener print it.
    pub fn to_json(&self) -> Value {
        let Location { file, line, column, key, width } = &self.location;
        json!({
            "severity": self.severity.as_str(), "code": self.code.as_str(),
            "file": &**file, "line": line, "column": column, "width": width, "key": key,
            "message": self.message, "help": self.help,
            "snippet": self.snippet.as_ref().map(|snippet| &snippet.text),
        })
    }
}

impl DiagnosticSeverity {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

impl Location {
    pub fn of_file(file: &str) -> Self {
        Self { file: file.into(), ..Self::default() }
    }
}

/// `config.toml:3:1`, or the file alone.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 { write!(f, ":{}:{}", self.line, self.column) } else { Ok(()) }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(DiagnosticStyles::default(), f)
    }
}

impl fmt::Display for ColoredDiagnostics<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, diagnostic) in self.0.0.iter().enumerate() {
            f.write_str(if at > 0 { "\n" } else { "" })?;
            diagnostic.write(DiagnosticStyles::of(diagnostic.severity), f)?;
        }
        Ok(())
    }
}

/// How the parts of a diagnostic are painted; by default not at all.
#[derive(Debug, Clone, Copy, Default)]
struct DiagnosticStyles {
    /// The severity and the mark.
    severity: Style,
    /// The gutter and the word `help`.
    frame: Style,
}

impl DiagnosticStyles {
    fn of(severity: DiagnosticSeverity) -> Self {
        let color = match severity {
            DiagnosticSeverity::Error => AnsiColor::Red,
            DiagnosticSeverity::Warning => AnsiColor::Yellow,
        };
        Self { severity: color.on_default().bold(), frame: AnsiColor::Cyan.on_default() }
    }
}

impl Diagnostic {
    fn write(&self, styles: DiagnosticStyles, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DiagnosticStyles { severity, frame } = styles;
        let (word, code) = (self.severity.as_str(), self.code);
        write!(f, "{severity}{word}[{code}]{severity:#}: {}", self.location)?;
        if !self.location.key.is_empty() {
            write!(f, ": `{}`", self.location.key)?;
        }
        write!(f, ": {}", self.message)?;
        if let Some(snippet) = &self.snippet {
            snippet.write(self.location.line, styles, f)?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  {frame}help{frame:#}: {help}")?;
        }
        Ok(())
    }
}

impl Snippet {
    /// The line with its number, and the mark below it.
    fn write(&self, line: usize, styles: DiagnosticStyles, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Letters of some scripts are two columns wide.
        let columns = |from: usize, count: usize| {
            let part: String = self.text.chars().skip(from).take(count).collect();
            textwrap::core::display_width(&part)
        };
        let number = line.to_string();
        let gutter = " ".repeat(number.len());
        let (before, marked) = (" ".repeat(columns(0, self.mark)), "^".repeat(columns(self.mark, self.width).max(1)));
        let DiagnosticStyles { severity, frame } = styles;
        let text = &self.text;
        write!(
            f,
            "\n  {frame}{number} |{frame:#} {text}\n  {frame}{gutter} |{frame:#} {before}{severity}{marked}{severity:#}"
        )
    }
}

/// All problems found so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

/// As [`Diagnostics`] are printed, in colours: red for errors, yellow for warnings.
#[derive(Debug, Clone, Copy)]
pub struct ColoredDiagnostics<'d>(pub &'d Diagnostics);

impl Diagnostics {
    pub fn add(&mut self, diagnostic: Diagnostic) {
        // A key that two readers read is reported once.
        if !self.0.contains(&diagnostic) {
            self.0.push(diagnostic);
        }
    }

    /// Sorts them as a person goes through the files: by file, then by line.
    pub fn sort(&mut self) {
        let place = |diagnostic: &Diagnostic| {
            (Arc::clone(&diagnostic.location.file), diagnostic.location.line, diagnostic.location.column)
        };
        self.0.sort_by_key(place);
    }

    /// Takes out what is reported of a line that is not valid TOML, beside that.
    pub fn without_consequences(&mut self) {
        let broken: Vec<(Arc<str>, usize)> = self
            .0
            .iter()
            .filter(|found| found.code == Code::SYNTAX)
            .map(|found| (Arc::clone(&found.location.file), found.location.line))
            .collect();
        let is_consequence = |found: &Diagnostic| {
            let Location { file, line, .. } = &found.location;
            found.code != Code::SYNTAX && broken.iter().any(|(broken, at)| broken == file && at == line)
        };
        self.0.retain(|found| !is_consequence(found));
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
