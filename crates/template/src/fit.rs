//! Brings a message within every Discord limit, and tells truthfully what was cut. The parts of a message
//! are fitted here; the 6000 over all embeds, cutting, markdown, links and names have files of their own.

mod cut;
mod embeds;
mod forum;
mod link;
mod markdown;
mod name;
mod poll;

use self::cut::{Ending, Place, cut, is_over};
pub use self::forum::{derived_title, name_tags};
use hookbell_model::delivery::Mention;
use hookbell_model::message::{Button, Message, limit};
use hookbell_model::note::{Lost, MessagePart, Note};

/// What stands where Discord would refuse a message because there is nothing in it.
const NOTHING: &str = "(this message is empty)";
/// The label of a button that has none.
const LABEL: &str = "Open";
/// The hint at how to see the rest is a line, not a text, in characters.
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
    // What comes after the card is told after it, but has to be known before.
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

/// Brings content and embeds within their limits. When they were not, or `is_less` tells that something
/// else was cut, the hint says how to see the rest.
fn cut_all(message: &mut Message, is_less: bool, notes: &mut Vec<Note>) {
    let room = room(message);
    let over = (is_over(&message.content, room), embeds::are_over(&message.embeds));
    if !is_less && over == (false, false) {
        return;
    }
    let hint = take_hint(message);
    // The hint stands on the card, or where none is seen, behind the content.
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
    cut(&mut hint, HINT, Place::Plain, Ending::Dots);
    hint
}

fn cut_content(message: &mut Message, room: usize, hint: &str, notes: &mut Vec<Note>) {
    let line = if hint.is_empty() { String::new() } else { format!("\n{hint}") };
    // Between a hundred pings there may be no room for it.
    let (line, room) = match room.checked_sub(line.chars().count()) {
        Some(room) => (line, room),
        None => (String::new(), room),
    };
    let lost = cut(&mut message.content, room, Place::Marked, Ending::Told(message.content_fit.mode));
    note_cut(lost, MessagePart::Content, notes);
    message.content.push_str(if message.content.is_empty() { line.trim_start() } else { &line });
}

fn is_empty(message: &Message) -> bool {
    let lists = message.embeds.len() + message.buttons.len() + message.mention.len();
    message.content.is_empty() && lists == 0 && message.poll.is_none()
}

/// Pings stand in the content and in `allowed_mentions`; whoever fits in neither is left out, whole.
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
        is_less |= note_cut(cut(&mut button.label, limit::BUTTON_LABEL, Place::Plain, Ending::Dots), part, notes);
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

/// Trims as Discord does, so that what is counted is what Discord counts. Control characters other than tab
/// and line feed go first: Discord drops them, and a text of nothing else would count as missing.
fn tidy(text: &mut String) {
    if text.chars().any(is_dropped) {
        text.retain(|c| !is_dropped(c));
    }
    text.truncate(text.trim_end().len());
    let leading = text.len() - text.trim_start().len();
    if leading > 0 {
        text.drain(..leading);
    }
}

fn is_dropped(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
}

/// Makes one line of a text, without the characters that [`tidy`] drops.
fn to_line(text: &mut String) {
    tidy(text);
    if text.contains(['\n', '\t']) {
        *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
}

/// Returns whether anything was lost.
fn note_cut(lost: Lost, part: MessagePart, notes: &mut Vec<Note>) -> bool {
    let is_any = lost != Lost::NOTHING;
    if is_any {
        notes.push(Note::Cut { part, lost });
    }
    is_any
}

#[cfg(test)]
mod tests;
