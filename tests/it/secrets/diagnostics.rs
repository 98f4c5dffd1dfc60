//! What a config may hold as a secret is in no diagnostic, whatever is wrong with its key, its table or the line.

use std::path::Path;

use hookbell::config::{Config, Environment};
use hookbell_config_file::Diagnostics;
use proptest::prelude::*;

/// Keys that hold secrets, here or in the configs of other programs.
const KEYS: [&str; 11] = [
    "secret",
    "secrets",
    "webhook_url",
    "admin_token",
    "bot_token",
    "client_secret",
    "token",
    "password",
    "api_key",
    "private_key",
    "auth",
];
const TABLES: [&str; 9] = [
    "",
    "[server]",
    "[store]",
    "[discord]",
    "[destinations.a]",
    "[sources.a]",
    "[sources.a.conf]",
    "[sources.a.verify]",
    "[[routes]]",
];

/// A key with a slip of the hand: nothing, a letter left out, doubled, or two that changed places.
fn slipped(key: &str, slip: usize, at: usize) -> String {
    let mut letters: Vec<char> = key.chars().collect();
    let at = at % letters.len();
    match slip {
        1 => drop(letters.remove(at)),
        2 => letters.insert(at, letters[at]),
        3 if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => {}
    }
    letters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_diagnostic_shows_a_secret_under_whatever_key(
        secret in "[A-Za-z0-9_-]{12,40}",
        (key, slip, at) in (0..KEYS.len(), 0..4usize, 0..16usize),
        table in 0..TABLES.len(),
        line in 0..6usize,
    ) {
        let key = slipped(KEYS[key], slip, at);
        let line = match line {
            0 => format!("{key} = \"{secret}\""),
            1 => format!("{key} = [\"{secret}\", 3]"),
            2 => format!("{key} = {{ {key} = \"{secret}\" }}"),
            3 => format!("{key} = {secret}"),
            4 => format!("{key} = “{secret}”"),
            _ => format!("{key} \"{secret}\""),
        };
        let text = format!("{}\n{line}\nto = 3\n", TABLES[table]);
        let mut diagnostics = Diagnostics::default();
        Config::read("config.toml", &text, Path::new("none"), &Environment::of(|_| None), &mut diagnostics);
        let json: Vec<String> = diagnostics.0.iter().map(|one| one.to_json().to_string()).collect();
        prop_assert!(!diagnostics.to_string().contains(&secret), "{text}\n--\n{diagnostics}");
        prop_assert!(!json.concat().contains(&secret), "{text}\n--\n{json:?}");
    }
}
