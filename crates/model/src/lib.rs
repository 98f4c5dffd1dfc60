//! Plain values that all other crates share: no IO, no clock, no file formats.

pub mod string_enum;

pub mod suggest;
pub mod odd_character;
pub mod words;
pub mod snowflake;
pub mod timestamp;
pub mod lenient_time;
pub mod zone;
pub mod schedule;
pub mod quiet_hours;
pub mod rate;
pub mod locale;
pub mod money;
pub mod secret;
pub mod base_url;
pub mod listen_address;
pub mod event;
pub mod receipt;
pub mod handling;
pub mod privacy;
pub mod webhook_error;
pub mod live;
pub mod sale;
pub mod delay;
pub mod delivery;
pub mod feed;
pub mod audit;
pub mod own_event;
pub mod expectation;
pub mod note;
pub mod message;
pub mod shared_message;
pub mod thread_mode;
