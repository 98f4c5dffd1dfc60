//! From serenity's interaction to plain values.

use serde_json::{Value, json};
use serenity::all::{ApplicationId, CommandDataOptionValue, CommandInteraction, GuildId, Interaction, InteractionId};

use crate::bot::commands::COMMAND;
use crate::bot::complete::{self, Field};
use crate::bot::options::Options;
use crate::bot::{page, recent};

/// What somebody wants.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    Recent(recent::Query),
    Show(String),
    Complete(complete::Query),
    /// Nothing that can be done; the words say why.
    Nothing(String),
}

/// An interaction: what is wanted, and where the answer goes.
#[derive(Clone)]
pub struct Call {
    pub ask: Ask,
    /// None = a direct message.
    pub guild: Option<String>,
    /// A button was pressed, so the answer may replace its message.
    pub is_button: bool,
    /// For the metrics.
    pub command: &'static str,
    pub(super) id: InteractionId,
    pub(super) application: ApplicationId,
    /// Whoever has it can answer; never logged.
    pub(super) token: String,
}

impl Call {
    /// `None` for interactions that hookbell never causes.
    pub fn read(interaction: &Interaction) -> Option<Self> {
        let (ask, command) = match interaction {
            Interaction::Command(call) => wanted(call),
            Interaction::Autocomplete(call) => (typing(call), "autocomplete"),
            Interaction::Component(call) => (pressed(&call.data.custom_id), "button"),
            _ => return None,
        };
        let (guild, token) = match interaction {
            Interaction::Command(call) | Interaction::Autocomplete(call) => (call.guild_id, &call.token),
            Interaction::Component(call) => (call.guild_id, &call.token),
            _ => return None,
        };
        Some(Self {
            ask,
            guild: guild.map(GuildId::get).map(|id| id.to_string()),
            is_button: matches!(interaction, Interaction::Component(_)),
            command,
            id: interaction.id(),
            application: interaction.application_id(),
            token: token.clone(),
        })
    }

    pub(super) fn is_typing(&self) -> bool {
        self.command == "autocomplete"
    }
}

/// The subcommand and its options.
fn subcommand(call: &CommandInteraction) -> Option<(&str, Options)> {
    if call.data.name != COMMAND {
        return None;
    }
    let first = call.data.options.first()?;
    let CommandDataOptionValue::SubCommand(options) = &first.value else { return None };
    Some((&first.name, Options::new(options)))
}

fn wanted(call: &CommandInteraction) -> (Ask, &'static str) {
    match subcommand(call) {
        Some(("recent", options)) => {
            (recent::Query::read(&options).map_or_else(Ask::Nothing, Ask::Recent), "events recent")
        }
        Some(("show", options)) => (Ask::Show(options.text("id").unwrap_or_default().to_owned()), "events show"),
        _ => (
            Ask::Nothing("This command is from another version of hookbell. Reload Discord and try again.".to_owned()),
            "other",
        ),
    }
}

fn typing(call: &CommandInteraction) -> Ask {
    let nothing = || Ask::Nothing(String::new());
    let Some((_, options)) = subcommand(call) else { return nothing() };
    let source = options.text("source").map(str::to_owned);
    let Some((name, typed)) = options.typing else { return nothing() };
    let field = match name.as_str() {
        "source" => Field::Source,
        "type" => Field::Kind,
        "topic" => Field::Topic,
        "id" => Field::Id,
        _ => return nothing(),
    };
    Ask::Complete(complete::Query { field, typed, source })
}

fn pressed(custom_id: &str) -> Ask {
    page::decode(custom_id).map_or_else(
        || Ask::Nothing("This button is no longer known to hookbell. Ask `/events recent` again.".to_owned()),
        Ask::Recent,
    )
}

/// An interaction that lacks what serenity insists on but hookbell does not need.
pub(in crate::bot) fn repair(mut value: Value) -> Option<Interaction> {
    let object = value.as_object_mut()?;
    for (key, usual) in [
        ("locale", json!("en-US")),
        ("entitlements", json!([])),
        ("attachment_size_limit", json!(0)),
        ("version", json!(1)),
    ] {
        object.entry(key).or_insert(usual);
    }
    serde_json::from_value(value).ok()
}
