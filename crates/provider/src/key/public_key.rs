//! Public keys: Ed25519, ECDSA over P-256, and RSA, by itself or in a pinned certificate. A private key, where a source's
//! own table gives one, is used to sign samples and for nothing else.

use base64::Engine as _;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING,
    ED25519, EcdsaKeyPair, Ed25519KeyPair, UnparsedPublicKey,
};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use webpki::EndEntityCert;

use super::algorithm::SignatureAlgorithm;
use super::error::KeyError;
use super::key_format::KeyFormat;
use super::rsa;
use super::signature::{BASE64, Signature};
use hookbell_model::secret::Secret;

/// What precedes the key itself in a SubjectPublicKeyInfo: the same bytes for all keys of one algorithm.
const SPKI_P256: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
const SPKI_ED25519: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// For samples and tests alone: the private key is public.
const RSA_CERTIFICATE: &str = include_str!("test_keys/rsa_certificate.pem");
const RSA_KEY: &str = include_str!("test_keys/rsa_private_key.pem");

#[derive(Clone)]
pub(crate) struct PublicKey {
    algorithm: SignatureAlgorithm,
    /// The point, or the `RSAPublicKey`.
    bytes: Vec<u8>,
    /// PKCS#8, in PEM or base64.
    private: Option<Secret>,
}

impl PublicKey {
    /// # Errors
    /// When the bytes are not a key of that algorithm.
    pub(crate) fn new(algorithm: SignatureAlgorithm, bytes: &[u8]) -> Result<Self, KeyError> {
        let bytes = match algorithm {
            SignatureAlgorithm::Ed25519 => {
                let key = bytes.strip_prefix(SPKI_ED25519).unwrap_or(bytes);
                if key.len() != 32 {
                    return Err(KeyError::NotEd25519);
                }
                key.to_vec()
            }
            SignatureAlgorithm::EcdsaP256 | SignatureAlgorithm::EcdsaP256Fixed => match bytes.strip_prefix(SPKI_P256) {
                Some(point) if point.len() == 65 => point.to_vec(),
                _ => return Err(KeyError::NotP256),
            },
            SignatureAlgorithm::Rsa(_) => rsa::from_spki(bytes).ok_or(KeyError::NotRsa)?,
            SignatureAlgorithm::RsaX509(_) | SignatureAlgorithm::Hmac(_) => {
                rsa::from_spki(&spki_of_pem(bytes)?).ok_or(KeyError::NotX509)?
            }
        };
        Ok(Self { algorithm, bytes, private: None })
    }

    /// A key of its numbers, as a JWK has them: modulus and exponent, or the two coordinates of a point.
    ///
    /// # Errors
    /// When they are no key of that algorithm.
    pub(super) fn of_numbers(algorithm: SignatureAlgorithm, one: &[u8], two: &[u8]) -> Result<Self, KeyError> {
        let bytes = match algorithm {
            SignatureAlgorithm::Rsa(_) if (256..=1024).contains(&one.len()) && !two.is_empty() => {
                rsa::from_numbers(one, two)
            }
            SignatureAlgorithm::EcdsaP256Fixed if one.len() == 32 && two.len() == 32 => [&[4], one, two].concat(),
            _ => return Err(KeyError::Unusable),
        };
        Ok(Self { algorithm, bytes, private: None })
    }

    pub(crate) fn with_private(mut self, private: &Secret) -> Self {
        self.private = Some(private.clone());
        self
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &Signature) -> bool {
        let signature = signature.0.as_slice();
        match self.algorithm {
            SignatureAlgorithm::Ed25519 => {
                UnparsedPublicKey::new(&ED25519, &self.bytes).verify(message, signature).is_ok()
            }
            SignatureAlgorithm::EcdsaP256 => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.bytes).verify(message, signature).is_ok()
            }
            SignatureAlgorithm::EcdsaP256Fixed => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.bytes).verify(message, signature).is_ok()
            }
            SignatureAlgorithm::Rsa(hash) | SignatureAlgorithm::RsaX509(hash) => {
                rsa::verify(hash, &self.bytes, message, signature)
            }
            SignatureAlgorithm::Hmac(_) => false,
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Option<Signature> {
        sign(self.algorithm, self.private.as_ref()?, message)
    }
}

/// Signs with a private key: PKCS#8, in PEM or base64.
pub(super) fn sign(algorithm: SignatureAlgorithm, private: &Secret, message: &[u8]) -> Option<Signature> {
    let key = private_der(private)?;
    let random = SystemRandom::new();
    let ecdsa = |parameters| {
        let pair = EcdsaKeyPair::from_pkcs8(parameters, &key, &random).ok()?;
        Some(pair.sign(&random, message).ok()?.as_ref().to_vec())
    };
    Some(Signature(match algorithm {
        SignatureAlgorithm::Ed25519 => {
            Ed25519KeyPair::from_pkcs8_maybe_unchecked(&key).ok()?.sign(message).as_ref().to_vec()
        }
        SignatureAlgorithm::EcdsaP256 => ecdsa(&ECDSA_P256_SHA256_ASN1_SIGNING)?,
        SignatureAlgorithm::EcdsaP256Fixed => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING)?,
        SignatureAlgorithm::Rsa(hash) | SignatureAlgorithm::RsaX509(hash) => rsa::sign(hash, &key, message)?,
        SignatureAlgorithm::Hmac(_) => return None,
    }))
}

/// Of PEM the first private key, whatever else is there.
fn private_der(private: &Secret) -> Option<Vec<u8>> {
    let pem = PrivatePkcs8KeyDer::from_pem_slice(private.expose().as_bytes()).ok();
    pem.map(|key| key.secret_pkcs8_der().to_vec()).or_else(|| KeyFormat::SpkiBase64.decode(private).ok())
}

/// The public key in a certificate, as SubjectPublicKeyInfo.
pub(super) fn spki_of(certificate: &CertificateDer<'_>) -> Option<Vec<u8>> {
    Some(EndEntityCert::try_from(certificate).ok()?.subject_public_key_info().to_vec())
}

fn spki_of_pem(pem: &[u8]) -> Result<Vec<u8>, KeyError> {
    let certificate = CertificateDer::from_pem_slice(pem).map_err(|_| KeyError::NotPem)?;
    spki_of(&certificate).ok_or(KeyError::NotX509)
}

/// A public key, written in that format, and its private key. New each time, except for RSA, whose keys are slow to
/// generate: that one is part of the source. `None` where the algorithm uses a shared secret.
pub(crate) fn generate_pair(algorithm: SignatureAlgorithm, format: KeyFormat) -> Option<(Secret, Secret)> {
    use ring::signature::KeyPair as _;
    let random = SystemRandom::new();
    let (private, prefix, point) = match algorithm {
        SignatureAlgorithm::Ed25519 => {
            let private = Ed25519KeyPair::generate_pkcs8(&random).ok()?;
            let pair = Ed25519KeyPair::from_pkcs8(private.as_ref()).ok()?;
            (private, SPKI_ED25519, pair.public_key().as_ref().to_vec())
        }
        SignatureAlgorithm::EcdsaP256 | SignatureAlgorithm::EcdsaP256Fixed => {
            let private = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).ok()?;
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, private.as_ref(), &random).ok()?;
            (private, SPKI_P256, pair.public_key().as_ref().to_vec())
        }
        SignatureAlgorithm::RsaX509(_) => return Some((Secret::new(RSA_CERTIFICATE), Secret::new(RSA_KEY))),
        SignatureAlgorithm::Rsa(_) => {
            let spki = spki_of_pem(RSA_CERTIFICATE.as_bytes()).ok()?;
            return Some((Secret::new(BASE64.encode(spki)), Secret::new(RSA_KEY)));
        }
        SignatureAlgorithm::Hmac(_) => return None,
    };
    let public = match format {
        KeyFormat::Hex => hex::encode(&point),
        KeyFormat::Whpk => format!("whpk_{}", BASE64.encode(&point)),
        KeyFormat::SpkiBase64 => BASE64.encode([prefix, &point].concat()),
        _ => BASE64.encode(&point),
    };
    Some((Secret::new(public), Secret::new(BASE64.encode(private.as_ref()))))
}
