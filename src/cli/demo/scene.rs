//! The demo's buttons: what too many events at once look like.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::stream::{MONITOR, SECRET};
use hookbell_fake_discord::HostButton;
use hookbell_model::timestamp::Timestamp;

/// What a button sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scene {
    Sales,
    Storm,
}

const SALES: u64 = 40;
const ALERTS: u64 = 40;
/// Between two alerts; all of them take ten seconds.
const BETWEEN: Duration = Duration::from_millis(250);

impl Scene {
    const ALL: [Self; 2] = [Self::Sales, Self::Storm];

    /// A button for each scene.
    pub(super) fn buttons() -> Vec<HostButton> {
        let button = |scene: Self| {
            let (label, about) = match scene {
                Self::Sales => ("40 sales at once", "#sales: what Discord's limit makes wait goes together"),
                Self::Storm => ("A storm of alerts", "#alerts: eight, then one message that is edited"),
            };
            HostButton { name: scene.name().to_owned(), label: label.to_owned(), about: about.to_owned() }
        };
        Self::ALL.into_iter().map(button).collect()
    }

    pub(super) fn of(button: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scene| scene.name() == button)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Sales => "sales",
            Self::Storm => "storm",
        }
    }

    /// Posts its events.
    pub(super) async fn play(self, intake: SocketAddr) {
        // Each run is new events.
        static RUN: AtomicU64 = AtomicU64::new(1);
        let run = RUN.fetch_add(1, Ordering::Relaxed);
        let Ok(client) = reqwest::Client::builder().no_proxy().build() else { return };
        let (source, count, between) = match self {
            Self::Sales => ("shop", SALES, Duration::ZERO),
            Self::Storm => (MONITOR, ALERTS, BETWEEN),
        };
        for at in 0..count {
            let body = match self {
                Self::Sales => sale(run, at),
                Self::Storm => alert(run, at),
            };
            let url = format!("http://{intake}/hooks/{source}");
            let post = client.post(url).bearer_auth(SECRET).header("content-type", "application/json");
            if let Err(error) = post.body(body.to_string()).send().await {
                tracing::warn!(error = %error.without_url(), "an event could not be sent");
            }
            tokio::time::sleep(between).await;
        }
    }
}

fn sale(run: u64, at: u64) -> Value {
    const NAMES: [&str; 5] = ["Ada", "Grace", "Katherine", "Mary", "Hedy"];
    const THINGS: [(&str, u64); 4] =
        [("Lighthouse print", 4900), ("Postcards", 1250), ("Sea chart", 7900), ("Tea towel", 1490)];
    let (thing, amount) = pick(&THINGS, at);
    json!({
        "type": "payment", "id": format!("sale-{run}-{at}"), "time": Timestamp::now().to_rfc3339(), "amount": amount,
        "currency": "EUR", "title": thing, "customer": { "name": format!("{} Example", pick(&NAMES, at)) },
    })
}

fn alert(run: u64, at: u64) -> Value {
    const TYPES: [(&str, &str); 3] = [
        ("alert.latency", "Checkout answers slowly"),
        ("alert.errors", "Checkout answers with errors"),
        ("alert.queue", "The queue of e-mails grows"),
    ];
    let (event_type, title) = pick(&TYPES, at);
    json!({
        "type": event_type, "id": format!("alert-{run}-{at}"), "time": Timestamp::now().to_rfc3339(), "severity": "warning",
        "title": title, "service": "checkout", "host": format!("web-{}.example.com", at % 4 + 1),
    })
}

fn pick<T: Copy + Default>(of: &[T], at: u64) -> T {
    let length = u64::try_from(of.len()).unwrap_or(1).max(1);
    usize::try_from(at % length).ok().and_then(|at| of.get(at)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_button_has_its_scene() {
        let buttons = Scene::buttons();
        assert!(buttons.iter().all(|button| Scene::of(&button.name).is_some()), "{buttons:?}");
        assert_eq!(Scene::of("other"), None);
    }
}
