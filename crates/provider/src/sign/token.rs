//! Writes a token in its place.

use base64::Engine as _;

use crate::key::BASE64;
use crate::verify::ReadyToken;

/// The first secret as the scheme spells it.
pub(super) fn value(ready: &ReadyToken) -> String {
    let secret = ready.first_secret.expose();
    let token = if ready.scheme.basic { BASE64.encode(secret) } else { secret.to_owned() };
    format!("{}{token}", ready.scheme.prefix)
}
