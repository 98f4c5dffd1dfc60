//! Whom a route pings: what its `mention` names, the people whom the event names, and the condition of each. Resolved
//! when the event is routed, so that what is kept names ids of the config alone.

pub(super) mod read;

use super::people::People;
use super::routable::{Routable, When};
use hookbell_model::delivery::{Mention, Plan};
use hookbell_model::note::Note;
use hookbell_template::expression::{ExpressionError, Text, Texts};

/// People that one entry can ping; a list of reviewers is shorter.
const MOST_PEOPLE: usize = 10;
/// Characters of a name that nobody has.
const NAME: usize = 80;

/// The `mention` of a route.
#[derive(Debug, Clone)]
pub(super) enum Mentions {
    /// The same for every event.
    Fixed(Vec<Mention>),
    ByEvent(Box<EventMentions>),
}

/// Entries that depend on the event.
#[derive(Debug, Clone)]
pub(super) struct EventMentions {
    entries: Vec<MentionEntry>,
    /// Holds the texts of the entries.
    texts: Texts,
    people: People,
}

#[derive(Debug, Clone)]
struct MentionEntry {
    target: MentionTarget,
    when: Option<When>,
}

#[derive(Debug, Clone)]
enum MentionTarget {
    Fixed(Mention),
    /// Names, with commas between them.
    Person(Text),
}

/// Whom the event pings, and what could not be decided.
#[derive(Debug, Default)]
pub(super) struct ResolvedMentions {
    pub(super) mention: Vec<Mention>,
    /// Names that nobody has, and the like; masked as the route's readers see them.
    pub(super) notes: Vec<Note>,
    /// Each `when` that cannot be evaluated and so counts as true, by the number of its entry.
    pub(super) failures: Vec<(usize, ExpressionError)>,
}

impl EventMentions {
    /// `plan` is the route's, whose masks are those of its readers.
    pub(super) fn resolve(&self, routable: &mut Routable<'_>, plan: &Plan) -> ResolvedMentions {
        let mut resolved = ResolvedMentions::default();
        for (at, entry) in self.entries.iter().enumerate() {
            let holds = entry.when.as_ref().map(|when| when.condition.holds(routable.scope()));
            match holds {
                Some(Ok(false)) => continue,
                Some(Err(error)) => resolved.failures.push((at, error)),
                Some(Ok(true)) | None => {}
            }
            match &entry.target {
                MentionTarget::Fixed(mention) => resolved.add(mention.clone()),
                MentionTarget::Person(text) => self.people(text, routable, plan, &mut resolved),
            }
        }
        resolved
    }

    fn people(&self, text: &Text, routable: &mut Routable<'_>, plan: &Plan, resolved: &mut ResolvedMentions) {
        let names = match self.texts.render(text, routable.scope()) {
            Ok(rendered) => rendered.text,
            Err(error) => {
                let error = plan.masks().text(&error.to_string()).into_owned();
                resolved.notes.push(Note::PersonFailed { error });
                return;
            }
        };
        let names: Vec<&str> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        for name in names.iter().take(MOST_PEOPLE) {
            match self.people.find(name) {
                Some(mention) => resolved.add(mention),
                None => resolved.notes.push(Note::UnknownPerson { name: shown(name, plan) }),
            }
        }
        match names.len().saturating_sub(MOST_PEOPLE) {
            0 => {}
            count => resolved.notes.push(Note::PeopleLeftOut { count, limit: MOST_PEOPLE }),
        }
    }
}

impl ResolvedMentions {
    fn add(&mut self, mention: Mention) {
        if !self.mention.contains(&mention) {
            self.mention.push(mention);
        }
    }
}

/// A name from the event as the route's readers may see it.
fn shown(name: &str, plan: &Plan) -> String {
    let short: String = name.chars().take(NAME).collect();
    plan.masks().text(&short).into_owned()
}

#[cfg(test)]
mod tests;
