//! Fits what only a POST carries: the title and tags of a forum post, and a poll.

use super::cut::{Ending, Place, cut, group};
use super::{note_cut, to_line};
use crate::message::{Message, Poll, limit};

/// Returns whether there was too much of something.
pub(super) fn fit(message: &mut Message, notes: &mut Vec<String>) -> bool {
    to_line(&mut message.thread);
    let lost = cut(&mut message.thread, limit::THREAD, Place::Plain, Ending::Dots);
    let is_less = note_cut(lost, || "thread".to_owned(), notes);
    if !message.tags.is_empty() {
        fit_tags(&mut message.tags, message.thread.is_empty(), notes);
    }
    fit_poll(&mut message.poll, notes) || is_less
}

fn fit_tags(tags: &mut Vec<String>, no_thread: bool, notes: &mut Vec<String>) {
    if no_thread {
        tags.clear();
        notes.push("tags: left out, only a forum post with a title has tags".to_owned());
        return;
    }
    let mut kept: Vec<String> = Vec::new();
    let mut over = 0;
    for tag in tags.drain(..) {
        let tag = tag.trim();
        let is_repeated = kept.iter().any(|other| other == tag);
        if !is_id(tag) {
            notes.push("tags: one left out, it is no id".to_owned());
        } else if kept.len() == limit::TAGS {
            over += usize::from(!is_repeated);
        } else if !is_repeated {
            kept.push(tag.to_owned());
        }
    }
    *tags = kept;
    if over > 0 {
        notes.push(format!("tags: {} more than {} left out", group(over), limit::TAGS));
    }
}

/// As Discord writes its ids: a number of 64 bits without leading zeros.
fn is_id(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0') && text.parse::<u64>().is_ok()
}

/// Returns whether there was too much of something.
fn fit_poll(slot: &mut Option<Poll>, notes: &mut Vec<String>) -> bool {
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
