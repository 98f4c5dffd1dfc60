//! What was posted, kept beside its delivery: deflated JSON, written once, read only to compare.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rusqlite::Row;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Error, Result, rows};

/// Far above what Discord's limits let a message be; nothing in the file may make us fill the memory.
const LARGEST: u64 = 1 << 20;

/// A message as it was posted.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Sent {
    /// The message's name (`stripe.payment`), or `generic` for the generic card.
    pub template: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What went wrong or was cut, a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// As the template says it, also where it edited an earlier message or went into a post that was there.
    pub body: Value,
}

impl Sent {
    pub(super) fn pack(&self) -> Result<Vec<u8>> {
        let text = rows::to_json(self)?;
        let mut packed = DeflateEncoder::new(Vec::with_capacity(text.len() / 2), Compression::fast());
        let done = packed.write_all(text.as_bytes()).and_then(|()| packed.finish());
        done.map_err(|error| Error::Unavailable(error.to_string()))
    }

    pub(super) fn unpack(row: &Row<'_>, at: usize) -> rusqlite::Result<Self> {
        let mut text = Vec::new();
        let packed = row.get_ref(at)?.as_blob()?;
        DeflateDecoder::new(packed)
            .take(LARGEST)
            .read_to_end(&mut text)
            .map_err(|error| rows::unreadable(at, error))?;
        rows::read_json(&text, at)
    }
}
