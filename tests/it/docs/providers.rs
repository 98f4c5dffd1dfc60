//! The tables of docs/providers.md are made from the provider and template files. `UPDATE_DOCS=1` writes them.

use std::collections::{BTreeMap, BTreeSet};

use hookbell_model::event::Globs;
use hookbell_provider::{Provider, Providers};
use hookbell_template::render::TemplateSummary;

use super::{page, root};

const PAGE: &str = "docs/providers.md";
/// Types of a provider that are written out; `hookbell providers show NAME` has them all.
const SHOWN: usize = 16;

#[test]
fn the_tables_of_the_page_are_those_of_the_files() {
    let providers = hookbell::embedded::providers();
    let parts = [("senders", senders(&providers)), ("messages", messages(&providers)), ("sales", sales(&providers))];
    let mut text = page(PAGE).text;
    for (name, table) in parts {
        let (begin, end) = (format!("<!-- {name}: made from the files -->\n"), format!("\n<!-- end of {name} -->"));
        let (head, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("{PAGE} has no {begin}"));
        let (_, tail) = rest.split_once(&end).unwrap_or_else(|| panic!("{PAGE} has no {end}"));
        text = format!("{head}{begin}{table}{end}{tail}");
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(root().join(PAGE), &text).expect("writable");
    }
    assert!(
        page(PAGE).text == text,
        "{PAGE} is not what the files say; `UPDATE_DOCS=1 cargo test docs::providers` writes it"
    );
}

/// The own app and the senders of a common standard last.
fn ordered(providers: &Providers) -> Vec<&Provider> {
    let mut ordered: Vec<&Provider> = providers.iter().collect();
    let rank = |name: &str| match name {
        "standard-webhooks" => 1,
        "generic" => 2,
        _ => 0,
    };
    ordered.sort_by_key(|provider| rank(&provider.name));
    ordered
}

fn senders(providers: &Providers) -> String {
    let mut rows = vec!["| provider | sender | also known as | checked by | proof |\n|---|---|---|---|---|".to_owned()];
    for provider in ordered(providers) {
        let sender = match provider.docs.as_str() {
            "" => provider.title.clone(),
            docs => format!("[{}]({docs})", provider.title),
        };
        let proofs = provider.setup_guide().proofs;
        let checked = if proofs.is_empty() { "nothing".to_owned() } else { provider.scheme() };
        let aliases = spans(provider.aliases.iter().map(String::as_str));
        let proof = provider.proof_status().as_str();
        rows.push(format!("| `{}` | {sender} | {aliases} | {checked} | {proof} |", provider.name));
    }
    rows.join("\n")
}

fn messages(providers: &Providers) -> String {
    let listed = hookbell::embedded::templates().list();
    let mut by_provider: BTreeMap<&str, Vec<&TemplateSummary>> = BTreeMap::new();
    for template in &listed {
        by_provider.entry(template.provider.as_str()).or_default().push(template);
    }
    let mut rows = vec!["| provider | types with a message | routine types |\n|---|---|---|".to_owned()];
    for provider in ordered(providers) {
        let templates = by_provider.get(provider.name.as_str()).map(Vec::as_slice).unwrap_or_default();
        let own = templates.iter().filter(|template| !template.on.is_empty());
        let globs: BTreeSet<&str> = own.flat_map(|template| template.on.iter().map(String::as_str)).collect();
        let takes_all = templates.iter().any(|template| template.on.is_empty() && !template.name.ends_with(".other"));
        let known = provider.known_types();
        let with = Globs::new(globs.iter());
        let count = known.iter().filter(|event_type| takes_all || with.matches(event_type)).count();
        let types = match (takes_all, globs.is_empty()) {
            (true, true) => "all".to_owned(),
            (true, false) => format!("all; of their own: {}", short(&globs)),
            (false, _) => short(&globs),
        };
        let known = if known.is_empty() { String::new() } else { format!(" ({count} of {} known)", known.len()) };
        let routine = provider.routine().patterns();
        let routine: BTreeSet<&str> = routine.iter().map(String::as_str).collect();
        rows.push(format!("| `{}` | {types}{known} | {} |", provider.name, short(&routine)));
    }
    rows.join("\n")
}

fn sales(providers: &Providers) -> String {
    let known = ordered(providers).into_iter().filter(|provider| provider.knows_sales());
    known.map(|provider| provider.title.as_str()).collect::<Vec<_>>().join(", ") + "."
}

fn short(types: &BTreeSet<&str>) -> String {
    let shown = spans(types.iter().take(SHOWN).copied());
    match types.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn spans<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
