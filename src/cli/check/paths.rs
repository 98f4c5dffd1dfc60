//! Warns of paths in the user's templates and routes that resolve in no known event while a similar path does: a
//! `when`, an `if` or a `default` hides such a typo at run time. And of comparisons of a number with a
//! path whose value is a text in every known event, or the other way round.

use std::path::Path as FilePath;

use minijinja::Value as Data;

use super::corpus::Corpus;
use super::files::Files;
use crate::codes;
use crate::config::Config;
use hookbell_config_file::{Diagnostic, Diagnostics};
use hookbell_config_file::{Document, FromToml, SourceSpan, Table, TomlEntry, TomlKind, TomlValue};
use hookbell_template::expression::{
    Expression, Known, PathLookup, Scope, ValuePath, compared_paths, expression_paths, paths,
};

/// Keys whose text is an expression as a whole.
const EXPRESSIONS: [&str; 6] = ["when", "if", "each", "notify", "closed", "archived"];
/// Most events that one message is checked against, and most items of a list.
const EVENTS: usize = 40;
const ITEMS: usize = 10;

pub(super) fn check(
    config: &Config,
    path: &FilePath,
    corpus: &Corpus,
    files: &mut Files,
    diagnostics: &mut Diagnostics,
) {
    let mut found = Diagnostics::default();
    let own: Vec<_> = config.templates.list().into_iter().filter(|listed| listed.own).collect();
    let mut names: Vec<_> = own
        .iter()
        .filter_map(|listed| config.templates.location(&listed.name))
        .map(|location| location.file.clone())
        .collect();
    names.dedup();
    for name in names {
        if let Some(document) = files.document(&name) {
            templates(config, document, corpus, &mut found);
        }
    }
    routes(path, corpus, &mut found);
    // A value that is missing in a sample or past event is already reported there.
    let reported = |warning: &Diagnostic| {
        let same = |known: &&Diagnostic| known.location == warning.location;
        diagnostics.0.iter().any(|known| same(&known))
    };
    found.0.retain(|warning| !reported(warning));
    found.0.into_iter().for_each(|warning| diagnostics.add(warning));
}

fn templates(config: &Config, document: &Document, corpus: &Corpus, found: &mut Diagnostics) {
    let (mut root, mut reported) = (document.root(), Diagnostics::default());
    let Some(provider) = root.get::<String>("provider", &mut reported) else { return };
    let listed = config.templates.list();
    let mut first = None;
    for mut table in root.tables("message", &mut reported) {
        let Some(name) = table.get::<String>("name", &mut reported) else { continue };
        let full = format!("{provider}.{name}");
        let Some(listed) = listed.iter().find(|listed| listed.name == full) else { continue };
        let scope = |one: &super::corpus::CorpusEvent| config.templates.scope(&full, &one.event, &one.raw);
        let scopes: Vec<Scope> = corpus.of(&provider, &listed.on).take(EVENTS).filter_map(scope).collect();
        first.get_or_insert_with(|| full.clone());
        Walk { found, expressions: false }.table(&table, &scopes);
    }
    // What all messages share is checked against all events.
    let Some(first) = first else { return };
    let scope = |one: &super::corpus::CorpusEvent| config.templates.scope(&first, &one.event, &one.raw);
    let scopes: Vec<Scope> = corpus.of(&provider, &[]).take(EVENTS).filter_map(scope).collect();
    for (key, expressions) in [("vars", true), ("defaults", false)] {
        if let Some(table) = root.table(key, &mut reported) {
            Walk { found, expressions }.table(&table, &scopes);
        }
    }
}

/// The `when` of the routes, against the events of their sources.
fn routes(path: &FilePath, corpus: &Corpus, found: &mut Diagnostics) {
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let mut reported = Diagnostics::default();
    let document = Document::parse_guarded(&path.display().to_string(), &text, &mut reported);
    for mut table in document.root().tables("routes", &mut reported) {
        let Some(text) = table.get::<String>("when", &mut reported) else { continue };
        let sources: Vec<String> = table.get("source", &mut reported).unwrap_or_default();
        let events: Vec<String> = table.get("events", &mut reported).unwrap_or_default();
        let on = hookbell_model::event::Globs::new(&events);
        let fits = |one: &&super::corpus::CorpusEvent| {
            let sent = sources.iter().any(|source| source == "*" || *source == one.event.source);
            sent && (on.is_empty() || on.matches(&one.event.event_type))
        };
        let scopes: Vec<Scope> =
            corpus.all.iter().filter(fits).take(EVENTS).map(|one| Scope::new(&one.event, &one.raw)).collect();
        Walk { found, expressions: true }.text("when", &text, &table.span("when"), &scopes);
    }
}

struct Walk<'w> {
    found: &'w mut Diagnostics,
    /// Whether every text is an expression, as in `[vars]`.
    expressions: bool,
}

impl Walk<'_> {
    fn table(&mut self, table: &Table<'_>, scopes: &[Scope]) {
        if !scopes.is_empty() {
            self.entries(table.all(), &table.span(""), scopes);
        }
    }

    fn entries(&mut self, entries: &[TomlEntry], span: &SourceSpan<'_>, scopes: &[Scope]) {
        let each = entries.iter().find(|entry| entry.key == "each");
        let each = each.and_then(|entry| String::from_toml(&entry.node).ok());
        let inner = each.map(|each| items(&each, scopes)).filter(|inner| !inner.is_empty());
        for entry in entries {
            let outside = EXPRESSIONS.contains(&entry.key.as_str());
            let scopes = inner.as_deref().filter(|_| !outside).unwrap_or(scopes);
            self.node(&entry.key, &entry.node, &span.below(&entry.node.span, &entry.key), scopes);
        }
    }

    fn node(&mut self, key: &str, node: &TomlValue, span: &SourceSpan<'_>, scopes: &[Scope]) {
        match &node.value {
            TomlKind::String(text) => self.text(key, text, span, scopes),
            TomlKind::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.node(key, item, &span.below(&item.span, &at.to_string()), scopes);
                }
            }
            TomlKind::Table(entries) => self.entries(entries, span, scopes),
            _ => {}
        }
    }

    fn text(&mut self, key: &str, text: &str, span: &SourceSpan<'_>, scopes: &[Scope]) {
        let whole = self.expressions || EXPRESSIONS.contains(&key);
        for path in if whole { expression_paths(text) } else { paths(text) } {
            if let Some(meant) = slip(&path, scopes) {
                let what = format!("`{}` is in no sample and no past event", path.text());
                self.found.add(
                    span.within(path.span())
                        .warning(codes::UNKNOWN_PATH, what)
                        .help(format!("did you mean `{meant}`?")),
                );
            }
        }
        for (path, other) in compared_paths(text, whole) {
            if let Some(found) = other_kind(&path, other, scopes) {
                self.found.add(span.within(path.span()).warning(codes::COMPARED_KINDS, found.0).help(found.1));
            }
        }
    }
}

/// What is wrong with comparing a path with a value of that kind, and what would be right, where its value is of the other
/// kind in every event that has it.
fn other_kind(path: &ValuePath, other: Known, scopes: &[Scope]) -> Option<(String, String)> {
    let mut kinds = scopes.iter().filter_map(|scope| path.known(scope));
    let kind = kinds.next().filter(|first| *first != other && kinds.all(|next| next == *first))?;
    let path = path.text();
    Some(match kind {
        Known::Text => (
            format!("`{path}` is a text in every sample and past event, and is compared with a number"),
            format!("write `{path} | float`; of an amount, `event.amount_major`"),
        ),
        Known::Number => (
            format!("`{path}` is a number in every sample and past event, and is compared with a text"),
            "write the number without quotes".to_owned(),
        ),
    })
}

/// The scopes of a list's items.
fn items(each: &str, scopes: &[Scope]) -> Vec<Scope> {
    let names = ["payload", "event", "headers"];
    let roots: Vec<ValuePath> = expression_paths(each);
    let more: Vec<&str> =
        roots.iter().map(ValuePath::root).filter(|root| !names.contains(root)).chain(plain(each)).collect();
    let Ok(list) = Expression::parse(each, &more) else { return Vec::new() };
    let of = |scope: &Scope| -> Vec<Scope> {
        list.items(scope, ITEMS).into_iter().map(|item: Data| scope.with("item", item)).collect()
    };
    scopes.iter().flat_map(of).collect()
}

/// An expression that is a name alone, such as a var's.
fn plain(each: &str) -> Option<&str> {
    let each = each.trim();
    each.chars().all(|c| c.is_ascii_alphanumeric() || c == '_').then_some(each)
}

/// The likely intended path, where the path resolves in none of the scopes.
fn slip(path: &ValuePath, scopes: &[Scope]) -> Option<String> {
    // Of the event itself every name is checked when the file is read; headers come and go.
    if matches!(path.root(), "event" | "headers" | "text" | "loop") {
        return None;
    }
    let (mut deepest, mut near) = (0, Vec::new());
    for scope in scopes {
        match path.look_up(scope) {
            PathLookup::Exists => return None,
            PathLookup::Ends { steps, known, .. } if steps >= deepest => {
                if steps > deepest {
                    near.clear();
                }
                deepest = steps;
                near.extend(known);
            }
            PathLookup::Ends { .. } => {}
        }
    }
    path.meant(deepest, &near, true)
}
