//! Which table of a kind of file knows which key, so that a key in the wrong one can be told its place. Read from the example
//! that has every key, so that nobody keeps a second list.

use std::collections::{BTreeMap, BTreeSet};

/// The tables of a kind of file as they are written (`[[routes]]`, `[sources.NAME]`), and the keys of each.
#[derive(Debug, Clone, Default)]
pub struct KeyHomes {
    /// By key, in the order of the example; empty = the top of the file.
    homes: BTreeMap<String, Vec<String>>,
    /// By the first part of a header: the first header with it.
    headers: BTreeMap<String, String>,
    /// Every key there is, those of inline tables included.
    keys: BTreeSet<String>,
}

impl KeyHomes {
    /// Of an example in which every key is written once, those with a default behind a `# `.
    pub fn of_example(text: &str) -> Self {
        let lines: Vec<&str> = text.lines().map(|line| line.strip_prefix("# ").unwrap_or(line)).collect();
        let headers: BTreeSet<&str> = lines.iter().filter_map(|line| header(line)).collect();
        let (mut homes, mut table) = (Self::default(), String::new());
        for line in &lines {
            if let Some(name) = header(line) {
                table = written(name, &headers, line.starts_with("[["));
                let first = name.split('.').next().unwrap_or_default();
                homes.headers.entry(first.to_owned()).or_insert_with(|| table.clone());
            } else if let Some((key, value)) = line.split_once(" = ").filter(|(key, _)| is_key(key)) {
                let tables = homes.homes.entry(key.to_owned()).or_default();
                if !tables.contains(&table) {
                    tables.push(table.clone());
                }
                homes.keys.insert(key.to_owned());
                let words: Vec<&str> = value.split([' ', '{', '[', ',']).filter(|word| !word.is_empty()).collect();
                let inner = words.iter().zip(words.iter().skip(1)).filter(|(key, next)| **next == "=" && is_key(key));
                homes.keys.extend(inner.map(|(key, _)| (*key).to_owned()));
            }
        }
        homes
    }

    /// Whether any table has it.
    pub(super) fn knows(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// The header that begins with this part, as it is written.
    pub(super) fn header(&self, part: &str) -> Option<&str> {
        self.headers.get(part).map(String::as_str)
    }

    /// Where a key belongs that another table has; `within` is the table in which it is.
    pub(super) fn help(&self, key: &str, within: &str) -> Option<String> {
        if let Some(header) = self.header(key).filter(|_| !within.is_empty()) {
            return Some(format!("`{header}` is a table of its own, not a part of `{within}`"));
        }
        let (top, tables): (Vec<&String>, Vec<&String>) = self.homes.get(key)?.iter().partition(|home| home.is_empty());
        if !top.is_empty() {
            return Some(format!("`{key}` belongs at the top of the file, before the first `[table]`"));
        }
        let tables: Vec<String> = tables.iter().map(|table| format!("`{table}`")).collect();
        (!tables.is_empty()).then(|| format!("`{key}` belongs in {}", tables.join(" or ")))
    }
}

/// The name of a header line, without its brackets.
fn header<'l>(line: &&'l str) -> Option<&'l str> {
    let line: &'l str = line;
    let name = line.strip_prefix('[')?.split(']').next()?.trim_start_matches('[');
    name.split('.')
        .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
        .then_some(name)
}

/// A header as it is written for any name.
fn written(name: &str, headers: &BTreeSet<&str>, list: bool) -> String {
    if list {
        return format!("[[{name}]]");
    }
    match name.rsplit_once('.') {
        // A table that has no header of its own holds tables by name.
        Some((outer, _)) if !headers.contains(outer) => format!("[{outer}.NAME]"),
        _ => format!("[{name}]"),
    }
}

fn is_key(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = "# A text = not a key of a file.\n# people = { alice = \"1\" }\n[store]\n# keep = \"1d\"\nurl = \"x\"\n\
                           [bot]\n[bot.access]\nview = 1\n# [bot.servers.11]\n# view = 1\n[sources.stripe]\n# verify = { scheme = \"none\" }\n\
                           [[routes]]\nsource = \"stripe\"\n";

    #[test]
    fn a_key_of_another_table_is_told_its_place() {
        let homes = KeyHomes::of_example(EXAMPLE);
        let help = |key, within| homes.help(key, within);
        assert_eq!(help("keep", "server").as_deref(), Some("`keep` belongs in `[store]`"));
        assert_eq!(
            help("people", "log").as_deref(),
            Some("`people` belongs at the top of the file, before the first `[table]`")
        );
        assert_eq!(help("view", "bot").as_deref(), Some("`view` belongs in `[bot.access]` or `[bot.servers.NAME]`"));
        assert_eq!(help("verify", "").as_deref(), Some("`verify` belongs in `[sources.NAME]`"));
        let nested = "`[[routes]]` is a table of its own, not a part of `sources.stripe`";
        assert_eq!(help("routes", "sources.stripe").as_deref(), Some(nested));
        assert_eq!(help("nothing", ""), None);
        assert!(homes.knows("scheme") && homes.knows("alice") && !homes.knows("text"));
    }
}
