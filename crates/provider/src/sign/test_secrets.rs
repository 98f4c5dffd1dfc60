//! Public secrets, with which a provider's samples can be signed and verified.

use std::collections::BTreeMap;

use crate::key::{KeyFormat, generate_pair, generate_token_key};
use crate::request::Settings;
use crate::verify::{Scheme, Schemes};
use hookbell_model::secret::Secret;

/// A secret for the first scheme, and a value for each of these settings.
pub(crate) fn test_secrets<'s>(
    schemes: &Schemes,
    settings: impl IntoIterator<Item = &'s str>,
) -> (Vec<Secret>, Settings) {
    let setting = |name: &str| (name.to_owned(), Secret::new("demo-setting"));
    let mut settings: BTreeMap<String, Secret> = settings.into_iter().map(setting).collect();
    let secret = match schemes.0.first() {
        Some(Scheme::Signed(signed)) => match generate_pair(signed.algorithm, signed.key_format) {
            Some((public, private)) => {
                settings.insert("private_key".to_owned(), private);
                public
            }
            None => signed.key_format.test_secret(),
        },
        Some(Scheme::Jws(jws)) => match generate_token_key(jws.algorithm, jws.key_format) {
            Some((public, private)) => {
                settings.insert("private_key".to_owned(), private);
                public
            }
            None => jws.key_format.test_secret(),
        },
        Some(Scheme::Token(token)) if token.basic => Secret::new("demo:secret"),
        Some(Scheme::Token(_)) | None => KeyFormat::Utf8.test_secret(),
    };
    (vec![secret], Settings(settings))
}
