//! `[store] url`: its scheme chooses the database.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A checked store URL. What it points to is known to the database of its scheme alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreUrl(pub(super) DatabaseAddress);

/// One variant for each database that is supported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DatabaseAddress {
    /// The database file.
    Sqlite(PathBuf),
}

/// The text is not a URL of a supported database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    #[error("expected a URL such as `sqlite:hookbell.db`")]
    NoScheme,
    /// Names the scheme alone: the rest of a URL may hold a password.
    #[error("`{0}` is not a supported database; supported is `sqlite:FILE`, such as `sqlite:hookbell.db`")]
    UnknownScheme(String),
    #[error("expected `sqlite:FILE`, such as `sqlite:hookbell.db`")]
    NoFile,
}

impl StoreUrl {
    /// The URL of an SQLite file.
    pub fn sqlite(file: impl Into<PathBuf>) -> Self {
        Self(DatabaseAddress::Sqlite(file.into()))
    }

    /// The file of an embedded database; none of one on a server.
    pub fn file(&self) -> Option<&Path> {
        match &self.0 {
            DatabaseAddress::Sqlite(file) => Some(file),
        }
    }

    /// Reads `sqlite:FILE`; a relative file is relative to `base`. `sqlite:///var/x.db` has an empty host and an
    /// absolute path, `sqlite:x.db` and `sqlite://x.db` are relative.
    ///
    /// # Errors
    /// When the scheme is not supported or names no file.
    pub fn parse(text: &str, base: &Path) -> Result<Self, UrlError> {
        let (scheme, rest) = text.split_once(':').ok_or(UrlError::NoScheme)?;
        if scheme != "sqlite" {
            let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
            let name: String = scheme.chars().take_while(|c| is_scheme(*c)).take(20).collect();
            return Err(UrlError::UnknownScheme(name));
        }
        let file = match rest.strip_prefix("//") {
            Some(absolute) if absolute.starts_with('/') => absolute,
            _ => rest.trim_start_matches("//"),
        };
        if file.is_empty() { Err(UrlError::NoFile) } else { Ok(Self(DatabaseAddress::Sqlite(base.join(file)))) }
    }
}

impl FromStr for StoreUrl {
    type Err = UrlError;

    /// A relative file is relative to the working directory.
    fn from_str(text: &str) -> Result<Self, UrlError> {
        Self::parse(text, Path::new(""))
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(DatabaseAddress::Sqlite(file)) = self;
        write!(f, "sqlite:{}", file.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_relative_to_the_config_unless_it_is_absolute() {
        let file = |text: &str| StoreUrl::parse(text, Path::new("/etc/hookbell")).map(|url| url.to_string());
        assert_eq!(file("sqlite:x.db"), Ok("sqlite:/etc/hookbell/x.db".to_owned()));
        assert_eq!(file("sqlite://x.db"), Ok("sqlite:/etc/hookbell/x.db".to_owned()));
        assert_eq!(file("sqlite:///var/x.db"), Ok("sqlite:/var/x.db".to_owned()));
        assert_eq!(file("sqlite:/var/x.db"), Ok("sqlite:/var/x.db".to_owned()));
        assert_eq!(file("sqlite:"), Err(UrlError::NoFile));
        assert_eq!(file("sqlite://"), Err(UrlError::NoFile));
        assert_eq!(file("hookbell.db"), Err(UrlError::NoScheme));
    }

    #[test]
    fn another_scheme_is_refused_with_what_is_supported_and_without_the_password() {
        let refused = "postgres://hookbell:secret@db/hookbell".parse::<StoreUrl>().expect_err("refused").to_string();
        assert_eq!(
            refused,
            "`postgres` is not a supported database; supported is `sqlite:FILE`, such as `sqlite:hookbell.db`"
        );
    }
}
