//! The `[store]` section.

use std::path::Path;
use std::time::Duration;

use super::keep::{Keep, KeepSpan};
use super::url::StoreUrl;
use hookbell_config_file::{Code, Diagnostics, Table};
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
        config.keep.others = span(table, "keep", diagnostics).unwrap_or_default();
        if let Some(mut topics) = table.table("keep_topics", diagnostics) {
            for topic in Topic::ALL {
                let span = span(&mut topics, topic.as_str(), diagnostics);
                config.keep.topics.extend(span.map(|span| (*topic, span)));
            }
            topics.finish(diagnostics);
        }
        config
    }
}

fn span(table: &mut Table<'_>, key: &'static str, diagnostics: &mut Diagnostics) -> Option<KeepSpan> {
    let span = table.get(key, diagnostics)?;
    if span == KeepSpan::For(Duration::ZERO) {
        diagnostics.add(table.error(key, Code::INVALID_VALUE, "expected at least some time, such as `90d`"));
    }
    Some(span)
}
