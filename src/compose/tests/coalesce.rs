//! Several messages in one: what fits, what a phone shows, and what an edit of one of them changes.

use super::super::coalesce::{Coalescing, shared_message, slot_of};
use hookbell_model::delivery::Mention;
use hookbell_model::locale::Locale;
use hookbell_model::message::{Button, Embed, Message, limit};

fn sale(number: usize) -> Message {
    let embed = Embed { title: format!("Sale {number}"), description: "x".repeat(90), ..Embed::default() };
    Message { content: format!("💰 sale {number}"), embeds: vec![embed], ..Message::default() }
}

/// As many of these as become one message, and that message.
fn coalesce(messages: &[Message]) -> (usize, Message) {
    let mut coalescing = Coalescing::new(&messages[0]);
    let more = messages[1..].iter().take_while(|message| coalescing.add(message)).count();
    (more + 1, coalescing.finish(Locale::default()).0)
}

#[test]
fn ten_embeds_go_together_in_their_order_with_the_line_of_each() {
    let sales: Vec<Message> = (1..=15).map(sale).collect();
    let (count, message) = coalesce(&sales);
    assert_eq!((count, message.embeds.len()), (10, 10));
    let titles: Vec<&str> = message.embeds.iter().map(|embed| embed.title.as_str()).collect();
    assert_eq!((titles[0], titles[9]), ("Sale 1", "Sale 10"));
    let lines: Vec<&str> = message.content.lines().collect();
    assert_eq!((lines.len(), lines[0], lines[9]), (10, "💰 sale 1", "💰 sale 10"));
}

#[test]
fn together_they_stay_within_discords_6000_characters() {
    let mut large = sale(1);
    large.embeds[0].description = "y".repeat(2500);
    let (count, message) = coalesce(&[large.clone(), large.clone(), large]);
    assert_eq!(count, 2);
    assert!(message.embeds.iter().map(Embed::characters).sum::<usize>() <= limit::EMBED_SUM);
    assert_eq!(message.embeds[1].description.len(), 2500, "nothing is cut to make room");
}

#[test]
fn lines_that_do_not_fit_are_counted_and_texts_without_embeds_are_whole() {
    let long = |number: usize| Message { content: format!("{number}{}", "z".repeat(300)), ..sale(number) };
    let (count, message) = coalesce(&(1..=10).map(long).collect::<Vec<_>>());
    assert_eq!(count, 10);
    assert!(message.content.chars().count() <= limit::CONTENT);
    assert_eq!(message.content.lines().last(), Some("… and 4 more"));
    let text = |number: usize| Message { embeds: Vec::new(), ..long(number) };
    let (count, message) = coalesce(&(1..=10).map(text).collect::<Vec<_>>());
    assert_eq!((count, message.content.lines().count()), (6, 6));
}

#[test]
fn pings_are_united_and_never_multiplied() {
    let role = Mention::Role("222".to_owned());
    let one = Message { mention: vec![role.clone()], ..sale(1) };
    let two = Message { mention: vec![role.clone(), Mention::User("5".to_owned())], ..sale(2) };
    let (_, message) = coalesce(&[one, two]);
    assert_eq!(message.mention, [role, Mention::User("5".to_owned())]);
    assert_eq!(message.to_post()["content"].as_str().map(|text| text.matches("<@&222>").count()), Some(1));
}

#[test]
fn equal_urls_of_different_messages_are_kept_apart_and_galleries_stay() {
    let with_url = |number: usize, url: &str| {
        let mut message = sale(number);
        message.embeds[0].url = url.to_owned();
        message
    };
    let page = "https://example.com/run";
    let (_, message) = coalesce(&[with_url(1, page), with_url(2, page), with_url(3, &format!("{page}#top"))]);
    let urls: Vec<&str> = message.embeds.iter().map(|embed| embed.url.as_str()).collect();
    assert_eq!(urls, [page, "https://example.com/run#2", "https://example.com/run#top"]);
    let (_, message) = coalesce(&[with_url(1, "https://e.example/#a"), with_url(2, "https://e.example/#a")]);
    assert!(message.embeds[1].url.is_empty());
    assert!(message.embeds[1].description.ends_with("<https://e.example/#a>"));
}

#[test]
fn only_messages_of_one_sender_thread_and_kind_go_together() {
    let other = [
        Message { username: "Stripe".to_owned(), ..sale(2) },
        Message { silent: true, ..sale(2) },
        Message { suppress_embeds: true, ..sale(2) },
        Message { tts: true, ..sale(2) },
        Message { thread: "Orders".to_owned(), ..sale(2) },
    ];
    for other in other {
        assert_eq!(coalesce(&[sale(1), other.clone()]).0, 1, "{other:?}");
    }
}

#[test]
fn buttons_become_links_of_their_message() {
    let button = Button { label: "View [it]".to_owned(), url: "https://example.com/1".to_owned() };
    let (_, message) = coalesce(&[Message { buttons: vec![button], ..sale(1) }, sale(2)]);
    assert!(message.buttons.is_empty());
    assert!(message.embeds[0].description.ends_with("\n[View it](<https://example.com/1>)"));
}

#[test]
fn an_edit_of_one_leaves_the_others_as_they_were() {
    let mut coalescing = Coalescing::new(&sale(1));
    assert!(coalescing.add(&sale(2)) && coalescing.add(&sale(3)) && coalescing.is_several());
    let (before, shared) = coalescing.finish(Locale::default());
    let refunded = Message { content: "↩️ refunded".to_owned(), ..sale(20) };
    let shared = shared.with(1, slot_of(&refunded, 2));
    let (after, notes) = shared_message(&refunded, &shared, Locale::default());
    assert!(notes.is_empty());
    assert_eq!((&after.embeds[0], &after.embeds[2]), (&before.embeds[0], &before.embeds[2]));
    assert_eq!(after.embeds[1].title, "Sale 20");
    assert_eq!(after.content, "💰 sale 1\n↩️ refunded\n💰 sale 3");
}

#[test]
fn a_slot_that_has_grown_is_cut_and_the_notes_say_so() {
    let mut coalescing = Coalescing::new(&sale(1));
    assert!(coalescing.add(&sale(2)));
    let (_, shared) = coalescing.finish(Locale::default());
    let mut large = sale(1);
    large.embeds = vec![large.embeds[0].clone(); 2];
    large.embeds.iter_mut().for_each(|embed| embed.description = "w".repeat(4000));
    let (message, notes) = shared_message(&large, &shared.with(0, slot_of(&large, 1)), Locale::default());
    assert!(!notes.is_empty());
    assert!(message.embeds.iter().map(Embed::characters).sum::<usize>() <= limit::EMBED_SUM);
}
