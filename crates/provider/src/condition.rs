//! Conditions on a request, for handshakes and for what is to be ignored: places and the text that must stand
//! there.

use std::borrow::Cow;

use super::header::Header;
use super::view::{Spot, scalar};
use hookbell_config_file::Diagnostics;
use hookbell_config_file::{Code, Table, TomlKind};

/// All of them must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Condition(pub(super) Vec<(Spring, Wanted)>);

/// Where a single text of a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Spring {
    Header(Header),
    Json(String),
    Form(String),
    Query(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    Present,
    Absent,
    Text(String),
    /// A value of the source's own table `conf`.
    Setting(String),
}

impl Condition {
    /// Reads a table of places and values; `method` is for its caller.
    pub(super) fn read(table: &Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let mut all = Vec::new();
        for entry in table.all().iter().filter(|entry| entry.key != "method") {
            let spring = Spring::parse(&entry.key);
            let wanted = match &entry.node.value {
                TomlKind::String(text) => Ok(Wanted::parse(text)),
                TomlKind::Integer(number) => Ok(Wanted::Text(number.to_string())),
                TomlKind::Boolean(flag) => Ok(Wanted::Text(flag.to_string())),
                other => {
                    Err(format!("expected a text, a number, `*` (present) or `-` (absent), found {}", other.kind()))
                }
            };
            match spring.and_then(|spring| Ok((spring, wanted?))) {
                Ok(test) => all.push(test),
                Err(what) => diagnostics.add(table.error(&entry.key, Code::INVALID_VALUE, what)),
            }
        }
        Self(all)
    }

    pub(super) fn holds(&self, spot: &Spot<'_>) -> bool {
        self.0.iter().all(|(spring, wanted)| {
            let found = spring.find(spot);
            match wanted {
                Wanted::Present => spring.is_there(spot),
                Wanted::Absent => !spring.is_there(spot),
                Wanted::Text(text) => found.is_some_and(|found| found == text.as_str()),
                Wanted::Setting(name) => {
                    let right = spot.view.settings.get(name).filter(|right| !right.is_empty());
                    right.zip(found).is_some_and(|(right, found)| right.matches(found.as_bytes()))
                }
            }
        })
    }

    pub(super) fn settings(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter_map(|(_, wanted)| if let Wanted::Setting(name) = wanted { Some(name.as_str()) } else { None })
    }
}

impl Wanted {
    fn parse(text: &str) -> Self {
        match (text, text.strip_prefix("conf:")) {
            ("*", _) => Self::Present,
            ("-", _) => Self::Absent,
            (_, Some(name)) => Self::Setting(name.to_owned()),
            _ => Self::Text(text.to_owned()),
        }
    }
}

impl Spring {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with('/') {
            return Ok(Self::Json(text.to_owned()));
        }
        match text.split_once(':') {
            Some(("header", name)) => Header::parse(name).map(Self::Header),
            Some(("form", name)) if !name.is_empty() => Ok(Self::Form(name.to_owned())),
            Some(("query", name)) if !name.is_empty() => Ok(Self::Query(name.to_owned())),
            _ => Err(format!("`{text}` is no place: expected `/pointer`, `header:NAME`, `query:KEY` or `form:NAME`")),
        }
    }

    /// The single text that stands there.
    pub(super) fn find<'v>(&self, spot: &Spot<'v>) -> Option<Cow<'v, str>> {
        match self {
            Self::Header(header) => spot.view.header(header).map(Cow::Borrowed),
            Self::Json(pointer) => spot.root()?.pointer(pointer).and_then(scalar),
            Self::Form(name) => spot.view.field(name)?.map(Cow::Borrowed),
            Self::Query(name) => spot.view.query(name),
        }
    }

    fn is_there(&self, spot: &Spot<'_>) -> bool {
        match self {
            Self::Header(header) => spot.view.request.headers.contains_key(&header.name),
            Self::Json(pointer) => spot.root().is_some_and(|root| root.pointer(pointer).is_some()),
            place => place.find(spot).is_some(),
        }
    }
}
