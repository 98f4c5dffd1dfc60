//! `[people]`: who somebody that a sender names is on Discord.

use std::collections::BTreeMap;

use hookbell_config_file::{Code, Diagnostics, SourceSpan, Table, TomlEntry, TomlKind};
use hookbell_model::delivery::Mention;
use hookbell_model::snowflake::is_snowflake;

/// Discord's user ids by the logins and addresses that senders know people by. Nobody else can be pinged by name.
#[derive(Debug, Clone, Default)]
pub struct People {
    /// By the name in lower case.
    ids: BTreeMap<String, String>,
}

impl People {
    /// Reads names with user ids. Every mistake is reported, and only entries without one are kept.
    pub fn read(table: &Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let mut people = Self::default();
        for entry in table.all() {
            people.add(entry, &table.span(&entry.key), diagnostics);
        }
        people
    }

    fn add(&mut self, entry: &TomlEntry, span: &SourceSpan<'_>, diagnostics: &mut Diagnostics) {
        let TomlKind::String(id) = &entry.node.value else {
            let found = entry.node.value.kind();
            diagnostics.add(span.error(Code::WRONG_TYPE, format!("expected a user's id in quotes, found {found}")));
            return;
        };
        if span.is_unfilled() {
            return;
        }
        if !is_snowflake(id) {
            let help = "in Discord, with the developer mode on: right-click the user, Copy User ID";
            diagnostics.add(span.error(Code::INVALID_VALUE, "expected a user's id, which is digits").help(help));
            return;
        }
        if self.ids.insert(normalized(&entry.key), id.clone()).is_some() {
            let twice = "this name is here twice: capitals make no difference";
            diagnostics.add(span.error(Code::DUPLICATE_NAME, twice));
        }
    }

    /// The ping for somebody whom a sender names so; capitals make no difference.
    pub(super) fn find(&self, name: &str) -> Option<Mention> {
        self.ids.get(&normalized(name)).cloned().map(Mention::User)
    }

    /// All names, in lower case.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.ids.keys().map(String::as_str)
    }
}

fn normalized(name: &str) -> String {
    name.trim().to_lowercase()
}
