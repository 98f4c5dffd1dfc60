//! The listener on loopback that Discord's consent page leads back to. It takes one request with the right `state`; any other is
//! refused and changes nothing.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, Uri, header};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use hookbell_model::secret::Secret;

/// How long the browser gets to read the last page.
const LAST_PAGE: Duration = Duration::from_secs(2);
/// The longest word of Discord's that is repeated, in characters.
const MAX_WORD: usize = 60;

/// What somebody decided on Discord's page.
#[derive(Debug)]
pub(super) enum Consent {
    /// With the code that is exchanged for the webhook.
    Given(Secret),
    Refused,
    /// Discord's word for what went wrong.
    Failed(String),
}

/// The one request that counts, and where its page is awaited.
#[derive(Debug)]
pub(super) struct Redirected {
    pub(super) consent: Consent,
    pub(super) reply: oneshot::Sender<Option<String>>,
}

/// The listener while it waits.
#[derive(Debug)]
pub(super) struct ConsentPage {
    redirected: oneshot::Receiver<Redirected>,
    server: JoinHandle<()>,
    closing: CancellationToken,
}

struct Waiting {
    state: Secret,
    /// Taken by the request that counts.
    answer: Mutex<Option<oneshot::Sender<Redirected>>>,
}

impl ConsentPage {
    pub(super) fn open(listener: TcpListener, state: Secret) -> Self {
        let (answer, redirected) = oneshot::channel();
        let waiting = Arc::new(Waiting { state, answer: Mutex::new(Some(answer)) });
        let router = Router::new().fallback(take).with_state(waiting);
        let closing = CancellationToken::new();
        let closed = closing.clone().cancelled_owned();
        let server = tokio::spawn(async move {
            // An error means that the listener is gone, and with it the sender that is waited for.
            drop(axum::serve(listener, router).with_graceful_shutdown(closed).await);
        });
        Self { redirected, server, closing }
    }

    /// The request that counts; none when the listener has failed.
    pub(super) async fn redirected(&mut self) -> Option<Redirected> {
        (&mut self.redirected).await.ok()
    }

    /// Shows the person how it ended, and ends.
    pub(super) async fn close(mut self, reply: oneshot::Sender<Option<String>>, error: Option<String>) {
        // Fails when the person has closed the page.
        drop(reply.send(error));
        self.closing.cancel();
        // A browser may hold a connection on which it sends nothing.
        drop(tokio::time::timeout(LAST_PAGE, &mut self.server).await);
    }
}

impl Drop for ConsentPage {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn take(State(waiting): State<Arc<Waiting>>, method: Method, uri: Uri) -> Response {
    if uri.path() != "/" {
        return page(StatusCode::NOT_FOUND, "Not found", "hookbell connect waits at another address.");
    }
    if method != Method::GET {
        return page(StatusCode::METHOD_NOT_ALLOWED, "Not allowed", "hookbell connect waits for Discord's redirect.");
    }
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let value = |key: &str| query.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
    let consent = match (value("code"), value("error")) {
        _ if !value("state").is_some_and(|state| waiting.state.matches(state.as_bytes())) => None,
        (_, Some("access_denied")) => Some(Consent::Refused),
        (_, Some(error)) => Some(Consent::Failed(word(error))),
        (Some(code), None) if !code.is_empty() => Some(Consent::Given(Secret::new(code))),
        _ => None,
    };
    let Some(consent) = consent else {
        return page(
            StatusCode::BAD_REQUEST,
            "This is not the answer",
            "It does not belong to the link that hookbell connect printed. Open that link again.",
        );
    };
    let answer = waiting.answer.lock().unwrap_or_else(PoisonError::into_inner).take();
    let (reply, ended) = oneshot::channel();
    let taken = answer.is_some_and(|answer| answer.send(Redirected { consent, reply }).is_ok());
    match ended.await {
        Ok(None) => page(StatusCode::OK, "Connected", "The webhook's URL is kept. You can close this page."),
        Ok(Some(error)) => page(StatusCode::OK, "Not connected", &error),
        Err(_) if taken => page(StatusCode::SERVICE_UNAVAILABLE, "Not connected", "hookbell connect has ended."),
        Err(_) => page(StatusCode::GONE, "Already answered", "hookbell connect has its answer."),
    }
}

/// Discord's word as it may be printed.
fn word(text: &str) -> String {
    text.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_').take(MAX_WORD).collect()
}

fn page(status: StatusCode, title: &str, text: &str) -> Response {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>hookbell: {title}</title><h1>{title}</h1><p>{escaped}</p></html>\n"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        // The address holds the code.
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONNECTION, "close"),
    ];
    (status, headers, Body::from(html)).into_response()
}
