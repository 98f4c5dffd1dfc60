//! What the bot's questions cost among many events: `cargo bench --bench questions`; `-- --quick` with a hundredth of them.
//! Half of the events went to a channel of the asker's server, the rest to a busy one elsewhere.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

#[path = "bridge/history.rs"]
mod history;

use std::time::{Duration, Instant};

use hookbell::store::{
    Config, EventFilter, Paging, Period, PrefixMatch, Scope, Statistics, StatisticsFilter, Store, StoreUrl,
};
use hookbell_model::event::EventId;
use hookbell_model::timestamp::Timestamp;

const ASKED: u32 = 50;

#[tokio::main]
async fn main() {
    let count = if std::env::args().any(|argument| argument == "--quick") { 10_000 } else { 1_000_000 };
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&Config::new(StoreUrl::sqlite(folder.path().join("questions.db")))).await.expect("opens");
    let started = Instant::now();
    history::fill(&store, count).await;
    println!("{count} events in {:.0?}", started.elapsed());
    let questions = store.for_questions(8);
    let here = Scope::Channel { guild: history::HERE.0.into(), channel: history::HERE.1.into() };
    let last = EventId(i64::try_from(count).expect("fits"));
    let page = |filter: EventFilter, paging: Paging| {
        let (questions, here) = (questions.clone(), here.clone());
        async move {
            let page = questions.recent_page(here, filter, paging, 10).await.expect("answered");
            page.reached.map_or_else(|| page.events.len().to_string(), |_| format!("{}, partly", page.events.len()))
        }
    };
    let source = EventFilter { source: Some("rare".into()), ..EventFilter::default() };
    let search = |text: &str| EventFilter { search: Some(text.into()), ..EventFilter::default() };
    println!("| question | p50 | p99 | found |\n|---|---|---|---|");
    measure("the newest ten", || page(EventFilter::default(), Paging::Newest)).await;
    measure("a page in the middle", || page(EventFilter::default(), Paging::Before(EventId(last.0 / 2)))).await;
    measure("of a rare source", || page(source.clone(), Paging::Newest)).await;
    measure("a search that finds soon", || page(search("order 77"), Paging::Newest)).await;
    measure("a search that finds nothing", || page(search("no such thing"), Paging::Newest)).await;
    let classes = || async { questions.classes(here.clone()).await.expect("answered").len().to_string() };
    measure("suggestions of a source", classes).await;
    let statistics = || async {
        let ever = Period { from: Timestamp(0), until: Timestamp::now() };
        let found =
            questions.statistics(here.clone(), StatisticsFilter::default(), vec![ever]).await.expect("answered");
        found.iter().map(Statistics::total).sum::<u64>().to_string()
    };
    measure("statistics of everything", statistics).await;
    for length in [1, 2, 4, 8] {
        let prefix: String = EventId(last.0 / 3 * 2).to_string().chars().take(length).collect();
        let find = || async {
            match questions.find_in(&prefix, here.clone()).await.expect("answered") {
                PrefixMatch::None => "none".to_owned(),
                PrefixMatch::One(_) => "one".to_owned(),
                PrefixMatch::Many(ids) => ids.len().to_string(),
            }
        };
        measure(&format!("an id by {length} of its letters"), find).await;
    }
    store.close().await;
}

async fn measure<F: Future<Output = String>>(what: &str, ask: impl Fn() -> F) {
    let mut times: Vec<Duration> = Vec::new();
    let mut found = String::new();
    for _ in 0..ASKED {
        let started = Instant::now();
        found = ask().await;
        times.push(started.elapsed());
    }
    times.sort();
    let (p50, p99) = (times[times.len() / 2], times[times.len() - 1]);
    println!("| {what} | {p50:.1?} | {p99:.1?} | {found} |");
}
