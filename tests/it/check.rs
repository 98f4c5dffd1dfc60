//! The output of `hookbell check`: every mistake with its line and a mark, findings in samples, examples and past
//! events, and never a secret.

mod depth;
mod examples;
mod meant;
mod routes;

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use crate::cli::{hookbell, json as read_json, text};
use crate::support::TestBridge;

const CONFIG: &str = "[destinations.a]\nwebhook_url = \"https://discord.com/api/webhooks/1/token\"\n[sources.shop]\nprovider = \"generic\"\nsecret = \"s\"\n[[routes]]\nsource = \"shop\"\nto = \"a\"\n";

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    std::fs::write(path, text).expect("written");
}

/// The diagnostics for this template of the user with a valid config.
fn check(template: &str) -> (Output, String) {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "config.toml", CONFIG);
    write(folder.path(), "templates/own.toml", template);
    let output = hookbell(folder.path(), &["check"]);
    let printed = text(&output.stdout);
    (output, printed)
}

const MANY: &str = r#"[servr]
[server]
listen = "everywhere"
admin_tokn = "SECRET-1"
[store]
url = "mysql://me:SECRET-2@host"
keep = 90
[destinations.sales]
webhook_url = "https://discord.com/api/webhoks/1/SECRET-3"
[destinations.ops]
webhook_url = "${NOT_SET_SECRET}"
locale = "klingon-kl-kl"
[sources.stripe]
provider = "strpie"
secret = "SECRET-4"
[sources.github]
provider = "github"
secrets = ["SECRET-5", 6]
verify = { scheme = "tokn", sekret = "SECRET-7" } # SECRET-8
[[routes]]
source = ["github", "gitlab"]
events = ["isues.*"]
to = ["salse"]
when = "payload.action | uper == 'X'"
[[routes]]
source = "*"
topics = ["paymnt"]
to = "ops"
template = "stripe.paymnt"
mention = ["everyon"]
mask = ["emal"]
"#;

const WRONG: &str = r##"provider = "github"
[vars]
issue = "payload.issue | nofilter"
[[message]]
name = "opened"
on = ["isues.opened"]
titel = "x"
title = """
🎉 日本語 {{ payload.issue.title | uper }}
and {{ payload.issue.title"""
severity = "eror"
color = "reddish"
[[message]]
name = "two"
extends = "github.pushh"
[[message]]
name = "three"
title = "{{ event.kidn }}"
description = "{{ payload.n | date('Q') }}"
url = "ftp://example.com"
[[message.field]]
name = "Labels"
each = "payload.issue.labels"
line = "{{ itm.name }}"
[[message.button]]
label = "a label that is much too long for a button, which takes eighty characters and not one more"
url = "https://example.com/{{ paylod.id }}"
[[message]]
name = "four"
[[example]]
sample = "issues.opened"
mesage = "three"
"##;

#[test]
fn twenty_mistakes_of_all_kinds_are_reported_with_their_lines_and_no_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "config.toml", MANY);
    write(folder.path(), "templates/github.toml", WRONG);
    write(folder.path(), "providers/own.toml", "title = \"Own\"\nverify = \"none\"\n[event]\ntyp = \"/type\"\n");
    let output = hookbell(folder.path(), &["check"]);
    let printed = text(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{printed}");
    assert!(!printed.contains("SECRET-"), "{printed}");
    insta::assert_snapshot!("twenty_mistakes", printed);
    // `serve` reports what needs no events, with the same text.
    let serve = hookbell(folder.path(), &["serve"]);
    let logged = text(&serve.stderr);
    assert_eq!(serve.status.code(), Some(2));
    assert!(logged.contains("  1 | [servr]\n    |  ^^^^^\n  help: did you mean `server`?"), "{logged}");
    assert!(!logged.contains("SECRET-"), "{logged}");
    let list = read_json(&hookbell(folder.path(), &["check", "--json"]));
    let first = &list["diagnostics"][0];
    assert_eq!(
        (&first["line"], &first["column"], &first["width"], &first["snippet"]),
        (&json!(1), &json!(2), &json!(5), &json!("[servr]"))
    );
    assert!(!list.to_string().contains("SECRET-"));
    let places: Vec<(&str, u64)> = list["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["file"].as_str().unwrap_or_default(), one["line"].as_u64().unwrap_or_default()))
        .collect();
    assert!(places.is_sorted() && places.len() >= 20, "{places:?}");
}

#[test]
fn a_config_that_cannot_be_read_shows_no_value_at_all() {
    for config in [
        "[sources.a]\nsecret = SECRET-1\n",
        "[sources.a]\nsecret SECRET-1\nprovider = 'x'\n",
        "[sources.a]\nsecret = 'SECRET-1\nsecrt = \"SECRET-1\"\n",
        "to = \"\"\"\n[sources.a]\nsecret = 'SECRET-1'\n",
        "[[routes]]\nto = ['a', 'SECRET-1]\nsecret = 'SECRET-1'\n",
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), "config.toml", config);
        for arguments in [["check", "--events=0"], ["check", "--json"]] {
            let output = hookbell(folder.path(), &arguments);
            assert_eq!(output.status.code(), Some(2), "{output:?}");
            assert!(!text(&output.stdout).contains("SECRET-1"), "{config}\n--\n{}", text(&output.stdout));
        }
    }
}

#[test]
fn a_path_that_does_not_resolve_is_reported_with_a_suggestion() {
    let template = r#"provider = "generic"
[vars]
payer = "payload.customr"
whole = "payload"
unused = "whole.tpye"
[[message]]
name = "order"
on = ["payment"]
when = "payload.currncy"
title = "{{ payload.titel }}"
description = "{{ payload.items[0].nmae }} by {{ payload.customer.nmae }}"
[[message.field]]
name = "Items"
if = "payload.itms"
each = "payload.items"
line = "{{ item.quantty | default(1) }} x {{ item.name }}"
[[message]]
name = "sure"
on = ["payment"]
title = "{{ payload.titel }}"
description = "{{ payload.items[0].nmae }} of {{ payload.items.name }}"
footer = "{{ payload.updated_by | default('') }}"
"#;
    let (output, printed) = check(template);
    assert_eq!(output.status.code(), Some(2), "{printed}");
    insta::assert_snapshot!("paths_that_lead_nowhere", printed);
}

#[test]
fn a_message_that_no_event_gets_is_reported_with_the_one_that_hides_it() {
    let template = r#"provider = "generic"
[[message]]
name = "all"
on = ["sign*"]
title = "x"
[[message]]
name = "never"
on = ["signup"]
when = "payload.plan"
title = "x"
[[message]]
name = "named"
on = ["signup"]
title = "x"
[[message]]
name = "base"
on = ["signup"]
title = "x"
[[message]]
name = "more"
on = ["signup", "payment"]
extends = "base"
"#;
    let (output, printed) = check(template);
    assert_eq!(output.status.code(), Some(0), "{printed}");
    assert!(
        printed.contains(
            "templates/own.toml:7:8: `message[1].name`: no event gets `generic.never`: `generic.all` comes before it"
        ),
        "{printed}"
    );
    assert_eq!(printed.matches("no event gets").count(), 2, "{printed}");
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "config.toml", &format!("{CONFIG}template = \"generic.named\"\n"));
    write(folder.path(), "templates/own.toml", template);
    let printed = text(&hookbell(folder.path(), &["check"]).stdout);
    assert!(printed.contains("generic.never") && !printed.contains("generic.named"), "a route leads to it\n{printed}");
}

#[test]
fn unknown_types_and_providers_are_reported() {
    let (_, printed) =
        check("provider = \"generic\"\n[[message]]\nname = \"a\"\non = [\"signup\", \"singup\"]\ntitle = \"x\"\n");
    let place = "templates/own.toml:4:17: `message[0].on`: `singup` matches no known event type of provider `generic`";
    assert!(printed.contains(place) && printed.contains("did you mean `signup`?"), "{printed}");
    let (_, printed) = check("provider = \"genric\"\n[[message]]\nname = \"a\"\ntitle = \"x\"\n");
    assert!(printed.contains("no provider `genric`") && printed.contains("did you mean `generic`?"), "{printed}");
}

#[test]
fn literals_over_a_limit_are_reported_wherever_they_are() {
    let (long, half) = ("x".repeat(1100), "y".repeat(600));
    let template = format!(
        r#"provider = "generic"
[text.en]
long = "{long}"
[text.de]
long = "kurz"
[[message]]
name = "worded"
title = "x"
[[message.field]]
name = "Words"
value = "{{{{ text.long }}}}"
[[message]]
name = "lines"
title = "x"
[[message.field]]
name = "Lines"
value = ["{half}", {{ if = "payload.a", text = "{long}" }}, "{half}"]
[[message]]
name = "parts"
title = "x"
[[message.field]]
name = "Parts"
value = "{half} {{{{ payload.type }}}} {half}"
[[message]]
name = "raw"
[message.raw]
embeds = [{{ title = "{long}", fields = [{{ name = "a", value = "{long}" }}], footer = {{ text = "{half}" }} }}]
[[message]]
name = "fits"
title = "x"
description = "{long}{{% if payload.a %}}{long}{long}{long}{long}{{% endif %}}"
"#
    );
    let (_, printed) = check(&template);
    for part in [
        ":11:9: `message[0].field[0].value`: 1,100 characters in `[text.en]`, but Discord takes 1,024 here",
        ":17:9: `message[1].field[0].value`: 1,201 characters, but",
        ":23:9: `message[2].field[0].value`: 1,200 characters, but",
        "raw.embeds[0].title`: 1,100 characters, but Discord takes 256 here",
        "raw.embeds[0].fields[0].value`: 1,100 characters, but Discord takes 1,024 here",
    ] {
        assert!(printed.contains(part), "{part}\n--\n{printed}");
    }
    assert_eq!(printed.matches("but Discord takes").count(), 5, "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worst_of_past_events_is_reported_beside_a_running_bridge() {
    let bridge = TestBridge::start().await;
    let folder = &bridge.folder;
    let mut ids = Vec::new();
    let bodies = [(10, "a"), (5300, "b"), (4500, "c")].map(
        |(length, id)| json!({ "type": "story", "id": id, "text": "x".repeat(length), "author": { "name": "Ada" } }),
    );
    for body in bodies {
        let response = bridge.post(&bridge.url("generic"), "generic", &[], &body.to_string()).await;
        assert_eq!(response.status, 200, "{response:?}");
        ids.push(response.event().to_owned());
    }
    let template = r#"provider = "generic"
[[message]]
name = "story"
on = ["story"]
title = "A story by {{ payload.author.nmae }}"
description = "{{ payload.text }}"
footer = "{{ payload.text / 2 }}"
"#;
    write(folder.path(), "templates/own.toml", template);
    let output = hookbell(folder.path(), &["check"]);
    let printed = text(&output.stdout).replace(&ids[1], "EVENT-B").replace(&ids[2], "EVENT-C");
    assert_eq!(output.status.code(), Some(0), "{printed}");
    insta::assert_snapshot!("past_events", printed);
    let none = text(&hookbell(folder.path(), &["check", "--events", "0"]).stdout);
    assert!(!none.contains("past event") && none.contains("fine"), "{none}");
    let two = read_json(&hookbell(folder.path(), &["check", "--events", "2", "--json"]));
    assert_eq!((&two["events"], &two["ok"]), (&Value::from(2), &Value::from(true)));
    bridge.stop().await;
}

#[test]
fn a_number_that_is_compared_with_a_text_is_reported() {
    let config = "[destinations.sales]\nwebhook_url = 'https://discord.com/api/webhooks/1/x'\n[sources.shop]\nprovider = 'woocommerce'\n\
                  secret = 'a-secret-of-a-shop'\n[[routes]]\nsource = 'shop'\nto = 'sales'\nwhen = ";
    let check = |when: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), "config.toml", &format!("{config}\"{when}\"\n"));
        let output = hookbell(folder.path(), &["check"]);
        (output.status.code(), text(&output.stdout))
    };
    let (code, printed) = check("event.amount > '1000'");
    assert_eq!(code, Some(2), "{printed}");
    assert!(printed.contains("`event.amount` is a number, `'1000'` a text: write `1000`"), "{printed}");
    // Only the samples show that this shop's totals are texts.
    let (_, printed) = check("payload.total > 1000");
    assert!(printed.contains("`payload.total` is a text in every sample and past event"), "{printed}");
    assert!(printed.contains("event.amount_major"), "{printed}");
    let (_, printed) = check("event.amount_major > 1000 and event.currency == 'eur' and payload.total | float > 1");
    assert!(!printed.contains("compared"), "{printed}");
}
