//! What a channel shows after all events of a sale, an order, an alert or an issue, in the config of a newcomer: a source
//! and a route without `events`. A snapshot for each file in `sequences/`, and for the cases from public reports.
//!
//! A file is a list of requests in the order of their arrival: `source` names the provider, `body` is JSON (or a text, or
//! the fields, for forms; XML and forms in parts as in a provider's file), `headers` are what the provider sends beside its signature. With `SEQUENCE=name` only those with that in their name are
//! played, with `SHOW=1` what the channel shows is printed instead of compared.

mod forum;
mod player;

use std::path::Path;

use self::player::{Player, Request};
use crate::support::cases;

/// Sequences whose cards depend on the order of arrival, and why.
const IN_ORDER_ONLY: &[(&str, &str)] = &[
    ("alertmanager", "a group says no time of its own"),
    ("grafana", "a group says no time of its own"),
    ("uptime-kuma_down_twice", "two outages of one monitor: what ends which is told by the order alone"),
    ("twitch_a_stream", "two streams of one channel: what ends which is told by the order alone"),
    ("patreon", "a body says no time of its own"),
    ("plex", "a body says no time of its own"),
    ("dropbox-sign", "the time is signed, so it is that of the arrival here"),
    ("gumroad", "a request says when the sale was, and not when it was refunded or disputed"),
    ("aws-sns", "an alarm that is raised twice before it is OK: what ends which is told by the order alone"),
    ("app-store", "a payment that fails and is made, and then the end: what is of which is told by the order alone"),
    ("github_build_breaks", "a success is news after a failure that is known, and says nothing else of a branch"),
];

/// The sequences of this folder.
fn own() -> Vec<(String, Vec<Request>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/sequences");
    let files = std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    let mut files: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect();
    files.sort();
    let name = |path: &Path| path.file_stem().expect("a name").to_string_lossy().into_owned();
    files.retain(|path| is_wanted(&name(path)));
    files.iter().map(|path| (name(path), requests(&std::fs::read_to_string(path).expect("a text")))).collect()
}

fn shared() -> Vec<(String, Vec<Request>)> {
    cases().into_iter().filter(|(name, _)| is_wanted(name)).map(|(name, text)| (name, requests(&text))).collect()
}

fn requests(text: &str) -> Vec<Request> {
    serde_json::from_str(text).expect("requests")
}

fn is_wanted(name: &str) -> bool {
    std::env::var("SEQUENCE").map_or(true, |wanted| name.contains(&wanted))
}

/// Plays each, and compares the channel with the snapshot of its name.
async fn compare(sequences: Vec<(String, Vec<Request>)>, prefix: &str) {
    for (name, requests) in sequences {
        let shown = Player::start(&requests).await.play(&requests).await.text();
        if std::env::var_os("SHOW").is_some() {
            eprintln!("===== {name}\n{shown}");
            continue;
        }
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(format!("{prefix}{name}"), shown) });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_channel_after_each_sequence() {
    compare(own(), "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_channel_after_each_publicly_reported_situation() {
    compare(shared(), "case_").await;
}

/// Each request twice, and restarts of the program in between: the channel is the same.
#[tokio::test(flavor = "multi_thread")]
async fn repeats_and_restarts_change_nothing() {
    for (name, requests) in own() {
        let plain = Player::start(&requests).await.play(&requests).await.text();
        let repeated = Player::start(&requests).await.restarting().repeating().play(&requests).await.text();
        assert_eq!(repeated, plain, "{name}");
    }
}

/// The events of a thing in another order than they happened: each message shows the newest state in the end.
#[tokio::test(flavor = "multi_thread")]
async fn the_cards_are_the_same_whatever_the_order_of_arrival() {
    let mut random = fastrand::Rng::with_seed(1815);
    let mut differing = Vec::new();
    for (name, requests) in own() {
        if IN_ORDER_ONLY.iter().any(|(of, _)| name.starts_with(of)) {
            continue;
        }
        let plain = Player::start(&requests).await.play(&requests).await.cards();
        let mut shuffled = requests.clone();
        random.shuffle(&mut shuffled);
        let cards = Player::start(&shuffled).await.play(&shuffled).await.cards();
        if cards != plain {
            differing.push(format!("{name}\n--- in order{}\n--- shuffled{}", plain.concat(), cards.concat()));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

/// Through the whole program: each request twice, restarts in between, any order; what a server sees is all of it.
#[tokio::test(flavor = "multi_thread")]
async fn money_counts_once_whatever_comes_how_often_in_which_order() {
    let mut random = fastrand::Rng::with_seed(1815);
    for (name, wanted) in [
        ("stripe_one_off_checkout", "EUR 4900: 4900 (1), 0 (0), 0 (0)\n"),
        ("stripe_refunds", "EUR 3900: 4900 (1), 1000 (1), 0 (0)\n"),
        ("square_invoice_paid_in_parts", "EUR 24000: 24000 (1), 0 (0), 0 (0)\n"),
        ("paddle_sale_refunded_in_parts", "EUR 2400: 2900 (1), 500 (1), 0 (0)\n"),
    ] {
        let Some((_, mut requests)) = own().into_iter().find(|(known, _)| known == name) else { continue };
        let plain = Player::start(&requests).await.play(&requests).await.money;
        assert_eq!(plain, [wanted, wanted], "{name}");
        random.shuffle(&mut requests);
        let shuffled = Player::start(&requests).await.restarting().repeating().play(&requests).await.money;
        assert_eq!(shuffled, [wanted, wanted], "{name}");
    }
}
