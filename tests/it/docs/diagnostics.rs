//! docs/diagnostics.md has a line for every code of a diagnostic, and for nothing else.

use std::collections::BTreeSet;

use hookbell_config_file::Code;

use super::page;

/// The codes of all crates.
fn defined() -> Vec<&'static str> {
    let of = [Code::ALL, hookbell_provider::codes::ALL, hookbell_template::codes::ALL, hookbell::codes::ALL];
    of.into_iter().flatten().map(|code| code.as_str()).collect()
}

#[test]
fn every_code_has_a_line_and_every_line_a_code() {
    let rows = page("docs/diagnostics.md").rows();
    let first = |row: &Vec<String>| Some(row.first()?.strip_prefix('`')?.strip_suffix('`')?.to_owned());
    let documented: Vec<String> = rows.iter().filter_map(first).collect();
    let (codes, lines) = (defined(), documented.iter().map(String::as_str).collect::<BTreeSet<_>>());
    let known: BTreeSet<&str> = codes.iter().copied().collect();
    assert_eq!(known.difference(&lines).collect::<Vec<_>>(), Vec::<&&str>::new(), "without a line");
    assert_eq!(lines.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new(), "without a code");
    assert_eq!((known.len(), lines.len()), (codes.len(), documented.len()), "each once");
    for row in rows.iter().filter(|row| first(row).is_some()) {
        assert!(row.len() == 3 && row.iter().all(|cell| !cell.is_empty()), "{row:?}");
    }
}
