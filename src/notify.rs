//! Notes by plain HTTP, for when Discord cannot be the way: JSON by POST to a URL of the operator's, such as that of ntfy or
//! of a gateway to e-mail, signed as Standard Webhooks where there is a secret.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use reqwest::redirect::Policy;
use serde_json::Value;
use url::Url;

use hookbell_config_file::{Code, Diagnostics, Table};
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Provider, Request, Signer, Verifier};

const TIMEOUT: Duration = Duration::from_secs(10);
const USER_AGENT: &str = concat!("hookbell/", env!("CARGO_PKG_VERSION"));
/// Names a note; the same for each repetition.
const ID_HEADER: &str = "webhook-id";

/// Where notes go by HTTP: `{ url = "https://…", secret = "whsec_…" }`.
#[derive(Debug, Clone)]
pub struct HttpTarget {
    /// Whoever knows it can often read and write there.
    url: Secret,
    /// None = not signed.
    signing: Option<Arc<Verifier>>,
}

/// Sends notes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Notifier {
    http: reqwest::Client,
}

/// Why a note did not arrive. Never names the URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotifyError {
    Status(u16),
    NoAnswer(String),
}

impl HttpTarget {
    /// Reads `url` and `secret`; `standard` is the provider that says how Standard Webhooks are signed.
    pub fn read(mut table: Table<'_>, standard: Option<&Provider>, diagnostics: &mut Diagnostics) -> Option<Self> {
        if !table.has("url") {
            diagnostics.add(table.missing("url"));
        }
        let url = table.read("url", diagnostics, parse_url);
        let secret = table.get::<String>("secret", diagnostics).map(Secret::new);
        let mut signing = None;
        if let (Some(secret), Some(standard)) = (secret, standard) {
            match standard.verifier(&[secret]) {
                Ok(verifier) => signing = Some(Arc::new(verifier)),
                Err(error) => diagnostics.add(table.error("secret", Code::INVALID_VALUE, error.to_string())),
            }
        }
        table.finish(diagnostics);
        Some(Self { url: url?, signing })
    }
}

/// The text is no address.
#[derive(Debug, thiserror::Error)]
#[error("expected an address such as `https://ntfy.sh/my-topic`")]
struct ParseUrlError;

fn parse_url(text: &str) -> Result<Secret, ParseUrlError> {
    let url = Url::parse(text.trim()).map_err(|_| ParseUrlError)?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() {
        Ok(Secret::new(url.as_str()))
    } else {
        Err(ParseUrlError)
    }
}

impl Notifier {
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new() -> Result<Self, reqwest::Error> {
        let builder = reqwest::Client::builder().user_agent(USER_AGENT).redirect(Policy::none()).timeout(TIMEOUT);
        Ok(Self { http: builder.build()? })
    }

    /// Sends a note. `id` is the same when the same note is sent once more.
    ///
    /// # Errors
    /// When there is no answer, or one that is no success.
    pub async fn send(&self, target: &HttpTarget, id: &str, note: &Value, now: Timestamp) -> Result<(), NotifyError> {
        let body = note.to_string();
        let headers = headers(target, id, &body, now);
        let request = self.http.post(target.url.expose()).headers(headers).body(body);
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(NotifyError::Status(answer.status().as_u16())),
            Err(error) => Err(NotifyError::NoAnswer(error.without_url().to_string())),
        }
    }
}

fn headers(target: &HttpTarget, id: &str, body: &str, now: Timestamp) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // Signed content is divided by dots.
    let id: String = id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert(HeaderName::from_static(ID_HEADER), id);
    }
    if let Some(signing) = &target.signing {
        let request = Request { method: "POST", url: None, headers: &headers, body: body.as_bytes() };
        for (name, value) in Signer::new(signing).sign(request, now) {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                headers.insert(name, value);
            }
        }
    }
    headers
}

impl fmt::Display for NotifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "HTTP {status}"),
            Self::NoAnswer(cause) => f.write_str(cause),
        }
    }
}

impl std::error::Error for NotifyError {}
