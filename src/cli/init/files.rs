//! Writes the files of a new set-up: whole, and none over one that is there.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::answers::Answers;
use super::texts;
use crate::cli::new_file::NewFile;
use crate::cli::schema;
use crate::config::DotEnv;

/// What was done with each file.
#[derive(Debug, Default)]
pub(super) struct NewFiles {
    pub(super) written: Vec<PathBuf>,
    /// There before, and not changed.
    pub(super) kept: Vec<PathBuf>,
}

impl NewFiles {
    /// # Errors
    /// When a file cannot be written; those before it are there then.
    pub(super) fn write(answers: &Answers<'_>, config: &Path, force: bool) -> anyhow::Result<Self> {
        let base = config.parent().unwrap_or(Path::new(""));
        if !base.as_os_str().is_empty() {
            std::fs::create_dir_all(base).with_context(|| format!("cannot make {}", base.display()))?;
        }
        let mut files = Self::default();
        // Secrets first: a config without them is worth less than they without a config.
        files.add_variables(&texts::variables(answers), &config.with_file_name(".env"), config)?;
        files.put(config, &texts::config(answers), force)?;
        if let Some(template) = texts::template(answers) {
            let folder = base.join("templates");
            std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
            files.put(&folder.join(format!("{}.toml", answers.provider.name)), &template, false)?;
        }
        files.written.push(schema::write_all(config)?);
        Ok(files)
    }

    /// Adds to `.env` what it does not have. Readable by its owner alone, from its first moment.
    fn add_variables(
        &mut self,
        variables: &[(String, Option<String>)],
        path: &Path,
        config: &Path,
    ) -> anyhow::Result<()> {
        let known = DotEnv::beside(config);
        let missing = variables.iter().filter(|(name, _)| known.get(name).is_none());
        let lines: String = missing
            .map(|(name, value)| format!("{}\n", DotEnv::line(name, value.as_deref().unwrap_or_default())))
            .collect();
        if lines.is_empty() {
            self.kept.extend(path.exists().then(|| path.to_owned()));
            return Ok(());
        }
        let cannot = || format!("cannot write {}", path.display());
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).with_context(cannot)?;
        let ends = std::fs::read(path).with_context(cannot)?.last().is_none_or(|last| *last == b'\n');
        file.write_all(format!("{}{lines}", if ends { "" } else { "\n" }).as_bytes()).with_context(cannot)?;
        file.sync_all().with_context(cannot)?;
        self.written.push(path.to_owned());
        Ok(())
    }

    /// Writes the file as a whole; over one that is there only with `replaces`.
    fn put(&mut self, path: &Path, text: &str, replaces: bool) -> anyhow::Result<()> {
        if path.exists() && !replaces {
            self.kept.push(path.to_owned());
            return Ok(());
        }
        NewFile::begin(path, replaces)?.readable_by_all()?.finish_with(text)?;
        self.written.push(path.to_owned());
        Ok(())
    }
}
