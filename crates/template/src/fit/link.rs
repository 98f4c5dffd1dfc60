//! Checks URLs as Discord does, as far as that is known: http or https, well formed, short enough. One that
//! is not is left out, because Discord would refuse the whole message for it.

use url::{Position, Url};

use hookbell_model::note::{MessagePart, Note, UrlProblem};

/// Empties a URL that Discord would refuse, or writes it so that it will not. Returns whether it was dropped.
pub(super) fn fit(text: &mut String, limit: usize, part: MessagePart, notes: &mut Vec<Note>) -> bool {
    text.truncate(text.trim_end().len());
    if text.trim_start().len() < text.len() {
        *text = text.trim_start().to_owned();
    }
    if text.is_empty() || (text.len() <= limit && is_plainly_good(text)) {
        return false;
    }
    let problem = match repair(text) {
        Ok(better) if better.len() <= limit => {
            *text = better;
            return false;
        }
        Ok(_) => UrlProblem::TooLong { limit },
        Err(problem) => problem,
    };
    notes.push(Note::UrlLeftOut { part, problem });
    text.clear();
    true
}

/// The common case, checked without building anything.
fn is_plainly_good(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    is_plain_host(host) && path.bytes().all(|b| is_legal(b) && b != b'%') && path.matches('#').count() <= 1
}

/// Letters, digits and hyphens between dots, no port, ending in a name rather than a number.
fn is_plain_host(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && !label.starts_with("xn--")
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    host.len() <= 253
        && host.contains('.')
        && host.split('.').all(is_label)
        && last.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Whether the byte may be in a URL as it is (RFC 3986).
fn is_legal(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&b)
}

/// Writes the URL so that every character in it is legal.
fn repair(text: &str) -> Result<String, UrlProblem> {
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(UrlProblem::WhiteSpace);
    }
    let url = Url::parse(text).map_err(|_| UrlProblem::Malformed)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(UrlProblem::Scheme);
    }
    // Observed: Discord refuses a whole message for `http://grafana:3000/`.
    if !url.host_str().is_some_and(|host| host.trim_matches('.').contains('.')) {
        return Err(UrlProblem::NoDomain);
    }
    let origin = &url[..Position::BeforePath];
    // The browsers' standard allows more in a host than Discord's rule does.
    if !origin.bytes().all(is_legal) {
        return Err(UrlProblem::Malformed);
    }
    Ok(origin.to_owned() + &encode(&url[Position::BeforePath..]))
}

/// Percent-encodes what the URL standard of browsers leaves alone and the RFC does not.
fn encode(rest: &str) -> String {
    let mut out = String::with_capacity(rest.len());
    let mut fragment = false;
    for (at, byte) in rest.bytes().enumerate() {
        let is_escape = || rest.get(at + 1..at + 3).is_some_and(|pair| pair.bytes().all(|b| b.is_ascii_hexdigit()));
        let legal = match byte {
            b'%' => is_escape(),
            b'#' => !std::mem::replace(&mut fragment, true),
            _ => is_legal(byte),
        };
        if legal {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
