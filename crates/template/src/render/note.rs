//! What is to be told about the making of a message: what was missing, failed or was left out.

use std::fmt;

use hookbell_config_file::Location;

/// One thing about one text of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The key as a person knows it: `title`, `field.value`.
    pub key: &'static str,
    /// Where the text stands in its file.
    pub location: Location,
    pub trouble: Trouble,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// A path that leads nowhere was printed, as nothing.
    Missing(String),
    /// It cannot be evaluated on this event.
    Failed(String),
    /// A URL that cannot be posted.
    Unusable(String),
    /// A word from data that is none the key can take.
    Ignored,
    /// Beyond what is kept of any text, in characters.
    TooLong(usize),
    /// Something that `raw` says and Discord does not know.
    Raw(String),
}

impl Note {
    /// The path that leads nowhere, where that is the trouble.
    pub fn missing(&self) -> Option<String> {
        if let Trouble::Missing(path) = &self.trouble { Some(path.clone()) } else { None }
    }

    /// Whether a part of the message is not there because of this.
    pub fn is_failure(&self) -> bool {
        matches!(self.trouble, Trouble::Failed(_))
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key;
        match &self.trouble {
            Trouble::Missing(path) => write!(f, "missing: {path} used in `{key}`"),
            Trouble::Failed(why) => write!(f, "`{key}` failed and was left out: {why}"),
            Trouble::Unusable(why) => write!(f, "`{key}` was left out: {why}"),
            Trouble::Ignored => write!(f, "`{key}` was ignored: its value is none that it can take"),
            Trouble::TooLong(cut) => {
                write!(f, "`{key}` came out too long: its last {cut} characters were left out")
            }
            Trouble::Raw(what) => write!(f, "`{key}`: {what}"),
        }
    }
}
