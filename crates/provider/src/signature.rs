//! The bytes of a signature, computed or received, and how they are written.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use subtle::ConstantTimeEq as _;

/// The longest signature in bytes: RSA with 8192 bits.
const LONGEST: usize = 1024;

const PADDING_OPTIONAL: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, PADDING_OPTIONAL);
pub(super) const BASE64URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, PADDING_OPTIONAL);

/// How the signature's bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Hex,
    Base64,
    Base64Url,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signature(pub(super) Vec<u8>);

impl Encoding {
    pub(super) fn shown(self) -> &'static str {
        match self {
            Self::Hex => "hex",
            Self::Base64 => "base64",
            Self::Base64Url => "base64url",
        }
    }
}

impl Signature {
    /// Reads a received signature; `None` when it does not decode to exactly `length` bytes (where that is
    /// known), or to nothing.
    pub(super) fn decode(text: &str, encoding: Encoding, length: Option<usize>) -> Option<Self> {
        if text.len() > 2 * length.unwrap_or(LONGEST) + 4 {
            return None;
        }
        let bytes = match encoding {
            Encoding::Hex => hex::decode(text).ok(),
            Encoding::Base64 => BASE64.decode(text).ok(),
            Encoding::Base64Url => BASE64URL.decode(text).ok(),
        }?;
        let fits = length.map_or(!bytes.is_empty(), |length| bytes.len() == length);
        fits.then_some(Self(bytes))
    }

    pub(super) fn encode(&self, encoding: Encoding) -> String {
        match encoding {
            Encoding::Hex => hex::encode(&self.0),
            Encoding::Base64 => BASE64.encode(&self.0),
            Encoding::Base64Url => BASE64URL.encode(&self.0),
        }
    }

    /// Compares in constant time.
    pub(super) fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// The first eight hex digits: enough to tell two apart, too little to forge one.
    pub(super) fn beginning(&self) -> String {
        hex::encode(self.0.get(..4).unwrap_or(&self.0))
    }
}
