//! What changes between two sides of one event. Pure: deliveries in, changes out.

use super::super::pipeline::PipelineOutput;
use super::lines::{MessageLine, lines};
use crate::rules::WhenFailure;
use crate::store::SentMessage;
use hookbell_model::delivery::Mention;
use hookbell_model::note::Note;

/// What may change, the most alarming first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum ChangeKind {
    Failure,
    Dropped,
    Pings,
    Moved,
    Added,
    Limit,
    Template,
    Text,
    Unpings,
    Fixed,
}

impl ChangeKind {
    pub(super) const ALL: [Self; 10] = [
        Self::Failure,
        Self::Dropped,
        Self::Pings,
        Self::Moved,
        Self::Added,
        Self::Limit,
        Self::Template,
        Self::Text,
        Self::Unpings,
        Self::Fixed,
    ];

    /// The word in JSON.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Dropped => "dropped",
            Self::Pings => "pings",
            Self::Moved => "routed_elsewhere",
            Self::Added => "added",
            Self::Limit => "limit",
            Self::Template => "template",
            Self::Text => "text",
            Self::Unpings => "no_longer_pings",
            Self::Fixed => "fixed",
        }
    }
}

/// What changes with the same values are reported together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ChangeGroup {
    /// A destination, or the template it was rendered with before.
    pub(super) from: String,
    pub(super) to: String,
    /// The template it is rendered with after the edit.
    pub(super) message: String,
    /// Who is pinged, which parts of the text, which failure; the numbers of notes left out.
    pub(super) what: String,
}

#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) kind: ChangeKind,
    pub(super) group: ChangeGroup,
    /// Where it would be posted; where it was, for what is dropped.
    pub(super) destination: String,
    /// The note with its numbers.
    pub(super) note: Option<String>,
    /// The text on both sides.
    pub(super) text: Option<(Vec<MessageLine>, Vec<MessageLine>)>,
}

/// Adds every change between the two sides; returns how many deliveries change.
pub(super) fn compare(before: Vec<PipelineOutput>, after: Vec<PipelineOutput>, changes: &mut Vec<Change>) -> usize {
    let (mut old, mut changed) = (before, 0);
    let mut moved = Vec::new();
    let mut pairs = Vec::new();
    for new in after {
        match old.iter().position(|made| made.destination == new.destination) {
            Some(at) => pairs.push((Some(old.remove(at)), new)),
            None => moved.push(new),
        }
    }
    // What is left on both sides has moved, in the order of the routes.
    let mut left = old.into_iter();
    pairs.extend(moved.into_iter().map(|new| (left.next(), new)));
    for (old, new) in &pairs {
        let known = changes.len();
        pair(old.as_ref(), new, changes);
        changed += usize::from(changes.len() > known);
    }
    for old in left {
        changed += 1;
        let message = old.sent.map(|sent| sent.template).or(old.plan.template).unwrap_or_default();
        let group = ChangeGroup { from: old.destination.clone(), message, ..ChangeGroup::default() };
        changes.push(Change { kind: ChangeKind::Dropped, group, destination: old.destination, note: None, text: None });
    }
    changed
}

/// A `when` that fails only after the edit.
pub(super) fn failures_of_rules(before: &[WhenFailure], after: &[WhenFailure]) -> Vec<Change> {
    let new = after.iter().filter(|failure| !before.iter().any(|known| known.is_like(failure)));
    new.map(|failure| Change {
        kind: ChangeKind::Failure,
        group: ChangeGroup { what: failure.to_string(), ..ChangeGroup::default() },
        destination: String::new(),
        note: Some(failure.to_string()),
        text: None,
    })
    .collect()
}

fn pair(old: Option<&PipelineOutput>, new: &PipelineOutput, changes: &mut Vec<Change>) {
    let Some(sent) = &new.sent else { return };
    let mut add = |kind, from: &str, to: &str, what: String, note, text| {
        let group = ChangeGroup { from: from.to_owned(), to: to.to_owned(), message: sent.template.clone(), what };
        changes.push(Change { kind, group, destination: new.destination.clone(), note, text });
    };
    match old {
        None => add(ChangeKind::Added, "", &new.destination, String::new(), None, None),
        Some(old) if old.destination != new.destination => {
            add(ChangeKind::Moved, &old.destination, &new.destination, String::new(), None, None);
        }
        Some(_) => {}
    }
    let pinged = old.map(|old| old.plan.mention.as_slice()).unwrap_or_default();
    let pings = names(new.plan.mention.iter().filter(|mention| !pinged.contains(mention)));
    let unpings = names(pinged.iter().filter(|mention| !new.plan.mention.contains(mention)));
    for (kind, who) in [(ChangeKind::Pings, pings), (ChangeKind::Unpings, unpings)] {
        if !who.is_empty() {
            add(kind, "", &new.destination, who, None, None);
        }
    }
    let looked = old.and_then(|old| old.sent.as_ref());
    let (before, after) = (looked.map_or(&[][..], |sent| &sent.notes), sent.notes.as_slice());
    for note in missing_in(before, after) {
        let kind = if note.is_limit() { ChangeKind::Limit } else { ChangeKind::Failure };
        add(kind, "", "", note.summary(), Some(note.to_string()), None);
    }
    for note in missing_in(after, before) {
        add(ChangeKind::Fixed, "", "", note.summary(), Some(note.to_string()), None);
    }
    match (old, looked) {
        (Some(old), Some(looked)) => {
            let text = texts((looked, &old.plan.mention), (sent, &new.plan.mention));
            if looked.template != sent.template {
                add(ChangeKind::Template, &looked.template, &sent.template, String::new(), None, text);
            } else if let Some(text) = text {
                add(ChangeKind::Text, "", "", parts(&text.0, &text.1), None, Some(text));
            }
        }
        // The earlier text is not known, but whether the route names another message is.
        (Some(old), None) if old.plan.template.is_some() && old.plan.template.as_ref() != Some(&sent.template) => {
            let from = old.plan.template.as_deref().unwrap_or_default();
            add(ChangeKind::Template, from, &sent.template, String::new(), None, None);
        }
        _ => {}
    }
}

/// Both texts, where they differ.
fn texts(
    old: (&SentMessage, &[Mention]),
    new: (&SentMessage, &[Mention]),
) -> Option<(Vec<MessageLine>, Vec<MessageLine>)> {
    if old.0.body == new.0.body && old.0.keys == new.0.keys {
        return None;
    }
    let (before, after) = (lines(old.0, old.1), lines(new.0, new.1));
    (before != after).then_some((before, after))
}

/// The names of the parts that differ.
fn parts(before: &[MessageLine], after: &[MessageLine]) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in before.iter().chain(after).map(|line| line.part) {
        let of = |lines: &[MessageLine]| -> Vec<String> {
            lines.iter().filter(|line| line.part == part).map(|line| line.text.clone()).collect()
        };
        if !parts.contains(&part) && of(before) != of(after) {
            parts.push(part);
        }
    }
    parts.join(", ")
}

/// As the config writes them.
fn names<'m>(mentions: impl Iterator<Item = &'m Mention>) -> String {
    mentions.map(|mention| String::from(mention.clone())).collect::<Vec<_>>().join(", ")
}

/// The notes that are like none of `known`.
fn missing_in<'n>(known: &[Note], notes: &'n [Note]) -> impl Iterator<Item = &'n Note> {
    notes.iter().filter(|note| !known.iter().any(|known| known.is_like(note)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use hookbell_model::delivery::Plan;
    use hookbell_model::note::{Lost, MessagePart};
    use hookbell_template::expression::Expression;

    fn made(destination: &str, title: &str) -> PipelineOutput {
        let body = json!({ "embeds": [{ "title": title }], "allowed_mentions": { "parse": [] } });
        let sent = SentMessage { template: "shop.order".into(), body, ..SentMessage::default() };
        PipelineOutput { destination: destination.into(), plan: Plan::default(), sent: Some(sent) }
    }

    fn kinds(before: Vec<PipelineOutput>, after: Vec<PipelineOutput>) -> Vec<ChangeKind> {
        let mut changes = Vec::new();
        compare(before, after, &mut changes);
        changes.iter().map(|change| change.kind).collect()
    }

    #[test]
    fn the_same_on_both_sides_is_no_change() {
        assert_eq!(kinds(vec![made("a", "x"), made("b", "x")], vec![made("b", "x"), made("a", "x")]), []);
    }

    #[test]
    fn what_is_left_on_both_sides_has_moved_and_the_rest_is_added_or_dropped() {
        assert_eq!(kinds(vec![made("a", "x")], vec![made("b", "x")]), [ChangeKind::Moved]);
        assert_eq!(kinds(vec![made("a", "x"), made("b", "x")], vec![made("b", "x")]), [ChangeKind::Dropped]);
        assert_eq!(kinds(vec![made("a", "x")], vec![made("a", "x"), made("c", "x")]), [ChangeKind::Added]);
        assert_eq!(kinds(vec![made("a", "x")], vec![made("c", "y")]), [ChangeKind::Moved, ChangeKind::Text]);
    }

    #[test]
    fn a_new_ping_is_a_ping_and_no_change_of_text() {
        let mut pinging = made("a", "x");
        pinging.plan.mention = vec![Mention::Role("222".into())];
        if let Some(sent) = &mut pinging.sent {
            sent.body["content"] = json!("<@&222>");
            sent.body["allowed_mentions"] = json!({ "parse": [], "roles": ["222"] });
        }
        let mut changes = Vec::new();
        assert_eq!(compare(vec![made("a", "x")], vec![pinging], &mut changes), 1);
        assert_eq!(
            (changes.len(), changes[0].kind, changes[0].group.what.as_str()),
            (1, ChangeKind::Pings, "role:222")
        );
    }

    #[test]
    fn limits_are_the_same_whatever_their_numbers() {
        let with = |note: Note| {
            let mut made = made("a", "x");
            if let Some(sent) = &mut made.sent {
                sent.notes = vec![note];
            }
            made
        };
        let cut = |count| with(Note::Cut { part: MessagePart::Content, lost: Lost::Characters(count) });
        assert_eq!(kinds(vec![cut(7)], vec![cut(1204)]), []);
        assert_eq!(kinds(vec![made("a", "x")], vec![cut(1204)]), [ChangeKind::Limit]);
        let missing = Note::MissingValue { path: "payload.x".into(), key: "title".into() };
        assert_eq!(kinds(vec![cut(1204)], vec![with(missing)]), [ChangeKind::Failure, ChangeKind::Fixed]);
        // A note that was stored before notes had types.
        let old = with(Note::Untyped { text: "content: 7 characters cut".into() });
        assert_eq!(kinds(vec![old], vec![cut(7)]), []);
    }

    #[test]
    fn a_failure_of_a_rule_is_new_by_its_route_and_its_error() {
        let failure = |name: &str, text: &str| {
            let parsed = Expression::parse(text, &["x"]);
            WhenFailure { route: name.into(), mention: None, error: parsed.expect_err("a mistake") }
        };
        let known = [failure("a", "x | bad")];
        // Another place in an edited expression is the same failure.
        assert!(failures_of_rules(&known, &[failure("a", "1 + x | bad")]).is_empty());
        assert_eq!(failures_of_rules(&known, &[failure("b", "x | bad"), failure("a", "x | worse")]).len(), 2);
    }
}
