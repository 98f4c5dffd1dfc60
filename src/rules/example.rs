//! `[[example]]` of the config: an event, and where it must go with which pings. `hookbell check` tries each.

use super::known::Known;
use hookbell_config_file::{Code, Diagnostics, FromToml, Location, Table};
use hookbell_model::delivery::Mention;
use hookbell_model::suggest::suggestion;

/// A checked `[[example]]` of the config.
#[derive(Debug, Clone)]
pub struct RouteExample {
    /// What the config calls it, else its number.
    pub name: String,
    pub source: String,
    pub input: RouteExampleInput,
    /// The event's type, where it is not what the provider's file reads.
    pub event_type: Option<String>,
    pub headers: Vec<(String, String)>,
    /// The destinations that get a message; none = it goes nowhere.
    pub to: Vec<String>,
    /// Whom these messages ping together, as `role:222`; none = that is not checked.
    pub mention: Option<Vec<String>>,
    /// Of the whole table, of `to`, of `mention` and of what the event is made of.
    pub locations: RouteExampleLocations,
}

/// What the event of an example is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RouteExampleInput {
    /// A sample of the source's provider.
    Sample(String),
    /// A file beside the config.
    File(String),
    /// A body.
    Body(String),
}

/// Where the parts of an example are, for diagnostics.
#[derive(Debug, Clone)]
pub struct RouteExampleLocations {
    pub to: Location,
    pub mention: Location,
    pub input: Location,
}

impl RouteExample {
    /// Reads every example. Every mistake is reported, and only examples without one are kept.
    pub fn read_all(tables: Vec<Table<'_>>, known: &Known, diagnostics: &mut Diagnostics) -> Vec<Self> {
        let numbered = tables.into_iter().enumerate();
        numbered.filter_map(|(number, table)| Self::read(table, number, known, diagnostics)).collect()
    }

    fn read(mut table: Table<'_>, number: usize, known: &Known, diagnostics: &mut Diagnostics) -> Option<Self> {
        let before = diagnostics.errors();
        let name = table.get("name", diagnostics).unwrap_or_else(|| number.to_string());
        let source: String = table.require("source", diagnostics).unwrap_or_default();
        let sources: Vec<&str> = known.sources.iter().map(|source| source.name.as_str()).collect();
        if !source.is_empty() && !sources.contains(&source.as_str()) {
            let unknown = table.error("source", Code::UNKNOWN_REFERENCE, format!("there is no source `{source}`"));
            diagnostics.add(unknown.maybe_help(suggestion(&source, sources)));
        }
        let (input, input_key) = input(&mut table, diagnostics);
        let event_type = table.get("type", diagnostics);
        let headers = table.table("headers", diagnostics).map(|table| headers(&table, diagnostics)).unwrap_or_default();
        let to: Vec<String> = table.require("to", diagnostics).unwrap_or_default();
        for name in to.iter().filter(|name| !known.destinations.contains(name)) {
            let what = format!("there is no destination `{name}`");
            let unknown = table.span("to").item(name).error(Code::UNKNOWN_REFERENCE, what);
            diagnostics.add(unknown.maybe_help(suggestion(name, known.destinations.iter().map(String::as_str))));
        }
        let pings = table.read_list("mention", diagnostics, str::parse::<Mention>);
        let mention = table.has("mention").then(|| pings.into_iter().map(String::from).collect());
        let at = |key: &str| table.span(key).location();
        let locations = RouteExampleLocations { to: at("to"), mention: at("mention"), input: at(input_key) };
        table.finish(diagnostics);
        let example = Self { name, source, input: input?, event_type, headers, to, mention, locations };
        (diagnostics.errors() == before).then_some(example)
    }
}

/// With the key that names it.
fn input(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> (Option<RouteExampleInput>, &'static str) {
    let sample: Option<String> = table.get("sample", diagnostics);
    let payload: Option<serde_json::Value> = table.get("payload", diagnostics);
    match (sample, payload) {
        (Some(_), Some(_)) => {
            let what = "an example has either `sample` or `payload`";
            diagnostics.add(table.error("sample", Code::CONFLICTING_KEYS, what));
            (None, "sample")
        }
        (Some(sample), None) => (Some(RouteExampleInput::Sample(sample)), "sample"),
        (None, Some(serde_json::Value::String(text))) if text.trim_start().starts_with(['{', '[']) => {
            (Some(RouteExampleInput::Body(text)), "payload")
        }
        (None, Some(serde_json::Value::String(file))) => (Some(RouteExampleInput::File(file)), "payload"),
        (None, Some(payload @ serde_json::Value::Object(_))) => {
            (Some(RouteExampleInput::Body(payload.to_string())), "payload")
        }
        (None, Some(_)) => {
            let what = "expected a file's path, a table, or JSON in a string";
            diagnostics.add(table.error("payload", Code::INVALID_VALUE, what));
            (None, "payload")
        }
        (None, None) => {
            // One of a wrong kind has been reported.
            if !table.has("sample") && !table.has("payload") {
                diagnostics.add(table.error("", Code::MISSING_KEY, "missing key: `sample` or `payload`"));
            }
            (None, "")
        }
    }
}

fn headers(table: &Table<'_>, diagnostics: &mut Diagnostics) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in table.all() {
        match String::from_toml(&entry.node) {
            Ok(text) => found.push((entry.key.clone(), text)),
            Err(error) => diagnostics.add(table.error(&entry.key, error.code, error.message)),
        }
    }
    found
}
