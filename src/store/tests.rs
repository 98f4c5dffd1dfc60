//! Proofs of the store's promises, on real files. Here are the helpers; the proofs stand by subject.

mod capturing;
mod history;
mod keeping;
mod lanes;
mod pruning;
mod questions;
mod trouble;

use super::*;
use hookbell_model::delivery::{Plan, Status};
use hookbell_model::event::Facts;

/// A store in a folder of its own.
struct Place {
    folder: tempfile::TempDir,
    config: Config,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = Config { path: folder.path().join("hookbell.db"), keep: None };
        Self { folder, config }
    }

    async fn open(&self) -> Store {
        Store::open(&self.config).await.expect("it opens")
    }

    /// What a look at the file with another program finds.
    fn number(&self, sql: &str) -> i64 {
        let conn = Connection::open(&self.config.path).expect("it opens");
        conn.query_row(sql, [], |row| row.get(0)).expect("a number")
    }
}

fn event(source: &str, reference: &str) -> Event {
    Event {
        id: EventId::UNSET,
        source: source.to_owned(),
        provider: "stripe".to_owned(),
        reference: reference.to_owned(),
        event_type: "invoice.paid".to_owned(),
        topic: Topic::Payment,
        facts: Facts { actor: Some("Zoë \0 \"O'Hara\"".to_owned()), amount: Some(-5), ..Facts::default() },
        time: Timestamp(900),
        received: Timestamp(1000),
    }
}

fn raw() -> Raw {
    Raw { headers: [("v".to_owned(), "a header named v".to_owned())].into(), body: vec![0, 159, 146, 150, b'{', b'}'] }
}

fn to(destinations: &[&str]) -> Vec<NewDelivery> {
    let plan = Plan {
        template: Some("stripe.payment".to_owned()),
        mention: vec![hookbell_model::delivery::Mention::Here],
        mask: None,
    };
    destinations
        .iter()
        .map(|destination| NewDelivery { destination: (*destination).to_owned(), plan: plan.clone() })
        .collect()
}

async fn accept(store: &Store, reference: &str, destinations: &[&str]) -> EventId {
    match store.accept(event("shop", reference), raw(), to(destinations)).await.expect("accepted") {
        Accepted::New(id) => id,
        Accepted::Duplicate(id) => panic!("{id} was there before"),
    }
}

fn attempt(outcome: &str) -> Attempt {
    Attempt {
        at: Timestamp(2000),
        took: Duration::from_millis(120),
        outcome: outcome.to_owned(),
        detail: "HTTP 200".to_owned(),
    }
}

fn settled(status: Status) -> Settled {
    Settled {
        status,
        reason: "posted".to_owned(),
        message: Some(MessageRef { id: "77".to_owned(), channel: "88".to_owned() }),
        key: None,
        in_thread: false,
        post: None,
        attempt: Some(attempt("delivered")),
        possible_repeat: false,
        sent: None,
    }
}

fn postponed(counts: bool) -> Postponed {
    Postponed {
        not_before: Timestamp(5000),
        reason: "told to wait".to_owned(),
        attempt: Some(attempt("waited")),
        counts,
        possible_repeat: false,
    }
}

async fn head(store: &Store, destination: &str) -> Work {
    store.head(destination).await.expect("asked").expect("something waits")
}

fn unavailable<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(Error::Unavailable(words)) => words,
        other => panic!("expected `Unavailable`, got {other:?}"),
    }
}
