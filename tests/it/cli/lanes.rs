//! `hookbell lanes` beside a running server.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn lanes_are_listed_paused_purged_and_resumed_beside_the_server() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    let server = Process::serve(folder.path()).await;
    let lanes = |arguments: &[&str]| {
        let mut all = vec!["lanes"];
        all.extend_from_slice(arguments);
        hookbell(folder.path(), &all)
    };
    eventually("the lane is there", async || text(&lanes(&[]).stdout).contains("alerts")).await;
    assert_eq!(json(&lanes(&["--json"]))[0]["state"], "idle");
    let paused = lanes(&["pause", "alerts", "--reason", "a flood"]);
    assert_eq!(paused.status.code(), Some(0), "{paused:?}");
    server.wait_for_output("the lane is paused by an operator", 1).await;
    // What was sent by mistake can be taken back.
    hookbell(folder.path(), &["send", "shop", "--count", "3", "--wait", "100ms"]);
    let listed = json(&lanes(&["--json"]));
    assert_eq!(
        (&listed[0]["state"], &listed[0]["waiting"], &listed[0]["reason"]),
        (&"paused".into(), &3.into(), &"a flood".into())
    );
    let dry = lanes(&["purge", "alerts"]);
    assert!(text(&dry.stdout).starts_with("would purge from `alerts`: 3 deliveries, received"), "{dry:?}");
    assert!(text(&dry.stderr).contains("--yes"));
    assert_eq!(json(&lanes(&["purge", "alerts", "--json"]))["count"], 3);
    let unknown = lanes(&["purge", "alert", "--yes"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("did you mean `alerts`?"), "{unknown:?}");
    let unknown = lanes(&["purge", "alerts", "--source", "shopp"]);
    assert!(text(&unknown.stderr).contains("did you mean `shop`?"), "{unknown:?}");
    let purged = lanes(&["purge", "alerts", "--source", "shop", "--yes"]);
    assert!(text(&purged.stdout).contains("purged from `alerts`: 3 deliveries"), "{purged:?}");
    assert!(text(&lanes(&["resume", "alerts"]).stdout).contains("`alerts` goes on"));
    server.wait_for_output("the lane resumes: an operator said so", 1).await;
    let events = json(&hookbell(folder.path(), &["events", "list", "--status", "muted", "--json"]));
    assert_eq!(events.as_array().map(Vec::len), Some(3));
    assert!(standin.messages("2222").is_empty());
    assert_eq!(lanes(&["retry", "alerts"]).status.code(), Some(0));
}
