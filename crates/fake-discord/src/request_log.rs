//! The requests that came in under `/api`, and how they were answered.

use std::collections::VecDeque;

use serde_json::{Value, json};
use time::OffsetDateTime;

const KEPT: usize = 2000;

/// A request that came in under `/api`.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedRequest {
    pub at: OffsetDateTime,
    pub method: String,
    /// Without query, tokens replaced by `***`.
    pub path: String,
    pub query: String,
    /// The name of the webhook it went to.
    pub webhook: Option<String>,
    /// `None` when the connection was closed without a response.
    pub status: Option<u16>,
    pub user_agent: Option<String>,
    pub content_type: Option<String>,
    /// The JSON body, as sent.
    pub body: Option<Value>,
    /// Unknown keys of the body, which Discord ignores without an error.
    pub ignored: Vec<String>,
    /// The name of the injected fault that applied to it.
    pub fault: Option<&'static str>,
}

/// The last requests, and totals over all of them.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    requests: VecDeque<RecordedRequest>,
    total: u64,
    /// Answered 429.
    limited: u64,
    invalid: u64,
}

impl RecordedRequest {
    /// For the page: without the body.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "at": self.at.unix_timestamp_nanos() / 1_000_000, "method": self.method, "path": self.path,
            "webhook": self.webhook, "status": self.status, "fault": self.fault,
        })
    }
}

impl RequestLog {
    /// Records a request. `shared`: its 429 has the scope `shared`, which does not count towards a ban.
    pub(crate) fn push(&mut self, request: RecordedRequest, shared: bool) {
        self.total += 1;
        let status = request.status.unwrap_or(0);
        self.limited += u64::from(status == 429);
        self.invalid += u64::from(matches!(status, 401 | 403) || (status == 429 && !shared));
        self.requests.push_back(request);
        if self.requests.len() > KEPT {
            self.requests.pop_front();
        }
    }

    /// The requests still kept, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &RecordedRequest> + ExactSizeIterator {
        self.requests.iter()
    }

    /// How many responses count towards Discord's ban: 401, 403, and 429 that is not shared.
    pub(crate) fn invalid(&self) -> u64 {
        self.invalid
    }

    /// The totals that the page shows.
    pub(crate) fn totals(&self) -> Value {
        json!({ "requests": self.total, "limited": self.limited, "invalid": self.invalid })
    }
}
