//! Situations that people reported of other tools, read where they lie: what the channel has to show.

use super::*;

/// The requests of a case; none, with a line on stderr, where the folder is absent.
fn requests(name: &str) -> Vec<Case> {
    let file = format!("{}/../shared/cases/single/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let Ok(text) = std::fs::read_to_string(&file) else {
        assert!(std::env::var_os("HOOKBELL_REQUIRE_ALL").is_none(), "{name} is not present");
        eprintln!("skipped: the case {name} is not present");
        return Vec::new();
    };
    let requests: Vec<Value> = serde_json::from_str(&text).expect("a list of requests");
    requests
        .iter()
        .map(|request| case(request["source"].as_str().expect("a provider"), name, &[], &request["body"]))
        .collect()
}

#[test]
fn what_was_reported_is_shown() {
    let templates = hookbell::embedded::templates();
    for (name, shown) in [
        ("sl-rich-only-links", &["🎉", "(https://example.org/x)", "the build", "- point one", "#…"][..]),
        ("bb-merge-and-close", &["pushed 1 commit to main", "deleted branch feature", "Merged in feature"]),
        (
            "gf-legacy-empty-metric",
            &[
                "Firing",
                "Backup disk",
                "Disk of backup box nearly full",
                "97.5",
                "https://g.example.org/d/abc",
                "15548997",
            ],
        ),
        ("uk-cert", &["Shop", "expire in 7 days", "https://shop.example.org/"]),
        ("gl-system-user", &["New user", "X Y", "xy"]),
        ("se-seer", &["TypeError", "E-Q", "https://sentry.example.org/issues/42/"]),
    ] {
        for made in requests(name).iter().flat_map(named) {
            let post = render(&templates, &made).message.to_post().to_string();
            let missing: Vec<_> = shown.iter().filter(|part| !post.replace("\\\\", "").contains(**part)).collect();
            assert!(missing.is_empty(), "{name} lacks {missing:?}: {post}");
        }
    }
    // Nobody is named as the one who acted that was acted upon.
    for made in requests("gl-system-user").iter().flat_map(named) {
        assert!(!render(&templates, &made).message.content.contains(" by "));
        assert_eq!(made.event.facts.actor, None);
    }
}
