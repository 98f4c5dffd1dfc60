//! A request as it came: its headers, the formats of its body, and how single values are found in it. It is
//! unverified: `verify` checks it.

mod body;
mod body_error;
mod body_format;
mod condition;
mod form;
mod header;
mod incoming;
mod json_path;
mod multipart;
mod settings;
mod size;
mod surrogates;
mod time_unit;
mod unpack;
mod value_source;
mod view;
mod written;
mod xml;

pub(crate) use self::body::{BodySpec, REDACTED};
pub use self::body_error::{BodyError, MAX_EVENTS};
pub(crate) use self::body_format::BodyFormat;
pub(crate) use self::condition::FieldCondition;
pub(crate) use self::form::{parse_form, write_form};
pub(crate) use self::header::{HeaderKey, InvalidHeaderName, header_text};
pub use self::incoming::Request;
pub use self::settings::Settings;
pub use self::size::{ParseSizeError, parse_size};
pub(crate) use self::surrogates::parse as parse_json;
pub(crate) use self::time_unit::TimeUnit;
pub(crate) use self::value_source::{ValueSource, ValueSourceError};
pub(crate) use self::view::{RequestView, ValueScope, scalar_text};
pub(crate) use self::written::written_number;
