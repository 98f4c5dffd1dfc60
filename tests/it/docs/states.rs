//! The state diagram of a delivery in ARCHITECTURE.md is that of the code, and docs/what-happens.md names every status.

use std::collections::BTreeSet;

use hookbell::store::EventStatus;
use hookbell_model::delivery::Status;

use super::{code_spans, page};

type Edges = BTreeSet<(String, String)>;

/// `[*]` is where a delivery begins and ends.
fn in_the_code() -> Edges {
    let mut edges = Edges::new();
    for from in Status::ALL {
        let next = Status::ALL.iter().filter(|next| from.may_become(**next));
        edges.extend(next.map(|next| (from.to_string(), next.to_string())));
        if from.is_final() {
            edges.insert((from.to_string(), "[*]".to_owned()));
        } else {
            edges.insert(("[*]".to_owned(), from.to_string()));
        }
    }
    edges
}

fn in_the_diagram() -> Edges {
    let text = page("ARCHITECTURE.md").text;
    let (_, diagram) = text.split_once("stateDiagram-v2\n").expect("a state diagram");
    let (diagram, _) = diagram.split_once("```").expect("its end");
    let edge = |line: &str| {
        let (from, rest) = line.trim().split_once(" --> ")?;
        let to = rest.split_once(':').map_or(rest, |(to, _)| to);
        Some((from.trim().to_owned(), to.trim().to_owned()))
    };
    diagram.lines().filter_map(edge).collect()
}

#[test]
fn the_state_diagram_of_a_delivery_is_that_of_the_code() {
    assert_eq!(in_the_diagram(), in_the_code());
}

#[test]
fn the_page_what_happens_names_every_status() {
    let page = page("docs/what-happens.md");
    let named: BTreeSet<String> = page.rows().iter().flat_map(|row| code_spans(&row[0])).collect();
    for status in EventStatus::ALL {
        assert!(named.contains(status.as_str()), "`{}` is in no table of docs/what-happens.md", status.as_str());
    }
}
