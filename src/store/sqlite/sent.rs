//! Posted messages as they are stored: deflated JSON, written once, read only to compare.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rusqlite::Row;

use super::super::error::{Error, Result};
use super::super::sent::SentMessage;
use super::rows;

/// In bytes. Far above what Discord's limits let a message be; bounds the memory that a corrupt row can use.
const LARGEST: u64 = 1 << 20;

pub(super) fn pack(sent: &SentMessage) -> Result<Vec<u8>> {
    let text = rows::to_json(sent)?;
    let mut packed = DeflateEncoder::new(Vec::with_capacity(text.len() / 2), Compression::fast());
    let done = packed.write_all(text.as_bytes()).and_then(|()| packed.finish());
    done.map_err(|error| Error::Unavailable(error.to_string()))
}

pub(super) fn unpack(row: &Row<'_>, at: usize) -> rusqlite::Result<SentMessage> {
    let mut text = Vec::new();
    let packed = row.get_ref(at)?.as_blob()?;
    DeflateDecoder::new(packed).take(LARGEST).read_to_end(&mut text).map_err(|error| rows::unreadable(at, error))?;
    rows::read_json(&text, at)
}
