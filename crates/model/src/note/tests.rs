//! The words of notes, their JSON, and which of them are limits.

use serde_json::json;

use super::{BodyNote, Clause, EmbedPart, JsonKind, Lost, MessagePart, NotArchivedCause, Note, UrlProblem};

fn cut(part: MessagePart, lost: Lost) -> Note {
    Note::Cut { part, lost }
}

const DESCRIPTION: MessagePart = MessagePart::Embed { number: None, part: EmbedPart::Description };
const FIELD: MessagePart = MessagePart::Embed { number: Some(2), part: EmbedPart::FieldName(3) };

#[test]
fn a_note_names_its_part_and_its_numbers() {
    for (note, words) in [
        (cut(DESCRIPTION, Lost::Characters(1204)), "description: 1,204 characters cut"),
        (cut(FIELD, Lost::Lines(1)), "embed 2 field 3 name: 1 line cut"),
        (Note::TooMany { part: MessagePart::Tags, over: 2, limit: 5 }, "tags: 2 more than 5 left out"),
        (
            Note::UrlLeftOut { part: MessagePart::Button(1), problem: UrlProblem::TooLong { limit: 2048 } },
            "button 1: link left out, longer than 2048 characters",
        ),
        (
            Note::TemplateFailed {
                template: "a.b".to_owned(),
                cause: Some(Box::new(Note::TextFailed {
                    key: "title".to_owned(),
                    clause: Clause::If,
                    error: "x".to_owned(),
                })),
            },
            "template `a.b` failed: `title` failed and was left out: its `if` x",
        ),
        (
            Note::PostNotArchived { cause: NotArchivedCause::NoBot },
            "the post was not archived: there is no bot, which alone can do that",
        ),
        (
            Note::TemplateFailed { template: "a.b".to_owned(), cause: None },
            "template `a.b` failed: nothing is left to be seen: every text came out empty",
        ),
    ] {
        assert_eq!(note.to_string(), words);
    }
}

#[test]
fn notes_are_alike_whatever_their_numbers() {
    let (few, many) = (cut(DESCRIPTION, Lost::Characters(1)), cut(DESCRIPTION, Lost::Characters(1204)));
    assert_eq!((few.summary().as_str(), few.summary()), ("description: … characters cut", many.summary()));
    assert!(few.is_like(&many) && few != many);
    assert!(!few.is_like(&cut(FIELD, Lost::Characters(1))));
    let in_template =
        |note: &Note| Note::TemplateFailed { template: "a.b".to_owned(), cause: Some(Box::new(note.clone())) };
    assert!(in_template(&few).is_like(&in_template(&many)));
    let fields = [EmbedPart::FieldName(1), EmbedPart::FieldName(7), EmbedPart::FieldValue(7)]
        .map(|part| cut(MessagePart::Embed { number: Some(2), part }, Lost::Lines(1)));
    assert!(fields[0].is_like(&fields[1]) && !fields[1].is_like(&fields[2]));
    let old = Note::Untyped { text: "description: 1,204 characters cut".to_owned() };
    assert!(old.is_like(&many) && many.is_like(&old) && !old.is_like(&few));
}

#[test]
fn the_words_without_numbers_are_those_of_the_note_without_numbers() {
    let button = MessagePart::Button(3);
    for note in [
        cut(DESCRIPTION, Lost::Characters(1)),
        cut(FIELD, Lost::Lines(4)),
        Note::LeftOut { part: MessagePart::Embeds, count: 2 },
        Note::TooMany { part: MessagePart::PollAnswer(1), over: 2, limit: 5 },
        Note::PingsLeftOut { count: 70 },
        Note::TextTooLong { key: "title".to_owned(), cut: 9 },
        Note::ColorClamped { part: FIELD },
        Note::PollHoursClamped { hours: 9, limit: 5 },
        Note::RepeatedEmbedUrl { part: FIELD },
        Note::UrlLeftOut { part: button, problem: UrlProblem::TooLong { limit: 512 } },
        Note::InvalidTimestamp { part: FIELD },
        Note::PeopleLeftOut { count: 3, limit: 10 },
    ] {
        let plain = note.without_numbers();
        assert!(plain != note && plain.summary() == note.summary(), "{note}");
    }
}

#[test]
fn limits_are_not_failures() {
    let link = |problem| Note::UrlLeftOut { part: MessagePart::Button(1), problem };
    for limit in [
        cut(MessagePart::Content, Lost::Lines(3)),
        Note::PingsLeftOut { count: 70 },
        Note::TextTooLong { key: "title".to_owned(), cut: 9 },
        link(UrlProblem::TooLong { limit: 512 }),
    ] {
        assert!(limit.is_limit(), "{limit}");
    }
    for failure in [
        Note::TemplateFailed { template: "a.b".to_owned(), cause: Some(Box::new(cut(FIELD, Lost::Lines(1)))) },
        Note::UrlUnusable { key: "url".to_owned(), problem: "longer than 512 characters".to_owned() },
        Note::UnknownTag { tag: "cut".to_owned() },
        Note::TemplatePanicked,
        link(UrlProblem::Malformed),
    ] {
        assert!(!failure.is_limit(), "{failure}");
    }
}

#[test]
fn a_note_comes_back_from_its_json() {
    let wrong = BodyNote::WrongKind { path: "tts".to_owned(), expected: JsonKind::Boolean, found: JsonKind::List };
    let notes = [
        (
            cut(FIELD, Lost::Characters(7)),
            json!({
                "type": "cut", "lost": { "characters": 7 },
                "part": { "embed": { "number": 2, "part": { "field_name": 3 } } },
            }),
        ),
        (Note::EmptyMessage, json!({ "type": "empty_message" })),
        (
            Note::Raw { key: "raw".to_owned(), note: wrong },
            json!({
                "type": "raw", "key": "raw",
                "note": { "problem": "wrong_kind", "path": "tts", "expected": "boolean", "found": "list" },
            }),
        ),
        (
            Note::TemplateFailed { template: "a.b".to_owned(), cause: Some(Box::new(Note::NothingToShow)) },
            json!({ "type": "template_failed", "template": "a.b", "cause": { "type": "nothing_to_show" } }),
        ),
    ];
    for (note, expected) in notes {
        let written = serde_json::to_value(&note).expect("JSON");
        assert_eq!(written, expected);
        assert_eq!(serde_json::from_value::<Note>(written).expect("a note"), note);
    }
}
