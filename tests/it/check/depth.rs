//! Expressions that are nested too deeply, in the config and in a template: `hookbell check` reports each at its place,
//! and its stack holds.

use super::{CONFIG, check, write};
use crate::cli::{hookbell, json, text};

/// So deep that an unbounded parser would overflow its stack.
fn deep() -> String {
    format!("{}1{}", "(".repeat(5000), ")".repeat(5000))
}

const TOO_DEEP: &str = "this is nested too deeply";

#[test]
fn a_route_that_is_nested_too_deeply_is_reported_at_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "config.toml", &format!("{CONFIG}when = \"{}\"\n", deep()));
    let output = hookbell(folder.path(), &["check"]);
    let printed = text(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{printed}");
    assert!(printed.contains("error[template-syntax]: config.toml:9:") && printed.contains(TOO_DEEP), "{printed}");
    let list = json(&hookbell(folder.path(), &["check", "--json"]));
    let found = &list["diagnostics"][0];
    assert_eq!((&found["key"], &found["line"]), (&"routes[0].when".into(), &9.into()), "{found}");
    // At the bracket that is one too many, not at the text as a whole.
    assert!(found["column"].as_u64() > Some("when = \"(".len() as u64), "{found}");
}

#[test]
fn a_template_that_is_nested_too_deeply_is_reported_at_its_place() {
    let deep = deep();
    let template = format!(
        "provider = \"generic\"\n[vars]\nv = \"{deep}\"\n[[message]]\nname = \"a\"\nwhen = \"{deep}\"\ntitle = \"{{{{ {deep} }}}}\"\n"
    );
    let (output, printed) = check(&template);
    assert_eq!(output.status.code(), Some(2), "{printed}");
    for place in ["own.toml:3:", "own.toml:6:", "own.toml:7:"] {
        assert!(printed.contains(&format!("error[template-syntax]: templates/{place}")), "{place}\n{printed}");
    }
    assert_eq!(printed.matches(TOO_DEEP).count(), 3, "{printed}");
}
