//! The bytes of a signature, computed or received, and how they are written.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use subtle::ConstantTimeEq as _;

/// The longest signature in bytes: RSA with 8192 bits.
const MAX_LENGTH: usize = 1024;

const PADDING_OPTIONAL: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, PADDING_OPTIONAL);
pub(crate) const BASE64URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, PADDING_OPTIONAL);

/// How the signature's bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignatureEncoding {
    Hex,
    Base64,
    Base64Url,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signature(pub(crate) Vec<u8>);

impl SignatureEncoding {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hex => "hex",
            Self::Base64 => "base64",
            Self::Base64Url => "base64url",
        }
    }
}

impl Signature {
    /// Reads a received signature; `None` when it does not decode to exactly `length` bytes, or, where the length is not
    /// known, to none.
    pub(crate) fn decode(text: &str, encoding: SignatureEncoding, length: Option<usize>) -> Option<Self> {
        if text.len() > 2 * length.unwrap_or(MAX_LENGTH) + 4 {
            return None;
        }
        let bytes = match encoding {
            SignatureEncoding::Hex => hex::decode(text).ok(),
            SignatureEncoding::Base64 => BASE64.decode(text).ok(),
            SignatureEncoding::Base64Url => BASE64URL.decode(text).ok(),
        }?;
        let fits = length.map_or(!bytes.is_empty(), |length| bytes.len() == length);
        fits.then_some(Self(bytes))
    }

    pub(crate) fn encode(&self, encoding: SignatureEncoding) -> String {
        match encoding {
            SignatureEncoding::Hex => hex::encode(&self.0),
            SignatureEncoding::Base64 => BASE64.encode(&self.0),
            SignatureEncoding::Base64Url => BASE64URL.encode(&self.0),
        }
    }

    /// Compares in constant time.
    pub(crate) fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// The first eight hex digits: enough to distinguish two signatures, too little to forge one.
    pub(crate) fn short_hex(&self) -> String {
        hex::encode(self.0.get(..4).unwrap_or(&self.0))
    }
}
