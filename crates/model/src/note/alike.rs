//! Which notes are about the same thing, whatever their numbers.

use super::{EmbedPart, Lost, MessagePart, Note, UrlProblem};

impl Note {
    /// The note with every count and limit set to 0: equal for notes that differ in their numbers alone, so that it
    /// groups them.
    #[must_use]
    pub fn without_numbers(&self) -> Self {
        match self {
            Self::Cut { part, lost } => Self::Cut { part: part.without_numbers(), lost: lost.without_numbers() },
            Self::LeftOut { part, .. } => Self::LeftOut { part: part.without_numbers(), count: 0 },
            Self::TooMany { part, .. } => Self::TooMany { part: part.without_numbers(), over: 0, limit: 0 },
            Self::PingsLeftOut { .. } => Self::PingsLeftOut { count: 0 },
            Self::TextTooLong { key, .. } => Self::TextTooLong { key: key.clone(), cut: 0 },
            Self::ColorClamped { part } => Self::ColorClamped { part: part.without_numbers() },
            Self::PollHoursClamped { .. } => Self::PollHoursClamped { hours: 0, limit: 0 },
            Self::RepeatedEmbedUrl { part } => Self::RepeatedEmbedUrl { part: part.without_numbers() },
            Self::UrlLeftOut { part, problem } => {
                Self::UrlLeftOut { part: part.without_numbers(), problem: problem.without_numbers() }
            }
            Self::InvalidTimestamp { part } => Self::InvalidTimestamp { part: part.without_numbers() },
            Self::PeopleLeftOut { .. } => Self::PeopleLeftOut { count: 0, limit: 0 },
            Self::TemplateFailed { template, cause } => Self::TemplateFailed {
                template: template.clone(),
                cause: cause.as_ref().map(|cause| Box::new(cause.without_numbers())),
            },
            _ => self.clone(),
        }
    }

    /// Whether both are about the same thing, whatever their numbers.
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            // Of a note that was kept before notes had types, the words are all there is.
            (Self::Untyped { text }, note) | (note, Self::Untyped { text }) => *text == note.to_string(),
            _ => self.without_numbers() == other.without_numbers(),
        }
    }
}

impl MessagePart {
    fn without_numbers(self) -> Self {
        match self {
            Self::Embed { number, part } => Self::Embed { number: number.map(|_| 0), part: part.without_numbers() },
            Self::Button(_) => Self::Button(0),
            Self::PollAnswer(_) => Self::PollAnswer(0),
            other => other,
        }
    }
}

impl EmbedPart {
    fn without_numbers(self) -> Self {
        match self {
            Self::FieldName(_) => Self::FieldName(0),
            Self::FieldValue(_) => Self::FieldValue(0),
            other => other,
        }
    }
}

impl Lost {
    fn without_numbers(self) -> Self {
        match self {
            Self::Characters(_) => Self::Characters(0),
            Self::Lines(_) => Self::Lines(0),
        }
    }
}

impl UrlProblem {
    fn without_numbers(self) -> Self {
        match self {
            Self::TooLong { .. } => Self::TooLong { limit: 0 },
            other => other,
        }
    }
}
