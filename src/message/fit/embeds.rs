//! Fits the embeds: what Discord would refuse goes, what is too long is cut, and when all together are over
//! the sum, descriptions give way first, then footers and the longest values, then fields from the end.

mod plan;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use self::plan::Plan;
use super::cut::{Ending, Place, cut, group};
use super::{link, note_cut, tidy};
use crate::message::{Author, Embed, Field, Footer, limit};

/// A field's name where there is none: Discord wants one, this one is not seen.
const NO_NAME: &str = "\u{200b}";

pub(super) fn fit(embeds: &mut Vec<Embed>, notes: &mut Vec<String>) {
    let alone = embeds.len() <= 1;
    let mut number = 0;
    embeds.retain_mut(|embed| {
        number += 1;
        clean(embed, &|part| label(alone, number, part), notes);
        !is_empty(embed)
    });
    drop_repeated_urls(embeds, notes);
    let plan = Plan::make(embeds);
    leave_out_embeds(embeds, plan.embeds, notes);
    let alone = embeds.len() <= 1;
    for (at, embed) in embeds.iter_mut().enumerate() {
        let place = |part: &str| label(alone, at + 1, part);
        leave_out_fields(&mut embed.fields, plan.fields(at), &place, notes);
        cut_texts(embed, &plan, &place, notes);
    }
}

/// How a part is named in the notes.
fn label(alone: bool, number: usize, part: &str) -> String {
    if alone { part.to_owned() } else { format!("embed {number} {part}") }
}

/// Trims, and drops what Discord would refuse whatever its length.
fn clean(embed: &mut Embed, place: &dyn Fn(&str) -> String, notes: &mut Vec<String>) {
    for text in [&mut embed.title, &mut embed.description, &mut embed.author.name, &mut embed.footer.text] {
        tidy(text);
    }
    for (url, part) in [
        (&mut embed.url, "link"),
        (&mut embed.author.url, "author link"),
        (&mut embed.author.icon_url, "author icon"),
        (&mut embed.footer.icon_url, "footer icon"),
        (&mut embed.thumbnail, "thumbnail"),
        (&mut embed.image, "image"),
    ] {
        link::fit(url, limit::URL, || place(part), notes);
    }
    embed.fields.retain_mut(|field| {
        tidy(&mut field.name);
        tidy(&mut field.value);
        if field.name.is_empty() {
            NO_NAME.clone_into(&mut field.name);
        }
        !field.value.is_empty()
    });
    // Discord takes neither without its text.
    if embed.author.name.is_empty() {
        embed.author = Author::default();
    }
    if embed.footer.text.is_empty() {
        embed.footer = Footer::default();
    }
    if let Some(color) = &mut embed.color
        && *color > 0xFF_FFFF
    {
        *color = 0xFF_FFFF;
        notes.push(format!("{}: over 0xFFFFFF, set to that", place("colour")));
    }
    tidy(&mut embed.timestamp);
    if !embed.timestamp.is_empty() && !is_rfc3339(&embed.timestamp) {
        embed.timestamp.clear();
        notes.push(format!("{}: left out, not RFC 3339", place("timestamp")));
    }
}

/// Stricter than the parser, which lets the letters be small and the separator be a blank.
fn is_rfc3339(text: &str) -> bool {
    text.chars().nth(10) == Some('T') && !text.ends_with('z') && OffsetDateTime::parse(text, &Rfc3339).is_ok()
}

fn is_empty(embed: &Embed) -> bool {
    let texts = [&embed.title, &embed.description, &embed.author.name, &embed.footer.text];
    let pictures = [&embed.thumbnail, &embed.image];
    embed.fields.is_empty() && texts.into_iter().chain(pictures).all(String::is_empty)
}

/// Discord shows only the first of several embeds with one URL: later ones keep their text instead.
fn drop_repeated_urls(embeds: &mut [Embed], notes: &mut Vec<String>) {
    for at in 1..embeds.len() {
        let (before, rest) = embeds.split_at_mut(at);
        let Some(embed) = rest.first_mut() else { continue };
        if !embed.url.is_empty() && before.iter().any(|other| other.url == embed.url) {
            embed.url.clear();
            notes.push(format!("embed {} link: left out, an earlier embed has the same", at + 1));
        }
    }
}

fn leave_out_embeds(embeds: &mut Vec<Embed>, kept: usize, notes: &mut Vec<String>) {
    if kept >= embeds.len() {
        return;
    }
    let lost = embeds.len() - kept;
    embeds.truncate(kept);
    embeds.push(Embed { description: more_embeds(lost), ..Embed::default() });
    notes.push(format!("embeds: {} left out", group(lost)));
}

fn leave_out_fields(fields: &mut Vec<Field>, kept: usize, place: &dyn Fn(&str) -> String, notes: &mut Vec<String>) {
    if kept >= fields.len() {
        return;
    }
    let lost = fields.len() - kept;
    fields.truncate(kept);
    fields.push(more_fields(lost));
    notes.push(format!("{}: {} left out", place("fields"), group(lost)));
}

fn more_embeds(lost: usize) -> String {
    format!("… and {} more {}", group(lost), if lost == 1 { "embed" } else { "embeds" })
}

fn more_fields(lost: usize) -> Field {
    let value = format!("and {} more {}", group(lost), if lost == 1 { "field" } else { "fields" });
    Field { name: "…".to_owned(), value, ..Field::default() }
}

fn cut_texts(embed: &mut Embed, plan: &Plan, place: &dyn Fn(&str) -> String, notes: &mut Vec<String>) {
    use Ending::{Counted, Dots};
    use Place::{Marked, Plain};
    for (text, most, markdown, ending, part) in [
        (&mut embed.author.name, limit::AUTHOR, Plain, Dots, "author"),
        (&mut embed.title, limit::TITLE, Marked, Dots, "title"),
        (&mut embed.description, plan.description, Marked, Counted, "description"),
        (&mut embed.footer.text, plan.footer, Plain, Counted, "footer"),
    ] {
        note_cut(cut(text, most, markdown, ending), || place(part), notes);
    }
    for (at, field) in embed.fields.iter_mut().enumerate() {
        let lost = cut(&mut field.name, limit::FIELD_NAME, Marked, Dots);
        note_cut(lost, || place(&format!("field {} name", at + 1)), notes);
        let lost = cut(&mut field.value, plan.value, Marked, Counted);
        note_cut(lost, || place(&format!("field {}", at + 1)), notes);
    }
}
