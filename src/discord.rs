//! Sends requests to Discord's webhook endpoints and decides what each answer means: done, wait, try again, never.
//! When to send again is the courier's decision.

pub mod api;
mod limits;
mod messages;
pub mod oauth;
mod outcome;
mod response;
mod threads;

use std::error::Error;
use std::time::Duration;

use http::{HeaderMap, Method, header};
use reqwest::multipart::{Form, Part};
use reqwest::redirect::Policy;
use serde_json::Value;
use url::{Host, Url};

use self::response::{MAX_BODY, ReceivedBody};
pub use self::response::{Outcome, RateLimit, RateLimitScope, Response, WebhookInfo};
use hookbell_model::delivery::MessageRef;
use hookbell_model::message::Attachment;
use hookbell_model::secret::{Secret, Webhook};
use hookbell_model::webhook_error::WebhookError;

/// Sends to `{api_base}/api/v10/…`. Cheap to clone; connections are kept alive and shared by all clones.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    /// The bot's token, where there is a bot.
    bot: Option<Secret>,
}

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error("expected an http or https URL such as `https://discord.com`")]
    Base,
    /// Mostly TLS.
    #[error("HTTP cannot be set up: {}", innermost(.0))]
    Setup(reqwest::Error),
}

/// The form that Discord requires; its proxy may block others.
const USER_AGENT: &str = concat!("DiscordBot (https://hookbell.example, ", env!("CARGO_PKG_VERSION"), ")");
/// Covers the name look-up, the connection and TLS: what fails within it was never sent.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(15);
/// Shorter than what servers usually allow, so that a connection is rarely closed under a request.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
impl Client {
    /// A client for this base (`https://discord.com`, or a stand-in's address).
    ///
    /// # Errors
    /// When the base is not an http(s) URL, or TLS cannot be set up.
    pub fn new(api_base: &str) -> Result<Self, ClientError> {
        let base = Url::parse(api_base.trim()).map_err(|_| ClientError::Base)?;
        if !matches!(base.scheme(), "http" | "https") || !base.has_host() {
            return Err(ClientError::Base);
        }
        let builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT);
        // A stand-in on this machine is never reached through the environment's proxy.
        let builder = if is_loopback(&base) { builder.no_proxy() } else { builder };
        let http = builder.build().map_err(ClientError::Setup)?;
        Ok(Self { http, base, bot: None })
    }

    /// Executes the webhook with `wait=true`. `thread` goes before the one that the webhook's URL names. The files are
    /// those that the body names, in their order.
    pub async fn post(&self, webhook: &Webhook, thread: Option<&str>, body: &Value, files: &[Attachment]) -> Response {
        let mut url = self.url(webhook, &[], thread, body);
        url.query_pairs_mut().append_pair("wait", "true");
        self.call((Method::POST, thread.is_some()), url, webhook, Some((body, files))).await.0
    }

    /// Edits a message of the webhook; `thread` is the one that it is in.
    pub async fn edit(&self, webhook: &Webhook, message: &MessageRef, thread: Option<&str>, body: &Value) -> Response {
        let url = self.url(webhook, &["messages", &message.id], thread, body);
        self.call((Method::PATCH, thread.is_some()), url, webhook, Some((body, &[]))).await.0
    }

    /// Looks up where the webhook posts. Changes nothing, so it may be repeated.
    ///
    /// # Errors
    /// The answer, when it was anything but the webhook; a success that is not Discord's reads as `Retry`.
    pub async fn look_up(&self, webhook: &Webhook) -> Result<WebhookInfo, Response> {
        let mut url = self.url(webhook, &[], None, &Value::Null);
        url.set_query(None);
        let (answer, body) = self.call((Method::GET, false), url, webhook, None).await;
        if !matches!(answer.outcome, Outcome::Done(_)) {
            return Err(answer);
        }
        let webhook_object: Value = serde_json::from_slice(&body).unwrap_or_default();
        match outcome::id(&webhook_object, "channel_id") {
            Some(channel) => Ok(WebhookInfo {
                guild: outcome::id(&webhook_object, "guild_id"),
                channel,
                application: outcome::id(&webhook_object, "application_id"),
            }),
            None => {
                let cause = "the answer to a webhook's look-up does not name its channel";
                Err(Response { outcome: Outcome::Retry { error: WebhookError::without_answer(cause) }, ..answer })
            }
        }
    }

    fn url(&self, webhook: &Webhook, rest: &[&str], thread: Option<&str>, body: &Value) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["api", "v10", "webhooks", webhook.id(), webhook.token().expose()]).extend(rest);
        }
        url.set_query(None);
        if let Some(thread) = thread.or(webhook.thread()) {
            url.query_pairs_mut().append_pair("thread_id", thread);
        }
        if body.get("components").is_some() {
            url.query_pairs_mut().append_pair("with_components", "true");
        }
        url
    }

    /// `how` is the method, and whether a thread of hookbell's own choice is named.
    async fn call(
        &self,
        how: (Method, bool),
        url: Url,
        webhook: &Webhook,
        body: Option<(&Value, &[Attachment])>,
    ) -> (Response, Vec<u8>) {
        let (method, in_thread) = how;
        let mut request = self.http.request(method.clone(), url);
        match body {
            None => {}
            Some((body, [])) => {
                request = request.header(header::CONTENT_TYPE, "application/json").body(body.to_string());
            }
            Some((body, files)) => request = request.multipart(form(body, files)),
        }
        let (mut answer, bytes) = match receive(request, MAX_BODY).await {
            Ok((status, headers, bytes, cut)) => {
                let outcome =
                    outcome::read((&method, in_thread), status, &headers, ReceivedBody { bytes: &bytes, cut });
                (Response { outcome, status: Some(status), rate_limit: limits::bucket(&headers) }, bytes)
            }
            Err(error) => {
                let outcome = outcome::no_answer(&method, error.is_connect(), &innermost(&error));
                (Response { outcome, status: None, rate_limit: None }, Vec::new())
            }
        };
        answer.outcome.scrub(webhook.token().expose());
        (answer, bytes)
    }
}

/// The body with its files, as Discord reads them: `payload_json`, then `files[0]` and so on.
fn form(body: &Value, files: &[Attachment]) -> Form {
    let form = Form::new().part("payload_json", Part::text(body.to_string()));
    files.iter().enumerate().fold(form, |form, (number, file)| {
        let part = Part::bytes(file.bytes.clone()).file_name(file.filename.clone());
        form.part(format!("files[{number}]"), part)
    })
}

/// Reads at most so many bytes of the body, and says whether there was more.
async fn receive(
    request: reqwest::RequestBuilder,
    most: usize,
) -> Result<(u16, HeaderMap, Vec<u8>, bool), reqwest::Error> {
    let mut response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        let room = most - bytes.len();
        bytes.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
        if chunk.len() > room {
            return Ok((status, headers, bytes, true));
        }
    }
    Ok((status, headers, bytes, false))
}

/// The cause at the bottom of the chain. The layers above it say little, and the top one holds the URL.
fn innermost(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut source = error.source();
    while let Some(deeper) = source.and_then(Error::source) {
        source = Some(deeper);
    }
    source.map_or_else(|| "the request failed".to_owned(), ToString::to_string)
}

fn is_loopback(base: &Url) -> bool {
    match base.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

impl Outcome {
    /// Removes the token from the message: an answer may echo the path of the request.
    fn scrub(&mut self, token: &str) {
        // A shorter one is no real token, and removing it would only garble the message.
        const SHORTEST: usize = 8;
        match self {
            Self::Done(_) => {}
            Self::Wait { error, .. }
            | Self::Retry { error }
            | Self::Lost { error }
            | Self::Refused { error }
            | Self::MessageGone { error }
            | Self::Misplaced { error, .. }
            | Self::WebhookDead { error }
            | Self::Banned { error, .. } => {
                if token.len() >= SHORTEST && error.message.contains(token) {
                    error.message = error.message.replace(token, "***");
                }
            }
        }
    }
}
