//! Finds keys and tokens: by known prefixes, by the word before them, and long runs of random characters. A plain
//! hash (hexadecimal in one case) is none.

use super::masked_range::{COVER, MaskedRange};

/// Prefixes after which everything is secret.
const BEGINNINGS: &[&str] = &[
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "rk_test_",
    "whsec_",
    "sk-ant-",
    "sk-proj-",
    "sk-svcacct-",
    "sk-",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "gldt-",
    "glrt-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xoxr-",
    "xoxs-",
    "xoxe-",
    "xapp-",
    "AKIA",
    "ASIA",
    "AIza",
    "ya29.",
    "npm_",
    "pypi-",
    "dop_v1_",
    "SG.",
    "shpat_",
    "shpss_",
    "shpca_",
    "sq0atp-",
    "sq0csp-",
    "hf_",
    "EAACEdEose0cBA",
    "key-",
    "lin_api_",
    "ntn_",
    "secret_",
    "dckr_pat_",
    "tskey-",
    "glsa_",
    "rubygems_",
    "re_",
];
/// Least characters of the secret part after a prefix.
pub(super) const BEHIND: usize = 16;
/// Words that precede a token.
const SCHEMES: &[&str] = &["bearer", "basic"];
/// Least characters of a run that may be a token.
const LONG: usize = 32;
/// Small letters in a row that a random token does not have, but a name made of words does.
const WORD: usize = 9;

/// Whether a token may hold the byte.
const fn fits(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'+' | b'=' | b'~')
}

pub(super) fn find(text: &str) -> Vec<MaskedRange> {
    let mut found = Vec::new();
    let (mut at, mut before) = (0, "");
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = rest.bytes().position(|byte| !fits(byte)).unwrap_or(rest.len());
        let run = rest.get(..length).unwrap_or_default();
        let run = run.trim_end_matches('.');
        let scheme = !before.is_empty() && SCHEMES.iter().any(|scheme| before.eq_ignore_ascii_case(scheme));
        if let Some((shown, secret)) = covered(run, scheme) {
            let end = at + secret;
            found.push(MaskedRange { at: at..end, shown });
        }
        if !run.is_empty() {
            before = run;
        }
        let other = rest.get(length..).unwrap_or_default();
        let gap = other.bytes().position(fits).unwrap_or(other.len());
        if other.get(..gap).is_some_and(|gap| gap.contains(|c: char| !matches!(c, ' ' | ':' | '"' | '\''))) {
            before = "";
        }
        at += length + gap;
    }
    found.extend(passwords(text));
    found
}

/// What is shown of a run that is a token, and how much of it is covered.
fn covered(run: &str, scheme: bool) -> Option<(String, usize)> {
    if run.len() < BEHIND {
        return None;
    }
    let first = run.bytes().next();
    let beginning = BEGINNINGS.iter().filter(|beginning| beginning.bytes().next() == first).find(|beginning| {
        run.strip_prefix(**beginning)
            .is_some_and(|secret| secret.len() >= BEHIND && secret.bytes().any(|b| b.is_ascii_digit()))
    });
    if let Some(beginning) = beginning {
        return Some((format!("{beginning}{COVER}"), run.len()));
    }
    if run.len() < LONG && !scheme {
        return None;
    }
    let web_token = run.starts_with("eyJ") && run.len() >= LONG && run.contains('.');
    let secret = web_token || (scheme && run.len() >= BEHIND) || run.split(['.', '=', '~']).any(is_random);
    secret.then(|| (COVER.to_owned(), run.len()))
}

/// Both cases and digits, mixed as in random text.
fn is_random(run: &str) -> bool {
    if run.len() < LONG {
        return false;
    }
    let count = |fits: fn(&u8) -> bool| run.bytes().filter(fits).count();
    let word = run.split(|c: char| !c.is_ascii_lowercase()).map(str::len).max().unwrap_or(0);
    count(u8::is_ascii_digit) >= 2
        && count(u8::is_ascii_uppercase) >= 4
        && count(u8::is_ascii_lowercase) >= 4
        && word < WORD
}

/// `https://user:password@host`: the password.
fn passwords(text: &str) -> Vec<MaskedRange> {
    let of_url = |(at, _): (usize, &str)| {
        let start = at + "://".len();
        let rest = text.get(start..)?;
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '<' | '>'));
        let host = rest.get(..end.unwrap_or(rest.len()))?;
        let (user, _) = host.rsplit_once('@')?;
        let (name, password) = user.split_once(':')?;
        let from = start + name.len() + 1;
        Some(MaskedRange { at: from..from + password.len(), shown: COVER.to_owned() })
    };
    text.match_indices("://").filter_map(of_url).collect()
}
