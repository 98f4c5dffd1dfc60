//! A file that a command makes: it gets its name only when it is whole, and only its owner can read it, unless it says otherwise.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use tempfile::NamedTempFile;

use super::usage::Usage;

/// A file without its name yet; removed where it does not get one.
#[derive(Debug)]
pub(super) struct NewFile {
    pub(super) content: NamedTempFile,
    folder: PathBuf,
    name: PathBuf,
    may_replace: bool,
}

impl NewFile {
    /// # Errors
    /// When the name is that of a folder, or of a file and `may_replace` is not set; when its folder cannot be written.
    pub(super) fn begin(name: &Path, may_replace: bool) -> anyhow::Result<Self> {
        let shown = name.display();
        if name.is_dir() {
            return Err(Usage(format!("`{shown}` is a folder; name the file to write")).into());
        }
        if name.exists() && !may_replace {
            let help = "name another file, or replace it with --force";
            return Err(Usage(format!("`{shown}` is there already; {help}")).into());
        }
        // In the same folder, so that it only has to be renamed.
        let folder = name.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let content = tempfile::Builder::new().prefix(".hookbell-new-").tempfile_in(folder);
        let content = content.with_context(|| format!("cannot write into `{}`", folder.display()))?;
        Ok(Self { content, folder: folder.to_owned(), name: name.to_owned(), may_replace })
    }

    /// Lets every user read it: it holds no secret, and a service may run as a user of its own.
    pub(super) fn readable_by_all(self) -> anyhow::Result<Self> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let readable = self.content.as_file().set_permissions(PermissionsExt::from_mode(0o644));
            readable.with_context(|| format!("cannot write `{}`", self.name.display()))?;
        }
        Ok(self)
    }

    /// Fills it and gives it its name.
    pub(super) fn finish_with(mut self, text: &str) -> anyhow::Result<()> {
        self.content.write_all(text.as_bytes()).with_context(|| format!("cannot write `{}`", self.name.display()))?;
        self.finish()
    }

    /// Gives it its name, on disk before this returns.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        let Self { content, folder, name, may_replace } = self;
        let shown = name.display();
        content.as_file().sync_all().with_context(|| format!("cannot write `{shown}`"))?;
        let named = if may_replace { content.persist(&name) } else { content.persist_noclobber(&name) };
        named.map_err(|error| error.error).with_context(|| format!("cannot write `{shown}`"))?;
        // The name itself; some file systems cannot do that.
        File::open(folder).and_then(|folder| folder.sync_all()).ok();
        Ok(())
    }
}
