//! The keys that the modules read, those of docs/configuration.md and those of config.toml.example are the same.

use std::collections::{BTreeMap, BTreeSet};

use hookbell::config::{Config, EXAMPLE, Environment};
use hookbell_config_file::Diagnostics;

use super::{code_spans, page};

type Keys = BTreeMap<String, BTreeSet<String>>;

/// Every table with a key that cannot exist: the answer names those that do.
const PROBE: &str = r#"
zzzzzzzzzzzzzzzz = 1
[server]
zzzzzzzzzzzzzzzz = 1
[store]
zzzzzzzzzzzzzzzz = 1
[discord]
zzzzzzzzzzzzzzzz = 1
[bot]
zzzzzzzzzzzzzzzz = 1
[bot.access]
zzzzzzzzzzzzzzzz = 1
[bot.servers.NAME]
zzzzzzzzzzzzzzzz = 1
[log]
zzzzzzzzzzzzzzzz = 1
[alerts]
zzzzzzzzzzzzzzzz = 1
[destinations.NAME]
zzzzzzzzzzzzzzzz = 1
[sources.NAME]
provider = "generic"
secret = "x"
zzzzzzzzzzzzzzzz = 1
[[routes]]
zzzzzzzzzzzzzzzz = 1
[[example]]
zzzzzzzzzzzzzzzz = 1
"#;

/// Table by table what the program reads. `""` is the top of the file.
fn read_by_the_program() -> Keys {
    let mut diagnostics = Diagnostics::default();
    let folder = tempfile::tempdir().expect("a folder");
    Config::read("probe", PROBE, folder.path(), &Environment::of(|_| None), &mut diagnostics);
    let unknown = diagnostics.0.iter().filter(|diagnostic| diagnostic.code == hookbell_config_file::Code::UNKNOWN_KEY);
    let keys = unknown.map(|diagnostic| {
        let (table, _) = diagnostic.location.key.rsplit_once('.').unwrap_or_default();
        let help = diagnostic.help.as_deref().unwrap_or_default();
        assert!(help.starts_with("known here: ") && !help.contains(" more"), "{diagnostic}");
        (table.replace("[0]", ""), code_spans(help).into_iter().collect())
    });
    let keys: Keys = keys.collect();
    assert_eq!(keys.len(), 13, "{keys:#?}");
    keys
}

/// The first column of the table under each heading that names a table of the config.
fn documented() -> Keys {
    let text = page("docs/configuration.md").text;
    let mut keys = Keys::new();
    let mut table = None;
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            table = if heading == "Top of the file" {
                Some(String::new())
            } else {
                heading.strip_prefix('`').map(|heading| heading.trim_matches(['[', ']', '`']).to_owned())
            };
        }
        if let (Some(table), Some(row)) = (&table, line.strip_prefix("| `")) {
            let key = row.split('`').next().unwrap_or_default();
            keys.entry(table.clone()).or_default().insert(key.to_owned());
        }
    }
    keys
}

#[test]
fn the_page_names_every_key_that_is_read_and_no_other() {
    assert_eq!(documented(), read_by_the_program());
}

/// The example's keys, commented ones too, by their heading.
fn in_the_example() -> Keys {
    let mut keys = Keys::new();
    let mut table = String::new();
    for line in EXAMPLE.lines() {
        let line = line.trim_start_matches(['#', ' ']);
        if line.starts_with('[') && line.contains(']') {
            let heading = line.split(']').next().unwrap_or_default().trim_start_matches('[');
            table = match heading.rsplit_once('.') {
                Some(("bot", "access")) | None => heading.to_owned(),
                Some((kind, _)) => format!("{kind}.NAME"),
            };
        } else if let Some((key, _)) = line.split_once(" = ")
            && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        {
            keys.entry(table.clone()).or_default().insert(key.to_owned());
        }
    }
    keys
}

#[test]
fn the_example_shows_every_key_that_is_read_and_no_other() {
    let mut read = read_by_the_program();
    // The tables' own names are headings.
    let headings =
        ["server", "store", "discord", "bot", "log", "alerts", "destinations", "sources", "routes", "example"];
    for heading in headings {
        assert!(read.get_mut("").expect("the top").remove(heading), "{heading}");
        assert!(EXAMPLE.contains(&format!("[{heading}")), "{heading}");
    }
    for heading in ["access", "servers"] {
        assert!(read.get_mut("bot").expect("the bot").remove(heading), "{heading}");
    }
    assert_eq!(in_the_example(), read);
}
