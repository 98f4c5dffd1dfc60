//! What Git hosts say of branch, labels, author and bots.

use super::shipped::embedded_providers;
use super::*;

const FILE: &str = r#"
title = "Host"
verify = "none"
[event]
type = "/type"
[[facts]]
on = ["push"]
branch = "/ref"
[[facts]]
author = ["/issue/user", "/sender"]
branch = "/base"
labels = ["/issue/labels", "/labels"]
[[bot]]
when = { "/kind" = "Bot" }
[[bot]]
when = { "/sender" = "contains:[bot]" }
"#;

fn read(body: &str) -> Facts {
    provider(FILE).read_unchecked(&HeaderMap::new(), body.as_bytes()).expect("read").facts
}

#[test]
fn a_git_ref_is_read_as_its_branch_and_a_tag_as_none() {
    let branch = |git_ref: &str| read(&format!(r#"{{"type":"push","ref":"{git_ref}"}}"#)).branch;
    assert_eq!(branch("refs/heads/release/1.4").as_deref(), Some("release/1.4"));
    assert_eq!(branch("main").as_deref(), Some("main"));
    assert_eq!(branch("refs/tags/v1"), None);
    assert_eq!(read(r#"{"type":"other","ref":"main","base":"next"}"#).branch.as_deref(), Some("next"));
}

#[test]
fn labels_are_texts_or_objects_with_a_name_and_their_number_is_bounded() {
    let labels = |list: &str| read(&format!(r#"{{"type":"issue","labels":{list}}}"#)).labels;
    assert_eq!(labels(r#"["bug", {"name":"lamp"}, {"title":"fog"}, 7, {"id":1}, ""]"#), ["bug", "lamp", "fog"]);
    assert!(labels(r#""bug""#).is_empty());
    let many = format!("[{}]", vec!["\"x\""; 1000].join(","));
    assert_eq!(labels(&many).len(), 100);
    assert_eq!(
        read(r#"{"type":"issue","issue":{"labels":[]},"labels":["old"]}"#).labels,
        [""; 0],
        "the first list counts"
    );
}

#[test]
fn the_author_may_be_another_than_the_actor_and_any_row_says_that_it_is_a_bot() {
    let of = |body: &str| (read(body).author, read(body).bot);
    assert_eq!(of(r#"{"type":"x","issue":{"user":"ada"},"sender":"grace"}"#), (Some("ada".into()), false));
    assert_eq!(of(r#"{"type":"x","sender":"renovate[bot]"}"#), (Some("renovate[bot]".into()), true));
    assert_eq!(of(r#"{"type":"x","kind":"Bot"}"#), (None, true));
}

#[test]
fn mistakes_in_them_say_what_would_be_right() {
    let wrong = diagnostics_of(&format!("{FILE}[[facts]]\nlabels = \"issue\"\n[[bot]]\n"));
    assert!(wrong.contains("expected the JSON pointer of a list"), "{wrong}");
    assert!(wrong.contains("what says that a program did it"), "{wrong}");
}

/// What each shipped Git host says of a push to main and of a pull request into it.
#[test]
fn every_git_host_says_the_branch_of_a_push_and_of_a_pull_request() {
    let providers = Providers::shipped(embedded_providers());
    for (name, push, pull) in [
        ("github", "push", "pull_request.opened"),
        ("gitlab", "push", "merge_request.open"),
        ("gitea", "push", "pull_request.closed"),
        ("forgejo", "push", "pull_request.closed"),
        ("gogs", "push", "pull_request.closed"),
        ("bitbucket", "repo:push", "pullrequest:fulfilled"),
    ] {
        let provider = providers.get(name).expect(name);
        for sample in [push, pull] {
            let sample = provider.sample(sample).unwrap_or_else(|| panic!("{name}: no sample {sample}"));
            let facts = provider.reading(sample).expect("read").facts;
            assert_eq!(facts.branch.as_deref(), Some("main"), "{name} {}: {facts:?}", sample.name);
        }
    }
}
