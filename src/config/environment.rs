//! `${VAR}` and `${file:PATH}` inside any string of the config.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use super::read_file::read_text;
use crate::codes;
use hookbell_config_file::{Code, Diagnostics};

/// Where variables come from. A value, so that tests and the demo do not change the process's environment.
pub struct Environment<'a> {
    variable: Box<Variable<'a>>,
    /// The files that were named, including those that could not be read.
    files: RefCell<Vec<PathBuf>>,
}

/// Why `${…}` could not be replaced. Never holds a value.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum FillError {
    #[error("the environment variable `{0}` is not set")]
    UnsetVariable(String),
    #[error("the file `{path}` cannot be read: {error}")]
    UnreadableFile { path: String, error: String },
    #[error("`${{` without its `}}`; write `$${{` for a literal one")]
    Unclosed,
}

impl FillError {
    pub(super) fn code(&self) -> Code {
        match self {
            Self::UnsetVariable(_) => codes::UNSET_VARIABLE,
            Self::UnreadableFile { .. } => Code::UNREADABLE_FILE,
            Self::Unclosed => Code::INVALID_VALUE,
        }
    }
}

type Variable<'a> = dyn Fn(&str) -> Option<String> + 'a;

impl<'a> Environment<'a> {
    /// The process's own environment.
    pub fn process() -> Environment<'static> {
        Environment::of(|name| std::env::var(name).ok())
    }

    pub fn of(variable: impl Fn(&str) -> Option<String> + 'a) -> Self {
        Self { variable: Box::new(variable), files: RefCell::default() }
    }

    /// The files that `${file:PATH}` named so far.
    pub(super) fn files(self) -> Vec<PathBuf> {
        self.files.into_inner()
    }

    /// Replaces every `${…}`; `None` when there is none. `$${` is a literal `${`.
    ///
    /// # Errors
    /// Names the variable or file, never a value.
    pub(super) fn fill_in(&self, text: &str, base: &Path) -> Result<Option<String>, FillError> {
        if !text.contains("${") {
            return Ok(None);
        }
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            if let Some(literal) = before.strip_suffix('$') {
                filled.push_str(literal);
                filled.push_str("${");
                rest = after;
                continue;
            }
            filled.push_str(before);
            let (name, after) = after.split_once('}').ok_or(FillError::Unclosed)?;
            filled.push_str(&self.value(name.trim(), base)?);
            rest = after;
        }
        filled.push_str(rest);
        Ok(Some(filled))
    }

    fn value(&self, name: &str, base: &Path) -> Result<String, FillError> {
        if let Some(path) = name.strip_prefix("file:") {
            let file = base.join(path);
            let read = read_text(&file);
            self.files.borrow_mut().push(file);
            // Files of secrets end in a line break that is not part of the secret.
            return read
                .map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
                .map_err(|error| FillError::UnreadableFile { path: path.to_owned(), error: error.to_string() });
        }
        (self.variable)(name).ok_or_else(|| FillError::UnsetVariable(name.to_owned()))
    }
}

/// Says of each `webhook_url` whose file cannot be read how it is made.
pub(super) fn add_help(diagnostics: &mut Diagnostics) {
    let unreadable = diagnostics.0.iter_mut().filter(|one| one.code == Code::UNREADABLE_FILE && one.help.is_none());
    for diagnostic in unreadable {
        let name =
            diagnostic.location.key.strip_prefix("destinations.").and_then(|key| key.strip_suffix(".webhook_url"));
        let help = name.map(|name| format!("`hookbell connect {name}` makes the webhook and writes the file"));
        diagnostic.help = help;
    }
}

impl std::fmt::Debug for Environment<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Environment")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_and_files_are_filled_in() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("token"), "s3cret\n").expect("a file");
        let environment = Environment::of(|name| (name == "HOST").then(|| "example.com".to_owned()));
        let fill = |text: &str| environment.fill_in(text, folder.path());
        assert_eq!(fill("plain $5"), Ok(None));
        assert_eq!(fill("https://${HOST}/x/${ HOST }"), Ok(Some("https://example.com/x/example.com".to_owned())));
        assert_eq!(fill("${file:token}"), Ok(Some("s3cret".to_owned())));
        assert_eq!(fill("$${HOST}"), Ok(Some("${HOST}".to_owned())));
        for (text, part) in
            [("${NOPE}", "`NOPE` is not set"), ("${file:nope}", "`nope` cannot be read"), ("${HOST", "without its `}`")]
        {
            let error = fill(text).expect_err(text).to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
