//! An amount that is the sum of a list: the items of a subscription times their quantity, the payments of a refund. Where the
//! whole cannot be known, there is no amount: a part of it would look like the whole.

use super::locator::{Constants, Locator, LocatorScope};
use crate::text;
use hookbell_config_file::{Code, Diagnostics};
use hookbell_config_file::{Table, TomlKind};
use hookbell_model::money::amount::AmountUnit;
use hookbell_model::money::currency::Decimals;
use serde_json::Value;

/// In characters.
const TEXT: usize = 60;

/// `{ sum = "/items", of = "/price", times = "/quantity" }`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Sum {
    /// The pointer of the list.
    list: String,
    /// The amount of an item, within it.
    pub(super) of: Locator,
    /// How many of the item there are.
    times: Locator,
    /// Only items that say all of this count.
    only: Vec<Expected>,
    /// Where an item says any of this, nothing is known.
    unless: Vec<Expected>,
    /// Places where all items must say the same.
    same: Vec<Locator>,
    /// A pointer that says `true` where the list is not the whole one.
    more: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
struct Expected {
    place: Locator,
    words: Vec<String>,
}

impl Sum {
    pub(super) fn read(mut table: Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let place = |table: &mut Table<'_>, key, diagnostics: &mut Diagnostics| {
            Locator::read(table, key, Constants::Refused, diagnostics)
        };
        if !table.has("of") {
            diagnostics.add(table.missing("of").help("where an item of the list has its amount"));
        }
        let sum = Self {
            list: table.require("sum", diagnostics).unwrap_or_default(),
            of: place(&mut table, "of", diagnostics),
            times: place(&mut table, "times", diagnostics),
            only: Expected::read_all(&mut table, "only", diagnostics),
            unless: Expected::read_all(&mut table, "unless", diagnostics),
            same: table.read_list("same", diagnostics, |text| Locator::parse(text, Constants::Refused)),
            more: table.get("more", diagnostics),
        };
        table.finish(diagnostics);
        sum
    }

    /// The sum in minor units; the text of an item that is no amount. None where the list is absent, or the sum not known.
    pub(super) fn find(
        &self,
        scope: &LocatorScope<'_>,
        unit: AmountUnit,
        currency: Option<&str>,
        decimals: &Decimals,
    ) -> Option<Result<i64, String>> {
        let list = scope.payload.pointer(&self.list)?.as_array()?;
        if self.more.as_ref().is_some_and(|more| scope.payload.pointer(more) == Some(&Value::Bool(true))) {
            return None;
        }
        let items: Vec<_> = (0..list.len()).filter_map(|at| scope.item(&self.list, at)).collect();
        let counted: Vec<_> =
            items.iter().filter(|item| self.only.iter().all(|expected| expected.holds(item))).collect();
        let is_unknown = counted.iter().any(|item| self.unless.iter().any(|expected| expected.holds(item)));
        let differs = |place: &Locator| {
            counted.windows(2).any(|pair| match pair {
                [one, next] => place.find(one) != place.find(next),
                _ => false,
            })
        };
        if counted.is_empty() || is_unknown || self.same.iter().any(differs) {
            return None;
        }
        let mut total: i64 = 0;
        for item in counted {
            let found = self.of.find_written(item)?;
            let Some(amount) = unit.read(&found, currency, decimals) else {
                return text::first_line(&found, TEXT).map(Err);
            };
            let times = self.times.find(item).map_or(Some(1), |times| times.trim().parse().ok())?;
            total = total.checked_add(amount.minor.checked_mul(times)?)?;
        }
        Some(Ok(total))
    }
}

impl Expected {
    /// A table of places and the words that are meant, one or a list; `*` is any.
    fn read_all(table: &mut Table<'_>, key: &'static str, diagnostics: &mut Diagnostics) -> Vec<Self> {
        let Some(inner) = table.table(key, diagnostics) else { return Vec::new() };
        let mut all = Vec::new();
        for entry in inner.all() {
            let words = match &entry.node.value {
                TomlKind::Array(items) => items.iter().map(|item| word(&item.value)).collect(),
                one => word(one).map(|word| vec![word]),
            };
            match (Locator::parse(&entry.key, Constants::Refused), words) {
                (Ok(place), Some(words)) => all.push(Self { place, words }),
                (Err(error), _) => diagnostics.add(inner.error(&entry.key, Code::INVALID_VALUE, error)),
                (_, None) => {
                    diagnostics.add(inner.error(
                        &entry.key,
                        Code::WRONG_TYPE,
                        "expected a text, a number or a list of them",
                    ));
                }
            }
        }
        all
    }

    fn holds(&self, scope: &LocatorScope<'_>) -> bool {
        self.place.find(scope).is_some_and(|found| self.words.iter().any(|word| word == "*" || *word == found))
    }
}

fn word(value: &TomlKind) -> Option<String> {
    match value {
        TomlKind::String(text) => Some(text.clone()),
        TomlKind::Integer(number) => Some(number.to_string()),
        TomlKind::Boolean(flag) => Some(flag.to_string()),
        _ => None,
    }
}
