//! Reads template files into checked messages. Every mistake is told at its place; what is right is kept.

use std::collections::HashMap;
use std::sync::Arc;

use super::look::{Body, Button, Field, Look, TEXTS, Template, Vars};
use super::severity::parse_color;
use crate::document::{Document, Table, Value};
use crate::event::{Globs, Severity};
use crate::expression::{Condition, Expression, Place, Text, Texts, to_rfc3339};
use crate::mistake::{Mistakes, did_you_mean};

/// Names that mean something in every template; `[vars]` cannot take them.
const TAKEN: [&str; 6] = ["payload", "event", "headers", "item", "loop", "rest"];
/// Lines of a field with `each`, where the file does not say.
const MAX_LINES: u64 = 10;
const MORE: &str = "and {{ rest }} more";

/// Reads one file after the other, so that all texts are compiled together.
#[derive(Default)]
pub(super) struct Loader {
    texts: Texts,
    templates: Vec<Template>,
    /// Each message's name and the file it stands in.
    names: HashMap<String, String>,
}

impl Loader {
    pub(super) fn finish(self) -> (Texts, Vec<Template>) {
        (self.texts, self.templates)
    }

    /// From here on, a name that was read before is no mistake.
    pub(super) fn forget_names(&mut self) {
        self.names.clear();
    }

    pub(super) fn read(&mut self, document: &Document, mistakes: &mut Mistakes) {
        let mut root = document.root();
        let provider: Option<String> = root.require("provider", mistakes);
        let vars = root.table("vars", mistakes).map(|table| read_vars(&table, mistakes)).unwrap_or_default();
        let names: Vec<&str> = vars.0.iter().map(|(name, _)| name.as_str()).collect();
        let mut reader = Reader { texts: &mut self.texts, names: &names, mistakes };
        let defaults = root.table("defaults", reader.mistakes).map(|table| reader.defaults(table)).unwrap_or_default();
        let mut found = Vec::new();
        for table in root.tables("message", reader.mistakes) {
            let before = reader.mistakes.errors();
            let name = reader.name(&table, provider.as_deref(), document.name(), &mut self.names);
            let message = reader.message(table, &defaults);
            if let (Some(name), true) = (name, reader.mistakes.errors() == before) {
                found.push((name, message));
            }
        }
        root.finish(mistakes);
        let (Some(provider), vars) = (provider, Arc::new(vars)) else { return };
        self.templates.extend(found.into_iter().map(|(name, (on, when, look))| Template {
            name,
            provider: provider.clone(),
            on,
            when,
            vars: Arc::clone(&vars),
            look,
        }));
    }
}

fn read_vars(table: &Table<'_>, mistakes: &mut Mistakes) -> Vars {
    let mut vars: Vec<(String, Expression)> = Vec::new();
    for entry in table.all() {
        let key = entry.key.as_str();
        let mut wrong = |what: String| table.mistake(key, what, None, mistakes);
        if TAKEN.contains(&key) {
            wrong(format!("`{key}` has a meaning of its own, take another name"));
            continue;
        }
        if !key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') || key.starts_with(|c: char| c.is_ascii_digit())
        {
            wrong("a var's name is made of letters, digits and `_`".to_owned());
            continue;
        }
        let Value::String(text) = &entry.node.value else {
            wrong(format!("expected an expression in quotes, found {}", entry.node.value.kind()));
            continue;
        };
        let names: Vec<&str> = vars.iter().map(|(name, _)| name.as_str()).collect();
        // A wrong var stays known, so that its users are not mistakes too.
        let parsed = Expression::parse(text, &names).map_err(&mut wrong).or_else(|()| Expression::parse("none", &[]));
        if let Ok(expression) = parsed {
            vars.push((key.to_owned(), expression));
        }
    }
    Vars(vars)
}

/// What reading any table of a file needs.
struct Reader<'r> {
    texts: &'r mut Texts,
    names: &'r [&'r str],
    mistakes: &'r mut Mistakes,
}

type Message = (Globs, Option<Condition>, Look);

impl Reader<'_> {
    fn defaults(&mut self, mut table: Table<'_>) -> Look {
        let look = self.look(&mut table);
        table.finish(self.mistakes);
        look
    }

    /// The full name; said twice is a mistake.
    fn name(
        &mut self,
        table: &Table<'_>,
        provider: Option<&str>,
        file: &str,
        taken: &mut HashMap<String, String>,
    ) -> Option<String> {
        let mut table = table.again();
        let name: String = table.require("name", self.mistakes)?;
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
            let what = "expected letters, digits, `_` and `-`; the provider is put before it";
            table.mistake("name", what, None, self.mistakes);
            return None;
        }
        let full = format!("{}.{name}", provider?);
        if let Some(other) = taken.get(&full) {
            table.mistake("name", format!("there is a message `{full}` already, in {other}"), None, self.mistakes);
            return None;
        }
        taken.insert(full.clone(), file.to_owned());
        Some(full)
    }

    fn message(&mut self, mut table: Table<'_>, defaults: &Look) -> Message {
        // Read by `name`; here it is only known.
        table.node("name");
        let on: Vec<String> = table.get("on", self.mistakes).unwrap_or_default();
        if table.has("on") && on.is_empty() {
            table.mistake("on", "names no event type; leave it out for all of them", None, self.mistakes);
        }
        let (names, before) = (self.names, self.mistakes.errors());
        let when = table.read("when", self.mistakes, |text| Condition::parse_with(text, names));
        let mut look = self.look(&mut table);
        look.complete(defaults);
        // A text that is wrong would have said something.
        if !look.says_something() && self.mistakes.errors() == before {
            let hint = Some("give it a `title`, a `description` or `content`".to_owned());
            table.mistake("", "this message says nothing", hint, self.mistakes);
        }
        table.finish(self.mistakes);
        (Globs::new(on), when, look)
    }

    fn look(&mut self, table: &mut Table<'_>) -> Look {
        let mut look = Look::default();
        for (key, place) in TEXTS {
            if let Some(text) = self.text(table, key, place, &[]) {
                self.check_fixed(table, key, &text);
                look.texts.push((key, place, text));
            }
        }
        look.silent = table.get("silent", self.mistakes);
        for field in table.tables("field", self.mistakes) {
            look.fields.extend(self.field(field));
        }
        for button in table.tables("button", self.mistakes) {
            look.buttons.extend(self.button(button));
        }
        look
    }

    /// Literal words and colours are judged now, those from data when they come.
    fn check_fixed(&mut self, table: &Table<'_>, key: &str, text: &Text) {
        let Some(fixed) = text.fixed().map(str::trim).filter(|fixed| !fixed.is_empty()) else { return };
        let (what, hint) = match key {
            "severity" => match fixed.parse::<Severity>() {
                Ok(_) => return,
                Err(what) => (what, did_you_mean(fixed, Severity::ALL.iter().map(|word| word.as_str()))),
            },
            "color" if parse_color(fixed).is_none() => ("expected a colour such as `#5865F2`".to_owned(), None),
            "timestamp" if to_rfc3339(fixed).is_none() => {
                ("expected a moment, such as `{{ event.time }}`".to_owned(), None)
            }
            _ => return,
        };
        table.mistake(key, what, hint.map(|word| format!("did you mean `{word}`?")), self.mistakes);
    }

    fn text(&mut self, table: &mut Table<'_>, key: &'static str, place: Place, more: &[&str]) -> Option<Text> {
        // A colour may be written as a number.
        let source = match table.has(key).then(|| table.node(key)).flatten().map(|node| &node.value) {
            Some(Value::Integer(number)) if key == "color" => number.to_string(),
            _ => table.get::<String>(key, self.mistakes)?,
        };
        let names: Vec<&str> = self.names.iter().chain(more).copied().collect();
        let added = self.texts.add(&source, place, &names);
        added.map_err(|what| table.mistake(key, what, None, self.mistakes)).ok()
    }

    fn field(&mut self, mut table: Table<'_>) -> Option<Field> {
        table.require::<String>("name", self.mistakes);
        let name = self.text(&mut table, "name", Place::Title, &[]);
        let inline = table.get("inline", self.mistakes).unwrap_or(false);
        let lines = ["each", "line", "max", "more"].iter().any(|key| table.has(key));
        let body = match (table.has("value"), lines) {
            (true, true) => {
                table.mistake("value", "a field has either `value` or `each` and `line`", None, self.mistakes);
                None
            }
            (false, true) => self.lines(&mut table),
            _ => {
                table.require::<String>("value", self.mistakes);
                self.text(&mut table, "value", Place::Block, &[]).map(Body::Value)
            }
        };
        for key in ["value", "each", "line", "max", "more"] {
            table.node(key);
        }
        table.finish(self.mistakes);
        Some(Field { name: name?, body: body?, inline })
    }

    fn lines(&mut self, table: &mut Table<'_>) -> Option<Body> {
        let names = self.names;
        table.require::<String>("each", self.mistakes);
        let each = table.read("each", self.mistakes, |text| Expression::parse(text, names));
        table.require::<String>("line", self.mistakes);
        let line = self.text(table, "line", Place::Line, &["item", "loop"]);
        let max = table.get::<u64>("max", self.mistakes).unwrap_or(MAX_LINES);
        if max == 0 {
            table.mistake("max", "expected a number of at least 1", None, self.mistakes);
        }
        let more = if table.has("more") {
            self.text(table, "more", Place::Line, &["rest"])
        } else {
            self.texts.add(MORE, Place::Line, &["rest"]).ok()
        };
        Some(Body::Lines { each: each?, line: line?, max: usize::try_from(max).unwrap_or(usize::MAX), more: more? })
    }

    fn button(&mut self, mut table: Table<'_>) -> Option<Button> {
        table.require::<String>("label", self.mistakes);
        table.require::<String>("url", self.mistakes);
        let label = self.text(&mut table, "label", Place::Plain, &[]);
        let url = self.text(&mut table, "url", Place::Url, &[]);
        table.finish(self.mistakes);
        Some(Button { label: label?, url: url? })
    }
}
