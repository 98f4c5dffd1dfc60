//! Assembles the config: one TOML file, the user's providers and templates beside it, and each room's own
//! section read by that room. Checked whole before anything is bound; every mistake is told at once.

mod environment;
mod folder;
mod forums;
mod templates;
mod relaxed;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::bot;
use crate::codes;
use crate::courier;
use crate::courier::{Destination, Tags};
use crate::intake;
use crate::intake::Source;
use crate::rules::{Known, Rules};
use crate::store;
use crate::web;
use hookbell_config_file::{Code, Diagnostic, DiagnosticSeverity, Diagnostics};
use hookbell_config_file::{Document, Table};
use hookbell_model::locale::Locale;
use hookbell_model::secret::Webhook;
use hookbell_model::suggest::suggestion;
use hookbell_provider::{Provider, Providers};
use hookbell_template::render::{self, Templates, Theme};

pub use self::environment::Environment;
use self::environment::FillError;
pub use self::templates::TemplatesConfig;
pub use self::watch::{FileWatcher, WatchIntervals};

/// The example config, commented; printed by `hookbell example-config`, parsed by a test.
pub const EXAMPLE: &str = include_str!("../config.toml.example");

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
    /// By destination, also of one whose webhook cannot be read.
    pub locales: BTreeMap<String, Locale>,
    /// The same.
    pub tags: BTreeMap<String, Tags>,
    pub sources: Vec<Source>,
    /// Each source's name and its provider, with what the source says differently; also of one whose secret cannot be
    /// read.
    pub senders: Vec<(String, Provider)>,
    pub rules: Rules,
    pub templates: Templates,
    pub providers: Providers,
    pub log: Log,
}

/// How a config is read.
#[derive(Debug, Clone, Copy, Default)]
struct How<'a> {
    /// A folder to take instead of the one that the file names.
    templates: Option<&'a Path>,
    /// Whether all shipped messages are wanted, not only those of providers in use.
    all: bool,
}

/// The `[log]` section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// `format`: `json` rather than `text`, the default.
    pub json: bool,
    /// `level`: a `tracing` filter, e.g. `hookbell=debug`. Default `info`.
    pub filter: String,
}

impl Config {
    /// Loads and checks the file and all it names. The config is `None` when there is an error among the
    /// mistakes; warnings alone leave it usable.
    pub fn load(path: &Path, environment: &Environment<'_>) -> (Option<Self>, Diagnostics) {
        let (config, diagnostics) = Self::load_as_is(path, environment);
        (config.filter(|_| diagnostics.errors() == 0), diagnostics)
    }

    /// As [`Config::load`], but with what could be read of a config with mistakes, for a closer look at it.
    pub fn load_as_is(path: &Path, environment: &Environment<'_>) -> (Option<Self>, Diagnostics) {
        Self::load_with(path, environment, How::default())
    }

    fn load_with(path: &Path, environment: &Environment<'_>, how: How<'_>) -> (Option<Self>, Diagnostics) {
        let mut diagnostics = Diagnostics::default();
        let name = path.display().to_string();
        let base = path.parent().unwrap_or(Path::new(""));
        let text = read_file(path, &name, &mut diagnostics);
        let config = text.and_then(|text| Self::read_with(&name, &text, base, environment, how, &mut diagnostics));
        (config, diagnostics)
    }

    /// Where the events are kept, for commands that only look: the rest of the file, its secrets included, need
    /// not be right for that.
    ///
    /// # Errors
    /// The mistakes of the `[store]` section, or that the file cannot be read.
    pub fn load_store(path: &Path, environment: &Environment<'_>) -> Result<store::Config, Diagnostics> {
        let mut diagnostics = Diagnostics::default();
        let name = path.display().to_string();
        let Some(text) = read_file(path, &name, &mut diagnostics) else { return Err(diagnostics) };
        let base = path.parent().unwrap_or(Path::new(""));
        let mut document = Document::parse_guarded(&name, &text, &mut diagnostics);
        document.rewrite_strings(|text| environment.fill_in(text, base), FillError::code, &mut diagnostics);
        let mut table = document.root().table("store", &mut diagnostics);
        let store = store::Config::read(table.as_mut(), base, &mut diagnostics);
        finish(table, &mut diagnostics);
        diagnostics.0.retain(|diagnostic| {
            diagnostic.severity == DiagnosticSeverity::Error && diagnostic.location.key.starts_with("store")
        });
        if diagnostics.0.is_empty() { Ok(store) } else { Err(diagnostics) }
    }

    /// Reads a config from text; relative paths in it start at `base`.
    pub fn read(
        name: &str,
        text: &str,
        base: &Path,
        environment: &Environment<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        Self::read_with(name, text, base, environment, How::default(), diagnostics)
    }

    fn read_with(
        name: &str,
        text: &str,
        base: &Path,
        environment: &Environment<'_>,
        how: How<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let mut document = Document::parse_guarded(name, text, diagnostics);
        document.rewrite_strings(|text| environment.fill_in(text, base), FillError::code, diagnostics);
        let mut root = document.root();

        let providers = read_providers(&mut root, base, diagnostics);
        let own_templates = own_templates(&mut root, base, how.templates, diagnostics);
        let theme = root.table("theme", diagnostics).map(|table| Theme::read(table, diagnostics)).unwrap_or_default();

        let mut server = root.table("server", diagnostics);
        let intake = intake::Config::read(server.as_mut(), diagnostics);
        let web = web::Config::read(server.as_mut(), diagnostics);
        finish(server, diagnostics);

        let mut table = root.table("store", diagnostics);
        let store = store::Config::read(table.as_mut(), base, diagnostics);
        finish(table, diagnostics);

        let mut table = root.table("discord", diagnostics);
        let api_base = table.as_mut().and_then(|table| table.read("api_base", diagnostics, parse_api_base));
        let api_base = api_base.unwrap_or_else(|| "https://discord.com".to_owned());
        let courier = table.as_mut().map(|table| courier::Config::read(table, diagnostics)).unwrap_or_default();
        // Also where its token cannot be read.
        let has_bot = table.as_ref().is_some_and(|table| table.has("bot_token"));
        let bot = table.as_mut().and_then(|table| bot::Config::read(table, &api_base, diagnostics));
        finish(table, diagnostics);

        let mut used = providers_in_use(&root, diagnostics);
        used.extend(own_templates.iter().filter_map(provider_of));
        let render_config = render::Config { theme, bot: has_bot, only: (!how.all).then_some(used) };
        let templates =
            Templates::with_own(crate::embedded::template_files(), &own_templates, &render_config, diagnostics);

        let mut table = root.table("log", diagnostics);
        let log = Log::read(table.as_mut(), diagnostics);
        finish(table, diagnostics);

        let destinations = root.named_tables("destinations", diagnostics);
        let (locales, tags, destinations) = read_destinations(destinations, diagnostics);
        let sources = root.named_tables("sources", diagnostics);
        let senders =
            sources.iter().filter_map(|(name, table)| Some((name.clone(), sender(table, &providers)?))).collect();
        let source_names: Vec<String> = sources.iter().map(|(name, _)| name.clone()).collect();
        let sources: Vec<Source> = sources
            .into_iter()
            .filter_map(|(name, table)| Source::read(&name, table, &providers, &intake, diagnostics))
            .collect();

        let known = known(&source_names, &sources, locales.keys().cloned().collect(), &templates);
        let routes = root.tables("routes", diagnostics);
        let rules = Rules::read(routes, &known, diagnostics);
        warn_of_loose_ends(&root, &known, &rules, diagnostics);
        forums::warn_of_tags(&templates, &tags, diagnostics);
        warn_of_unknown_providers(&own_templates, &providers, diagnostics);
        root.finish(diagnostics);
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
            templates,
            providers,
            log,
        })
    }
}

impl Log {
    fn read(table: Option<&mut Table<'_>>, diagnostics: &mut Diagnostics) -> Self {
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

fn read_file(path: &Path, name: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    let read = std::fs::read_to_string(path);
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
    // What is wrong with a value is told where the table is read.
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

/// The provider that a source names, as the source has it. Mistakes are told by who reads the whole table.
fn sender(table: &Table<'_>, providers: &Providers) -> Option<Provider> {
    let (mut table, mut told) = (table.again(), Diagnostics::default());
    let wanted: String = table.get("provider", &mut told)?;
    providers.get(&wanted)?.with_overrides(&mut table, &mut told)
}

/// All names, also of destinations whose tables have mistakes: a route that names one is not wrong as well.
fn read_destinations(
    tables: Vec<(String, Table<'_>)>,
    diagnostics: &mut Diagnostics,
) -> (BTreeMap<String, Locale>, BTreeMap<String, Tags>, Vec<Destination>) {
    let (mut locales, mut all_tags) = (BTreeMap::new(), BTreeMap::new());
    let mut destinations = Vec::new();
    for (name, mut table) in tables {
        if !table.has("webhook_url") {
            diagnostics.add(table.missing("webhook_url"));
        }
        let locale = table.read("locale", diagnostics, Locale::parse).unwrap_or_default();
        let tags = table.table("tags", diagnostics).map(|table| Tags::read(&table, diagnostics)).unwrap_or_default();
        if let Some(webhook) = table.read("webhook_url", diagnostics, Webhook::parse) {
            destinations.push(Destination { name: name.clone(), webhook, locale, tags: tags.clone() });
        }
        locales.insert(name.clone(), locale);
        all_tags.insert(name, tags);
        table.finish(diagnostics);
    }
    (locales, all_tags, destinations)
}

fn known(names: &[String], sources: &[Source], destinations: Vec<String>, templates: &Templates) -> Known {
    let kinds =
        |name: &String| sources.iter().find(|source| source.name == *name).map(|source| source.provider.known_types());
    let sources =
        names.iter().map(|name| (name.clone(), kinds(name).unwrap_or_default().into_iter().collect())).collect();
    Known { sources, destinations, templates: templates.names() }
}

/// Template files of one's own for a provider that there is not.
fn warn_of_unknown_providers(files: &[Document], providers: &Providers, diagnostics: &mut Diagnostics) {
    for file in files {
        let mut root = file.root();
        let name = root.get::<String>("provider", &mut Diagnostics::default());
        if let Some(name) = name.filter(|name| providers.get(name).is_none()) {
            let what = format!("there is no provider `{name}`, so no event gets these messages");
            let help = suggestion(&name, providers.names());
            diagnostics.add(root.warning("provider", Code::UNKNOWN_REFERENCE, what).maybe_help(help));
        }
    }
}

/// Legal, but most likely not meant.
fn warn_of_loose_ends(root: &Table<'_>, known: &Known, rules: &Rules, diagnostics: &mut Diagnostics) {
    if known.sources.is_empty() {
        diagnostics.add(
            root.warning("sources", codes::NO_SOURCES, "there is no source, so nothing can come in")
                .help("add a `[sources.NAME]` table"),
        );
    }
    // While a route has a mistake, what it would have taken is not known.
    if diagnostics.errors() > 0 {
        return;
    }
    for (name, _) in known.sources.iter().filter(|(name, _)| !rules.takes_source(name)) {
        diagnostics.add(root.warning(
            "sources",
            codes::UNROUTED_SOURCE,
            format!("no route takes events of source `{name}`: they are kept as unrouted"),
        ));
    }
    for name in known.destinations.iter().filter(|name| !rules.destinations().any(|used| used == *name)) {
        diagnostics.add(root.warning(
            "destinations",
            codes::UNUSED_DESTINATION,
            format!("no route leads to destination `{name}`"),
        ));
    }
}

fn parse_api_base(text: &str) -> Result<String, String> {
    let wrong =
        || "expected `https://discord.com` or the address of a stand-in, such as `http://127.0.0.1:9000`".to_owned();
    let url = url::Url::parse(text.trim()).map_err(|_| wrong())?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.query().is_none();
    if plain { Ok(url.as_str().trim_end_matches('/').to_owned()) } else { Err(wrong()) }
}

fn finish(table: Option<Table<'_>>, diagnostics: &mut Diagnostics) {
    if let Some(table) = table {
        table.finish(diagnostics);
    }
}

#[cfg(test)]
mod tests;
