//! The names that the payloads of many senders share, in lower case with `_` between their words.

/// What a thing is called, the best first.
#[rustfmt::skip]
pub(super) const TITLES: &[&str] = &[
    "title", "name", "full_name", "display_name", "subject", "summary", "headline", "issue_title", "event_title",
    "short_description", "product_name", "item_name", "identifier", "key", "slug", "tag_name", "tag", "ref", "branch",
    "label", "path", "file_name", "filename", "question", "sku", "code", "number",
];

/// Who did it, or whom it is about: a name or an object.
#[rustfmt::skip]
pub(super) const PEOPLE: &[&str] = &[
    "sender", "actor", "user", "author", "triggered_by", "created_by", "updated_by", "creator", "performed_by", "requester",
    "initiator", "customer", "member", "contact", "person", "buyer", "subscriber", "reporter", "assignee", "owner",
    "player", "donor", "supporter", "pusher", "committer", "invitee", "recipient", "from", "by", "account", "company",
    "visitor", "broadcaster",
];

/// Those of them to whom things happen.
#[rustfmt::skip]
pub(super) const CONCERNED: &[&str] = &[
    "customer", "member", "contact", "person", "buyer", "subscriber", "assignee", "player", "donor", "supporter", "invitee", "recipient",
    "account", "company", "visitor",
];

/// The same where there is no object.
#[rustfmt::skip]
pub(super) const FLAT_PEOPLE: &[&str] = &[
    "user_name", "username", "actor_name", "author_name", "sender_name", "customer_name", "donor_name", "full_name",
    "display_name", "broadcaster_user_name", "from_name", "user_login", "nickname", "login", "user_email", "customer_email",
    "email", "email_address", "from_email",
];

/// Where it happened.
#[rustfmt::skip]
pub(super) const PLACES: &[&str] = &[
    "repository", "repo", "project", "workspace", "organization", "organisation", "org", "team", "space", "board", "site",
    "app", "application", "service", "channel", "shop", "store", "campaign", "environment", "group", "host", "pipeline",
    "collection", "list",
];

/// How it is.
#[rustfmt::skip]
pub(super) const STATES: &[&str] = &[
    "conclusion", "result", "outcome", "state", "status", "current_state", "new_status", "build_status", "phase",
    "alert_status",
];

/// What somebody or something says about it.
#[rustfmt::skip]
pub(super) const TEXTS: &[&str] = &[
    "message", "description", "body", "text", "content", "comment", "note", "reason", "details", "detail", "error_message",
    "error", "failure_message", "failure_reason", "excerpt", "review", "answer", "summary", "status_description",
];

/// Those of them that customers write in their own words.
pub(super) const NOTES: &[&str] = &["note", "review", "answer"];

/// The same where an event is about a customer, or is a message of one.
#[rustfmt::skip]
pub(super) const CUSTOMERS_TEXTS: &[&str] = &[
    "note", "review", "answer", "message", "comment", "text", "body", "content", "excerpt",
];

/// Where a person can look at it.
#[rustfmt::skip]
pub(super) const LINKS: &[&str] = &[
    "html_url", "web_url", "web_link", "permalink", "permalink_url", "public_url", "dashboard_url", "details_url",
    "target_url", "incident_url", "page_url", "issue_url", "app_url", "view_url", "build_url", "project_url", "event_url",
    "short_url", "share_url", "url", "link", "href", "uri",
];

/// Words that say that something failed.
#[rustfmt::skip]
pub(super) const FAILED: &[&str] = &[
    "failed", "failure", "fail", "error", "errored", "critical", "fatal", "down", "rejected", "declined", "denied",
    "broken", "unhealthy", "timeout", "timedout", "exception", "crashed", "bounced", "voided", "exposed",
];

/// Words that say that something did not end well.
#[rustfmt::skip]
pub(super) const DOUBTFUL: &[&str] = &[
    "cancelled", "canceled", "expired", "degraded", "warning", "suspended", "blocked", "overdue", "aborted", "unpaid",
];

/// What a person is called.
#[rustfmt::skip]
pub(super) const PERSON: &[&str] = &[
    "display_name", "name", "full_name", "real_name", "public_name", "username", "user_name", "login", "nickname",
    "nick_name", "handle", "email", "email_address", "title",
];

/// Below them is the thing itself.
#[rustfmt::skip]
pub(super) const WRAPPERS: &[&str] = &[
    "data", "object", "payload", "event", "resource", "attributes", "record", "entity", "node", "item", "detail", "result",
    "params", "body", "content", "properties", "context",
];
