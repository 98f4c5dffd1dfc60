//! Signs requests with the first secret of a verifier, in the first scheme.

use http::HeaderMap;

use super::outgoing::Outgoing;
use super::sample::Sample;
use super::{jws, signed, token};
use crate::request::{Request, ValueSource};
use crate::verify::{Ready, Verifier};
use hookbell_model::timestamp::Timestamp;

/// The other side of a [`Verifier`].
#[derive(Debug, Clone, Copy)]
pub struct Signer<'v> {
    verifier: &'v Verifier,
}

impl<'v> Signer<'v> {
    pub fn new(verifier: &'v Verifier) -> Self {
        Self { verifier }
    }

    /// Whether requests can be signed: a public key alone is not enough, nor is a verifier that waits for its secret.
    pub fn can_sign(self) -> bool {
        match self.scheme() {
            Some(Ready::Signed(signed)) => signed.keys.first().is_some_and(|key| key.sign(&[b""]).is_some()),
            Some(Ready::Jws(ready)) => jws::can_sign(ready),
            Some(Ready::Token(_)) => true,
            None => self.verifier.unchecked,
        }
    }

    /// The headers that a sender adds to this request. Headers that the scheme signs and `request` lacks (such as
    /// `webhook-id`) are generated and returned too. Empty where nothing is checked, where the signature is not in a
    /// header, or where the private key is not known.
    pub fn sign(self, request: Request<'_>, now: Timestamp) -> Vec<(String, String)> {
        let (Some(scheme), Some(ValueSource::Header(key))) = (self.scheme(), self.scheme().map(Ready::source)) else {
            return Vec::new();
        };
        let (mut added, text) = match scheme {
            Ready::Signed(ready) => {
                let mut headers = request.headers.clone();
                let (added, time) = signed::generate_headers(&ready.scheme, &mut headers, now);
                let request = Request { headers: &headers, ..request };
                (added, signed::signature(self.verifier, ready, request, None, time.as_deref()))
            }
            Ready::Token(ready) => (Vec::new(), Some(token::value(ready))),
            Ready::Jws(ready) => (Vec::new(), jws::token(ready, &self.verifier.settings, request.body, now)),
        };
        let Some(text) = text else { return Vec::new() };
        added.push((key.spelling.clone(), text));
        added
    }

    /// The sample as the provider would send it now to this public URL.
    pub fn outgoing(self, sample: &Sample, url: Option<&str>, now: Timestamp) -> Outgoing {
        let mut sent = Outgoing::unsigned(sample, &self.verifier.body);
        if let Some(Ready::Signed(ready)) = self.scheme() {
            // What the sender says of its owner is what the source requires.
            for (pointer, text) in ready.scheme.when.expected(&self.verifier.settings, false) {
                sent.put(&ValueSource::Json(pointer.to_owned()), "", &text, &self.verifier.body);
            }
        }
        match (self.scheme(), self.scheme().map(Ready::source)) {
            (Some(Ready::Signed(ready)), Some(ValueSource::Json(_) | ValueSource::Form(_) | ValueSource::Query(_))) => {
                signed::sign_inside(self.verifier, ready, &mut sent, url, now);
            }
            (Some(Ready::Jws(ready)), Some(ValueSource::Json(_))) => {
                jws::sign_inside(self.verifier, ready, &mut sent, now);
            }
            (Some(Ready::Token(ready)), Some(ValueSource::Query(name))) => {
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                sent.query = query.append_pair(name, &token::value(ready)).finish();
            }
            (Some(Ready::Token(ready)), Some(source @ (ValueSource::Json(_) | ValueSource::Form(_)))) => {
                sent.put(source, "", &token::value(ready), &self.verifier.body);
            }
            (scheme, _) => {
                if let Some(Ready::Signed(ready)) = scheme {
                    signed::put_time(&ready.scheme, &mut sent, "", now, &self.verifier.body);
                    signed::generate_query(&ready.scheme, &mut sent, url);
                }
                let added = self.sign(sent.as_request(sent.url(url).as_deref()), now);
                sent.insert_headers(added);
            }
        }
        sent
    }

    /// All headers of a sample as the provider would send it now: its own and the signature's. Enough where the
    /// signature is in a header; see [`Signer::outgoing`].
    pub fn signed_headers(self, sample: &Sample, now: Timestamp) -> HeaderMap {
        let mut sent = Outgoing::unsigned(sample, &self.verifier.body);
        let added = self.sign(sent.as_request(None), now);
        sent.insert_headers(added);
        sent.headers
    }

    fn scheme(self) -> Option<&'v Ready> {
        self.verifier.ready.first().map(|(_, ready)| ready)
    }
}
