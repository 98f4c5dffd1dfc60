//! Reads template files, before anything of them is compiled.

use std::collections::HashMap;

use super::example::Example;
use super::localized_texts::LocalizedTexts;
use super::raw_template::{RawTemplate, TableKind};
use super::theme::Theme;
use super::vars::VarSources;
use hookbell_config_file::Diagnostics;
use hookbell_config_file::{Code, Document, SourceSpan};
use hookbell_model::suggest::suggestion;

/// All files as they were read, before anything is compiled.
#[derive(Default)]
pub(super) struct LoadedFiles<'d> {
    pub(super) files: Vec<LoadedFile<'d>>,
    pub(super) messages: Vec<LoadedMessage<'d>>,
    /// The messages of a name, own ones first.
    pub(super) by_name: HashMap<String, Vec<usize>>,
    examples: Vec<(Example, SourceSpan<'d>)>,
}

impl<'d> LoadedFiles<'d> {
    pub(super) fn read(&mut self, document: &'d Document, own: bool, diagnostics: &mut Diagnostics) {
        let mut root = document.root();
        let provider: Option<String> = root.require("provider", diagnostics);
        let vars = root.table("vars", diagnostics).map(|table| VarSources::read(&table, diagnostics));
        let localized = LocalizedTexts::read(&mut root, diagnostics);
        let theme = root.table("theme", diagnostics).map(|table| Theme::read(table, diagnostics));
        let defaults =
            root.table("defaults", diagnostics).map(|table| RawTemplate::read(TableKind::Defaults, table, diagnostics));
        let file = self.files.len();
        for table in root.tables("message", diagnostics) {
            let raw = RawTemplate::read(TableKind::Message, table, diagnostics);
            let name = self.name(&raw, provider.as_deref(), own, diagnostics);
            if let Some(name) = &name {
                self.by_name.entry(name.clone()).or_default().push(self.messages.len());
            }
            self.messages.push(LoadedMessage { file, name, raw });
        }
        for (at, table) in root.tables("example", diagnostics).into_iter().enumerate() {
            let provider = provider.as_deref().unwrap_or_default();
            self.examples.extend(Example::read(table, at + 1, provider, diagnostics));
        }
        root.finish(diagnostics);
        self.files.push(LoadedFile {
            provider,
            own,
            vars: vars.unwrap_or_default(),
            localized,
            theme: theme.unwrap_or_default(),
            defaults,
        });
    }

    /// The full name; twice in the user's own files is an error.
    fn name(
        &self,
        raw: &RawTemplate<'d>,
        provider: Option<&str>,
        own: bool,
        diagnostics: &mut Diagnostics,
    ) -> Option<String> {
        let Some(name) = raw.get::<String>("name", diagnostics) else {
            if !raw.has("name") {
                diagnostics.add(raw.span.missing("name"));
            }
            return None;
        };
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
            let what = "expected letters, digits, `_` and `-`; the provider is put before it";
            diagnostics.add(raw.error("name", Code::INVALID_VALUE, what));
            return None;
        }
        let full = format!("{}.{name}", provider?);
        let this = self.files.len();
        let same = |at: &&usize| {
            self.messages.get(**at).is_some_and(|message| message.file == this || self.is_own(message.file) == own)
        };
        if let Some(other) = self.by_name.get(&full).and_then(|known| known.iter().find(same)) {
            let file = self.messages.get(*other).map(|message| message.raw.span.location().file).unwrap_or_default();
            diagnostics.add(raw.error(
                "name",
                Code::DUPLICATE_NAME,
                format!("there is a message `{full}` already, in {file}"),
            ));
            return None;
        }
        Some(full)
    }

    pub(super) fn is_own(&self, file: usize) -> bool {
        self.files.get(file).is_some_and(|file| file.own)
    }

    /// The examples whose message exists.
    pub(super) fn examples(&mut self, diagnostics: &mut Diagnostics) -> Vec<Example> {
        let mut known = Vec::new();
        for (example, span) in std::mem::take(&mut self.examples) {
            match example.message.as_ref().filter(|name| !self.by_name.contains_key(*name)) {
                Some(name) => {
                    let mut names: Vec<&str> = self.by_name.keys().map(String::as_str).collect();
                    names.sort_unstable();
                    names.retain(|name| name.split('.').next() == Some(&example.provider));
                    diagnostics.add(
                        span.error(Code::UNKNOWN_REFERENCE, format!("there is no message `{name}`"))
                            .maybe_help(suggestion(name, names)),
                    );
                }
                None => known.push(example),
            }
        }
        known
    }
}

/// A file as it was read: what its messages share.
pub(super) struct LoadedFile<'d> {
    pub(super) provider: Option<String>,
    /// Whether it is the user's own.
    pub(super) own: bool,
    pub(super) vars: VarSources<'d>,
    pub(super) localized: LocalizedTexts<'d>,
    pub(super) theme: Theme,
    pub(super) defaults: Option<RawTemplate<'d>>,
}

/// A `[[message]]` as it was read.
pub(super) struct LoadedMessage<'d> {
    pub(super) file: usize,
    /// With the provider before it; none where it is an error.
    pub(super) name: Option<String>,
    pub(super) raw: RawTemplate<'d>,
}
