//! What the options of `subscribe` and `edit` say of a feed.

use crate::bot::command::{Call, OptionKind, OptionSpec};
use crate::bot::error::CommandError;
use crate::rules::OpenSource;
use hookbell_model::feed::FeedSettings;
use hookbell_model::privacy::Masks;

use super::suggest;

/// Takes a filter away.
const NONE: &str = "-";

pub(super) const TYPE_OPTION: OptionSpec = OptionSpec::suggested("type", suggest::event_type);
pub(super) const TOPIC_OPTION: OptionSpec = OptionSpec::suggested("topic", suggest::topic);
pub(super) const SEVERITY_OPTION: OptionSpec =
    OptionSpec::new("severity", OptionKind::Choice(&["critical", "error", "warning", "success", "info"]));
pub(super) const TEMPLATE_OPTION: OptionSpec = OptionSpec::suggested("template", suggest::template);
pub(super) const BUTTONS_OPTION: OptionSpec = OptionSpec::new("buttons", OptionKind::Flag);
pub(super) const MASK_OPTION: OptionSpec = OptionSpec::suggested("mask", suggest::mask);

/// The settings with what the options say instead; what they do not name stays.
///
/// # Errors
/// For a value that no feed can have.
pub(super) fn with_options(
    call: &Call,
    settings: FeedSettings,
    source: &OpenSource,
) -> Result<FeedSettings, CommandError> {
    let options = &call.options;
    let text = |name: &str, before: Option<String>| match options.text(name) {
        None => before,
        Some(NONE) => None,
        Some(text) => Some(text.to_owned()),
    };
    let topic = match options.text("topic") {
        None => settings.topic,
        Some(NONE) => None,
        Some(text) => Some(text.to_lowercase().parse().map_err(|_| CommandError::UnknownTopic(text.to_owned()))?),
    };
    let severity = match options.text("severity") {
        None => settings.severity,
        Some(text) => Some(text.parse().map_err(|_| CommandError::UnknownSeverity(text.to_owned()))?),
    };
    let mask = match options.text("mask") {
        None => settings.mask,
        Some(NONE) => Masks::default(),
        Some(text) => {
            let kinds = text.split([',', ' ']).map(str::trim).filter(|kind| !kind.is_empty());
            Masks::parse(kinds).map_err(|error| CommandError::UnknownMask(error.written))?
        }
    };
    let template = text("template", settings.template);
    if let Some(name) = template.as_ref().filter(|name| !source.templates.contains(name)) {
        return Err(CommandError::NoSuchTemplate(name.clone()));
    }
    let event_type = text("type", settings.event_type);
    let buttons = options.chosen_flag("buttons").unwrap_or(settings.buttons);
    Ok(FeedSettings { event_type, topic, severity, template, mask, buttons, ..settings })
}

/// The source that somebody names, where it is open to their server.
///
/// # Errors
/// The same, whether it is closed or not there.
pub(super) fn open_source<'c>(call: &'c Call, name: &str) -> Result<&'c OpenSource, CommandError> {
    let guild = call.viewer.guild().unwrap_or_default();
    let open = call.settings.rules.open_to(guild).find(|source| source.name == name);
    open.ok_or_else(|| CommandError::NoSuchSource(name.to_owned()))
}
