//! Decides how much of each text of the embeds may stay, so that all together stay within the sum. Only
//! lengths are computed; nothing is cut here.

use std::cmp::Reverse;

use super::markers::{more_embeds, more_fields};
use hookbell_model::message::{Embed, Fit, Shrink, limit};

/// Descriptions without a `min` are not made shorter than this while anything else can still be cut.
const SHORTEST_DESCRIPTION: usize = 300;
/// The same for footers and field values.
const SHORTEST_TEXT: usize = 100;
/// No `min` is less: the count of what is missing takes this much.
const SHORTEST: usize = 40;

/// The longest each text may be, and how many embeds and fields stay.
#[derive(Debug)]
pub(super) struct EmbedBudget {
    pub(super) embeds: usize,
    sizes: Vec<EmbedSize>,
}

impl EmbedBudget {
    /// Reserves `hint` characters in the sum and in the last footer.
    pub(super) fn new(embeds: &[Embed], hint: usize) -> Self {
        let most = if embeds.len() > limit::EMBEDS { limit::EMBEDS - 1 } else { embeds.len() };
        let last = |at: usize| if at + 1 == embeds.len() { hint } else { 0 };
        let sizes =
            embeds.iter().take(most).enumerate().map(|(at, embed)| EmbedSize::of(embed, limit::FOOTER - last(at)));
        let mut budget = Self { embeds: most, sizes: sizes.collect() };
        let room = limit::EMBED_SUM.saturating_sub(hint);
        budget.leave_out_embeds(embeds.len(), room);
        let room = room - marker(embeds.len() - budget.embeds);
        budget.leave_out_fields(room);
        budget.shrink(room);
        budget
    }

    pub(super) fn description(&self, embed: usize) -> usize {
        self.sizes.get(embed).map_or(limit::DESCRIPTION, |size| size.description.cap)
    }

    pub(super) fn footer(&self, embed: usize) -> usize {
        self.sizes.get(embed).map_or(limit::FOOTER, |size| size.footer.cap)
    }

    /// How many fields of this embed stay.
    pub(super) fn fields(&self, embed: usize) -> usize {
        self.sizes.get(embed).map_or(usize::MAX, |size| size.kept)
    }

    pub(super) fn value(&self, embed: usize, field: usize) -> usize {
        let field = self.sizes.get(embed).and_then(|size| size.fields.get(..size.kept)?.get(field));
        field.map_or(limit::FIELD_VALUE, |(_, value)| value.cap)
    }

    /// Keeps as many embeds as fit at their shortest. One always fits.
    fn leave_out_embeds(&mut self, all: usize, room: usize) {
        let mut sum = 0;
        let fits = |(at, size): (usize, &EmbedSize)| {
            sum += size.shortest();
            sum + marker(all - at - 1) <= room
        };
        let fitting: Vec<bool> = self.sizes.iter().enumerate().map(fits).collect();
        self.embeds = fitting.iter().rposition(|fits| *fits).map_or(1, |at| at + 1).min(self.sizes.len());
        self.sizes.truncate(self.embeds);
    }

    /// Keeps as many fields as fit at their shortest; those at the end are removed first.
    fn leave_out_fields(&mut self, room: usize) {
        let mut sum: usize = self.sizes.iter().map(EmbedSize::floor).sum();
        for size in self.sizes.iter_mut().rev() {
            while sum > room && size.kept > 0 {
                sum -= size.floor();
                size.kept -= 1;
                sum += size.floor();
            }
        }
    }

    /// Shortens the texts that are left until they fit: those with the largest `shrink` first, and among
    /// equals the longest.
    fn shrink(&mut self, room: usize) {
        let sum: usize = self.sizes.iter().map(EmbedSize::length).sum();
        let mut over = sum.saturating_sub(room);
        let mut texts: Vec<&mut ShrinkableText> = self.sizes.iter_mut().flat_map(EmbedSize::texts).collect();
        texts.sort_by_key(|text| Reverse(text.shrink));
        for group in texts.chunk_by_mut(|one, other| one.shrink == other.shrink) {
            if over == 0 {
                return;
            }
            let before: usize = group.iter().map(|text| text.length).sum();
            lower(group, before.saturating_sub(over));
            let after: usize = group.iter().map(|text| text.cap).sum();
            over = over.saturating_sub(before - after);
        }
    }
}

/// Lowers one cap for all as little as brings their sum to `room`, or each to its floor.
fn lower(group: &mut [&mut ShrinkableText], room: usize) {
    let (mut low, mut high) = (0, limit::DESCRIPTION);
    while low < high {
        let middle = (low + high).div_ceil(2);
        if group.iter().map(|text| text.at_most(middle)).sum::<usize>() <= room {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    for text in group {
        text.cap = text.at_most(low);
    }
}

/// What the line that counts the embeds left out takes.
fn marker(lost: usize) -> usize {
    if lost == 0 { 0 } else { count(&more_embeds(lost)) }
}

/// The length of a text that may be shortened, and its least length.
#[derive(Debug)]
struct ShrinkableText {
    length: usize,
    floor: usize,
    shrink: Shrink,
    /// What it may have in the end.
    cap: usize,
}

impl ShrinkableText {
    fn new(text: &str, most: usize, fit: Fit, place: (Shrink, usize)) -> Self {
        let length = capped(text, most);
        let (shrink, min) = (fit.shrink.unwrap_or(place.0), fit.min.unwrap_or(place.1));
        Self { length, floor: min.max(SHORTEST).min(length), shrink, cap: length }
    }

    fn at_most(&self, cap: usize) -> usize {
        cap.max(self.floor).min(self.length)
    }
}

/// How long the texts of one embed are.
#[derive(Debug)]
struct EmbedSize {
    /// Of the texts that are only cut to their own limit.
    fixed: usize,
    description: ShrinkableText,
    footer: ShrinkableText,
    /// The length of the name, and the value. Not more than may stay.
    fields: Vec<(usize, ShrinkableText)>,
    all_fields: usize,
    kept: usize,
}

impl EmbedSize {
    fn of(embed: &Embed, footer: usize) -> Self {
        let all_fields = embed.fields.len();
        // Where some are removed, one of the places is needed for their count.
        let kept = if all_fields > limit::FIELDS { limit::FIELDS - 1 } else { all_fields };
        let place = (Shrink::VALUE, SHORTEST_TEXT);
        let fields = embed.fields.iter().take(kept).map(|field| {
            let name = capped(&field.name, limit::FIELD_NAME);
            (name, ShrinkableText::new(&field.value, limit::FIELD_VALUE, field.fit, place))
        });
        let place = (Shrink::DESCRIPTION, SHORTEST_DESCRIPTION);
        Self {
            fixed: capped(&embed.title, limit::TITLE) + capped(&embed.author.name, limit::AUTHOR),
            description: ShrinkableText::new(&embed.description, limit::DESCRIPTION, embed.description_fit, place),
            footer: ShrinkableText::new(&embed.footer.text, footer, Fit::default(), (Shrink::FOOTER, SHORTEST_TEXT)),
            fields: fields.collect(),
            all_fields,
            kept,
        }
    }

    fn kept_fields(&self) -> &[(usize, ShrinkableText)] {
        self.fields.get(..self.kept).unwrap_or_default()
    }

    /// With as many fields as stay, each text as long as it may be.
    fn length(&self) -> usize {
        let fields: usize = self.kept_fields().iter().map(|(name, value)| name + value.length).sum();
        self.fixed + self.description.length + self.footer.length + fields + self.field_marker()
    }

    /// With as many fields as stay, each text at its shortest.
    fn floor(&self) -> usize {
        let fields: usize = self.kept_fields().iter().map(|(name, value)| name + value.floor).sum();
        self.fixed + self.description.floor + self.footer.floor + fields + self.field_marker()
    }

    /// Without fields, each text at its shortest.
    fn shortest(&self) -> usize {
        let marker = if self.all_fields > 0 { field_marker(self.all_fields) } else { 0 };
        self.fixed + self.description.floor + self.footer.floor + marker
    }

    fn field_marker(&self) -> usize {
        let lost = self.all_fields - self.kept;
        if lost > 0 { field_marker(lost) } else { 0 }
    }

    fn texts(&mut self) -> impl Iterator<Item = &mut ShrinkableText> {
        let fields = self.fields.get_mut(..self.kept).unwrap_or_default();
        [&mut self.description, &mut self.footer].into_iter().chain(fields.iter_mut().map(|(_, value)| value))
    }
}

/// What the field that counts those left out takes.
fn field_marker(lost: usize) -> usize {
    let field = more_fields(lost);
    count(&field.name) + count(&field.value)
}

fn count(text: &str) -> usize {
    text.chars().count()
}

fn capped(text: &str, most: usize) -> usize {
    // No code point has more than four bytes, so the longest texts need no counting.
    if text.len() > 4 * most { most } else { count(text).min(most) }
}
