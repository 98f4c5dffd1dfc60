//! The `[store]` section.

use std::path::Path;

use super::keep::{Keep, KeepSpan};
use super::url::StoreUrl;
use hookbell_config_file::{Diagnostics, Table};
use hookbell_model::event::Topic;

/// The default file, beside the config.
const DEFAULT_FILE: &str = "hookbell.db";

/// The `[store]` section, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// `url`: which database, default `sqlite:hookbell.db`.
    pub url: StoreUrl,
    /// `keep`: events older than this are removed; `keep_topics`: other spans for some topics.
    pub keep: Keep,
}

impl Config {
    pub fn new(url: StoreUrl) -> Self {
        Self { url, keep: Keep::default() }
    }

    /// Reads `url`, `keep` and `keep_topics`. A relative file is relative to `base`, the folder of the config.
    pub fn read(table: Option<&mut Table<'_>>, base: &Path, diagnostics: &mut Diagnostics) -> Self {
        let mut config = Self::new(StoreUrl::sqlite(base.join(DEFAULT_FILE)));
        let Some(table) = table else { return config };
        let parse = |text: &str| StoreUrl::parse(text, base).map_err(|error| error.to_string());
        if let Some(url) = table.read("url", diagnostics, parse) {
            config.url = url;
        }
        config.keep.others = table.read("keep", diagnostics, KeepSpan::parse).unwrap_or_default();
        if let Some(mut topics) = table.table("keep_topics", diagnostics) {
            for topic in Topic::ALL {
                let span = topics.read(topic.as_str(), diagnostics, KeepSpan::parse);
                config.keep.topics.extend(span.map(|span| (*topic, span)));
            }
            topics.finish(diagnostics);
        }
        config
    }
}
