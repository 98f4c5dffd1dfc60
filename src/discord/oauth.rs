//! Discord's OAuth2 as far as a webhook needs it: the application of the config, the link to its consent page, and the exchange of
//! the code that comes back.

use http::header;
use serde_json::Value;
use url::Url;
use url::form_urlencoded;

use super::{Client, innermost, receive};
use hookbell_config_file::{Diagnostics, Table};
use hookbell_model::secret::{Secret, Webhook};
use hookbell_model::snowflake::is_snowflake;

/// The scope that makes one webhook in a channel which the person chooses.
const SCOPE: &str = "webhook.incoming";
/// Bytes of the answer with the token and the webhook.
const LARGEST: usize = 64 << 10;
/// The longest text of Discord's that is repeated, in characters.
const MAX_TEXT: usize = 200;

/// The application, as Discord's developer portal shows it under *OAuth2*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthApplication {
    /// `client_id`; not a secret.
    pub client_id: String,
    pub client_secret: Secret,
}

/// A webhook that somebody has just made by consenting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedWebhook {
    /// With the token, as Discord gave it.
    pub url: Secret,
    pub id: String,
    pub channel: Option<String>,
    pub guild: Option<String>,
}

/// Why a value of the config is refused. The text may be a secret of another kind, so messages never contain it.
#[derive(Debug, thiserror::Error)]
enum ConfigError {
    #[error("expected the application's id, which is digits only, such as `\"112233445566778899\"`")]
    ClientId,
    #[error("expected a client secret as Discord's developer portal shows it under OAuth2, without spaces")]
    ClientSecret,
}

/// Why a code could not be exchanged. Its text holds no URL, no code and no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    #[error("Discord does not accept `client_id` with this `client_secret`")]
    WrongCredentials,
    #[error("Discord answered {status}{}", text.as_ref().map(|text| format!(": {text}")).unwrap_or_default())]
    Answered { status: u16, text: Option<String> },
    #[error("Discord did not answer: {0}")]
    NoAnswer(String),
    #[error("Discord's answer holds no webhook")]
    NoWebhook,
}

impl OAuthApplication {
    /// Reads `client_id` and `client_secret` of `[discord]`. One without the other is a mistake.
    pub fn read(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let client_id = table.read("client_id", diagnostics, |text| {
            let text = text.trim();
            if is_snowflake(text) { Ok(text.to_owned()) } else { Err(ConfigError::ClientId) }
        });
        let client_secret = table.read("client_secret", diagnostics, |text| {
            let text = text.trim();
            let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
            if is_plain { Ok(Secret::new(text)) } else { Err(ConfigError::ClientSecret) }
        });
        for (key, other) in [("client_id", "client_secret"), ("client_secret", "client_id")] {
            if table.has(other) && !table.has(key) {
                let help = "`hookbell connect` needs both; the developer portal shows them under OAuth2";
                diagnostics.add(table.missing(key).help(help));
            }
        }
        Some(Self { client_id: client_id?, client_secret: client_secret? })
    }

    /// Discord's page where somebody chooses a channel and consents. `base` is `https://discord.com`, or a stand-in's address.
    pub fn consent_url(&self, base: &str, redirect: &str, state: &Secret) -> Option<Url> {
        let mut url = Url::parse(base).ok()?;
        url.path_segments_mut().ok()?.pop_if_empty().extend(["oauth2", "authorize"]);
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("scope", SCOPE)
            .append_pair("redirect_uri", redirect)
            .append_pair("state", state.expose());
        Some(url)
    }
}

impl Client {
    /// Exchanges the code of a consent for the webhook that it made. A code works once; so this is not tried again.
    ///
    /// # Errors
    /// Everything but an answer with a webhook.
    pub async fn exchange_code(
        &self,
        application: &OAuthApplication,
        code: &Secret,
        redirect: &str,
    ) -> Result<GrantedWebhook, ExchangeError> {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["api", "v10", "oauth2", "token"]);
        }
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("code", code.expose())
            .append_pair("redirect_uri", redirect)
            .finish();
        let request = self
            .http
            .post(url)
            .basic_auth(&application.client_id, Some(application.client_secret.expose()))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        let received = receive(request, LARGEST).await;
        let (status, _, bytes, _) = received.map_err(|error| ExchangeError::NoAnswer(innermost(&error)))?;
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if (200..=299).contains(&status) {
            return read_webhook(&answer["webhook"]).ok_or(ExchangeError::NoWebhook);
        }
        if answer["error"] == "invalid_client" {
            return Err(ExchangeError::WrongCredentials);
        }
        let text = ["error_description", "error", "message"].iter().find_map(|key| answer[key].as_str());
        let text = text.map(|text| without(text, &[code, &application.client_secret]));
        Err(ExchangeError::Answered { status, text })
    }
}

fn read_webhook(object: &Value) -> Option<GrantedWebhook> {
    let url = object["url"].as_str()?;
    let id = Webhook::parse(url).ok()?.id().to_owned();
    let text = |key: &str| object[key].as_str().filter(|id| is_snowflake(id)).map(str::to_owned);
    Some(GrantedWebhook { url: Secret::new(url), id, channel: text("channel_id"), guild: text("guild_id") })
}

/// The text, cut, with `***` in place of what no message may hold.
fn without(text: &str, secrets: &[&Secret]) -> String {
    let secrets = secrets.iter().filter(|secret| !secret.is_empty());
    let text = secrets.fold(text.to_owned(), |text, secret| text.replace(secret.expose(), "***"));
    text.chars().filter(|letter| !letter.is_control()).take(MAX_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hookbell_config_file::Document;

    fn read(text: &str) -> (Option<OAuthApplication>, Diagnostics) {
        let mut diagnostics = Diagnostics::default();
        let document = Document::parse_guarded("config.toml", text, &mut diagnostics);
        let application = OAuthApplication::read(&mut document.root(), &mut diagnostics);
        (application, diagnostics)
    }

    #[test]
    fn both_keys_or_none_and_the_secret_is_never_printed() {
        let (application, diagnostics) = read("client_id = \"4444\"\nclient_secret = \"s3cret\"");
        assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
        let printed = format!("{:?}", application.expect("an application"));
        assert!(printed.contains("4444") && !printed.contains("s3cret"), "{printed}");
        assert_eq!(read(""), (None, Diagnostics::default()));
        for text in ["client_id = \"4444\"", "client_secret = \"s3cret\""] {
            let (application, diagnostics) = read(text);
            assert!(application.is_none() && diagnostics.to_string().contains("needs both"), "{diagnostics}");
        }
        let (_, diagnostics) = read("client_id = \"hookbell\"\nclient_secret = \"my s3cret\"");
        assert_eq!(diagnostics.errors(), 2, "{diagnostics}");
        assert!(!diagnostics.to_string().contains("s3cret"), "{diagnostics}");
    }

    #[test]
    fn the_link_is_discords_own_and_asks_for_one_webhook() {
        let application = OAuthApplication { client_id: "4444".into(), client_secret: Secret::new("s3cret") };
        let link = application.consent_url("https://discord.com", "http://127.0.0.1:8790/", &Secret::new("abc"));
        assert_eq!(
            link.expect("a URL").as_str(),
            "https://discord.com/oauth2/authorize?response_type=code&client_id=4444&scope=webhook.incoming\
             &redirect_uri=http%3A%2F%2F127.0.0.1%3A8790%2F&state=abc"
        );
    }

    #[test]
    fn an_answer_that_repeats_a_secret_is_repeated_without_it() {
        let text = without("bad code abc123 for s3cret\n", &[&Secret::new("abc123"), &Secret::new("s3cret")]);
        assert_eq!(text, "bad code *** for ***");
    }
}
