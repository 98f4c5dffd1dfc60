//! The bot at Discord, for commands that change something there: its webhooks.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use super::permissions::{Permission, Permissions};
use crate::discord::Client;
use crate::discord::api::{ApiError, ApiRequest};
use hookbell_model::secret::{Secret, Webhook};

const TIMEOUT: Duration = Duration::from_secs(10);
/// The name under which its webhooks post.
const NAME: &str = "hookbell";
/// Discord's numbers of errors.
const UNKNOWN_CHANNEL: i64 = 10_003;
const TOO_MANY_WEBHOOKS: i64 = 30_007;
const WRONG_CHANNEL_TYPE: i64 = 50_024;

/// The bot at Discord.
#[derive(Debug, Clone)]
pub(super) struct Application {
    pub(super) id: String,
    /// With the bot's token.
    pub(super) client: Client,
    /// Of the bot, where somebody asks; none where Discord does not say.
    pub(super) permissions: Option<Permissions>,
}

/// Why the bot has no webhook in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WebhookRefusal {
    /// It may not make one; the link asks for just that permission.
    NotAllowed {
        link: String,
    },
    /// The channel has as many as Discord allows.
    Full,
    /// Webhooks cannot post there.
    WrongChannel,
    Failed(ApiError),
}

impl Application {
    /// A webhook of the bot's own in a channel: one that is there, or a new one.
    pub(super) async fn webhook(
        &self,
        guild: &str,
        channel: &str,
        thread: Option<String>,
    ) -> Result<Webhook, WebhookRefusal> {
        let refusal = |error| self.refusal(guild, error);
        let path = ["channels", channel, "webhooks"];
        let list = ApiRequest { as_bot: true, ..ApiRequest::new(Method::GET, &path, TIMEOUT) };
        let there = self.client.request(list).await.map_err(refusal)?;
        let own = there.as_array().into_iter().flatten().find(|webhook| webhook["application_id"] == self.id);
        if let Some(webhook) = own.and_then(|own| read(own, thread.clone())) {
            return Ok(webhook);
        }
        let body = json!({ "name": NAME });
        let create = ApiRequest { as_bot: true, body: Some(&body), ..ApiRequest::new(Method::POST, &path, TIMEOUT) };
        let made = self.client.request(create).await.map_err(refusal)?;
        read(&made, thread).ok_or(WebhookRefusal::Failed(ApiError::Unreadable))
    }

    /// Why it may not make one where somebody asks, as far as Discord has said so already.
    pub(super) fn may_make_webhooks(&self, guild: &str) -> Result<(), WebhookRefusal> {
        match self.permissions {
            Some(held) if !held.holds(Permission::ManageWebhooks) => {
                Err(WebhookRefusal::NotAllowed { link: self.link(guild) })
            }
            _ => Ok(()),
        }
    }

    fn refusal(&self, guild: &str, error: ApiError) -> WebhookRefusal {
        match (error.status(), error.code()) {
            (_, Some(TOO_MANY_WEBHOOKS)) => WebhookRefusal::Full,
            (_, Some(UNKNOWN_CHANNEL | WRONG_CHANNEL_TYPE)) => WebhookRefusal::WrongChannel,
            (Some(403), Some(_)) => WebhookRefusal::NotAllowed { link: self.link(guild) },
            _ => WebhookRefusal::Failed(error),
        }
    }

    /// Where the bot is given just this permission in a server.
    fn link(&self, guild: &str) -> String {
        format!(
            "https://discord.com/oauth2/authorize?client_id={}&scope=bot+applications.commands&permissions={}\
             &guild_id={guild}&disable_guild_select=true",
            self.id,
            Permission::ManageWebhooks.bit()
        )
    }
}

/// `None` where Discord shows no token: of a webhook that is not the bot's.
fn read(webhook: &Value, thread: Option<String>) -> Option<Webhook> {
    Webhook::new(webhook["id"].as_str()?, Secret::new(webhook["token"].as_str()?), thread)
}
