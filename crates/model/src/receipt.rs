//! How an event came in: the check that its request passed. Never a secret, only which of several it was.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How an event came in. Kept as JSON; variants and keys are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "check", rename_all = "snake_case")]
pub enum Receipt {
    /// Nothing was checked: the source or its provider's file says so.
    Unchecked,
    /// A signature over the request was right.
    Signature(PassedCheck),
    /// A token in the request was right.
    Token(PassedCheck),
    /// A signed token (JWS) in the request was right.
    Jws(PassedCheck),
}

/// A check that a request passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedCheck {
    /// Where in the request it was: `header `Stripe-Signature``.
    pub place: String,
    /// Which of the source's secrets it was, from 1: those of `secrets` in their order, then `secret`, then captured ones.
    /// 0 where the key is the one in the provider's file.
    pub secret: usize,
    /// How many secrets the source had then.
    pub of: usize,
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, passed) = match self {
            Self::Unchecked => return f.write_str("accepted without a check"),
            Self::Signature(passed) => ("the signature", passed),
            Self::Token(passed) => ("the token", passed),
            Self::Jws(passed) => ("the signed token", passed),
        };
        let PassedCheck { place, secret, of } = passed;
        write!(f, "verified: {what} in {place}, ")?;
        match (secret, of) {
            (0, _) => f.write_str("with the key in the provider's file"),
            (_, 1) => f.write_str("with the source's secret"),
            _ => write!(f, "with secret {secret} of {of}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_data_and_words_and_names_no_secret() {
        let passed = |secret, of| PassedCheck { place: "header `X-Token`".to_owned(), secret, of };
        for (receipt, json, words) in [
            (Receipt::Unchecked, r#"{"check":"unchecked"}"#, "accepted without a check"),
            (
                Receipt::Signature(passed(2, 3)),
                r#"{"check":"signature","place":"header `X-Token`","secret":2,"of":3}"#,
                "verified: the signature in header `X-Token`, with secret 2 of 3",
            ),
            (
                Receipt::Jws(passed(0, 0)),
                r#"{"check":"jws","place":"header `X-Token`","secret":0,"of":0}"#,
                "verified: the signed token in header `X-Token`, with the key in the provider's file",
            ),
            (
                Receipt::Token(passed(1, 1)),
                r#"{"check":"token","place":"header `X-Token`","secret":1,"of":1}"#,
                "verified: the token in header `X-Token`, with the source's secret",
            ),
        ] {
            assert_eq!(serde_json::to_string(&receipt).expect("JSON"), json);
            assert_eq!(serde_json::from_str::<Receipt>(json).expect("a receipt"), receipt);
            assert_eq!(receipt.to_string(), words);
        }
    }
}
