//! Until when an X.509 certificate is valid: the one date of it that people must know, and the one thing that rustls's own reader
//! does not give out. Whether the certificate is right is rustls's to say.

use time::PrimitiveDateTime;
use time::format_description::parse_borrowed;

use hookbell_model::timestamp::Timestamp;

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const FORMAT: &str = "[year][month][day][hour][minute][second]Z";

/// `certificate` is DER, of RFC 5280: a sequence that begins with the part that is signed, which has version, serial number,
/// algorithm, issuer and then the validity, a sequence of two times.
pub(super) fn end(certificate: &[u8]) -> Option<Timestamp> {
    let (_, certificate, _) = element(certificate)?;
    let (_, mut signed, _) = element(certificate)?;
    if *signed.first()? == VERSION {
        signed = element(signed)?.2;
    }
    // Serial number, algorithm, issuer.
    for _ in 0..3 {
        signed = element(signed)?.2;
    }
    let (tag, validity, _) = element(signed)?;
    let (_, _, validity) = element(validity).filter(|_| tag == SEQUENCE)?;
    let (tag, end, _) = element(validity)?;
    let end = std::str::from_utf8(end).ok()?;
    let end = match tag {
        // Two digits of a year between 1950 and 2049.
        UTC_TIME => format!("{}{end}", if end.get(..2)? < "50" { "20" } else { "19" }),
        GENERALIZED_TIME => end.to_owned(),
        _ => return None,
    };
    let end = PrimitiveDateTime::parse(&end, &parse_borrowed::<2>(FORMAT).ok()?).ok()?;
    Some(Timestamp::from_secs(end.assume_utc().unix_timestamp()))
}

/// Tag and content of the first element, and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], rest) = der.split_first_chunk::<2>()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (length, rest) =
            rest.split_at_checked(usize::from(first & 0x7f)).filter(|(length, _)| length.len() <= 4)?;
        (length.iter().fold(0, |sum, byte| (sum << 8) | usize::from(*byte)), rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    /// Made by `openssl req -x509 -days 3650`, and with 36500.
    const UNTIL_2036: &str = "MIIBjTCCATOgAwIBAgIUUN2DwnglqTT8KT0c3AKpdRFvvFEwCgYIKoZIzj0EAwIwHDEaMBgGA1UEAwwRaG9va3MuZXhhbXBsZS5jb20wHhcNMjYxMTI4MTYyNTE3WhcNMzYxMTI1MTYyNTE3WjAcMRowGAYDVQQDDBFob29rcy5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLr6UFGkHALpxrJ1ZTAi/pucwXTgPdITwYaeVJ9sTA8VOkdDFDnGjZdFpYBuVspctDXHntjTzjxYzJ94xGYC1NSjUzBRMB0GA1UdDgQWBBQa8nvJxUpV40hJWbgDaUmHe0xCcjAfBgNVHSMEGDAWgBQa8nvJxUpV40hJWbgDaUmHe0xCcjAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQCu0bWuJ0mxdIspS/EpuwzujaUViJjlGE9T4LmqokwUmwIgUe3EwUMaWxWyw1zbPNPeo5f4plaBfsnxQZoZ/LZCDkU=";
    const UNTIL_2126: &str = "MIIBjzCCATWgAwIBAgIUO6qz3QT2olIq6C42MqA1WdH/W44wCgYIKoZIzj0EAwIwHDEaMBgGA1UEAwwRaG9va3MuZXhhbXBsZS5jb20wIBcNMjYxMTI4MTYyNTE3WhgPMjEyNjExMDQxNjI1MTdaMBwxGjAYBgNVBAMMEWhvb2tzLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEuvpQUaQcAunGsnVlMCL+m5zBdOA90hPBhp5Un2xMDxU6R0MUOcaNl0WlgG5Wyly0Ncee2NPOPFjMn3jEZgLU1KNTMFEwHQYDVR0OBBYEFBrye8nFSlXjSElZuANpSYd7TEJyMB8GA1UdIwQYMBaAFBrye8nFSlXjSElZuANpSYd7TEJyMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhANkWXZhynNVpJPPQlyq2owlctPDjmNGniPpKGs7Vsb+AAiBMFTZUr3oDHEgerDNb95lDXKJqPjZVCvg5AecfsB4Ekg==";

    #[test]
    fn the_end_of_a_certificate_is_read_in_both_of_its_forms() {
        let end = |text: &str| end(&STANDARD.decode(text).expect("base64")).map(Timestamp::to_rfc3339);
        assert_eq!(end(UNTIL_2036).as_deref(), Some("2036-11-25T16:25:17Z"));
        assert_eq!(end(UNTIL_2126).as_deref(), Some("2126-11-04T16:25:17Z"));
    }

    #[test]
    fn what_is_cut_short_has_no_end() {
        let certificate = STANDARD.decode(UNTIL_2036).expect("base64");
        for length in 0..certificate.len() {
            assert_eq!(end(&certificate[..length]), None, "{length}");
        }
    }
}
