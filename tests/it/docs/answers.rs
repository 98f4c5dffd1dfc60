//! The responses that senders get, as docs/operating.md lists them.

use hookbell::intake::{Answer, UnreadableReason};
use hookbell_model::event::EventId;
use hookbell_provider::Rejection;

use super::{code_spans, page};

#[test]
fn every_answer_is_in_the_table_with_its_status() {
    let id = EventId(1);
    let answers = [
        Answer::Accepted(id),
        Answer::Unrouted(id),
        Answer::Duplicate(id),
        Answer::Unreadable(UnreadableReason::EndedEarly),
        Answer::Unverified(Rejection::Missing),
        Answer::UnknownSource,
        Answer::MethodNotAllowed,
        Answer::TooSlow,
        Answer::TooLarge(1),
        Answer::UnsupportedContent(""),
        Answer::TooMany(1),
        Answer::NotKept,
    ];
    let rows = page("docs/operating.md").rows();
    let rows: Vec<_> = rows.into_iter().filter(|cells| cells.len() == 4).collect();
    for answer in answers {
        let status = answer.status().as_u16().to_string();
        // A sender gets the same response to both; the metrics differ.
        let word = if matches!(answer, Answer::Unrouted(_)) { "accepted" } else { answer.outcome().as_str() };
        let listed = |cells: &Vec<String>| {
            let body = code_spans(&cells[1]).concat();
            cells[0] == status && (body == word || body.contains(&format!("\"status\":\"{word}\"")))
        };
        assert!(rows.iter().any(listed), "{status} {word}");
    }
}
