//! The `[store]` section.

use std::path::Path;
use std::time::Duration;

use super::url::StoreUrl;
use hookbell_config_file::Table;
use hookbell_config_file::{Code, Diagnostics};

/// The default file, beside the config.
const DEFAULT_FILE: &str = "hookbell.db";

/// The `[store]` section, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// `url`: which database, default `sqlite:hookbell.db`.
    pub url: StoreUrl,
    /// `keep`: events older than this are removed; none = nothing is removed.
    pub keep: Option<Duration>,
}

impl Config {
    pub fn new(url: StoreUrl) -> Self {
        Self { url, keep: None }
    }

    /// Reads `url` and `keep`. A relative file is relative to `base`, the folder of the config.
    pub fn read(table: Option<&mut Table<'_>>, base: &Path, diagnostics: &mut Diagnostics) -> Self {
        let mut config = Self::new(StoreUrl::sqlite(base.join(DEFAULT_FILE)));
        let Some(table) = table else { return config };
        let parse = |text: &str| StoreUrl::parse(text, base).map_err(|error| error.to_string());
        if let Some(url) = table.read("url", diagnostics, parse) {
            config.url = url;
        }
        config.keep = table.get("keep", diagnostics);
        if config.keep.is_some_and(|keep| keep.is_zero()) {
            diagnostics.add(table.error("keep", Code::INVALID_VALUE, "expected at least some time, such as `90d`"));
        }
        config
    }
}
