//! `[[example]]`: an event and its expected message, written beside the messages and checked by `hookbell check`.

use similar::{ChangeTag, TextDiff};

use super::theme::parse_color;
use hookbell_config_file::Diagnostics;
use hookbell_config_file::{Code, FromToml, Location, SourceSpan, Table, TomlKind};
use hookbell_model::delivery::Plan;
use hookbell_model::event::Severity;
use hookbell_model::locale::Locale;
use hookbell_model::message::Message;
use hookbell_model::suggest::suggestion;

/// The texts that may be expected. Of several embeds the first is meant, fields are looked for in all.
const PARTS: [&str; 7] = ["message", "content", "title", "description", "key", "severity", "color"];

/// A checked `[[example]]`.
#[derive(Debug, Clone)]
pub struct Example {
    /// What the file calls it, else its number.
    pub name: String,
    pub provider: String,
    pub input: ExampleInput,
    /// The event's type, where it is not what the provider's file reads.
    pub event_type: Option<String>,
    pub headers: Vec<(String, String)>,
    pub locale: Locale,
    /// The full name of the message that must be taken; with `force` it is taken in any case.
    pub message: Option<String>,
    pub force: bool,
    pub location: Location,
    message_location: Location,
    expected: Vec<Expected>,
}

/// The event that it is about.
#[derive(Debug, Clone)]
pub enum ExampleInput {
    /// A sample of the provider, and where the file names it.
    Sample(String, Location),
    /// A body.
    Payload(String),
}

/// What was made of an example's event.
#[derive(Debug, Clone, Copy)]
pub struct ExampleOutput<'o> {
    pub message: &'o Message,
    /// The template's full name.
    pub template: &'o str,
    pub keys: &'o [String],
    pub severity: Severity,
}

#[derive(Debug, Clone)]
struct Expected {
    part: Part,
    text: String,
    location: Location,
}

#[derive(Debug, Clone)]
enum Part {
    Text(&'static str),
    /// By name.
    Field(String),
    /// By label; its URL.
    Button(String),
    /// Must not occur in the message.
    Absent,
}

impl Example {
    /// Reads one; with the place of the message's name, which is checked when all messages are known.
    pub(super) fn read<'d>(
        mut table: Table<'d>,
        number: usize,
        provider: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<(Self, SourceSpan<'d>)> {
        let before = diagnostics.errors();
        let location = table.span("").location();
        let full = |name: String| if name.contains('.') { name } else { format!("{provider}.{name}") };
        let name = table.get("name", diagnostics).unwrap_or_else(|| format!("{number}"));
        let message: Option<String> = table.get("message", diagnostics);
        let force = table.get("force", diagnostics).unwrap_or(false);
        if force && message.is_none() {
            diagnostics.add(table.error(
                "force",
                Code::CONFLICTING_KEYS,
                "says that `message` is taken in any case, and there is none",
            ));
        }
        let input = input(&mut table, diagnostics);
        let event_type = table.get("type", diagnostics);
        let headers = table.table("headers", diagnostics).map(|table| headers(&table, diagnostics)).unwrap_or_default();
        let locale = table.read("locale", diagnostics, Locale::parse).unwrap_or_default();
        let span = table.span("message");
        let expected = match table.table("expect", diagnostics) {
            Some(expect) => expected(expect, full, diagnostics),
            None => Vec::new(),
        };
        if expected.is_empty() && !table.has("expect") && (message.is_none() || force) {
            diagnostics.add(table.missing("expect").help("nothing is expected of this example"));
        }
        table.finish(diagnostics);
        let message = message.map(full);
        let example = Self {
            name,
            provider: provider.to_owned(),
            input: input?,
            event_type,
            headers,
            locale,
            message,
            force,
            location,
            message_location: span.location(),
            expected,
        };
        (diagnostics.errors() == before).then_some((example, span))
    }

    /// The plan that a route would make for it.
    pub fn plan(&self) -> Plan {
        Plan { template: self.message.clone().filter(|_| self.force), ..Plan::default() }
    }

    /// Where and how the message differs from the expected one.
    pub fn mismatches(&self, output: ExampleOutput<'_>) -> Vec<(Location, String)> {
        let mut wrong = Vec::new();
        if let Some(message) = self.message.as_ref().filter(|message| **message != *output.template) {
            let what = format!("it gets the message `{}`, not `{message}`", output.template);
            wrong.push((self.message_location.clone(), what));
        }
        wrong.extend(
            self.expected.iter().filter_map(|expected| Some((expected.location.clone(), expected.wrong(output)?))),
        );
        wrong
    }
}

fn input(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<ExampleInput> {
    let sample: Option<String> = table.get("sample", diagnostics);
    let payload: Option<serde_json::Value> = table.get("payload", diagnostics);
    match (sample, payload) {
        (Some(_), Some(_)) => {
            diagnostics.add(table.error(
                "sample",
                Code::CONFLICTING_KEYS,
                "an example has either `sample` or `payload`",
            ));
            None
        }
        (Some(sample), None) => Some(ExampleInput::Sample(sample, table.span("sample").location())),
        (None, Some(serde_json::Value::String(body))) => Some(ExampleInput::Payload(body)),
        (None, Some(payload @ serde_json::Value::Object(_))) => Some(ExampleInput::Payload(payload.to_string())),
        (None, Some(_)) => {
            diagnostics.add(table.error("payload", Code::INVALID_VALUE, "expected a table, or JSON in a string"));
            None
        }
        (None, None) => {
            // One of a wrong kind has been reported.
            if !table.has("sample") && !table.has("payload") {
                diagnostics.add(table.error("", Code::MISSING_KEY, "missing key: `sample` or `payload`"));
            }
            None
        }
    }
}

fn headers(table: &Table<'_>, diagnostics: &mut Diagnostics) -> Vec<(String, String)> {
    strings(table, diagnostics).into_iter().map(|(name, value, _)| (name, value)).collect()
}

/// The entries of a table whose keys are the user's own.
fn strings(table: &Table<'_>, diagnostics: &mut Diagnostics) -> Vec<(String, String, Location)> {
    let mut found = Vec::new();
    for entry in table.all() {
        match String::from_toml(&entry.node) {
            Ok(text) => found.push((entry.key.clone(), text, table.span(&entry.key).location())),
            Err(error) => diagnostics.add(table.error(&entry.key, error.code, error.message)),
        }
    }
    found
}

fn expected(mut table: Table<'_>, full: impl Fn(String) -> String, diagnostics: &mut Diagnostics) -> Vec<Expected> {
    let mut all = Vec::new();
    for key in PARTS {
        // A colour may be written as a number.
        let number = matches!(table.again().node(key).map(|node| &node.value), Some(TomlKind::Integer(_)));
        let text = match key {
            "color" if number => table.get::<u64>(key, diagnostics).map(|number| number.to_string()),
            "severity" => table.read(key, diagnostics, str::parse::<Severity>).map(|severity| severity.to_string()),
            _ => table.get::<String>(key, diagnostics),
        };
        let Some(text) = text else { continue };
        if key == "color" && parse_color(&text).is_none() {
            diagnostics.add(table.error(key, Code::INVALID_VALUE, super::theme::WRONG_COLOR));
        }
        let text = if key == "message" { full(text) } else { text };
        all.push(Expected { part: Part::Text(key), text, location: table.span(key).location() });
    }
    for (key, part) in [("fields", Part::Field as fn(String) -> Part), ("buttons", Part::Button)] {
        if let Some(inner) = table.table(key, diagnostics) {
            let entries = strings(&inner, diagnostics).into_iter();
            all.extend(entries.map(|(name, text, location)| Expected { part: part(name), text, location }));
        }
    }
    for text in table.get::<Vec<String>>("absent", diagnostics).unwrap_or_default() {
        let location = table.span("absent").item(&text).location();
        all.push(Expected { part: Part::Absent, text, location });
    }
    table.finish(diagnostics);
    all
}

impl Expected {
    /// What is wrong, where something is.
    fn wrong(&self, output: ExampleOutput<'_>) -> Option<String> {
        let message = output.message;
        let found = match &self.part {
            Part::Text(key) => text(key, output),
            Part::Field(name) => {
                let mut fields = message.embeds.iter().flat_map(|embed| &embed.fields);
                let found = fields.find(|field| field.name == *name).map(|field| field.value.clone());
                if found.is_none() && !self.text.is_empty() {
                    return Some(no_part("field", name, names(message).0));
                }
                found
            }
            Part::Button(label) => {
                let found = message.buttons.iter().find(|button| button.label == *label);
                if found.is_none() && !self.text.is_empty() {
                    return Some(no_part("button", label, names(message).1));
                }
                found.map(|button| button.url.clone())
            }
            Part::Absent => {
                let body = message.to_post();
                let found = texts(&body).into_iter().find(|text| text.contains(&self.text))?;
                return Some(format!("`{}` must not be in the message, but is: {}", self.text, clipped(found)));
            }
        };
        let (expected, found) = (tidy(&self.text), tidy(&found.unwrap_or_default()));
        let same = match self.part {
            Part::Text("color") => parse_color(&found) == parse_color(&expected),
            _ => found == expected,
        };
        (!same).then(|| format!("it comes out otherwise{}", diff(&expected, &found)))
    }
}

/// Blanks that do not break, as in `12,34 €`, are blanks: the difference is invisible and hard to type.
fn tidy(text: &str) -> String {
    text.trim().replace(['\u{a0}', '\u{202f}'], " ")
}

fn text(key: &str, output: ExampleOutput<'_>) -> Option<String> {
    let embed = output.message.embeds.first();
    match key {
        "message" => Some(output.template.to_owned()),
        "content" => Some(output.message.content.clone()),
        "title" => Some(embed?.title.clone()),
        "description" => Some(embed?.description.clone()),
        "key" => (!output.keys.is_empty()).then(|| output.keys.join(", ")),
        "severity" => Some(output.severity.to_string()),
        "color" => embed?.color.map(|color| format!("#{color:06X}")),
        _ => None,
    }
}

fn names(message: &Message) -> (Vec<&str>, Vec<&str>) {
    let fields = message.embeds.iter().flat_map(|embed| &embed.fields).map(|field| field.name.as_str());
    (fields.collect(), message.buttons.iter().map(|button| button.label.as_str()).collect())
}

fn no_part(kind: &str, name: &str, known: Vec<&str>) -> String {
    let hint = suggestion(name, known).map_or_else(String::new, |hint| format!(", {hint}"));
    format!("the message has no {kind} `{name}`{hint}")
}

/// Every string of a body.
fn texts(body: &serde_json::Value) -> Vec<&str> {
    match body {
        serde_json::Value::String(text) => vec![text],
        serde_json::Value::Array(items) => items.iter().flat_map(texts).collect(),
        serde_json::Value::Object(map) => map.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// The lines that differ, those expected first.
fn diff(expected: &str, found: &str) -> String {
    let diff = TextDiff::from_lines(expected, found);
    let mut lines = String::new();
    for change in diff.iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Delete => "- expected:",
            ChangeTag::Insert => "+ found:   ",
            ChangeTag::Equal => continue,
        };
        lines.push_str(&format!("\n    {sign} {}", clipped(change.value().trim_end_matches('\n'))));
    }
    if found.is_empty() {
        lines.push_str("\n    + found:    nothing");
    }
    lines
}

fn clipped(text: &str) -> String {
    let mut kept: String = text.chars().take(200).map(|c| if c == '\n' { ' ' } else { c }).collect();
    if text.chars().nth(200).is_some() {
        kept.push('…');
    }
    kept
}
