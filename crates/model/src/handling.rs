//! What people do about a thing that is open: who has it, what they noted, who said that it is over. The store keeps it beside
//! the live message, which shows it.

use serde::{Deserialize, Serialize};

use crate::timestamp::Timestamp;

/// Notes that are kept of a thing, the newest ones.
pub const NOTES: usize = 10;

/// A Discord user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: String,
    /// The name that the server showed then; from outside, to be escaped.
    pub name: String,
}

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    pub by: Person,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandlingNote {
    #[serde(flatten)]
    pub signature: Signature,
    pub text: String,
}

/// What people have done about a thing. Stored as JSON; fields are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Handling {
    /// Who has it, and since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Signature>,
    /// Oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<HandlingNote>,
    /// Who said that it is over, and when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved: Option<Signature>,
}

/// What somebody does about a thing. Stored as JSON in the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum HandlingChange {
    /// They take it.
    Acknowledge,
    /// Nobody has it any more.
    Unacknowledge,
    /// Somebody else has it.
    Assign {
        to: Person,
    },
    Note {
        text: String,
    },
    /// It is over, whatever its sender says.
    Resolve,
}

/// Why nothing is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandlingConflict {
    /// Somebody has it already.
    Owned(Signature),
    /// Nobody has it.
    NotOwned,
    /// Somebody has said that it is over.
    Resolved(Signature),
}

impl Handling {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// # Errors
    /// When the change is not possible any more: then nothing is changed.
    pub fn apply(&mut self, change: &HandlingChange, by: Person, at: Timestamp) -> Result<(), HandlingConflict> {
        if let Some(resolved) = &self.resolved
            && !matches!(change, HandlingChange::Note { .. })
        {
            return Err(HandlingConflict::Resolved(resolved.clone()));
        }
        let signature = Signature { by, at };
        match change {
            HandlingChange::Acknowledge => match &self.owner {
                Some(owner) => return Err(HandlingConflict::Owned(owner.clone())),
                None => self.owner = Some(signature),
            },
            HandlingChange::Unacknowledge => match self.owner.take() {
                Some(_) => {}
                None => return Err(HandlingConflict::NotOwned),
            },
            HandlingChange::Assign { to } => self.owner = Some(Signature { by: to.clone(), at }),
            HandlingChange::Note { text } => {
                self.notes.push(HandlingNote { signature, text: text.clone() });
                let extra = self.notes.len().saturating_sub(NOTES);
                self.notes.drain(..extra);
            }
            HandlingChange::Resolve => self.resolved = Some(signature),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str) -> Person {
        Person { id: id.into(), name: format!("Person {id}") }
    }

    #[test]
    fn of_two_who_take_a_thing_one_has_it() {
        let mut handling = Handling::default();
        handling.apply(&HandlingChange::Acknowledge, person("1"), Timestamp(1)).expect("free");
        let owner = Signature { by: person("1"), at: Timestamp(1) };
        let second = handling.apply(&HandlingChange::Acknowledge, person("2"), Timestamp(2));
        assert_eq!(second, Err(HandlingConflict::Owned(owner.clone())));
        assert_eq!(handling.owner, Some(owner));
        handling.apply(&HandlingChange::Unacknowledge, person("2"), Timestamp(3)).expect("given back");
        let again = handling.apply(&HandlingChange::Unacknowledge, person("1"), Timestamp(4));
        assert_eq!(again, Err(HandlingConflict::NotOwned));
    }

    #[test]
    fn what_is_over_is_nobodys_and_can_still_be_noted() {
        let mut handling = Handling::default();
        handling.apply(&HandlingChange::Resolve, person("1"), Timestamp(1)).expect("open");
        for change in [HandlingChange::Acknowledge, HandlingChange::Resolve, HandlingChange::Assign { to: person("2") }]
        {
            let late = handling.apply(&change, person("2"), Timestamp(2));
            assert!(matches!(late, Err(HandlingConflict::Resolved(_))), "{change:?}");
        }
        for number in 0..20 {
            let note = HandlingChange::Note { text: number.to_string() };
            handling.apply(&note, person("1"), Timestamp(number)).expect("noted");
        }
        assert_eq!((handling.notes.len(), handling.notes[0].text.as_str()), (NOTES, "10"));
    }
}
