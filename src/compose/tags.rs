//! The tags of a forum as a destination names them. A webhook cannot query a forum's tags, so the config lists them.

use hookbell_config_file::Diagnostics;
use hookbell_config_file::{Code, Table, TomlKind};
use hookbell_model::message::Message;
use hookbell_model::note::Note;
use hookbell_model::snowflake::is_snowflake;
use hookbell_template::fit;

/// Names and ids, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags(Vec<(String, String)>);

impl Tags {
    /// Reads a destination's `tags`: names that the user chose, ids in quotes.
    pub fn read(table: &Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let mut tags = Self::default();
        for entry in table.all() {
            let wrong = match &entry.node.value {
                TomlKind::String(id) if !is_snowflake(id) => {
                    "expected the tag's id, digits such as `\"1234567890123456789\"`"
                }
                TomlKind::String(_) if tags.id(&entry.key).is_some() => "duplicate tag: case does not count",
                TomlKind::String(id) => {
                    tags.0.push((entry.key.clone(), id.clone()));
                    continue;
                }
                _ => "expected the tag's id in quotes",
            };
            diagnostics.add(table.error(&entry.key, Code::INVALID_VALUE, wrong));
        }
        tags
    }

    /// The id of a name, in whatever case it is written.
    pub fn id(&self, name: &str) -> Option<&str> {
        let name = name.trim().to_lowercase();
        self.0.iter().find(|(own, _)| own.trim().to_lowercase() == name).map(|(_, id)| id.as_str())
    }

    /// These, and those of the other that have another name.
    #[must_use]
    pub fn or(mut self, other: &Self) -> Self {
        for (name, id) in &other.0 {
            if self.id(name).is_none() {
                self.0.push((name.clone(), id.clone()));
            }
        }
        self
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Replaces the names of a message's tags by their ids; returns what was left out.
    pub fn apply(&self, message: &mut Message) -> Vec<Note> {
        fit::name_tags(message, |name| self.id(name))
    }

    /// The first of the file, for a forum that requires one and a message that has none.
    pub fn first(&self) -> Option<&(String, String)> {
        self.0.first()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hookbell_config_file::Document;

    fn read(text: &str) -> (Tags, String) {
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse("config.toml", text, &mut diagnostics);
        let table = document.root().table("tags", &mut diagnostics).expect("a table");
        (Tags::read(&table, &mut diagnostics), diagnostics.to_string())
    }

    #[test]
    fn names_are_found_in_any_case() {
        let (tags, diagnostics) = read("[tags]\nBug = \"11\"\n\"in Arbeit ⏳\" = \"12\"");
        assert_eq!(diagnostics, "");
        assert_eq!((tags.id("bug"), tags.id(" IN ARBEIT ⏳"), tags.id("x")), (Some("11"), Some("12"), None));
        assert_eq!(tags.first().map(|(name, _)| name.as_str()), Some("Bug"));
    }

    #[test]
    fn an_invalid_tag_id_is_an_error_at_its_location() {
        let (tags, diagnostics) = read("[tags]\na = 12\nb = \"bug\"\nc = \"\"\nd = \"4\"\nD = \"5\"");
        assert_eq!(tags.names().collect::<Vec<_>>(), ["d"]);
        for part in [
            "config.toml:2:5: `tags.a`: expected the tag's id in quotes",
            "`tags.b`: expected the tag's id, digits",
            "`tags.c`: expected the tag's id, digits",
            "`tags.D`: duplicate tag",
        ] {
            assert!(diagnostics.contains(part), "{part}\n{diagnostics}");
        }
    }
}
