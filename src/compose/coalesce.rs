//! Makes one message of several that wait for the same channel: their embeds one after the other, their first lines in
//! the content, so that a phone shows each of them.

use std::collections::HashSet;

use hookbell_model::locale::Locale;
use hookbell_model::message::{Button, Embed, Message, limit};
use hookbell_model::note::Note;
use hookbell_model::shared_message::{MessageSlot, SharedMessage};
use hookbell_template::fit;

/// Most messages in one: what has no embeds is a line each.
const MOST: usize = 25;

/// Messages that are to become one, while it is found out which of them fit into it.
#[derive(Debug)]
pub struct Coalescing {
    first: Message,
    slots: Vec<MessageSlot>,
    embeds: usize,
    characters: usize,
    /// Characters of the texts that have to be shown whole.
    lines: usize,
}

impl Coalescing {
    pub fn new(first: &Message) -> Self {
        let (mut this, slot) =
            (Self { first: first.clone(), slots: Vec::new(), embeds: 0, characters: 0, lines: 0 }, slot_of(first, 0));
        this.push(slot);
        this
    }

    /// Adds a message; `false` when it cannot be in one message with the others.
    pub fn add(&mut self, message: &Message) -> bool {
        if !is_like(&self.first, message) || self.slots.len() >= MOST {
            return false;
        }
        let slot = slot_of(message, 0);
        let characters = self.characters + characters(&slot);
        let lines = self.lines + line(&slot);
        let pings = self.pings() + slot.mention.iter().map(|mention| mention.to_string().len() + 1).sum::<usize>();
        let fits = self.embeds + slot.embeds.len() <= limit::EMBEDS
            && characters <= limit::EMBED_SUM
            && lines + pings <= limit::CONTENT;
        if fits {
            self.push(slot);
        }
        fits
    }

    pub fn is_several(&self) -> bool {
        self.slots.len() > 1
    }

    /// The message with all of them.
    pub fn finish(self, locale: Locale) -> (Message, SharedMessage) {
        let shared = SharedMessage { slots: self.slots };
        let (message, _) = shared_message(&self.first, &shared, locale);
        (message, shared)
    }

    fn push(&mut self, slot: MessageSlot) {
        self.embeds += slot.embeds.len();
        self.characters += characters(&slot);
        self.lines += line(&slot);
        self.slots.push(slot);
    }

    fn pings(&self) -> usize {
        let mentions = self.slots.iter().flat_map(|slot| &slot.mention);
        mentions.map(|mention| mention.to_string().len() + 1).sum()
    }
}

/// The message of these slots. `like` is one of its messages: it has the sender, the thread and the flags. What no longer
/// fits, because a slot has grown, is cut, as the notes say.
pub fn shared_message(like: &Message, shared: &SharedMessage, locale: Locale) -> (Message, Vec<Note>) {
    let mut mention = Vec::new();
    for one in shared.slots.iter().flat_map(|slot| &slot.mention) {
        if !mention.contains(one) {
            mention.push(one.clone());
        }
    }
    let pings: usize = mention.iter().map(|one| one.to_string().len() + 1).sum();
    let mut message = Message {
        content: content(&shared.slots, limit::CONTENT.saturating_sub(pings), locale),
        embeds: embeds(&shared.slots),
        buttons: Vec::new(),
        actions: Vec::new(),
        mention,
        rest_hint: String::new(),
        ..like.clone()
    };
    let notes = fit::fit_message(&mut message);
    (message, notes)
}

/// What the message of this delivery has in one that it shares. A message that is shared has no buttons, as nobody could see whose they
/// are: they become links.
pub fn slot_of(message: &Message, delivery: i64) -> MessageSlot {
    let (mut content, mut embeds) = (message.content.clone(), message.embeds.clone());
    let links: Vec<String> = message.buttons.iter().map(link).collect();
    if !links.is_empty() {
        let links = links.join(" · ");
        match embeds.last_mut() {
            Some(embed) if embed.description.chars().count() + links.chars().count() < limit::DESCRIPTION => {
                let joint = if embed.description.is_empty() { "" } else { "\n" };
                embed.description.push_str(&format!("{joint}{links}"));
            }
            Some(_) => {}
            None => content = format!("{content} {links}").trim_start().to_owned(),
        }
    }
    MessageSlot { delivery, content, embeds, mention: message.mention.clone() }
}

fn link(Button { label, url }: &Button) -> String {
    // A label is plain text.
    let label: String = label.chars().filter(|char| !matches!(char, '[' | ']' | '\\')).collect();
    format!("[{label}](<{url}>)")
}

/// Whether both can be one message, whatever they say.
fn is_like(first: &Message, other: &Message) -> bool {
    let whole = |message: &Message| message.poll.is_none() && !message.tts && message.files.is_empty();
    let of = |message: &Message| (message.silent, message.suppress_embeds);
    whole(first)
        && whole(other)
        && of(first) == of(other)
        && (&first.username, &first.avatar_url) == (&other.username, &other.avatar_url)
        && (&first.thread, &first.tags) == (&other.thread, &other.tags)
}

fn characters(slot: &MessageSlot) -> usize {
    slot.embeds.iter().map(Embed::characters).sum()
}

/// Of a text that must be shown whole, and the end of its line.
fn line(slot: &MessageSlot) -> usize {
    if slot.embeds.is_empty() { slot.content.chars().count() + 1 } else { 0 }
}

/// The texts, each on a line of its own. A text with embeds says nothing that is not in them, so where there is no room it
/// is counted instead.
fn content(slots: &[MessageSlot], room: usize, locale: Locale) -> String {
    let whole: usize = slots.iter().map(line).sum();
    let count = locale.and_more(slots.len()).chars().count() + 1;
    let mut room = room.saturating_sub(whole);
    let optional = |slot: &&MessageSlot| !slot.embeds.is_empty() && !slot.content.is_empty();
    let all: usize = slots.iter().filter(optional).map(|slot| slot.content.chars().count() + 1).sum();
    if all > room {
        room = room.saturating_sub(count);
    }
    let (mut lines, mut left_out) = (Vec::new(), 0);
    for slot in slots {
        if slot.content.is_empty() {
            continue;
        }
        let length = slot.content.chars().count() + 1;
        if slot.embeds.is_empty() {
            lines.push(slot.content.clone());
        } else if left_out == 0 && length <= room {
            room -= length;
            lines.push(slot.content.clone());
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        lines.push(locale.and_more(left_out));
    }
    lines.join("\n")
}

/// Discord shows only the first of several embeds with one URL, so a later slot's gets a fragment that leads to the same
/// page. Embeds of one slot keep theirs: with one URL they are a gallery.
fn embeds(slots: &[MessageSlot]) -> Vec<Embed> {
    let (mut used, mut all) = (HashSet::new(), Vec::new());
    for (number, slot) in slots.iter().enumerate() {
        let before = used.clone();
        for embed in &slot.embeds {
            let mut embed = embed.clone();
            if !embed.url.is_empty() && before.contains(&embed.url) {
                apart(&mut embed, number);
            }
            used.insert(embed.url.clone());
            all.push(embed);
        }
    }
    all
}

fn apart(embed: &mut Embed, number: usize) {
    let url = std::mem::take(&mut embed.url);
    if !url.contains('#') && url.len() + 4 <= limit::URL {
        embed.url = format!("{url}#{}", number + 1);
    } else if embed.description.chars().count() + url.len() + 3 <= limit::DESCRIPTION {
        let joint = if embed.description.is_empty() { "" } else { "\n" };
        embed.description.push_str(&format!("{joint}<{url}>"));
    }
}
