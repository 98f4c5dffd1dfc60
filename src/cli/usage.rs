//! Errors of a command for people and for programs, and words that several commands print.

use std::fmt;

use serde_json::{Value, json};

use hookbell_config_file::{Diagnostic, Diagnostics};

/// Mistakes in the config or another file: exit code 2.
#[derive(Debug)]
pub(super) struct Mistakes(pub(super) Diagnostics);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n\n{}", self.0, count(self.0.errors(), "mistake"))
    }
}

impl std::error::Error for Mistakes {}

/// Which of the exit codes a failure has, and by which word a program knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FailureKind {
    /// The arguments.
    Usage,
    /// The config, or a file that it names.
    Config,
    Failed,
}

impl FailureKind {
    pub(super) fn of(error: &anyhow::Error) -> Self {
        match error {
            _ if error.is::<Usage>() => Self::Usage,
            _ if error.is::<Mistakes>() => Self::Config,
            _ => Self::Failed,
        }
    }

    pub(super) fn exit_code(self) -> u8 {
        if self == Self::Failed { 1 } else { 2 }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Config => "config",
            Self::Failed => "failed",
        }
    }
}

/// What a command prints that failed and was asked for JSON.
pub(super) fn failure_json(kind: FailureKind, message: &str, diagnostics: Option<&Diagnostics>) -> Value {
    let list: Vec<Value> = diagnostics.iter().flat_map(|all| &all.0).map(Diagnostic::to_json).collect();
    json!({ "ok": false, "error": { "code": kind.as_str(), "message": message }, "diagnostics": list })
}

/// Wrong usage: exit code 2.
#[derive(Debug)]
pub(super) struct Usage(pub(super) String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// `1 mistake`, `2 mistakes`.
pub(super) fn count(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}
