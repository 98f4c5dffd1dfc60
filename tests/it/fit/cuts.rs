//! Where long texts are cut, and the notes about it.

use hookbell_model::message::{Embed, Field, Fit, FitMode, Message};
use hookbell_model::note::{Lost, MessagePart, Note};
use proptest::collection::vec;
use proptest::prelude::*;

const WELL_FORMED: [&str; 11] = [
    "word",
    "a longer line of a log",
    "`code with words in it`",
    "``a`b c`d``",
    "```json\n{ \"a\": 1,\n  \"b\": 2 }\n```",
    "```\nfirst line\n\nthird line\n```",
    "**bold words**",
    "__under **bold too** line__",
    "||a spoiler||",
    "[a label](https://example.com/a/b)",
    "<t:1700000000:R>",
];

/// Reports unclosed markup in a text made of the parts above.
fn well_formed(text: &str) -> Result<(), String> {
    let is_even = |text: &str, mark: &str| text.matches(mark).count().is_multiple_of(2);
    if !is_even(text, "```") {
        return Err("a code block".to_owned());
    }
    let prose: String = text.split("```").step_by(2).collect();
    if !is_even(&prose, "``") {
        return Err("a code span of two".to_owned());
    }
    let prose: String = prose.split("``").step_by(2).collect();
    if !is_even(&prose, "`") {
        return Err("a code span".to_owned());
    }
    let prose: String = prose.split('`').step_by(2).collect();
    let marks = ["**", "__", "||"].into_iter().filter(|mark| !is_even(&prose, mark)).collect::<Vec<_>>();
    let links = prose.replace("[a label](https://example.com/a/b)", "").replace("<t:1700000000:R>", "");
    let rest = links.find(['[', ']', '(', ')', '<', '>']).map(|_| "a link or a timestamp");
    marks.into_iter().chain(rest).next().map_or(Ok(()), |open| Err(open.to_owned()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whole_lines_are_kept_and_the_others_counted(lines in vec("[a-z ]{0,30}[a-z]|", 1..600), min in 0usize..400) {
        let text = format!("first\n{}", lines.join("\n")).trim().to_owned();
        let fit = Fit { mode: FitMode::Lines, min: Some(min), shrink: None };
        let field = Field { name: "a".into(), value: text.clone(), fit, ..Field::default() };
        let embeds = vec![Embed { fields: vec![field; 8], ..Embed::default() }];
        let mut message = Message { embeds, ..Message::default() };
        hookbell_template::fit::fit_message(&mut message);
        for field in &message.embeds[0].fields {
            let Some((kept, printed)) = field.value.rsplit_once("\n… and ") else {
                prop_assert_eq!(&field.value, &text);
                continue;
            };
            prop_assert!(text.starts_with(&format!("{kept}\n")), "{}", field.value);
            let missing: usize = printed.split(' ').next().expect("a number").replace(',', "").parse().expect("a number");
            prop_assert_eq!(missing + kept.lines().count(), text.lines().count());
        }
    }

    #[test]
    fn beginning_and_end_are_kept_and_what_is_between_counted(text in "([a-zé👍 \n]|\\\\[*_~`>]){900,6000}") {
        let text = text.trim().to_owned();
        let content_fit = Fit { mode: FitMode::Middle, ..Fit::default() };
        let mut message = Message { content: text.clone(), content_fit, ..Message::default() };
        let notes = hookbell_template::fit::fit_message(&mut message);
        let Some((kept, tail)) = message.content.split_once("… ") else {
            prop_assert_eq!(&message.content, &text);
            return Ok(());
        };
        let (printed, tail) = tail.split_once(" left out …").expect("both ends of the line");
        let (head, tail) = (kept.trim_end(), tail.get(1..).expect("a blank"));
        prop_assert!(text.starts_with(head) && text.ends_with(tail));
        let seen = |text: &str| text.chars().count() - text.matches('\\').count();
        let missing: usize = printed.split(' ').next().expect("a number").replace(',', "").parse().expect("a number");
        prop_assert_eq!(missing, seen(&text) - seen(head) - seen(tail));
        prop_assert_eq!(&notes, &[Note::Cut { part: MessagePart::Content, lost: Lost::Characters(missing) }]);
        let (head, tail) = (head.chars().count(), tail.chars().count());
        prop_assert!(head > 500 && tail > 500 && head + tail > 1500, "{} {}", head, tail);
    }

    /// Checked by a parser that handles only the markdown written here.
    #[test]
    fn well_formed_markup_stays_closed(
        parts in vec(prop::sample::select(WELL_FORMED.to_vec()), 100..900),
        line in any::<bool>(),
        mode in prop::sample::select(FitMode::ALL.to_vec()),
    ) {
        let text = parts.join(if line { "\n" } else { " " });
        let content_fit = Fit { mode, ..Fit::default() };
        let mut message = Message { content: text.clone(), content_fit, ..Message::default() };
        hookbell_template::fit::fit_message(&mut message);
        if let Err(why) = well_formed(&message.content) {
            prop_assert!(false, "{}: {}", why, message.content);
        }
    }

    /// Letters, blanks and escapes: visible characters can be counted without parsing markdown.
    #[test]
    fn what_is_reported_to_be_missing_is_what_is_missing(
        text in "([a-zé👍 ]|\\\\[*_~`>]){900,6000}",
        place in 0usize..3,
    ) {
        let text = text.trim().to_owned();
        let field = Field { name: "a".into(), value: text.clone(), ..Field::default() };
        let mut message = match place {
            0 => Message { content: text.clone(), ..Message::default() },
            1 => Message { embeds: vec![Embed { description: text.clone(), ..Embed::default() }], ..Message::default() },
            _ => Message { embeds: vec![Embed { fields: vec![field], ..Embed::default() }], ..Message::default() },
        };
        let notes = hookbell_template::fit::fit_message(&mut message);
        let shown = match place {
            0 => &message.content,
            1 => &message.embeds[0].description,
            _ => &message.embeds[0].fields[0].value,
        };
        let Some((kept, printed)) = shown.rsplit_once("… and ") else {
            prop_assert_eq!(shown, &text);
            prop_assert!(notes.is_empty());
            return Ok(());
        };
        prop_assert!(text.starts_with(kept));
        let seen = |text: &str| text.replace("\\*", "x").replace("\\_", "x").replace("\\~", "x").replace("\\`", "x").replace("\\>", "x").chars().count();
        let missing: usize = printed.split(' ').next().expect("a number").replace(',', "").parse().expect("a number");
        prop_assert_eq!(missing, seen(&text) - seen(kept));
        prop_assert!(kept.chars().rev().take_while(|c| *c == '\\').count() % 2 == 0, "a lone backslash: {}", kept);
        prop_assert_eq!(notes.len(), 1);
        prop_assert!(matches!(notes[0], Note::Cut { lost: Lost::Characters(cut), .. } if cut == missing), "{:?}", notes);
    }
}
