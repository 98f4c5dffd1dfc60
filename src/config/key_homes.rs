//! Which table of a config knows which key, as its example has them.

use std::sync::LazyLock;

use hookbell_config_file::KeyHomes;

/// By which a key in the wrong table is told its place.
pub fn key_homes() -> &'static KeyHomes {
    static HOMES: LazyLock<KeyHomes> =
        LazyLock::new(|| KeyHomes::of_example(include_str!("../../config.toml.example")));
    &HOMES
}
