//! `check --online`: asks Discord whether each webhook lives and where it posts, and whether the public URL leads to this machine.

mod public_url;

use std::fmt;
use std::path::Path;
use std::time::Duration;

use http::Method;
use serde::Serialize;

pub(super) use self::public_url::PublicUrlState;
use crate::codes;
use crate::config::Config;
use crate::courier::Destination;
use crate::discord::Client;
use crate::discord::api::{ApiError, ApiRequest};
use hookbell_config_file::{Diagnostic, Diagnostics};

const TIMEOUT: Duration = Duration::from_secs(10);

/// What was found out there.
#[derive(Debug, Serialize)]
pub(super) struct OnlineView {
    pub(super) destinations: Vec<WebhookView>,
    /// None = the config has no `public_url`.
    pub(super) public_url: Option<PublicUrlState>,
}

/// One destination's webhook, as Discord knows it.
#[derive(Debug, Serialize)]
pub(super) struct WebhookView {
    pub(super) destination: String,
    #[serde(flatten)]
    pub(super) state: WebhookState,
}

#[derive(Debug, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(super) enum WebhookState {
    Alive {
        webhook: String,
        channel: String,
        guild: Option<String>,
        kind: ChannelFormat,
    },
    /// Discord does not know it any more.
    Dead {
        reason: String,
    },
    /// Whether it lives is not known.
    Unknown {
        reason: String,
    },
}

/// What messages need to know of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ChannelFormat {
    /// Each message there is a post with a title.
    Forum,
    Text,
    /// Without a bot that sees the channel nobody says.
    Unknown,
}

/// Asks for all of the config. What is wrong is also added to the diagnostics.
pub(super) async fn check(config: &Config, path: &Path, diagnostics: &mut Diagnostics) -> anyhow::Result<OnlineView> {
    let file = path.display().to_string();
    let client = Client::new(&config.api_base)?.with_bot(config.bot.as_ref().map(|bot| bot.token.clone()));
    let mut destinations = Vec::new();
    for destination in &config.destinations {
        let state = webhook_state(&client, config.bot.is_some(), destination).await;
        let name = &destination.name;
        match &state {
            WebhookState::Dead { reason } => {
                let what = format!("the webhook of `{name}` is dead: {reason}");
                let help = format!("make a new one in the channel's settings, or with `hookbell connect {name}`");
                diagnostics.add(Diagnostic::file_error(&file, codes::DEAD_WEBHOOK, what).help(help));
            }
            WebhookState::Unknown { reason } => {
                let what = format!("whether the webhook of `{name}` lives is not known: {reason}");
                diagnostics.add(Diagnostic::file_warning(&file, codes::UNREACHABLE, what));
            }
            WebhookState::Alive { .. } => {}
        }
        destinations.push(WebhookView { destination: name.clone(), state });
    }
    let public_url = match &config.intake.public_url {
        Some(url) => Some(public_url::check(config, url).await?),
        None => None,
    };
    if let Some(problem) = public_url.as_ref().and_then(PublicUrlState::problem) {
        let what = format!("`server.public_url`: {problem}");
        let help = "senders need the HTTPS proxy to pass /hooks/* on to `server.listen`, unchanged";
        diagnostics.add(Diagnostic::file_error(&file, codes::UNREACHABLE, what).help(help));
    }
    Ok(OnlineView { destinations, public_url })
}

async fn webhook_state(client: &Client, has_bot: bool, destination: &Destination) -> WebhookState {
    let webhook = &destination.webhook;
    let path = ["webhooks", webhook.id(), webhook.token().expose()];
    let found = match client.request(ApiRequest::new(Method::GET, &path, TIMEOUT)).await {
        Ok(found) => found,
        Err(ApiError::Answered { status: 401 | 404, message, .. }) => return WebhookState::Dead { reason: message },
        Err(error) => return WebhookState::Unknown { reason: error.to_string() },
    };
    let text = |key: &str| found[key].as_str().map(str::to_owned);
    let channel = text("channel_id").unwrap_or_default();
    let kind = if has_bot { channel_kind(client, &channel).await } else { ChannelFormat::Unknown };
    WebhookState::Alive { webhook: text("name").unwrap_or_default(), channel, guild: text("guild_id"), kind }
}

async fn channel_kind(client: &Client, channel: &str) -> ChannelFormat {
    let path = ["channels", channel];
    let request = ApiRequest { as_bot: true, ..ApiRequest::new(Method::GET, &path, TIMEOUT) };
    match client.request(request).await.ok().as_ref().and_then(|found| found["type"].as_u64()) {
        // GUILD_FORUM and GUILD_MEDIA.
        Some(15 | 16) => ChannelFormat::Forum,
        Some(_) => ChannelFormat::Text,
        None => ChannelFormat::Unknown,
    }
}

/// As lines below the diagnostics.
impl fmt::Display for OnlineView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for WebhookView { destination, state } in &self.destinations {
            match state {
                WebhookState::Alive { webhook, channel, kind, .. } => {
                    let kind = match kind {
                        ChannelFormat::Forum => ", a forum",
                        ChannelFormat::Text | ChannelFormat::Unknown => "",
                    };
                    writeln!(f, "{destination}: the webhook “{webhook}” posts into channel {channel}{kind}")?;
                }
                WebhookState::Dead { reason } => writeln!(f, "{destination}: the webhook is dead: {reason}")?,
                WebhookState::Unknown { reason } => writeln!(f, "{destination}: not known: {reason}")?,
            }
        }
        match &self.public_url {
            Some(state) => writeln!(f, "public_url: {state}"),
            None => writeln!(f, "public_url: not in the config, so nothing was asked"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_names_the_channel_and_whether_it_is_a_forum() {
        let alive = |kind| WebhookState::Alive { webhook: "Captain".into(), channel: "22".into(), guild: None, kind };
        let view = |destination: &str, state| WebhookView { destination: destination.into(), state };
        let online = OnlineView {
            destinations: vec![
                view("sales", alive(ChannelFormat::Text)),
                view("issues", alive(ChannelFormat::Forum)),
                view("old", WebhookState::Dead { reason: "Unknown Webhook".into() }),
            ],
            public_url: Some(PublicUrlState::Reached),
        };
        let text = online.to_string();
        assert_eq!(
            text,
            "sales: the webhook “Captain” posts into channel 22\nissues: the webhook “Captain” posts into channel 22, a forum\nold: the webhook is dead: Unknown Webhook\npublic_url: reaches this machine\n"
        );
    }
}
