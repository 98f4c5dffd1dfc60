//! Filters that format numbers for the reader's locale.

use minijinja::value::ValueKind;
use minijinja::{State, Value};

use super::args::{Args, FilterResult};
use crate::expression::currencies;
use crate::expression::plural::PluralForms;
use crate::expression::scope::amount_decimals;
use crate::expression::value::text;
use crate::expression::view::{LANGUAGE, View};
use hookbell_model::money::amount::AmountUnit;
use hookbell_model::money::currency::Decimals;
use hookbell_model::money::decimal::Decimal;
use hookbell_model::money::{code, money_with};

/// Decimals that a number has at most without an argument.
const DECIMALS: usize = 6;
/// Most decimals that an argument may request.
const MOST: usize = 20;

/// `1234 | money("usd")` → `$12.34`: an amount in minor units; with `"major"` in major ones, with `"written"` in those that
/// its spelling says. What is no such amount is shown as it is.
pub(super) fn money(state: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    let currency = args.text(0, "currency").unwrap_or_default();
    let code = code(&currency);
    let event = state.lookup("event").and_then(|event| amount_decimals(&event, &code));
    let decimals = event.unwrap_or_else(|| currencies::decimals(state, &code));
    let unit = args.text(1, "unit").and_then(|word| AmountUnit::parse(&word).ok()).unwrap_or_default();
    let minor = digits(value).and_then(|digits| match unit {
        // What was worked out may have a fraction; a text with one is rather in major units.
        AmountUnit::Minor if value.is_number() => Decimal::parse(&digits)?.rounded(0),
        AmountUnit::Minor => Decimal::parse(&digits).filter(|number| number.decimals() == 0)?.rounded(0),
        unit => {
            let own = Decimals::new([(code.clone(), decimals)]);
            let known = Some(code.as_str()).filter(|code| !code.is_empty());
            unit.read(&digits, known, &own).map(|amount| amount.minor.into())
        }
    });
    Ok(Value::from(match minor {
        Some(minor) => money_with(minor, &currency, decimals, View::of(state).locale),
        None => format!("{} {}", text(value), currency.to_uppercase()).trim().to_owned(),
    }))
}

/// A text as it is, a number as JSON writes it: `49.0`.
fn digits(value: &Value) -> Option<String> {
    match value.as_str() {
        Some(text) => Some(text.trim().to_owned()),
        None if value.is_integer() => i128::try_from(value.clone()).ok().map(|whole| whole.to_string()),
        None if value.is_number() => f64::try_from(value.clone()).ok().map(|number| format!("{number:?}")),
        None => None,
    }
}

/// With thousands apart, and so many decimals (those it has, if not said).
pub(super) fn number(state: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    Ok(match plain(value, args.count(0, "decimals")) {
        Some(plain) => Value::from(View::of(state).locale.number(&plain)),
        None => value.clone(),
    })
}

/// `0.123 | percent` → `12.3%`; `of` is what the whole is, 1 if not said.
pub(super) fn percent(state: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    let of = args.get(1, "of").map_or(Some(1.0), |of| float(&of)).filter(|of| *of != 0.0);
    let (Some(part), Some(of)) = (float(value), of) else { return Ok(value.clone()) };
    let decimals = args.count(0, "decimals");
    let locale = View::of(state).locale;
    let written = fixed(part / of * 100.0, decimals.unwrap_or(1), decimals.is_none());
    Ok(written.map_or_else(|| value.clone(), |plain| Value::from(locale.percent(&locale.number(&plain)))))
}

/// `1234567 | bytes` → `1.2 MB`, by thousands; with `"binary"` by 1024: `1.2 MiB`.
pub(super) fn bytes(state: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    let locale = View::of(state).locale;
    let binary = args.text(0, "kind").is_some_and(|kind| kind == "binary");
    let (step, infix) = if binary { (1024.0, "i") } else { (1000.0, "") };
    let Some(mut size) = float(value) else { return Ok(value.clone()) };
    let mut prefixes = ["", if binary { "K" } else { "k" }, "M", "G", "T", "P", "E"].into_iter();
    let mut prefix = prefixes.next().unwrap_or_default();
    // What would be rounded up to a thousand is one of the next.
    while size.abs() >= step - 0.05 {
        let Some(next) = prefixes.next() else { break };
        (size, prefix) = (size / step, next);
    }
    let decimals = if prefix.is_empty() || size.abs() >= 99.95 { 0 } else { 1 };
    let infix = if prefix.is_empty() { "" } else { infix };
    let written = fixed(size, decimals, true).map(|plain| locale.number(&plain));
    Ok(written.map_or_else(|| value.clone(), |size| Value::from(format!("{size} {prefix}{infix}{}", locale.byte()))))
}

/// `3 | plural("commit")` → `3 commits`; of a list, its length. The words are the forms that their language has.
pub(super) fn plural(state: &mut State<'_, '_>, value: &Value, args: &Args) -> FilterResult {
    let locale = View::of(state).locale;
    let mut words: Vec<String> = args.list.iter().map(|word| text(word).into_owned()).collect();
    if words.is_empty() {
        words.extend(args.text(0, "one"));
    }
    words.extend((words.len() == 1).then(|| args.text(1, "many")).flatten());
    let written_in = state.lookup(LANGUAGE).and_then(|language| language.as_str().map(str::to_owned));
    let language = written_in.filter(|language| !language.is_empty());
    // One or two words that are not those of the language are English, as those of the shipped messages.
    let forms = language.or_else(|| (words.len() > 2).then(|| locale.tag().to_owned()));
    let forms = forms.and_then(|language| PluralForms::of(&language));
    let forms = forms.filter(|forms| words.len() > 2 || forms.takes(words.len()));
    let forms = forms.or_else(|| PluralForms::of("en"));
    if words.len() == 1 && forms.as_ref().is_none_or(|forms| !forms.takes(1)) {
        words.extend(words.first().map(|one| format!("{one}s")));
    }
    let count = match value.kind() {
        ValueKind::Seq | ValueKind::Iterable | ValueKind::Map => value.len().map(|count| count.to_string()),
        _ => plain(value, None),
    };
    let last = words.len().saturating_sub(1);
    let (number, at) = match count {
        Some(count) => {
            let at = forms.map_or(last, |forms| forms.word(&count, words.len()));
            (locale.number(&count).into(), at)
        }
        None => (text(value), last),
    };
    Ok(Value::from(format!("{number} {}", words.get(at).map_or("", String::as_str))))
}

/// A number, or a text that is one.
pub(super) fn float(value: &Value) -> Option<f64> {
    let number = match value.as_str() {
        Some(text) if text.len() <= 64 => text.trim().parse().ok(),
        None if value.is_number() => f64::try_from(value.clone()).ok(),
        _ => None,
    };
    number.filter(|number: &f64| number.is_finite())
}

/// The number in digits with at most one full stop; texts that are plain numbers keep every digit.
fn plain(value: &Value, decimals: Option<usize>) -> Option<String> {
    let whole = match value.as_str() {
        Some(text) => text.trim().parse::<i128>().ok(),
        None if value.is_integer() => i128::try_from(value.clone()).ok(),
        None => None,
    };
    match (whole, decimals) {
        (Some(whole), None | Some(0)) => Some(whole.to_string()),
        (Some(whole), Some(decimals)) => Some(format!("{whole}.{}", "0".repeat(decimals.min(MOST)))),
        (None, _) => fixed(float(value)?, decimals.unwrap_or(DECIMALS), decimals.is_none()),
    }
}

/// So many decimals; `trimmed` takes zeros from their end.
pub(super) fn fixed(number: f64, decimals: usize, trimmed: bool) -> Option<String> {
    let decimals = decimals.min(MOST);
    let mut text = number.is_finite().then(|| format!("{number:.decimals$}"))?;
    if trimmed && text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    // Zero has no sign.
    let zero = text.bytes().all(|b| matches!(b, b'-' | b'0' | b'.'));
    Some(if zero { text.trim_start_matches('-').to_owned() } else { text })
}
