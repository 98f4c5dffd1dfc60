//! GitLab's events that its provider file has no sample of.

use serde_json::{Value, json};

use super::{Case, case};

fn gitlab(kind: &str, name: &str, body: Value) -> Case {
    let mut whole = json!({
        "object_kind": kind,
        "user": { "name": "Ada Example", "username": "ada", "avatar_url": "https://gitlab.example.com/ada.png" },
        "project": { "name": "tide-table", "path_with_namespace": "harbour/tide-table", "web_url": "https://gitlab.example.com/harbour/tide-table" },
    });
    if let (Some(whole), Value::Object(body)) = (whole.as_object_mut(), body) {
        whole.extend(body);
    }
    case("gitlab", name, &[("Idempotency-Key", "i-1")], &whole)
}

const NONE: &str = "0000000000000000000000000000000000000000";
const SHA: &str = "b6d767d2f8ed5d21a44b0e5886680cb911223344";

pub(super) fn cases() -> Vec<Case> {
    let request = json!({ "iid": 12, "title": "Warn before spring tides" });
    vec![
        gitlab(
            "push",
            "push.branch_created",
            json!({ "ref": "refs/heads/spring/tides", "before": NONE, "after": SHA, "commits": [], "total_commits_count": 0 }),
        ),
        gitlab(
            "push",
            "push.branch_deleted",
            json!({ "ref": "refs/heads/spring", "before": SHA, "after": NONE, "commits": [], "total_commits_count": 0 }),
        ),
        gitlab(
            "push",
            "push.many",
            json!({
                "ref": "refs/heads/main", "before": SHA, "after": SHA, "total_commits_count": 31, "user_name": "Ada Example",
                "commits": (1..=20).map(|n| json!({
                    "id": format!("{n:040}"), "title": format!("Step {n}"), "message": format!("Step {n}\n"), "author": { "name": "Ada Example" },
                    "url": format!("https://gitlab.example.com/harbour/tide-table/-/commit/{n:040}"),
                })).collect::<Vec<_>>(),
            }),
        ),
        gitlab(
            "tag_push",
            "tag.deleted",
            json!({ "ref": "refs/tags/v1", "before": SHA, "after": NONE, "message": null }),
        ),
        gitlab(
            "merge_request",
            "merge_request.merge",
            json!({
                "object_attributes": { "iid": 12, "title": "Warn before spring tides", "state": "merged", "action": "merge", "source_branch": "spring", "target_branch": "main",
                    "url": "https://gitlab.example.com/harbour/tide-table/-/merge_requests/12", "description": null },
            }),
        ),
        gitlab(
            "merge_request",
            "merge_request.approved",
            json!({
                "object_attributes": { "iid": 12, "title": "Warn before spring tides", "state": "opened", "draft": false, "action": "approved", "source_branch": "spring", "target_branch": "main",
                    "url": "https://gitlab.example.com/harbour/tide-table/-/merge_requests/12", "description": "Two days ahead" },
            }),
        ),
        gitlab(
            "issue",
            "issue.close",
            json!({
                "object_attributes": { "iid": 30, "title": "A leak", "state": "closed", "action": "close", "confidential": true, "description": "nobody should read this", "due_date": "2026-12-01",
                    "url": "https://gitlab.example.com/harbour/tide-table/-/issues/30" },
            }),
        ),
        gitlab(
            "note",
            "note.merge_request",
            json!({
                "object_attributes": { "id": 1, "note": "Is *this* needed?", "noteable_type": "MergeRequest", "action": "create",
                    "url": "https://gitlab.example.com/harbour/tide-table/-/merge_requests/12#note_1" },
                "merge_request": request,
            }),
        ),
        gitlab(
            "note",
            "note.commit",
            json!({
                "object_attributes": { "id": 2, "note": "Nice", "noteable_type": "Commit", "url": format!("https://gitlab.example.com/harbour/tide-table/-/commit/{SHA}#note_2") },
                "commit": { "id": SHA, "message": "Round tides" },
            }),
        ),
        gitlab(
            "pipeline",
            "pipeline.running",
            json!({
                "object_attributes": { "id": 4713, "status": "running", "ref": "spring", "duration": null, "url": "https://gitlab.example.com/harbour/tide-table/-/pipelines/4713" },
                "merge_request": { "iid": 12, "title": "Warn before spring tides", "url": "https://gitlab.example.com/harbour/tide-table/-/merge_requests/12" },
            }),
        ),
        gitlab(
            "release",
            "release.delete",
            json!({ "action": "delete", "tag": "v1", "name": "v1", "description": "", "url": "https://gitlab.example.com/harbour/tide-table/-/releases/v1" }),
        ),
        gitlab(
            "deployment",
            "deployment.success",
            json!({
                "status": "success", "deployment_id": 5, "environment": "production", "environment_external_url": "https://tides.example.com",
                "short_sha": "b6d767d2", "commit_url": format!("https://gitlab.example.com/harbour/tide-table/-/commit/{SHA}"), "commit_title": "Round tides",
            }),
        ),
        gitlab(
            "wiki_page",
            "other",
            json!({
                "object_attributes": { "title": "How to moor", "action": "create", "url": "https://gitlab.example.com/harbour/tide-table/-/wikis/moor" },
            }),
        ),
    ]
}
