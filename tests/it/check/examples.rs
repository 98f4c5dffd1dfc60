//! `[[example]]`: expected messages, tested by every check.

use super::*;

const EXAMPLES: &str = r#"provider = "generic"
[[message]]
name = "order"
on = ["payment"]
key = "order:{{ payload.id }}"
severity = "success"
title = "{{ payload.title }}: {{ payload.amount | money(payload.currency) }}"
description = "Line one\n{{ payload.note | default('no note') }}"
[[message.field]]
name = "By"
value = "{{ payload.customer.name | default('somebody') }}"
[[message.button]]
label = "Open"
url = "https://shop.example.com/{{ payload.id }}"
"#;

#[test]
fn an_example_that_comes_out_as_expected_is_fine() {
    let examples = r##"
[[example]]
name = "a payment"
sample = "payment"
message = "order"
expect.fields.By = "Ada Example"
[[example]]
name = "in German"
payload = { type = "payment", id = "o-1", title = "Order", amount = 1234, currency = "eur" }
locale = "de"
[example.expect]
message = "order"
title = "Order: 12,34 €"
description = """
Line one
no note"""
key = "order:o-1"
severity = "success"
color = "#2DA05A"
content = ""
fields = { By = "somebody", Other = "" }
buttons = { Open = "https://shop.example.com/o-1" }
absent = ["1234"]
[[example]]
name = "forced"
payload = '{"id": "1", "title": "x", "amount": 1, "currency": "eur"}'
type = "whatever"
headers = { X-Test = "1" }
message = "generic.order"
force = true
expect.title = "x: €0.01"
"##;
    let (output, printed) = check(&format!("{EXAMPLES}{examples}"));
    assert_eq!((output.status.code(), printed.as_str()), (Some(0), "fine: 1 source, 1 destination\n"));
}

#[test]
fn an_example_that_comes_out_otherwise_is_reported_with_the_difference() {
    let examples = r#"
[[example]]
name = "a payment"
sample = "payment"
message = "generic.payment"
expect = { title = "Order 1042: €54.00", fields = { Bye = "Ada" }, buttons = { Open = "https://example.com" }, absent = ["Ada"] }
[[example]]
payload = { type = "payment", title = "a", note = "two" }
[example.expect]
description = """
Line one
three"""
severity = "error"
key = "order:"
[[example]]
sample = "paymnt"
message = "order"
"#;
    let (output, printed) = check(&format!("{EXAMPLES}{examples}"));
    assert_eq!(output.status.code(), Some(2), "{printed}");
    insta::assert_snapshot!("otherwise", printed);
}

#[test]
fn an_example_that_cannot_be_one_is_a_mistake() {
    for (example, part) in [
        ("sample = \"payment\"\n", "`example[0].expect`: missing key"),
        ("message = \"order\"\n", "missing key: `sample` or `payload`"),
        ("sample = \"payment\"\npayload = {}\nmessage = \"order\"\n", "either `sample` or `payload`"),
        ("sample = \"payment\"\nmessage = \"ordr\"\n", "did you mean `generic.order`?"),
        ("sample = \"payment\"\nforce = true\nexpect.title = \"x\"\n", "there is none"),
        ("sample = \"payment\"\nexpect.titel = \"x\"\n", "did you mean `title`?"),
        ("sample = \"payment\"\nexpect.severity = \"eror\"\n", "expected one of"),
        ("payload = 3\nmessage = \"order\"\n", "expected a table, or JSON"),
        ("payload = \"{\"\nmessage = \"order\"\n", "its payload cannot be read"),
    ] {
        let (output, printed) = check(&format!("{EXAMPLES}[[example]]\n{example}"));
        assert!(output.status.code() == Some(2) && printed.contains(part), "{example}\n{printed}");
    }
}

#[test]
fn the_gallery_shows_examples_beside_samples() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "config.toml", CONFIG);
    let example = "[[example]]\nname = \"big one\"\npayload = { type = \"payment\", title = \"Lighthouse-7\" }\nmessage = \"order\"\n";
    write(folder.path(), "templates/own.toml", &format!("{EXAMPLES}{example}"));
    let output = hookbell(folder.path(), &["preview", "--all", "--out", "-"]);
    let page = text(&output.stdout);
    assert!(page.contains("example big one") && page.contains("Lighthouse-7"), "{:?}", text(&output.stderr));
}

#[test]
fn the_examples_in_the_docs_are_true() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/templates.md")).expect("the page");
    let blocks: Vec<&str> = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let with: Vec<&&str> = blocks.iter().filter(|block| block.contains("[[example]]")).collect();
    assert!(!with.is_empty());
    for block in with {
        let (output, printed) = check(block);
        assert_eq!((output.status.code(), printed.as_str()), (Some(0), "fine: 1 source, 1 destination\n"), "{block}");
    }
}

/// Of an own app nobody else knows the types, so an example is how the user says that one exists.
#[test]
fn a_type_that_an_example_has_is_known() {
    let message =
        "provider = \"generic\"\n[[message]]\nname = \"soil\"\non = [\"soil\"]\ntitle = \"The soil is dry\"\n";
    let (_, printed) = check(message);
    assert!(printed.contains("unmatched-glob"), "{printed}");
    let (_, printed) =
        check(&format!("{message}[[example]]\ntype = \"soil\"\nmessage = \"soil\"\npayload = {{ bed = \"Peas\" }}\n"));
    assert!(printed.starts_with("fine: ") && !printed.contains("warning"), "{printed}");
}
