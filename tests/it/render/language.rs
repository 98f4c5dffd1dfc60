//! The language of templates: conditions, languages, themes, lengths.

use hookbell_config_file::Diagnostics;
use hookbell_config_file::Document;
use hookbell_model::delivery::Plan;
use hookbell_model::event::Severity;
use hookbell_model::locale::Locale;
use hookbell_model::message::{Embed, Message};
use hookbell_model::note::{Clause, Note};
use hookbell_model::privacy::Masks;
use hookbell_template::render::{Config, Fallback, Rendered, Templates, Theme};
use serde_json::{Value, json};

use super::{event, named, raw, render, templates, title};

pub(super) fn embed(message: &Message) -> &Embed {
    message.embeds.first().expect("an embed")
}

pub(super) fn fields(rendered: &Rendered) -> Vec<(String, String, bool)> {
    let fields = embed(&rendered.message).fields.iter();
    fields.map(|field| (field.name.clone(), field.value.clone(), field.inline)).collect()
}

pub(super) fn diagnostics(file: &str) -> String {
    let mut diagnostics = Diagnostics::default();
    let document = Document::parse("own.toml", file, &mut diagnostics);
    Templates::with_own(hookbell::embedded::template_files(), &[document], &Config::default(), &mut diagnostics);
    diagnostics.to_string()
}

#[test]
fn an_if_decides_about_fields_buttons_embeds_and_lines() {
    let file = r#"
provider = "acme"
[[message]]
name = "x"
title = "t"
description = ["first", { text = "big", if = "payload.n > 5" }, "", { text = "small", if = "payload.n <= 5" }, "{{ payload.gone | default('') }}", "last"]
[[message.field]]
name = "Yes"
if = "payload.n == 7"
value = "v"
[[message.field]]
name = "No"
if = "payload.n == 8"
value = "v"
[[message.field]]
name = "Some"
each = "payload.list"
line = { text = "{{ item.name }}", if = "item.bad" }
max = 1
[[message.button]]
label = "No"
url = "https://acme.example/"
if = "payload.none"
[[message.embed]]
title = "two"
if = "payload.n > 5"
[[message.embed]]
title = "three"
if = "payload.n < 5"
"#;
    let list: Vec<Value> = (0..40).map(|n| json!({ "name": format!("n{n}"), "bad": n % 10 == 9 })).collect();
    let rendered = render(file, &json!({ "n": 7, "list": list }));
    assert_eq!(embed(&rendered.message).description, "first\nbig\n\nlast");
    let reported = fields(&rendered);
    assert_eq!(reported.iter().map(|(name, _, _)| name.as_str()).collect::<Vec<_>>(), ["Yes", "Some"]);
    assert_eq!(reported[1].1, "n9\nand 3 more", "only what is wanted is counted");
    assert!(rendered.message.buttons.is_empty());
    assert_eq!(rendered.message.embeds.iter().map(|embed| embed.title.as_str()).collect::<Vec<_>>(), ["t", "two"]);

    let repeated = r#"
provider = "acme"
[[message]]
name = "x"
title = "t"
[[message.field]]
each = "payload.list"
max = 3
if = "item.n != 1"
name = "{{ loop.index }} {{ item.name }}"
value = "{{ item.n }}"
inline = true
"#;
    let list: Vec<Value> = (0..6).map(|n| json!({ "name": format!("n{n}"), "n": n })).collect();
    let rendered = render(repeated, &json!({ "list": list }));
    let reported = fields(&rendered);
    let reported: Vec<_> =
        reported.iter().map(|(name, value, inline)| (name.as_str(), value.as_str(), *inline)).collect();
    assert_eq!(reported, [("1 n0", "0", true), ("3 n2", "2", true), ("4 n3", "3", true)]);
    assert!(fields(&render(repeated, &json!({ "list": "none" }))).is_empty());

    let failing = "provider = 'acme'\n[[message]]\nname = 'x'\ntitle = 't'\n[[message.field]]\nname = 'F'\nif = 'payload.n + 1 > 0'\nvalue = 'v'\n";
    let rendered = render(failing, &json!({ "n": "seven" }));
    assert!(fields(&rendered).is_empty());
    assert_eq!((rendered.template.as_str(), rendered.fallback), ("acme.x", Some(Fallback::Part)));
    assert!(
        rendered.notes.iter().any(|note| matches!(note, Note::TextFailed { clause: Clause::If, .. })),
        "{:?}",
        rendered.notes
    );
}

#[test]
fn an_embed_for_each_item_up_to_discords_ten() {
    let file = "provider = 'acme'\n[[message]]\nname = 'x'\ncontent = 'c'\n[[message.embed]]\neach = 'payload.list'\nmax = 50\n\
                title = '{{ loop.index }} {{ item.name }}'\ncolor = '{{ item.color }}'\n[[message.embed.field]]\nname = 'n'\nvalue = '{{ item.name }}'\n";
    let list: Vec<Value> = (0..15).map(|n| json!({ "name": format!("n{n}"), "color": n })).collect();
    let rendered = render(file, &json!({ "list": list }));
    assert_eq!(rendered.message.embeds.len(), 10);
    assert_eq!(rendered.message.embeds[9].description, "… and 6 more embeds");
    let few =
        render(&file.replace("max = 50", "max = 2").replace("content = 'c'", "title = 't'"), &json!({ "list": list }));
    let titles: Vec<_> = few.message.embeds.iter().map(|embed| embed.title.as_str()).collect();
    assert_eq!(titles, ["t", "1 n0", "2 n1"], "the first embed does not count");
    let only = file.replace("max = 50", "if = 'item.color == 7'");
    let only = render(&only, &json!({ "list": list }));
    let titles: Vec<_> = only.message.embeds.iter().map(|embed| embed.title.as_str()).collect();
    assert_eq!(titles, ["8 n7"], "its `if` is asked for each item");
    let third = &rendered.message.embeds[2];
    assert_eq!((third.title.as_str(), third.color, third.fields[0].value.as_str()), ("3 n2", Some(2), "n2"));
}

#[test]
fn a_theme_of_the_file_goes_before_the_configs() {
    let theme = |text: &str| {
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse("config.toml", text, &mut diagnostics);
        Theme::read(document.root(), &mut diagnostics)
    };
    let config = Config {
        theme: theme("[error]\nemoji = '🧯'\ncolor = 1\n[success]\nemoji = '🎈'\n"),
        bot: false,
        ..Config::default()
    };
    let file = "provider = 'acme'\n[theme.error]\ncolor = '#000002'\n[[message]]\nname = 'x'\ntitle = 't'\nseverity = '{{ payload.s }}'\n\
                [[message]]\nname = 'c'\ntitle = 't'\ncontent = 'c'\nseverity = 'error'\n";
    let mut diagnostics = Diagnostics::default();
    let document = Document::parse("own.toml", file, &mut diagnostics);
    let templates = Templates::with_own(hookbell::embedded::template_files(), &[document], &config, &mut diagnostics);
    assert!(diagnostics.0.is_empty(), "{diagnostics}");
    let look = |severity: &str, plan: &Plan| {
        let payload = raw(&json!({ "s": severity }));
        let rendered = templates.render(&event("acme", "x"), &payload, plan, Locale::default());
        let color = embed(&rendered.message).color.expect("a colour");
        (rendered.message.content.clone(), title(&rendered.message).to_owned(), color)
    };
    assert_eq!(look("error", &Plan::default()), (String::new(), "🧯 t".to_owned(), 2));
    assert_eq!(look("success", &Plan::default()).1, "🎈 t");
    assert_eq!(look("critical", &Plan::default()).1, "🚨 t");
    // Where there is content, a phone's notification shows it.
    assert_eq!(look("", &named("acme.c")), ("🧯 c".to_owned(), "t".to_owned(), 2));
}

#[test]
fn words_and_numbers_come_in_the_readers_language() {
    let file = r#"
provider = "acme"
[text.de]
paid = "{{ payload.n | money('eur') }} von {{ payload.who }}"
items = "Posten"
only = "nur hier"
[text.en]
paid = "{{ payload.who }} paid {{ payload.n | money('eur') }}"
items = "Items"
[[message]]
name = "x"
title = "{{ text.paid }}!"
description = "{{ text.items | upper }} {% if payload.n %}{{ text.only }}{% endif %}"
[[message.field]]
name = "{{ text.items }}"
each = "payload.list"
line = "{{ item }} {{ text.items }}"
"#;
    let templates = {
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse("own.toml", file, &mut diagnostics);
        let templates = Templates::with_own(
            hookbell::embedded::template_files(),
            &[document],
            &Config::default(),
            &mut diagnostics,
        );
        assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
        assert!(diagnostics.to_string().contains("`[text.en]` has no `only`"), "{diagnostics}");
        templates
    };
    let payload = raw(&json!({ "n": 123_456, "who": "*Ada*", "list": [1] }));
    let look = |tag: &str| {
        let locale = Locale::parse(tag).expect("a language");
        let rendered = templates.render(&event("acme", "x"), &payload, &Plan::default(), locale);
        assert!(rendered.notes.is_empty(), "{:?}", rendered.notes);
        let embed = embed(&rendered.message).clone();
        (embed.title, embed.description, embed.fields[0].value.clone())
    };
    let (title, description, line) = look("de-AT");
    assert!(title.ends_with(" von \\*Ada\\*!") && title.contains("234,56"), "{title}");
    assert_eq!((description.as_str(), line.as_str()), ("POSTEN nur hier", "1 Posten"));
    let english = ("\\*Ada\\* paid €1,234.56!".to_owned(), "ITEMS nur hier".to_owned(), "1 Items".to_owned());
    assert_eq!(look("en"), english);
    assert_eq!(look("ja").0.split(' ').next(), Some("\\*Ada\\*"), "English stands in");
    let reported =
        diagnostics("provider = 'acme'\n[text.en]\npaid = 'x'\n[[message]]\nname = 'x'\ntitle = '{{ text.payd }}'\n");
    assert!(reported.contains("no `[text.…]` table has `payd`, did you mean `paid`?"), "{reported}");
}

#[test]
fn raw_is_fitted_guarded_and_escaped() {
    let file = r#"
provider = "acme"
[[message]]
name = "x"
key = "k:{{ payload.id }}"
severity = "critical"
[message.raw]
content = "Hello {{ payload.name }} @everyone"
flags = 4096
tts = true
username = "{{ payload.name }}"
[[message.raw.embeds]]
title = "{{ payload.long }}"
color = 5763719
fields = [{ name = "A", value = "{{ payload.name }}", inline = true }, { name = "B", value = "{{ payload.none | default('') }}" }]
image = { url = "{{ payload.link }}" }
[[message.raw.components]]
type = 1
components = [{ type = 2, style = 5, label = "Go", url = "https://acme.example/{{ payload.name }}" }]
"#;
    let payload =
        json!({ "id": 1, "name": "<@&5> [x](http://evil)", "long": "é".repeat(3000), "link": "javascript:x" });
    let rendered = render(file, &payload);
    let body = rendered.message.to_post();
    crate::judge::judge_post(&body);
    assert_eq!(body["allowed_mentions"], json!({ "parse": [] }));
    assert_eq!((&body["flags"], &body["tts"]), (&json!(4096), &json!(true)));
    assert_eq!(rendered.live.keys.first().map(String::as_str), Some("k:1"));
    let embed = embed(&rendered.message);
    assert_eq!((embed.title.chars().count(), embed.color, embed.fields.len()), (256, Some(5_763_719), 1));
    assert!(embed.image.is_empty() && embed.fields[0].value.contains("\\[x\\]"), "{embed:?}");
    assert!(rendered.message.buttons[0].url.starts_with("https://acme.example/%3C"), "{:?}", rendered.message.buttons);
    assert!(
        rendered.notes.iter().any(|note| matches!(note, Note::UrlUnusable { key, .. } if key == "raw")),
        "{:?}",
        rendered.notes
    );

    let reported = diagnostics(
        "provider = 'acme'\n[[message]]\nname = 'x'\ntitle = 't'\n[message.raw]\ncontent = 'c {{ paylod.x }}'\n\
         [message.raw.allowed_mentions]\nparse = ['everyone']\n",
    );
    for part in ["`raw` is the whole message", "unknown name `paylod`", "only a route's `mention` can ping"] {
        assert!(reported.contains(part), "{part}\n--\n{reported}");
    }
}

#[test]
fn one_template_serves_a_public_and_a_staff_channel() {
    let file = "provider = 'acme'\n[[message]]\nname = 'x'\nkey = 'by:{{ payload.mail }}'\ntitle = '{{ payload.mail }} from {{ payload.ip }}'\n\
                description = '{{ payload.mail | mask }} {{ payload.mail | upper | truncate(9) }}'\n";
    let mut event = event("acme", "x");
    event.facts.actor = Some("grace@example.com".into());
    let payload = raw(&json!({ "mail": "ada.l@example.com", "ip": "203.0.113.9" }));
    let look = |mask: Option<Masks>| {
        let plan = Plan { mask, ..Plan::default() };
        let rendered = templates(&[file]).render(&event, &payload, &plan, Locale::default());
        (rendered.message.to_post().to_string(), rendered.live.keys)
    };
    let (usual, key) = look(None);
    let (public, public_key) = look(Some(Masks::parse(["email", "ip"]).expect("kinds")));
    for secret in ["ada.l", "ADA.L", "0.113.9", "grace@"] {
        assert!(!public.contains(secret), "{secret} in {public}");
        assert!(!usual.contains(secret), "private by default: {secret} in {usual}");
    }
    assert_eq!(public_key, key, "a key is never seen, and stands for one person");
    let (staff, _) = look(Some(Masks::default()));
    assert!(!staff.contains("•••") && staff.contains("0.113.9"), "{staff}");

    // The generic card as well.
    let plan = Plan { mask: Some(Masks::parse(["email"]).expect("kinds")), ..Plan::default() };
    let card = Templates::default().render(&event, &payload, &plan, Locale::default());
    assert!(!card.message.to_post().to_string().contains("grace@"), "{:?}", card.message);
}

#[test]
fn a_card_that_was_cut_says_how_to_see_the_rest() {
    let file =
        "provider = 'acme'\n[[message]]\nname = 'x'\ntitle = 't'\ndescription = '{{ payload.x }}'\nfooter = 'f'\n";
    let footer = |length: usize| {
        let rendered = render(file, &json!({ "x": "word ".repeat(length) }));
        embed(&rendered.message).footer.text.clone()
    };
    assert_eq!(footer(10), "f");
    assert!(footer(2000).starts_with("f · hookbell events show "), "{}", footer(2000));
}

#[test]
fn fit_shrink_and_min_are_read_and_checked() {
    let file = "provider = 'acme'\n[[message]]\nname = 'x'\ntitle = 't'\ndescription = '{{ payload.x }}'\nfit = 'middle'\n\
                [[message.field]]\nname = 'Log'\nvalue = '{{ payload.lines }}'\nfit = 'lines'\nshrink = 9\nmin = 50\n";
    let lines: Vec<String> = (0..200).map(|n| format!("line {n}")).collect();
    let rendered = render(file, &json!({ "x": format!("begin {} end", "x ".repeat(4000)), "lines": lines.join("\n") }));
    let embed = embed(&rendered.message);
    assert!(embed.description.starts_with("begin") && embed.description.ends_with("end"), "{}", embed.description);
    assert!(embed.fields[0].value.ends_with(" more lines"), "{}", embed.fields[0].value);
    let reported = diagnostics(
        "provider = 'acme'\n[[message]]\nname = 'x'\ntitle = 't'\nfit = 'start'\nshrink = 10\nmin = 'few'\n",
    );
    assert_eq!(reported.matches("error[").count(), 3, "{reported}");
}

#[test]
fn literals_over_a_limit_are_reported() {
    let reported = diagnostics(&format!("provider = 'acme'\n[[message]]\nname = 'x'\ntitle = '{}'\n", "x".repeat(257)));
    assert!(
        reported.contains("own.toml:4:9: `message[0].title`: 257 characters, but Discord takes 256 here"),
        "{reported}"
    );
}

#[test]
fn a_template_without_a_severity_has_that_of_the_event() {
    let mut event = event("acme", "x");
    event.facts.severity = Some(Severity::Critical);
    let templates = templates(&["provider = 'acme'\n[[message]]\nname = 'x'\ntitle = 't'\n"]);
    let rendered = templates.render(&event, &raw(&json!({})), &Plan::default(), Locale::default());
    assert_eq!(title(&rendered.message), "🚨 t");
}
