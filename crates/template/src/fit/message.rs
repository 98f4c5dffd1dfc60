//! Fits the parts of a message itself: content, pings and buttons.

use super::cut::{CutEnding, TextSyntax, cut, cut_part, is_over};
use super::tidy::{tidy, to_line};
use super::{embeds, forum, link, name, poll};
use hookbell_model::delivery::Mention;
use hookbell_model::message::{Button, Message, limit};
use hookbell_model::note::{MessagePart, Note};

/// The content of a message that Discord would otherwise refuse as empty.
const NOTHING: &str = "(this message is empty)";
/// The label of a button that has none.
const LABEL: &str = "Open";
/// Most characters of the hint at how to see the rest.
const HINT: usize = 200;

/// Brings the message within every limit. Returns what was cut, left out or changed.
///
/// Lengths are code points after trimming, as Discord counts. A message within the limits comes out as it
/// went in, but for white space at the edges and control characters. Fitting twice changes nothing.
pub fn fit_message(message: &mut Message) -> Vec<Note> {
    let mut notes = Vec::new();
    name::fit(&mut message.username, &mut notes);
    link::fit(&mut message.avatar_url, limit::URL, MessagePart::Avatar, &mut notes);
    fit_mentions(&mut message.mention, &mut notes);
    tidy(&mut message.content);
    embeds::clean(&mut message.embeds, &mut notes);
    // Noted after the embeds, but needed before them.
    let mut later = Vec::new();
    let is_less = fit_buttons(&mut message.buttons, &mut later)
        | forum::fit(message, &mut later)
        | poll::fit(&mut message.poll, &mut later);
    cut_all(message, is_less, &mut notes);
    notes.append(&mut later);
    if is_empty(message) {
        NOTHING.clone_into(&mut message.content);
        notes.push(Note::EmptyMessage);
    }
    notes
}

/// Brings content and embeds within their limits. When they were not, or `is_less` says that something
/// else was cut, the hint says how to see the rest.
fn cut_all(message: &mut Message, is_less: bool, notes: &mut Vec<Note>) {
    let room = room(message);
    let over = (is_over(&message.content, room), embeds::are_over(&message.embeds));
    if !is_less && over == (false, false) {
        return;
    }
    let hint = take_hint(message);
    // The hint is in the last embed, or where none is shown, behind the content.
    if message.embeds.is_empty() || message.suppress_embeds {
        cut_content(message, room, &hint, notes);
        embeds::cut_all(&mut message.embeds, "", notes);
    } else {
        cut_content(message, room, "", notes);
        embeds::cut_all(&mut message.embeds, &hint, notes);
    }
}

/// What the pings, and the blank behind each, leave over for the content.
fn room(message: &Message) -> usize {
    let pings: usize = message.mention.iter().map(|mention| ping_length(mention) + 1).sum();
    limit::CONTENT.saturating_sub(pings)
}

fn take_hint(message: &mut Message) -> String {
    let mut hint = std::mem::take(&mut message.rest_hint);
    to_line(&mut hint);
    cut(&mut hint, HINT, TextSyntax::Plain, CutEnding::Ellipsis);
    hint
}

fn cut_content(message: &mut Message, room: usize, hint: &str, notes: &mut Vec<Note>) {
    let line = if hint.is_empty() { String::new() } else { format!("\n{hint}") };
    // Between a hundred pings it may not fit.
    let (line, room) = match room.checked_sub(line.chars().count()) {
        Some(room) => (line, room),
        None => (String::new(), room),
    };
    let ending = CutEnding::Counted(message.content_fit.mode);
    cut_part(&mut message.content, room, TextSyntax::Markdown, ending, MessagePart::Content, notes);
    message.content.push_str(if message.content.is_empty() { line.trim_start() } else { &line });
}

fn is_empty(message: &Message) -> bool {
    let lists = message.embeds.len() + message.buttons.len() + message.mention.len();
    message.content.is_empty() && lists == 0 && message.poll.is_none()
}

/// Pings are in the content and in `allowed_mentions`; one that does not fit into both is left out, whole.
fn fit_mentions(mentions: &mut Vec<Mention>, notes: &mut Vec<Note>) {
    if mentions.len() < 2 {
        return;
    }
    let before = mentions.len();
    let (mut room, mut roles, mut users) = (limit::CONTENT + 1, limit::MENTIONS, limit::MENTIONS);
    let mut kept: Vec<Mention> = Vec::with_capacity(before);
    let mut repeated = 0;
    for mention in mentions.drain(..) {
        let places = match mention {
            Mention::Role(_) => &mut roles,
            Mention::User(_) => &mut users,
            Mention::Everyone | Mention::Here => &mut 1,
        };
        let length = ping_length(&mention) + 1;
        if kept.contains(&mention) {
            repeated += 1;
        } else if *places > 0 && room >= length {
            *places -= 1;
            room -= length;
            kept.push(mention);
        }
    }
    *mentions = kept;
    let lost = before - mentions.len() - repeated;
    if lost > 0 {
        notes.push(Note::PingsLeftOut { count: lost });
    }
}

fn ping_length(mention: &Mention) -> usize {
    match mention {
        Mention::Role(id) => id.len() + "<@&>".len(),
        Mention::User(id) => id.len() + "<@>".len(),
        Mention::Everyone => "@everyone".len(),
        Mention::Here => "@here".len(),
    }
}

/// Returns whether there was too much of something.
fn fit_buttons(buttons: &mut Vec<Button>, notes: &mut Vec<Note>) -> bool {
    let (mut number, mut is_less) = (0, false);
    buttons.retain_mut(|button| {
        number += 1;
        let part = MessagePart::Button(number);
        tidy(&mut button.label);
        if link::fit(&mut button.url, limit::BUTTON_URL, part, notes) {
            return false;
        }
        if button.label.is_empty() {
            LABEL.clone_into(&mut button.label);
        }
        let (plain, ending) = (TextSyntax::Plain, CutEnding::Ellipsis);
        is_less |= cut_part(&mut button.label, limit::BUTTON_LABEL, plain, ending, part, notes);
        !button.url.is_empty()
    });
    let most = limit::ROWS * limit::BUTTONS_A_ROW;
    if buttons.len() > most {
        let over = buttons.len() - most;
        notes.push(Note::TooMany { part: MessagePart::Buttons, over, limit: most });
        buttons.truncate(most);
        is_less = true;
    }
    is_less
}
