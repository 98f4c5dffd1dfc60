//! The shipped provider files, read from the repository: the program embeds them, this crate does not.

use std::path::Path;
use std::sync::OnceLock;

use hookbell_config_file::Embedded;

pub(crate) fn embedded_providers() -> &'static [Embedded] {
    static FILES: OnceLock<Vec<Embedded>> = OnceLock::new();
    FILES.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../providers");
        let mut files: Vec<Embedded> = std::fs::read_dir(folder)
            .expect("the folder")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
            .map(|path| Embedded {
                name: path.file_stem().expect("a name").to_string_lossy().into_owned().leak(),
                text: std::fs::read_to_string(&path).expect("a text").leak(),
            })
            .collect();
        files.sort_by_key(|file| file.name);
        files
    })
}
