//! The things while which are open a route's events are not reported: `inhibited_by`.

use super::routable::Routable;
use hookbell_config_file::{Diagnostics, Table};
use hookbell_template::codes::TEMPLATE_SYNTAX;
use hookbell_template::expression::{EscapeContext, Text, Texts};

/// The names of the things, which may depend on the event.
#[derive(Debug, Clone, Default)]
pub(super) struct Inhibitors {
    names: Vec<Text>,
    texts: Texts,
}

impl Inhibitors {
    /// Reads the key; absent = none.
    pub(super) fn read(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let mut this = Self::default();
        let names: Vec<String> = table.get("inhibited_by", diagnostics).unwrap_or_default();
        for name in &names {
            match this.texts.add(name, EscapeContext::Bare, &[]) {
                Ok(text) => this.names.push(text),
                Err(error) => {
                    let span = table.span("inhibited_by").item(name);
                    diagnostics.add(span.within(&error.span).error(TEMPLATE_SYNTAX, &error).maybe_help(error.help()));
                }
            }
        }
        this
    }

    /// The names for an event. One that cannot be made, or that is empty or a mere `*`, inhibits nothing: a superfluous
    /// message is better than one that is missing.
    pub(super) fn names(&self, routable: &mut Routable<'_>) -> Vec<String> {
        let render = |text: &Text| match text.fixed() {
            Some(fixed) => Some(fixed.to_owned()),
            None => self.texts.render(text, routable.scope()).ok().map(|rendered| rendered.text),
        };
        let is_name = |name: &String| !name.trim_end_matches('*').trim().is_empty();
        self.names.iter().filter_map(render).filter(is_name).collect()
    }
}
