//! A stand-in for Discord for tests and demos: webhooks, forum threads, the gateway and the interactions of a bot, with
//! Discord's limits, rate limits and errors. It validates requests by Discord's documented rules and by observed
//! behaviour, and shares no limit and no type with the code that sends.
//!
//! A test starts one on a free port, sends to it as to Discord, and reads what arrived:
//!
//! ```
//! use std::time::Duration;
//! use hookbell_fake_discord::{FaultKind, StandIn, StandInOptions};
//!
//! # fn post(url: &str, body: &str) -> std::io::Result<String> {
//! #     use std::io::{Read, Write};
//! #     let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
//! #     let mut stream = std::net::TcpStream::connect(host)?;
//! #     write!(stream, "POST /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
//! #         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())?;
//! #     let mut response = String::new();
//! #     stream.read_to_string(&mut response)?;
//! #     Ok(response)
//! # }
//! # #[tokio::main]
//! # async fn main() {
//! let discord = StandIn::start(StandInOptions::default()).await.unwrap();
//! let url = discord.webhook_url("alerts").unwrap();
//!
//! // Waiting is by events: it ends with the message, or with the time.
//! tokio::task::spawn_blocking({ let url = url.clone(); move || post(&url, r#"{"content": "hello"}"#) });
//! let messages = discord.wait_for_messages("2222", 1, Duration::from_secs(10)).await;
//! assert_eq!(messages[0].body["content"], "hello");
//!
//! // Discord can fail in many ways. This time the message is posted, but the sender gets no response.
//! discord.inject(FaultKind::LostResponse.on("alerts").times(1));
//! let sent = tokio::task::spawn_blocking(move || post(&url, r#"{"content": "again"}"#)).await.unwrap();
//! assert!(sent.is_ok_and(|response| response.is_empty()));
//! assert_eq!(discord.messages("2222").len(), 2);
//! assert_eq!(discord.requests()[1].status, None);
//! discord.stop().await;
//! # }
//! ```
//!
//! [`StandIn::wait_for`] waits for anything else, and [`StandIn::base`] is the address of a page that shows the channels and
//! switches faults.
//!
//! A bot is used as people would, who see and may do what their roles and the channel say. Without a bot nobody answers:
//!
//! ```
//! # use std::time::Duration;
//! use hookbell_fake_discord::{InteractionError, Overwrite, Person, ServerSpec, StandIn, StandInOptions, permission};
//!
//! # #[tokio::main]
//! # async fn main() {
//! let options = StandInOptions {
//!     servers: vec![ServerSpec::new("1111", "Acme").role("71", "Ops", permission::MANAGE_MESSAGES)],
//!     people: vec![Person::new("601", "Ada").member_of("1111", &["71"]), Person::new("602", "Bob")],
//!     ..StandInOptions::default()
//! };
//! let discord = StandIn::start(options).await.unwrap();
//! let ada = discord.person("601").in_channel("2222");
//! let answer = ada.command("events recent", &[("count", "5")]).await;
//! assert!(matches!(answer, Err(InteractionError::Input(_))), "no bot has registered this");
//!
//! discord.put_overwrite("2222", Overwrite::deny("1111", permission::VIEW_CHANNEL));
//! assert_eq!(ada.command("events recent", &[]).await, Err(InteractionError::HiddenChannel));
//! # }
//! ```
//!
//! With a bot that answers, [`ChannelClient`] goes on from an [`Answer`]: `ada.press(&answer, "Details")`,
//! `ada.choose(&answer, "Open one", &["…"])`, `ada.submit(&answer, &[("Text", "…")])`, and `ada.apps_menu(&message, "Explain
//! this alert")` from any message. [`StandIn::inject_delivery`] spoils an interaction on its way, [`StandIn::inject`] what the
//! bot answers, and [`StandIn::register_endpoint`] has interactions posted instead of sent over the gateway.
//!
//! Everything is kept in memory and bounded. There is no access control beyond Discord's own: keep it on loopback.

// What it is set up with, and what it keeps.
mod channel_object;
mod commands;
mod consent;
mod delivery_fault;
mod directory;
mod endpoint_call;
mod fault;
mod flags;
mod host;
mod interaction;
mod limits;
mod member;
mod message;
mod options;
mod people;
pub mod permission;
mod rate_limit;
mod request_log;
mod response;
mod signing;
mod snowflake;
mod spec;
mod state;

// What runs on it.
mod api;
pub mod assets;
mod check;
mod client;
mod delivery;
mod discord;
mod endpoint;
mod gateway;
mod page;
mod serve;
mod stand_in;
mod test_client;

pub use self::client::{ExpectedValue, InputError, InteractionError};
pub use self::delivery_fault::DeliveryFault;
pub use self::endpoint::EndpointError;
pub use self::endpoint_call::EndpointCall;
pub use self::fault::{Fault, FaultKind, FaultScope};
pub use self::gateway::sessions::GatewayStats;
pub use self::host::{HostButton, HostRequest};
pub use self::interaction::InteractionResponse;
pub use self::member::Member;
pub use self::message::{Mentions, StoredMessage, UploadedFile};
pub use self::options::StandInOptions;
pub use self::people::{BotAccess, Overwrite, Person, RoleSpec, ServerSpec};
pub use self::rate_limit::{Quota, RateLimits};
pub use self::request_log::RecordedRequest;
pub use self::spec::{ChannelKind, ChannelSpec, ForumSettings, ThreadState, WebhookSpec};
pub use self::stand_in::StandIn;
pub use self::test_client::{Answer, ChannelClient, PersonClient, Shown};
