//! The files that this process writes its own output to. A log in a folder of the config is no part of the config: read as
//! one, each line about its mistakes would be a change.

use std::path::Path;

/// Device and inode of stdout and stderr, where they are files.
pub(super) struct OwnOutput(Vec<(u64, u64)>);

impl OwnOutput {
    #[cfg(unix)]
    pub(super) fn find() -> Self {
        use std::os::fd::AsFd;
        let outputs = [std::io::stdout().as_fd().try_clone_to_owned(), std::io::stderr().as_fd().try_clone_to_owned()];
        let metadata = outputs.into_iter().flatten().filter_map(|output| std::fs::File::from(output).metadata().ok());
        Self(metadata.filter(std::fs::Metadata::is_file).map(|file| identity(&file)).collect())
    }

    #[cfg(not(unix))]
    pub(super) fn find() -> Self {
        Self(Vec::new())
    }

    pub(super) fn is(&self, path: &Path) -> bool {
        // Asks the disk only where there is one.
        !self.0.is_empty() && std::fs::metadata(path).is_ok_and(|file| self.0.contains(&identity(&file)))
    }
}

#[cfg(unix)]
fn identity(file: &std::fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (file.dev(), file.ino())
}

#[cfg(not(unix))]
fn identity(_: &std::fs::Metadata) -> (u64, u64) {
    (0, 0)
}
