//! Keeps the docs correct: README.md and docs/ are compared with the program, and their examples are run.

mod answers;
mod blocks;
mod bot;
mod commands;
mod config;
mod diagnostics;
mod filters;
mod links;
mod metrics;
mod own_app;
mod providers;
mod recipes;
mod schemas;
mod snippets;
mod states;
mod templates;

use std::path::{Path, PathBuf};

/// A page and its text.
struct Page {
    /// From the root of the project, such as `docs/bot.md`.
    name: String,
    text: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn page(name: &str) -> Page {
    let text = std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    Page { name: name.to_owned(), text }
}

/// README.md and every page of docs/.
fn pages() -> Vec<Page> {
    let folder = std::fs::read_dir(root().join("docs")).expect("the folder docs");
    let mut names: Vec<String> = folder
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| format!("docs/{}", file_name(&path)))
        .collect();
    names.push("README.md".to_owned());
    names.sort();
    assert!(names.len() >= 8, "too few pages: {names:?}");
    names.iter().map(|name| page(name)).collect()
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

impl Page {
    /// The fenced blocks in this language, each without its fences.
    fn blocks(&self, language: &str) -> Vec<String> {
        let mut blocks = Vec::new();
        let mut open: Option<(bool, Vec<&str>)> = None;
        for line in self.text.lines() {
            match (&mut open, line.trim_start().strip_prefix("```")) {
                (None, Some(info)) => open = Some((info.trim() == language, Vec::new())),
                (Some((wanted, lines)), Some(_)) => {
                    if *wanted {
                        blocks.push(lines.join("\n"));
                    }
                    open = None;
                }
                (Some((_, lines)), None) => lines.push(line),
                (None, None) => {}
            }
        }
        blocks
    }

    /// The text without its fenced blocks.
    fn prose(&self) -> String {
        let mut inside = false;
        let mut prose = String::new();
        for line in self.text.lines() {
            if line.trim_start().starts_with("```") {
                inside = !inside;
            } else if !inside {
                prose.push_str(line);
                prose.push('\n');
            }
        }
        prose
    }

    /// The cells of every row of a table, with `\|` read as `|`.
    fn rows(&self) -> Vec<Vec<String>> {
        let prose = self.prose();
        let rows = prose.lines().filter_map(|line| line.strip_prefix('|')?.trim_end().strip_suffix('|'));
        rows.map(|row| {
            let row = row.replace("\\|", "\u{0}");
            row.split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect()
        })
        .collect()
    }
}

/// What is in backticks.
fn code_spans(text: &str) -> Vec<String> {
    let mut spans = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('`') {
        let ticks = 1 + after.chars().take_while(|c| *c == '`').count();
        let after = after.trim_start_matches('`');
        let Some((span, behind)) = after.split_once("`".repeat(ticks).as_str()) else { break };
        spans.push(span.trim().to_owned());
        rest = behind;
    }
    spans
}
