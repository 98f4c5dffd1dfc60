//! `.env` beside the config: variables for `${VAR}` that the process's environment does not have.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::read_file::read_text;
use crate::codes;
use hookbell_config_file::{Code, Diagnostic, DiagnosticSeverity, Diagnostics, Location};

/// The file's name, in the folder of the config.
const NAME: &str = ".env";

/// The variables of one file.
#[derive(Default)]
pub struct DotEnv {
    /// Where it is or would be.
    path: PathBuf,
    /// They may be secret.
    values: BTreeMap<String, String>,
    diagnostics: Diagnostics,
}

impl DotEnv {
    /// That of a config file. It need not exist.
    pub fn beside(config: &Path) -> Self {
        let path = path_beside(config);
        let mut file = Self { path, ..Self::default() };
        match read_text(&file.path) {
            Ok(text) => file.read(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                let what = format!("cannot be read: {error}");
                file.diagnostics.add(Diagnostic::file_error(&file.name(), Code::UNREADABLE_FILE, what));
            }
        }
        file
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// The line that gives a variable this value, whatever is in it.
    pub fn line(name: &str, value: &str) -> String {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:+=@,?&%".contains(c);
        if value.chars().all(plain) {
            return format!("{name}={value}");
        }
        if !value.contains(['\'', '\\', '\n', '\r']) {
            return format!("{name}='{value}'");
        }
        let escaped = value.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$").replace('\n', "\\n");
        format!("{name}=\"{escaped}\"")
    }

    /// What is wrong with the file, and whether others can read it.
    pub(super) fn report(&self, diagnostics: &mut Diagnostics) {
        for diagnostic in &self.diagnostics.0 {
            diagnostics.add(diagnostic.clone());
        }
        if !self.values.is_empty() && is_open_to_others(&self.path) {
            let name = self.name();
            let what = "every user of this machine can read it, and it holds secrets";
            let open = Diagnostic::file_warning(&name, codes::EXPOSED_SECRETS, what);
            diagnostics.add(open.help(format!("`chmod 600 {name}`")));
        }
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn read(&mut self, text: &str) {
        // A byte order mark would be part of the first name.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for entry in dotenvy::from_read_iter(text.as_bytes()) {
            match entry {
                Ok((name, value)) => {
                    self.values.insert(name, value);
                }
                Err(error) => {
                    let wrong = self.wrong_line(text, &error);
                    self.diagnostics.add(wrong);
                }
            }
        }
    }

    /// Names the line, and nothing of what it holds.
    fn wrong_line(&self, text: &str, error: &dotenvy::Error) -> Diagnostic {
        let wrong = if let dotenvy::Error::LineParse(line, _) = error { line.lines().next() } else { None };
        let line = wrong.and_then(|wrong| text.lines().position(|line| line.trim() == wrong.trim()));
        let location = Location { line: line.map_or(0, |at| at + 1), column: 1, ..Location::of_file(&self.name()) };
        let what = "is no `NAME=value`, or a quote is open or followed by more text";
        Diagnostic::new(DiagnosticSeverity::Error, Code::SYNTAX, location, what)
            .help("`NAME=value`, one a line; a value with blanks, `#`, `$` or quotes in single quotes: `NAME='a $b'`")
    }
}

/// Where the file of a config is, if there is one.
pub(super) fn path_beside(config: &Path) -> PathBuf {
    config.parent().unwrap_or(Path::new("")).join(NAME)
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}

impl fmt::Debug for DotEnv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DotEnv").field("names", &self.values.keys()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (DotEnv, Vec<String>) {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(NAME), text).expect("a file");
        let file = DotEnv::beside(&folder.path().join("config.toml"));
        let mut diagnostics = Diagnostics::default();
        file.report(&mut diagnostics);
        let texts = diagnostics.0.iter().map(|one| format!("{}: {}", one.location.line, one.message)).collect();
        (file, texts)
    }

    #[test]
    fn quotes_comments_and_export_are_read_as_shells_read_them() {
        let text = "\u{feff}# for the config\nA=plain\nexport B = 'a $b # c'\nC=\"two\\nlines\" # and a remark\n\nD=\n";
        let (file, _) = read(text);
        let values = ["A", "B", "C", "D", "E"].map(|name| file.get(name));
        assert_eq!(values, [Some("plain"), Some("a $b # c"), Some("two\nlines"), Some(""), None]);
    }

    #[test]
    fn a_line_that_is_written_is_read_as_it_was() {
        for value in [
            "",
            "plain-1",
            "https://discord.com/api/webhooks/1/a_b-c",
            "a b",
            "a#b",
            "$HOME",
            "it's",
            "\"x\" $y 'z'",
            "back\\slash",
            "two\nlines $x",
            "-----BEGIN KEY-----\nMII+/=\n-----END KEY-----\n",
            "ü €",
        ] {
            let (file, texts) = read(&format!("BEFORE=1\n{}\nAFTER=2\n", DotEnv::line("A", value)));
            assert_eq!((file.get("A"), file.get("AFTER")), (Some(value), Some("2")), "{texts:?}");
        }
    }

    #[test]
    fn a_wrong_line_is_named_and_not_shown() {
        let (file, texts) = read("A=1\nS3CRET S3CRET\nB=2\n");
        assert!(texts.iter().any(|text| text.starts_with("2: is no `NAME=value`")), "{texts:?}");
        assert!(!format!("{texts:?} {file:?}").contains("S3CRET"), "{texts:?} {file:?}");
        assert_eq!((file.get("A"), file.get("B")), (Some("1"), Some("2")));
    }

    #[test]
    #[cfg(unix)]
    fn a_file_that_all_may_read_is_reported() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(NAME);
        std::fs::write(&path, "A=1\n").expect("a file");
        for (mode, warnings) in [(0o644, 1), (0o640, 0), (0o600, 0)] {
            std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).expect("a mode");
            let mut diagnostics = Diagnostics::default();
            DotEnv::beside(&folder.path().join("config.toml")).report(&mut diagnostics);
            assert_eq!(diagnostics.warnings(), warnings, "{mode:o}");
        }
    }
}
