//! `${VAR}`, `${file:PATH}` and `${credential:NAME}` inside any string of the config.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use super::dotenv::DotEnv;
use super::read_file::read_text;
use crate::codes;
use hookbell_config_file::{Code, Diagnostics};

/// The variable with which systemd names the folder of the credentials of a unit (`LoadCredential=`).
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// Where variables come from. A value, so that tests and the demo do not change the process's environment.
pub struct Environment<'a> {
    variable: Box<Variable<'a>>,
    /// For what `variable` does not have.
    dotenv: DotEnv,
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
    #[error("the credential `{0}` is read from systemd (`LoadCredential=`), and there is no `CREDENTIALS_DIRECTORY`")]
    NoCredentials(String),
    #[error("`{0}` is no name of a credential: a file name without `/`")]
    CredentialName(String),
    #[error("`${{` without its `}}`; write `$${{` for a literal one")]
    Unclosed,
}

impl FillError {
    pub(super) fn code(&self) -> Code {
        match self {
            Self::UnsetVariable(_) | Self::NoCredentials(_) => codes::UNSET_VARIABLE,
            Self::UnreadableFile { .. } => Code::UNREADABLE_FILE,
            Self::Unclosed | Self::CredentialName(_) => Code::INVALID_VALUE,
        }
    }
}

type Variable<'a> = dyn Fn(&str) -> Option<String> + 'a;

impl<'a> Environment<'a> {
    /// The process's own environment, and for what it does not have, the `.env` beside this config file.
    pub fn beside(config: &Path) -> Environment<'static> {
        let process = Environment::of(|name| std::env::var(name).ok());
        Environment { dotenv: DotEnv::beside(config), ..process }
    }

    pub fn of(variable: impl Fn(&str) -> Option<String> + 'a) -> Self {
        Self { variable: Box::new(variable), dotenv: DotEnv::default(), files: RefCell::default() }
    }

    /// What is wrong with `.env`.
    pub(super) fn report(&self, diagnostics: &mut Diagnostics) {
        self.dotenv.report(diagnostics);
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
            return self.content(path, &base.join(path));
        }
        if let Some(name) = name.strip_prefix("credential:") {
            let folder = self.variable(CREDENTIALS).ok_or_else(|| FillError::NoCredentials(name.to_owned()))?;
            if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\']) {
                return Err(FillError::CredentialName(name.to_owned()));
            }
            return self.content(name, &Path::new(&folder).join(name));
        }
        self.variable(name).ok_or_else(|| FillError::UnsetVariable(name.to_owned()))
    }

    fn variable(&self, name: &str) -> Option<String> {
        (self.variable)(name).or_else(|| self.dotenv.get(name).map(str::to_owned))
    }

    fn content(&self, shown: &str, file: &Path) -> Result<String, FillError> {
        let read = read_text(file);
        self.files.borrow_mut().push(file.to_owned());
        // Files of secrets end in a line break that is not part of the secret.
        read.map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
            .map_err(|error| FillError::UnreadableFile { path: shown.to_owned(), error: error.to_string() })
    }
}

/// Says of each variable that is not set where it can be, and of each `webhook_url` whose file cannot be read how it is made.
pub(super) fn add_help(diagnostics: &mut Diagnostics) {
    let unset = diagnostics.0.iter_mut().filter(|one| one.code == codes::UNSET_VARIABLE && one.help.is_none());
    for diagnostic in unset {
        diagnostic.help = Some("set it in the environment, or write `NAME=value` into `.env` beside the config".into());
    }
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
        assert!(fill("${credential:token}").expect_err("no folder").to_string().contains("LoadCredential"));
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

    #[test]
    fn the_process_goes_before_the_file_beside_the_config() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(".env"), "A=file\nB=file\n").expect("a file");
        let process = Environment::of(|name| (name == "A").then(|| "process".to_owned()));
        let environment = Environment { dotenv: DotEnv::beside(&folder.path().join("config.toml")), ..process };
        let filled = environment.fill_in("${A} ${B}", folder.path());
        assert_eq!(filled, Ok(Some("process file".to_owned())));
    }

    #[test]
    fn credentials_are_read_from_the_folder_that_systemd_names() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("stripe"), "whsec\n").expect("a file");
        let path = folder.path().display().to_string();
        let environment = Environment::of(|name| (name == CREDENTIALS).then(|| path.clone()));
        let fill = |text: &str| environment.fill_in(text, Path::new("elsewhere"));
        assert_eq!(fill("${credential:stripe}"), Ok(Some("whsec".to_owned())));
        assert_eq!(fill("${credential:../x}"), Err(FillError::CredentialName("../x".to_owned())));
        assert!(matches!(fill("${credential:none}"), Err(FillError::UnreadableFile { .. })));
    }
}
