//! Assembles the config from the file, the user's providers and templates, and each module's own section, read by that
//! module.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::environment::{Environment, FillError};
use super::key_homes::key_homes;
use super::log::Log;
use super::{destinations, environment, folder, forums, listeners, loose_ends, open_sources, placeholders, read_file};
use crate::bot;
use crate::codes;
use crate::compose::Tags;
use crate::courier;
use crate::courier::{Destination, FallbackTarget};
use crate::discord::oauth::OAuthApplication;
use crate::intake;
use crate::intake::Source;
use crate::rules::{KeyedTemplate, Known, KnownSource, People, RouteExample, Rules};
use crate::scheduler::alerts;
use crate::store;
use crate::web;
use hookbell_config_file::{Code, Diagnostic, DiagnosticSeverity, Diagnostics, Document, Table};
use hookbell_model::base_url::parse_base_url;
use hookbell_model::locale::Locale;
use hookbell_model::own_event::OWN;
use hookbell_model::thread_mode::ThreadMode;
use hookbell_provider::{Provider, Providers};
use hookbell_template::render::{self, Templates, Theme};

/// Everything `serve` needs, checked.
#[derive(Debug)]
pub struct Config {
    pub intake: intake::Config,
    pub web: web::Config,
    pub store: store::Config,
    pub courier: courier::Config,
    /// None = no bot.
    pub bot: Option<bot::Config>,
    /// Scheme and host of Discord or a stand-in; no path, no slash at the end.
    pub api_base: String,
    pub destinations: Vec<Destination>,
    /// By destination, including those whose webhook URL cannot be read.
    pub locales: BTreeMap<String, Locale>,
    /// By destination, including those whose webhook URL cannot be read.
    pub tags: BTreeMap<String, Tags>,
    pub sources: Vec<Source>,
    /// Each source's name and its provider, with what the source overrides; including those whose secret cannot be
    /// read.
    pub senders: Vec<(String, Provider)>,
    pub rules: Rules,
    pub route_examples: Vec<RouteExample>,
    pub templates: Templates,
    pub providers: Providers,
    pub log: Log,
    /// None = nobody is told of hookbell's own troubles.
    pub alerts: Option<alerts::Config>,
}

/// The provider whose signatures notes by HTTP have.
const STANDARD_WEBHOOKS: &str = "standard-webhooks";

/// How a config is read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ReadOptions<'a> {
    /// A folder to take instead of the one that the file names.
    pub(super) templates: Option<&'a Path>,
    /// Whether all shipped messages are wanted, not only those of providers in use.
    pub(super) all: bool,
    /// Whether a file without any key is a mistake: it was emptied, or is not written yet.
    pub(super) not_empty: bool,
}

impl Config {
    /// Loads and checks the file and all it names. The config is `None` when there is an error among the
    /// mistakes; warnings alone leave it usable.
    pub fn load(path: &Path, environment: &Environment<'_>) -> (Option<Self>, Diagnostics) {
        let (config, diagnostics) = Self::load_as_is(path, environment);
        (config.filter(|_| diagnostics.errors() == 0), diagnostics)
    }

    /// As [`Config::load`], but with what could be read of a config with mistakes, for further checks.
    pub fn load_as_is(path: &Path, environment: &Environment<'_>) -> (Option<Self>, Diagnostics) {
        Self::load_with(path, environment, ReadOptions { not_empty: true, ..ReadOptions::default() })
    }

    pub(super) fn load_with(
        path: &Path,
        environment: &Environment<'_>,
        options: ReadOptions<'_>,
    ) -> (Option<Self>, Diagnostics) {
        let mut diagnostics = Diagnostics::default();
        let name = path.display().to_string();
        let base = path.parent().unwrap_or(Path::new(""));
        let text = read_file(path, &name, &mut diagnostics);
        let config = text.and_then(|text| Self::read_with(&name, &text, base, environment, options, &mut diagnostics));
        leave_out_shipped(&mut diagnostics);
        (config, diagnostics)
    }

    /// Where the events are kept, for commands that only read: the rest of the file, its secrets included, need
    /// not be right for that.
    ///
    /// # Errors
    /// The mistakes of the `[store]` section, or that the file cannot be read.
    pub fn load_store(path: &Path, environment: &Environment<'_>) -> Result<store::Config, Diagnostics> {
        let base = path.parent().unwrap_or(Path::new(""));
        let read = |table: Option<&mut Table<'_>>, diagnostics: &mut Diagnostics| {
            store::Config::read(table, base, diagnostics)
        };
        Self::load_section(path, environment, "store", &[], read)
    }

    /// Where the admin listener is and its token, for commands that ask the running server.
    ///
    /// # Errors
    /// The mistakes about them, or that the file cannot be read.
    pub fn load_web(path: &Path, environment: &Environment<'_>) -> Result<web::Config, Diagnostics> {
        Self::load_section(path, environment, "server", &["admin_listen", "admin_token"], web::Config::read)
    }

    /// One section alone; of its keys those of `only`, where any are named.
    fn load_section<T>(
        path: &Path,
        environment: &Environment<'_>,
        section: &'static str,
        only: &[&str],
        read: impl FnOnce(Option<&mut Table<'_>>, &mut Diagnostics) -> T,
    ) -> Result<T, Diagnostics> {
        let mut diagnostics = Diagnostics::default();
        let name = path.display().to_string();
        let Some(text) = read_file(path, &name, &mut diagnostics) else { return Err(diagnostics) };
        let base = path.parent().unwrap_or(Path::new(""));
        let mut document = Document::parse_guarded(&name, &text, &mut diagnostics).with_homes(key_homes());
        document.rewrite_strings(|text| environment.fill_in(text, base), FillError::code, &mut diagnostics);
        environment::add_help(&mut diagnostics);
        let mut table = document.root().table(section, &mut diagnostics);
        let read = read(table.as_mut(), &mut diagnostics);
        if only.is_empty() {
            finish(table, &mut diagnostics);
        }
        diagnostics.0.retain(|diagnostic| {
            let key = diagnostic.location.key.strip_prefix(section);
            let counts = |key: &str| only.is_empty() || only.contains(&key.trim_start_matches('.'));
            diagnostic.severity == DiagnosticSeverity::Error && key.is_some_and(counts)
        });
        if diagnostics.0.is_empty() { Ok(read) } else { Err(diagnostics) }
    }

    /// Reads a config from text; relative paths in it start at `base`.
    pub fn read(
        name: &str,
        text: &str,
        base: &Path,
        environment: &Environment<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        Self::read_with(name, text, base, environment, ReadOptions::default(), diagnostics)
    }

    pub(super) fn read_with(
        name: &str,
        text: &str,
        base: &Path,
        environment: &Environment<'_>,
        options: ReadOptions<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let mut document = Document::parse_guarded(name, text, diagnostics).with_homes(key_homes());
        document.rewrite_strings(|text| environment.fill_in(text, base), FillError::code, diagnostics);
        environment::add_help(diagnostics);
        if options.not_empty {
            environment.report(diagnostics);
        }
        let placeholders = placeholders::check(&document.root(), diagnostics);
        document.add_reported(placeholders);
        let mut root = document.root();
        if options.not_empty && root.all().is_empty() && diagnostics.errors() == 0 {
            let empty = Diagnostic::file_error(name, codes::EMPTY_CONFIG, "the config is empty");
            diagnostics.add(empty.help("`hookbell example-config > config.toml` writes one to start from"));
        }

        let providers = read_providers(&mut root, base, diagnostics);
        let own_templates = own_templates(&mut root, base, options.templates, diagnostics);
        let theme = root.table("theme", diagnostics).map(|table| Theme::read(table, diagnostics)).unwrap_or_default();

        let mut server = root.table("server", diagnostics);
        let intake = intake::Config::read(server.as_mut(), diagnostics);
        let web = web::Config::read(server.as_mut(), diagnostics);
        listeners::check(server.as_ref(), intake.listen, web.listen, diagnostics);
        finish(server, diagnostics);

        let mut table = root.table("store", diagnostics);
        let store = store::Config::read(table.as_mut(), base, diagnostics);
        finish(table, diagnostics);

        let mut table = root.table("discord", diagnostics);
        let api_base = table.as_mut().and_then(|table| table.read("api_base", diagnostics, parse_api_base));
        let api_base = api_base.unwrap_or_else(|| "https://discord.com".to_owned());
        let courier = table.as_mut().map(|table| courier::Config::read(table, diagnostics)).unwrap_or_default();
        // Used by `hookbell connect` alone; checked with the rest.
        table.as_mut().map(|table| OAuthApplication::read(table, diagnostics));
        // Its token may be unreadable all the same.
        let has_bot = table.as_ref().is_some_and(|table| table.has("bot_token"));
        let mut bot_table = root.table("bot", diagnostics);
        let bot = bot::Config::read(table.as_mut(), bot_table.as_mut(), &api_base, diagnostics);
        finish(table, diagnostics);
        finish(bot_table, diagnostics);

        let mut used = providers_in_use(&root, diagnostics);
        used.extend(own_templates.iter().filter_map(provider_of));
        // No source has it: hookbell's own events.
        used.insert(OWN.to_owned());
        let decimals =
            if options.all { providers.decimals(providers.names()) } else { providers.decimals(used.iter()) };
        let render_config = render::Config { theme, bot: has_bot, only: (!options.all).then_some(used), decimals };
        let templates =
            Templates::with_own(crate::embedded::template_files(), &own_templates, &render_config, diagnostics);

        let mut table = root.table("log", diagnostics);
        let log = Log::read(table.as_mut(), diagnostics);
        finish(table, diagnostics);

        let destinations = root.named_tables("destinations", diagnostics);
        let standard = providers.get(STANDARD_WEBHOOKS);
        let (locales, tags, destinations) = destinations::read(destinations, standard, diagnostics);
        let names: Vec<String> = locales.keys().cloned().collect();
        let alerts = root.table("alerts", diagnostics);
        let alerts = alerts.map(|table| alerts::Config::read(table, &names, standard, diagnostics));
        let sources = root.named_tables("sources", diagnostics);
        for (_, table) in sources.iter().filter(|(_, table)| table.has("expect") && alerts.is_none()) {
            let what = "nobody is told when nothing comes: there is no `[alerts]`";
            let help = "`[alerts]` with `to = [\"DESTINATION\"]`";
            diagnostics.add(table.error("expect", Code::CONFLICTING_KEYS, what).help(help));
        }
        open_sources::check_bot(&sources, has_bot, diagnostics);
        let senders =
            sources.iter().filter_map(|(name, table)| Some((name.clone(), sender(table, &providers)?))).collect();
        let source_names: Vec<String> = sources.iter().map(|(name, _)| name.clone()).collect();
        let sources: Vec<Source> = sources
            .into_iter()
            .filter_map(|(name, table)| Source::read(&name, table, &providers, &intake, diagnostics))
            .collect();

        let people =
            root.table("people", diagnostics).map(|table| People::read(&table, diagnostics)).unwrap_or_default();
        let destination_names = locales.keys().cloned().collect();
        let per_key = destinations.iter().filter(|destination| destination.threads == ThreadMode::PerKey);
        let per_key = per_key.map(|destination| destination.name.clone()).collect();
        let known = Known { people, has_bot, per_key, ..known(&source_names, &sources, destination_names, &templates) };
        let routes = root.tables("routes", diagnostics);
        let open = open_sources::open_sources(&sources, &templates);
        let rules = Rules::read(routes, &known, diagnostics).with_open_sources(open);
        let route_examples = RouteExample::read_all(root.tables("example", diagnostics), &known, diagnostics);
        loose_ends::warn_of_unused(&root, &known, &rules, &told(&destinations, alerts.as_ref()), diagnostics);
        forums::warn_of_tags(&templates, &tags, diagnostics);
        loose_ends::warn_of_unknown_providers(&own_templates, &providers, diagnostics);
        root.finish(diagnostics);
        diagnostics.without_consequences();
        diagnostics.sort();
        Some(Self {
            intake,
            web,
            store,
            courier,
            bot,
            api_base,
            destinations,
            locales,
            tags,
            sources,
            senders,
            rules,
            route_examples,
            templates,
            providers,
            log,
            alerts,
        })
    }
}

pub(super) fn read_file(path: &Path, name: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    let read = read_file::read_any_text(path);
    let mut report = |error: &std::io::Error| {
        let help = "`hookbell example-config > config.toml` writes one to start from; `--config` names another";
        let unreadable = Diagnostic::file_error(name, Code::UNREADABLE_FILE, format!("cannot be read: {error}"));
        diagnostics.add(unreadable.help(help));
    };
    read.inspect_err(|error| report(error)).ok()
}

fn read_providers(root: &mut Table<'_>, base: &Path, diagnostics: &mut Diagnostics) -> Providers {
    let mut providers = crate::embedded::providers();
    for document in folder::documents(root, "providers", base, diagnostics) {
        let name = Path::new(document.name()).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if name == OWN {
            let what = format!("`{OWN}` is the provider of hookbell's own events");
            diagnostics.add(document.root().error("", Code::INVALID_VALUE, what).help("give the file another name"));
            continue;
        }
        providers.add(&name, &document, diagnostics);
    }
    providers
}

/// The providers of the sources, and those whose messages routes name.
fn providers_in_use(root: &Table<'_>, diagnostics: &mut Diagnostics) -> BTreeSet<String> {
    let mut root = root.again();
    let sources = root.named_tables("sources", diagnostics);
    let routes = root.tables("routes", diagnostics);
    let tables = sources.into_iter().map(|(_, table)| (table, "provider"));
    let tables = tables.chain(routes.into_iter().map(|table| (table, "template")));
    // Mistakes in the value are reported where the table is read.
    let named = tables.filter_map(|(mut table, key)| table.get::<String>(key, &mut Diagnostics::default()));
    named.map(|name| name.split('.').next().unwrap_or_default().to_owned()).collect()
}

/// The provider that a file of templates is for.
fn provider_of(file: &Document) -> Option<String> {
    file.root().get("provider", &mut Diagnostics::default())
}

fn own_templates(
    root: &mut Table<'_>,
    base: &Path,
    instead: Option<&Path>,
    diagnostics: &mut Diagnostics,
) -> Vec<Document> {
    let Some(folder) = instead else { return folder::documents(root, "templates", base, diagnostics) };
    root.tick(&["templates"]);
    folder::documents_of(folder, diagnostics)
}

/// The provider that a source names, as the source has it. Mistakes are reported where the whole table is read.
fn sender(table: &Table<'_>, providers: &Providers) -> Option<Provider> {
    let (mut table, mut reported) = (table.again(), Diagnostics::default());
    let wanted: String = table.get("provider", &mut reported)?;
    providers.get(&wanted)?.with_overrides(&mut table, &mut reported)
}

/// The names that routes may use.
fn known(names: &[String], sources: &[Source], destinations: Vec<String>, templates: &Templates) -> Known {
    let known = |name: &String| match sources.iter().find(|source| source.name == *name) {
        Some(source) => KnownSource {
            name: name.clone(),
            provider: source.provider.name.clone(),
            event_types: source.provider.known_types().into_iter().collect(),
            routine: source.provider.routine().clone(),
        },
        None => KnownSource { name: name.clone(), ..KnownSource::default() },
    };
    let sources = names.iter().map(known).collect();
    let keyed = templates.list().into_iter().filter(|template| template.has_key);
    let keyed = keyed.map(|template| KeyedTemplate { name: template.name, provider: template.provider }).collect();
    Known { sources, destinations, templates: templates.names(), keyed, ..Known::default() }
}

/// The destinations that get hookbell's own notes: fallbacks, and those of `[alerts]`.
fn told(destinations: &[Destination], alerts: Option<&alerts::Config>) -> Vec<String> {
    let fallback = |destination: &Destination| match &destination.fallback.as_ref()?.to {
        FallbackTarget::Destination(name) => Some(name.clone()),
        FallbackTarget::Http(_) => None,
    };
    let mut told: Vec<String> = destinations.iter().filter_map(fallback).collect();
    told.extend(alerts.into_iter().flat_map(|alerts| alerts.to.clone()));
    told
}

/// The text is no base of Discord's API.
#[derive(Debug, thiserror::Error)]
#[error("expected `https://discord.com` or the address of a stand-in, such as `http://127.0.0.1:9000`")]
pub(super) struct ParseApiBaseError;

pub(super) fn parse_api_base(text: &str) -> Result<String, ParseApiBaseError> {
    parse_base_url(text).map(|url| url.as_str().trim_end_matches('/').to_owned()).ok_or(ParseApiBaseError)
}

/// Takes away the warnings about shipped templates: their reader can do nothing about them. An error there is a bug, and stays.
pub(crate) fn leave_out_shipped(diagnostics: &mut Diagnostics) {
    let concerns_user = |one: &Diagnostic| {
        one.severity == DiagnosticSeverity::Error || !crate::embedded::is_shipped(&one.location.file)
    };
    diagnostics.0.retain(concerns_user);
}

fn finish(table: Option<Table<'_>>, diagnostics: &mut Diagnostics) {
    if let Some(table) = table {
        table.finish(diagnostics);
    }
}
