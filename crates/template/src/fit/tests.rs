//! Limits, cuts and their notes.

use super::fit_message;
use hookbell_model::delivery::Mention;
use hookbell_model::locale::format_number;
use hookbell_model::message::{Author, Button, Embed, Field, Fit, FitMode, Footer, Message, Poll};

/// Fits a message; returns the notes in words.
fn fit(message: &mut Message) -> Vec<String> {
    fit_message(message).iter().map(ToString::to_string).collect()
}

fn content(text: &str) -> (String, Vec<String>) {
    let mut message = Message { content: text.to_owned(), ..Message::default() };
    let notes = fit(&mut message);
    (message.content, notes)
}

fn description(text: &str) -> String {
    description_in(text, FitMode::End)
}

fn description_in(text: &str, mode: FitMode) -> String {
    let description_fit = Fit { mode, ..Fit::default() };
    let embed = Embed { description: text.to_owned(), description_fit, ..Embed::default() };
    let mut message = Message { embeds: vec![embed], ..Message::default() };
    fit_message(&mut message);
    message.embeds.remove(0).description
}

fn username(name: &str) -> String {
    let mut message = Message { username: name.to_owned(), content: "x".to_owned(), ..Message::default() };
    fit_message(&mut message);
    message.username
}

fn link(url: &str) -> String {
    let mut message = Message { avatar_url: url.to_owned(), content: "x".to_owned(), ..Message::default() };
    fit_message(&mut message);
    message.avatar_url
}

fn field(name: &str, value: &str) -> Field {
    Field { name: name.to_owned(), value: value.to_owned(), inline: true, ..Field::default() }
}

/// A message with one embed, as it is after fitting, and its notes.
fn fitted(embed: Embed) -> (Embed, Vec<String>) {
    let mut message = Message { embeds: vec![embed], ..Message::default() };
    let notes = fit(&mut message);
    (message.embeds.remove(0), notes)
}

fn length(text: &str) -> usize {
    text.chars().count()
}

#[test]
fn what_is_within_the_limits_stays_as_it_is() {
    let embed = Embed {
        title: "é".repeat(256),
        description: "👍".repeat(3000),
        fields: vec![field("a", "b"); 25],
        color: Some(0xFF_FFFF),
        timestamp: "2026-01-02T03:04:05.678+01:00".to_owned(),
        url: "https://example.com/a?b=c#d".to_owned(),
        ..Embed::default()
    };
    let message = Message {
        content: "x".repeat(2000),
        username: "GitHub".to_owned(),
        embeds: vec![embed],
        buttons: vec![Button { label: "Open".into(), url: "https://example.com/".into() }; 25],
        ..Message::default()
    };
    let mut same = message.clone();
    assert_eq!(fit(&mut same), Vec::<String>::new());
    assert_eq!(same, message);
}

#[test]
fn a_cut_text_says_how_much_is_missing() {
    let (text, notes) = content(&"x".repeat(3000));
    assert_eq!(length(&text), 2000);
    assert!(text.ends_with("x… and 1,027 more characters"), "{text}");
    assert_eq!(notes, ["content: 1,027 characters cut"]);
    // An escape is one character to the reader, and stays whole.
    let (text, _) = content(&"\\*".repeat(1500));
    assert!(text.ends_with("\\*… and 513 more characters"), "{text}");
    assert_eq!(text.matches("\\*").count(), 1500 - 513);
    let (text, _) = content(&format!("{}\\\\\\\\", "x".repeat(1975)));
    assert_eq!(text, format!("{}\\\\\\\\", "x".repeat(1975)));
}

#[test]
fn a_cut_ends_with_a_whole_word_where_one_is_near() {
    let (text, _) = content(&"word ".repeat(500));
    assert!(text.contains("word… and "), "{text}");
    let kept = text.split('…').next().expect("a start");
    assert!(text.ends_with(&format!("and {} more characters", 2499 - kept.len())), "{text}");
}

#[test]
fn tokens_are_kept_whole_or_left_out() {
    let fill = "x".repeat(1960);
    for token in
        ["<t:1700000000:R>", "<@&123456789012345678>", "[a label](https://example.com/a/b/c)", "<:smile:12345>"]
    {
        let (text, _) = content(&format!("{fill} {token} {}", "y".repeat(100)));
        assert!(text.contains(token) || text.starts_with(&format!("{fill}…")), "{text}");
        for broken in ["<t", "<@", "[a", "](", "<:"] {
            assert!(text.contains(token) || !text.contains(broken), "{text}");
        }
    }
    let (text, _) = content(&format!("{fill} https://example.com/a/very/long/path {}", "y".repeat(100)));
    assert!(text.starts_with(&format!("{fill}… and ")), "{text}");
    let (text, _) = content(&format!("https://example.com/ {}", "https://example.com/a ".repeat(100)));
    assert!(text.contains("https://example.com/a … and "), "a link must not swallow the dots: {text}");
}

#[test]
fn code_and_bold_are_closed_again() {
    let text = description(&format!("```json\n{}\n```", "{}\n".repeat(3000)));
    let (block, rest) = text.split_once("\n```… and ").expect("the block is closed");
    assert!(block.starts_with("```json\n{}\n"));
    let shown = block.strip_prefix("```json\n").expect("a block").len();
    assert_eq!(rest, format!("{} more characters", format_number(9001 - shown)));
    let text = description(&format!("`{}`", "a".repeat(5000)));
    assert!(text.contains("a`… and "), "{text}");
    let text = description(&format!("**{}**", "a".repeat(5000)));
    assert!(text.contains("a**… and "), "{text}");
    let text = description(&format!("{}```\n{}\n```", "a".repeat(4066), "b".repeat(500)));
    assert!(text.starts_with(&format!("{}… and 50", "a".repeat(4066))), "an empty block is not begun: {text}");
}

#[test]
fn titles_and_names_end_with_dots() {
    let embed = Embed {
        title: "t".repeat(300),
        author: Author { name: "a".repeat(257), ..Author::default() },
        footer: Footer { text: "f".repeat(2049), ..Footer::default() },
        fields: vec![field(&"n".repeat(300), &"v".repeat(1025))],
        ..Embed::default()
    };
    let (embed, notes) = fitted(embed);
    assert_eq!(embed.title, format!("{}…", "t".repeat(255)));
    assert_eq!((length(&embed.author.name), length(&embed.footer.text)), (256, 2048));
    assert_eq!((length(&embed.fields[0].name), length(&embed.fields[0].value)), (256, 1024));
    let expected = [
        "author: 2 characters cut",
        "title: 45 characters cut",
        "footer: 25 characters cut",
        "field 1 name: 45 characters cut",
        "field 1: 25 characters cut",
    ];
    assert_eq!(notes, expected);
}

#[test]
fn too_many_fields_embeds_and_buttons_are_counted() {
    let (embed, notes) = fitted(Embed { fields: vec![field("a", "b"); 60], ..Embed::default() });
    assert_eq!(embed.fields.len(), 25);
    assert_eq!(embed.fields[24].value, "and 36 more fields");
    assert_eq!(notes, ["fields: 36 left out"]);
    let (embed, _) = fitted(Embed { fields: vec![field("a", "b"); 26], ..Embed::default() });
    assert_eq!(embed.fields[24].value, "and 2 more fields");

    let button = Button { label: String::new(), url: "https://example.com/".into() };
    let mut message = Message { buttons: vec![button; 30], ..Message::default() };
    message.embeds = (0..15).map(|n| Embed { title: n.to_string(), ..Embed::default() }).collect();
    assert_eq!(fit(&mut message), ["embeds: 6 left out", "buttons: 5 more than 25 left out"]);
    assert_eq!(message.embeds.len(), 10);
    assert_eq!(message.embeds[9].description, "… and 6 more embeds");
    assert_eq!(message.buttons[0].label, "Open");
}

#[test]
fn descriptions_are_cut_before_values_and_values_before_fields() {
    let sum = |embeds: &[Embed]| -> usize {
        let fields = embeds.iter().flat_map(|embed| &embed.fields).map(|f| length(&f.name) + length(&f.value));
        let texts = embeds.iter().map(|embed| length(&embed.title) + length(&embed.description));
        fields.sum::<usize>() + texts.sum::<usize>()
    };
    let embed = |text: usize, fields: usize, name: usize, value: usize| Embed {
        title: "t".repeat(100),
        description: "d".repeat(text),
        fields: vec![field(&"n".repeat(name), &"v".repeat(value)); fields],
        ..Embed::default()
    };
    let (some, notes) = fitted(embed(4000, 2, 10, 1000));
    assert_eq!(sum(std::slice::from_ref(&some)), 6000);
    assert!(some.fields.iter().all(|field| length(&field.value) == 1000));
    assert_eq!(notes.len(), 1, "{notes:?}");

    let (some, _) = fitted(embed(4000, 10, 10, 1024));
    assert_eq!(length(&some.description), 300);
    assert_eq!(some.fields.len(), 10);
    assert!(some.fields.iter().all(|field| field.value.contains(" more characters")));
    assert!(sum(std::slice::from_ref(&some)) > 5980);

    let (some, notes) = fitted(embed(4000, 25, 256, 1024));
    assert!(sum(std::slice::from_ref(&some)) <= 6000);
    assert_eq!(some.fields.last().expect("a field").value, format!("and {} more fields", 26 - some.fields.len()));
    assert!(notes.iter().any(|note| note.starts_with("fields: ")), "{notes:?}");

    let mut message = Message { embeds: vec![embed(4096, 25, 256, 1024); 15], ..Message::default() };
    fit_message(&mut message);
    assert!(sum(&message.embeds) <= 6000);
    let last = &message.embeds.last().expect("an embed").description;
    assert_eq!(*last, format!("… and {} more embeds", 16 - message.embeds.len()));
}

#[test]
fn names_that_discord_refuses_are_altered_readably() {
    for (name, better) in [
        ("My Discord bot", "My Dis·cord bot"),
        ("CLYDE", "CL·YDE"),
        ("dis#cord", "dis·cord"),
        ("Stripe: live", "Stripe – live"),
        ("a:b", "a·b"),
        ("@octocat", "octocat"),
        ("ops@example.com", "ops at example.com"),
        ("build #5", "build 5"),
        ("Everyone", "every·one"),
        ("here", "he·re"),
        ("  two \n  lines ", "two lines"),
        ("a ``` b", "a `` b"),
    ] {
        assert_eq!(username(name), better);
        assert_eq!(username(better), better);
    }
    assert_eq!(length(&username(&"x".repeat(81))), 80);
}

#[test]
fn links_that_discord_refuses_are_mended_or_left_out() {
    for good in
        ["https://example.com", "http://a-b.example.com:8080/x?y=%20z", "https://127.0.0.1/x", "https://e.com/(a)"]
    {
        assert!(!link(good).is_empty(), "{good}");
    }
    assert_eq!(link("https://example.com/ü ".trim()), "https://example.com/%C3%BC");
    assert_eq!(link("https://example.com/a|b[c]#d#e"), "https://example.com/a%7Cb%5Bc%5D#d%23e");
    let long = format!("https://example.com/{}", "a".repeat(2029));
    for bad in [
        "javascript:alert(1)",
        "ftp://example.com/",
        "/path",
        "https://a b.com/",
        "https://",
        "http://grafana:3000/",
        "http://{.example/",
        &long,
    ] {
        assert_eq!(link(bad), "", "{bad}");
    }
    let button = Button { label: "x".into(), url: format!("https://example.com/{}", "a".repeat(493)) };
    let mut message = Message { buttons: vec![button], content: "x".into(), ..Message::default() };
    assert_eq!(fit(&mut message), ["button 1: link left out, longer than 512 characters"]);
    assert!(message.buttons.is_empty());
}

#[test]
fn what_discord_would_refuse_for_its_kind_goes() {
    let embed = Embed {
        title: " \n\0 ".to_owned(),
        description: "\u{1b}hello ".to_owned(),
        color: Some(u32::MAX),
        timestamp: "2026-01-02".to_owned(),
        fields: vec![field("", "only a value"), field("only a name", " ")],
        ..Embed::default()
    };
    let (embed, notes) = fitted(embed);
    assert_eq!((embed.title.as_str(), embed.description.as_str()), ("", "hello"));
    assert_eq!((embed.color, embed.timestamp.as_str()), (Some(0xFF_FFFF), ""));
    assert_eq!(embed.fields, [field("\u{200b}", "only a value")]);
    assert_eq!(notes, ["colour: over 0xFFFFFF, set to that", "timestamp: left out, not RFC 3339"]);
}

#[test]
fn an_embed_with_the_url_of_an_earlier_one_keeps_its_text() {
    let embed = Embed { title: "a".into(), url: "https://example.com/".into(), ..Embed::default() };
    let mut message =
        Message { embeds: vec![embed.clone(), Embed { title: "b".into(), ..embed }], ..Message::default() };
    assert_eq!(fit(&mut message).len(), 1);
    assert_eq!((message.embeds[1].title.as_str(), message.embeds[1].url.as_str()), ("b", ""));
}

#[test]
fn pings_are_never_cut() {
    let ping = |id: usize| Mention::Role(format!("{id:020}"));
    let mut message =
        Message { content: "x".repeat(2000), mention: vec![ping(1), ping(2), ping(1)], ..Message::default() };
    fit_message(&mut message);
    assert_eq!(message.mention, [ping(1), ping(2)]);
    let sent = message.content_with_pings();
    assert_eq!(length(&sent), 2000);
    assert!(sent.starts_with(&format!("{} {} xxx", ping(1), ping(2))) && sent.ends_with("more characters"), "{sent}");

    let mut message =
        Message { content: "x".repeat(2000), mention: (0..150).map(ping).collect(), ..Message::default() };
    assert!(fit(&mut message).contains(&"pings: 70 left out, over Discord's limit".to_owned()));
    assert!(length(&message.content_with_pings()) <= 2000);
    let mut message =
        Message { mention: (0..150).map(|id| Mention::User(id.to_string())).collect(), ..Message::default() };
    fit_message(&mut message);
    assert_eq!(message.mention.len(), 100);
}

#[test]
fn an_empty_message_says_that_it_is_empty() {
    let mut message = Message { embeds: vec![Embed { color: Some(1), ..Embed::default() }], ..Message::default() };
    assert_eq!(fit(&mut message).len(), 1);
    assert_eq!(message.content, "(this message is empty)");
}

#[test]
fn hostile_markdown_is_read_in_linear_time() {
    for part in
        ["[", "[a](", "<@", "`", "` `` ", "**", "\\", "https://", "||", "```\n", "[a](b)", "\n", "**a** ", "`a\n`"]
    {
        for mode in FitMode::ALL.iter().copied() {
            let start = std::time::Instant::now();
            let text = description_in(&format!("a{}b", part.repeat(1_000_000 / part.len())), mode);
            assert!(length(&text) <= 4096);
            assert!(start.elapsed().as_secs() < 5, "{part} {mode:?}");
        }
    }
}

#[test]
fn a_forum_post_has_a_title_of_one_line() {
    let mut message =
        Message { content: "x".into(), thread: format!(" a\n{} ", "b".repeat(200)), ..Message::default() };
    assert_eq!(fit(&mut message), ["thread: 103 characters cut"]);
    assert_eq!(message.thread, format!("a {}…", "b".repeat(97)));
}

#[test]
fn a_poll_is_fitted_or_left_out() {
    let poll = |question: &str, answers: Vec<String>, hours| {
        Some(Poll { question: question.to_owned(), answers, hours, multiselect: false })
    };
    let answers = [vec![" ".to_owned()], vec!["a".repeat(60); 12]].concat();
    let mut message = Message { poll: poll(&"q".repeat(301), answers, 1000), ..Message::default() };
    let notes = fit(&mut message);
    let fitted = message.poll.expect("a poll");
    assert_eq!((length(&fitted.question), fitted.answers.len(), fitted.hours), (300, 10, 768));
    assert!(fitted.answers.iter().all(|answer| length(answer) == 55));
    let expected = [
        "poll duration: set to 768, Discord takes 1 to 768 hours",
        "poll question: 2 characters cut",
        "poll answers: 2 more than 10 left out",
    ];
    assert_eq!(notes[..3], expected);
    assert_eq!(message.content, "", "a poll is enough of a message");
    for poll in [poll("", vec!["a".into()], 1), poll("q", vec!["\0".into()], 1)] {
        let mut message = Message { content: "x".into(), poll, ..Message::default() };
        assert_eq!(fit(&mut message), ["poll: left out, it needs a question and an answer"]);
        assert_eq!(message.poll, None);
    }
}
