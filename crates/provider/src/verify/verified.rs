//! The proof, as a type, that a request was verified.

use crate::request::Request;

/// A request whose signature is valid. Only `Verifier::verify` makes one, and only one can be
/// read.
#[derive(Debug, Clone, Copy)]
pub struct Verified<'a> {
    request: Request<'a>,
    alternative: usize,
    /// The position of the secret among those of the alternative; none where nothing was checked.
    secret: Option<usize>,
}

impl<'a> Verified<'a> {
    pub(super) fn new(request: Request<'a>, alternative: usize, secret: Option<usize>) -> Self {
        Self { request, alternative, secret }
    }

    pub(crate) fn request(&self) -> Request<'a> {
        self.request
    }

    /// Which alternative of `[[verify]]` accepted it.
    pub(crate) fn alternative(&self) -> usize {
        self.alternative
    }

    pub(super) fn secret(&self) -> Option<usize> {
        self.secret
    }
}
