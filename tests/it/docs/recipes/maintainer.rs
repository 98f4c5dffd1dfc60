//! Code: builds, people, branches, labels, releases and repositories.

use hookbell_fake_discord::{ChannelKind, ChannelSpec};
use serde_json::json;

use super::{ROLE, Recipe, SentRequest, sample};

/// A run of CI that ended so, on this branch.
fn run(number: u64, branch: &str, conclusion: &str, trigger: &str) -> SentRequest {
    sample("github", "workflow_run.completed")
        .with("/workflow_run/id", number)
        .with("/workflow_run/run_number", number)
        .with("/workflow_run/check_suite_id", number)
        .with("/workflow_run/head_branch", branch)
        .with("/workflow_run/conclusion", conclusion)
        .with("/workflow_run/event", trigger)
}

#[tokio::test]
async fn a_failed_build_of_main_rings_and_the_next_one_that_passes_edits_it() {
    let running = Recipe::named("Failed builds of main").start().await;
    running.post("github", &run(1, "main", "success", "push")).await;
    running.post("github", &run(2, "fog", "failure", "push")).await;
    running.post("github", &run(3, "main", "failure", "pull_request")).await;
    assert_eq!(running.lines("ci"), [""; 0], "main passes, another branch, and the main of a fork");
    running.post("github", &run(4, "main", "failure", "push")).await;
    assert_eq!(running.lines("ci"), ["CI failed on main of lighthouse"]);
    running.post("github", &run(5, "main", "success", "push")).await;
    let lines = running.lines("ci");
    assert!(lines.len() == 1 && lines[0].starts_with("CI passes again on main of lighthouse"), "{lines:?}");
    let other =
        sample("gitlab", "pipeline.failed").with("/object_attributes/ref", "fog").with("/object_attributes/id", 1);
    running.post("gitlab", &other).await;
    running.post("gitlab", &sample("gitlab", "pipeline.failed")).await;
    let lines = running.lines("ci");
    assert!(lines.len() == 2 && lines[1].contains("main of tide-table"), "{lines:?}");
    running.post("gitlab", &sample("gitlab", "pipeline.success")).await;
    let lines = running.lines("ci");
    assert!(lines.len() == 2 && lines[1].contains("passes again"), "{lines:?}");
}

#[tokio::test]
async fn what_bots_do_and_what_people_do_with_their_pull_requests_is_not_posted() {
    let running = Recipe::named("No bots").start().await;
    let bot = json!({ "login": "dependabot[bot]", "type": "Bot", "html_url": "https://github.com/apps/dependabot" });
    let opened =
        sample("github", "pull_request.opened").with("/pull_request/user", bot.clone()).with("/sender", bot.clone());
    running.post("github", &opened).await;
    running.post("github", &sample("github", "pull_request.merged").with("/pull_request/user", bot.clone())).await;
    running.post("github", &sample("github", "push").with("/sender", bot)).await;
    let own = json!({ "login": "our-renovate", "type": "User", "html_url": "https://github.com/our-renovate" });
    running.post("github", &sample("github", "pull_request.opened").with("/pull_request/user", own)).await;
    assert_eq!(running.lines("code"), [""; 0]);
    running.post("github", &sample("github", "pull_request.opened")).await;
    assert_eq!(running.lines("code").len(), 1);
}

#[tokio::test]
async fn only_what_the_named_people_wrote_is_posted() {
    let running = Recipe::named("Only some people").start().await;
    let stranger = json!({ "login": "mallory", "html_url": "https://github.com/mallory" });
    running.post("github", &sample("github", "issues.opened").with("/issue/user", stranger)).await;
    assert_eq!(running.lines("team"), [""; 0]);
    running.post("github", &sample("github", "pull_request.opened")).await;
    let lines = running.lines("team");
    assert!(lines.len() == 1 && lines[0].contains("by ada"), "{lines:?}");
}

#[tokio::test]
async fn pushes_and_pull_requests_are_selected_by_their_branch() {
    let running = Recipe::named("By branch").start().await;
    let push = |git_ref: &str| sample("github", "push").with("/ref", git_ref);
    for git_ref in ["refs/heads/fog", "refs/tags/main", "refs/heads/main-2"] {
        running.post("github", &push(git_ref)).await;
    }
    running.post("github", &sample("github", "pull_request.opened").with("/pull_request/base/ref", "fog")).await;
    assert_eq!(running.lines("code"), [""; 0]);
    running.post("github", &push("refs/heads/main")).await;
    running.post("github", &push("refs/heads/release/1.4")).await;
    running.post("github", &sample("github", "pull_request.opened")).await;
    let lines = running.lines("code");
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[1].contains("release/1.4") && lines[2].contains("Pull request"), "{lines:?}");
}

#[tokio::test]
async fn what_has_the_label_goes_to_its_channel_also_when_it_gets_it_later() {
    let running = Recipe::named("By label").start().await;
    running.post("github", &sample("github", "issues.opened")).await;
    assert_eq!((running.lines("issues").len(), running.lines("security").len()), (1, 0));
    let labelled = sample("github", "issues.labeled")
        .with("/issue/labels", json!([{ "name": "bug" }, { "name": "security" }]))
        .with("/issue/updated_at", "2026-11-21T18:00:00Z");
    running.post("github", &labelled).await;
    assert_eq!((running.lines("issues").len(), running.pinged("security")), (1, vec![vec![ROLE.to_owned()]]));
    let comment = sample("github", "issue_comment.created").with("/issue/labels", json!([{ "name": "security" }]));
    running.post("github", &comment).await;
    assert_eq!(running.pinged("security")[1..], [[""; 0]], "a comment comes, and pings nobody");
}

#[tokio::test]
async fn each_issue_is_a_post_of_its_own_with_its_comments() {
    let forum = |channel: &str, name: &str| ChannelSpec::forum("1111", channel, name, &[]);
    let running = Recipe::named("A forum post for each issue").start_with(forum).await;
    running.post("github", &sample("github", "issues.opened")).await;
    running.post("github", &sample("github", "issue_comment.created")).await;
    let other = sample("github", "issues.opened").with("/issue/number", 42).with("/issue/title", "Fog");
    running.post("github", &other).await;
    let posts: Vec<_> =
        running.discord.channels().into_iter().filter(|one| matches!(one.kind, ChannelKind::ThreadOf(_))).collect();
    let titles: Vec<&str> = posts.iter().map(|post| post.name.as_str()).collect();
    assert_eq!(titles, ["lighthouse #41: The lamp keeps turning after sunrise", "lighthouse #42: Fog"]);
    let counts: Vec<usize> = posts.iter().map(|post| running.discord.messages(&post.channel).len()).collect();
    assert_eq!(counts, [2, 1]);
}

#[tokio::test]
async fn a_release_is_posted_with_its_text_and_a_trial_is_not() {
    let running = Recipe::named("Releases with their text").start().await;
    running.post("github", &sample("github", "release.published").with("/release/prerelease", true)).await;
    running.post("github", &sample("github", "issues.opened")).await;
    assert_eq!(running.lines("releases"), [""; 0]);
    running.post("github", &sample("github", "release.published").with("/release/id", 2)).await;
    assert_eq!(
        (running.lines("releases"), running.pinged("releases")),
        (vec!["lighthouse v1.4.0 is out".to_owned()], vec![vec![ROLE.to_owned()]])
    );
    let said = running.messages("releases")[0].text();
    assert!(said.contains("The lens counts its turns") && said.contains("The lamp stops at sunrise"), "{said}");
}

#[tokio::test]
async fn each_repository_has_its_channel_and_the_rest_another() {
    let running = Recipe::named("A channel for each repository").start().await;
    running.post("github", &sample("github", "issues.opened")).await;
    for name in ["foghorn", "buoy"] {
        let full = format!("example/{name}");
        let issue =
            sample("github", "issues.opened").with("/repository/name", name).with("/repository/full_name", full);
        running.post("github", &issue).await;
    }
    for (channel, repository) in [("lighthouse", "lighthouse"), ("foghorn", "foghorn"), ("others", "buoy")] {
        let lines = running.lines(channel);
        assert!(lines.len() == 1 && lines[0].contains(repository), "{channel}: {lines:?}");
    }
}
