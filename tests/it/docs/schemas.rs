//! The JSON Schemas of `hookbell schema` are made of what the readers ask for: `UPDATE_DOCS=1` writes them. What they say of a key is what its
//! page says.

use std::collections::{BTreeMap, BTreeSet};

use hookbell::config::{Config, EXAMPLE, Environment};
use hookbell_config_file::{Diagnostics, Document, KeyLog, TableKeys, ValueShape};
use hookbell_template::render::{self, Templates};
use serde_json::{Map, Value, json};

use super::{page, root};

/// Every table of a config that has keys of its own, in each of its forms.
const CONFIG: &str = r#"
[theme.info]
color = "red"
[people]
[server]
[store]
[discord]
[bot.access]
[bot.servers.1]
[log]
[alerts]
to = "a"
fallback = { url = "https://example.com", secret = "s" }
[destinations.a]
webhook_url = "https://discord.com/api/webhooks/1/x"
fallback = { url = "https://example.com", secret = "s" }
[sources.a]
provider = "generic"
secret = "s"
verify = { scheme = "signed", header = "a" }
event = { type = "/a" }
conf = {}
[sources.b]
provider = "generic"
verify = { scheme = "token", header = "a", token = "b" }
[[routes]]
source = "a"
to = "a"
storm = { over = 20, per = "1m" }
digest = { every = "1h" }
quiet = { from = "22:00", to = "07:00" }
mention = [{ to = "everyone" }]
escalate = [{ after = "10m", mention = "everyone" }]
[[example]]
source = "a"
sample = "payment"
to = []
"#;

/// Tables of a template file that no shipped one has.
const TEMPLATE: &str = r#"
provider = "generic"
[[message]]
name = "probe"
title = "probe"
[[message.field]]
name = "a"
value = "b"
[[message.button]]
label = "a"
url = "https://example.com"
[[message.embed]]
title = "a"
[[message.embed.field]]
name = "a"
value = "b"
[[example]]
sample = "payment"
[example.expect]
title = "a"
"#;

/// One schema: its file, and the pages whose tables of keys describe it.
struct Schema {
    name: &'static str,
    title: &'static str,
    page: &'static str,
    tables: BTreeMap<String, TableKeys>,
}

fn schemas() -> [Schema; 3] {
    let config = KeyLog::record(|| {
        let folder = tempfile::tempdir().expect("a folder");
        Config::read("config", CONFIG, folder.path(), &Environment::of(|_| None), &mut Diagnostics::default());
    });
    let template = KeyLog::record(|| {
        let mut diagnostics = Diagnostics::default();
        let own = Document::parse("own.toml", TEMPLATE, &mut diagnostics);
        let files = hookbell::embedded::template_files();
        Templates::with_own(files, &[own], &render::Config::default(), &mut diagnostics);
    });
    let provider = KeyLog::record(|| {
        let providers = hookbell::embedded::providers();
        // A provider is read when it is asked for.
        assert!(providers.iter().count() > 100);
    });
    [
        Schema {
            name: "config",
            title: "hookbell's config (config.toml)",
            page: "docs/configuration.md",
            tables: with_provider_tables(config.tables(|file| file == "config"), &provider.tables(|_| true)),
        },
        Schema {
            name: "template",
            title: "messages of hookbell (templates/*.toml)",
            page: "docs/templates.md",
            tables: template.tables(|_| true),
        },
        Schema {
            name: "provider",
            title: "a sender of hookbell (providers/*.toml)",
            page: "docs/providers.md",
            tables: provider.tables(|_| true),
        },
    ]
}

/// A source may have its own `verify` and `event`, with all that provider files have there.
fn with_provider_tables(
    mut config: BTreeMap<String, TableKeys>,
    provider: &BTreeMap<String, TableKeys>,
) -> BTreeMap<String, TableKeys> {
    for (pattern, table) in provider {
        let section = pattern.split(['.', '[']).next().unwrap_or_default();
        if matches!(section, "verify" | "event") {
            let here = config.entry(format!("sources.*.{pattern}")).or_default();
            here.closed |= table.closed;
            for (key, shapes) in &table.keys {
                here.keys.entry(key.clone()).or_default().extend(shapes.iter().cloned());
            }
        }
    }
    for key in ["verify", "event"] {
        let shapes = provider.get("").and_then(|root| root.keys.get(key)).cloned().unwrap_or_default();
        let source = config.entry("sources.*".to_owned()).or_default();
        source.keys.entry(key.to_owned()).or_default().extend(shapes);
    }
    config
}

impl Schema {
    fn json(&self) -> Value {
        let described = self.descriptions();
        let mut root = self.object("", &described);
        root["$schema"] = "http://json-schema.org/draft-07/schema#".into();
        root["title"] = self.title.into();
        root
    }

    /// The schema of the tables of one pattern.
    fn object(&self, pattern: &str, described: &BTreeMap<(String, String), String>) -> Value {
        let Some(table) = self.tables.get(pattern) else { return json!({ "type": "object" }) };
        let mut properties = Map::new();
        for (key, shapes) in &table.keys {
            let mut value = self.value(pattern, key, shapes, described);
            if let Some(text) = described.get(&(pattern.to_owned(), key.clone())) {
                value["description"] = text.clone().into();
            }
            properties.insert(key.clone(), value);
        }
        let mut object = json!({ "type": "object", "properties": properties });
        if table.closed {
            object["additionalProperties"] = false.into();
        }
        object
    }

    /// What a key may hold: any of the shapes that it was read as.
    fn value(
        &self,
        pattern: &str,
        key: &str,
        shapes: &BTreeSet<ValueShape>,
        described: &BTreeMap<(String, String), String>,
    ) -> Value {
        let below = if pattern.is_empty() { key.to_owned() } else { format!("{pattern}.{key}") };
        let typed: Vec<&ValueShape> = shapes.iter().filter(|shape| **shape != ValueShape::Any).collect();
        let is_text =
            |shape: &&ValueShape| matches!(shape, ValueShape::String | ValueShape::Duration | ValueShape::OneOrMany(_));
        // What is looked at, and then read as a table or a number where it is one, may be something else (`verify = "none"`); what is looked
        // at and then read as a text is one.
        let other = shapes.contains(&ValueShape::Any) && !typed.iter().any(is_text);
        let other = (!typed.is_empty() && other).then(|| json!({ "type": ["string", "number", "boolean", "array"] }));
        let one = typed.iter().map(|shape| match shape {
            ValueShape::Table => self.object(&below, described),
            ValueShape::Tables => json!({ "type": "array", "items": self.object(&format!("{below}[]"), described) }),
            ValueShape::NamedTables => {
                json!({ "type": "object", "additionalProperties": self.object(&format!("{below}.*"), described) })
            }
            shape => plain(shape),
        });
        let mut all: Vec<Value> = one.chain(other).collect();
        match all.len() {
            0 => json!({}),
            1 => all.remove(0),
            _ => json!({ "anyOf": all }),
        }
    }

    /// What the page says of each key of each table: by the headings, and the tables of keys below them.
    fn descriptions(&self) -> BTreeMap<(String, String), String> {
        let text = page(self.page).text;
        let mut described = BTreeMap::new();
        let mut heading = Some(String::new());
        for line in text.lines() {
            if let Some(title) = line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')) {
                let named = title.strip_prefix('`').map(|title| title.trim_end_matches('`'));
                heading = Some(named.map(pattern_of).unwrap_or_default());
            }
            if let (Some(table), Some(row)) = (&heading, line.strip_prefix("| `")) {
                let mut cells = row.split(" | ");
                let keys = cells.next().unwrap_or_default();
                let Some(meaning) = cells.next() else { continue };
                for key in keys.split('`').step_by(2).filter(|key| is_key(key)) {
                    let place = self.place(table, key);
                    described.entry(place).or_insert_with(|| plain_text(meaning.trim_end_matches(" |")));
                }
            }
        }
        described
    }

    /// The table that has the key: the one of the heading, or the one that alone knows it.
    fn place(&self, table: &str, key: &str) -> (String, String) {
        let key = key.trim_matches(['[', ']']).rsplit('.').next().unwrap_or_default().to_owned();
        let knows = |pattern: &str| self.tables.get(pattern).is_some_and(|table| table.keys.contains_key(&key));
        if knows(table) {
            return (table.to_owned(), key);
        }
        // Keys of a file's main table stand under headings of their own.
        let main = ["message[]", "message[].embed[]", "message[].field[]", "event", "verify", ""];
        let found = main.into_iter().find(|pattern| knows(pattern));
        (found.unwrap_or("-").to_owned(), key)
    }
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '_' | '.' | '[' | ']'))
}

/// `[[routes]]` → `routes[]`, `[sources.NAME]` → `sources.*`.
fn pattern_of(heading: &str) -> String {
    let list = heading.starts_with("[[");
    let name = heading.trim_matches(['[', ']']).replace("NAME", "*");
    if list { format!("{name}[]") } else { name }
}

/// The text without Markdown's links and marks.
fn plain_text(markdown: &str) -> String {
    let mut text = String::new();
    let mut rest = markdown;
    while let Some((before, after)) = rest.split_once("](") {
        text.push_str(before);
        rest = after.split_once(')').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    text.replace("\\|", "|").replace(['[', ']'], "").replace("**", "").trim().to_owned()
}

fn plain(shape: &ValueShape) -> Value {
    match shape {
        ValueShape::Boolean => json!({ "type": "boolean" }),
        ValueShape::Integer => json!({ "type": "integer", "minimum": 0 }),
        ValueShape::Number => json!({ "type": "number" }),
        ValueShape::String => json!({ "type": "string" }),
        ValueShape::Duration => json!({ "type": "string", "examples": ["30s", "10m", "90d"] }),
        ValueShape::OneOrMany(one) => {
            let one = plain(one);
            json!({ "anyOf": [one, { "type": "array", "items": one }] })
        }
        _ => json!({}),
    }
}

fn text(schema: &Schema) -> String {
    format!("{:#}\n", schema.json())
}

#[test]
fn the_schemas_are_those_of_the_readers() {
    for schema in schemas() {
        let file = root().join(format!("schemas/{}.schema.json", schema.name));
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&file, text(&schema)).expect("written");
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(kept, text(&schema), "{}: UPDATE_DOCS=1 writes it", file.display());
    }
}

fn as_json(toml: &str) -> Value {
    let value: toml::Table = toml::from_str(toml).expect("TOML");
    serde_json::to_value(value).expect("JSON")
}

fn validators() -> [jsonschema::Validator; 3] {
    schemas().map(|schema| jsonschema::validator_for(&schema.json()).expect("a schema"))
}

fn mistakes(validator: &jsonschema::Validator, text: &str) -> Vec<String> {
    let file = as_json(text);
    validator.iter_errors(&file).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn what_is_shipped_fits_the_schemas() {
    let [config, template, provider] = validators();
    assert_eq!(mistakes(&config, EXAMPLE), [""; 0]);
    for (validator, files) in
        [(template, hookbell::embedded::template_files()), (provider, hookbell::embedded::provider_files())]
    {
        for file in files {
            assert_eq!(mistakes(&validator, file.text), [""; 0], "{}", file.name);
        }
    }
}

#[test]
fn a_slip_in_a_key_or_a_value_of_another_type_does_not_fit() {
    let [config, template, provider] = validators();
    for (validator, text) in [
        (&config, "[server]\nlisten_on = \"a\""),
        (&config, "[routes]\nto = \"a\""),
        (&config, "[[routes]]\nto = 3"),
        (&config, "[sources.a]\nprovdier = \"stripe\""),
        (&template, "[[message]]\ntitel = \"a\""),
        (&provider, "titel = \"a\""),
    ] {
        assert_ne!(mistakes(validator, text), [""; 0], "{text}");
    }
}

/// Every key of the config that an editor completes is explained there.
#[test]
fn an_editor_explains_every_key_of_the_config() {
    let [config, ..] = schemas();
    let described = config.descriptions();
    let tables = [
        "",
        "server",
        "store",
        "discord",
        "bot",
        "bot.access",
        "log",
        "alerts",
        "destinations.*",
        "sources.*",
        "routes[]",
        "example[]",
    ];
    for table in tables {
        for key in config.tables.get(table).unwrap_or_else(|| panic!("{table}")).keys.keys() {
            assert!(described.contains_key(&(table.to_owned(), key.clone())), "{table}: {key}");
        }
    }
}
