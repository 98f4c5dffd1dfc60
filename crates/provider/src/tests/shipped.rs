//! The shipped provider files, read from the repository: the program embeds them, this crate does not.

use std::path::Path;
use std::sync::LazyLock;

use hookbell_config_file::Embedded;

pub(crate) fn embedded_providers() -> &'static [Embedded] {
    static FILES: LazyLock<Vec<Embedded>> = LazyLock::new(|| {
        Embedded::leak_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../providers")).expect("the folder")
    });
    &FILES
}
