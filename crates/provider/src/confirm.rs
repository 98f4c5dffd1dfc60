//! `[confirm]`: events that ask for a link to be opened, such as the first message of an Amazon SNS subscription. No request opens it: a
//! person does, with `hookbell confirm`.

use serde_json::Value;
use url::Url;

use hookbell_config_file::{Code, Diagnostics, Table};
use hookbell_model::event::Globs;

/// Which events ask for it, and where their link may lead.
#[derive(Debug, Clone)]
pub(crate) struct ConfirmRule {
    on: Globs,
    /// A JSON pointer.
    url: String,
    /// Names of hosts, in which `*` is one label: `sns.*.amazonaws.com`.
    hosts: Vec<String>,
}

/// Why there is no link to open.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfirmError {
    #[error("its sender asks for no confirmation by link")]
    NotAsked,
    #[error("events of type `{0}` ask for no confirmation")]
    OtherType(String),
    #[error("it has no link at `{0}`")]
    NoLink(String),
    #[error("its link leads to `{found}`; expected `https://` and {}", .expected.join(" or "))]
    OtherHost { found: String, expected: Vec<String> },
}

impl ConfirmRule {
    pub(crate) fn read(mut table: Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let on: Vec<String> = table.require("on", diagnostics).unwrap_or_default();
        let url: String = table.require("url", diagnostics).unwrap_or_default();
        let hosts: Vec<String> = table.require("hosts", diagnostics).unwrap_or_default();
        if !url.starts_with('/') && table.has("url") {
            diagnostics.add(table.error("url", Code::INVALID_VALUE, "expected a JSON pointer such as `/SubscribeURL`"));
        }
        if hosts.is_empty() && table.has("hosts") {
            diagnostics.add(table.error("hosts", Code::INVALID_VALUE, "names no host, so no link could be opened"));
        }
        table.finish(diagnostics);
        Self { on: Globs::new(on), url, hosts }
    }

    /// The link of an event, where it leads to one of the hosts.
    ///
    /// # Errors
    /// When the event asks for nothing, has no link, or one that leads elsewhere.
    pub(crate) fn link(&self, event_type: &str, payload: &Value) -> Result<Url, ConfirmError> {
        if !self.on.matches(event_type) {
            return Err(ConfirmError::OtherType(event_type.to_owned()));
        }
        let link = payload.pointer(&self.url).and_then(Value::as_str).and_then(|link| Url::parse(link).ok());
        let link = link.ok_or_else(|| ConfirmError::NoLink(self.url.clone()))?;
        let host = link.host_str().unwrap_or_default();
        let plain = link.username().is_empty() && link.password().is_none();
        // Only a file of the user's own names a machine of theirs.
        let is_secure =
            link.scheme() == "https" && link.port().is_none() || link.scheme() == "http" && host == "127.0.0.1";
        if plain && is_secure && self.hosts.iter().any(|pattern| is_host(pattern, host)) {
            return Ok(link);
        }
        let found = format!("{}://{host}", link.scheme());
        Err(ConfirmError::OtherHost { found, expected: self.hosts.clone() })
    }
}

/// Label by label, so that `sns.*.amazonaws.com` is no bucket called `sns.mine.s3.amazonaws.com`.
fn is_host(pattern: &str, host: &str) -> bool {
    let (pattern, host): (Vec<&str>, Vec<&str>) = (pattern.split('.').collect(), host.split('.').collect());
    pattern.len() == host.len()
        && pattern.iter().zip(&host).all(|(wanted, label)| *wanted == "*" || wanted.eq_ignore_ascii_case(label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_a_link_to_one_of_the_hosts_is_opened() {
        let rule = ConfirmRule {
            on: Globs::new(["SubscriptionConfirmation"]),
            url: "/SubscribeURL".into(),
            hosts: vec!["sns.*.amazonaws.com".into()],
        };
        let link = |link: &str| rule.link("SubscriptionConfirmation", &json!({ "SubscribeURL": link }));
        let right = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336";
        assert_eq!(link(right).map(String::from), Ok(right.to_owned()));
        for wrong in [
            "http://sns.eu-west-1.amazonaws.com/?Token=1",
            "https://sns.eu-west-1.amazonaws.com.example.com/?Token=1",
            "https://sns.mine.s3.amazonaws.com/?Token=1",
            "https://sns.eu-west-1.amazonaws.com:8443/?Token=1",
            "https://a@sns.eu-west-1.amazonaws.com/?Token=1",
            "https://example.com/sns.eu-west-1.amazonaws.com",
            "http://127.0.0.1/",
            "file:///etc/passwd",
        ] {
            assert!(matches!(link(wrong), Err(ConfirmError::OtherHost { .. })), "{wrong}");
        }
        assert_eq!(link("no link"), Err(ConfirmError::NoLink("/SubscribeURL".into())));
        assert_eq!(rule.link("Notification", &json!({})), Err(ConfirmError::OtherType("Notification".into())));
    }
}
