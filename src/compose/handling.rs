//! What a message shows of what people have done about its thing, and the buttons to do so. Drawn by the courier with each edit
//! and by the bot with each press, from what the store has.

use super::target::MessageTarget;
use hookbell_model::delivery::{AlertButton, Plan};
use hookbell_model::event::Severity;
use hookbell_model::handling::{Handling, HandlingNote};
use hookbell_model::message::{ActionButton, Embed, Field, Message, limit};
use hookbell_template::expression::escape::{EscapeContext, clean, escape};
use hookbell_template::fit;
use hookbell_template::render::severity_color;

/// The version and the name of the action of each button, as the bot reads custom ids. The message says what it is about.
pub const BUTTON_IDS: [(AlertButton, &str); 4] = [
    (AlertButton::Ack, "1:take:"),
    (AlertButton::Mute, "1:mute-alert:"),
    (AlertButton::Explain, "1:explain-alert:"),
    (AlertButton::Resolve, "1:resolve:"),
];
/// Of an alert that somebody has.
pub const RELEASE_ID: &str = "1:release:";
/// Notes that are shown, the newest ones.
const NOTES: usize = 2;
/// Characters of a name, and of a note.
const NAME: usize = 40;
const NOTE: usize = 200;

/// Shows who has the thing, notes, and who said that it is over, below what the template says; and the buttons of the route.
/// `is_closed`: its events say that it is over.
pub(super) fn show(
    message: &mut Message,
    handling: &Handling,
    is_closed: bool,
    plan: &Plan,
    target: &MessageTarget<'_>,
) {
    if !handling.is_empty() {
        let field = field(handling, is_closed, target);
        let is_resolved = handling.resolved.is_some() && !is_closed;
        match message.embeds.last_mut() {
            Some(embed) => {
                if is_resolved {
                    embed.color = Some(severity_color(Severity::Success));
                    embed.title = if embed.title.is_empty() { String::new() } else { format!("✅ {}", embed.title) };
                }
                add(embed, field);
            }
            None => message.content = format!("{}\n{}\n{}", message.content, field.name, field.value),
        }
        drop(fit::fit_message(message));
    }
    if target.is_bot_owned {
        message.actions = buttons(handling, is_closed, plan, target);
    }
}

fn field(handling: &Handling, is_closed: bool, target: &MessageTarget<'_>) -> Field {
    let short = |text: &str, most: usize| {
        let text: String = clean(text, false).take(most).collect();
        escape(&text, EscapeContext::Line).into_owned()
    };
    let locale = target.locale;
    let (name, at) = match (&handling.resolved, &handling.owner) {
        (Some(resolved), _) => {
            (format!("✅ {}", locale.resolved_by(&short(&resolved.by.name, NAME))), Some(resolved.at))
        }
        (None, Some(owner)) if !is_closed => {
            (format!("👀 {}", locale.has_it(&short(&owner.by.name, NAME))), Some(owner.at))
        }
        (None, Some(owner)) => (format!("👀 {}", short(&owner.by.name, NAME)), Some(owner.at)),
        (None, None) => ("📝".to_owned(), None),
    };
    let hidden = handling.notes.len().saturating_sub(NOTES);
    let notes = handling.notes.iter().skip(hidden);
    let note = |note: &HandlingNote| {
        let (who, text) = (short(&note.signature.by.name, NAME), short(&note.text, NOTE));
        format!("📝 **{who}** <t:{}:t> {}", note.signature.at.secs(), text)
    };
    let lines: Vec<String> = at.map(|at| format!("<t:{}:R>", at.secs())).into_iter().chain(notes.map(note)).collect();
    Field { name, value: lines.join("\n"), inline: false, ..Field::default() }
}

/// Where there is no room for a field, below the text.
fn add(embed: &mut Embed, field: Field) {
    if embed.fields.len() < limit::FIELDS {
        embed.fields.push(field);
    } else {
        embed.description = format!("{}\n**{}**\n{}", embed.description, field.name, field.value);
    }
}

/// None that would do nothing: an alert that is over is nobody's.
fn buttons(handling: &Handling, is_closed: bool, plan: &Plan, target: &MessageTarget<'_>) -> Vec<ActionButton> {
    let (is_over, is_owned) = (is_closed || handling.resolved.is_some(), handling.owner.is_some());
    let is_useful = |button: AlertButton| match button {
        AlertButton::Ack | AlertButton::Resolve => !is_over,
        AlertButton::Mute | AlertButton::Explain => true,
    };
    let id = |button: AlertButton| match (button, is_owned) {
        (AlertButton::Ack, true) => RELEASE_ID,
        _ => BUTTON_IDS.iter().find(|(known, _)| *known == button).map_or("", |(_, id)| *id),
    };
    let button = |button: AlertButton| ActionButton {
        label: target.locale.alert_button(button, is_owned).to_owned(),
        custom_id: id(button).to_owned(),
        is_primary: button == AlertButton::Ack && !is_owned,
    };
    plan.buttons.iter().copied().filter(|button| is_useful(*button)).map(button).collect()
}
