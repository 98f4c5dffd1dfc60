//! The keys of a template file are those that docs/templates.md names.

use std::collections::BTreeSet;

use hookbell_config_file::Diagnostics;
use hookbell_config_file::Document;
use hookbell_template::render::{Config, Templates};

use super::{code_spans, page};

/// Each table with a key that does not exist: the error lists those that do.
const PROBE: &str = r#"
zzzzzzzzzzzzzzzz = 1
provider = "generic"
[[message]]
name = "probe"
title = "probe"
zzzzzzzzzzzzzzzz = 1
[[message.field]]
name = "probe"
value = "probe"
zzzzzzzzzzzzzzzz = 1
[[message.button]]
label = "probe"
url = "https://example.com"
zzzzzzzzzzzzzzzz = 1
[[message.embed]]
title = "probe"
zzzzzzzzzzzzzzzz = 1
[[example]]
sample = "payment"
zzzzzzzzzzzzzzzz = 1
[example.expect]
title = "probe"
zzzzzzzzzzzzzzzz = 1
"#;

#[test]
fn every_key_of_a_template_file_is_documented() {
    let mut diagnostics = Diagnostics::default();
    let document = Document::parse("probe", PROBE, &mut diagnostics);
    Templates::with_own(hookbell::embedded::template_files(), &[document], &Config::default(), &mut diagnostics);
    let unknown: Vec<_> =
        diagnostics.0.iter().filter(|diagnostic| diagnostic.code == hookbell_config_file::Code::UNKNOWN_KEY).collect();
    assert_eq!(unknown.len(), 7, "{diagnostics}");
    let read: BTreeSet<String> =
        unknown.iter().flat_map(|diagnostic| code_spans(diagnostic.help.as_deref().unwrap_or_default())).collect();
    assert!(read.len() > 25, "{read:?}");
    let page = page("docs/templates.md");
    let first_column = page.rows().into_iter().flat_map(|cells| code_spans(&cells[0])).collect::<Vec<_>>();
    let name = |span: &String| span.trim_matches(['[', ']']).trim_start_matches("message.").to_owned();
    let documented: BTreeSet<String> = first_column.iter().map(name).collect();
    // `label` is documented in a sentence below the table of fields.
    let missing: Vec<&String> = read.iter().filter(|key| !documented.contains(*key) && *key != "label").collect();
    assert!(missing.is_empty(), "not in docs/templates.md: {missing:?}");
}
