//! What the integration tests share: a whole hookbell in the test's process, the real program as a child process, a
//! stand-in for Discord, and waiting for what sends no notification.

mod app;
mod bridge;
mod browser;
pub(crate) mod channel_text;
mod http;
mod log;
mod payloads;
mod process;
mod trial;
mod wait;

pub(crate) use self::app::RunningApp;
pub(crate) use self::bridge::{SECRET, TestBridge, TestBridgeBuilder, config_text, on_loopback, read_config, stand_in};
pub(crate) use self::browser::{Area, Phone, SCALE, WIDTH};
pub(crate) use self::http::{HttpResponse, client, fetch};
pub(crate) use self::log::CapturedLog;
pub(crate) use self::payloads::{cases, real_payload, sequence, situation};
pub(crate) use self::process::{Process, free_port};
pub(crate) use self::trial::{PUBLIC_URL, Trial};
pub(crate) use self::wait::{PATIENCE, eventually, eventually_within};
