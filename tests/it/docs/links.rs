//! Links between the pages have a target.

use std::collections::BTreeSet;

use super::{Page, page, pages, root};

/// The targets of `[text](target)`.
fn targets(prose: &str) -> Vec<String> {
    prose.split("](").skip(1).filter_map(|after| Some(after.split_once(')')?.0.to_owned())).collect()
}

/// The anchors of the headings, as GitHub makes them.
fn anchors(page: &Page) -> BTreeSet<String> {
    let headings = page.prose();
    let headings =
        headings.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    headings
        .map(|heading| {
            let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            kept.collect::<String>().to_lowercase().replace(' ', "-")
        })
        .collect()
}

#[test]
fn every_link_between_the_pages_has_a_target() {
    let mut dead = Vec::new();
    for from in pages() {
        let prose = from.prose();
        for target in targets(&prose).into_iter().filter(|target| !target.contains("://")) {
            let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let folder = from.name.rsplit_once('/').map_or("", |(folder, _)| folder);
            let path = match (path.is_empty(), path.strip_prefix("../")) {
                (true, _) => from.name.clone(),
                (false, Some(up)) => up.to_owned(),
                (false, None) if folder.is_empty() => path.to_owned(),
                (false, None) => format!("{folder}/{path}"),
            };
            if !root().join(&path).exists() {
                dead.push(format!("{}: {target}: there is no {path}", from.name));
            } else if !anchor.is_empty() && !anchors(&page(&path)).contains(anchor) {
                dead.push(format!("{}: {target}: no such heading in {path}", from.name));
            }
        }
    }
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}
