//! As much of DER as keys need: one value after the other, with definite lengths. What is read with it was made by the
//! owner of the source, or was found right by `webpki` before.

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OBJECT_ID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
/// `[3] EXPLICIT`: the extensions of a certificate.
const EXTENSIONS: u8 = 0xa3;

/// The values that follow each other in some bytes.
pub(super) struct Values<'a>(pub(super) &'a [u8]);

impl<'a> Values<'a> {
    /// The next value's tag and content.
    pub(super) fn any(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x83 => {
                let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }

    /// The content of the next value, which must have this tag.
    pub(super) fn next(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.any().filter(|(found, _)| *found == tag).map(|(_, content)| content)
    }
}

/// A value with this tag.
pub(super) fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let digits = length.iter().position(|byte| *byte != 0).and_then(|at| length.get(at..)).unwrap_or(&[0]);
    let mut all = vec![tag];
    if content.len() > 0x7f {
        all.push(0x80 | u8::try_from(digits.len()).unwrap_or(0x7f));
    }
    all.extend_from_slice(digits);
    all.extend_from_slice(content);
    all
}

/// A whole number of big-endian digits, never negative.
pub(super) fn integer(digits: &[u8]) -> Vec<u8> {
    let start = digits.iter().position(|byte| *byte != 0).unwrap_or(digits.len());
    let digits = digits.get(start..).unwrap_or_default();
    let sign: &[u8] = if digits.first().is_none_or(|first| *first > 0x7f) { &[0] } else { &[] };
    value(INTEGER, &[sign, digits].concat())
}

/// The content of the object identifier that is written `1.2.840.113549`.
pub(super) fn object_id(text: &str) -> Option<Vec<u8>> {
    let numbers: Option<Vec<u64>> = text.split('.').map(|number| number.parse().ok()).collect();
    let numbers = numbers?;
    let [first, second, rest @ ..] = numbers.as_slice() else { return None };
    if *first > 2 || *second > 39 || rest.is_empty() {
        return None;
    }
    let mut bytes = vec![u8::try_from(first * 40 + second).ok()?];
    for number in rest {
        let groups = (64 - number.leading_zeros()).div_ceil(7).max(1);
        for group in (0..groups).rev() {
            let seven = u8::try_from(number >> (7 * group) & 0x7f).ok()?;
            bytes.push(if group == 0 { seven } else { seven | 0x80 });
        }
    }
    Some(bytes)
}

/// The object identifiers of a certificate's extensions.
pub(super) fn extensions(certificate: &[u8]) -> Option<Vec<&[u8]>> {
    let mut body = Values(Values(Values(certificate).next(SEQUENCE)?).next(SEQUENCE)?);
    while let Some((tag, content)) = body.any() {
        if tag == EXTENSIONS {
            let mut list = Values(Values(content).next(SEQUENCE)?);
            let mut found = Vec::new();
            while !list.0.is_empty() {
                found.push(Values(list.next(SEQUENCE)?).next(OBJECT_ID)?);
            }
            return Some(found);
        }
    }
    Some(Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_written_as_der_has_them() {
        assert_eq!(integer(&[0, 0, 1, 0]), [2, 2, 1, 0]);
        assert_eq!(integer(&[0x80]), [2, 2, 0, 0x80]);
        assert_eq!(integer(&[]), [2, 1, 0]);
        assert_eq!(value(SEQUENCE, &[7; 200]).get(..3), Some([0x30, 0x81, 200].as_slice()));
        assert_eq!(value(SEQUENCE, &[7; 300]).get(..4), Some([0x30, 0x82, 1, 44].as_slice()));
        assert_eq!(
            object_id("1.2.840.113635.100.6.11.1").as_deref(),
            Some([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x63, 0x64, 0x06, 0x0b, 0x01].as_slice())
        );
        for wrong in ["", "1", "1.2", "1.2.x", "3.1.1", "1.40.1", "1..2", "-1.2.3"] {
            assert_eq!(object_id(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_cut_off_is_not_read() {
        let whole = value(SEQUENCE, &[7; 300]);
        assert_eq!(Values(&whole).next(SEQUENCE), Some([7; 300].as_slice()));
        for end in 0..whole.len() {
            assert_eq!(Values(&whole[..end]).any(), None, "{end}");
        }
        for wrong in [[0x30, 0x80].as_slice(), &[0x30, 0x84, 0, 0, 0, 0], &[0x30, 0xff, 0xff, 0xff]] {
            assert_eq!(Values(wrong).any(), None);
        }
        assert_eq!(extensions(b""), None);
        assert_eq!(extensions(&whole), None);
    }
}
