//! Scheme and host of a server, and perhaps a path, as people write them into a config.

use url::Url;

/// Reads `http(s)://HOST[:PORT][/PATH]`; `None` where the text is anything else, or its host has a character that no
/// host name has. (`url` takes `a;b`, which is what a slip of the hand leaves.)
pub fn parse_base_url(text: &str) -> Option<Url> {
    let url = Url::parse(text.trim()).ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    let fits = matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some_and(|host| !host.is_empty() && host.bytes().all(plain))
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    fits.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scheme_host_and_path_are_read() {
        for right in ["https://a.example", "http://127.0.0.1:90/x/", " https://[::1]:8 ", "https://bücher.example"] {
            assert!(parse_base_url(right).is_some(), "{right}");
        }
        for wrong in [
            "",
            "a.example",
            "ftp://a.example",
            "https://",
            "https://a;b.example",
            "https://a.example;8080",
            "https://a,b.example",
            "https://me:s3cret@a.example",
            "https://:s3cret@a.example",
            "https://a.example?x=1",
            "https://a.example/#x",
        ] {
            assert!(parse_base_url(wrong).is_none(), "{wrong}");
        }
    }
}
