//! Arbitrary texts as templates in every context and as expressions: reading and evaluating them never panics, never
//! overflows the stack of a small thread, and ends in time.

#![no_main]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hookbell_model::event::{Event, EventId, Facts, Raw, Topic};
use hookbell_model::timestamp::Timestamp;
use hookbell_template::expression::{EscapeContext, Expression, Scope, Texts, expression_paths, paths};
use libfuzzer_sys::fuzz_target;

/// Less than half of what a worker thread of the server has.
const STACK: usize = 768 * 1024;
/// What one text may take to be read and evaluated; evaluations have [`LIMIT`] of it.
const MOST: Duration = Duration::from_secs(4);
const LIMIT: Duration = Duration::from_millis(200);
const CONTEXTS: [EscapeContext; 7] = [
    EscapeContext::Block,
    EscapeContext::Line,
    EscapeContext::Title,
    EscapeContext::Plain,
    EscapeContext::Url,
    EscapeContext::Href,
    EscapeContext::Bare,
];
const BODY: &str = r#"{"a": {"b": [1, 2.5, "x", null, true]}, "s": "a_b *c*", "l": [[1], [2, [3]]], "n": 100000000}"#;

fn scope() -> Scope {
    let event = Event {
        id: EventId(1),
        source: "s".into(),
        provider: "p".into(),
        reference: String::new(),
        event_type: "k".into(),
        topic: Topic::Other,
        facts: Facts::default(),
        time: Timestamp(0),
        received: Timestamp(0),
    };
    let raw = Raw { body: BODY.as_bytes().to_vec(), headers: BTreeMap::new() };
    Scope::new(&event, &raw).within(LIMIT)
}

fn run(context: EscapeContext, text: &str) {
    let begin = Instant::now();
    let mut texts = Texts::default();
    if let Ok(text) = texts.add(text, context, &[]) {
        let output = texts.render(&text, &scope()).unwrap_or_default();
        assert!(output.text.len() <= 16 * 1024);
    }
    let inside = text.trim_start_matches("{{").trim_end_matches("}}");
    if let Ok(expression) = Expression::parse(inside, &[]) {
        drop(expression.value(&scope()));
    }
    drop((paths(text), expression_paths(inside)));
    assert!(begin.elapsed() < MOST, "{:?}", begin.elapsed());
}

// A byte that says which context, and a text.
fuzz_target!(|data: &[u8]| {
    let [context, text @ ..] = data else { return };
    let context = CONTEXTS[usize::from(*context) % CONTEXTS.len()];
    let text = String::from_utf8_lossy(text).into_owned();
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || run(context, &text));
    if let Err(panic) = thread.expect("a thread").join() {
        std::panic::resume_unwind(panic);
    }
});
