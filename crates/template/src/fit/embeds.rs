//! Fits the embeds: what Discord would refuse is removed, what is too long is cut, and when all together exceed the
//! sum, texts are shortened in the order of their `shrink`, then fields are removed from the end, then embeds.

mod budget;
mod markers;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use self::budget::EmbedBudget;
use self::markers::{more_embeds, more_fields};
use super::cut::{CutEnding, TextSyntax, cut_part, is_over};
use super::link;
use super::tidy::tidy;
use hookbell_model::message::{Author, Embed, Field, FitMode, Footer, limit};
use hookbell_model::note::{EmbedPart, MessagePart, Note};

/// A field's name where there is none: Discord requires one, this one is invisible.
const NO_NAME: &str = "\u{200b}";
/// What is between a footer and the hint.
const JOINT: &str = " · ";

/// Removes what Discord would refuse whatever its length, and embeds with nothing visible.
pub(super) fn clean(embeds: &mut Vec<Embed>, notes: &mut Vec<Note>) {
    let alone = embeds.len() <= 1;
    let mut number = 0;
    embeds.retain_mut(|embed| {
        number += 1;
        clean_one(embed, &|part| part_of(alone, number, part), notes);
        !is_empty(embed)
    });
    drop_repeated_urls(embeds, notes);
}

/// Whether anything has to be cut or left out.
pub(super) fn are_over(embeds: &[Embed]) -> bool {
    let many = embeds.len() > limit::EMBEDS || embeds.iter().any(|embed| embed.fields.len() > limit::FIELDS);
    let mut bytes = 0;
    for (text, most) in embeds.iter().flat_map(texts) {
        if is_over(text, most) {
            return true;
        }
        bytes += text.len();
    }
    // A byte is at most one code point, so most messages need no counting.
    many || (bytes > limit::EMBED_SUM && characters(embeds) > limit::EMBED_SUM)
}

fn characters(embeds: &[Embed]) -> usize {
    embeds.iter().map(Embed::characters).sum()
}

/// The texts that count towards the sum, with what each may have.
fn texts(embed: &Embed) -> impl Iterator<Item = (&str, usize)> {
    let own = [
        (&*embed.title, limit::TITLE),
        (&*embed.description, limit::DESCRIPTION),
        (&*embed.author.name, limit::AUTHOR),
        (&*embed.footer.text, limit::FOOTER),
    ];
    own.into_iter().chain(
        embed.fields.iter().flat_map(|field| [(&*field.name, limit::FIELD_NAME), (&*field.value, limit::FIELD_VALUE)]),
    )
}

/// Cuts and leaves out until [`are_over`] no longer holds. The hint, when there is one, ends the last footer.
pub(super) fn cut_all(embeds: &mut Vec<Embed>, hint: &str, notes: &mut Vec<Note>) {
    let budget = EmbedBudget::new(embeds, joined_length(hint));
    leave_out_embeds(embeds, budget.embeds, notes);
    let alone = embeds.len() <= 1;
    for (at, embed) in embeds.iter_mut().enumerate() {
        let place = |part| part_of(alone, at + 1, part);
        leave_out_fields(&mut embed.fields, budget.fields(at), &place, notes);
        cut_texts(embed, at, &budget, &place, notes);
    }
    if !hint.is_empty()
        && let Some(footer) = embeds.last_mut().map(|embed| &mut embed.footer.text)
    {
        let joint = if footer.is_empty() { "" } else { JOINT };
        footer.push_str(&format!("{joint}{hint}"));
    }
}

/// The longest that the hint can be.
fn joined_length(hint: &str) -> usize {
    if hint.is_empty() { 0 } else { hint.chars().count() + JOINT.chars().count() }
}

/// As notes name it: an embed that is alone has no number.
fn part_of(alone: bool, number: usize, part: EmbedPart) -> MessagePart {
    MessagePart::Embed { number: (!alone).then_some(number), part }
}

/// Trims, and drops what Discord would refuse.
fn clean_one(embed: &mut Embed, place: &dyn Fn(EmbedPart) -> MessagePart, notes: &mut Vec<Note>) {
    for text in [&mut embed.title, &mut embed.description, &mut embed.author.name, &mut embed.footer.text] {
        tidy(text);
    }
    for (url, part) in [
        (&mut embed.url, EmbedPart::Link),
        (&mut embed.author.url, EmbedPart::AuthorLink),
        (&mut embed.author.icon_url, EmbedPart::AuthorIcon),
        (&mut embed.footer.icon_url, EmbedPart::FooterIcon),
        (&mut embed.thumbnail, EmbedPart::Thumbnail),
        (&mut embed.image, EmbedPart::Image),
    ] {
        link::fit(url, limit::URL, place(part), notes);
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
        notes.push(Note::ColorClamped { part: place(EmbedPart::Color) });
    }
    tidy(&mut embed.timestamp);
    if !embed.timestamp.is_empty() && !is_rfc3339(&embed.timestamp) {
        embed.timestamp.clear();
        notes.push(Note::InvalidTimestamp { part: place(EmbedPart::Timestamp) });
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
fn drop_repeated_urls(embeds: &mut [Embed], notes: &mut Vec<Note>) {
    for at in 1..embeds.len() {
        let (before, rest) = embeds.split_at_mut(at);
        let Some(embed) = rest.first_mut() else { continue };
        if !embed.url.is_empty() && before.iter().any(|other| other.url == embed.url) {
            embed.url.clear();
            notes.push(Note::RepeatedEmbedUrl { part: part_of(false, at + 1, EmbedPart::Link) });
        }
    }
}

fn leave_out_embeds(embeds: &mut Vec<Embed>, kept: usize, notes: &mut Vec<Note>) {
    if kept >= embeds.len() {
        return;
    }
    let lost = embeds.len() - kept;
    embeds.truncate(kept);
    embeds.push(Embed { description: more_embeds(lost), ..Embed::default() });
    notes.push(Note::LeftOut { part: MessagePart::Embeds, count: lost });
}

fn leave_out_fields(
    fields: &mut Vec<Field>,
    kept: usize,
    place: &dyn Fn(EmbedPart) -> MessagePart,
    notes: &mut Vec<Note>,
) {
    if kept >= fields.len() {
        return;
    }
    let lost = fields.len() - kept;
    fields.truncate(kept);
    fields.push(more_fields(lost));
    notes.push(Note::LeftOut { part: place(EmbedPart::Fields), count: lost });
}

fn cut_texts(
    embed: &mut Embed,
    at: usize,
    budget: &EmbedBudget,
    place: &dyn Fn(EmbedPart) -> MessagePart,
    notes: &mut Vec<Note>,
) {
    use CutEnding::{Counted, Ellipsis};
    use TextSyntax::{Markdown, Plain};
    let mode = embed.description_fit.mode;
    for (text, most, syntax, ending, part) in [
        (&mut embed.author.name, limit::AUTHOR, Plain, Ellipsis, EmbedPart::Author),
        (&mut embed.title, limit::TITLE, Markdown, Ellipsis, EmbedPart::Title),
        (&mut embed.description, budget.description(at), Markdown, Counted(mode), EmbedPart::Description),
        (&mut embed.footer.text, budget.footer(at), Plain, Counted(FitMode::End), EmbedPart::Footer),
    ] {
        cut_part(text, most, syntax, ending, place(part), notes);
    }
    for (number, field) in embed.fields.iter_mut().enumerate() {
        let (name, value) = (EmbedPart::FieldName(number + 1), EmbedPart::FieldValue(number + 1));
        cut_part(&mut field.name, limit::FIELD_NAME, Markdown, Ellipsis, place(name), notes);
        let ending = Counted(field.fit.mode);
        cut_part(&mut field.value, budget.value(at, number), Markdown, ending, place(value), notes);
    }
}

#[cfg(test)]
mod tests;
