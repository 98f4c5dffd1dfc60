//! Bodies that real services sent, kept beside the project.

use std::path::PathBuf;

/// A real body; `None`, with a note on stderr, where the folder of real bodies is absent.
pub(crate) fn real_payload(path: &str) -> Option<String> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/payloads").join(path);
    match std::fs::read_to_string(&file) {
        Ok(text) => Some(text),
        Err(_) if std::env::var_os("HOOKBELL_REQUIRE_ALL").is_some() => panic!("{path} is not present"),
        Err(_) => {
            eprintln!("skipped: the real payload {path} is not present");
            None
        }
    }
}
