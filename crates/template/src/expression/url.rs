//! Makes URLs and the values within them harmless. Independent of templates.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use hookbell_model::privacy::COVER;
use hookbell_model::privacy::hidden::is_invisible;

/// [`COVER`] as [`segment`] writes it.
const ENCODED_COVER: &str = "%E2%80%A2%E2%80%A2%E2%80%A2";

/// Characters that a URL's path segment or query value may hold unescaped: the unreserved ones.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// One value within a URL: it cannot end its segment or query value. A value of dots alone would move up
/// the path (also percent-encoded), so it is left out.
pub(super) fn segment(text: &str) -> String {
    let kept: String = clean_url(text).collect();
    if kept.chars().all(|c| c == '.') { String::new() } else { utf8_percent_encode(&kept, SEGMENT).collect() }
}

fn clean_url(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| !c.is_control() && !is_invisible(*c))
}

/// A path of several segments, such as `owner/repo`: each encoded by itself, dots dropped.
pub fn path(text: &str) -> String {
    let segments: Vec<String> = text.split('/').map(segment).collect();
    segments.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
}

/// A URL that may be posted: http or https, without a password in it, and serialised anew.
///
/// # Errors
/// Says why it may not; never repeats the text.
pub fn check_url(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.contains(COVER) || text.contains(ENCODED_COVER) {
        return Err("a part of it is masked");
    }
    let is_hidden = |c: char| c.is_ascii_control() || (!c.is_ascii() && (c.is_control() || is_invisible(c)));
    if text.chars().any(is_hidden) {
        return Err("it holds invisible characters");
    }
    let url = Url::parse(text).map_err(|_| "it is not a whole URL")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("only http and https are allowed");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user name or password");
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err("it names no host");
    }
    // `parse` also takes `https:host` and back slashes, which Discord reads otherwise.
    let rest = text.split_once(':').map_or("", |(_, rest)| rest);
    if !rest.starts_with("//") {
        return Err("it is not a whole URL");
    }
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_checked_whole() {
        assert_eq!(
            check_url(" https://Example.com/a b?c=\"d\" ").as_deref(),
            Ok("https://example.com/a%20b?c=%22d%22")
        );
        for wrong in [
            "",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://a/b",
            "//evil/x",
            "/x",
            "https:evil.com",
            "https:\\\\evil.com",
            "https://user:pw@evil.com/",
            "https://good.com@evil.com/",
            "https://a/\u{202e}b",
            "https://a/\nb",
            "http://",
            "discord://x",
        ] {
            assert!(check_url(wrong).is_err(), "{wrong}");
        }
    }
}
