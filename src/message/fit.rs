//! Brings a message within every Discord limit, and tells truthfully what was cut. The parts of a message
//! are fitted here; the 6000 over all embeds, cutting, markdown, links and names have files of their own.

mod cut;
mod embeds;
mod link;
mod markdown;
mod name;
mod post;

use self::cut::{Ending, Place, cut, group};
use super::{Button, Message, limit};
use crate::delivery::Mention;

/// What stands where Discord would refuse a message because there is nothing in it.
const NOTHING: &str = "(this message is empty)";
/// The label of a button that has none.
const LABEL: &str = "Open";

impl Message {
    /// Brings the message within every limit. Returns what was cut, a line each, for `explain`.
    ///
    /// Lengths are code points after trimming, as Discord counts. A message within the limits comes out as it
    /// went in, but for white space at the edges and control characters. Fitting twice changes nothing.
    pub fn fit(&mut self) -> Vec<String> {
        let mut notes = Vec::new();
        name::fit(&mut self.username, &mut notes);
        link::fit(&mut self.avatar_url, limit::URL, || "avatar".to_owned(), &mut notes);
        fit_mentions(&mut self.mention, &mut notes);
        self.fit_content(&mut notes);
        embeds::fit(&mut self.embeds, &mut notes);
        fit_buttons(&mut self.buttons, &mut notes);
        post::fit(self, &mut notes);
        if self.is_empty() {
            NOTHING.clone_into(&mut self.content);
            notes.push("the message was empty: posted as a line that says so".to_owned());
        }
        notes
    }

    fn is_empty(&self) -> bool {
        let lists = self.embeds.len() + self.buttons.len() + self.mention.len();
        self.content.is_empty() && lists == 0 && self.poll.is_none()
    }

    /// The content gets what the pings leave over, and the blank between them.
    fn fit_content(&mut self, notes: &mut Vec<String>) {
        tidy(&mut self.content);
        let pings: usize = self.mention.iter().map(|mention| ping_length(mention) + 1).sum();
        let room = limit::CONTENT.saturating_sub(pings);
        let lost = cut(&mut self.content, room, Place::Marked, Ending::Counted);
        note_cut(lost, || "content".to_owned(), notes);
    }
}

/// Pings stand in the content and in `allowed_mentions`; whoever fits in neither is left out, whole.
fn fit_mentions(mentions: &mut Vec<Mention>, notes: &mut Vec<String>) {
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
        notes.push(format!("pings: {} left out, over Discord's limit", group(lost)));
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

fn fit_buttons(buttons: &mut Vec<Button>, notes: &mut Vec<String>) {
    let mut number = 0;
    buttons.retain_mut(|button| {
        number += 1;
        let place = || format!("button {number}");
        tidy(&mut button.label);
        if link::fit(&mut button.url, limit::BUTTON_URL, place, notes) {
            return false;
        }
        if button.label.is_empty() {
            LABEL.clone_into(&mut button.label);
        }
        note_cut(cut(&mut button.label, limit::BUTTON_LABEL, Place::Plain, Ending::Dots), place, notes);
        !button.url.is_empty()
    });
    let most = limit::ROWS * limit::BUTTONS_A_ROW;
    if buttons.len() > most {
        notes.push(format!("buttons: {} more than {most} left out", group(buttons.len() - most)));
        buttons.truncate(most);
    }
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

fn note_cut(lost: usize, place: impl FnOnce() -> String, notes: &mut Vec<String>) {
    if lost > 0 {
        let noun = if lost == 1 { "character" } else { "characters" };
        notes.push(format!("{}: {} {noun} cut", place(), group(lost)));
    }
}

#[cfg(test)]
mod tests;
