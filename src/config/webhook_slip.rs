//! What was written in the place of a webhook's URL: another of Discord's addresses, another service's, a token.

use std::fmt;

use url::Url;

/// What it is instead. Holds nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WebhookSlip {
    Empty,
    /// A channel, a message or a server in the browser.
    Channel,
    Invite,
    /// `/slack`, `/github` behind the token.
    Suffix(&'static str),
    /// The id alone.
    NoToken,
    BotToken,
    Service(&'static str),
    NoScheme,
}

/// Services whose webhooks are taken for Discord's, by a part of their host.
const SERVICES: [(&str, &str); 7] = [
    ("hooks.slack.com", "Slack"),
    ("outlook.office", "Microsoft Teams"),
    ("webhook.office.com", "Microsoft Teams"),
    ("logic.azure.com", "Microsoft Teams"),
    ("powerplatform.com", "Microsoft Teams"),
    ("api.telegram.org", "Telegram"),
    ("chat.googleapis.com", "Google Chat"),
];

impl WebhookSlip {
    /// What a text is that is no webhook's URL; none where that is not known.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Some(Self::Empty);
        }
        let Ok(url) = Url::parse(text) else {
            let bare = ["discord.com/", "discordapp.com/", "ptb.discord.com/", "canary.discord.com/"];
            let starts = bare.iter().any(|host| text.starts_with(host));
            return if starts { Some(Self::NoScheme) } else { is_bot_token(text).then_some(Self::BotToken) };
        };
        let host = url.host_str().unwrap_or_default();
        if let Some((_, service)) = SERVICES.iter().find(|(part, _)| host.contains(part)) {
            return Some(Self::Service(service));
        }
        let parts: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
        let discord = host == "discord.gg" || host.ends_with("discord.com") || host.ends_with("discordapp.com");
        if host == "discord.gg" || (discord && parts.first() == Some(&"invite")) {
            return Some(Self::Invite);
        }
        if discord && parts.first() == Some(&"channels") {
            return Some(Self::Channel);
        }
        let at = parts.iter().position(|part| *part == "webhooks")?;
        match parts.get(at + 1..)? {
            [_, _, "slack"] => Some(Self::Suffix("/slack")),
            [_, _, "github"] => Some(Self::Suffix("/github")),
            [] | [_] => Some(Self::NoToken),
            _ => None,
        }
    }

    pub(super) fn help(self) -> &'static str {
        match self {
            Self::Suffix("/slack") => "leave `/slack` at its end out: hookbell writes Discord's own messages",
            Self::Suffix(_) => "leave `/github` at its end out: the sender posts to hookbell, at `/hooks/SOURCE`",
            Self::NoScheme => "write `https://` before it",
            _ => {
                "in Discord: channel settings, Integrations, Webhooks, New Webhook, Copy Webhook URL; or `hookbell connect`"
            }
        }
    }
}

/// Three parts with dots, of which the first is an id in base64.
fn is_bot_token(text: &str) -> bool {
    let text = text.strip_prefix("Bot ").unwrap_or(text);
    let part = |part: &str| part.len() >= 6 && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 3 && parts.iter().all(|text| part(text))
}

impl fmt::Display for WebhookSlip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the webhook's URL is empty"),
            Self::Channel => f.write_str("this is the address of a channel or a message, not of a webhook"),
            Self::Invite => f.write_str("this is an invite, not the URL of a webhook"),
            Self::Suffix(suffix) => write!(f, "`{suffix}` at the end is for senders that post to Discord themselves"),
            Self::NoToken => f.write_str("the URL of a webhook has an id and a token, and this one has no token"),
            Self::BotToken => f.write_str("this looks like the token of a bot; here the URL of a webhook is needed"),
            Self::Service(service) => write!(f, "this is a webhook of {service}; hookbell posts to Discord"),
            Self::NoScheme => f.write_str("the URL has no `https://` at its beginning"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pasted_in_the_place_of_a_webhook_is_called_by_its_name() {
        for (text, slip) in [
            ("", WebhookSlip::Empty),
            ("https://hooks.slack.com/services/T0/B0/X", WebhookSlip::Service("Slack")),
            ("https://outlook.office.com/webhook/x", WebhookSlip::Service("Microsoft Teams")),
            ("https://api.telegram.org/bot1:x/sendMessage", WebhookSlip::Service("Telegram")),
            ("https://discord.com/channels/1/2", WebhookSlip::Channel),
            ("https://discord.gg/abc", WebhookSlip::Invite),
            ("https://discord.com/invite/abc", WebhookSlip::Invite),
            ("https://discord.com/api/webhooks/1/t/slack", WebhookSlip::Suffix("/slack")),
            ("https://discord.com/api/webhooks/1/t/github", WebhookSlip::Suffix("/github")),
            ("https://discord.com/api/webhooks/1", WebhookSlip::NoToken),
            ("discord.com/api/webhooks/1/t", WebhookSlip::NoScheme),
            ("MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs", WebhookSlip::BotToken),
        ] {
            assert_eq!(WebhookSlip::of(text), Some(slip), "{text}");
        }
        assert_eq!(WebhookSlip::of("https://example.com/x"), None);
    }
}
