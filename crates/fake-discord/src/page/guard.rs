//! Keeps other web pages from using the page's endpoints.

use std::net::IpAddr;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};

use crate::response::ApiResponse;

/// Refuses what another page could send: a request to another host's name (DNS rebinding) or from another origin.
pub(super) async fn own_page_only(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let json = text(headers, header::CONTENT_TYPE).starts_with("application/json");
    if !is_from_own_page(headers) || (request.method() == http::Method::POST && !json) {
        return ApiResponse::error(403, 0, "Only the stand-in's own page may send this").into_response();
    }
    next.run(request).await
}

/// Whether the request names the stand-in's own host, and comes from no other page.
pub(super) fn is_from_own_page(headers: &HeaderMap) -> bool {
    let host = text(headers, header::HOST);
    let origin = headers.get(header::ORIGIN).map(|_| text(headers, header::ORIGIN));
    is_own_host(&host) && origin.is_none_or(|origin| origin == format!("http://{host}"))
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> String {
    headers.get(name).map(HeaderValue::to_str).and_then(Result::ok).unwrap_or_default().to_owned()
}

/// `localhost` or an address; a name could be rebound by its owner.
fn is_own_host(host: &str) -> bool {
    let name = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
    name == "localhost" || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}
