//! The file that holds a webhook's URL: replaced as a whole, and readable by its owner alone.

use std::path::Path;

use anyhow::ensure;
use hookbell_model::secret::Secret;

use crate::cli::new_file::NewFile;

/// A file that can be written: an empty one beside it is there already. Dropped without being written, it leaves nothing.
#[derive(Debug)]
pub(super) struct UrlFile(NewFile);

impl UrlFile {
    /// # Errors
    /// When the folder does not exist or cannot be written, or something that is no file has the name.
    pub(super) fn prepare(path: &Path) -> anyhow::Result<Self> {
        // What a link leads to is replaced, not the link.
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        ensure!(!path.exists() || path.is_file(), "it is no regular file");
        Ok(Self(NewFile::begin(&path, true)?))
    }

    /// Puts the URL, and a line break, in the place of what the file held.
    pub(super) fn write(self, url: &Secret) -> anyhow::Result<()> {
        self.0.finish_with(&format!("{}\n", url.expose()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_replaces_what_was_there_and_only_the_owner_reads_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sales");
        for url in ["https://a.example/1", "https://b.example/2"] {
            UrlFile::prepare(&path).expect("writable").write(&Secret::new(url)).expect("written");
            assert_eq!(std::fs::read_to_string(&path).expect("a file"), format!("{url}\n"));
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
            let link = folder.path().join("link");
            std::os::unix::fs::symlink(&path, &link).expect("a link");
            UrlFile::prepare(&link).expect("writable").write(&Secret::new("c")).expect("written");
            assert!(link.is_symlink() && std::fs::read_to_string(&path).expect("a file") == "c\n");
        }
    }

    #[test]
    fn what_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(UrlFile::prepare(&folder.path().join("sales")).expect("writable"));
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
        assert!(UrlFile::prepare(&folder.path().join("none/sales")).is_err());
        assert!(UrlFile::prepare(folder.path()).is_err());
    }
}
