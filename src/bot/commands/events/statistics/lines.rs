//! The lines of an answer about statistics, each short enough for a phone.

use crate::bot::event_line::emoji;
use crate::bot::text::safe;
use crate::bot::words::Words;
use crate::report::statistics::{Change, CurrencySum, Ranked, Ranking, currency_sums, ranking};
use crate::store::{MoneySum, Statistics};
use hookbell_model::event::Severity;
use hookbell_model::money;
use hookbell_model::privacy::Masks;

/// Currencies that are shown; who has more asks for one source.
const CURRENCIES: usize = 6;
/// Characters of a name in a ranking: it stays on one line of a phone.
const NAME: usize = 28;

pub(super) fn events_line(words: Words, all: &Statistics, before: Option<&Statistics>) -> String {
    let events = format!("**{}**", words.count("events.stats.events", all.total(), &[]));
    let change = before.and_then(|before| Change::between(before.total().into(), all.total().into()));
    with_change(words, events, change)
}

/// What needs somebody: warnings and worse.
pub(super) fn severity_line(words: Words, all: &Statistics) -> Option<String> {
    let ranked = ranking(all, Ranking::Severity, Severity::ALL.len());
    let of =
        |severity| ranked.iter().find(|(ranked, _)| *ranked == Ranked::Severity(severity)).map(|(_, count)| *count);
    let parts: Vec<String> = [Severity::Critical, Severity::Error, Severity::Warning]
        .into_iter()
        .filter_map(|severity| Some(format!("{} {}", emoji(Some(severity)), number(words, of(severity)?))))
        .collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// Of each currency what is left, and how it came about where that is not the same.
pub(super) fn money_lines(words: Words, all: &Statistics, before: Option<&Statistics>) -> Vec<String> {
    let before = before.map(currency_sums);
    let mut lines = Vec::new();
    for sum in currency_sums(all).iter().take(CURRENCIES) {
        let CurrencySum { sales, refunds, disputes, is_test, .. } = sum;
        let earlier = before.as_ref().map(|before| {
            before.iter().find(|before| before.is_same_money(sum)).map_or(0, |before| before.net_with(sum.decimals))
        });
        let sign = if *is_test { "🧪" } else { "💰" };
        let net = format!("{sign} **{}**", amount(words, sum, sum.net()));
        let net = with_change(words, net, earlier.and_then(|earlier| Change::between(earlier, sum.net())));
        let test = is_test.then(|| words.text("event.test").to_owned());
        lines.push(std::iter::once(net).chain(test).collect::<Vec<_>>().join(" · "));
        let count = |key: &str, sum: &MoneySum| words.count(key, u64::try_from(sum.count).unwrap_or_default(), &[]);
        let sold = count("events.stats.sales", sales);
        if *refunds == MoneySum::default() && *disputes == MoneySum::default() {
            lines.push(format!("-# {sold}"));
            continue;
        }
        if *sales != MoneySum::default() {
            lines.push(format!("-# {sold} · {}", amount(words, sum, sales.amount)));
        }
        let kinds = [
            ("events.stats.refunds", "events.stats.refunds_back", refunds),
            ("events.stats.disputes", "events.stats.disputes_back", disputes),
        ];
        for (key, back, taken_off) in kinds {
            if taken_off.amount < 0 && taken_off.count <= 0 {
                // Taken off in another time, and given back in this one.
                lines.push(format!("-# {} · {}", words.text(back), amount(words, sum, -taken_off.amount)));
            } else if *taken_off != MoneySum::default() {
                lines.push(format!("-# {} · {}", count(key, taken_off), amount(words, sum, -taken_off.amount)));
            }
        }
    }
    lines
}

pub(super) fn rank_line(words: Words, ranked: &Ranked, count: u64) -> String {
    // What senders put into a type may be anything.
    let masks = Masks::all();
    let name = match ranked {
        Ranked::Source(source) => safe(source, NAME),
        Ranked::Topic(topic) => words.word("topic", topic),
        Ranked::EventType(event_type) => safe(&masks.text(event_type), NAME),
        Ranked::Severity(severity) => format!("{} {}", emoji(Some(*severity)), words.word("choice", severity)),
    };
    format!("{name} · **{}**", number(words, count))
}

fn with_change(words: Words, text: String, change: Option<Change>) -> String {
    let percent = |percent: u64| words.locale().percent(&percent.to_string());
    match change {
        None => text,
        Some(Change::New) => format!("{text} · 🆕"),
        Some(Change::Same) => format!("{text} · ="),
        Some(Change::Up(more)) => format!("{text} · ▲ {}", percent(more)),
        Some(Change::Down(less)) => format!("{text} · ▼ {}", percent(less)),
    }
}

fn amount(words: Words, sum: &CurrencySum, minor: i128) -> String {
    safe(&money::money_with(minor, &sum.currency, sum.decimals, words.locale()), 40)
}

fn number(words: Words, count: u64) -> String {
    words.locale().number(&count.to_string())
}
