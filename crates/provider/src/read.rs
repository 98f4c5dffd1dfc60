//! Reads a verified request: its events, each with type, id, time, topic and facts, as `[event]`, `[[facts]]`,
//! `[[ignore]]`, `[[test]]`, `[[bot]]`, `[[sale]]` and `[money]` of the provider file define them.

mod event_fields;
mod facts;
mod ignore;
mod labels;
mod locator;
mod reader;
mod reading;
mod sale;
mod severity;
mod sum;
mod type_rule;

pub(crate) use self::event_fields::EventFields;
pub(crate) use self::reader::{EventReader, Exclusions};
pub use self::reading::{ReadEvent, ReadRequest, Reading};
