//! Files that are embedded in the binary and passed to the crates that read them.

use std::io;
use std::path::Path;

/// One embedded text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Embedded {
    /// The file's name without its extension: `stripe`.
    pub name: &'static str,
    pub text: &'static str,
}

impl Embedded {
    /// The `.toml` files of a folder, by name, for tests of the crates whose files the program embeds. Their texts are
    /// never freed.
    ///
    /// # Errors
    /// When the folder or a file cannot be read.
    pub fn leak_folder(folder: &Path) -> io::Result<Vec<Self>> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let Some(name) = path.file_stem().filter(|_| path.extension().is_some_and(|extension| extension == "toml"))
            else {
                continue;
            };
            let name: &'static str = name.to_string_lossy().into_owned().leak();
            files.push(Self { name, text: std::fs::read_to_string(&path)?.leak() });
        }
        files.sort_by_key(|file| file.name);
        Ok(files)
    }
}
