//! `[[example]]` of the config: where events must go, tested by every check.

use super::*;

const CONFIG: &str = r#"
[destinations.sales]
webhook_url = "https://discord.com/api/webhooks/1/token"
[destinations.ops]
webhook_url = "https://discord.com/api/webhooks/2/token"
[sources.stripe]
provider = "stripe"
secret = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXQ"
[sources.shop]
provider = "generic"
secret = "s"
[[routes]]
source = ["shop", "stripe"]
to = "sales"
mention = ["role:222"]
[[routes]]
source = "shop"
events = ["payment"]
when = "event.amount_major >= 1000"
to = "ops"
mention = ["here"]
"#;

fn check(examples: &str) -> (Output, String) {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "config.toml", &format!("{CONFIG}{examples}"));
    write(folder.path(), "examples/large.json", r#"{"type": "payment", "amount": 500000, "currency": "eur"}"#);
    let output = hookbell(folder.path(), &["check"]);
    let printed = text(&output.stdout);
    (output, printed)
}

#[test]
fn an_event_that_goes_where_it_must_with_its_pings_is_fine() {
    let examples = r#"
[[example]]
name = "large"
source = "shop"
payload = "examples/large.json"
to = ["ops", "sales"]
mention = ["role:222", "here"]
[[example]]
source = "shop"
payload = { type = "payment", amount = 100, currency = "eur" }
to = ["sales"]
mention = ["role:222"]
[[example]]
name = "routine events post nothing"
source = "stripe"
sample = "invoice.finalized"
to = []
mention = []
[[example]]
source = "shop"
payload = '{"amount": 100}'
type = "signup"
headers = { X-Test = "1" }
to = "sales"
"#;
    let (output, printed) = check(examples);
    assert_eq!((output.status.code(), printed.as_str()), (Some(0), "fine: 2 sources, 2 destinations\n"));
}

#[test]
fn an_event_that_goes_elsewhere_is_reported_with_what_each_route_said() {
    let examples = r#"
[[example]]
name = "small"
source = "shop"
payload = { type = "payment", amount = 5000, currency = "eur" }
to = ["ops", "sales"]
mention = []
[[example]]
name = "routine"
source = "stripe"
sample = "invoice.finalized"
to = ["sales"]
[[example]]
name = "absent"
source = "shop"
payload = "examples/small.json"
to = ["sales"]
"#;
    let (output, printed) = check(examples);
    assert_eq!(output.status.code(), Some(2), "{printed}");
    for part in [
        "config.toml:27:6: `example[0].to`: example `small`: it goes elsewhere",
        "- expected: ops, sales\n    + found:    sales",
        "routes[0] takes it: every condition holds",
        "routes[1] does not take it: `when` is not true: `event.amount_major >= 1000`",
        "example `small`: it pings others\n    - expected: nobody\n    + found:    role:222",
        "example `routine`: it goes elsewhere",
        "as routine it only updates a message that is there",
        "example `absent`: `examples/small.json` cannot be read",
    ] {
        assert!(printed.contains(part), "`{part}` expected in\n{printed}");
    }
}

#[test]
fn an_example_that_names_what_is_not_there_is_a_mistake() {
    for (example, part) in [
        ("source = \"shp\"\nsample = \"payment\"\nto = []\n", "did you mean `shop`?"),
        ("source = \"shop\"\nsample = \"payment\"\nto = [\"salse\"]\n", "did you mean `sales`?"),
        ("source = \"shop\"\nsample = \"payment\"\n", "`example[0].to`: missing key"),
        ("source = \"shop\"\nto = []\n", "missing key: `sample` or `payload`"),
        ("source = \"shop\"\nsample = \"payment\"\npayload = {}\nto = []\n", "either `sample` or `payload`"),
        ("source = \"shop\"\npayload = 3\nto = []\n", "expected a file's path, a table, or JSON in a string"),
        ("source = \"shop\"\nsample = \"paymnt\"\nto = []\n", "did you mean `payment`?"),
        ("source = \"shop\"\npayload = \"{\"\nto = []\n", "its payload cannot be read"),
        ("source = \"shop\"\nsample = \"payment\"\nto = []\nmention = [\"team:1\"]\n", "expected `role:ID`"),
        ("source = \"shop\"\nsample = \"payment\"\nto = []\nexpect = 1\n", "unknown key"),
    ] {
        let (output, printed) = check(&format!("[[example]]\n{example}"));
        assert!(output.status.code() == Some(2) && printed.contains(part), "{example}\n{printed}");
    }
}

#[test]
fn hold_and_remind_on_messages_without_a_key_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let route =
        |name: &str| format!("[[routes]]\nsource = \"shop\"\nto = \"ops\"\n{name}\nhold = \"2m\"\nremind = \"4h\"\n");
    write(folder.path(), "config.toml", &format!("{CONFIG}{}", route("topics = [\"alert\"]")));
    let output = hookbell(folder.path(), &["check"]);
    let printed = text(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{printed}");
    for key in ["hold", "remind"] {
        let found = format!("`routes[2].{key}`: no message of `generic` has a `key`");
        assert!(printed.contains(&found), "{found}\n{printed}");
    }
    // The line is shown as it is: a span is no secret.
    assert!(printed.contains("hold = \"2m\""), "{printed}");
    write(folder.path(), "config.toml", &format!("{CONFIG}{}", route("template = \"generic.alert\"")));
    let printed = text(&hookbell(folder.path(), &["check"]).stdout);
    assert!(printed.contains("the message `generic.alert` has no `key`"), "{printed}");

    let keyed = "provider = \"generic\"\n[[message]]\nname = \"incident\"\non = [\"alert\"]\nkey = \"incident:{{ payload.id }}\"\nclosed = \"payload.over\"\ncontent = \"{{ event.subject }}\"\n";
    write(folder.path(), "templates/own.toml", keyed);
    write(folder.path(), "config.toml", &format!("{CONFIG}{}", route("template = \"generic.incident\"")));
    let printed = text(&hookbell(folder.path(), &["check"]).stdout);
    assert!(!printed.contains("routes[2]"), "{printed}");
}
