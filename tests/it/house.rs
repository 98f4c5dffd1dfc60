//! The house keeps its shape: imports run down its floors, files introduce themselves and stay small.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const WORDS: &[&str] = &[
    "timestamp",
    "event",
    "mistake",
    "locale",
    "privacy",
    "delivery",
    "money",
    "message",
    "secret",
    "document",
    "expression",
];
const WORKSHOPS: &[&str] = &["provider", "rules", "store", "render", "discord"];
const STREET: &[&str] = &["intake", "courier", "bot", "web", "standin", "janitor"];
const ROOF: &[&str] = &["config", "app", "cli"];

fn floor(room: &str) -> usize {
    let floors = [WORDS, WORKSHOPS, STREET, ROOF];
    floors
        .iter()
        .position(|floor| floor.contains(&room))
        .unwrap_or_else(|| panic!("`{room}` stands on no floor: name it in this test"))
}

fn sources() -> BTreeMap<PathBuf, String> {
    fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source file");
                found.insert(path, text);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeMap::new();
    walk(&root, &mut found);
    found.into_iter().map(|(path, text)| (path.strip_prefix(&root).expect("below src").to_owned(), text)).collect()
}

fn room(path: &Path) -> String {
    let first = path.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The text without its comments: a doc link to a room above is no import.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Every room that a text reaches for: `crate::room…` and the names in `use crate::{a, b}`.
fn imports(text: &str) -> Vec<String> {
    let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let text = code(text);
    let mut found = Vec::new();
    for after in text.split("crate::").skip(1) {
        if let Some(list) = after.strip_prefix('{') {
            let mut depth = 0;
            let mut item = String::new();
            for c in list.chars() {
                match c {
                    '}' if depth == 0 => break,
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 0 => found.push(name(std::mem::take(&mut item).trim())),
                    _ => item.push(c),
                }
            }
            found.push(name(item.trim()));
        } else {
            found.push(name(after));
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

#[test]
fn imports_run_down_and_never_sideways() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let from = room(&path);
        if from == "lib" || from == "main" {
            continue;
        }
        for to in imports(&text).into_iter().filter(|to| *to != from) {
            let (here, there) = (floor(&from), floor(&to));
            // The words and the roof are one floor each whose rooms know each other; workshops and street rooms do not.
            let inside = here == there && (here == 0 || here == 3);
            if there > here || (there == here && !inside) {
                wrong.push(format!("{}: `{from}` reaches for `{to}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_arrow_test_sees_arrows() {
    let text = "use crate::{bot, courier::{self, X}, web};\nlet a = crate::store::Store; // crate::cli\n";
    assert_eq!(imports(text), ["bot", "courier", "web", "store"]);
    assert!(floor("cli") > floor("store"));
}

#[test]
fn every_file_introduces_itself_and_stays_small() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let is_tests = path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs");
        if !is_tests && !text.starts_with("//!") {
            wrong.push(format!("{} does not begin with `//!`", path.display()));
        }
        let lines = text.lines().take_while(|line| *line != "#[cfg(test)]").count();
        if !is_tests && lines > 400 {
            wrong.push(format!("{} has {lines} lines before its tests", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_room_is_on_the_map() {
    let map = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).expect("the map");
    let told: Vec<&str> = map.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let rooms: std::collections::BTreeSet<String> =
        sources().keys().map(|path| room(path)).filter(|name| name != "lib" && name != "main").collect();
    assert_eq!(told.iter().map(|name| (*name).to_owned()).collect::<std::collections::BTreeSet<_>>(), rooms);
    let floors: Vec<usize> = told.iter().map(|name| floor(name)).collect();
    assert!(floors.is_sorted(), "the map is not in the order of its floors: {told:?}");
}
