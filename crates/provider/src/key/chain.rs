//! Chains of certificates that come with what they sign (`x5c` of RFC 7515), and the pinned roots they must lead to.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use serde_json::Value;
use webpki::ring::{
    ECDSA_P256_SHA256, ECDSA_P256_SHA384, ECDSA_P384_SHA256, ECDSA_P384_SHA384, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
};
use webpki::{EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter, anchor_from_trusted_cert};

use super::algorithm::SignatureAlgorithm;
use super::der;
use super::error::KeyError;
use super::public_key::{PublicKey, spki_of};
use super::secret_key::Key;
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

/// Leaf, intermediates and root.
const MAX_CERTIFICATES: usize = 5;
/// Of one certificate, in base64.
const MAX_LENGTH: usize = 16 * 1024;

/// With which the certificates of a chain may be signed.
const ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    ECDSA_P256_SHA256,
    ECDSA_P256_SHA384,
    ECDSA_P384_SHA256,
    ECDSA_P384_SHA384,
    RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512,
];

/// A root certificate that is trusted, because a file or the owner of a source names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Root(CertificateDer<'static>);

/// An extension that a certificate must have, by its object identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark(Vec<u8>);

/// The text is no object identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected the object identifier of an extension, such as `1.2.840.113635.100.6.11.1`")]
pub(crate) struct ParseMarkError;

/// The certificates in the header of a token, from the one whose key signed it up.
#[derive(Debug, Clone)]
pub(crate) struct Chain {
    certificates: Vec<CertificateDer<'static>>,
    /// Of the first certificate.
    pub(crate) key: Key,
}

impl Mark {
    /// # Errors
    /// When the text is no object identifier.
    pub(crate) fn parse(text: &str) -> Result<Self, ParseMarkError> {
        der::object_id(text).map(Self).ok_or(ParseMarkError)
    }
}

impl Root {
    /// # Errors
    /// When the text is not one certificate in PEM.
    pub(crate) fn parse(pem: &str) -> Result<Self, KeyError> {
        let mut certificates = CertificateDer::pem_slice_iter(pem.as_bytes());
        let (Some(Ok(certificate)), None) = (certificates.next(), certificates.next()) else {
            return Err(KeyError::NotPem);
        };
        anchor_from_trusted_cert(&certificate).map_err(|_| KeyError::NotX509)?;
        Ok(Self(certificate))
    }

    /// Whether the chain leads to this root: each certificate signed by the one after it, all of them valid then, and each
    /// with its mark. What they may be used for otherwise is not looked at: the marks say what they are for.
    pub(crate) fn trusts(&self, chain: &Chain, marks: &[Mark], at: Timestamp) -> bool {
        self.path(chain, at).is_some() && has_marks(&chain.certificates, marks)
    }

    fn path(&self, chain: &Chain, at: Timestamp) -> Option<()> {
        let (leaf, others) = chain.certificates.split_first()?;
        let between = match others.split_last() {
            Some((last, between)) if *last == self.0 => between,
            _ => others,
        };
        let at = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(at.secs()).ok()?));
        let anchors = [anchor_from_trusted_cert(&self.0).ok()?];
        let leaf = EndEntityCert::try_from(leaf).ok()?;
        let path = leaf.verify_for_usage(ALGORITHMS, &anchors, between, at, AnyPurpose, None, None).ok()?;
        // A path is found in any order; only the right one, without others beside it, is a chain.
        path.intermediate_certificates().map(|used| used.der()).eq(between.iter().cloned()).then_some(())
    }
}

impl Chain {
    /// Reads `x5c`; `None` where it is no list of certificates, or the first has no key on P-256. Nothing is trusted yet.
    pub(crate) fn parse(x5c: &Value) -> Option<Self> {
        let texts = x5c.as_array().filter(|texts| (2..=MAX_CERTIFICATES).contains(&texts.len()))?;
        let decode = |text: &Value| {
            let text = text.as_str().filter(|text| text.len() <= MAX_LENGTH)?;
            STANDARD.decode(text).ok().map(CertificateDer::from)
        };
        let certificates: Vec<CertificateDer<'static>> = texts.iter().map(decode).collect::<Option<_>>()?;
        let key = PublicKey::new(SignatureAlgorithm::EcdsaP256Fixed, &spki_of(certificates.first()?)?).ok()?;
        Some(Self { certificates, key: Key::Public(Box::new(key)) })
    }

    /// The certificates beside a private key, as a token's header has them: for samples.
    pub(crate) fn of_private(private: &Secret) -> Vec<String> {
        let certificates = CertificateDer::pem_slice_iter(private.expose().as_bytes());
        certificates.filter_map(|certificate| Some(STANDARD.encode(certificate.ok()?))).collect()
    }
}

fn has_marks(certificates: &[CertificateDer<'_>], marks: &[Mark]) -> bool {
    let has = |(certificate, mark): (&CertificateDer<'_>, &Mark)| {
        der::extensions(certificate).is_some_and(|found| found.contains(&mark.0.as_slice()))
    };
    marks.len() <= certificates.len() && certificates.iter().zip(marks).all(has)
}

/// Any purpose or none.
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, mut purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        purposes.try_for_each(|purpose| purpose.map(drop))
    }
}
