//! Every metric of the program is explained in docs/operating.md, and none besides.

use std::collections::BTreeSet;
use std::path::Path;

use super::{code_spans, page, root};
use crate::support::TestBridge;

/// The metrics that the program registers: the `metrics.rs` of each module names them.
fn registered() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for room in std::fs::read_dir(root().join("src")).expect("src") {
        let file = room.expect("an entry").path().join("metrics.rs");
        let text = if Path::new(&file).exists() { std::fs::read_to_string(file).expect("text") } else { continue };
        names.extend(text.split('"').filter(|part| is_metric(part)).map(str::to_owned));
    }
    names
}

fn is_metric(text: &str) -> bool {
    text.starts_with("hookbell_") && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// The names in the first column of a table, with the labels of the second.
fn documented() -> Vec<(String, Vec<String>)> {
    let rows = page("docs/operating.md").rows();
    let rows = rows.into_iter().filter(|cells| cells.len() == 3);
    rows.filter_map(|cells| {
        let name = code_spans(&cells[0]).into_iter().find(|name| is_metric(name))?;
        Some((name, code_spans(&cells[1])))
    })
    .collect()
}

#[test]
fn the_metrics_of_the_program_and_of_the_docs_are_the_same() {
    let documented: BTreeSet<String> =
        documented().into_iter().map(|(name, _)| name.trim_end_matches("_total").to_owned()).collect();
    assert!(registered().len() > 10, "{:?}", registered());
    assert_eq!(documented, registered());
}

#[tokio::test]
async fn every_exported_metric_and_label_is_documented() {
    let bridge = TestBridge::start().await;
    bridge.send("generic", &[], r#"{"id":"1","type":"signup"}"#).await;
    bridge.discord.wait_for_messages("2222", 1, std::time::Duration::from_secs(20)).await;
    let (_, exported) = bridge.ask("/metrics").await;
    bridge.stop().await;
    let documented = documented();
    let samples: Vec<&str> = exported.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(samples.len() > 10, "{exported}");
    for line in samples {
        let name = line.split(['{', ' ']).next().unwrap_or_default();
        let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
        let Some((_, labels)) = documented.iter().find(|(known, _)| known == base) else {
            panic!("`{base}` is not in docs/operating.md");
        };
        let braces = line.split_once('{').map_or("", |(_, rest)| rest.split('}').next().unwrap_or_default());
        let labels_of_sample = braces.split(',').filter_map(|pair| Some(pair.split_once('=')?.0));
        for label in labels_of_sample.filter(|label| *label != "le") {
            assert!(labels.iter().any(|known| known == label), "label `{label}` of `{base}` is not documented");
        }
    }
}

#[test]
fn the_alert_rules_use_metrics_that_exist() {
    let rules = page("docs/operating.md").blocks("yaml").concat();
    let documented = documented();
    let words = rules.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| is_metric(word));
    let words: Vec<&str> = words.collect();
    assert!(words.len() >= 4, "{words:?}");
    for word in words {
        assert!(documented.iter().any(|(known, _)| known == word), "`{word}` is not a metric");
    }
}
