//! The filters that mask private data.

use minijinja::{Error, State, Value};

use super::args::Args;
use crate::expression::value::text;
use crate::expression::view::View;
use hookbell_model::privacy::{COVER, MaskKind, Masks};

/// `someone@example.com` → `s•••@example.com`; any other text keeps its first and last little. With kinds
/// (`"email"`, `"card"`, …) those are found within the text. Nothing is masked where the route turns masks off.
pub(super) fn mask(state: &mut State<'_, '_>, value: &Value, args: &Args) -> Result<Value, Error> {
    if View::of(state).masks.is_some_and(Masks::is_empty) {
        return Ok(value.clone());
    }
    let whole = text(value);
    let trimmed = whole.trim();
    let kinds = args.list.iter().filter_map(|kind| Masks::parse([text(kind)]).ok());
    let kinds = kinds.fold(Masks::default(), |all, kind| all.kinds().chain(kind.kinds()).collect());
    let found = kinds.text(trimmed);
    Ok(Value::from(if found.contains(COVER) {
        found.into_owned()
    } else {
        addresses(trimmed).or_else(|| email(trimmed)).unwrap_or_else(|| middle(trimmed))
    }))
}

/// The value, which is of the named kind (`"document"`, `"note"`); nothing where the route masks that kind.
pub(super) fn private(state: &mut State<'_, '_>, value: &Value, args: &Args) -> Result<Value, Error> {
    let kind: Option<MaskKind> = args.text(0, "kind").and_then(|kind| kind.parse().ok());
    let is_masked = kind.zip(View::of(state).masks).is_some_and(|(kind, masks)| masks.holds(kind));
    Ok(if is_masked { Value::from("") } else { value.clone() })
}

/// `Ada Example <ada@example.com>, grace@example.com`: the names stay, each address is covered. None where it is anything
/// else.
fn addresses(text: &str) -> Option<String> {
    if !text.ends_with('>') && !text.contains(">,") {
        return None;
    }
    let one = |part: &str| match part.trim().strip_suffix('>').and_then(|part| part.split_once('<')) {
        Some((name, address)) => {
            let named = Masks::parse(["email"]).map_or_else(|_| String::new(), |masks| masks.text(name).into_owned());
            Some(format!("{named}<{}>", email(address.trim())?))
        }
        None => email(part.trim()),
    };
    Some(text.split(',').map(one).collect::<Option<Vec<_>>>()?.join(", "))
}

fn email(text: &str) -> Option<String> {
    let (name, domain) = text.rsplit_once('@')?;
    let fits = !name.is_empty() && domain.contains('.') && !domain.contains(char::is_whitespace);
    fits.then(|| format!("{}{COVER}@{domain}", name.chars().take(1).collect::<String>()))
}

fn middle(text: &str) -> String {
    let length = text.chars().count();
    let shown = (length / 5).min(4);
    let start: String = text.chars().take(shown).collect();
    let end: String = text.chars().skip(length - shown).collect();
    if length == 0 { String::new() } else { format!("{start}{COVER}{end}") }
}
