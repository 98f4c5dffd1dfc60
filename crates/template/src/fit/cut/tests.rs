//! Where a text is cut, and that open markup is closed there.

use super::{CutEnding, TextSyntax, cut};
use hookbell_model::locale::format_number;
use hookbell_model::message::FitMode;
use hookbell_model::note::Lost;

fn cut_to(text: &str, limit: usize, mode: FitMode) -> (String, Lost) {
    let mut text = text.to_owned();
    let lost = cut(&mut text, limit, TextSyntax::Markdown, CutEnding::Counted(mode));
    assert!(text.chars().count() <= limit, "{text}");
    (text, lost)
}

fn numbered(lines: usize) -> String {
    (1..=lines).map(|line| format!("line {line}")).collect::<Vec<_>>().join("\n")
}

#[test]
fn lines_are_kept_whole_and_counted() {
    let (text, lost) = cut_to(&numbered(20), 60, FitMode::Lines);
    assert_eq!(text, "line 1\nline 2\nline 3\nline 4\nline 5\n… and 15 more lines");
    assert_eq!(lost, Lost::Lines(15));
    let (text, _) = cut_to("first\nsecond is longer than all the others are", 30, FitMode::Lines);
    assert_eq!(text, "first\n… and 1 more line");
    // Blank lines are lines, but there is none before the count.
    let (text, _) = cut_to("a\n\n\nb and more of this line\nc", 24, FitMode::Lines);
    assert_eq!(text, "a\n… and 4 more lines");
    // A first line that is too long by itself is cut as any other text.
    let (text, lost) = cut_to(&"x".repeat(100), 60, FitMode::Lines);
    assert_eq!(text, format!("{}… and 64 more characters", "x".repeat(36)));
    assert_eq!(lost, Lost::Characters(64));
}

#[test]
fn lines_in_a_code_block_are_counted_without_its_fences() {
    let block = format!("Log:\n```json\n{}\n```", numbered(20));
    let (text, lost) = cut_to(&block, 60, FitMode::Lines);
    assert_eq!(text, "Log:\n```json\nline 1\nline 2\nline 3\n```… and 17 more lines");
    assert_eq!(lost, Lost::Lines(17));
    // No empty block is begun.
    let (text, lost) = cut_to(&block, 35, FitMode::Lines);
    assert_eq!((text.as_str(), lost), ("Log:\n… and 20 more lines", Lost::Lines(20)));
    let (text, _) = cut_to(&format!("**{}**", numbered(20)), 50, FitMode::Lines);
    assert_eq!(text, "**line 1\nline 2\nline 3**\n… and 17 more lines");
}

#[test]
fn the_middle_of_a_log_is_left_out_between_lines() {
    let (text, lost) = cut_to(&numbered(100), 120, FitMode::Middle);
    let (head, tail) = text.split_once("\n… 702 characters left out …\n").expect(&text);
    assert!(numbered(100).starts_with(&format!("{head}\n")) && numbered(100).ends_with(&format!("\n{tail}")), "{text}");
    assert_eq!(lost, Lost::Characters(numbered(100).len() - head.len() - tail.len()));
    assert!(head.len() > 30 && tail.len() > 30, "{text}");
}

#[test]
fn the_middle_of_one_line_is_left_out_between_words() {
    let words: Vec<String> = (1..=100).map(|word| format!("word{word}")).collect();
    let (text, _) = cut_to(&words.join(" "), 100, FitMode::Middle);
    let (head, tail) = text.split_once(" … ").expect(&text);
    let (printed, tail) = tail.split_once(" characters left out … ").expect(&text);
    assert!(words.iter().any(|word| head.ends_with(word)) && words.iter().any(|word| tail.starts_with(word)), "{text}");
    assert_eq!(printed, format_number(words.join(" ").len() - head.len() - tail.len()));
    // Where two ends do not fit, the end is cut.
    assert!(cut_to(&words.join(" "), 60, FitMode::Middle).0.ends_with(" more characters"));
}

#[test]
fn markup_around_the_middle_is_closed_and_reopened() {
    let log = numbered(60);
    let (text, _) = cut_to(&format!("```json\n{log}\n```"), 120, FitMode::Middle);
    let inside = text.strip_prefix("```json\nline 1\n").and_then(|text| text.strip_suffix("\nline 60\n```"));
    assert!(inside.is_some_and(|inside| inside.contains("\n… ") && !inside.contains('`')), "one block: {text}");

    let (text, _) = cut_to(&format!("```\n{log}\n```\nand\n```rust\n{log}\n```"), 160, FitMode::Middle);
    let (head, tail) = text.split_once("\n```\n… ").expect(&text);
    assert!(head.starts_with("```\nline 1\n"), "{text}");
    assert!(tail.contains(" characters left out …\n```rust\nline ") && tail.ends_with("\nline 60\n```"), "{text}");

    let (text, _) =
        cut_to(&format!("**{}** {} __{}__", "a".repeat(80), "b".repeat(80), "c".repeat(80)), 120, FitMode::Middle);
    assert!(text.contains("a** … ") && text.contains(" … __c"), "{text}");
    let (text, _) = cut_to(&format!("{} ``{}``", "a ".repeat(80), "x`b".repeat(60)), 120, FitMode::Middle);
    assert!(text.contains(" … ``") && !text.contains("```"), "a backtick must not join the ones that open: {text}");
}

#[test]
fn a_backtick_before_the_cut_does_not_join_the_ones_that_close() {
    let (text, _) = cut_to(&format!("``{}``", "x`b".repeat(60)), 64, FitMode::End);
    assert!(text.contains("``… and ") && !text.contains("```"), "{text}");
}

#[test]
fn paths_that_are_not_shown_are_not_reported() {
    let (text, lost) = cut_to(&format!("{}[](https://example.com/a/b/c)", "x".repeat(30)), 40, FitMode::End);
    assert_eq!((text, lost), (format!("{}…", "x".repeat(30)), Lost::NOTHING));
}
