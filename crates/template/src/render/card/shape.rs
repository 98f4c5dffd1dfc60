//! What a text is by its shape: a name for people, or an id, a time or an address for machines.

/// In characters; a longer text is no name.
const LONGEST_NAME: usize = 300;
/// A word of letters and digits of this length was not written by a person.
const ID: usize = 12;

/// Whether a person can call a thing by it.
pub(super) fn is_name(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty()
        && text.chars().count() <= LONGEST_NAME
        && text.chars().any(char::is_alphanumeric)
        && !is_id(text)
        && !is_time(text)
        && !is_url(text)
        && !text.starts_with(['{', '['])
        && !matches!(text, "null" | "None" | "none" | "undefined" | "true" | "false" | "default" | "unknown")
}

/// An id of a database: `42`, `evt_1NG8Du2eZvKYlo2C`, `9f86d081884c7d65`, a UUID. Not `octocat/hello-world`, `v1.2.0` or `PROJ-12`.
pub(super) fn is_id(text: &str) -> bool {
    let text = text.trim();
    if text.contains(char::is_whitespace) || text.starts_with('#') {
        return false;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let marks = text.chars().count().saturating_sub(digits + letters);
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    // Random letters and digits change from one to the other all the time; the words of a name do not.
    let pairs = text.as_bytes().windows(2).map(|two| (kind(two.first()), kind(two.get(1))));
    let changes = pairs.filter(|(one, next)| one != next && *one > 0 && *next > 0 && (*one, *next) != (2, 3)).count();
    let is_address = text.contains(['.', '/', '@']);
    // `acct_00000000000000`.
    let is_prefixed = text.rsplit_once('_').is_some_and(|(_, id)| {
        id.len() >= 10
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && id.bytes().filter(u8::is_ascii_digit).count() > 2
    });
    is_prefixed
        || (letters == 0 && digits > 0 && marks <= 1)
        || (is_hex && text.len() >= ID && digits > 1)
        || (text.len() >= ID && !is_address && changes >= 3)
        || (text.len() >= 2 * ID && !is_address && digits > 0 && marks <= 1)
        || text.starts_with("gid://")
        || text.starts_with("urn:")
        || text.starts_with("arn:")
}

/// 1 for a digit, 2 for a capital, 3 for another letter, 0 for the rest.
fn kind(byte: Option<&u8>) -> u8 {
    match byte {
        Some(byte) if byte.is_ascii_digit() => 1,
        Some(byte) if byte.is_ascii_uppercase() => 2,
        Some(byte) if byte.is_ascii_lowercase() => 3,
        _ => 0,
    }
}

/// `2026-11-28T10:00:00Z`, `2026-11-28`.
pub(super) fn is_time(text: &str) -> bool {
    let mut parts = text.trim().splitn(3, '-');
    let number = |part: Option<&str>, length| {
        part.is_some_and(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    number(parts.next(), 4)
        && number(parts.next(), 2)
        && parts.next().is_some_and(|day| {
            number(day.get(..2), 2) && !day.contains(char::is_alphabetic) || day.contains(['T', ':'])
        })
}

pub(super) fn is_url(text: &str) -> bool {
    let text = text.trim();
    text.contains("://") && !text.contains(char::is_whitespace) || text.starts_with("data:")
}

/// Whether a browser shows a page for people there, as far as an address can say it.
pub(super) fn is_page(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.to_ascii_lowercase();
    let path = path.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let is_interface = host.starts_with("api.")
        || host.starts_with("api-")
        || host.contains(".api.")
        || host.contains("webhook")
        || format!("/{path}/").contains("/api/")
        || path.starts_with("rest/")
        || path.contains("/rest/");
    let is_file =
        [".json", ".xml", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".diff", ".patch", ".git"]
            .iter()
            .any(|ending| path.ends_with(ending));
    matches!(scheme, "http" | "https") && host.contains('.') && !is_interface && !is_file && !path.contains('{')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_ids_times_and_addresses() {
        for name in [
            "v1.2.0",
            "octocat/hello-world",
            "PROJ-12",
            "Ada Example",
            "Lighthouse Pro",
            "ada@example.com",
            "main",
            "#12",
            "feature/new-door-2026-11",
            "api.example.com",
            "Order #1042",
            "acme-production-eu-west-1",
            "日本語",
            "3 seats",
            "INV-2026-0042",
            "CVE-2026-1815",
            "lighthouse-web-frontend",
            "web-1",
        ] {
            assert!(is_name(name), "{name}");
        }
        for other in [
            "",
            " ",
            "42",
            "evt_1NG8Du2eZvKYlo2CUI79vXWy",
            "9f86d081884c7d659a2feaa0c55ad015",
            "null",
            "{\"a\":1}",
            "6b29fc40-ca47-1067-b31d-00dd010662da",
            "2026-11-28T10:00:00Z",
            "2026-11-28",
            "https://example.com/a",
            "gid://shopify/Product/1",
            "arn:aws:sns:eu-west-1:1:topic",
            "cus_NffrFeUfNV2Hib",
            "acct_00000000000000",
            "1699999999.123",
        ] {
            assert!(!is_name(other), "{other}");
        }
    }

    #[test]
    fn pages_are_told_from_what_programs_read() {
        for page in [
            "https://github.com/octocat/hello-world/milestone/1",
            "https://app.example.com/incidents/4?x=1",
            "http://ci.example.com",
        ] {
            assert!(is_page(page), "{page}");
        }
        for other in [
            "https://api.github.com/repos/a/b",
            "https://example.com/api/v2/x",
            "https://example.com/x.json",
            "ftp://example.com/a",
            "https://jira.example.com/rest/agile/1.0/board/4",
            "mailto:ada@example.com",
            "https://api.github.com/a{/b}",
            "https://localhost",
        ] {
            assert!(!is_page(other), "{other}");
        }
    }
}
