//! Hostile payloads: values stay in their place, ping nobody, link nowhere, and Discord accepts the message.

use hookbell_model::delivery::{Mention, Plan};
use hookbell_model::locale::Locale;
use hookbell_model::note::Note;
use hookbell_template::render::Rendered;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{event, raw, templates};
use crate::judge::{judge_patch, judge_post};

const PLACES: &str = "provider = 'acme'\n[[message]]\nname = 'x'\ncontent = 'c {{ payload.x }}'\ntitle = 't {{ payload.x }}'\n\
     url = 'https://acme.example/a/{{ payload.x }}/z'\ndescription = 'd {{ payload.x }}'\nauthor = '{{ payload.x }}'\n\
     username = 'u {{ payload.x }}'\nfooter = 'f {{ payload.x }}'\nimage = '{{ payload.x }}'\n\
     [[message.field]]\nname = 'n {{ payload.x }}'\nvalue = 'v {{ payload.x | code }} {{ payload.x | link(payload.x) }}'\n\
     [[message.button]]\nlabel = 'l {{ payload.x }}'\nurl = 'https://acme.example/?q={{ payload.x }}'\n";

/// No markup of Discord's markdown is left, read as a client would.
/// The texts begin with a letter of the template's own.
fn is_escaped(text: &str) -> bool {
    let bare: Vec<char> = bare(text).chars().collect();
    let anywhere = |c: &char| matches!(c, '\\' | '*' | '_' | '~' | '|' | '`' | '[' | ']' | '<');
    let pings = text.to_lowercase().contains("@everyone") && !text.to_lowercase().contains("\\@everyone");
    let text_of = |chars: &[char]| chars.iter().collect::<String>();
    // An emoji's name between two colons, or a scheme.
    let is_name =
        |name: &[char]| !name.is_empty() && name.iter().all(|c| c.is_ascii_alphanumeric() || "_+-".contains(*c));
    let parts: Vec<&[char]> = bare.split(|c| *c == ':').collect();
    let live_colon =
        parts.len() > 2 && parts[1..parts.len() - 1].iter().any(|name| is_name(name)) || text_of(&bare).contains("://");
    let begins_block = |line: &str| {
        let line = line.trim_start();
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        line.starts_with(['#', '-', '+', '>']) || (rest.len() < line.len() && rest.starts_with(". "))
    };
    !bare.iter().any(anywhere) && !live_colon && !pings && !text_of(&bare).lines().any(begins_block)
}

fn check_places(rendered: &Rendered) -> Result<(), TestCaseError> {
    prop_assert_eq!(&rendered.template, "acme.x");
    let embed = rendered.message.embeds.first().ok_or_else(|| TestCaseError::fail("no embed"))?;
    for text in [&rendered.message.content, &embed.title, &embed.description] {
        prop_assert!(is_escaped(text), "{}", text);
    }
    let prefix = |url: &str| url.is_empty() || url.starts_with("https://acme.example/");
    prop_assert!(prefix(&embed.url), "{}", embed.url);
    prop_assert!(rendered.message.buttons.iter().all(|button| prefix(&button.url)));
    let body = rendered.message.to_post().to_string();
    for hidden in ["\\u0000", "\u{202e}", "\u{2066}", "\u{200b}", "\u{feff}"] {
        prop_assert!(!body.contains(hidden), "{}", hidden);
    }
    prop_assert_eq!(rendered.message.to_post()["allowed_mentions"].clone(), json!({ "parse": [] }));
    Ok(())
}

#[test]
fn hostile_texts_are_harmless_in_every_place() {
    let templates = templates(&[PLACES]);
    for text in [
        "@everyone",
        "<@&1>",
        "[x](http://evil)",
        "```\n@here",
        "-# sub",
        "> q",
        "1. x",
        "# h",
        "\u{202e}evil\u{2066}",
        "a\0b",
        "👩\u{200d}👩\u{200d}👧",
        "e\u{301}\u{301}",
        "\\",
        "\\\\[x](y)",
        "../../admin",
        "https://evil.example/",
        "javascript:alert(1)",
        ":tada:",
        "a :white_check_mark:b",
        "{{ payload }}",
        "<t:1:R>",
        "a\r\nb",
        "||x||",
    ] {
        let rendered =
            templates.render(&event("acme", "x"), &raw(&json!({ "x": text })), &Plan::default(), Locale::default());
        check_places(&rendered).unwrap_or_else(|why| panic!("{text:?}: {why}"));
    }
    let long = "@everyone ".repeat(10_000);
    let rendered =
        templates.render(&event("acme", "x"), &raw(&json!({ "x": long })), &Plan::default(), Locale::default());
    assert!(
        rendered.notes.iter().any(|note| matches!(note, Note::TextTooLong { key, .. } if key == "description")),
        "{:?}",
        rendered.notes
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_value_leaves_its_place(text in "(?s).{0,80}|[\\[\\]()<>@*_`~|:#.\\\\/ \\n-]{0,40}") {
        let templates = templates(&[PLACES]);
        let rendered = templates.render(&event("acme", "x"), &raw(&json!({ "x": text })), &Plan::default(), Locale::default());
        check_places(&rendered)?;
    }
}

/// Texts of templates, put together at random below; `P` is a path of the payload.
const TEXTS: [&str; 27] = [
    "x {{ P }}",
    "{{ P }}{{ P }}",
    "**{{ P }}** and _{{ P }}_",
    "{{ P | truncate(20) }}",
    "{{ P | truncate(30, 'middle') }}",
    "{{ P | default('none') | upper }}",
    "{{ P | money('usd') }} {{ P | number }} {{ P | percent }}",
    "{{ P | date }} {{ P | ago }} {{ P | duration }} {{ P | bytes }}",
    "{{ P | mask }} {{ P | short }} {{ P | slug }}",
    "{{ P | plural('thing') }} {{ P | join(', ') }}",
    "{{ P | quote }}",
    "{{ P | plain(40) }}",
    "{{ P | lines(3) }}",
    "{{ P | first_line }} {{ P | title }}",
    "{{ P | json }}",
    "{{ P | diff(P) }}",
    "{{ P | sort | unique | join }}",
    "{% for one in P %}{{ one }} {% endfor %}",
    "{% if P %}{{ P ~ P }}{% else %}-{% endif %}",
    "{{ P * 3 }}",
    "{{ P + 1 }}",
    "{{ P | raw }}",
    "{{ P | code }}",
    "{{ P | block('sh') }}",
    "`{{ P }}`",
    "{{ P | link('https://acme.example/') }}",
    "[{{ P }}](https://acme.example/{{ P }})",
];
/// Of these, the first have no mark-up of their own that could hold a link.
const WITHOUT_LINKS: usize = 21;
const URLS: [&str; 3] =
    ["https://acme.example/{{ P }}", "https://acme.example/?q={{ P }}&r={{ P }}#{{ P }}", "https://acme.example/fixed"];

fn text(pool: usize) -> impl Strategy<Value = String> {
    let path =
        prop::sample::select(vec!["payload.a", "payload.b", "payload.c[0]", "payload.c", "payload.d.e", "payload"]);
    (prop::collection::vec(prop::sample::select(TEXTS[..pool].to_vec()), 1..3), path)
        .prop_map(|(texts, path)| texts.join(" ").replace('P', path).replace("payload.d.e_", "payload"))
}

fn url() -> impl Strategy<Value = String> {
    let path = prop::sample::select(vec!["payload.a", "payload.b", "payload.d.e"]);
    (prop::sample::select(URLS.to_vec()), path).prop_map(|(url, path)| url.replace('P', path))
}

/// A template file with a bit of everything, as TOML.
fn file(pool: usize) -> impl Strategy<Value = String> {
    let part =
        || (text(pool), text(pool), any::<bool>(), 1u8..=9, prop::sample::select(vec!["end", "middle", "lines"]));
    let quoted = |text: &str| serde_json::to_string(text).expect("JSON");
    (
        prop::collection::vec(text(pool), 7),
        prop::collection::vec(url(), 4),
        prop::collection::vec(part(), 0..30),
        prop::collection::vec((text(pool), url()), 0..30),
        0usize..14,
        any::<bool>(),
    )
        .prop_map(move |(texts, urls, fields, buttons, embeds, raw)| {
            let mut file = "provider = 'acme'\n[theme.critical]\nemoji = '🔥'\n[[message]]\nname = 'x'\n".to_owned();
            let q = |at: usize| quoted(&texts[at]);
            if raw {
                file += &format!(
                    "raw = {{ content = {}, username = {}, embeds = [{{ title = {}, description = {}, url = {}, footer = {{ text = {} }} }}] }}\n",
                    q(0), q(1), q(2), q(3), quoted(&urls[0]), q(4)
                );
                return file;
            }
            file += &format!(
                "content = {}\nusername = {}\ntitle = {}\ndescription = [{}, {{ text = {}, if = 'payload.a' }}]\nurl = {}\nimage = {}\nauthor = {}\nfooter = {}\nthread = {}\nseverity = 'critical'\ntimestamp = '{{{{ payload.b }}}}'\n",
                q(0), q(1), q(2), q(3), q(4), quoted(&urls[0]), quoted(&urls[1]), q(5), q(6), q(1)
            );
            for (name, value, each, shrink, fit) in &fields {
                let value = if *each {
                    format!("each = 'payload.c'\nline = {}\nmax = 90", quoted(&format!("{{{{ item }}}} {value}")))
                } else {
                    format!("value = {}", quoted(value))
                };
                file += &format!(
                    "[[message.field]]\nname = {}\n{value}\nshrink = {shrink}\nfit = '{fit}'\nmin = 60\n",
                    quoted(name)
                );
            }
            for (label, url) in &buttons {
                file += &format!("[[message.button]]\nlabel = {}\nurl = {}\n", quoted(label), quoted(url));
            }
            for at in 0..embeds {
                file += &format!(
                    "[[message.embed]]\neach = 'payload.c'\nmax = {}\ntitle = {}\ndescription = {}\nurl = {}\n",
                    at + 1, q(at % 7), q((at + 1) % 7), quoted(&urls[at % 4])
                );
            }
            file
        })
}

fn value() -> impl Strategy<Value = Value> {
    let hostile = prop::sample::select(vec![
        "@everyone",
        "<@&1>",
        "<@1>",
        "[x](https://evil.example)",
        "https://evil.example/x",
        "```\n@here```",
        "\\",
        "\\[a](b)",
        "👩\u{200d}👩\u{200d}👧\u{200d}👦",
        "e\u{301}\u{302}\u{303}",
        "\u{202e}evil",
        "a\u{0}b",
        "||s||",
        "# h\n> q\n- l",
        "<t:1:R>",
        "clyde discord",
        "{{ payload }}",
        "",
        "   ",
        "\n\n\n",
        "1795255200",
        "ada@example.com",
        "<https://evil.example>",
        "www.evil.example",
    ]);
    let leaf = prop_oneof![
        hostile.prop_map(|text| json!(text)),
        "(?s).{0,60}".prop_map(|text| json!(text)),
        long(vec![40, 40, 40, 3_000]),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        any::<bool>().prop_map(|flag| json!(flag)),
        Just(Value::Null),
    ];
    leaf.prop_recursive(2, 24, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..12).prop_map(Value::from),
            prop::collection::btree_map("[a-e]|@everyone|\\PC{0,8}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A text of this many characters, made of something that is long, nested or hostile.
fn long(sizes: Vec<usize>) -> impl Strategy<Value = Value> {
    let of = vec!["x", "@everyone ", "👩\u{200d}👧 ", "e\u{301}", "`a` ", "line\n", "\\"];
    let sizes = prop::sample::select(sizes);
    (sizes, prop::sample::select(of)).prop_map(|(size, text)| json!(text.repeat(size / text.chars().count())))
}

/// Once in a while something in it is as large as a request may be.
fn payload() -> impl Strategy<Value = Value> {
    (
        prop_oneof![15 => value().boxed(), 1 => long(vec![1_000_000]).boxed()],
        value(),
        prop::collection::vec(value(), 0..14),
        value(),
    )
        .prop_map(|(a, b, c, e)| json!({ "a": a, "b": b, "c": c, "d": { "e": e } }))
}

fn rendered(file: &str, payload: &Value, plan: &Plan) -> Rendered {
    let templates = templates(&[file]);
    templates.render(&event("acme", "order.paid"), &raw(payload), plan, Locale::default())
}

/// The text as Discord reads it: a character behind a backslash has no meaning, and is `x` here.
fn bare(text: &str) -> String {
    let mut chars = text.chars();
    std::iter::from_fn(|| chars.next().map(|c| if c == '\\' { chars.next().map_or(c, |_| '·') } else { c })).collect()
}

/// Every text of a message that Discord could make a link of.
fn shown(rendered: &Rendered) -> Vec<&str> {
    let message = &rendered.message;
    let embeds = message.embeds.iter().flat_map(|embed| {
        let fields = embed.fields.iter().flat_map(|field| [field.name.as_str(), field.value.as_str()]);
        [embed.title.as_str(), embed.description.as_str()].into_iter().chain(fields)
    });
    std::iter::once(message.content.as_str()).chain(embeds).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn no_template_and_no_payload_make_a_body_that_discord_refuses(file in file(TEXTS.len()), payload in payload()) {
        let plan = Plan { mention: vec![Mention::Role("222".into())], ..Plan::default() };
        let rendered = rendered(&file, &payload, &plan);
        let body = rendered.message.to_post();
        judge_post(&body);
        judge_patch(&rendered.message.to_patch());
        prop_assert_eq!(body["allowed_mentions"].clone(), json!({ "parse": [], "roles": ["222"] }));
    }

    #[test]
    fn no_payload_brings_a_link_that_the_template_does_not_hold(file in file(WITHOUT_LINKS), payload in payload()) {
        let rendered = rendered(&file, &payload, &Plan::default());
        for text in shown(&rendered) {
            let text = bare(&text.replace("https://acme.example/", ""));
            for scheme in ["http://", "https://", "](", "<http"] {
                prop_assert!(!text.contains(scheme), "{} in {}", scheme, text);
            }
        }
        let message = &rendered.message;
        let urls = message.embeds.iter().flat_map(|embed| [&embed.url, &embed.image, &embed.thumbnail, &embed.author.url]);
        for url in urls.chain(message.buttons.iter().map(|button| &button.url)) {
            prop_assert!(url.is_empty() || url.starts_with("https://acme.example/"), "{}", url);
        }
    }
}
