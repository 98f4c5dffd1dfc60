//! What the shipped files say of sales: the sequences of the end-to-end tests add up to the money that moved, in every
//! order and with repetitions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::shipped::embedded_providers;
use super::*;
use hookbell_model::event::EventId;
use hookbell_model::live::EventPosition;
use hookbell_model::locale::Locale;
use hookbell_model::money;
use hookbell_model::sale::{ClaimedMoney, LedgerEntry, SaleAmount, SaleClaim, SaleKind, changes};

/// An event of a sequence, as far as sales are concerned.
#[derive(Clone)]
struct Told {
    source: String,
    reference: String,
    event_type: String,
    position: EventPosition,
    is_test: bool,
    claims: Vec<SaleClaim>,
}

/// What a sale is known by, within its source, and what was said of it.
type KnownSale<'t> = (BTreeSet<(&'t str, &'t str)>, Vec<LedgerEntry>);

/// Sequences whose sums depend on the order of arrival, and why.
const IN_ORDER_ONLY: &[(&str, &str)] = &[("gumroad", "a request says when the sale was, and not when it was disputed")];

/// The sequences of the end-to-end tests, and of public reports where they are present.
fn sequences() -> BTreeMap<String, Vec<Told>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut sequences = BTreeMap::new();
    for (folder, prefix) in [("tests/it/sequences", ""), ("../shared/cases/sequences", "case_")] {
        for file in std::fs::read_dir(root.join(folder)).into_iter().flatten() {
            let path = file.expect("a file").path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let name = format!("{prefix}{}", path.file_stem().expect("a name").to_string_lossy());
                sequences.insert(name, told(&std::fs::read_to_string(&path).expect("a text")));
            }
        }
    }
    sequences
}

fn told(text: &str) -> Vec<Told> {
    let providers = Providers::shipped(embedded_providers());
    let requests: Vec<Value> = serde_json::from_str(text).expect("requests");
    let mut all = Vec::new();
    for (at, request) in (0..).zip(&requests) {
        let provider = providers.get(request["source"].as_str().expect("a source")).expect("a provider");
        let sample = provider.samples.first().map_or("", |sample| sample.body.trim_start());
        let is_form = !sample.is_empty() && !sample.starts_with(['{', '[']);
        let body = match &request["body"] {
            Value::String(text) => text.clone(),
            Value::Object(fields) if is_form => form(fields),
            json => json.to_string(),
        };
        let mut sample = provider.sample_of(body);
        let headers = request["headers"].as_object().into_iter().flatten();
        sample
            .headers
            .extend(headers.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned())));
        let headers = sample.header_map();
        let received = Timestamp(1_795_255_200_000 + at * 300_000);
        for event in provider.sample_events(&sample, &headers).expect("events").events {
            let claims = event.reading.sales.clone();
            let event = event.reading.into_event(&provider.name, &provider.name, received);
            assert_eq!(event.id, EventId::UNSET);
            all.push(Told {
                source: event.source.clone(),
                position: EventPosition::of(&event),
                is_test: event.facts.test,
                reference: event.reference,
                event_type: event.event_type,
                claims,
            });
        }
    }
    all
}

fn form(fields: &serde_json::Map<String, Value>) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields.iter().map(|(name, value)| (name, text(value))))
        .finish()
}

/// What the events add up to, accepted in this order: a line for each kind and currency.
fn sums(told: &[&Told]) -> String {
    let mut known = BTreeSet::new();
    let mut sales: Vec<KnownSale<'_>> = Vec::new();
    for (number, event) in (1i64..).zip(told) {
        if !known.insert((&event.source, &event.event_type, &event.reference)) || event.claims.is_empty() {
            continue;
        }
        let mut keys: BTreeSet<(&str, &str)> = BTreeSet::new();
        let mut entries = Vec::new();
        for claim in &event.claims {
            keys.extend(claim.keys.iter().map(|key| (event.source.as_str(), key.as_str())));
            let (amount, is_void) = match &claim.money {
                ClaimedMoney::Amount(amount) => (Some(amount.clone()), false),
                ClaimedMoney::Void(amount) => (amount.clone(), true),
                ClaimedMoney::None => continue,
            };
            entries.push(LedgerEntry {
                event: number,
                kind: claim.kind,
                part: claim.part.clone(),
                amount,
                is_void,
                is_test: event.is_test,
                position: event.position,
                at: Timestamp(number),
            });
        }
        sales.retain(|(others, earlier)| {
            let is_same = !others.is_disjoint(&keys);
            if is_same {
                keys.extend(others);
                entries.extend(earlier.iter().cloned());
            }
            !is_same
        });
        sales.push((keys, entries));
    }
    let mut sums: BTreeMap<_, (i64, i64)> = BTreeMap::new();
    for change in sales.iter().flat_map(|(_, entries)| changes(&entries.iter().collect::<Vec<_>>())) {
        let sum = sums.entry((change.is_test, change.kind, change.currency, change.decimals)).or_default();
        *sum = (sum.0 + change.amount, sum.1 + change.count);
    }
    let mut lines = String::new();
    for ((is_test, kind, currency, decimals), (amount, count)) in sums {
        if (amount, count) != (0, 0) {
            let amount = money::money_with(amount.into(), &currency, decimals, Locale::default());
            lines.push_str(&format!("  {}{kind} {amount} ({count})\n", if is_test { "test " } else { "" }));
        }
    }
    lines
}

#[test]
fn the_money_of_each_sequence() {
    let mut shown = String::new();
    for (name, told) in sequences() {
        let sums = sums(&told.iter().collect::<Vec<_>>());
        if !sums.is_empty() && !name.starts_with("case_") {
            shown.push_str(&format!("{name}\n{sums}"));
        }
        if std::env::var_os("SHOW").is_some_and(|wanted| name.contains(&*wanted.to_string_lossy())) {
            eprintln!("===== {name}\n{sums}");
            for event in &told {
                eprintln!("{} {:?}", event.event_type, event.claims);
            }
        }
    }
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!("money_of_sequences", shown) });
}

#[test]
fn the_order_of_arrival_and_repetitions_change_no_sum() {
    let mut dice = fastrand::Rng::with_seed(1815);
    for (name, told) in sequences() {
        if IN_ORDER_ONLY.iter().any(|(of, _)| name.starts_with(of)) {
            continue;
        }
        let mut order: Vec<&Told> = told.iter().collect();
        let plain = sums(&order);
        for _ in 0..20 {
            dice.shuffle(&mut order);
            let twice: Vec<&Told> = order.iter().chain(&order).copied().collect();
            let types: Vec<&str> = order.iter().map(|event| event.event_type.as_str()).collect();
            assert_eq!(sums(&twice), plain, "{name} {types:?}");
        }
    }
}

/// Whoever asks Stripe for some of its events alone: whatever is chosen, the money of a subscription counts once.
#[test]
fn some_of_the_events_of_a_sale_are_enough() {
    let sequences = sequences();
    let told = &sequences["stripe_renewal_fails_then_paid"];
    let paying = ["payment_intent.succeeded", "charge.succeeded", "invoice.paid", "checkout.session.completed"];
    for chosen in 1..1_usize << paying.len() {
        let is_chosen =
            |name: &str| paying.iter().position(|paying| *paying == name).is_some_and(|at| chosen >> at & 1 == 1);
        let told: Vec<&Told> = told.iter().filter(|event| is_chosen(&event.event_type)).collect();
        // A renewal has no checkout.
        let wanted = if chosen == 8 { "  sale €19.00 (1)\n" } else { "  sale €38.00 (2)\n" };
        assert_eq!(sums(&told), wanted, "{chosen:04b}");
    }
}

#[test]
fn mistakes_in_what_is_a_sale_are_reported() {
    let file = |sale: &str| {
        diagnostics_of(&format!("title = \"T\"\nverify = \"none\"\n[event]\ntype = \"/type\"\n[[sale]]\n{sale}\n"))
    };
    for (sale, part) in [
        ("kind = \"gift\"", "expected one of `sale`, `refund`, `dispute`"),
        ("money = \"free\"", "expected one of `void`, `none`"),
        ("money = \"none\"\nkey = \"/id\"", "nothing is said of any money"),
        ("key = \"id\"", "expected a place"),
        ("keys = \"/id\"", "did you mean `key`"),
        ("when = { \"id\" = true }", "not a place in a request"),
    ] {
        let reported = file(sale);
        assert!(reported.contains(part), "{sale}: {reported}");
    }
    assert_eq!(
        file("kind = \"refund\"\nkey = [\"/a\", \"b:{/c}\"]\npart = \"/id\"\nplus = \"/x\"\nat = \"/paid\""),
        ""
    );
}

/// What an event of a user's own app says.
fn own_app(body: &str) -> Vec<SaleClaim> {
    let providers = Providers::shipped(embedded_providers());
    let generic = providers.get("generic").expect("generic");
    generic.read_unchecked(&HeaderMap::new(), body.as_bytes()).expect(body).sales
}

#[test]
fn an_own_app_counts_by_topic_and_ties_by_the_ids_that_it_gives() {
    let paid = own_app(r#"{"type":"order.paid","id":"e1","order_id":42,"amount":"49.00","currency":"eur"}"#);
    assert_eq!((paid[0].kind, paid[0].keys.as_slice()), (SaleKind::Sale, &["order:42".to_owned()][..]));
    let unnamed = own_app(r#"{"type":"payment.succeeded","id":"e2","amount":4900,"currency":"eur"}"#);
    assert_eq!(unnamed[0].keys, ["event:e2"]);
    let amount = SaleAmount { minor: 4900, currency: "EUR".into(), decimals: 2 };
    assert_eq!(
        (&paid[0].money, &unnamed[0].money),
        (&ClaimedMoney::Amount(amount.clone()), &ClaimedMoney::Amount(amount))
    );
    let refund = own_app(r#"{"type":"refund","id":"e3","order_id":42,"amount":-500,"currency":"eur"}"#);
    assert_eq!((refund[0].kind, refund[0].part.as_str()), (SaleKind::Refund, "e3"));
    assert!(matches!(&refund[0].money, ClaimedMoney::Amount(amount) if amount.minor == 500));
    for nothing in [
        r#"{"type":"payment.failed","id":"e4","order_id":42,"amount":4900}"#,
        r#"{"type":"payment","id":"e5","severity":"info","amount":4900}"#,
        r#"{"type":"payment","id":"e6"}"#,
        r#"{"type":"deploy","id":"e7","amount":4900}"#,
    ] {
        assert_eq!(own_app(nothing).iter().filter(|claim| claim.money != ClaimedMoney::None).count(), 0, "{nothing}");
    }
}
