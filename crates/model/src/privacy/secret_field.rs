//! Fields of unknown payloads whose name or value says that they are a secret.

use super::{MaskKind, Masks};
use crate::words::words;

/// Words of a field's name that say so, as whole words of it.
const WORDS: &[&str] = &[
    "apikey",
    "auth",
    "authentication",
    "authorization",
    "bearer",
    "cookie",
    "cookies",
    "credential",
    "credentials",
    "csrf",
    "cvc",
    "cvv",
    "hash",
    "hmac",
    "iban",
    "key",
    "keys",
    "nonce",
    "otp",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "pin",
    "private",
    "pwd",
    "salt",
    "secret",
    "secrets",
    "session",
    "signature",
    "ssn",
    "token",
    "tokens",
    "totp",
    "xsrf",
];
/// Words in the path or query of a link that lets whoever has it into an account.
const LINK_WORDS: &[&str] = &[
    "reset",
    "token",
    "invite",
    "invitation",
    "magic",
    "verify",
    "verification",
    "confirm",
    "confirmation",
    "activate",
    "activation",
    "unsubscribe",
    "otp",
    "code",
    "signature",
    "sig",
    "key",
    "secret",
    "password",
];

/// Whether a field is a secret by its name: `password`, `apiKey`, `reset_token`.
pub fn is_secret_name(name: &str) -> bool {
    words(name).iter().any(|word| WORDS.contains(&word.as_str()))
}

/// Whether a text is a secret by its form: a token, a hash of a password, a link that lets whoever has it into an account, a
/// bank account's or a social security number.
pub fn is_secret_text(text: &str) -> bool {
    let text = text.trim();
    let masked = !text.starts_with('•') && Masks::default().with(MaskKind::Token).text(text).starts_with('•');
    masked || has_secret_prefix(text) || is_password_hash(text) || is_secret_link(text) || is_iban(text) || is_ssn(text)
}

/// `sk_live_…`, also when it is short.
fn has_secret_prefix(text: &str) -> bool {
    let prefixes = [
        "sk_live_",
        "sk_test_",
        "rk_live_",
        "rk_test_",
        "whsec_",
        "ghp_",
        "gho_",
        "ghs_",
        "github_pat_",
        "glpat-",
        "xoxb-",
        "xoxp-",
    ];
    let begins = |prefix: &str| text.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty());
    prefixes.into_iter().any(begins) && !text.contains(char::is_whitespace)
}

/// `$2b$12$…`, `$argon2id$…`.
fn is_password_hash(text: &str) -> bool {
    let kinds = ["$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$argon2", "$scrypt$", "$pbkdf2", "pbkdf2_", "{SSHA}"];
    kinds.iter().any(|kind| text.starts_with(kind))
}

fn is_secret_link(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let Some((_, path)) = rest.split_once(['/', '?']) else { return false };
    let has_query = path.contains('=') || rest.contains('?');
    let words = words(path);
    let has = |word: &str| words.iter().any(|found| found == word);
    // `/docs/reset` is a page; `/reset?token=…` and `/reset/3f9a…` are keys.
    let long =
        path.split(['/', '?', '&', '=']).any(|part| part.len() >= 16 && part.bytes().any(|b| b.is_ascii_digit()));
    LINK_WORDS.iter().any(|word| has(word)) && (has_query || long)
}

/// With its check digits.
fn is_iban(text: &str) -> bool {
    let compact: String = text.chars().filter(|c| *c != ' ').collect();
    let bytes = compact.as_bytes();
    let [a, b, c, d, rest @ ..] = bytes else { return false };
    let shaped = a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit();
    if !shaped || !(11..=30).contains(&rest.len()) {
        return false;
    }
    let moved = rest.iter().chain([a, b, c, d]);
    let remainder = moved.into_iter().try_fold(0u32, |sum, byte| {
        let value = char::from(*byte).to_digit(36)?;
        Some((if value < 10 { sum * 10 } else { sum * 100 } + value) % 97)
    });
    remainder == Some(1)
}

/// `078-05-1120`.
fn is_ssn(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    matches!(parts.as_slice(), [a, b, c] if digits(a, 3) && digits(b, 2) && digits(c, 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_in_every_spelling() {
        for name in [
            "password",
            "access_token",
            "resetToken",
            "password_hash",
            "api_secret",
            "stripe_key",
            "ssn",
            "X-Api-Key",
            "apiKey",
            "iban",
            "authorization",
            "session_id",
            "PRIVATE_KEY",
            "cookie",
            "cvv",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in
            ["name", "keyboard", "monkey", "tokenizer_model", "author", "pinned", "hashtag", "plan", "phone", "privacy"]
        {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn secrets_are_known_by_their_form() {
        for text in [
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
            "sk_live_1",
            "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
            "$2b$12$abc",
            "https://x.example/reset?token=abc",
            "https://x.example/users/verify/3f9a77c1b2d44e5f9a",
            "DE89 3704 0044 0532 0130 00",
            "078-05-1120",
        ] {
            assert!(is_secret_text(text), "{text}");
        }
        for text in [
            "Ada Example",
            "https://x.example/docs/reset",
            "https://x.example/orders/1815?tab=items",
            "2026-11-27",
            "DE89 3704 0044 0532 0130 01",
            "+49 30 1234567",
            "sk-learn",
            "a plan with a key feature",
        ] {
            assert!(!is_secret_text(text), "{text}");
        }
    }
}
