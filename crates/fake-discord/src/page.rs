//! The page that shows the channels: one HTML file that loads nothing from anywhere.

mod body;
mod consent;
mod endpoints;
mod guard;
mod snapshot;
mod using;

use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Response};

use crate::assets;
use crate::discord::Discord;
use crate::response::{ApiBody, ApiResponse};

const HTML: &str = include_str!("page/page.html");
const CSS: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");
const PANEL: &str = include_str!("page/panel.js");
const USING: &str = include_str!("page/using.js");

/// The page's endpoints, under `/_standin`, and the page where somebody consents to a webhook.
pub(crate) fn router() -> Router<Arc<Discord>> {
    endpoints::router().layer(axum::middleware::from_fn(guard::own_page_only)).merge(consent::router())
}

/// The page itself.
pub(crate) fn page() -> Response {
    let nonce = format!("{:016x}", fastrand::u64(..));
    let style = [assets::CSS, CSS].concat();
    let script = [assets::MARKDOWN, assets::MESSAGE, SCRIPT, PANEL, USING].concat();
    let html = HTML.replace("/*css*/", &style).replace("/*js*/", &script).replace("{nonce}", &nonce);
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; \
         img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let headers = [
        ("content-security-policy", policy),
        ("referrer-policy", "no-referrer".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("cache-control", "no-store".to_owned()),
    ];
    ApiResponse::new(http::StatusCode::OK, ApiBody::Html(html)).with(headers).into_response()
}
