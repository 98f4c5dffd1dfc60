//! Compiles the messages of all files into templates. Every mistake is reported at its location; valid messages are
//! kept.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::compile;
use super::compile_text::TextCompiler;
use super::extends::{ExtendsResolver, ResolvedMessage};
use super::loaded_files::{LoadedFile, LoadedFiles, LoadedMessage};
use super::localized_texts::LocalizedTexts;
use super::raw_template::RawTemplate;
use super::summary::Outline;
use super::template::{LocalizedTemplate, MessageTemplate, Template};
use super::theme::Theme;
use super::vars::{VarSources, Vars};
use crate::codes;
use crate::expression::{Condition, HISTORY, Texts};
use hookbell_config_file::{Code, Diagnostics};
use hookbell_model::event::Globs;
use hookbell_model::suggest::suggestion;

/// What the messages of the same files share, compiled.
struct SharedParts<'d> {
    vars: Arc<Vars>,
    theme: Arc<Theme>,
    localized: LocalizedTexts<'d>,
}

/// The messages of all files, compiled.
pub(super) struct Compiled {
    pub(super) texts: Texts,
    pub(super) templates: Vec<Template>,
    /// The `[defaults]` of each file that has some: what the generic card takes of them.
    pub(super) defaults: Vec<Template>,
}

/// Compiles every message. Those with a mistake, or that extend one with a mistake, are left out.
pub(super) fn compile_all(loaded: &LoadedFiles<'_>, theme: &Theme, diagnostics: &mut Diagnostics) -> Compiled {
    let resolved = ExtendsResolver::new(loaded).all(diagnostics);
    let all_defaults: Vec<(LoadedMessage<'_>, ResolvedMessage<'_>)> = defaults(loaded);
    let mut texts = Texts::default();
    let mut shared: HashMap<&[usize], SharedParts<'_>> = HashMap::new();
    let mut built = Vec::with_capacity(loaded.messages.len());
    for (message, resolved) in loaded.messages.iter().zip(&resolved) {
        let Some(resolved) = resolved else {
            built.push(None);
            continue;
        };
        let shared =
            shared.entry(&resolved.files).or_insert_with(|| share(loaded, &resolved.files, theme, diagnostics));
        built.push(template(loaded, message, resolved, shared, &mut texts, diagnostics));
    }
    let mut defaults = Vec::new();
    for (message, resolved) in &all_defaults {
        // Their mistakes are reported with the messages that they are part of.
        let mut reported = Diagnostics::default();
        let shared =
            shared.entry(&resolved.files).or_insert_with(|| share(loaded, &resolved.files, theme, &mut reported));
        defaults.extend(template(loaded, message, resolved, shared, &mut texts, &mut reported));
    }
    check_unused_vars(loaded, diagnostics);
    Compiled { texts, templates: compact(built), defaults }
}

/// The `[defaults]` of the files, each as if it was a message.
fn defaults<'d>(loaded: &LoadedFiles<'d>) -> Vec<(LoadedMessage<'d>, ResolvedMessage<'d>)> {
    let files = loaded.files.iter().enumerate();
    let message = |(at, file): (usize, &LoadedFile<'d>)| {
        let (raw, provider) = (file.defaults.clone()?, file.provider.as_ref()?);
        let resolved = ResolvedMessage { raw: raw.clone(), files: vec![at], base: None };
        Some((LoadedMessage { file: at, name: Some(provider.clone()), raw }, resolved))
    };
    files.filter_map(message).collect()
}

fn share<'d>(
    loaded: &LoadedFiles<'d>,
    files: &[usize],
    theme: &Theme,
    diagnostics: &mut Diagnostics,
) -> SharedParts<'d> {
    let mut vars = VarSources::default();
    let (mut localized, mut merged) = (LocalizedTexts::default(), theme.clone());
    for file in files.iter().filter_map(|file| loaded.files.get(*file)) {
        vars = file.vars.over(&vars);
        localized = file.localized.over(&localized);
        merged = file.theme.over(&merged);
    }
    SharedParts { vars: Arc::new(vars.compile(diagnostics)), theme: Arc::new(merged), localized }
}

/// Vars of a file without messages would not be checked otherwise.
fn check_unused_vars(loaded: &LoadedFiles<'_>, diagnostics: &mut Diagnostics) {
    for (at, file) in loaded.files.iter().enumerate() {
        if !loaded.messages.iter().any(|message| message.file == at) {
            file.vars.compile(diagnostics);
        }
    }
}

fn template<'d>(
    loaded: &LoadedFiles<'d>,
    message: &LoadedMessage<'d>,
    resolved: &ResolvedMessage<'d>,
    shared: &SharedParts<'d>,
    texts: &mut Texts,
    diagnostics: &mut Diagnostics,
) -> Option<Template> {
    let before = diagnostics.errors();
    let raw = &resolved.raw;
    let mut names: Vec<&str> = shared.vars.names().collect();
    if !shared.localized.is_empty() {
        names.push("text");
    }
    names.push(HISTORY);
    let remember = remember(raw, &shared.vars, diagnostics);
    let on: Vec<String> = raw.get("on", diagnostics).unwrap_or_default();
    if raw.has("on") && on.is_empty() {
        diagnostics.add(raw.error("on", Code::INVALID_VALUE, "names no event type; leave it out for all of them"));
    }
    let when = raw.get::<String>("when", diagnostics).and_then(|text| {
        let parsed = Condition::parse_with(&text, &names);
        parsed
            .map_err(|error| {
                let place = raw.span("when").within(&error.span);
                diagnostics.add(place.error(codes::TEMPLATE_SYNTAX, error.to_string()).maybe_help(error.help()));
            })
            .ok()
    });
    let mut used = HashSet::new();
    let mut message_in = |language: &str| -> MessageTemplate {
        let (names, used) = (names.clone(), &mut used);
        let words = &shared.localized;
        compile::message(&mut TextCompiler { texts, names, used, words, language, diagnostics }, raw)
    };
    let in_languages: Vec<LocalizedTemplate> = if shared.localized.is_empty() {
        vec![LocalizedTemplate { language: String::new(), texts: None, message: message_in("") }]
    } else {
        let in_language = |language: &str| LocalizedTemplate {
            language: language.to_owned(),
            texts: Some(shared.localized.value(language)),
            message: message_in(language),
        };
        shared.localized.languages().map(in_language).collect()
    };
    let provider = loaded.files.get(message.file)?.provider.clone()?;
    let name = message.name.clone()?;
    (diagnostics.errors() == before).then(|| Template {
        name,
        provider,
        own: loaded.is_own(message.file),
        on: Globs::new(on),
        when_needs: shared.vars.needed(&when.iter().flat_map(Condition::names).collect()),
        when,
        needs: {
            used.extend(shared.vars.named(&remember).map(str::to_owned));
            shared.vars.needed(&used)
        },
        key_needs: {
            let names = in_languages.iter().flat_map(|localized| &localized.message.live.key_names);
            shared.vars.needed(&names.cloned().collect())
        },
        remember,
        vars: Arc::clone(&shared.vars),
        theme: Arc::clone(&shared.theme),
        localized: in_languages,
        base: resolved.base,
        location: message.raw.span.location(),
        outline: Outline::of(raw),
    })
}

/// The places of the vars that `remember` names.
fn remember(raw: &RawTemplate<'_>, vars: &Vars, diagnostics: &mut Diagnostics) -> Vec<usize> {
    let names: Vec<String> = raw.get("remember", diagnostics).unwrap_or_default();
    let mut places = Vec::new();
    for name in names {
        match vars.position(&name) {
            Some(place) => places.push(place),
            None => diagnostics.add(
                raw.error("remember", Code::UNKNOWN_REFERENCE, format!("there is no var `{name}`"))
                    .maybe_help(suggestion(&name, vars.names())),
            ),
        }
    }
    places
}

/// Leaves out what could not be built and what is built on it; bases are found by their new places.
fn compact(built: Vec<Option<Template>>) -> Vec<Template> {
    let mut is_kept: Vec<bool> = built.iter().map(Option::is_some).collect();
    // A chain is at most as long as the list; most are one long.
    loop {
        let orphans: Vec<usize> = built
            .iter()
            .enumerate()
            .filter(|(at, template)| {
                let base = template.as_ref().and_then(|template| template.base);
                is_kept.get(*at) == Some(&true) && base.is_some_and(|base| is_kept.get(base) != Some(&true))
            })
            .map(|(at, _)| at)
            .collect();
        if orphans.is_empty() {
            break;
        }
        for at in orphans {
            if let Some(is_kept) = is_kept.get_mut(at) {
                *is_kept = false;
            }
        }
    }
    let mut next = 0..;
    let places: Vec<Option<usize>> = is_kept.iter().map(|is_kept| is_kept.then(|| next.next()).flatten()).collect();
    let place = |at: usize| places.get(at).copied().flatten();
    let kept = built.into_iter().enumerate().filter(|(at, _)| place(*at).is_some());
    kept.filter_map(|(_, template)| template)
        .map(|template| Template { base: template.base.and_then(place), ..template })
        .collect()
}
