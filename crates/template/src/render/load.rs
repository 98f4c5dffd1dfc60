//! Reads template files into checked messages. Every mistake is told at its place; what is right is kept.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::compile::Compiler;
use super::example::Example;
use super::extends::{ExtendsResolver, ResolvedMessage};
use super::localized_texts::LocalizedTexts;
use super::raw_template::{Kind, RawTemplate};
use super::template::{LocalizedTemplate, MessageTemplate, Template};
use super::theme::Theme;
use super::vars::{VarSources, Vars};
use crate::codes;
use crate::expression::{Condition, Texts};
use hookbell_config_file::Diagnostics;
use hookbell_config_file::{Code, Document, SourceSpan};
use hookbell_model::event::Globs;
use hookbell_model::suggest::suggestion;

/// A file as it was read: what its messages share.
pub(super) struct File<'d> {
    pub(super) provider: Option<String>,
    /// Whether it is the user's own.
    own: bool,
    vars: VarSources<'d>,
    words: LocalizedTexts<'d>,
    theme: Theme,
    pub(super) defaults: Option<RawTemplate<'d>>,
}

/// A `[[message]]` as it was read.
pub(super) struct LoadedMessage<'d> {
    pub(super) file: usize,
    /// With the provider before it; none where it is a mistake.
    name: Option<String>,
    pub(super) raw: RawTemplate<'d>,
}

/// What the messages of the same files share, compiled.
struct Shared<'d> {
    vars: Arc<Vars>,
    theme: Arc<Theme>,
    words: LocalizedTexts<'d>,
}

/// Reads one file after the other, then compiles all messages together.
#[derive(Default)]
pub(super) struct Loader<'d> {
    pub(super) files: Vec<File<'d>>,
    pub(super) messages: Vec<LoadedMessage<'d>>,
    /// The messages of a name, own ones first.
    pub(super) by_name: HashMap<String, Vec<usize>>,
    examples: Vec<(Example, SourceSpan<'d>)>,
}

impl<'d> Loader<'d> {
    pub(super) fn read(&mut self, document: &'d Document, own: bool, diagnostics: &mut Diagnostics) {
        let mut root = document.root();
        let provider: Option<String> = root.require("provider", diagnostics);
        let vars = root.table("vars", diagnostics).map(|table| VarSources::read(&table, diagnostics));
        let words = LocalizedTexts::read(&mut root, diagnostics);
        let theme = root.table("theme", diagnostics).map(|table| Theme::read(table, diagnostics));
        let defaults =
            root.table("defaults", diagnostics).map(|table| RawTemplate::read(Kind::Defaults, table, diagnostics));
        let file = self.files.len();
        for table in root.tables("message", diagnostics) {
            let raw = RawTemplate::read(Kind::Message, table, diagnostics);
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
        self.files.push(File {
            provider,
            own,
            vars: vars.unwrap_or_default(),
            words,
            theme: theme.unwrap_or_default(),
            defaults,
        });
    }

    /// The full name; said twice by one's own files is a mistake.
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

    /// Compiles every message. Those with a mistake, or that extend one with a mistake, are left out.
    pub(super) fn finish(self, theme: &Theme, diagnostics: &mut Diagnostics) -> (Texts, Vec<Template>) {
        let resolved = ExtendsResolver::new(&self).all(diagnostics);
        let mut texts = Texts::default();
        let mut shared: HashMap<&[usize], Shared<'d>> = HashMap::new();
        let mut built = Vec::with_capacity(self.messages.len());
        for (message, resolved) in self.messages.iter().zip(&resolved) {
            let Some(resolved) = resolved else {
                built.push(None);
                continue;
            };
            let shared =
                shared.entry(&resolved.files).or_insert_with(|| self.share(&resolved.files, theme, diagnostics));
            built.push(self.template(message, resolved, shared, &mut texts, diagnostics));
        }
        self.check_idle_vars(diagnostics);
        (texts, compact(built))
    }

    fn share(&self, files: &[usize], theme: &Theme, diagnostics: &mut Diagnostics) -> Shared<'d> {
        let mut vars = VarSources::default();
        let (mut words, mut merged) = (LocalizedTexts::default(), theme.clone());
        for file in files.iter().filter_map(|file| self.files.get(*file)) {
            vars = file.vars.over(&vars);
            words = file.words.over(&words);
            merged = file.theme.over(&merged);
        }
        Shared { vars: Arc::new(vars.compile(diagnostics)), theme: Arc::new(merged), words }
    }

    /// Vars of a file without messages would be judged by nobody.
    fn check_idle_vars(&self, diagnostics: &mut Diagnostics) {
        for (at, file) in self.files.iter().enumerate() {
            if !self.messages.iter().any(|message| message.file == at) {
                file.vars.compile(diagnostics);
            }
        }
    }

    fn template(
        &self,
        message: &LoadedMessage<'d>,
        resolved: &ResolvedMessage<'d>,
        shared: &Shared<'d>,
        texts: &mut Texts,
        diagnostics: &mut Diagnostics,
    ) -> Option<Template> {
        let before = diagnostics.errors();
        let raw = &resolved.raw;
        let mut names: Vec<&str> = shared.vars.names().collect();
        if !shared.words.is_empty() {
            names.push("text");
        }
        let on: Vec<String> = raw.get("on", diagnostics).unwrap_or_default();
        if raw.has("on") && on.is_empty() {
            diagnostics.add(raw.error("on", Code::INVALID_VALUE, "names no event type; leave it out for all of them"));
        }
        let when = raw.get::<String>("when", diagnostics).and_then(|text| {
            let parsed = Condition::parse_with(&text, &names);
            parsed
                .map_err(|error| {
                    let place = raw.span("when").within(&error.span);
                    diagnostics.add(place.error(codes::TEMPLATE_SYNTAX, error.to_string()));
                })
                .ok()
        });
        let mut used = HashSet::new();
        let mut look_in = |language: &str| -> MessageTemplate {
            let (names, used) = (names.clone(), &mut used);
            Compiler { texts, names, used, words: &shared.words, language, diagnostics }.look(raw)
        };
        let looks: Vec<LocalizedTemplate> = if shared.words.is_empty() {
            vec![LocalizedTemplate { language: String::new(), words: None, look: look_in("") }]
        } else {
            let worded = |language: &str| LocalizedTemplate {
                language: language.to_owned(),
                words: Some(shared.words.value(language)),
                look: look_in(language),
            };
            shared.words.languages().map(worded).collect()
        };
        let provider = self.files.get(message.file)?.provider.clone()?;
        let name = message.name.clone()?;
        (diagnostics.errors() == before).then(|| Template {
            name,
            provider,
            own: self.is_own(message.file),
            on: Globs::new(on),
            when_needs: shared.vars.needed(&when.iter().flat_map(Condition::names).collect()),
            when,
            needs: shared.vars.needed(&used),
            vars: Arc::clone(&shared.vars),
            theme: Arc::clone(&shared.theme),
            looks,
            base: resolved.base,
            location: message.raw.span.location(),
        })
    }
}

/// Leaves out what could not be built and what is built on it; bases are found by their new places.
fn compact(built: Vec<Option<Template>>) -> Vec<Template> {
    let mut stands: Vec<bool> = built.iter().map(Option::is_some).collect();
    // A chain is at most as long as the list; most are one long.
    loop {
        let fallen: Vec<usize> = built
            .iter()
            .enumerate()
            .filter(|(at, template)| {
                let base = template.as_ref().and_then(|template| template.base);
                stands.get(*at) == Some(&true) && base.is_some_and(|base| stands.get(base) != Some(&true))
            })
            .map(|(at, _)| at)
            .collect();
        if fallen.is_empty() {
            break;
        }
        for at in fallen {
            if let Some(stands) = stands.get_mut(at) {
                *stands = false;
            }
        }
    }
    let mut next = 0..;
    let places: Vec<Option<usize>> = stands.iter().map(|stands| stands.then(|| next.next()).flatten()).collect();
    let place = |at: usize| places.get(at).copied().flatten();
    let standing = built.into_iter().enumerate().filter(|(at, _)| place(*at).is_some());
    standing
        .filter_map(|(_, template)| template)
        .map(|template| Template { base: template.base.and_then(place), ..template })
        .collect()
}
