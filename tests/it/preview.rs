//! `hookbell preview`: cards, bodies, pages, the gallery, and its errors.

mod trying;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use hookbell::config::TemplatesConfig;
use hookbell::store::{self, Store};
use hookbell_model::delivery::{Mention, NewDelivery, Plan};
use hookbell_model::event::{Event, EventId, Facts, Raw, Topic};
use hookbell_model::locale::Locale;
use hookbell_model::timestamp::Timestamp;
use serde_json::{Value, json};

use crate::page::{browser, drawn};

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hookbell"));
    command.current_dir(folder).arg("preview").args(arguments).env_remove("CLICOLOR_FORCE");
    command
}

fn preview(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("hookbell runs")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn shipped() -> TemplatesConfig {
    TemplatesConfig {
        providers: hookbell::embedded::providers(),
        templates: hookbell::embedded::templates(),
        ..TemplatesConfig::default()
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    std::fs::write(path, text).expect("a file");
}

/// A config without any secret set, and a template of the user beside it.
fn own(folder: &Path, templates: &str) {
    let config = "[destinations.sales]\nwebhook_url = \"${NOBODY_SET_THIS}\"\n[sources.shop]\nprovider = \"generic\"\nsecret = \"${NOR_THIS}\"\n[sources.shop.event]\ntype = \"/what\"\n[[routes]]\nsource = \"shop\"\nto = \"sales\"\n";
    write(folder, "config.toml", config);
    write(folder, "templates/own.toml", templates);
}

fn hostile() -> String {
    let evil = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">\u{1b}]0;owned\u{7}\u{1b}[2J **@everyone** [x](https://evil.example) \u{202e}gone";
    json!({ "type": "alert", "id": "1", "title": evil, "message": evil, "severity": "critical", "time": "2026-11-21T10:00:00Z", "url": "javascript:alert(1)" }).to_string()
}

#[test]
fn tags_of_a_forum_post_become_the_ids_of_a_destination() {
    let folder = folder();
    let template = "provider = \"generic\"\n[[message]]\nname = \"mine\"\ntitle = \"x\"\nthread = \"t\"\ntags = [\"BUG\", \"colour\"]\n";
    own(folder.path(), template);
    let config = std::fs::read_to_string(folder.path().join("config.toml")).expect("a config");
    write(folder.path(), "config.toml", &format!("{config}[destinations.topics]\ntags = {{ bug = \"71\" }}\n"));
    let output = preview(folder.path(), &["generic.mine", "--format", "json"]);
    let body: serde_json::Value = serde_json::from_str(&out(&output)).expect("a body");
    assert_eq!((&body["thread_name"], &body["applied_tags"]), (&json!("t"), &json!(["71"])), "{}", err(&output));
    assert!(err(&output).contains("note: tags: `colour` left out"), "{}", err(&output));
}

#[test]
fn shipped_messages_are_drawn_as_cards() {
    let folder = folder();
    let cases: [&[&str]; 5] = [
        &["stripe.payment"],
        &["stripe", "--sample", "invoice.paid"],
        &["github.pull_request"],
        &["gitlab.pipeline"],
        &["shopify"],
    ];
    for arguments in cases {
        let output = preview(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", err(&output));
        let name = arguments.join("_").replace(['-', '.'], "_");
        insta::assert_snapshot!(format!("card_{name}"), format!("{}---\n{}", out(&output), err(&output)));
    }
}

#[test]
fn hostile_and_endless_payloads_are_drawn_harmlessly() {
    let folder = folder();
    write(folder.path(), "hostile.json", &hostile());
    let long = json!({ "type": "alert", "id": "1", "title": "Disk full", "time": "2026-11-21T10:00:00Z", "message": "All work and no play. ".repeat(400) });
    write(folder.path(), "long.json", &long.to_string());
    for name in ["hostile", "long"] {
        let output = preview(folder.path(), &["generic", "--payload", &format!("{name}.json")]);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        assert!(!(out(&output) + &err(&output)).contains(['\u{1b}', '\u{7}', '\u{202e}']));
        insta::assert_snapshot!(format!("card_{name}"), format!("{}---\n{}", out(&output), err(&output)));
    }
}

#[test]
fn json_is_the_very_body_that_would_be_sent() {
    let folder = folder();
    let config = shipped();
    let mut seen = 0;
    for name in ["stripe", "github", "gitlab", "generic"] {
        let provider = config.providers.get(name).expect("a shipped provider");
        for sample in &provider.samples {
            let Some(time) = provider.reading(sample).and_then(|reading| reading.time) else { continue };
            let reading = provider.reading(sample).expect("a reading");
            let event = Event {
                id: EventId::UNSET,
                source: name.to_owned(),
                provider: name.to_owned(),
                reference: reading.reference,
                event_type: reading.event_type,
                topic: reading.topic,
                facts: reading.facts,
                time,
                received: time,
            };
            let headers = provider.kept_headers(&sample.header_map());
            let raw = Raw { headers, body: sample.body.clone().into_bytes() };
            let expected = config.templates.render(&event, &raw, &Plan::default(), Locale::default()).message.to_post();
            let output = preview(folder.path(), &[name, "--sample", &sample.name, "--format", "json"]);
            let printed: Value = serde_json::from_slice(&output.stdout).expect("JSON and nothing else");
            assert_eq!(printed, expected, "{name} {}", sample.name);
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn own_messages_are_shown_before_any_secret_is_set() {
    let folder = folder();
    own(
        folder.path(),
        "provider = \"generic\"\n[[message]]\nname = \"order\"\non = [\"order.*\"]\ntitle = \"{{ payload.title }} for {{ event.source }}\"\n",
    );
    // The source defines where its type is.
    write(folder.path(), "order.json", r#"{"what":"order.paid","title":"Two lamps"}"#);
    let output = preview(folder.path(), &["shop", "--payload", "order.json"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).contains("Two lamps for shop"), "{}", out(&output));
    assert!(err(&output).contains("generic.order with order.json (order.paid)"), "{}", err(&output));
    // By its name, and from stdin.
    let mut child = command(folder.path(), &["generic.order", "--payload", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("hookbell runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut stdin, br#"{"what":"order.sent","title":"A lens"}"#).expect("written");
    drop(stdin);
    assert!(out(&child.wait_with_output().expect("an end")).contains("A lens for shop"));
    // The provider's samples are read by the provider's own file.
    let output = preview(folder.path(), &["shop", "--sample", "payment"]);
    assert!(err(&output).contains("generic.payment with the sample `payment`"), "{}", err(&output));
    // A mistake in a template is reported, and nothing is drawn.
    write(
        folder.path(),
        "templates/own.toml",
        "provider = \"generic\"\n[[message]]\nname = \"order\"\ntitel = \"x\"\n",
    );
    let output = preview(folder.path(), &["shop", "--payload", "order.json"]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""));
    assert!(err(&output).contains("own.toml:4") && err(&output).contains("did you mean `title`?"), "{}", err(&output));
}

#[test]
fn own_messages_are_shown_before_there_is_a_config() {
    let folder = tempfile::tempdir().expect("a folder");
    let template = "provider = \"stripe\"\n[[message]]\nname = \"payment\"\nextends = \"stripe.payment\"\ncontent = \"We earned {{ event.amount | money(event.currency) }}\"\n";
    write(folder.path(), "templates/stripe.toml", template);
    let output = preview(folder.path(), &["stripe.payment"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).contains("We earned €49.00"), "{}", out(&output));
    write(folder.path(), "templates/stripe.toml", &template.replace("money(", "mony("));
    let output = preview(folder.path(), &["stripe.payment"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("did you mean `money`?") && err(&output).contains("1 mistake"), "{}", err(&output));
}

#[test]
fn the_readers_language_and_the_configs_theme_apply() {
    let folder = folder();
    let template = "provider = \"generic\"\n[[message]]\nname = \"sum\"\nseverity = \"error\"\ntitle = \"{{ 123456 | money('eur') }}\"\n";
    own(folder.path(), template);
    let config = "[theme.error]\ncolor = \"#123456\"\n";
    write(folder.path(), "config.toml", config);
    let body = |more: &[&str]| -> Value {
        let output = preview(folder.path(), &[&["generic.sum", "--format", "json"], more].concat());
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", err(&output)))
    };
    assert_eq!(body(&[])["embeds"][0]["title"], "€1,234.56");
    let german = body(&["--locale", "de"])["embeds"][0]["title"].to_string();
    assert!(german.contains("234,56") && german.trim_end_matches('"').ends_with('€'), "{german}");
    assert_eq!(body(&[])["embeds"][0]["color"], 0x12_34_56);
    let output = preview(folder.path(), &["generic.sum", "--locale", "klingon"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_template_that_fails_gives_the_card_and_ends_with_1() {
    let folder = folder();
    own(folder.path(), "provider = \"generic\"\n[[message]]\nname = \"sum\"\ntitle = \"{{ payload.title + 1 }}\"\n");
    let output = preview(folder.path(), &["generic.sum"]);
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert!(err(&output).contains("note:") && err(&output).contains("generic.sum"), "{}", err(&output));
    assert!(!out(&output).is_empty());
}

#[test]
fn what_cannot_be_shown_is_reported_with_what_would_help() {
    let folder = folder();
    write(folder.path(), "bad.json", "{\n  \"type\": oops\n}");
    write(folder.path(), "half.json", "{\"type\":");
    let cases: [(&[&str], &str); 11] = [
        (&["stripe.paymnt"], "no message, provider or source `stripe.paymnt`\n  help: did you mean `stripe.payment`?"),
        (&["strip"], "did you mean `stripe`?"),
        (
            &["hubspot.deleted"],
            "no sample of provider `hubspot` fits `hubspot.deleted`: it takes events of type `*.del",
        ),
        (&["hubspot.deleted"], "`hookbell preview hubspot.deleted --payload FILE`"),
        (&["stripe", "--sample", "invoice.payd"], "no sample `invoice.payd`\n  help: did you mean `invoice.paid`?"),
        (&["stripe", "--payload", "bad.json"], "bad.json: the body is not JSON (line 2, column 11)"),
        (&["stripe", "--payload", "half.json"], "half.json: the body ends in the middle"),
        (&["stripe", "--payload", "nowhere.json"], "cannot read nowhere.json"),
        (&["--event", "k3f9"], "config.toml: cannot be read"),
        (&["--all", "--format", "card"], "--all writes a page"),
        (&[], "<MESSAGE>"),
    ];
    for (arguments, part) in cases {
        let output = preview(folder.path(), arguments);
        assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""), "{arguments:?}");
        assert!(err(&output).contains(part), "{arguments:?}: {}", err(&output));
    }
    let output = preview(folder.path(), &["stripe", "--out", "no/such/folder.html"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("cannot write no/such/folder.html"), "{}", err(&output));
}

#[test]
fn a_header_gives_the_type_where_the_body_does_not() {
    let folder = folder();
    let provider = hookbell::embedded::providers().get("github").expect("github").clone();
    write(folder.path(), "push.json", &provider.sample("push").expect("a sample").body);
    let arguments = ["github", "--payload", "push.json", "--header", "X-GitHub-Event: push"];
    let output = preview(folder.path(), &arguments);
    assert!(err(&output).contains("github.push with push.json (push)"), "{}", err(&output));
    let output = preview(folder.path(), &["github.push", "--payload", "push.json"]);
    assert!(err(&output).contains("an event of type `unknown` gets"), "{}", err(&output));
    assert_eq!(output.status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_came_in_is_shown_as_it_went_out() {
    let folder = folder();
    own(
        folder.path(),
        "provider = \"generic\"\n[[message]]\nname = \"other\"\ntitle = \"Other {{ payload.title }}\"\nwhen = \"false\"\n",
    );
    let config = store::Config::new(store::StoreUrl::sqlite(folder.path().join("hookbell.db")));
    let store = Store::open(&config).await.expect("a store");
    let at = Timestamp::from_secs(1_795_255_200);
    let event = Event {
        id: EventId::UNSET,
        source: "shop".into(),
        provider: "generic".into(),
        reference: "1".into(),
        event_type: "signup".into(),
        topic: Topic::Signup,
        facts: Facts::default(),
        time: at,
        received: at,
    };
    let raw = Raw { body: br#"{"title":"Ada is here"}"#.to_vec(), ..Raw::default() };
    let plan = Plan { mention: vec![Mention::Role("42".into())], ..Plan::default() };
    let delivery = NewDelivery { destination: "sales".into(), plan };
    let kept = store.accept(event, raw, vec![delivery]).await.expect("kept");
    let store::Accepted::New(id) = kept else { panic!("{kept:?}") };
    store.close().await;
    let id = id.to_string();
    let prefix: String = id.chars().take(4).collect();
    let output = preview(folder.path(), &["--event", &prefix, "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let body: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(body["allowed_mentions"], json!({ "parse": [], "roles": ["42"] }));
    assert!(body["content"].as_str().is_some_and(|content| content.starts_with("<@&42>")), "{body}");
    assert!(err(&output).contains(&format!("the event {id} (shop, signup)")), "{}", err(&output));
    let output = preview(folder.path(), &["generic.other", "--event", &id]);
    assert!(out(&output).contains("Other Ada is here"), "{}", out(&output));
    assert!(err(&output).contains("unless its route says `template = \"generic.other\"`"), "{}", err(&output));
    assert!(err(&output).contains("this would be sent now; no message is kept"), "{}", err(&output));
    let output = preview(folder.path(), &["--event", &id, "--sent"]);
    assert!(output.status.code() == Some(2) && err(&output).contains("no message is kept"), "{}", err(&output));
    let output = preview(folder.path(), &["--event", "zzzz"]);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
}

#[test]
fn the_gallery_names_every_message_and_every_providers_card() {
    let folder = folder();
    own(folder.path(), "provider = \"generic\"\n[[message]]\nname = \"mine\"\non = [\"never.sent\"]\ntitle = \"x\"\n");
    let output = preview(folder.path(), &["--all", "--out", "gallery.html"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let page = std::fs::read_to_string(folder.path().join("gallery.html")).expect("a gallery");
    let (_, data) = page.split_once("id=\"data\">").expect("the data");
    let (data, _) = data.split_once("</script>").expect("its end");
    let data: Value = serde_json::from_str(data).expect("JSON");
    let messages: Vec<&Value> = data["groups"]
        .as_array()
        .expect("groups")
        .iter()
        .flat_map(|group| group["messages"].as_array().expect("messages"))
        .collect();
    let names: Vec<&str> = messages.iter().filter_map(|message| message["name"].as_str()).collect();
    for name in hookbell::embedded::templates().names().iter().map(String::as_str).chain(["generic.mine"]) {
        assert!(names.contains(&name), "{name}");
    }
    let mine = messages.iter().find(|message| message["name"] == "generic.mine").expect("mine");
    assert_eq!((&mine["own"], &mine["shown"]), (&json!(true), &json!([])));
    assert!(err(&output).contains("no sample fits") && err(&output).contains("generic.mine"), "{}", err(&output));
    // Without a template it is listed too.
    let titles: Vec<String> = serde_json::from_value(data["cards"].clone()).expect("titles");
    let all = shipped();
    let grouped = |name: &str| {
        data["groups"].as_array().is_some_and(|groups| groups.iter().any(|group| group["provider"] == name))
    };
    assert!(all.providers.iter().all(|provider| grouped(&provider.name) || titles.contains(&provider.title)));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_draw_a_hostile_payload_as_text_and_run_none_of_it() {
    let folder = folder();
    write(folder.path(), "hostile.json", &hostile());
    let output = preview(folder.path(), &["generic", "--payload", "hostile.json", "--out", "."]);
    assert!(err(&output).contains("written to ./preview.txt"), "{}", err(&output));
    let output = preview(folder.path(), &["generic", "--payload", "hostile.json", "--format", "html"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let file = folder.path().join("preview.html");
    let page = std::fs::read_to_string(&file).expect("a page");
    assert_eq!(page.matches("<script").count(), 2, "the data and the page's own script");
    let Some(browser) = browser() else { return };
    let page = drawn(browser, format!("file://{}", file.display())).await;
    for part in ["&lt;script&gt;document.title='owned'", "&lt;img src=x", "class=\"embed\"", "APP"] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    assert!(
        !page.contains("<title>owned") && !page.contains("<img") && !page.contains("evil.example\" target"),
        "{page}"
    );

    let output = preview(folder.path(), &["--all"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let page = drawn(browser, format!("file://{}", file.display())).await;
    for part in ["id=\"stripe.payment\"", "id=\"github.ref\"", "€49.00</strong> from Ada", "The generic card"] {
        assert!(page.contains(part), "{part}");
    }
}
