//! Messages that extend others, and the fallbacks where something fails.

use hookbell_model::delivery::Plan;
use hookbell_model::locale::Locale;
use hookbell_template::render::{Fallback, Rendered};
use serde_json::{Value, json};

use super::language::{diagnostics, embed, fields};
use super::{event, named, order, raw, templates, title};

const BASE: &str = r#"
provider = "acme"
[vars]
object = "payload.data.object"
who = "object.customer.name"

[[message]]
name = "order"
on = ["order.*"]
when = "object.amount > 0"
severity = "success"
key = "order:{{ object.id }}"
title = "{{ who }} paid"
description = "base"

[[message.field]]
name = "Customer"
value = "{{ who }}"
inline = true

[[message.field]]
name = "Paid with"
value = "{{ object.card }}"

[[message.field]]
id = "items"
name = "Items"
each = "object.items"
line = "{{ item.name }}"

[[message.button]]
label = "Open"
url = "https://acme.example/{{ object.id }}"
"#;

fn with(files: &[&str], plan: &Plan) -> Rendered {
    templates(files).render(&event("acme", "order.paid"), &raw(&order()), plan, Locale::default())
}

#[test]
fn a_message_changes_another_by_keys_and_its_parts_by_id() {
    let own = r#"
provider = "acme"
[vars]
who = "object.customer.email"
[[message]]
name = "mine"
extends = "order"
description = "own"
[[message.field]]
id = "customer"
name = "From"
[[message.field]]
id = "paid-with"
remove = true
[[message.field]]
name = "First"
value = "1"
before = "customer"
[[message.field]]
name = "Amount"
value = "{{ object.amount | money(object.currency) }}"
after = "customer"
[[message.field]]
id = "items"
value = "{{ object.items | length }} of them"
[[message.button]]
id = "open"
label = "Look"
[[message.button]]
label = "More"
url = "https://acme.example/more"
"#;
    let rendered = with(&[BASE, own], &named("acme.mine"));
    assert_eq!(rendered.template, "acme.mine");
    // The var of the same name is the own one everywhere, also in the base's title.
    assert_eq!(title(&rendered.message), "a•••@example.com paid");
    assert_eq!(embed(&rendered.message).description, "own");
    let printed: Vec<_> = fields(&rendered);
    let names: Vec<&str> = printed.iter().map(|(name, _, _)| name.as_str()).collect();
    assert_eq!(names, ["First", "From", "Amount", "Items"]);
    assert!(printed[1].2 && printed[1].1 == "a•••@example.com", "what is not said stays: {printed:?}");
    assert_eq!(printed[3].1, "4 of them");
    let buttons: Vec<_> = rendered.message.buttons.iter().map(|button| button.label.as_str()).collect();
    assert_eq!(buttons, ["Look", "More"]);
    assert_eq!(rendered.live.keys.first().map(String::as_str), Some("order:o/1"));
    assert!(rendered.notes.is_empty(), "{:?}", rendered.notes);
}

#[test]
fn a_message_may_take_the_place_of_the_shipped_one_it_extends() {
    let own = "provider = 'generic'\n[[message]]\nname = 'signup'\nextends = 'generic.signup'\nfooter = 'ours'\n";
    let templates = templates(&[own]);
    let payload = json!({ "type": "signup", "user": { "name": "Ada" } });
    let rendered = templates.render(&event("generic", "signup"), &raw(&payload), &Plan::default(), Locale::default());
    assert_eq!(rendered.template, "generic.signup");
    assert_eq!(embed(&rendered.message).footer.text, "ours");
    let shipped = hookbell::embedded::templates();
    let usual = shipped.render(&event("generic", "signup"), &raw(&payload), &Plan::default(), Locale::default());
    assert_eq!(rendered.message.content, usual.message.content);
    assert_eq!(title(&rendered.message), title(&usual.message));
}

#[test]
fn what_cannot_be_extended_is_reported() {
    let printed = diagnostics(
        "provider = 'acme'\n[[message]]\nname = 'a'\nextends = 'b'\ntitle = 'x'\n\
         [[message]]\nname = 'b'\nextends = 'acme.a'\n[[message]]\nname = 'c'\nextends = 'stripe.paymnt'\n\
         [[message]]\nname = 'd'\ntitle = 'd'\n[[message.field]]\nname = 'f'\nvalue = 'v'\nafter = 'x'\n\
         [[message]]\nname = 'e'\nextends = 'd'\n[[message.field]]\nid = 'g'\nremove = true\n\
         [[message.field]]\nname = 'h'\nvalue = 'v'\nafter = 'ff'\n",
    );
    for part in [
        "it extends itself, in a circle",
        "own.toml:11:11: `message[2].extends`: there is no other message `stripe.paymnt`\n  11 | extends = 'stripe.paymnt'\n     |           ^^^^^^^^^^^^^^^\n  help: did you mean",
        "own.toml:18:9: `message[3].field[0].after`: means something only in a message that `extends` another",
        "`message[4].field[0].id`: the message it extends has no part `g`\n",
        "`message[4].field[1].after`: the message it extends has no part `ff`\n",
    ] {
        assert!(printed.contains(part), "{part}\n--\n{printed}");
    }
}

#[test]
fn the_defaults_of_a_file_go_before_another_files_message_but_not_before_its_own() {
    let own = "provider = 'acme'\n[defaults]\ndescription = 'mine'\nfooter = 'f'\n\
               [[message]]\nname = 'other'\nextends = 'order'\n\
               [[message]]\nname = 'first'\ndescription = 'said'\ntitle = 't'\n\
               [[message]]\nname = 'second'\nextends = 'first'\n";
    let look = |name: &str| {
        let rendered = with(&[BASE, own], &named(name));
        let embed = embed(&rendered.message).clone();
        (embed.description, embed.footer.text)
    };
    assert_eq!(look("acme.other"), ("mine".to_owned(), "f".to_owned()));
    assert_eq!(look("acme.second"), ("said".to_owned(), "f".to_owned()));
}

#[test]
fn a_failing_template_falls_back_step_by_step_and_reports_each_step() {
    let file = |own: &str| {
        format!(
            "provider = 'acme'\n[[message]]\nname = 'base'\ntitle = 'base {{{{ payload.b - 0 }}}}'\n\
             [[message]]\nname = 'own'\nextends = 'base'\n{own}"
        )
    };
    let step = |own: &str, payload: Value| {
        let rendered =
            templates(&[&file(own)]).render(&event("acme", "x"), &raw(&payload), &named("acme.own"), Locale::default());
        assert!(!rendered.notes.is_empty() || rendered.fallback.is_none());
        (rendered.template.clone(), rendered.fallback, title(&rendered.message).to_owned())
    };
    let good = json!({ "a": 1, "b": 2 });
    let bad = json!({ "a": "x", "b": "x" });
    let title_of = "title = 'own {{ payload.a - 0 }}'\n";
    let with_more = "title = 'own {{ payload.a - 0 }}'\ndescription = 'd'\n";
    assert_eq!(step(title_of, good.clone()), ("acme.own".into(), None, "own 1".into()));
    assert_eq!(step(with_more, bad.clone()), ("acme.own".into(), Some(Fallback::Part), String::new()));
    let half = json!({ "a": "x", "b": 2 });
    assert_eq!(step(title_of, half), ("acme.base".into(), Some(Fallback::Extended), "base 2".into()));
    assert_eq!(step(title_of, bad), ("generic".into(), Some(Fallback::Generic), "X".into()));
}
