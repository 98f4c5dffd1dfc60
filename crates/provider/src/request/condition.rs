//! Conditions on a request, for handshakes and for what is ignored: values that must be found in it.

use super::settings::Settings;
use super::value_source::ValueSource;
use super::view::ValueScope;
use hookbell_config_file::{Code, Diagnostics};
use hookbell_config_file::{Table, TomlKind};

/// All of them must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct FieldCondition(Vec<(ValueSource, ExpectedValue)>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum ExpectedValue {
    Present,
    Absent,
    Text(String),
    Containing(String),
    /// A value of the source's own table `conf`.
    Setting(String),
}

impl FieldCondition {
    /// Reads a table of places and values; the key `method` is left to the caller.
    pub(crate) fn read(table: &Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let mut all = Vec::new();
        for entry in table.all().iter().filter(|entry| entry.key != "method") {
            let source = ValueSource::parse(&entry.key).map_err(|error| error.to_string());
            let expected = match &entry.node.value {
                TomlKind::String(text) => Ok(ExpectedValue::parse(text)),
                TomlKind::Integer(number) => Ok(ExpectedValue::Text(number.to_string())),
                TomlKind::Boolean(flag) => Ok(ExpectedValue::Text(flag.to_string())),
                other => {
                    Err(format!("expected a text, a number, `*` (present) or `-` (absent), found {}", other.kind()))
                }
            };
            match source.and_then(|source| Ok((source, expected?))) {
                Ok(test) => all.push(test),
                Err(what) => diagnostics.add(table.error(&entry.key, Code::INVALID_VALUE, what)),
            }
        }
        Self(all)
    }

    /// Whether it holds for every request.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn holds(&self, scope: &ValueScope<'_>) -> bool {
        self.0.iter().all(|(source, expected)| match expected {
            ExpectedValue::Present => source.is_present(scope),
            ExpectedValue::Absent => !source.is_present(scope),
            ExpectedValue::Text(text) => source.find(scope).is_some_and(|found| found == text.as_str()),
            ExpectedValue::Containing(part) => source.find(scope).is_some_and(|found| found.contains(part.as_str())),
            ExpectedValue::Setting(name) => {
                let setting = scope.view.settings.get(name).filter(|setting| !setting.is_empty());
                setting.zip(source.find(scope)).is_some_and(|(setting, found)| setting.matches(found.as_bytes()))
            }
        })
    }

    /// The pointers that it compares, and the texts that must be there: for samples. The texts of settings alone, or all.
    pub(crate) fn expected(&self, settings: &Settings, all: bool) -> Vec<(&str, String)> {
        let mut found = Vec::new();
        for (source, expected) in &self.0 {
            let text = match expected {
                ExpectedValue::Text(text) if all => Some(text.clone()),
                ExpectedValue::Setting(name) => settings.get(name).map(|setting| setting.expose().to_owned()),
                _ => None,
            };
            if let (ValueSource::Json(pointer), Some(text)) = (source, text) {
                found.push((pointer.as_str(), text));
            }
        }
        found
    }

    /// The names of the settings that it compares with.
    pub(crate) fn settings(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|(_, expected)| match expected {
            ExpectedValue::Setting(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// For people.
    pub(crate) fn describe(&self) -> String {
        let one = |(source, expected): &(ValueSource, ExpectedValue)| {
            let source = source.describe();
            match expected {
                ExpectedValue::Present => source,
                ExpectedValue::Absent => format!("no {source}"),
                ExpectedValue::Text(text) => format!("{source} = `{text}`"),
                ExpectedValue::Containing(part) => format!("{source} with `{part}` in it"),
                ExpectedValue::Setting(name) => format!("{source} = `conf.{name}`"),
            }
        };
        self.0.iter().map(one).collect::<Vec<_>>().join(" and ")
    }
}

impl ExpectedValue {
    fn parse(text: &str) -> Self {
        match (text, text.strip_prefix("conf:"), text.strip_prefix("contains:")) {
            ("*", _, _) => Self::Present,
            ("-", _, _) => Self::Absent,
            (_, Some(name), _) => Self::Setting(name.to_owned()),
            (_, _, Some(part)) => Self::Containing(part.to_owned()),
            _ => Self::Text(text.to_owned()),
        }
    }
}
