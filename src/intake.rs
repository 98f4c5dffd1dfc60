//! The public listener: accepts `POST /hooks/{source}`, verifies the raw bytes, stores the events, answers. Rendering and
//! sending happen after the answer, in the courier.

mod answer;
mod body_budget;
mod capture;
mod captured_secrets;
mod client;
mod config;
mod connections;
mod event_line;
mod handler;
mod interactions;
mod limit_log;
mod limits;
mod metrics;
mod network;
mod outage_log;
mod rate_limit;
mod refusal_log;
mod server;
mod source;
mod store_access;

pub use self::answer::{Answer, RequestOutcome, UnreadableReason};
pub use self::config::Config;
pub use self::handler::{Intake, Load};
pub use self::interactions::{AnswerInteraction, InteractionReply, InteractionRequest};
pub use self::limits::Limits;
pub use self::metrics::Metrics;
pub use self::network::{Network, ParseNetworkError};
pub use self::server::run;
pub use self::source::Source;
