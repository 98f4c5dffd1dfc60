//! Requests over HTTP, and their responses read whole.

use serde_json::Value;

/// A response with its body: JSON where it is JSON, else a string.
#[derive(Debug)]
pub(crate) struct HttpResponse {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl HttpResponse {
    /// A header's value; `None` when it is absent or not text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The id of the event that was accepted.
    pub(crate) fn event(&self) -> &str {
        self.body["event"].as_str().unwrap_or_else(|| panic!("no event in {self:?}"))
    }
}

pub(crate) fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

/// Sends a request and reads its response.
pub(crate) async fn fetch(request: reqwest::RequestBuilder) -> HttpResponse {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.expect("text");
    HttpResponse { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
}
