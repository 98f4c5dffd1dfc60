//! The `[store]` section.

use std::path::Path;

use super::Config;
use hookbell_config_file::Diagnostics;
use hookbell_config_file::Table;

impl Config {
    /// Reads `url` and `keep`. A relative file stands beside the config.
    pub fn read(table: Option<&mut Table<'_>>, base: &Path, diagnostics: &mut Diagnostics) -> Self {
        let mut config = Self { path: base.join("hookbell.db"), keep: None };
        let Some(table) = table else { return config };
        let file = |text: &str| match text.strip_prefix("sqlite:").map(|path| path.trim_start_matches("//")) {
            Some(path) if !path.is_empty() => Ok(path.to_owned()),
            _ => Err("expected `sqlite:FILE`, such as `sqlite:hookbell.db`".to_owned()),
        };
        // `sqlite:///var/x.db` has an empty host and an absolute path; `sqlite:x.db` is relative.
        let absolute =
            |text: &str| text.strip_prefix("sqlite://").filter(|path| path.starts_with('/')).map(str::to_owned);
        if let Some(path) = table.read("url", diagnostics, |text| absolute(text).map_or_else(|| file(text), Ok)) {
            config.path = base.join(path);
        }
        config.keep = table.get("keep", diagnostics);
        if config.keep.is_some_and(|keep| keep.is_zero()) {
            table.error("keep", "expected at least some time, such as `90d`", None, diagnostics);
        }
        config
    }
}
