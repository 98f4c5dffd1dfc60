//! What a stand-in has at its start.

use std::net::SocketAddr;

use crate::host::HostButton;
use crate::people::{Person, ServerSpec};
use crate::rate_limit::RateLimits;
use crate::spec::{ChannelSpec, WebhookSpec};

/// What a stand-in has at its start.
#[derive(Debug, Clone)]
pub struct StandInOptions {
    /// Port 0 takes a free one.
    pub listen: SocketAddr,
    /// The name of the first channel's server, unless it is listed.
    pub server: String,
    /// Servers that are not listed here get Discord's defaults, with a bot that may do everything.
    pub servers: Vec<ServerSpec>,
    /// The page is used as one of them; without any as `you`, an administrator.
    pub people: Vec<Person>,
    pub channels: Vec<ChannelSpec>,
    pub webhooks: Vec<WebhookSpec>,
    pub application_id: String,
    pub application_name: String,
    pub bot_token: String,
    /// What the application exchanges the codes of consents with.
    pub client_secret: String,
    /// Where a consent may lead back to, compared to the letter; as entered in the developer portal.
    pub redirects: Vec<String>,
    pub limits: RateLimits,
    /// Buttons of the program's own on the page; [`host_requests`](crate::StandIn::host_requests) says when one is pressed.
    pub buttons: Vec<HostButton>,
}

impl Default for StandInOptions {
    /// One server with one channel `alerts` (guild 1111, channel 2222) and its webhook `alerts`, with Discord's rate
    /// limits, on a free port of loopback.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            server: "Stand-in".to_owned(),
            servers: Vec::new(),
            people: Vec::new(),
            channels: vec![ChannelSpec::text("1111", "2222", "alerts")],
            webhooks: vec![WebhookSpec::new("3333", "alerts", "2222")],
            application_id: "4444".to_owned(),
            application_name: "hookbell".to_owned(),
            bot_token: "stand-in.bot.token".to_owned(),
            client_secret: "stand-in-client-secret".to_owned(),
            redirects: Vec::new(),
            limits: RateLimits::default(),
            buttons: Vec::new(),
        }
    }
}
