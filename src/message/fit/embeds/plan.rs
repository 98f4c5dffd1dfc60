//! Decides how much of each embed may stay, so that all together stay within the sum. Only lengths are
//! looked at; nothing is cut here.

use super::{more_embeds, more_fields};
use crate::message::{Embed, limit};

/// Descriptions are not made shorter than this while anything else can still give way.
const SHORTEST_DESCRIPTION: usize = 300;
/// The same for footers and field values.
const SHORTEST_TEXT: usize = 100;

/// The longest each kind of text may be, and how many embeds and fields stay.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) description: usize,
    pub(super) footer: usize,
    pub(super) value: usize,
    pub(super) embeds: usize,
    /// By embed; beyond the end all stay.
    fields: Vec<usize>,
}

impl Plan {
    pub(super) fn make(embeds: &[Embed]) -> Self {
        let whole = Self {
            description: limit::DESCRIPTION,
            footer: limit::FOOTER,
            value: limit::FIELD_VALUE,
            embeds: embeds.len(),
            fields: Vec::new(),
        };
        let many = embeds.len() > limit::EMBEDS || embeds.iter().any(|embed| embed.fields.len() > limit::FIELDS);
        if !many && characters(embeds) <= limit::EMBED_SUM {
            return whole;
        }
        let lengths: Vec<Lengths> = embeds.iter().map(Lengths::of).collect();
        let most = if embeds.len() > limit::EMBEDS { limit::EMBEDS - 1 } else { embeds.len() };
        let fields: Vec<usize> = lengths.iter().map(Lengths::allowed_fields).collect();
        let full = Self { embeds: most, fields, ..whole };
        // Fewer and fewer embeds, until those that stay can be made to fit. One always can.
        (2..=most).rev().find_map(|embeds| full.squeezed(&lengths, embeds)).unwrap_or_else(|| full.to_one(&lengths))
    }

    /// How many fields of this embed stay.
    pub(super) fn fields(&self, embed: usize) -> usize {
        self.fields.get(embed).copied().unwrap_or(usize::MAX)
    }

    fn to_one(&self, lengths: &[Lengths]) -> Self {
        self.squeezed(lengths, 1).unwrap_or_else(|| self.clone())
    }

    /// This plan for the first `embeds` embeds, with as much taken away as it needs; `None` when that is not
    /// enough.
    fn squeezed(&self, lengths: &[Lengths], embeds: usize) -> Option<Self> {
        let mut plan = Self { embeds, ..self.clone() };
        plan.lower(lengths, SHORTEST_DESCRIPTION, limit::DESCRIPTION, |plan| &mut plan.description);
        plan.lower(lengths, SHORTEST_TEXT, limit::FOOTER, |plan| &mut plan.footer);
        plan.lower(lengths, SHORTEST_TEXT, limit::FIELD_VALUE, |plan| &mut plan.value);
        while !plan.fits(lengths) {
            let fields = plan.fields.iter_mut().take(embeds).rev().find(|fields| **fields > 0)?;
            *fields -= 1;
        }
        Some(plan)
    }

    /// Lowers one length as little as makes everything fit, at most to `floor`.
    fn lower(&mut self, lengths: &[Lengths], floor: usize, top: usize, pick: fn(&mut Self) -> &mut usize) {
        let (mut low, mut high) = (floor, top);
        while low < high {
            let middle = (low + high).div_ceil(2);
            *pick(self) = middle;
            if self.fits(lengths) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        *pick(self) = low;
    }

    fn fits(&self, lengths: &[Lengths]) -> bool {
        let stay: usize =
            lengths.iter().take(self.embeds).enumerate().map(|(at, embed)| embed.sum(self, self.fields(at))).sum();
        let lost = lengths.len() - self.embeds;
        let marker = if lost > 0 { more_embeds(lost).chars().count() } else { 0 };
        stay + marker <= limit::EMBED_SUM
    }
}

/// How long the texts of one embed are; those that are only cut to their own limit, as they will be.
#[derive(Debug)]
struct Lengths {
    fixed: usize,
    description: usize,
    footer: usize,
    /// Name and value.
    fields: Vec<(usize, usize)>,
}

impl Lengths {
    fn of(embed: &Embed) -> Self {
        let fields = embed.fields.iter().map(|field| (capped(&field.name, limit::FIELD_NAME), count(&field.value)));
        Self {
            fixed: capped(&embed.title, limit::TITLE) + capped(&embed.author.name, limit::AUTHOR),
            description: count(&embed.description),
            footer: count(&embed.footer.text),
            fields: fields.collect(),
        }
    }

    /// By count alone; where some go, one of the places is needed to say so.
    fn allowed_fields(&self) -> usize {
        if self.fields.len() > limit::FIELDS { limit::FIELDS - 1 } else { self.fields.len() }
    }

    fn sum(&self, plan: &Plan, fields: usize) -> usize {
        let kept: usize = self.fields.iter().take(fields).map(|(name, value)| name + value.min(&plan.value)).sum();
        let lost = self.fields.len().saturating_sub(fields);
        let marker = if lost > 0 {
            let field = more_fields(lost);
            count(&field.name) + count(&field.value)
        } else {
            0
        };
        self.fixed + self.description.min(plan.description) + self.footer.min(plan.footer) + kept + marker
    }
}

/// What Discord counts towards the sum, each text at most at its own limit.
fn characters(embeds: &[Embed]) -> usize {
    let embed = |embed: &Embed| {
        let fields = embed.fields.iter();
        let fields = fields.map(|f| capped(&f.name, limit::FIELD_NAME) + capped(&f.value, limit::FIELD_VALUE));
        capped(&embed.title, limit::TITLE)
            + capped(&embed.description, limit::DESCRIPTION)
            + capped(&embed.author.name, limit::AUTHOR)
            + capped(&embed.footer.text, limit::FOOTER)
            + fields.sum::<usize>()
    };
    embeds.iter().map(embed).sum()
}

fn count(text: &str) -> usize {
    text.chars().count()
}

fn capped(text: &str, most: usize) -> usize {
    count(text).min(most)
}
