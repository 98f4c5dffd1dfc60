//! Fits a poll, which only a POST carries.

use super::cut::{Ending, Place, cut, group};
use super::{note_cut, to_line};
use hookbell_model::message::{Poll, limit};

/// Returns whether there was too much of something.
pub(super) fn fit(slot: &mut Option<Poll>, notes: &mut Vec<String>) -> bool {
    let Some(poll) = slot else { return false };
    to_line(&mut poll.question);
    poll.answers.iter_mut().for_each(to_line);
    poll.answers.retain(|answer| !answer.is_empty());
    if poll.question.is_empty() || poll.answers.is_empty() {
        notes.push("poll: left out, it needs a question and an answer".to_owned());
        *slot = None;
        return false;
    }
    let hours = poll.hours.clamp(1, limit::POLL_HOURS);
    if hours != poll.hours {
        notes.push(format!("poll duration: set to {hours}, Discord takes 1 to {} hours", limit::POLL_HOURS));
        poll.hours = hours;
    }
    cut_poll(poll, notes)
}

fn cut_poll(poll: &mut Poll, notes: &mut Vec<String>) -> bool {
    let lost = cut(&mut poll.question, limit::POLL_QUESTION, Place::Plain, Ending::Dots);
    let mut is_less = note_cut(lost, || "poll question".to_owned(), notes);
    if poll.answers.len() > limit::POLL_ANSWERS {
        let over = poll.answers.len() - limit::POLL_ANSWERS;
        notes.push(format!("poll answers: {} more than {} left out", group(over), limit::POLL_ANSWERS));
        poll.answers.truncate(limit::POLL_ANSWERS);
        is_less = true;
    }
    for (at, answer) in poll.answers.iter_mut().enumerate() {
        let lost = cut(answer, limit::POLL_ANSWER, Place::Plain, Ending::Dots);
        is_less |= note_cut(lost, || format!("poll answer {}", at + 1), notes);
    }
    is_less
}
