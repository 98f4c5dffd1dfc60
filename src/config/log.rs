//! The `[log]` section.

use hookbell_config_file::{Diagnostics, Table};

/// The `[log]` section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// `format`: `json` rather than `text`, the default.
    pub json: bool,
    /// `level`: a `tracing` filter, e.g. `hookbell=debug`. Default `info`.
    pub filter: String,
}

impl Log {
    pub(super) fn read(table: Option<&mut Table<'_>>, diagnostics: &mut Diagnostics) -> Self {
        let mut log = Self { json: false, filter: "info".to_owned() };
        let Some(table) = table else { return log };
        let json = |text: &str| match text {
            "text" => Ok(false),
            "json" => Ok(true),
            _ => Err("expected `text` or `json`".to_owned()),
        };
        log.json = table.read("format", diagnostics, json).unwrap_or_default();
        let filter = |text: &str| {
            let checked = text.parse::<tracing_subscriber::filter::Targets>();
            checked
                .map(|_| text.to_owned())
                .map_err(|_| "expected a level such as `info` or `debug`, or `target=level,…`".to_owned())
        };
        if let Some(level) = table.read("level", diagnostics, filter) {
            log.filter = level;
        }
        log
    }
}
