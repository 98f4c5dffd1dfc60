//! Which texts are shortened first, and how far.

use crate::fit::fit_message;
use hookbell_model::message::{Embed, Field, Fit, FitMode, Footer, Message, Shrink, limit};

fn fit(shrink: Option<i64>, min: Option<usize>) -> Fit {
    Fit { shrink: shrink.map(|number| Shrink::try_from(number).expect("1 to 9")), min, mode: FitMode::End }
}

fn field(length: usize, fit: Fit) -> Field {
    Field { name: "n".repeat(10), value: "v".repeat(length), fit, ..Field::default() }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn sum(embeds: &[Embed]) -> usize {
    embeds.iter().flat_map(super::texts).map(|(text, _)| length(text)).sum()
}

/// After fitting: the length of the description and of each value.
fn fitted(description: usize, fit: Fit, fields: Vec<Field>) -> (usize, Vec<usize>) {
    let embed = Embed { description: "d".repeat(description), description_fit: fit, fields, ..Embed::default() };
    let mut message = Message { embeds: vec![embed], ..Message::default() };
    fit_message(&mut message);
    assert!(sum(&message.embeds) <= limit::EMBED_SUM);
    let embed = message.embeds.remove(0);
    (length(&embed.description), embed.fields.iter().map(|field| length(&field.value)).collect())
}

#[test]
fn the_larger_shrink_is_cut_first() {
    // 4000 + 4 * 1010 is 2040 too much.
    let fields = |shrink: [Option<i64>; 4]| shrink.map(|shrink| field(1000, fit(shrink, None))).to_vec();
    let (description, values) = fitted(4000, Fit::default(), fields([None; 4]));
    assert_eq!((description, values), (1960, vec![1000; 4]));
    let (description, values) = fitted(4000, fit(Some(1), None), fields([None; 4]));
    assert_eq!((description, values), (4000, vec![490; 4]));
    // A group at its shortest is not enough: the next one gives the rest.
    let (description, values) = fitted(4000, Fit::default(), fields([Some(9), Some(8), None, None]));
    assert_eq!((description, values), (3760, vec![100, 100, 1000, 1000]));
    let (description, values) = fitted(4000, fit(Some(9), None), fields([Some(9), None, None, None]));
    assert_eq!((description, values), (1960, vec![1000; 4]), "among equals the longest");
}

#[test]
fn no_text_is_cut_below_its_min_while_another_can_be_cut() {
    let (description, values) = fitted(4000, fit(None, Some(3900)), vec![field(1000, Fit::default()); 4]);
    assert_eq!((description, values), (3900, vec![515; 4]));
    // Fields go before a text gets shorter than its min.
    let (description, values) = fitted(4096, fit(None, Some(4096)), vec![field(1024, fit(None, Some(1024))); 4]);
    assert_eq!((description, &values[..1], values.len()), (4096, &[1024][..], 2));
    // A min over Discord's own limit is that limit.
    let (description, _) = fitted(9000, fit(None, Some(usize::MAX)), Vec::new());
    assert_eq!(description, limit::DESCRIPTION);
    // However small the min, the count of what is missing fits.
    let embed = Embed {
        description: "d".repeat(4096),
        fields: vec![field(1024, fit(Some(9), Some(0))); 4],
        ..Embed::default()
    };
    let mut message = Message { embeds: vec![embed], ..Message::default() };
    fit_message(&mut message);
    for field in &message.embeds[0].fields {
        assert!(field.value.ends_with(" more characters"), "{}", field.value);
    }
}

#[test]
fn the_hint_shows_when_something_is_missing_and_only_then() {
    const HINT: &str = "/events show k3f9x2mq";
    let message = |embed: Embed| Message { embeds: vec![embed], rest_hint: HINT.into(), ..Message::default() };
    let embed = |length: usize| Embed {
        description: "d".repeat(length),
        footer: Footer { text: "evt".into(), ..Footer::default() },
        ..Embed::default()
    };
    let mut whole = message(embed(4096));
    assert!(fit_message(&mut whole).is_empty());
    assert_eq!((&*whole.embeds[0].footer.text, &*whole.rest_hint), ("evt", HINT));
    let mut over = message(embed(4097));
    fit_message(&mut over);
    assert_eq!((&*over.embeds[0].footer.text, &*over.rest_hint), ("evt · /events show k3f9x2mq", ""));
    // Wherever it is missing; and on the last card.
    let mut over = Message { content: "x".repeat(2001), ..message(embed(10)) };
    over.embeds.push(Embed { title: "last".into(), ..Embed::default() });
    fit_message(&mut over);
    assert_eq!((&*over.embeds[0].footer.text, &*over.embeds[1].footer.text), ("evt", HINT));
    let mut many = message(embed(10));
    many.embeds = (0..15).map(|n| Embed { title: n.to_string(), ..Embed::default() }).collect();
    fit_message(&mut many);
    let last = many.embeds.last().expect("an embed");
    assert_eq!((&*last.description, &*last.footer.text), ("… and 6 more embeds", HINT));
    // It counts towards every limit.
    let mut full = message(Embed { footer: Footer { text: "f".repeat(3000), ..Footer::default() }, ..embed(4096) });
    full.embeds[0].fields = vec![field(1024, Fit::default()); 2];
    fit_message(&mut full);
    let footer = &full.embeds[0].footer.text;
    assert!(footer.ends_with(&format!(" more characters · {HINT}")) && length(footer) <= limit::FOOTER, "{footer}");
    assert!((5900..=limit::EMBED_SUM).contains(&sum(&full.embeds)), "{}", sum(&full.embeds));
}

#[test]
fn without_a_card_the_hint_ends_the_content() {
    let mut message =
        Message { content: "x".repeat(3000), rest_hint: " /events\nshow k3 ".into(), ..Message::default() };
    fit_message(&mut message);
    assert!(message.content.ends_with(" more characters\n/events show k3"), "{}", message.content);
    assert_eq!(length(&message.content), limit::CONTENT);
    let mut hidden = Message {
        content: "x".repeat(3000),
        embeds: vec![Embed { title: "not shown".into(), ..Embed::default() }],
        suppress_embeds: true,
        rest_hint: "/events show k3".into(),
        ..Message::default()
    };
    fit_message(&mut hidden);
    assert!(hidden.content.ends_with("\n/events show k3"));
}
