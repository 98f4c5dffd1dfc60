//! Public keys: Ed25519, ECDSA over P-256, and RSA by a pinned certificate. The private key, where a source's
//! own table names one, serves to send samples and for nothing else.

use base64::Engine as _;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256,
    RsaKeyPair, UnparsedPublicKey,
};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use webpki::EndEntityCert;
use webpki::ring::RSA_PKCS1_2048_8192_SHA256;

use super::key::{KeyForm, Kind};
use super::signature::{BASE64, Signature};
use hookbell_model::secret::Secret;

/// What stands before the key itself in a SubjectPublicKeyInfo: always the same bytes for one kind of key.
const SPKI_P256: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
const SPKI_ED25519: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// For trials alone: everybody has the private key.
const RSA_CERTIFICATE: &str = include_str!("trial/rsa_test_only_certificate.pem");
const RSA_KEY: &str = include_str!("trial/rsa_test_only_key.pem");

#[derive(Clone)]
pub(super) struct Public {
    kind: Kind,
    /// The point, or the certificate in DER.
    bytes: Vec<u8>,
    /// PKCS#8, in PEM or base64.
    private: Option<Secret>,
}

impl Public {
    /// # Errors
    /// When the bytes are no key of that kind, in words that do not repeat them.
    pub(super) fn new(kind: Kind, bytes: &[u8]) -> Result<Self, String> {
        let bytes = match kind {
            Kind::Ed25519 => {
                let key = bytes.strip_prefix(SPKI_ED25519).unwrap_or(bytes);
                if key.len() != 32 {
                    return Err("is no Ed25519 public key: expected 32 bytes once decoded".to_owned());
                }
                key.to_vec()
            }
            Kind::Ecdsa => match bytes.strip_prefix(SPKI_P256) {
                Some(point) if point.len() == 65 => point.to_vec(),
                _ => return Err("is no public key of the curve P-256 (91 bytes of SubjectPublicKeyInfo)".to_owned()),
            },
            Kind::RsaX509 | Kind::Hmac(_) => {
                let certificate = CertificateDer::from_pem_slice(bytes)
                    .map_err(|_| "is no certificate: expected PEM, `-----BEGIN CERTIFICATE-----`".to_owned())?;
                EndEntityCert::try_from(&certificate)
                    .map_err(|_| "is no certificate that can be read (X.509 version 3)".to_owned())?;
                certificate.to_vec()
            }
        };
        Ok(Self { kind, bytes, private: None })
    }

    pub(super) fn with_private(mut self, private: &Secret) -> Self {
        self.private = Some(private.clone());
        self
    }

    pub(super) fn verify(&self, message: &[u8], signature: &Signature) -> bool {
        let signature = signature.0.as_slice();
        match self.kind {
            Kind::Ed25519 => UnparsedPublicKey::new(&ED25519, &self.bytes).verify(message, signature).is_ok(),
            Kind::Ecdsa => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.bytes).verify(message, signature).is_ok()
            }
            Kind::RsaX509 => {
                let certificate = CertificateDer::from(self.bytes.as_slice());
                EndEntityCert::try_from(&certificate).is_ok_and(|certificate| {
                    certificate.verify_signature(RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
                })
            }
            Kind::Hmac(_) => false,
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Option<Signature> {
        let key = KeyForm::SpkiBase64.decode(self.private.as_ref()?).ok()?;
        let random = SystemRandom::new();
        Some(Signature(match self.kind {
            Kind::Ed25519 => Ed25519KeyPair::from_pkcs8_maybe_unchecked(&key).ok()?.sign(message).as_ref().to_vec(),
            Kind::Ecdsa => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &key, &random).ok()?;
                pair.sign(&random, message).ok()?.as_ref().to_vec()
            }
            Kind::RsaX509 => {
                let pair = RsaKeyPair::from_pkcs8(&key).ok()?;
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).ok()?;
                signature
            }
            Kind::Hmac(_) => return None,
        }))
    }
}

/// A key of that kind: public as its form is written, and private. Always new, but for RSA, whose keys are slow to
/// make: that one is printed in the source. None for a shared secret.
pub(super) fn new_pair(kind: Kind, form: KeyForm) -> Option<(Secret, Secret)> {
    use ring::signature::KeyPair as _;
    let random = SystemRandom::new();
    let (private, prefix, point) = match kind {
        Kind::Ed25519 => {
            let private = Ed25519KeyPair::generate_pkcs8(&random).ok()?;
            let pair = Ed25519KeyPair::from_pkcs8(private.as_ref()).ok()?;
            (private, SPKI_ED25519, pair.public_key().as_ref().to_vec())
        }
        Kind::Ecdsa => {
            let private = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).ok()?;
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, private.as_ref(), &random).ok()?;
            (private, SPKI_P256, pair.public_key().as_ref().to_vec())
        }
        Kind::RsaX509 => return Some((Secret::new(RSA_CERTIFICATE), Secret::new(RSA_KEY))),
        Kind::Hmac(_) => return None,
    };
    let public = match form {
        KeyForm::Hex => hex::encode(&point),
        KeyForm::Whpk => format!("whpk_{}", BASE64.encode(&point)),
        KeyForm::SpkiBase64 => BASE64.encode([prefix, &point].concat()),
        _ => BASE64.encode(&point),
    };
    Some((Secret::new(public), Secret::new(BASE64.encode(private.as_ref()))))
}
