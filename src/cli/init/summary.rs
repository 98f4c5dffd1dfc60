//! What `hookbell init` prints at its end.

use std::path::{Path, PathBuf};

use super::answers::Answers;
use super::files::NewFiles;
use super::texts::variables;
use hookbell_config_file::Diagnostics;

/// What was written, what to do at the sender, and what comes next.
pub(super) fn summary(answers: &Answers<'_>, files: &NewFiles, open: &Diagnostics, config: &Path) -> String {
    let list = |files: &[PathBuf]| files.iter().map(|file| format!("  {}\n", file.display())).collect::<String>();
    let mut text = format!("Written:\n{}", list(&files.written));
    if !files.kept.is_empty() {
        text.push_str(&format!("There already, and not changed:\n{}", list(&files.kept)));
    }
    text.push_str("Keep `.env` out of version control.\n");
    let steps = answers.provider.setup.trim().replace('\n', "\n  ");
    text.push_str(&format!("\nAt {}:\n  {steps}\n  The URL: {}\n", answers.provider.title, answers.url()));
    if !open.0.is_empty() {
        text.push_str("\nStill open:\n");
        for diagnostic in &open.0 {
            text.push_str(&format!("  {}: {}\n", diagnostic.location.key, diagnostic.message));
        }
        let empty: Vec<String> =
            variables(answers).into_iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect();
        if !empty.is_empty() {
            text.push_str(&format!("  fill in {} in .env\n", empty.join(", ")));
        }
    }
    let flag =
        if config == Path::new("config.toml") { String::new() } else { format!(" --config {}", config.display()) };
    text.push_str(&format!("\nNext:\n  hookbell check{flag}\n  hookbell serve{flag}\n"));
    text.push_str(&format!("  hookbell send {}{flag}    (a sample, from another terminal)\n", answers.source));
    text
}
