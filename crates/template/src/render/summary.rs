//! Templates as they are listed, for commands that show them.

use super::raw_template::{RawTemplate, TableKind};
use hookbell_config_file::{Diagnostics, Location};

/// A template as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateSummary {
    /// `stripe.payment`.
    pub name: String,
    pub provider: String,
    /// The event types it takes, as globs; empty = every one of the provider.
    pub on: Vec<String>,
    /// Whether it takes only some of these events (`when`).
    pub conditional: bool,
    /// Whether it is the user's own.
    pub own: bool,
    /// Whether it has a `key`: its message is edited when more of the same thing comes.
    pub has_key: bool,
    pub location: Location,
    pub outline: Outline,
    /// The messages it extends, the nearest first.
    pub bases: Vec<TemplateBase>,
}

/// A message that another one extends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateBase {
    pub name: String,
    /// Whether it is the user's own.
    pub own: bool,
    pub location: Location,
}

/// What a message consists of, with all that it extends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// Its `title` as it is written, else its `content`; none where that is a list of lines.
    pub title: Option<String>,
    /// In the order they are shown.
    pub parts: Vec<PartSummary>,
}

/// A part that another message can change, move or remove by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartSummary {
    pub kind: PartKind,
    pub id: String,
    /// The embed that a field belongs to; none = the message's own.
    pub embed: Option<String>,
}

/// The list that a part is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    Field,
    Button,
    Embed,
}

impl PartKind {
    /// The key of the list: `[[message.field]]`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Button => "button",
            Self::Embed => "embed",
        }
    }
}

/// A template of the user's own that no event gets by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShadowedTemplate {
    pub name: String,
    /// The one before it that takes all its types, whatever the event.
    pub by: String,
    pub location: Location,
}

impl Outline {
    pub(super) fn of(raw: &RawTemplate<'_>) -> Self {
        // A title of the wrong kind is reported where it is compiled.
        let text = |key| raw.get::<String>(key, &mut Diagnostics::default());
        let mut parts = Vec::new();
        add_parts(raw, None, &mut parts);
        Self { title: text("title").or_else(|| text("content")), parts }
    }
}

fn add_parts(raw: &RawTemplate<'_>, embed: Option<&str>, found: &mut Vec<PartSummary>) {
    for kind in [PartKind::Field, PartKind::Button, PartKind::Embed] {
        for part in raw.parts(kind.as_str()) {
            let Some(id) = part.id() else { continue };
            if part.kind == TableKind::Embed {
                found.push(PartSummary { kind, id: id.clone(), embed: None });
                add_parts(part, Some(&id), found);
            } else {
                found.push(PartSummary { kind, id, embed: embed.map(str::to_owned) });
            }
        }
    }
}
