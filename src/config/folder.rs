//! The user's own folders of TOML files, `templates` and `providers`.

use std::path::{Path, PathBuf};

use super::own_output::OwnOutput;
use super::read_file::read_text;

use hookbell_config_file::{Code, Diagnostic, Diagnostics};
use hookbell_config_file::{Document, Table};

/// The documents of the folder that `key` names, by file name. The default folder need not exist; one that the
/// config names must.
pub(super) fn documents(
    root: &mut Table<'_>,
    key: &'static str,
    base: &Path,
    diagnostics: &mut Diagnostics,
) -> Vec<Document> {
    let named: Option<String> = root.get(key, diagnostics);
    let folder = base.join(named.as_deref().unwrap_or(key));
    let files = match files(&folder) {
        Ok(files) => files,
        Err(error) => {
            if named.is_some() {
                diagnostics.add(root.error(key, Code::UNREADABLE_FILE, format!("the folder cannot be read: {error}")));
            }
            return Vec::new();
        }
    };
    files.iter().filter_map(|path| document(path, diagnostics)).collect()
}

/// The folder that `key` names; it need not exist.
pub(super) fn path_of(root: &mut Table<'_>, key: &'static str, base: &Path, diagnostics: &mut Diagnostics) -> PathBuf {
    let named: Option<String> = root.get(key, diagnostics);
    base.join(named.as_deref().unwrap_or(key))
}

/// The documents of a folder that must be there.
pub(super) fn documents_of(folder: &Path, diagnostics: &mut Diagnostics) -> Vec<Document> {
    match files(folder) {
        Ok(files) => files.iter().filter_map(|path| document(path, diagnostics)).collect(),
        Err(error) => {
            let name = folder.display().to_string();
            diagnostics.add(Diagnostic::file_error(
                &name,
                Code::UNREADABLE_FILE,
                format!("the folder cannot be read: {error}"),
            ));
            Vec::new()
        }
    }
}

/// The files of a folder that count, by name.
pub(super) fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let (mut files, own_output) = (Vec::new(), OwnOutput::find());
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if !hidden && path.extension().is_some_and(|extension| extension == "toml") && !own_output.is(&path) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn document(path: &Path, diagnostics: &mut Diagnostics) -> Option<Document> {
    let name = path.display().to_string();
    match read_text(path) {
        Ok(text) => Some(Document::parse(&name, &text, diagnostics)),
        Err(error) => {
            diagnostics.add(Diagnostic::file_error(&name, Code::UNREADABLE_FILE, format!("cannot be read: {error}")));
            None
        }
    }
}
