//! Bodies that real services sent, and sequences of requests, kept beside the project.

use std::path::PathBuf;

use serde_json::Value;

/// A real body; `None`, with a note on stderr, where the folder of real bodies is absent.
pub(crate) fn real_payload(path: &str) -> Option<String> {
    shared("payloads", path)
}

/// The bodies of a sequence of requests, such as `alertmanager_fires_again`; `None` as above.
pub(crate) fn sequence(name: &str) -> Option<Vec<Value>> {
    let requests: Vec<Value> =
        serde_json::from_str(&shared("cases/sequences", &format!("{name}.json"))?).expect("JSON");
    Some(requests.into_iter().map(|mut request| request["body"].take()).collect())
}

/// The requests of a situation, as JSON: `adyen_clp`; `None` as above.
pub(crate) fn situation(name: &str) -> Option<String> {
    shared("cases/single", &format!("{name}.json"))
}

/// The files of `sequences` and `single` in their order, with their texts; empty where they are absent.
pub(crate) fn cases() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/cases");
    let files =
        ["sequences", "single"].iter().flat_map(|part| std::fs::read_dir(folder.join(part)).into_iter().flatten());
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    paths.sort();
    assert!(!paths.is_empty() || std::env::var_os("HOOKBELL_REQUIRE_ALL").is_none(), "the cases are not present");
    if paths.is_empty() {
        eprintln!("skipped: the cases are not present");
    }
    let read = |path: &PathBuf| {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).expect("a text"))
    };
    paths.iter().map(read).collect()
}

fn shared(folder: &str, path: &str) -> Option<String> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared").join(folder).join(path);
    match std::fs::read_to_string(&file) {
        Ok(text) => Some(text),
        Err(_) if std::env::var_os("HOOKBELL_REQUIRE_ALL").is_some() => panic!("{path} is not present"),
        Err(_) => {
            eprintln!("skipped: {folder}/{path} is not present");
            None
        }
    }
}
