//! A request before anything of it was read.

use http::HeaderMap;

/// A request as it came.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub method: &'a str,
    /// The public URL, where it is known (some schemes sign it).
    pub url: Option<&'a str>,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}
