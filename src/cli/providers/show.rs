//! One provider in full: what to click at the sender, what to write into the config, which events it sends.

use serde_json::{Value, json};

use crate::cli::source_table::source_table;
use crate::config::Config;
use hookbell_provider::{Provider, SetupGuide};

/// The width of the column of names in the first part.
const WIDTH: usize = 11;

pub(super) struct ProviderPage<'a> {
    provider: &'a Provider,
    guide: SetupGuide,
    /// Each source of this provider with the URL to paste at the sender.
    urls: Vec<(String, String)>,
    /// Whether the config says how senders see the server.
    has_public_url: bool,
    /// What precedes a source's name in its URL.
    base: String,
}

impl<'a> ProviderPage<'a> {
    pub(super) fn of(provider: &'a Provider, config: Option<&Config>) -> Self {
        let base = config.and_then(|config| config.intake.public_url.as_deref());
        let hooks = format!("{}/hooks/", base.unwrap_or("https://YOUR.HOST"));
        let url = |name: &str| format!("{hooks}{name}");
        let sources = config.into_iter().flat_map(|config| &config.sources);
        let own = sources.filter(|source| source.provider.name == provider.name);
        let urls = own.map(|source| (source.name.clone(), url(&source.name))).collect();
        Self { provider, guide: provider.setup_guide(), urls, has_public_url: base.is_some(), base: hooks }
    }

    pub(super) fn as_json(&self) -> Value {
        let (provider, guide) = (self.provider, &self.guide);
        let typed = |event_type: String| json!({ "topic": provider.topic_of(&event_type).as_str(), "routine": provider.routine().matches(&event_type), "type": event_type });
        let types: Vec<Value> = provider.known_types().into_iter().map(typed).collect();
        let urls: Vec<_> = self.urls.iter().map(|(source, url)| json!({ "source": source, "url": url })).collect();
        json!({
            "name": provider.name, "title": provider.title, "docs": provider.docs, "setup": provider.setup,
            "delivery": provider.delivery, "proof": provider.proof_status().as_str(), "scheme": provider.scheme(), "urls": urls,
            "checks": guide.proofs, "secret": guide.secret, "captured": guide.captured, "conf": provider.settings(),
            "needs_public_url": provider.needs_url(), "handshakes": guide.handshakes, "body": guide.body,
            "redacted": guide.redacted, "topics": provider.topics(), "types": types, "routine": provider.routine().patterns(),
            "samples": provider.samples.iter().map(|sample| &sample.name).collect::<Vec<_>>(),
            "config": self.snippet(),
        })
    }

    pub(super) fn as_text(&self) -> String {
        let (provider, guide) = (self.provider, &self.guide);
        let mut text = format!("{} ({})\n\n", provider.title, provider.name);
        let mut row = |name: &str, what: &str| {
            let indented = what.trim().lines().collect::<Vec<_>>().join(&format!("\n{:WIDTH$} ", ""));
            if !indented.is_empty() {
                text.push_str(&format!("{name:WIDTH$} {indented}\n"));
            }
        };
        row("docs", &provider.docs);
        row("set up", &provider.setup);
        row("URL", &self.urls_as_text());
        let brought =
            "none of yours: the sender brings it in its first request, `hookbell capture SOURCE` waits for that";
        row("secret", if guide.captured { brought } else { guide.secret.as_deref().unwrap_or("none") });
        row("conf", &provider.settings().into_iter().collect::<Vec<_>>().join(", "));
        match guide.proofs.as_slice() {
            [] => row("checked", "nothing: anyone who has the URL can send events"),
            proofs => row("checked", &proofs.join("\nor ")),
        }
        row("proof", &provider.proof_status().describe());
        row("handshake", &guide.handshakes.join("\n"));
        row("body", &guide.body);
        row("never kept", &guide.redacted.join(", "));
        row("delivery", &provider.delivery);
        text.push_str(&self.events());
        text.push_str(&format!("\nFor the config:\n\n{}", self.snippet()));
        text
    }

    fn urls_as_text(&self) -> String {
        let query = self.guide.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        if self.urls.is_empty() {
            return format!("{0}{1}{query} (for a source called `{1}`)", self.base, self.source_name());
        }
        let line = |(source, url): &(String, String)| format!("{url}{query} (source `{source}`)");
        self.urls.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// A name for a source of this provider; it must be hard to guess where nothing is checked.
    fn source_name(&self) -> String {
        let name = &self.provider.name;
        if self.provider.is_unchecked() { format!("{name}-SOMETHING_RANDOM") } else { name.clone() }
    }

    /// Types with their topics, and the samples there are.
    fn events(&self) -> String {
        let provider = self.provider;
        let is_routine = |event_type: &String| provider.routine().matches(event_type);
        let (mut routine, notable): (Vec<String>, Vec<String>) =
            provider.known_types().into_iter().partition(is_routine);
        routine.extend(provider.routine().patterns().into_iter().filter(|pattern| pattern.contains(['*', '?'])));
        let row = |event_type: String| {
            let topic = provider.topic_of(&event_type).as_str().to_owned();
            [format!("  {event_type}"), topic]
        };
        let mut text = String::new();
        for (heading, types) in [
            ("Known events, with their topics (others may come):", notable),
            ("Routine: they update a message, but are posted only where a route's `events` asks for them:", routine),
        ] {
            let rows: Vec<[String; 2]> = types.into_iter().map(row).collect();
            if !rows.is_empty() {
                text.push_str(&format!("\n{heading}\n\n{}", crate::cli::table::columns(&rows)));
            }
        }
        if !provider.samples.is_empty() {
            text.push_str("\nSamples for `hookbell send SOURCE --event NAME`:\n\n");
            text.extend(provider.samples.iter().map(|sample| format!("  {}\n", sample.name)));
        }
        text
    }

    /// A source and a route to paste.
    fn snippet(&self) -> String {
        let provider = &self.provider.name;
        let name = self.source_name();
        let mut text = String::new();
        if self.provider.needs_url() && !self.has_public_url {
            text.push_str(
                "[server]\npublic_url = \"https://YOUR.HOST\"    # this sender signs the URL it sends to\n\n",
            );
        }
        text.push_str(&source_table(self.provider, &self.guide, &name, provider));
        text.push_str(&format!("\n[[routes]]\nsource = \"{name}\"\nto = [\"DESTINATION\"]\n"));
        text
    }
}
