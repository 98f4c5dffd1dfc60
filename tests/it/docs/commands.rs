//! Every command and option is documented in README.md or docs/, and every command line there is valid.

use clap::error::ErrorKind;
use clap::{Command, CommandFactory, Parser};
use hookbell::cli::Args;

use super::{code_spans, pages};

/// The words of a line of shell, up to a pipe, a redirection or a comment.
fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut quote, mut word) = (None, None::<String>);
    for c in line.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '|' | '>' | '<' | ';' | '&' | '#' | ')') if word.is_none() || c != '#' => break,
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// Lines of shell blocks that begin with the program, and code spans that do.
fn lines() -> Vec<(String, bool, String)> {
    let mut lines = Vec::new();
    for page in pages() {
        for block in page.blocks("sh") {
            let shell = block.replace("\\\n", " ");
            for line in shell.lines() {
                let (_, line) = line.split_once("hookbell ").map_or(("", ""), |(before, _)| {
                    let begins = before.split_whitespace().all(|word| word.contains('=') && !word.contains('/'));
                    if begins { line.split_at(before.len()) } else { ("", "") }
                });
                lines.extend((!line.is_empty()).then(|| (page.name.clone(), true, line.to_owned())));
            }
        }
        let spans = code_spans(&page.prose()).into_iter().filter(|span| span.starts_with("hookbell "));
        lines.extend(spans.map(|span| (page.name.clone(), false, span)));
    }
    lines
}

#[test]
fn every_command_line_in_the_docs_is_valid() {
    let lines = lines();
    assert!(lines.len() > 20, "{lines:?}");
    for (page, whole, line) in lines {
        // `COMMAND` is a placeholder.
        let line = line.replace("COMMAND", "serve");
        let Err(error) = Args::try_parse_from(words(&line)) else { continue };
        let named_only = matches!(
            error.kind(),
            ErrorKind::MissingRequiredArgument
                | ErrorKind::MissingSubcommand
                | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        );
        let help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
        assert!(help || (!whole && named_only), "{page}: {line}\n{error}");
    }
}

/// Every command's full name with its options.
fn commands(command: &Command, path: &str, found: &mut Vec<(String, Vec<String>)>) {
    let name = format!("{path}{}", command.get_name());
    let options = command.get_arguments().filter_map(|argument| argument.get_long());
    let options = options.filter(|option| *option != "help").map(|option| format!("--{option}"));
    found.push((name.clone(), options.collect()));
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        commands(inner, &format!("{name} "), found);
    }
}

#[test]
fn every_command_and_option_is_documented() {
    let text: String = pages().iter().map(|page| page.text.as_str()).collect();
    let table = super::page("docs/operating.md").rows();
    let mut found = Vec::new();
    let mut program = Args::command();
    program.build();
    commands(&program, "", &mut found);
    assert!(found.len() > 10, "{found:?}");
    for (name, options) in found {
        assert!(text.contains(&name), "`{name}` is not in the docs");
        let row = table.iter().find(|cells| cells[0].starts_with(&format!("`{name}")));
        for option in options {
            let documented = row.is_some_and(|cells| cells.concat().contains(&option));
            assert!(
                documented || ["--config", "--version", "--color"].contains(&option.as_str()),
                "`{name} {option}` is not documented"
            );
        }
    }
}
