//! GitHub's events that its provider file has no sample of.

use serde_json::{Value, json};

use super::{Case, case};

/// A request as GitHub sends it, with the repository and the sender that all have.
fn github(event: &str, name: &str, body: Value) -> Case {
    let mut whole = json!({
        "repository": {
            "name": "lighthouse", "full_name": "example/lighthouse", "html_url": "https://github.com/example/lighthouse",
            "stargazers_count": 412,
        },
        "sender": {
            "login": "grace", "html_url": "https://github.com/grace",
            "avatar_url": "https://avatars.githubusercontent.com/u/1906?v=4",
        },
    });
    if let (Some(whole), Value::Object(body)) = (whole.as_object_mut(), body) {
        whole.extend(body);
    }
    case("github", name, &[("X-GitHub-Event", event), ("X-GitHub-Delivery", "d-1")], &whole)
}

const SHA: &str = "c9f0f895fb98ab9159f51fd0297e236d5e6f7a8b";

pub(super) fn cases() -> Vec<Case> {
    let push = |name: &str, body: Value| github("push", name, body);
    let pr = |changes: Value| {
        let mut pr = json!({
            "number": 42, "title": "Count the turns", "state": "open", "draft": false, "merged": false, "body": null,
            "html_url": "https://github.com/example/lighthouse/pull/42",
            "user": { "login": "ada", "html_url": "https://github.com/ada" },
            "head": { "ref": "count" }, "base": { "ref": "main" }, "labels": [], "requested_reviewers": [],
        });
        for (key, value) in changes.as_object().into_iter().flatten() {
            pr[key] = value.clone();
        }
        pr
    };
    let issue = json!({
        "number": 41, "title": "The lamp keeps turning", "state": "closed", "state_reason": "not_planned", "labels": [],
        "assignees": [], "milestone": { "title": "1.4" }, "body": "Since **yesterday** @everyone [sees](https://evil.example) it",
        "html_url": "https://github.com/example/lighthouse/issues/41", "user": { "login": "grace" },
    });
    let commits: Vec<Value> = (1..=11)
        .map(|n| json!({
            "id": format!("{n:040}"), "message": format!("Step {n}\n\nwith a body"), "author": { "username": "ada" },
            "url": format!("https://github.com/example/lighthouse/commit/{n:040}"),
        }))
        .collect();
    vec![
        push(
            "push.forced",
            json!({
                "ref": "refs/heads/feature/a-b", "forced": true, "created": false, "deleted": false, "commits": commits,
                "compare": "https://github.com/example/lighthouse/compare/a...b", "head_commit": commits[10],
            }),
        ),
        push(
            "push.branch_created",
            json!({
                "ref": "refs/heads/fog", "created": true, "deleted": false, "forced": false, "commits": [],
                "compare": "https://github.com/example/lighthouse/commits/fog",
                "head_commit": { "id": SHA, "message": "Fog", "url": format!("https://github.com/example/lighthouse/commit/{SHA}") },
            }),
        ),
        push(
            "push.tag_deleted",
            json!({
                "ref": "refs/tags/v1", "created": false, "deleted": true, "forced": false, "commits": [], "head_commit": null,
                "compare": "https://github.com/example/lighthouse/compare/a...000000000000",
            }),
        ),
        github("create", "create", json!({ "ref": "feature/fog horn", "ref_type": "branch" })),
        github("delete", "delete", json!({ "ref": "v1", "ref_type": "tag" })),
        github(
            "pull_request",
            "pull_request.draft",
            json!({ "action": "opened", "number": 42, "pull_request": pr(json!({ "draft": true })) }),
        ),
        github(
            "pull_request",
            "pull_request.closed",
            json!({
                "action": "closed", "number": 42, "pull_request": pr(json!({ "state": "closed", "labels": [{ "name": "wontfix" }] })),
            }),
        ),
        github(
            "pull_request",
            "pull_request.review_requested",
            json!({
                "action": "review_requested", "number": 42,
                "pull_request": pr(json!({ "requested_reviewers": [{ "login": "grace" }, { "login": "linus" }] })),
            }),
        ),
        github(
            "pull_request_review",
            "review.approved",
            json!({
                "action": "submitted", "pull_request": pr(json!({})),
                "review": { "id": 9, "state": "approved", "body": "Looks *good*", "html_url": "https://github.com/example/lighthouse/pull/42#r9" },
            }),
        ),
        github(
            "pull_request_review",
            "review.changes",
            json!({
                "action": "submitted", "pull_request": pr(json!({})), "review": { "id": 10, "state": "changes_requested", "body": null },
            }),
        ),
        github(
            "pull_request_review_comment",
            "review_comment",
            json!({
                "action": "created", "pull_request": pr(json!({})),
                "comment": {
                    "id": 11, "body": "Why `3`?", "path": "src/lens.rs", "line": 12,
                    "html_url": "https://github.com/example/lighthouse/pull/42#discussion_r11",
                },
            }),
        ),
        github("issues", "issue.closed", json!({ "action": "closed", "issue": issue })),
        github(
            "issue_comment",
            "comment.deleted",
            json!({
                "action": "deleted", "issue": issue,
                "comment": { "id": 7, "body": "x", "html_url": "https://github.com/example/lighthouse/issues/41#c7" },
            }),
        ),
        github(
            "release",
            "release.prereleased",
            json!({
                "action": "prereleased",
                "release": { "id": 4, "tag_name": "v2.0.0-rc.1", "name": "v2.0.0-rc.1", "draft": false, "prerelease": true, "body": "",
                    "html_url": "https://github.com/example/lighthouse/releases/tag/v2.0.0-rc.1", "author": { "login": "ada" } },
            }),
        ),
        github(
            "workflow_run",
            "workflow_run.in_progress",
            json!({
                "action": "in_progress",
                "workflow_run": { "id": 5, "name": "CI", "run_number": 8, "run_attempt": 2, "status": "in_progress", "conclusion": null,
                    "head_branch": "main", "head_sha": SHA, "event": "pull_request", "html_url": "https://github.com/example/lighthouse/actions/runs/5" },
            }),
        ),
        github(
            "check_suite",
            "check_suite.completed",
            json!({
                "action": "completed",
                "check_suite": { "id": 6, "status": "completed", "conclusion": "success", "head_branch": "main", "head_sha": SHA,
                    "app": { "name": "Buildkite" }, "head_commit": { "message": "Count the turns" } },
            }),
        ),
        github(
            "deployment_status",
            "deployment_status.success",
            json!({
                "action": "created",
                "deployment": { "id": 7, "environment": "production", "ref": "main", "sha": SHA },
                "deployment_status": { "state": "success", "description": "Live after 40 s", "environment_url": "https://lighthouse.example.com" },
            }),
        ),
        github(
            "deployment",
            "deployment.created",
            json!({
                "action": "created", "deployment": { "id": 7, "environment": "production", "ref": "main", "sha": SHA },
            }),
        ),
        github("star", "star.deleted", json!({ "action": "deleted", "starred_at": null })),
        github(
            "fork",
            "fork",
            json!({
                "forkee": { "full_name": "grace/lighthouse", "html_url": "https://github.com/grace/lighthouse" },
            }),
        ),
        github(
            "dependabot_alert",
            "dependabot_alert.fixed",
            json!({
                "action": "fixed",
                "alert": { "number": 3, "state": "fixed", "html_url": "https://github.com/example/lighthouse/security/dependabot/3",
                    "dependency": { "package": { "name": "foghorn" }, "manifest_path": "web/package.json" },
                    "security_advisory": { "ghsa_id": "GHSA-aaaa-bbbb-cccc", "severity": "critical", "summary": "Foghorn can be sounded by anybody" } },
            }),
        ),
        github(
            "secret_scanning_alert",
            "secret_scanning_alert.created",
            json!({
                "action": "created",
                "alert": { "number": 4, "secret_type": "stripe_api_key", "secret_type_display_name": "Stripe API Key", "resolution": null,
                    "secret": "never to be shown", "html_url": "https://github.com/example/lighthouse/security/secret-scanning/4" },
            }),
        ),
        github(
            "secret_scanning_alert",
            "secret_scanning_alert.resolved",
            json!({
                "action": "resolved",
                "alert": { "number": 4, "secret_type": "stripe_api_key", "state": "resolved", "resolution": "used_in_tests" },
            }),
        ),
        github(
            "code_scanning_alert",
            "code_scanning_alert.created",
            json!({
                "action": "created",
                "alert": { "number": 5, "state": "open", "html_url": "https://github.com/example/lighthouse/security/code-scanning/5",
                    "rule": { "description": "Unbounded recursion", "severity": "warning", "security_severity_level": "high" },
                    "tool": { "name": "CodeQL" },
                    "most_recent_instance": { "message": { "text": "This call may never end" }, "location": { "path": "src/lens.rs", "start_line": 30 } } },
            }),
        ),
        github("ping", "ping", json!({ "zen": "Keep it logically awesome.", "hook_id": 1 })),
        github("label", "other", json!({ "action": "created", "label": { "name": "fog" } })),
        case(
            "github",
            "other.organization",
            &[("X-GitHub-Event", "membership"), ("X-GitHub-Delivery", "d-2")],
            &json!({
                "action": "added", "organization": { "login": "example" }, "sender": { "login": "ada" },
            }),
        ),
    ]
}
