//! Fits a poll, which only a POST carries.

use super::cut::{CutEnding, TextSyntax, cut_part};
use super::tidy::to_line;
use hookbell_model::message::{Poll, limit};
use hookbell_model::note::{MessagePart, Note};

/// Returns whether there was too much of something.
pub(super) fn fit(slot: &mut Option<Poll>, notes: &mut Vec<Note>) -> bool {
    let Some(poll) = slot else { return false };
    to_line(&mut poll.question);
    poll.answers.iter_mut().for_each(to_line);
    poll.answers.retain(|answer| !answer.is_empty());
    if poll.question.is_empty() || poll.answers.is_empty() {
        notes.push(Note::PollLeftOut);
        *slot = None;
        return false;
    }
    let hours = poll.hours.clamp(1, limit::POLL_HOURS);
    if hours != poll.hours {
        notes.push(Note::PollHoursClamped { hours, limit: limit::POLL_HOURS });
        poll.hours = hours;
    }
    cut_poll(poll, notes)
}

fn cut_poll(poll: &mut Poll, notes: &mut Vec<Note>) -> bool {
    let (plain, ending) = (TextSyntax::Plain, CutEnding::Ellipsis);
    let part = MessagePart::PollQuestion;
    let mut is_less = cut_part(&mut poll.question, limit::POLL_QUESTION, plain, ending, part, notes);
    if poll.answers.len() > limit::POLL_ANSWERS {
        let over = poll.answers.len() - limit::POLL_ANSWERS;
        notes.push(Note::TooMany { part: MessagePart::PollAnswers, over, limit: limit::POLL_ANSWERS });
        poll.answers.truncate(limit::POLL_ANSWERS);
        is_less = true;
    }
    for (at, answer) in poll.answers.iter_mut().enumerate() {
        is_less |= cut_part(answer, limit::POLL_ANSWER, plain, ending, MessagePart::PollAnswer(at + 1), notes);
    }
    is_less
}
