//! The real binary, killed by SIGKILL: what was answered is kept and delivered.

mod kills;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::sink::Sink;
use crate::support::{Process, client, eventually, free_port};

const EVENTS: usize = 2_000;

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_in_the_middle_of_a_burst_loses_nothing_that_was_answered() {
    let sink = Sink::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let public = free_port();
    let config = format!(
        "[server]\nlisten = \"{public}\"\nadmin_listen = \"127.0.0.1:0\"\n[discord]\napi_base = \"http://{}\"\n[destinations.alerts]\nwebhook_url = \"https://discord.com/api/webhooks/1/token\"\n[sources.open]\nprovider = \"generic\"\nverify = \"none\"\n[[routes]]\nsource = \"open\"\nto = \"alerts\"\nbatch = \"never\"\n",
        sink.address
    );
    std::fs::write(folder.path().join("config.toml"), config).expect("a config");

    // Burst over 16 connections; the process is killed while it runs, and again later.
    let next = Arc::new(AtomicUsize::new(0));
    let answered: Arc<std::sync::Mutex<BTreeSet<usize>>> = Arc::default();
    for kill_at in [EVENTS / 3, EVENTS * 2 / 3, EVENTS] {
        let serve = Process::serve(folder.path()).await;
        let workers: Vec<_> = (0..16)
            .map(|_| {
                let (next, answered) = (Arc::clone(&next), Arc::clone(&answered));
                tokio::spawn(async move {
                    let client = client();
                    loop {
                        let at = next.fetch_add(1, Ordering::SeqCst);
                        if at >= EVENTS {
                            return;
                        }
                        let body = json!({ "id": format!("e{at}"), "type": "signup", "name": format!("Person {at}.") });
                        let request = client
                            .post(format!("http://{public}/hooks/open"))
                            .header("content-type", "application/json");
                        match request.body(body.to_string()).send().await {
                            Ok(answer) if answer.status() == 200 => drop(answered.lock().expect("a set").insert(at)),
                            Ok(answer) => panic!("answered {}", answer.status()),
                            // The process is gone.
                            Err(_) => return,
                        }
                    }
                })
            })
            .collect();
        eventually("enough of the burst was sent", async || next.load(Ordering::SeqCst) >= kill_at).await;
        drop(serve);
        for worker in workers {
            worker.await.expect("a worker");
        }
    }

    let answered = answered.lock().expect("a set").clone();
    assert!(answered.len() > EVENTS / 2, "only {} of {EVENTS} were answered", answered.len());
    let serve = Process::serve(folder.path()).await;
    let missing = || {
        let posted: BTreeSet<usize> = sink.sends().iter().flat_map(|request| people(&request.body)).collect();
        answered.difference(&posted).copied().collect::<Vec<_>>()
    };
    eventually("all that was answered was posted", async || {
        let missing = missing();
        if missing.is_empty() { Ok(()) } else { Err(missing) }
    })
    .await;
    // Three kills, one lane: at most one request each may be repeated.
    let mut posted = BTreeSet::new();
    let is_repeat = |people: Vec<usize>| people.into_iter().filter(|at| !posted.insert(*at)).count() > 0;
    let repeats = sink.sends().iter().map(|request| people(&request.body)).map(is_repeat).filter(|is| *is).count();
    assert!(repeats <= 3, "{repeats} repeats");
    drop(serve);
}

/// The numbers of the people that a posted message names, one in each embed.
fn people(body: &Value) -> Vec<usize> {
    let embeds = body["embeds"].as_array().into_iter().flatten();
    embeds
        .filter_map(|embed| {
            let text = embed.to_string();
            let after = text.split("Person ").nth(1)?;
            after.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
        })
        .collect()
}
