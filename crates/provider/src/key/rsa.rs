//! RSA keys with PKCS#1 v1.5: read from certificates, from plain public keys and from the numbers of a JWK.

use crypto_bigint::modular::runtime_mod::{DynResidue, DynResidueParams};
use crypto_bigint::{Encoding as _, U2048};
use ring::rand::SystemRandom;
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA512,
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaKeyPair, UnparsedPublicKey,
};
use sha1::{Digest as _, Sha1};

use super::algorithm::HashFunction;
use super::der::{self, BIT_STRING, INTEGER, OBJECT_ID, OCTET_STRING, SEQUENCE, Values};

/// `rsaEncryption`.
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// What precedes a SHA-1 in the padded message: its name, in DER.
const SHA1_PREFIX: &[u8] = &[0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];

/// The key in a SubjectPublicKeyInfo, as `RSAPublicKey`.
pub(super) fn from_spki(spki: &[u8]) -> Option<Vec<u8>> {
    let mut info = Values(Values(spki).next(SEQUENCE)?);
    if Values(info.next(SEQUENCE)?).next(OBJECT_ID)? != RSA_ENCRYPTION {
        return None;
    }
    let key = info.next(BIT_STRING)?.strip_prefix(&[0])?;
    let mut numbers = Values(Values(key).next(SEQUENCE)?);
    numbers.next(INTEGER).and(numbers.next(INTEGER))?;
    Some(key.to_vec())
}

/// An `RSAPublicKey` of its two numbers.
pub(super) fn from_numbers(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    der::value(SEQUENCE, &[der::integer(modulus), der::integer(exponent)].concat())
}

/// Modulus and exponent; the opposite of [`from_numbers`].
pub(super) fn numbers(key: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut numbers = Values(Values(key).next(SEQUENCE)?);
    let modulus = numbers.next(INTEGER)?;
    Some((modulus.strip_prefix(&[0]).unwrap_or(modulus), numbers.next(INTEGER)?))
}

pub(super) fn verify(hash: HashFunction, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let parameters = match hash {
        HashFunction::Sha1 => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        HashFunction::Sha256 => &RSA_PKCS1_2048_8192_SHA256,
        HashFunction::Sha512 => &RSA_PKCS1_2048_8192_SHA512,
        HashFunction::Md5 => return false,
    };
    UnparsedPublicKey::new(parameters, key).verify(message, signature).is_ok()
}

/// Signs with a private key in PKCS#8.
pub(super) fn sign(hash: HashFunction, private: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let padding = match hash {
        HashFunction::Sha256 => &RSA_PKCS1_SHA256,
        HashFunction::Sha512 => &RSA_PKCS1_SHA512,
        HashFunction::Sha1 => return sign_sha1(private, message),
        HashFunction::Md5 => return None,
    };
    let pair = RsaKeyPair::from_pkcs8(private).ok()?;
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(padding, &SystemRandom::new(), message, &mut signature).ok()?;
    Some(signature)
}

/// ring verifies SHA-1 and does not sign with it. Only for samples, with a key of 2048 bits.
fn sign_sha1(private: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let mut info = Values(Values(private).next(SEQUENCE)?);
    info.next(INTEGER)?;
    info.next(SEQUENCE)?;
    let mut numbers = Values(Values(info.next(OCTET_STRING)?).next(SEQUENCE)?);
    numbers.next(INTEGER)?;
    let modulus = number(numbers.next(INTEGER)?)?;
    numbers.next(INTEGER)?;
    let exponent = number(numbers.next(INTEGER)?)?;
    let digest = [SHA1_PREFIX, Sha1::digest(message).as_slice()].concat();
    let fill = vec![0xff; U2048::BYTES.checked_sub(digest.len() + 3)?];
    let padded = number(&[[0, 1].as_slice(), &fill, &[0], &digest].concat())?;
    // The modulus of a key is odd, as the arithmetic requires.
    let modulus = modulus.bit_vartime(0).then(|| DynResidueParams::new(&modulus))?;
    Some(DynResidue::new(&padded, modulus).pow(&exponent).retrieve().to_be_bytes().to_vec())
}

/// A number of at most 2048 bits.
fn number(digits: &[u8]) -> Option<U2048> {
    let start = digits.iter().position(|byte| *byte != 0)?;
    let digits = digits.get(start..)?;
    let zeros = vec![0; U2048::BYTES.checked_sub(digits.len())?];
    Some(U2048::from_be_slice(&[zeros.as_slice(), digits].concat()))
}
