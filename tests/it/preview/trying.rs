//! Trying things on a message: other values in its payload, and a picture that follows the edits.

use super::*;
use crate::support::Process;

#[test]
fn another_value_is_put_into_a_sample_a_payload_and_a_form() {
    let folder = folder();
    let set = |arguments: &[&str]| preview(folder.path(), arguments);
    let output =
        set(&["stripe.payment", "--set", "data.object.amount=250000", "--set", "data.object.amount_received=250000"]);
    assert!(out(&output).contains("€2,500.00"), "{}{}", out(&output), err(&output));
    write(folder.path(), "order.json", r#"{"type":"order","id":"1","title":"Lamps","items":[{"n":1},{"n":2}]}"#);
    let output = set(&["generic", "--payload", "order.json", "--set", "/title=Three lamps", "--set", "items[1].n=5"]);
    assert!(out(&output).contains("Three lamps"), "{}", out(&output));
    let output = set(&["stripe.payment", "--set", "data.object.amuont=1"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(err(&output).contains("note: --set: `data.object.amuont` is new in the payload; did you mean `amount`?"));
    let output = set(&["stripe.payment", "--set", "data.objct.amount=1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        err(&output).contains("the payload has no `data.objct`\n  help: did you mean `object`?"),
        "{}",
        err(&output)
    );
    // A form, and a format that cannot be written.
    let output = set(&["gumroad", "--set", "product_name=A sea chart"]);
    assert!(out(&output).contains("A sea chart"), "{}{}", out(&output), err(&output));
    let output = set(&["youtube", "--set", "feed.entry.title=x"]);
    assert!(output.status.code() == Some(2) && err(&output).contains("values of a body in XML"), "{}", err(&output));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_watched_message_is_drawn_again_with_each_edit_and_its_mistakes() {
    let folder = folder();
    let template =
        |title: &str| format!("provider = \"generic\"\n[[message]]\nname = \"order\"\ntitle = \"{title}\"\n");
    own(folder.path(), &template("First title"));
    let watching = Process::start(folder.path(), &["preview", "generic.order", "--watch"], |command| command);
    watching.wait_for_output("Ctrl-C ends", 1).await;
    assert!(watching.output().contains("First title"), "{}", watching.output());
    write(folder.path(), "templates/own.toml", &template("{{ 1 | mony }}"));
    watching.wait_for_output("did you mean `money`?", 1).await;
    write(folder.path(), "templates/own.toml", &template("Second title"));
    watching.wait_for_output("Second title", 1).await;
    watching.signal("INT");
    assert_eq!(watching.exit_status().await.code(), Some(0));
}
